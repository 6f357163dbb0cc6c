"""The tables of the segments."""

from lifeworth.contract.table import MONEY_SUM, TEXT, Column, Table

_WORTH = (
    Column("value_mean", "DOUBLE", "what they should bring together over the horizon, present value", "currency"),
    Column("value_low", "DOUBLE", "low end of the range of that sum", "currency"),
    Column("value_high", "DOUBLE", "high end of it", "currency"),
    Column("share_of_value", "DOUBLE", "their part of the expected value of the whole base", "share"),
)

CUSTOMERS = Table(
    "segments_customers",
    "one row per customer",
    (
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column("tier", TEXT, "core, solid, small, marginal or loss: by the share of the base's value", required=True),
        Column("quadrant", TEXT, "loyal earner, costly spender, unsung earner or the rest", required=True),
        Column("life_cycle", TEXT, "new, growing, steady, cooling, quiet or gone", required=True),
        Column("recency_score", "INTEGER", "5 bought most lately, 1 longest ago", "fifth", required=True),
        Column("frequency_score", "INTEGER", "5 bought on most days, 1 on fewest", "fifth", required=True),
        Column("money_score", "INTEGER", "5 brought most net revenue so far, 1 least", "fifth", required=True),
        Column("rfm", TEXT, "the name of the cell of the grid", required=True),
    ),
)

GROUPS = Table(
    "segments_groups",
    "one row per scheme and segment",
    (
        Column("scheme", TEXT, "tier, quadrant, life cycle or rfm", required=True),
        Column("place", "INTEGER", "order in which the segments of a scheme are read", required=True),
        Column("segment", TEXT, "its name", required=True),
        Column("customers", "BIGINT", "how many; empty, as all figures are, where too few to be shown"),
        Column("share_of_customers", "DOUBLE", "of the base", "share"),
        Column("past_revenue", MONEY_SUM, "net revenue so far", "currency"),
        Column("past_profit", MONEY_SUM, "profit so far; revenue where values are revenue", "currency"),
        *_WORTH,
        Column("worth_each", "DOUBLE", "expected value a customer", "currency"),
        Column("orders_each", "DOUBLE", "expected orders a customer over the horizon", "orders"),
        Column("definition", TEXT, "who belongs to it", required=True),
        Column("what_to_do", TEXT, "the usual next step", required=True),
    ),
    "The segments of a scheme part the base: their customers and values add up to it. Those of fewer than ten customers are hidden, "
    "and with them as many others as would give them away.",
)

RFM = Table(
    "segments_rfm",
    "one row per cell of the grid of recency and frequency that holds anybody",
    (
        Column("recency_score", "INTEGER", "5 bought most lately, 1 longest ago", required=True),
        Column("frequency_score", "INTEGER", "5 bought on most days, 1 on fewest", required=True),
        Column("name", TEXT, "the cell's usual name", required=True),
        Column("customers", "BIGINT", "how many; empty where too few to be shown"),
        Column("past_revenue", MONEY_SUM, "net revenue so far; empty where too few to be shown", "currency"),
        Column("worth_each", "DOUBLE", "expected value a customer; empty where too few to be shown", "currency"),
    ),
    "Cells of fewer than ten customers are hidden, and with them as many others as would give them away, alone or with the segments.",
)

MOVES = Table(
    "segments_moves",
    "one row per scheme, segment then and segment now that anybody moved between or stayed in",
    (
        Column("scheme", TEXT, "tier, quadrant or life cycle", required=True),
        Column("before", TEXT, "segment in the last published run; new customer where there was none", required=True),
        Column("now", TEXT, "segment now; no longer known where there is none", required=True),
        Column("customers", "BIGINT", "how many; empty, as all figures are, where too few to be shown"),
        Column("value_before", MONEY_SUM, "what they were expected to bring then", "currency"),
        Column("value_now", MONEY_SUM, "what they are expected to bring now", "currency"),
        Column("change", MONEY_SUM, "now less then", "currency"),
    ),
    "Empty in a first run, and where the last one counted in other money or looked another number of days ahead. Moves of fewer than "
    "ten customers are hidden, and with them as many others as would give them away.",
)

OWN = Table(
    "segments_own",
    "one row per segment of the company's own, as the setting `segments` says",
    (
        Column("place", "INTEGER", "its place in the settings", required=True),
        Column("name", TEXT, "its name", required=True),
        Column("condition", TEXT, "who belongs to it, as the setting says", required=True),
        Column("shown", "BOOLEAN", "whether its figures may be shown", required=True),
        Column("customers", "BIGINT", "how many; empty where not shown"),
        Column("share_of_customers", "DOUBLE", "of the base; empty where not shown", "share"),
        Column("past_revenue", MONEY_SUM, "net revenue so far; empty where not shown", "currency"),
        *_WORTH,
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Own segments may overlap. One is hidden where it would tell of fewer than ten people, alone or with what else is shown.",
)

TABLES = (CUSTOMERS, GROUPS, RFM, MOVES, OWN)
