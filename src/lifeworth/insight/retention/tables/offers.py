"""What comparable customers buy and others do not yet."""

from lifeworth.contract.table import TEXT, Column, Table

_BIG = "BIGINT"
_WHAT = (
    Column(
        "offer",
        TEXT,
        "new category, or dearer kind: products in the dearest third of a category they buy already",
        required=True,
    ),
    Column("category", TEXT, "the category", required=True),
)

OFFERS = Table(
    "retention_offers",
    "one row per offer and group of comparable customers",
    (
        *_WHAT,
        Column("tier", TEXT, "core, solid or small: by their share of all money of the last 365 days", required=True),
        Column("rhythm", TEXT, "one purchase, within rhythm, or past the usual gap", required=True),
        Column(
            "comparable",
            _BIG,
            "customers who stood like this a window ago and did not have it then",
            "customers",
            required=True,
        ),
        Column(
            "took_up",
            _BIG,
            "of these, those who took it up in the window since; empty where they, or those who did not, are fewer than ten",
            "customers",
        ),
        Column("window_days", "INTEGER", "length of the window", "days", required=True),
        Column(
            "chance_mean",
            "DOUBLE",
            "chance to take it up in a window as long, drawn to all groups as far as chance made them differ",
            "probability",
            required=True,
        ),
        Column("chance_low", "DOUBLE", "low end of its range", "probability", required=True),
        Column("chance_high", "DOUBLE", "high end of it", "probability", required=True),
        Column("brings_mean", "DOUBLE", "what taking it up brought in the first days after", "currency", required=True),
        Column("brings_low", "DOUBLE", "low end of the range of that mean", "currency", required=True),
        Column("brings_high", "DOUBLE", "high end of it", "currency", required=True),
        Column(
            "brings_days", "INTEGER", "these days: a year, or fewer where the history is short", "days", required=True
        ),
        Column("adopters", _BIG, "customers that mean rests on", "customers", required=True),
        Column(
            "candidates",
            _BIG,
            "customers who stand like this today, do not have it and may be written to, of the 10,000 worth most",
            "customers",
            required=True,
        ),
        Column("extra_mean", "DOUBLE", "candidates times chance times what it brings", "currency", required=True),
        Column("extra_low", "DOUBLE", "low end of the range of that sum", "currency", required=True),
        Column("extra_high", "DOUBLE", "high end of it", "currency", required=True),
        Column(
            "expected_then",
            "DOUBLE",
            "how many were to take it up in the window, by the one before; empty where the history is too short",
            "customers",
        ),
    ),
    "The chance is what such customers did without being asked: what asking adds is for an experiment to say. Groups with fewer than ten comparable customers or candidates are left out.",
)

OFFER_LIST = Table(
    "retention_offer_list",
    "one row per customer and offer, the most promising first; the first 1,000 of them",
    (
        Column("place", "INTEGER", "1 for the largest expected extra", required=True),
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        *_WHAT,
        Column(
            "chance",
            "DOUBLE",
            "chance that they take it up within the window of their group",
            "probability",
            required=True,
        ),
        Column("brings", "DOUBLE", "what taking it up brings", "currency", required=True),
        Column("extra_mean", "DOUBLE", "chance times what it brings", "currency", required=True),
        Column("extra_low", "DOUBLE", "low end of the range of that expectation", "currency", required=True),
        Column("extra_high", "DOUBLE", "high end of it", "currency", required=True),
    ),
    "One offer a customer: the one with the largest expected extra. Only customers who may be written to.",
)
