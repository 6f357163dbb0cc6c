"""The tables of acquisition."""

from lifeworth.contract.table import MONEY_SUM, TEXT, Column, Table


def _range(name: str, meaning: str, unit: str) -> tuple[Column, ...]:
    """A figure with the ends of its range."""
    return (
        Column(f"{name}_mean", "DOUBLE", meaning, unit),
        Column(f"{name}_low", "DOUBLE", f"low end of the range of {name}", unit),
        Column(f"{name}_high", "DOUBLE", "high end of it; empty where there is none", unit),
    )


_LEVEL = Column("interval_level", "DOUBLE", "share of plausible figures a range holds", "share", True)
_BASIS = Column(
    "basis", TEXT, "profit (before the cost of winning), or revenue where no costs are known", required=True
)
_GROUPED = (
    Column("grouped_by", TEXT, "everybody, channel or won in (month or quarter of the first order)", required=True),
    Column("member", TEXT, "the group", required=True),
)

SPEND = Table(
    "acquisition_spend",
    "one row per channel and month with spend on winning customers or newcomers",
    (
        Column("channel", TEXT, "as most customers' records spell it, else as the spend does", required=True),
        Column("month", "DATE", "first day of the month", required=True),
        Column("spend", MONEY_SUM, "spent on winning customers before the day asked", "currency", True),
        Column("newcomers", "BIGINT", "first orders of the month; empty where too few to be shown"),
        Column("attributed", MONEY_SUM, "acquisition cost of these newcomers in the books", "currency", True),
        Column("unattributed", MONEY_SUM, "spend that no newcomer shares", "currency", True),
        Column(
            "still_open",
            MONEY_SUM,
            "attributed + unattributed - spend: not zero only in a month still running",
            "currency",
            True,
        ),
        Column(
            "cac", "DOUBLE", "spend a newcomer; empty without spend, without newcomers or where too few", "currency"
        ),
        Column("note", TEXT, "what became of the spend, in words", required=True),
    ),
    "Attribution: what a channel cost in a calendar month is shared equally by the customers whose first order fell into that"
    " month and came through that channel. Cells of fewer than ten newcomers are hidden, and others that would give them away."
    " Empty where no spend is known.",
)

BOOKS = Table(
    "acquisition_books",
    "one row per step from the spend in the files to the acquisition cost in the books",
    (
        Column("place", "INTEGER", "order of reading", required=True),
        Column("step", TEXT, "the step", required=True),
        Column("amount", MONEY_SUM, "money; the two differences are zero to the last digit", "currency", True),
        Column("says", TEXT, "where it comes from", required=True),
    ),
)

COSTS = Table(
    "acquisition_costs",
    "one row per group of newcomers and days: what winning one of them cost",
    (
        Column("grouped_by", TEXT, "everybody, channel, won in, or channel and won in", required=True),
        Column("channel", TEXT, "the channel; all channels where not told apart", required=True),
        Column("won_in", TEXT, "month (2025-09) or quarter (2025-Q3); empty where not told apart"),
        Column("since", "DATE", "first day counted", required=True),
        Column("until", "DATE", "first day no longer counted", required=True),
        Column(
            "spend", MONEY_SUM, "spent on winning customers in these days, shared by somebody or not", "currency", True
        ),
        Column("newcomers", "BIGINT", "first orders in these days; empty where too few to be shown"),
        Column("paid_newcomers", "BIGINT", "of these, through channels with spend in these days; empty where too few"),
        Column("paid_cac", "DOUBLE", "spend / newcomers through channels with spend", "currency"),
        Column("blended_cac", "DOUBLE", "spend / all newcomers, those who cost nothing included", "currency"),
        Column("formula", TEXT, "what was divided by what", required=True),
    ),
    "Others divide all sales and marketing cost, or divide by all customers: a CAC says little without its formula.",
)

CAMPAIGNS = Table(
    "acquisition_campaigns",
    "one row per channel and campaign that the spend names",
    (
        Column("channel", TEXT, "where the money went", required=True),
        Column("campaign", TEXT, "as the spend names it; no campaign stated where it does not", required=True),
        Column("since", "DATE", "first day counted", required=True),
        Column("until", "DATE", "first day no longer counted", required=True),
        Column("spend", MONEY_SUM, "spent on it in these days", "currency", True),
        Column("share_of_spend", "DOUBLE", "of all spend on winning customers in these days", "share"),
        Column("newcomers", "BIGINT", "first orders that something ties to it; empty where nothing does or too few"),
        Column("cac", "DOUBLE", "spend / newcomers", "currency"),
        Column("tied_by", TEXT, "what ties newcomers to campaigns; empty where nothing does"),
        Column("note", TEXT, "in plain words", required=True),
    ),
    "Sorted by spend; the 200 dearest.",
)

CURVES = Table(
    "acquisition_curves",
    "one row per group of newcomers and month since the first order",
    (
        *_GROUPED,
        Column("month", "INTEGER", "months of 30 days since the first order; 0 is its day", "months", True),
        Column("customers", "BIGINT", "newcomers seen over the last step; empty where predicted"),
        *_range("value", "what a newcomer brought up to then, the first order included", "currency"),
        Column(
            "how",
            TEXT,
            "seen: every step was gone through by at least 30 newcomers; predicted: not all were",
            required=True,
        ),
        _LEVEL,
        _BASIS,
    ),
    "Not discounted, before the cost of winning; money on the day it moved. Each step is the average of everybody seen over it in"
    " the days judged.",
)

