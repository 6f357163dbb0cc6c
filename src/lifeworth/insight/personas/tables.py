"""The tables of the personas."""

from lifeworth.contract.table import MONEY_SUM, TEXT, Column, Table

_PERSONA = Column("persona", TEXT, "its name", required=True)


def _ranged(name: str, meaning: str, unit: str = "") -> tuple[Column, Column, Column]:
    """An estimate with the ends of its range."""
    return (
        Column(f"{name}_mean", "DOUBLE", meaning, unit),
        Column(f"{name}_low", "DOUBLE", "low end of its range", unit),
        Column(f"{name}_high", "DOUBLE", "high end of it", unit),
    )


FINDING = Table(
    "personas_finding",
    "a single row: whether there are personas, and if not, why",
    (
        Column("found", "BOOLEAN", "whether there are any", required=True),
        Column("kinds", "INTEGER", "kinds of people that come back in other halves of the base; 1 is none"),
        Column("personas", "INTEGER", "kinds worth clearly more than the base"),
        Column("columns_used", "INTEGER", "columns that describe them"),
        Column("customers", "BIGINT", "of the base"),
        Column(
            "looked_at", "BIGINT", "customers from whom everything was learned: all, or 40,000 evenly over their ids"
        ),
        Column("with_persona", "BIGINT", "customers who belong to a persona or to the opposite group"),
        Column("interval_level", "DOUBLE", "share of cases in which a range of these tables holds the true figure"),
        Column("reason", TEXT, "why there are none; empty where there are"),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
)

ATTRIBUTES = Table(
    "personas_attributes",
    "one row per column that was considered",
    (
        Column("attribute", TEXT, "the column's name; a question's words where it comes from a survey", required=True),
        Column("origin", TEXT, "own column, channel, country or survey", required=True),
        Column(
            "part",
            TEXT,
            "tells worth, goes with what tells worth, tells worth on its own, tells nothing, left out",
            required=True,
        ),
        Column("used", "BOOLEAN", "whether personas are made of it", required=True),
        Column("protected", "BOOLEAN", "whether it is protected, so that it never describes a persona", required=True),
        Column("reason", TEXT, "in plain words", required=True),
        Column("known_share", "DOUBLE", "share of customers of whom it says anything", "share"),
        Column("levels", "INTEGER", "levels it was cut into; different values where it was left out"),
        Column("people", "BIGINT", "customers looked at of whom it is known"),
        *_ranged(
            "strength", "correlation ratio of the ranks of expected value, less what chance gives: 0 nothing, 1 all"
        ),
        Column(
            "p_value", "DOUBLE", "chance of such differences in expected value, had levels been dealt out at random"
        ),
        *_ranged("past_strength", "the same of money so far, among customers known equally long"),
        Column("p_past", "DOUBLE", "chance of such differences in money so far"),
        Column("p_orders", "DOUBLE", "chance of such differences in orders so far"),
        Column("q", "DOUBLE", "the larger of p_value and p_past, false discoveries among all columns under control"),
        Column("p_beyond", "DOUBLE", "chance of what it adds to the stronger columns; empty where it tells nothing"),
        Column("goes_with", TEXT, "the column it is tied to most, with Cramér's V"),
    ),
    "A column tells worth when it tells both what customers should bring and what they brought (q under 0.05).",
)

CHOICE = Table(
    "personas_choice",
    "one row per number of kinds that was tried",
    (
        Column("kinds", "INTEGER", "how many", required=True),
        *_ranged(
            "stability",
            "adjusted Rand index between partings learned on two halves; its ends are the lowest and highest seen",
        ),
        Column(
            "stability_by_chance", "DOUBLE", "the highest once each column was dealt out anew; empty where not needed"
        ),
        Column("gain", "DOUBLE", "log-likelihood of a person not learned from, above the best smaller number"),
        Column("gain_spread", "DOUBLE", "standard deviation of the gain over halves"),
        Column("holds", "BOOLEAN", "confirmed by people not learned from, and stable", required=True),
        Column("chosen", "BOOLEAN", "whether personas come from it", required=True),
    ),
    "Chosen is the largest number that holds and of which some kind is worth clearly more than the base.",
)

CUSTOMERS = Table(
    "personas_customers",
    "one row per customer, in the order of ids",
    (
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column("persona", TEXT, "the persona or opposite group the customer belongs to; empty for none"),
        Column(
            "membership",
            "DOUBLE",
            "chance of the likeliest kind; empty where less than half of the columns are known",
            "share",
        ),
    ),
    "A customer belongs where it is likelier than not, given at least half of the columns.",
)

PROFILES = Table(
    "personas_profiles",
    "one row per persona, the opposite group, everybody else, and the base",
    (
        Column("place", "INTEGER", "order in which they are read", required=True),
        _PERSONA,
        Column("role", TEXT, "ideal, opposite, everybody else or base", required=True),
        Column("customers", "BIGINT", "how many; empty where too few to be shown"),
        Column("share_of_customers", "DOUBLE", "of the base", "share"),
        Column("past_revenue", MONEY_SUM, "net revenue so far", "currency"),
        Column("past_profit", MONEY_SUM, "profit so far; revenue where values are revenue", "currency"),
        *_ranged("value", "what they should bring together over the horizon, present value", "currency"),
        Column("listed_value", "DOUBLE", "what their own values in the customer table add up to", "currency"),
        Column("share_of_value", "DOUBLE", "their part of the expected value of the whole base", "share"),
        *_ranged("worth_each", "expected value of one of them", "currency"),
        *_ranged(
            "above_base",
            "by how much that is above a customer of the base",
            "currency",
        ),
        Column(
            "lift",
            "DOUBLE",
            "worth of one of them over that of a customer of the base; empty where the base is worth nothing",
        ),
        Column(
            "p",
            "DOUBLE",
            "largest chance of what was tested (mean, ranks of value, ranks of money so far), corrected for the number of kinds",
        ),
        Column("traits", TEXT, "what they share, with the share among them and in the base"),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Groups part the base: customers and values of all rows but the base add up to it. value_mean lets the group's own past speak, "
    "while a customer's own value is drawn towards the whole base: see listed_value. Too small a group is hidden, and with it as many "
    "others as would give it away.",
)

RULES = Table(
    "personas_rules",
    "one row per condition that describes a persona or the opposite group",
    (
        _PERSONA,
        Column(
            "place", "INTEGER", "1 describes most of them, the next those whom the earlier ones miss", required=True
        ),
        Column("rule", TEXT, "in plain words", required=True),
        Column("condition", TEXT, "as the setting `segments` takes it; empty where a column cannot be used there"),
        Column("people", "BIGINT", "customers it holds for, among those it was judged on", required=True),
        *_ranged("coverage", "share of the group that fulfils it", "share"),
        *_ranged("confidence", "share of those who fulfil it that belong to the group", "share"),
        *_ranged("lift", "confidence over the group's share of everybody"),
        *_ranged("worth_each", "expected value of one of those who fulfil it", "currency"),
    ),
    "Found on one half of the customers looked at, measured on the other.",
)

CONTRAST = Table(
    "personas_contrast",
    "one row per persona, column and level",
    (
        _PERSONA,
        Column("against", TEXT, "the opposite group, or everybody else where there is none", required=True),
        Column("attribute", TEXT, "the column", required=True),
        Column("level", TEXT, "its level", required=True),
        *_ranged("share", "share of the persona, of those of whom the column is known", "share"),
        *_ranged("other_share", "share of the group it is held against", "share"),
        *_ranged("difference", "the first less the second", "share"),
        Column("base_share", "DOUBLE", "share of the base", "share"),
    ),
    "Levels of which some group holds fewer than ten people are put together; a column whose levels cannot be told apart then is left out.",
)

JOURNEY = Table(
    "personas_journey",
    "one row per persona or opposite group and step",
    (
        _PERSONA,
        Column("place", "INTEGER", "order in which the steps are read", required=True),
        Column("step", TEXT, "what is looked at", required=True),
        Column("detail", TEXT, "the product, category or channel; empty for figures"),
        Column("unit", TEXT, "share, days, orders, currency or tickets", required=True),
        *_ranged("figure", "the share, median or mean"),
        *_ranged("others", "the same of everybody who is not in the group"),
        Column("people", "BIGINT", "customers of the group behind it", required=True),
        Column("differs", "BOOLEAN", "whether it differs from everybody else beyond chance", required=True),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Among the customers looked at. Figures of fewer than ten people are left out.",
)

VOICES = Table(
    "personas_voices",
    "one row per persona or opposite group and theme",
    (
        _PERSONA,
        Column("place", "INTEGER", "order in which they are read", required=True),
        Column("theme", TEXT, "words that occur in the same texts, the most telling first", required=True),
        Column("people", "BIGINT", "customers of the group whose latest text speaks of it", required=True),
        *_ranged("share", "of the group's customers who wrote anything", "share"),
        *_ranged("difference", "the share less that of everybody else who wrote", "share"),
        Column("q", "DOUBLE", "chance of such a difference, false discoveries among all themes under control"),
        Column("differs", "BOOLEAN", "whether it differs beyond chance", required=True),
        Column(
            "quote_1", TEXT, "a text that is typical of the theme; every word of it is used by at least ten customers"
        ),
        Column("quote_2", TEXT, "another one"),
    ),
    "One text per customer, the latest before the day asked, of at most 20,000 customers. Themes with fewer than ten people of the "
    "group are left out. Texts with numbers, addresses or rare words, such as names, are never quoted.",
)

SATISFACTION = Table(
    "personas_satisfaction",
    "one row per band of a score, or theme, and what it is adjusted for",
    (
        Column("what", TEXT, "the instrument of a score, or theme", required=True),
        Column("band", TEXT, "the band of the score, one point more, or the theme", required=True),
        Column("adjusted_for", TEXT, "nothing, or how long customers have been known", required=True),
        Column("people", "BIGINT", "customers in it", required=True),
        Column("compared_with", "BIGINT", "customers who answered and are not in it", required=True),
        *_ranged("worth_each", "expected value of one of them; empty for one point more", "currency"),
        *_ranged(
            "difference", "less that of the others who answered; for one point more, what goes with a point", "currency"
        ),
        Column("p", "DOUBLE", "chance of such a difference"),
        Column("q", "DOUBLE", "the same, false discoveries among all rows under control"),
        Column("differs", "BOOLEAN", "whether it differs beyond chance", required=True),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "The latest answer of each customer. What goes with an answer need not come from it: those who stay are asked more often.",
)

EXAMPLES = Table(
    "personas_examples",
    "one row per event in two typical histories of each persona",
    (
        _PERSONA,
        Column("example", "INTEGER", "1 or 2", required=True),
        Column("pseudonym", TEXT, "made from the id with a key that is not kept", required=True),
        Column(
            "place", "INTEGER", "order of the events; 0 says what they share with at least ten others", required=True
        ),
        Column("month", "INTEGER", "months since the first purchase", "months"),
        Column("event", TEXT, "what happened", required=True),
        Column("detail", TEXT, "the category, or the traits"),
        Column("amount", "DOUBLE", "money, rounded", "currency"),
    ),
)

PROXIES = Table(
    "personas_proxies",
    "one row per protected column and what might tell it",
    (
        Column("protected", TEXT, "the protected column", required=True),
        Column("predictor", TEXT, "a column, all used columns together, the persona, or the value", required=True),
        Column("used", "BOOLEAN", "whether personas are made of it", required=True),
        *_ranged("auc", "area under the curve with which it tells the protected column: 0.5 nothing, 1 all"),
        Column("people", "BIGINT", "customers looked at of whom the protected column is known", required=True),
        Column(
            "flagged",
            "BOOLEAN",
            "whether it gives the protected column away: above 0.65 and beyond chance",
            required=True,
        ),
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Learned on four fifths of the people and judged on the last, in turn. Empty where no protected column is among the files.",
)

TABLES = (
    FINDING,
    ATTRIBUTES,
    CHOICE,
    CUSTOMERS,
    PROFILES,
    RULES,
    CONTRAST,
    JOURNEY,
    VOICES,
    SATISFACTION,
    EXAMPLES,
    PROXIES,
)
