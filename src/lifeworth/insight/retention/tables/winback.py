"""Whom to win back, and for which budget."""

from lifeworth.contract.table import TEXT, Column, Table

WINBACK = Table(
    "retention_winback",
    "one row per customer it is worth writing to, the largest gain first; the first 1,000 of them",
    (
        Column("place", "INTEGER", "1 for the largest expected gain", required=True),
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column("silent_days", "INTEGER", "days since the last order", "days", required=True),
        Column("usual_gap_days", "DOUBLE", "their own usual gap", "days", required=True),
        Column(
            "overdue",
            "DOUBLE",
            "chance that, still there, they would have ordered by now",
            "probability",
            required=True,
        ),
        Column(
            "chance_anyway",
            "DOUBLE",
            "chance of an order within the horizon if nobody writes",
            "probability",
            required=True,
        ),
        Column("chance_brought", "DOUBLE", "chance that the contact brings them back", "probability", required=True),
        Column("if_back_mean", "DOUBLE", "what they bring over the horizon once back", "currency", required=True),
        Column("if_back_low", "DOUBLE", "low end of its range", "currency", required=True),
        Column("if_back_high", "DOUBLE", "high end of it", "currency", required=True),
        Column("gain_mean", "DOUBLE", "expected gain of the contact, its cost taken off", "currency", required=True),
        Column("gain_low", "DOUBLE", "low end of the range of the expectation", "currency", required=True),
        Column("gain_high", "DOUBLE", "high end of it", "currency", required=True),
        Column(
            "within_budget", "BOOLEAN", "whether the budget pays for the contact; true without a budget", required=True
        ),
    ),
    "Only customers past their own usual gap who would more likely than not stay away, who may be written to, and whose contact should bring more than it costs.",
)

BUDGET = Table(
    "retention_budget",
    "one row per number of contacts, made in the order of the expected gain",
    (
        Column("contacts", "BIGINT", "how many are written to", required=True),
        Column("spend", "DOUBLE", "what that costs", "currency", required=True),
        Column("brought_back", "DOUBLE", "customers expected back because of it", "customers", required=True),
        Column(
            "net_mean",
            "DOUBLE",
            "expected gain of all contacts together, their cost taken off",
            "currency",
            required=True,
        ),
        Column("net_low", "DOUBLE", "low end of the range of that sum", "currency", required=True),
        Column("net_high", "DOUBLE", "high end of it", "currency", required=True),
        Column(
            "mark", TEXT, "peak: no further contact gains; budget: the budget is spent; empty elsewhere", required=True
        ),
        Column(
            "bound", "DOUBLE", "at the mark budget: what no choice of contacts within the budget can exceed", "currency"
        ),
    ),
    "Everybody past their own usual gap who may be written to and would more likely than not stay away, also those whose contact costs more than it should bring: the curve falls after its peak.",
)
