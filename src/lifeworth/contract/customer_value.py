"""``customer_value``: what a person receives, one row per customer, in this column order."""

from lifeworth.contract.table import TEXT, Column, Table

BOOKS = "DECIMAL(18,2)"
_ENDS = (("mean", "expected"), ("low", "low end of the range of"), ("high", "high end of the range of"))


def _band(name: str, type_: str, meaning: str, unit: str) -> tuple[Column, ...]:
    filled = name not in ("next_order", "residual_value", "lifetime_value")
    return tuple(Column(f"{name}_{end}", type_, f"{word} {meaning}", unit, required=filled) for end, word in _ENDS)


CUSTOMER_VALUE = Table(
    "customer_value",
    "one row per customer known at as_of, sorted by customer_id",
    (
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column("as_of", "DATE", "what happened on or after it influenced nothing", required=True),
        Column("horizon_days", "INTEGER", "how far value looks ahead", "days", required=True),
        Column("interval_level", "DOUBLE", "share of possible futures a range holds", "share", required=True),
        Column("currency", TEXT, "ISO code; empty when no file says it"),
        Column("basis", TEXT, "what value is counted in: profit or revenue", required=True),
        Column("orders", "INTEGER", "orders so far", "orders", required=True),
        Column("frequency", "INTEGER", "repeat purchase days", "days", required=True),
        Column("recency_days", "INTEGER", "first to last purchase day (the papers' t_x)", "days", required=True),
        Column("T_days", "INTEGER", "first purchase day to as_of", "days", required=True),
        Column("days_since_last", "INTEGER", "last purchase day to as_of", "days", required=True),
        Column("first_order_at", "DATE", "first purchase day", required=True),
        Column("last_order_at", "DATE", "last purchase day", required=True),
        Column("past_revenue", BOOKS, "net revenue so far, refunds taken off", "currency", required=True),
        Column("past_profit", BOOKS, "profit so far (revenue when basis is revenue)", "currency", required=True),
        Column(
            "p_alive",
            "DOUBLE",
            "probability of still being a customer; after a single purchase BG/NBD says 1, for it cannot tell; where all "
            "orders are bills of subscriptions, 1 while any of them runs and 0 after",
            "probability",
            required=True,
        ),
        *_band("orders", "DOUBLE", "orders over the horizon", "orders"),
        Column(
            "segment", TEXT, "core, solid, small, marginal or loss: by the share of the base's value", required=True
        ),
        Column("persona", TEXT, "the kind of best or worst customer they resemble; empty where there is none"),
        *_band("revenue", "DOUBLE", "net revenue over the horizon, not discounted", "currency"),
        *_band("value", "DOUBLE", "present value over the horizon, in basis", "currency"),
        *_band("next_order", "DATE", "day of the next order; empty when not likely within the horizon", ""),
        Column("evidence", TEXT, "A to D: how much the customer's own history carries the estimate", required=True),
        Column("reason_1", TEXT, "why the value is what it is, strongest first", required=True),
        Column("reason_2", TEXT, "the second reason", required=True),
        Column("reason_3", TEXT, "the third reason", required=True),
        Column("model", TEXT, "purchase and spend model", required=True),
        Column("model_version", TEXT, "name of the fitted parameters", required=True),
        Column("run_id", TEXT, "the run, as in run.json", required=True),
        *_band(
            "residual_value",
            "DOUBLE",
            "present value of the whole remaining relationship, a century at most; empty where all orders are bills of "
            "subscriptions",
            "currency",
        ),
        *_band(
            "lifetime_value",
            "DOUBLE",
            "past profit (or revenue) and residual value together; empty with it",
            "currency",
        ),
    ),
    "A customer's range is the shortest interval that holds interval_level of their possible futures.",
)
