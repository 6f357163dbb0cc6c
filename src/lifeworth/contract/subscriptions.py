"""Subscriptions: contracts that run until they end, and what they bring every month."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

SUBSCRIPTIONS = Table(
    "sources_subscriptions",
    "one row per subscription",
    (
        Column("subscription_id", TEXT, "the subscription's own id", required=True),
        Column("customer_id", TEXT, "who subscribed", required=True),
        Column("plan", TEXT, "what was subscribed to"),
        Column("started_on", "DATE", "the first day it ran", required=True),
        Column("ended_on", "DATE", "the first day it no longer ran; empty while it runs"),
        Column("trial_ends_on", "DATE", "the day its trial ends"),
        Column("is_trial", "BOOLEAN", "whether it is a trial, as the file says; empty when it does not"),
        Column("cancelled_on", "DATE", "the day it was called off; it may run on until its end"),
        Column("quantity", MONEY, "seats or pieces", "pieces"),
        Column("amount", MONEY, "what is billed each interval, for all seats, after discount", "currency"),
        Column("interval_months", "DOUBLE", "from one bill to the next", "months"),
        Column("mrr", MONEY, "monthly recurring revenue; empty when no column says what it brings", "currency"),
        Column(
            "discount",
            MONEY,
            "taken off the list price of an interval, for information: amount and mrr are after it",
            "currency",
        ),
        Column("cancel_reason", TEXT, "why it was called off, as the file gives it"),
        Column("currency", TEXT, "ISO code"),
        Column("file_no", "INTEGER", "the file it came from", required=True),
    ),
    "A subscription that ended on a later day than the one asked about is still running on that day. "
    "Subscriptions of a customer may overlap.",
)
