"""The tables of the five lenses."""

from lifeworth.contract.table import MONEY_SUM, TEXT, Column, Table
from lifeworth.insight.audit.tables.common import BASIS, LEVEL, SINCE, UNTIL

_SPAN = Column(
    "span",
    TEXT,
    "after: the last twelve months (half the history, where it is younger); before: as many before them",
    required=True,
)
_LENGTH = Column("length", TEXT, "month, quarter or year, counted back from the day of the report", required=True)
_FEW = "; empty where too few people to be shown"

DIFFER = Table(
    "audit_differ",
    "one row per span: how customers differ in it (lens 1)",
    (
        _SPAN,
        SINCE,
        UNTIL,
        Column("whole", "BOOLEAN", "whether the data cover all of it", required=True),
        Column("customers", "BIGINT", "with an order in the span", required=True),
        Column("orders", "BIGINT", "their orders", required=True),
        Column("revenue", MONEY_SUM, "net revenue of everybody in the span, late refunds taken off", "currency", True),
        Column("money", MONEY_SUM, "profit before the cost of winning, in the run's basis", "currency", True),
        Column(
            "quiet_money",
            MONEY_SUM,
            "part of it of customers without an order in the span: late refunds, service",
            "currency",
            True,
        ),
        Column("orders_each", "DOUBLE", "orders / customers", "orders"),
        Column("order_value", "DOUBLE", "net revenue / orders", "currency"),
        Column("margin", "DOUBLE", "profit / net revenue; empty in revenue", "share"),
        Column("one_time_share", "DOUBLE", "customers with a single order in the span / customers", "share"),
        Column("gini_revenue", "DOUBLE", "Gini of customers' net revenue: 0 all alike, near 1 one has all"),
        Column("gini_money", "DOUBLE", "Gini of customers' money; above 1 where losses outweigh"),
        Column(
            "top_tenth_share",
            "DOUBLE",
            "money of the best tenth of customers / money of all; from 100 customers on",
            "share",
        ),
        Column("losing", "BIGINT", f"customers who took more than they brought{_FEW}"),
        Column("lost", MONEY_SUM, f"their money{_FEW}", "currency"),
        BASIS,
    ),
    "customers × orders_each × order_value × margin = money. Figures are counted, not estimated: they have no range.",
)

TENTHS = Table(
    "audit_tenths",
    "one row per span and part: customers of the span in equal parts by money, the best first (lens 1)",
    (
        _SPAN,
        Column("part", "INTEGER", "1 is the best", required=True),
        Column("parts", "INTEGER", "how many parts: ten, or fewer so that each holds ten people", required=True),
        Column("customers", "BIGINT", "in the part", required=True),
        Column("orders", "BIGINT", "their orders", required=True),
        Column("revenue", MONEY_SUM, "their net revenue", "currency", True),
        Column("money", MONEY_SUM, "their money in the run's basis", "currency", True),
        Column("share", "DOUBLE", "money / money of all active customers", "share"),
        Column("share_so_far", "DOUBLE", "the same of this part and all better ones (Lorenz curve)", "share"),
        Column("money_each", "DOUBLE", "money a customer", "currency", True),
    ),
)

ORDERS = Table(
    "audit_orders",
    "one row per span and number of orders (lens 1)",
    (
        _SPAN,
        Column("orders_from", "INTEGER", "fewest orders of the band", "orders", True),
        Column("orders_to", "INTEGER", "most orders of the band; empty: no end", "orders"),
        Column("customers", "BIGINT", f"how many{_FEW}"),
        Column("orders", "BIGINT", f"their orders{_FEW}"),
        Column("revenue", MONEY_SUM, f"their net revenue{_FEW}", "currency"),
        Column("money", MONEY_SUM, f"their money in the run's basis{_FEW}", "currency"),
        Column("share_of_customers", "DOUBLE", f"of active customers{_FEW}", "share"),
        Column("share_of_money", "DOUBLE", f"of the money of active customers{_FEW}", "share"),
    ),
)

