"""The tables of margins."""

from lifeworth.contract.table import MONEY_SUM, TEXT, Column, Table

_GROUP = (
    Column("dimension", TEXT, "what the group is told apart by: category, channel, country, payment…", required=True),
    Column("member", TEXT, "which one", required=True),
    Column("second_dimension", TEXT, "the second thing it is told apart by; empty for one-way groups"),
    Column("second_member", TEXT, "which one"),
)

_RANGE = ("low end of its range", "high end of its range")

WATERFALL = Table(
    "margins_waterfall",
    "one row per grouping, group and step",
    (
        Column(
            "grouping", TEXT, "base, tier, life cycle, persona, channel, country, category or product", required=True
        ),
        Column("place", "INTEGER", "place of the group, the largest by gross sales first", required=True),
        Column("member", TEXT, 'the group; "not stated" and "others" hold the rest', required=True),
        Column("label", TEXT, "its name in words: a product's name, else the group itself", required=True),
        Column(
            "customers",
            "BIGINT",
            "customers in it, or who bought it; empty for others and not stated of goods, and for goods of a shop of more than 300,000 orders",
            "customers",
        ),
        Column("position", "INTEGER", "place of the step", required=True),
        Column("step", TEXT, "the step, named as in ledger_waterfall", required=True),
        Column("kind", TEXT, "start, minus, plus or total", required=True),
        Column("amount", MONEY_SUM, "money of the step, signed", "currency", required=True),
        Column("share_of_gross", "DOUBLE", "of the group's gross sales; empty where it has none", "share"),
        Column("base_share", "DOUBLE", "the same of all customers", "share"),
        Column("difference", "DOUBLE", "the group's share less the base's", "share"),
    ),
    'The groups of every grouping add up to ledger_waterfall to the last digit. Groups of fewer than ten people stand in "others".',
)

TESTED = Table(
    "margins_tested",
    "one row per cost and group that was held against its comparables",
    (
        Column(
            "cost",
            TEXT,
            "returns, discounts, shipping, payment fees, commission, service or communications",
            required=True,
        ),
        *_GROUP,
        Column(
            "orders",
            "BIGINT",
            "orders of the group in the days looked at (of those asked, where not all were)",
            "orders",
        ),
        Column("customers", "BIGINT", "customers behind them", "customers"),
        Column(
            "excess_mean",
            "DOUBLE",
            "what it cost a year beyond what its comparables would have caused",
            "currency a year",
        ),
        Column("excess_low", "DOUBLE", _RANGE[0], "currency a year"),
        Column("excess_high", "DOUBLE", _RANGE[1], "currency a year"),
        Column("p_value", "DOUBLE", "chance of an excess this clear where there is none; one-sided", "probability"),
        Column(
            "q_value",
            "DOUBLE",
            "the same among all tested (Benjamini and Hochberg); empty for terms of trade",
            "probability",
        ),
        Column(
            "verdict",
            TEXT,
            "leak, term of trade, explained by another, not within the same customers, beyond the twenty surest of its cost, or may be chance",
            required=True,
        ),
        Column("explained_by", TEXT, "the finding that explains it"),
    ),
)

LEAKS = Table(
    "margins_leaks",
    "one row per finding: a cost that a group causes beyond its comparables, leaks first, the surest loss first",
    (
        Column("place", "INTEGER", "its place among its kind", required=True),
        Column(
            "kind",
            TEXT,
            "leak, or term of trade: a price that a contract, a tariff or the company's own offer sets",
            required=True,
        ),
        Column("cost", TEXT, "which cost", required=True),
        *_GROUP,
        Column("orders", "BIGINT", "orders of the group in the days looked at", "orders", required=True),
        Column("customers", "BIGINT", "customers behind them", "customers", required=True),
        Column("amount_year", "DOUBLE", "what the cost was, a year", "currency a year", required=True),
        Column(
            "excess_mean",
            "DOUBLE",
            "of it, what its comparables would not have caused",
            "currency a year",
            required=True,
        ),
        Column("excess_low", "DOUBLE", _RANGE[0], "currency a year", required=True),
        Column("excess_high", "DOUBLE", _RANGE[1], "currency a year", required=True),
        Column("rate", "DOUBLE", "the cost per unit: of money sold, or per order", "see unit", required=True),
        Column("comparable_rate", "DOUBLE", "the same of its comparables", "see unit", required=True),
        Column("unit", TEXT, "share of list price, share of money sold, or currency an order", required=True),
        Column("comparables", TEXT, "whom it was held against", required=True),
        Column("matched_on", TEXT, "what was the same", required=True),
        Column(
            "within_mean",
            "DOUBLE",
            "the excess when only goods bought by the same customers are compared",
            "currency a year",
        ),
        Column("within_low", "DOUBLE", _RANGE[0], "currency a year"),
        Column("within_high", "DOUBLE", _RANGE[1], "currency a year"),
        Column("worst_within", TEXT, "the part of the group where it is worse still, in words: through marketplace"),
        Column(
            "worst_excess",
            "DOUBLE",
            "what that part costs a year beyond the rest of the group and beyond its other comparables",
            "currency a year",
        ),
        Column("p_value", "DOUBLE", "one-sided", "probability", required=True),
        Column("q_value", "DOUBLE", "among all tested; empty for terms of trade", "probability"),
        Column("interval_level", "DOUBLE", "level of the range", "share", required=True),
        Column("days", "INTEGER", "days of orders looked at, up to as_of", "days", required=True),
        Column(
            "one_in",
            "INTEGER",
            "one customer in so many was asked, and their money multiplied",
            "customers",
            required=True,
        ),
        Column("sentence", TEXT, "in plain words", required=True),
        Column("what_to_do", TEXT, "the usual next step", required=True),
    ),
    "A leak is a difference from comparable customers, not a proof of its cause. Findings that rest on the same orders are reported once.",
)

