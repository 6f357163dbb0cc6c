"""The tables of the experiments."""

from lifeworth.contract.table import TEXT, Column, Table

_WHICH = (
    Column("experiment_id", TEXT, "the experiment, as the file names it", required=True),
    Column("arm", TEXT, "the treated arm", required=True),
)


def _estimate(name: str, meaning: str, unit: str = "currency") -> tuple[Column, ...]:
    return (
        Column(f"{name}_mean", "DOUBLE", meaning, unit),
        Column(f"{name}_low", "DOUBLE", "low end of its range", unit),
        Column(f"{name}_high", "DOUBLE", "high end of it", unit),
    )


RESULTS = Table(
    "experiments_results",
    "one row per experiment and treated arm, against the untreated one",
    (
        *_WHICH,
        Column("control", TEXT, "the untreated arm it is held against", required=True),
        Column("offer", TEXT, "what was offered; the greatest text where several are given"),
        Column("state", TEXT, "ended or running", required=True),
        Column("assigned_from", "DATE", "first day of assignment", required=True),
        Column("assigned_to", "DATE", "last day of assignment", required=True),
        Column("ended_on", "DATE", "last day whose purchases count; empty while it has no end"),
        Column("days", "DOUBLE", "days a customer was watched, on average", "days", required=True),
        Column("customers", "BIGINT", "assigned to the arm, buyers or not", required=True),
        Column("control_customers", "BIGINT", "assigned to the control", required=True),
        Column("measure", TEXT, "profit or revenue: what is compared", required=True),
        Column("brought_each", "DOUBLE", "brought by a customer of the arm since assignment, before the treatment's cost", "currency"),
        Column("control_brought_each", "DOUBLE", "the same of the control", "currency"),
        Column("cost_each", "DOUBLE", "cost of the treatment a customer of the arm", "currency"),
        Column("control_cost_each", "DOUBLE", "the same of the control", "currency"),
        Column("cost_is_stated", "BOOLEAN", "whether the file says what the treatment cost", required=True),
        *_estimate("difference", "arm less control, cost taken off, a customer; adjusted by what was known before"),
        Column("standard_error", "DOUBLE", "of the difference", "currency"),
        Column("degrees", "DOUBLE", "of freedom behind the standard error"),
        Column("p_value", "DOUBLE", "chance of a difference as large without any effect, for all arms of the experiment together", "probability"),
        *_estimate("plain", "the same difference without adjustment"),
        *_estimate("winsorised", "the same adjusted difference with the largest and smallest amounts cut to the caps"),
        Column("cap_low", "DOUBLE", "what smaller amounts are taken for in it", "currency"),
        Column("cap_high", "DOUBLE", "what larger amounts are taken for in it", "currency"),
        *_estimate("always_valid", "the adjusted difference, with a range that holds however often one looks"),
        Column("always_valid_p_value", "DOUBLE", "smallest error at which that range leaves zero outside", "probability"),
        Column("look_at", TEXT, "which range decides: fixed when the experiment has ended, always valid before", required=True),
        *_estimate("relative", "the difference as a share of what the control brought; empty where that may be zero", "share"),
        Column("variance_saved", "DOUBLE", "part of the variance of the plain difference that the adjustment takes away", "share"),
        Column("adjusted_by", TEXT, "what was known before the assignment and used"),
        Column("bought_share", "DOUBLE", "customers of the arm who bought since assignment", "share"),
        Column("control_bought_share", "DOUBLE", "the same of the control", "share"),
        *_estimate("conversion", "difference of these shares", "share"),
        Column("interval_level", "DOUBLE", "share of experiments whose ranges, of all arms together, hold the truth", "share", required=True),
        Column("may_be_believed", "BOOLEAN", "whether no check of the experiment warns", required=True),
        Column("verdict", TEXT, "keep, stop, cannot tell, too early, do not use or too small", required=True),
        Column("customers_needed", "BIGINT", "customers in both arms together to see a difference as large as this one, in four of five experiments"),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Money: orders placed from the day of assignment to the end, with what followed from them before the day of the run, and "
    "service in that time; communications, too, where the file states no cost of treatment. Everybody assigned counts, "
    "buyers or not. Figures of arms with fewer than ten customers are empty.",
)  # fmt: skip

CHECKS = Table(
    "experiments_checks",
    "one row per experiment and check that could be made",
    (
        Column("experiment_id", TEXT, "the experiment", required=True),
        Column("check_name", TEXT, "control, sample ratio, alike before, watched alike or several arms", required=True),
        Column("statistic", "DOUBLE", "chi-square, or F of days watched"),
        Column("p_value", "DOUBLE", "chance of arms as uneven by lot alone", "probability"),
        Column("state", TEXT, "fine or warn", required=True),
        Column("sentence", TEXT, "in plain words, with what to do", required=True),
    ),
    "A check warns where chance explains it less than once in a thousand.",
)

GROUPS = Table(
    "experiments_groups",
    "one row per experiment, treated arm and group of customers, groups as they were on the day of assignment",
    (
        *_WHICH,
        Column("grouped_by", TEXT, "everybody, value, life cycle, orders before, channel or first category", required=True),
        Column("member", TEXT, "the group; others holds groups too small to stand alone", required=True),
        Column("customers", "BIGINT", "of the group in both arms; empty where too few to be shown"),
        *_estimate("own", "the group's own difference, cost taken off, a customer"),
        Column("standard_error", "DOUBLE", "of it", "currency"),
        *_estimate("effect", "the same drawn to the whole as far as chance may have made it differ"),
        Column("own_weight", "DOUBLE", "how far that is the group's own: 1 wholly, 0 the whole's", "share"),
        Column("p_value", "DOUBLE", "chance of groups so far apart when the effect is the same for all, for all groupings and arms of the experiment together", "probability"),
        Column("differ", "BOOLEAN", "whether the groups of this grouping differ beyond chance", required=True),
        Column("verdict", TEXT, "keep, stop or cannot tell; only where groups differ, else that of everybody", required=True),
        Column("interval_level", "DOUBLE", "share of ranges that hold the truth", "share", required=True),
    ),
    "Made for experiments that have ended and may be believed.",
)  # fmt: skip

UPLIFT = Table(
    "experiments_uplift",
    "one row per experiment and treated arm large enough to rank customers by effect",
    (
        *_WHICH,
        Column("customers", "BIGINT", "the ranking was tried on, none of whom it was learned from", "customers"),
        *_estimate("area", "what a ranking by effect gains over picking at random, a customer, averaged over all shares that may be treated"),
        Column("p_value", "DOUBLE", "chance of as much when ranking is no better than chance, for all arms of the experiment together", "probability"),
        Column("told_apart", "BOOLEAN", "whether customers can be ranked by effect", required=True),
        Column("treat_share", "DOUBLE", "part of such customers that is worth treating", "share"),
        Column("advice", TEXT, "the first fifths, all, none or cannot tell", required=True),
        Column("interval_level", "DOUBLE", "share of ranges that hold the truth", "share", required=True),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
)  # fmt: skip

FIFTHS = Table(
    "experiments_fifths",
    "one row per experiment, treated arm and fifth of its customers, the largest expected effect first",
    (
        *_WHICH,
        Column("fifth", "INTEGER", "1 is ranked first", required=True),
        Column("customers", "BIGINT", "in both arms", required=True),
        *_estimate("effect", "difference, cost taken off, a customer; the ranking was learned from others"),
        *_estimate("up_to_here", "the same of this fifth and those before it together"),
        Column("interval_level", "DOUBLE", "share of ranges that hold the truth", "share", required=True),
    ),
    "Only where customers can be ranked by effect.",
)

TARGETS = Table(
    "experiments_targets",
    "one row per experiment, treated arm and customer worth treating next, the largest expected effect first",
    (
        *_WHICH,
        Column("place", "INTEGER", "1 first", required=True),
        Column("customer_id", TEXT, "the customer", required=True),
        Column("fifth", "INTEGER", "the fifth of the experiment's customers whose score is like theirs", required=True),
        *_estimate("effect", "average effect of that fifth, cost taken off, drawn to the whole"),
        Column("interval_level", "DOUBLE", "share of ranges that hold the truth", "share", required=True),
    ),
    "Today's customers like those of the experiment, a thousand an arm at most, without those who may not be written to. "
    "Only where customers can be ranked by effect.",
)

WINDOWS = Table(
    "experiments_windows",
    "one row per length of window and group of customers by the value predicted before it",
    (
        Column("window_days", "INTEGER", "length of the window", "days", required=True),
        Column("starts_on", "DATE", "its first day; the prediction knows nothing of it or later"),
        Column(
            "basis",
            TEXT,
            "past: what came in the window; forecast: the run's own spread, where history is too short",
            required=True,
        ),
        Column(
            "place", "INTEGER", "order of the groups, the highest predicted value first; 0 is everybody", required=True
        ),
        Column(
            "from_share",
            "DOUBLE",
            "the group begins here in the list of customers by predicted value",
            "share",
            required=True,
        ),
        Column("to_share", "DOUBLE", "and ends here", "share", required=True),
        Column("customers", "BIGINT", "it was measured on", required=True),
        Column("bought_share", "DOUBLE", "of them who bought in the window", "share"),
        Column("mean", "DOUBLE", "money a customer brought in the window", "currency", required=True),
        Column("variance", "DOUBLE", "variance of it between customers", "currency squared", required=True),
        Column("rest_mean", "DOUBLE", "mean of what the prediction does not explain", "currency", required=True),
        Column("rest_variance", "DOUBLE", "variance of it", "currency squared", required=True),
    ),
    "An even sample of 30,000 customers at most. What planning an experiment needs: see `lifeworth experiment plan`.",
)

CUSTOMERS = Table(
    "experiments_customers",
    "one row per customer",
    (
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column("channel", TEXT, "the channel that won the customer"),
        Column("country", TEXT, "country"),
        Column("consent_email", "BOOLEAN", "may be written to by e-mail; empty where nobody says"),
        Column("consent_ads", "BOOLEAN", "may be shown advertising by name; empty where nobody says"),
        Column("held_out_by", TEXT, "a running experiment whose untreated arm the customer is in; empty otherwise"),
    ),
    "Who may take part in the next experiment: see `lifeworth experiment assign`.",
)

TABLES = (RESULTS, CHECKS, GROUPS, UPLIFT, FIFTHS, TARGETS, WINDOWS, CUSTOMERS)
