"""The tables of newcomers to come, customer equity and the value of the company."""

from lifeworth.contract.table import TEXT, Column, Table
from lifeworth.insight.audit.tables.common import BASIS, LEVEL, SINCE, UNTIL, ranged

NEWCOMERS = Table(
    "audit_newcomers",
    "one row per month, seen or to come",
    (
        SINCE,
        UNTIL,
        Column("how", TEXT, "seen or expected", required=True),
        Column("came", "BIGINT", "customers whose first order in the data it was; empty for months to come"),
        Column(
            "newcomers_mean",
            "DOUBLE",
            "of them, those who had not bought before the data begin; or how many are expected",
        ),
        Column("newcomers_low", "DOUBLE", "low end of the range; empty for months seen"),
        Column("newcomers_high", "DOUBLE", "high end of it"),
        Column("method", TEXT, "model, same month of last year, or mean of the last year; empty for months seen"),
        LEVEL,
    ),
)

NEWCOMERS_PAST = Table(
    "audit_newcomers_past",
    "one row per past day and method: newcomers said and come",
    (
        SINCE,
        UNTIL,
        Column("months", "INTEGER", "how many months were forecast", "months", True),
        Column("method", TEXT, "model, same month of last year, or mean of the last year", required=True),
        Column("said_mean", "DOUBLE", "newcomers expected, blind", required=True),
        Column("said_low", "DOUBLE", "low end of the range; only the model gives one"),
        Column("said_high", "DOUBLE", "high end of it"),
        Column("came", "DOUBLE", "newcomers who came", required=True),
        Column("off", "DOUBLE", "said / came less one", "share"),
        Column("used", "BOOLEAN", "whether the method is the one that is used", required=True),
        LEVEL,
    ),
)

FORECAST = Table(
    "audit_forecast",
    "one row per quarter seen, and per quarter and year to come",
    (
        Column("length", TEXT, "quarter or year", required=True),
        SINCE,
        UNTIL,
        Column("how", TEXT, "seen, expected, or extrapolated: beyond twice the history", required=True),
        *ranged("current_revenue", "net revenue of the customers of today"),
        *ranged("new_revenue", "net revenue of customers to come; empty where they cannot be forecast"),
        *ranged("revenue", "both together; what was seen, for quarters seen"),
        *ranged("money", "both in the run's basis, before the cost of winning customers"),
        LEVEL,
        BASIS,
    ),
    "Not discounted.",
)

EQUITY = Table(
    "audit_equity",
    "one row per span of years and part",
    (
        Column("years", "INTEGER", "money of so many years counts; empty: without end", "years"),
        Column("place", "INTEGER", "order of reading", required=True),
        Column(
            "part",
            TEXT,
            "current customers, customers to come, cost of winning them, customer equity, or the keeping rate's figure",
            required=True,
        ),
        *ranged("value", "present value"),
        Column("extrapolated", "DOUBLE", "share of it that comes later than twice the history is long", "share"),
        LEVEL,
        BASIS,
    ),
    "Customer equity is the sum of the parts above it. Customers to come are those of the same years, and without end those of five years with all they"
    " bring. The figure by the keeping rate stands beside, not in, the sum and has no range.",
)

PAST = Table(
    "audit_past",
    "one row per past day and part: net revenue said and come",
    (
        SINCE,
        UNTIL,
        Column("months", "INTEGER", "how many months were forecast", "months", True),
        Column("part", TEXT, "customers of that day, newcomers, or together", required=True),
        Column("said_mean", "DOUBLE", "net revenue expected, blind", "currency", True),
        Column("said_low", "DOUBLE", "low end of the range", "currency"),
        Column("said_high", "DOUBLE", "high end of it", "currency"),
        Column("came", "DOUBLE", "net revenue that came", "currency", True),
        Column("off", "DOUBLE", "said / came less one", "share"),
        Column("inside", "BOOLEAN", "whether it came inside the range", required=True),
        LEVEL,
    ),
)

VALUATION = Table(
    "audit_valuation",
    "one row per step from customers to the value of the company; empty where values are revenue",
    (
        Column("place", "INTEGER", "order of reading", required=True),
        Column("step", TEXT, "the step", required=True),
        Column("is_total", "BOOLEAN", "operating value or shareholder value", required=True),
        *ranged("amount", "present value, signed; empty where missing, and counted as nothing"),
        Column(
            "how", TEXT, "forecast, extrapolated, last year's records going on, setting, sum or missing", required=True
        ),
        LEVEL,
    ),
)

LEVERS = Table(
    "audit_levers",
    "one row per lever and way it is pulled",
    (
        Column("place", "INTEGER", "order of reading", required=True),
        Column("lever", TEXT, "keeping rate, newcomers, margin, cost of winning, discount rate", required=True),
        Column("by", "DOUBLE", "how far it is pulled: points or a share, 0.01 is one point or percent", required=True),
        Column("words", TEXT, "the same in words", required=True),
        Column("value", "DOUBLE", "the last total of the valuation then", "currency", True),
        *ranged("change", "change of it"),
        Column("share", "DOUBLE", "change / the total as it stands", "share"),
        LEVEL,
    ),
)

NOTES = Table(
    "audit_notes",
    "one row per thing that cannot be said, or must be known to read the rest",
    (
        Column("about", TEXT, "lenses, newcomers, equity, forecast or valuation", required=True),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
)

AHEAD = (NEWCOMERS, NEWCOMERS_PAST, FORECAST, EQUITY, PAST, VALUATION, LEVERS, NOTES)
