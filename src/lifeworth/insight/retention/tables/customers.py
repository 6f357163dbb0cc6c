"""Every customer against their own rhythm, what is at risk, and when a reminder is due."""

from lifeworth.contract.table import TEXT, Column, Table

CUSTOMERS = Table(
    "retention_customers",
    "one row per customer",
    (
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column(
            "overdue",
            "DOUBLE",
            "chance that a customer like this, still there, would have ordered again by now; empty where too few customers of the base ever came back",
            "probability",
        ),
        Column("state", TEXT, "within rhythm (below 0.5), past the usual gap (from 0.5), overdue (from 0.9)"),
        Column(
            "usual_gap_days",
            "DOUBLE",
            "days by which half of such waits have ended: the middle of the own next gap",
            "days",
        ),
        Column("gap_low_days", "DOUBLE", "a quarter of such waits are shorter", "days"),
        Column("gap_high_days", "DOUBLE", "a quarter of such waits are longer", "days"),
        Column("window_from", "DATE", "last order plus the short end of the gap: the next order is usual from here"),
        Column("window_to", "DATE", "last order plus the long end of the gap: and up to here"),
        Column(
            "remind_from", "DATE", "last order plus the usual gap: the first day a reminder is due, if still silent"
        ),
        Column("chance_anyway", "DOUBLE", "chance of an order within the horizon if nobody writes", "probability"),
        Column(
            "value_at_risk",
            "DOUBLE",
            "expected value times the chance of having left already; empty after a single purchase, of which no model can tell, and 0 for who is expected to cost more than they bring",
            "currency",
        ),
        Column("value_at_risk_low", "DOUBLE", "low end of the customer's value times that chance", "currency"),
        Column("value_at_risk_high", "DOUBLE", "high end of it times that chance", "currency"),
        Column(
            "value_if_back", "DOUBLE", "what they would bring over the horizon, had they just come back", "currency"
        ),
        Column(
            "gain_mean",
            "DOUBLE",
            "expected gain of one contact less its cost; only for who is past the usual gap and likelier than not to stay away",
            "currency",
        ),
        Column(
            "gain_low",
            "DOUBLE",
            "low end of its range, as far as the effect of a contact and the worth are unsure",
            "currency",
        ),
        Column("gain_high", "DOUBLE", "high end of it", "currency"),
        Column(
            "may_contact",
            "BOOLEAN",
            "whether they may be written to; no where consent is asked for and not given",
            required=True,
        ),
    ),
    "The range of gain_mean is that of the expectation: one contact mostly brings nothing.",
)

RISK = Table(
    "retention_risk",
    "one row per way of parting the base and group, and one for the whole base",
    (
        Column("scheme", TEXT, "whole base, tier, life cycle or persona", required=True),
        Column("place", "INTEGER", "order in which the groups of a scheme are read", required=True),
        Column("member", TEXT, "the group", required=True),
        Column(
            "customers",
            "BIGINT",
            "customers of whom can be told whether they have left; empty where too few to be shown",
        ),
        Column(
            "untold", "BIGINT", "customers with a single purchase, of whom it cannot; empty where too few to be shown"
        ),
        Column("value", "DOUBLE", "expected value of those of whom it can be told, losses left out", "currency"),
        Column(
            "at_risk_mean", "DOUBLE", "part of it that stands behind customers who may have left already", "currency"
        ),
        Column("at_risk_low", "DOUBLE", "low end of the range of that sum", "currency"),
        Column("at_risk_high", "DOUBLE", "high end of it", "currency"),
        Column("share_at_risk", "DOUBLE", "at risk over expected value", "share"),
        Column(
            "overdue",
            "BIGINT",
            "of the customers, those overdue against their own rhythm; empty where too few to be shown",
        ),
    ),
    "The range holds which of them have left, and how far off all values may be together. Groups of a scheme part the base: what is at risk adds up to the whole base. Groups of fewer than ten customers are hidden, and with them as many others as would give them away.",
)

MOMENTS = Table(
    "retention_moments",
    "one row per week to come in which reminders fall due, and one for those due today",
    (
        Column("place", "INTEGER", "0 for today, then 1, 2, … weeks", required=True),
        Column("week_from", "DATE", "first day", required=True),
        Column("week_to", "DATE", "last day", required=True),
        Column(
            "due",
            "BIGINT",
            "customers whose usual gap ends in the week, if they stay silent; empty where too few to be shown",
        ),
        Column("due_may", "BIGINT", "of these, those who may be written to; empty where too few to be shown"),
        Column(
            "silent_mean", "DOUBLE", "of those who may be written to, how many should still be silent then", "customers"
        ),
        Column("silent_low", "DOUBLE", "low end of the range of that number", "customers"),
        Column("silent_high", "DOUBLE", "high end of it", "customers"),
    ),
    "Today's row holds who is between the usual and the long gap of their own now; nobody is counted twice.",
)
