"""Spend: money spent on winning and keeping customers."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

SPEND = Table(
    "sources_spend",
    "one row per day, channel and campaign",
    (
        Column("spent_on", "DATE", "the day", required=True),
        Column("channel", TEXT, "where the money went", required=True),
        Column("campaign", TEXT, "campaign"),
        Column("amount", MONEY, "money spent", "currency", True),
        Column("purpose", TEXT, "acquire or retain; acquire when the file does not say", required=True),
        Column("currency", TEXT, "ISO code"),
    ),
)
