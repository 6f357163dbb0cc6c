"""Touches: letters, e-mails and calls that went to a customer."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

TOUCHES = Table(
    "sources_touches",
    "one row per communication",
    (
        Column("customer_id", TEXT, "who was written to", required=True),
        Column("touched_on", "DATE", "the day", required=True),
        Column("type", TEXT, "e-mail, letter, call…"),
        Column("unit_cost", MONEY, "what this one cost, when recorded", "currency"),
        Column("currency", TEXT, "ISO code"),
    ),
)
