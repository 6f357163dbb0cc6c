"""Orders: what each purchase brought at the moment of sale."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

ORDERS = Table(
    "sources_orders",
    "one row per order",
    (
        Column("order_id", TEXT, "the order's own id; a log without ids gets one per row", required=True),
        Column("customer_id", TEXT, "who bought, as the file names them", required=True),
        Column("ordered_at", "TIMESTAMP", "when, in the business's time zone", required=True),
        Column("ordered_on", "DATE", "the day of the order in the business's time zone", required=True),
        Column("currency", TEXT, "ISO code; empty when no file and no setting states it"),
        Column("status", TEXT, "status as the file gives it"),
        Column("channel", TEXT, "where the sale was made"),
        Column("country", TEXT, "the customer's or delivery country"),
        Column("payment_method", TEXT, "how it was paid"),
        Column("coupon", TEXT, "discount code used"),
        Column("gross", MONEY, "goods at list price, before discount, without tax", "currency", True),
        Column("discount", MONEY, "taken off the list price; never negative", "currency", True),
        Column("shipping_charged", MONEY, "what the customer paid for shipping", "currency", True),
        Column("tax", MONEY, "tax charged on top; never part of revenue", "currency", True),
        Column("profit_given", MONEY, "profit, when the file carries it", "currency"),
        Column("file_no", "INTEGER", "the file it came from", required=True),
    ),
    "Net at sale = gross - discount + shipping_charged. No refunds, cancellations, tests or fees in here.",
)