CHANGE = Table(
    "audit_change",
    "one row per parting of the change between the spans, and part (lens 2)",
    (
        Column("parting", TEXT, "who was active, total, factors, or factors of those active in both", required=True),
        Column("place", "INTEGER", "order of reading", required=True),
        Column("part", TEXT, "the part", required=True),
        BASIS,
        Column("customers", "BIGINT", "people in the group; empty for a factor"),
        Column("before", MONEY_SUM, "their money in the span before; empty for a factor", "currency"),
        Column("after", MONEY_SUM, "their money in the last span; empty for a factor", "currency"),
        Column(
            "change", MONEY_SUM, "after less before; of a factor, its Shapley share of the change", "currency", True
        ),
        Column(
            "change_low",
            "DOUBLE",
            "low end of what the change might have been with other customers like these",
            "currency",
        ),
        Column("change_high", "DOUBLE", "high end of it", "currency"),
        Column("level_before", "DOUBLE", "the factor in the span before; empty for a group"),
        Column("level_after", "DOUBLE", "the factor in the last span; empty for a group"),
        LEVEL,
    ),
    "The parts of a parting add up to the total to the last digit; factors of those active in both add up to the change of that group. Groups of"
    " fewer than ten people are put together.",
)

MOVES = Table(
    "audit_moves",
    "one row per part before and part after: who climbed and who fell (lens 2)",
    (
        Column("was", "INTEGER", "part by money in the span before, 1 the best; 0 not active", required=True),
        Column("became", "INTEGER", "part by money in the last span; 0 not active", required=True),
        Column("parts", "INTEGER", "into how many parts active customers are cut", required=True),
        Column("customers", "BIGINT", f"how many{_FEW}"),
        Column("share", "DOUBLE", f"of those in the part before{_FEW}", "share"),
    ),
)

PERIODS = Table(
    "audit_periods",
    "one row per period (lens 5)",
    (
        _LENGTH,
        Column("place", "INTEGER", "0 is the oldest", required=True),
        SINCE,
        UNTIL,
        Column("whole", "BOOLEAN", "whether the data cover all of it", required=True),
        Column("customers", "BIGINT", f"with an order in the period{_FEW}"),
        Column("new", "BIGINT", f"whose first order it was{_FEW}"),
        Column("kept", "BIGINT", f"who ordered in the period before, too{_FEW}"),
        Column("returning", "BIGINT", f"who ordered earlier, not in the period before{_FEW}"),
        Column("orders", "BIGINT", f"orders{_FEW}"),
        Column("revenue", MONEY_SUM, f"net revenue of everybody{_FEW}", "currency"),
        Column("money", MONEY_SUM, f"money of everybody in the run's basis; adds up to the ledger{_FEW}", "currency"),
        Column("new_money", MONEY_SUM, f"of new customers{_FEW}", "currency"),
        Column("kept_money", MONEY_SUM, f"of kept customers{_FEW}", "currency"),
        Column("returning_money", MONEY_SUM, f"of returning customers{_FEW}", "currency"),
        Column("quiet_money", MONEY_SUM, f"of customers without an order in the period{_FEW}", "currency"),
        BASIS,
    ),
    "Periods and classes of fewer than ten customers are empty, and so are others that would give them away; with them the periods add up to the ledger.",
)

COHORTS = Table(
    "audit_cohorts",
    "one row per cohort and period it lived through (lenses 3 and 5)",
    (
        _LENGTH,
        Column("cohort", "INTEGER", "place of the period of the first orders", required=True),
        Column("won_since", "DATE", "first day of that period", required=True),
        Column("won_until", "DATE", "first day after it", required=True),
        Column("settled", "BOOLEAN", "whole, and hardly anybody in it had bought before the data begin", required=True),
        Column("acquired", "BIGINT", f"customers of the cohort{_FEW}"),
        Column("followed", "BOOLEAN", "whether it is the cohort whose life is told", required=True),
        Column("age", "INTEGER", "periods since its own", required=True),
        SINCE,
        UNTIL,
        Column("active", "BIGINT", f"with an order in the period{_FEW}"),
        Column("active_share", "DOUBLE", f"active / acquired{_FEW}", "share"),
        Column("orders", "BIGINT", f"their orders{_FEW}"),
        Column("revenue", MONEY_SUM, f"net revenue of the cohort{_FEW}", "currency"),
        Column("money", MONEY_SUM, f"its money in the run's basis{_FEW}", "currency"),
        Column("each_active", "DOUBLE", f"money / active{_FEW}", "currency"),
        Column("orders_each", "DOUBLE", f"orders / active{_FEW}", "orders"),
        Column("money_so_far", MONEY_SUM, f"money up to the end of the period{_FEW}", "currency"),
        Column("each_so_far", "DOUBLE", f"the same / acquired{_FEW}", "currency"),
        BASIS,
    ),
    "Over all cohorts, and with money of people who never ordered, each period adds up to the ledger.",
)

