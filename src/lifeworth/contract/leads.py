"""Leads: people and companies that showed interest, and what became of it."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

LEADS = Table(
    "sources_leads",
    "one row per lead",
    (
        Column("lead_id", TEXT, "the lead's own id", required=True),
        Column("created_on", "DATE", "the day it was first known", required=True),
        Column("closed_on", "DATE", "the day it was won or lost; empty while it is open"),
        Column("source", TEXT, "where it came from"),
        Column("country", TEXT, "country"),
        Column("stage", TEXT, "stage as the file gives it"),
        Column("amount", MONEY, "what it may be worth, as the file gives it", "currency"),
        Column("won", "BOOLEAN", "true won, false lost; empty while open, or when the file does not say"),
        Column("customer_id", TEXT, "the customer it became, when known"),
        Column("account_id", TEXT, "the company it belongs to"),
        Column("attributes", TEXT, "JSON text of the columns chosen by `attributes`; nothing else is kept"),
        Column("currency", TEXT, "ISO code"),
    ),
    "A lead closed on a later day than the one asked about is still open on that day. A second file that lists only "
    "closed leads gives their stage, day, amount and customer, never a source, country or attribute: these would tell "
    "closed leads from open ones.",
)
