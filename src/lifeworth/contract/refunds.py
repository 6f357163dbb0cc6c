"""Refunds: money given back, and orders called off."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

REFUNDS = Table(
    "sources_refunds",
    "one row per refunded or cancelled line, or per refund",
    (
        Column("refund_id", TEXT, "the refund's own id", required=True),
        Column("order_id", TEXT, "the order it gives back, when the file says so"),
        Column("customer_id", TEXT, "who got the money back, when the file says so"),
        Column("refunded_at", "TIMESTAMP", "when it happened", required=True),
        Column("refunded_on", "DATE", "the day it happened", required=True),
        Column("amount", MONEY, "money given back, positive, without tax", "currency", True),
        Column("quantity", MONEY, "pieces given back", "pieces"),
        Column("product_id", TEXT, "what was given back"),
        Column("profit_given", MONEY, "signed effect on profit, when the file carries profit", "currency"),
        Column("reason", TEXT, "why, as the file gives it"),
        Column("kind", TEXT, "refund or cancellation", required=True),
        Column("currency", TEXT, "ISO code"),
        Column("date_is_known", "BOOLEAN", "false when only the order's date is known", required=True),
        Column("file_no", "INTEGER", "the file it came from", required=True),
    ),
)