REPEATS = Table(
    "audit_repeats",
    "one row per group and purchase: who goes on to the next (lens 3)",
    (
        Column("grouped_by", TEXT, "everybody, or the followed cohort", required=True),
        Column("purchase", "INTEGER", "1 is the first purchase day", required=True),
        Column("customers", "BIGINT", "who made it long enough ago", required=True),
        Column("went_on_mean", "DOUBLE", "share of them who bought again within the days", "share"),
        Column("went_on_low", "DOUBLE", "low end of its range", "share"),
        Column("went_on_high", "DOUBLE", "high end of it", "share"),
        Column("within_days", "INTEGER", "a year, or half of a history below two years", "days", True),
        Column("wait_quarter", "DOUBLE", "days a quarter of those who went on had waited at most", "days"),
        Column("wait_half", "DOUBLE", "the same of half of them: the usual wait", "days"),
        Column("wait_three_quarters", "DOUBLE", "the same of three quarters", "days"),
        Column("one_in", "INTEGER", "one customer in so many was asked", "", True),
        LEVEL,
    ),
)

AGES = Table(
    "audit_ages",
    "one row per cohort and age that all of it has reached (lens 4)",
    (
        _LENGTH,
        Column("won_since", "DATE", "first day of the period of the first orders", required=True),
        Column("won_until", "DATE", "first day after it", required=True),
        Column("settled", "BOOLEAN", "whole, and hardly anybody in it had bought before the data begin", required=True),
        Column("age_months", "INTEGER", "months after that of the first order, which is 0", "months", True),
        Column("customers", "BIGINT", "of the cohort", required=True),
        Column("each_mean", "DOUBLE", "money an average one brought up to the age", "currency", True),
        Column("each_low", "DOUBLE", "low end of the range of that average", "currency"),
        Column("each_high", "DOUBLE", "high end of it", "currency"),
        Column("back_mean", "DOUBLE", "share who had bought on another day", "share", True),
        Column("back_low", "DOUBLE", "low end of its range", "share"),
        Column("back_high", "DOUBLE", "high end of it", "share"),
        LEVEL,
        BASIS,
    ),
)

TREND = Table(
    "audit_trend",
    "one row per question: are newer cohorts better? (lens 4)",
    (
        Column("kind", TEXT, "trend, or newest against a year before", required=True),
        Column("measure", TEXT, "money, or share back", required=True),
        Column("age_months", "INTEGER", "at this age", "months", True),
        Column("cohorts", "INTEGER", "how many are compared", required=True),
        Column("first", "DATE", "first day of the oldest of them", required=True),
        Column("last", "DATE", "first day of the newest", required=True),
        Column("usual", "DOUBLE", "their average; of the year before, where two are compared", required=True),
        Column("change_mean", "DOUBLE", "change a year, or newest less the year before", required=True),
        Column("change_low", "DOUBLE", "low end of its range"),
        Column("change_high", "DOUBLE", "high end of it"),
        Column("relative_mean", "DOUBLE", "change / usual", "share"),
        Column("relative_low", "DOUBLE", "low end of its range", "share"),
        Column("relative_high", "DOUBLE", "high end of it", "share"),
        Column("chance", "DOUBLE", "how often chance alone shows as much", "share", True),
        Column("chance_of_all", "DOUBLE", "the same, allowing for how many questions were asked", "share", True),
        Column("verdict", TEXT, "better, worse or cannot be told", required=True),
        LEVEL,
    ),
)

VERDICT = Table(
    "audit_verdict",
    "one row per reason, and one for all: how healthy is the base? (lens 5)",
    (
        Column("place", "INTEGER", "order of reading; 0 is the verdict", required=True),
        Column("lens", "INTEGER", "the lens a reason comes from; 0 for the verdict", required=True),
        Column("about", TEXT, "what it is about", required=True),
        Column(
            "sign",
            TEXT,
            "of a reason good, bad, open or fact; of the verdict getting stronger, weakening, mixed, steady or too young",
            required=True,
        ),
        Column("change", "DOUBLE", "relative change it rests on", "share"),
        Column("chance", "DOUBLE", "how often chance alone shows as much, allowing for the number of reasons", "share"),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
)

BOOKS = Table(
    "audit_books",
    "one row per check: does what the lenses show add up to the ledger?",
    (
        Column("check_name", TEXT, "what is added up", required=True),
        Column("ours", MONEY_SUM, "sum of the lens", "currency", True),
        Column("ledger", MONEY_SUM, "sum of the ledger", "currency", True),
        Column("difference", MONEY_SUM, "ours less ledger", "currency", True),
    ),
)

LENSES = (VERDICT, DIFFER, TENTHS, ORDERS, CHANGE, MOVES, PERIODS, COHORTS, REPEATS, AGES, TREND, BOOKS)
