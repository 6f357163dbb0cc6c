"""Service: tickets and repairs, and what they cost."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

SERVICE = Table(
    "sources_service",
    "one row per ticket",
    (
        Column("ticket_id", TEXT, "the ticket's id", required=True),
        Column("customer_id", TEXT, "who asked", required=True),
        Column("order_id", TEXT, "the order it was about, when known"),
        Column("opened_on", "DATE", "the day it was opened", required=True),
        Column("cost", MONEY, "what it cost, when recorded", "currency"),
        Column("handle_minutes", "DOUBLE", "time spent", "minutes"),
        Column("category", TEXT, "what it was about"),
        Column("channel", TEXT, "how it came in"),
        Column("currency", TEXT, "ISO code"),
    ),
)