LOSS_MAKERS = Table(
    "margins_loss_makers",
    "one row per customer who lost money so far, the largest loss first, a thousand at most",
    (
        Column("place", "INTEGER", "the largest loss first", required=True),
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column("orders", "INTEGER", "orders so far", "orders", required=True),
        Column("past_revenue", "DECIMAL(18,2)", "net revenue so far", "currency", required=True),
        Column(
            "past_profit",
            "DECIMAL(18,2)",
            "profit so far (net revenue where values are revenue)",
            "currency",
            required=True,
        ),
        Column("value_mean", "DOUBLE", "what they should bring over the horizon", "currency", required=True),
        Column("value_low", "DOUBLE", "low end of its range", "currency", required=True),
        Column("value_high", "DOUBLE", "high end of it", "currency", required=True),
        Column("loses_ahead", "BOOLEAN", "whether they are also expected to lose money", required=True),
        Column("cost", TEXT, "the cost furthest above that of customers alike", required=True),
        Column("cost_amount", "DOUBLE", "what it was", "currency", required=True),
        Column("cost_excess", "DOUBLE", "of it, what customers alike would not have caused", "currency", required=True),
        Column("reason", TEXT, "in plain words", required=True),
    ),
)

LOSSES = Table(
    "margins_losses",
    "one row per state of loss",
    (
        Column("place", "INTEGER", "reading order", required=True),
        Column("state", TEXT, "so far and ahead, so far only, or ahead only", required=True),
        Column("customers", "BIGINT", "how many", "customers"),
        Column("share_of_customers", "DOUBLE", "of the base", "share"),
        Column("past_profit", MONEY_SUM, "their profit so far (net revenue where values are revenue)", "currency"),
        Column("value_mean", "DOUBLE", "what they should bring together over the horizon", "currency"),
        Column("value_low", "DOUBLE", "low end of the range of that sum", "currency"),
        Column("value_high", "DOUBLE", "high end of it", "currency"),
        Column("commonest_cost", TEXT, "the cost that most of them have above customers alike; empty for ahead only"),
        Column("definition", TEXT, "who is meant", required=True),
    ),
    "Figures of states of fewer than ten customers are empty, and so are those of another that would give them away.",
)

LOSS_GROUPS = Table(
    "margins_loss_groups",
    "one row per group whose orders lose money beyond chance, the largest loss first",
    (
        Column("place", "INTEGER", "the largest loss first", required=True),
        *_GROUP,
        Column("orders", "BIGINT", "orders a year", "orders a year", required=True),
        Column("customers", "BIGINT", "customers behind them, in the days looked at", "customers", required=True),
        Column(
            "profit_per_order_mean",
            "DOUBLE",
            "profit of an order with all that followed it, on average",
            "currency",
            required=True,
        ),
        Column("profit_per_order_low", "DOUBLE", _RANGE[0], "currency", required=True),
        Column("profit_per_order_high", "DOUBLE", _RANGE[1], "currency", required=True),
        Column("loss_mean", "DOUBLE", "loss a year; positive", "currency a year", required=True),
        Column("loss_low", "DOUBLE", _RANGE[0], "currency a year", required=True),
        Column("loss_high", "DOUBLE", _RANGE[1], "currency a year", required=True),
        Column("cost", TEXT, "the cost furthest above that of all orders, as a share of list price", required=True),
        Column("p_value", "DOUBLE", "one-sided, against profit of zero or more", "probability", required=True),
        Column("q_value", "DOUBLE", "among all groups tested (Benjamini and Hochberg)", "probability", required=True),
        Column("groups_tested", "INTEGER", "how many groups were tested", "groups", required=True),
        Column("interval_level", "DOUBLE", "level of the ranges", "share", required=True),
        Column("days", "INTEGER", "days of orders looked at, up to as_of", "days", required=True),
        Column(
            "one_in",
            "INTEGER",
            "one customer in so many was asked, and their money multiplied",
            "customers",
            required=True,
        ),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Each group is told without the orders of those above it, so that no order is counted twice.",
)

WHAT_IF = Table(
    "margins_what_if",
    "one row per lever of the setting `what_if` and way of reckoning it",
    (
        Column("place", "INTEGER", "place in the settings", required=True),
        Column("lever", TEXT, "retention, returns, price, acquisition_cost or budget", required=True),
        Column("by", "DOUBLE", "how far it is pulled: points for retention, else a share", "share", required=True),
        Column("channel", TEXT, "budget: where money is taken from"),
        Column("to_channel", TEXT, "budget: where it goes"),
        Column("reckoned", TEXT, "budget: at average cost, or at marginal cost; empty for the others"),
        Column("what_changes", TEXT, "the sum that changes", required=True),
        Column("before", "DOUBLE", "that sum as it stands", "currency"),
        Column("change_mean", "DOUBLE", "what the lever changes; empty where it cannot be said", "currency"),
        Column("change_low", "DOUBLE", _RANGE[0], "currency"),
        Column("change_high", "DOUBLE", _RANGE[1], "currency"),
        Column("horizon_days", "INTEGER", "over how many days", "days", required=True),
        Column("interval_level", "DOUBLE", "level of the range", "share", required=True),
        Column("assumption", TEXT, "what is taken for granted", required=True),
        Column("sentence", TEXT, "in plain words, with the assumption", required=True),
    ),
)

TABLES = (WATERFALL, LEAKS, TESTED, LOSS_MAKERS, LOSSES, LOSS_GROUPS, WHAT_IF)
