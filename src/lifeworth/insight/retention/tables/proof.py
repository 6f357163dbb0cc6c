"""What the figures rest on, and whether the score meant in the past what it says."""

from lifeworth.contract.table import TEXT, Column, Table

WAITS = Table(
    "retention_waits",
    "one row per score that past waits for the next order are held against",
    (
        Column("score", "DOUBLE", "the overdue score", "probability", required=True),
        Column(
            "expected_share",
            "DOUBLE",
            "share of waits of customers still there that should pass it",
            "share",
            required=True,
        ),
        Column("share_mean", "DOUBLE", "share that did", "share", required=True),
        Column("share_low", "DOUBLE", "low end of its range", "share", required=True),
        Column("share_high", "DOUBLE", "high end of it", "share", required=True),
        Column(
            "on_a_day",
            "DOUBLE",
            "share of customers still there that should stand above it on any one day",
            "share",
            required=True,
        ),
        Column("waits", "BIGINT", "waits asked", required=True),
    ),
    "Waits that began in the last year, each scored from the purchases before it. Empty where fewer than 200 began.",
)

PAST_DAY = Table(
    "retention_past_day",
    "one row per band of the overdue score on a past day",
    (
        Column("asked_on", "DATE", "the past day; nothing later was known", required=True),
        Column("follow_days", "INTEGER", "days that have passed since", "days", required=True),
        Column("score_from", "DOUBLE", "band of the score", "probability", required=True),
        Column("score_to", "DOUBLE", "its end", "probability", required=True),
        Column("customers", "BIGINT", "customers in it, of the sample asked; empty where too few to be shown"),
        Column("came_share", "DOUBLE", "of these, those who ordered since", "share"),
        Column("came_low", "DOUBLE", "low end of its range", "share"),
        Column("came_high", "DOUBLE", "high end of it", "share"),
        Column("expected_share", "DOUBLE", "share that was expected to", "share"),
    ),
    "Empty where the past before that day is too short to learn a rhythm from.",
)

GROUNDS = Table(
    "retention_grounds",
    "one row per figure or assumption that the room's other tables rest on",
    (
        Column(
            "name",
            TEXT,
            "regularity, rhythm, score, brings_back, contact_cost, budget, consent, offers, subscriptions, interval_level",
            required=True,
        ),
        Column("figure", "DOUBLE", "its value"),
        Column("low", "DOUBLE", "low end of its range; empty where it is an assumption"),
        Column("high", "DOUBLE", "high end of it"),
        Column("sample", "BIGINT", "customers it rests on; empty where it is an assumption"),
        Column("is_assumed", "BOOLEAN", "whether it is a setting rather than a measurement", required=True),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
)