PAYBACK = Table(
    "acquisition_payback",
    "one row per group of newcomers with a cost of winning them",
    (
        *_GROUPED,
        Column("customers", "BIGINT", "newcomers in the days judged; empty where too few to be shown"),
        Column("cac", "DOUBLE", "what winning one cost", "currency", True),
        Column(
            "payback_months",
            "INTEGER",
            "first month in which an average newcomer has brought it back; 0 the first day",
            "months",
        ),
        Column("payback_low", "INTEGER", "early end of its range", "months"),
        Column("payback_high", "INTEGER", "late end; empty where it is not within the months looked at", "months"),
        Column(
            "chance_within", "DOUBLE", "share of plausible curves that reach it within the months looked at", "share"
        ),
        Column("within_months", "INTEGER", "months looked at", "months", True),
        Column(
            "how", TEXT, "seen or predicted: whether the payback lies within what newcomers have reached", required=True
        ),
        _LEVEL,
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Empty where no spend is known, or no costs: revenue pays nothing back.",
)

MARGINAL = Table(
    "acquisition_marginal",
    "one row per channel with spend: what one newcomer more costs",
    (
        Column("channel", TEXT, "the channel", required=True),
        Column("months", "INTEGER", "whole months with spend", "months", True),
        *_range("elasticity", "percent more newcomers for one percent more spend", ""),
        Column("from_data", "DOUBLE", "from 0, the figure is the prior, to 1, it is the months'", "share"),
        Column("cac", "DOUBLE", "what winning one cost on average in the days judged", "currency"),
        *_range("marginal_cac", "what one newcomer more costs: cac / elasticity", "currency"),
        _LEVEL,
        Column("note", TEXT, "in plain words", required=True),
    ),
    "Prior: elasticity 0.70, standard deviation 0.32. It supposes that months differed in spend for other reasons than demand.",
)

VALUES = Table(
    "acquisition_values",
    "one row per group of newcomers and horizon: what one brings against what one costs",
    (
        *_GROUPED,
        Column("horizon_days", "INTEGER", "days from the first order, its day included", "days", True),
        Column("customers", "BIGINT", "newcomers seen over the last step; empty where predicted"),
        *_range("value", "what an average newcomer brings", "currency"),
        Column("how", TEXT, "seen or predicted", required=True),
        Column("cac", "DOUBLE", "what winning one cost; empty without spend", "currency"),
        *_range("ratio", "value / cac", ""),
        Column(
            "ceiling",
            "DOUBLE",
            "the most one may pay for one newcomer more that pays back within the horizon",
            "currency",
        ),
        Column("ceiling_cautious", "DOUBLE", "the same at the low end of the range", "currency"),
        Column(
            "run_value_mean",
            "DOUBLE",
            "the run's own value of such a newcomer (values_newcomers), where it has one",
            "currency",
        ),
        Column("run_value_low", "DOUBLE", "low end of its range", "currency"),
        Column("run_value_high", "DOUBLE", "high end of its range", "currency"),
        Column("reconciled", TEXT, "how far both are apart, and why", ""),
        _LEVEL,
        _BASIS,
    ),
    "An average of many newcomers, those who never return among them; not discounted. The range holds chance and how far the"
    " newcomers of late were from those before. In revenue there is no ratio and no ceiling.",
)

VERDICTS = Table(
    "acquisition_verdicts",
    "one row per channel with spend: does the last of its money contribute?",
    (
        Column("channel", TEXT, "the channel", required=True),
        Column("horizon_days", "INTEGER", "within how many days", "days", True),
        Column("spend", MONEY_SUM, "spent in the days judged", "currency", True),
        Column("newcomers", "BIGINT", "won in these days; empty where too few to be shown"),
        *_range(
            "average", "what is brought beyond itself by each unit of money spent on average: value / cac - 1", "share"
        ),
        *_range("contribution", "the same of the last unit of money: value / marginal cac - 1", "share"),
        Column(
            "chance", "DOUBLE", "how often chance alone would put the last one so far from even, either side", "share"
        ),
        Column("verdict", TEXT, "earns, loses or cannot be told", required=True),
        Column("average_verdict", TEXT, "the same on average", required=True),
        Column(
            "chance_best",
            "DOUBLE",
            "share of plausible figures in which no channel brings more on average",
            "share",
        ),
        _LEVEL,
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Verdicts allow for the number of channels compared (Benjamini and Hochberg 1995). Sorted by what is brought on average.",
)

KEEPING = Table(
    "acquisition_or_keeping",
    "one row per way of getting profit in the next year",
    (
        Column("place", "INTEGER", "order of reading", required=True),
        Column(
            "way",
            TEXT,
            "winning customers, winning customers (all newcomers), keeping customers, or the ratio",
            required=True,
        ),
        Column("cost", MONEY_SUM, "what was spent in the days judged", "currency"),
        *_range("profit", "what it stands against", "currency"),
        *_range(
            "cost_of_one",
            "cost / profit: what one unit of profit costs; for the ratio, that of winning over that of keeping",
            "",
        ),
        Column("how", TEXT, "observed, or experiment: only an experiment says what money causes", required=True),
        _LEVEL,
        Column("sentence", TEXT, "in plain words", required=True),
    ),
)

TABLES = (SPEND, BOOKS, COSTS, CAMPAIGNS, CURVES, PAYBACK, MARGINAL, VALUES, VERDICTS, KEEPING)
