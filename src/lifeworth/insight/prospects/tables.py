"""The tables of the prospects."""

from lifeworth.contract.table import TEXT, Column, Table

_SENTENCE = Column("sentence", TEXT, "in plain words", required=True)
_LEVEL = Column("interval_level", "DOUBLE", "share of cases in which a range holds the true figure", "share")
_BASIS = Column(
    "basis", TEXT, "profit (before the cost of winning), or revenue where no costs are known", required=True
)


def _ranged(name: str, meaning: str, unit: str = "") -> tuple[Column, Column, Column]:
    """An estimate with the ends of its range."""
    return (
        Column(f"{name}_mean", "DOUBLE", meaning, unit),
        Column(f"{name}_low", "DOUBLE", "low end of its range", unit),
        Column(f"{name}_high", "DOUBLE", "high end of it", unit),
    )


LEADS = Table(
    "prospects_leads",
    "one row per open lead, the most worth first",
    (
        Column("place", "BIGINT", "1 is worth most", required=True),
        Column("lead_id", TEXT, "the lead's own id", required=True),
        Column("created_on", "DATE", "the day it was first known", required=True),
        Column("source", TEXT, "where it came from"),
        *_ranged(
            "chance", "chance that it is ever won, from the day on; the range is that of many such leads", "share"
        ),
        Column(
            "value_if_won_mean",
            "DOUBLE",
            "what such a lead brings over the horizon once won, not discounted",
            "currency",
        ),
        *_ranged("value", "chance times value if won; the range is that of the average of many such leads", "currency"),
        Column("evidence", TEXT, "A to D: half the range is up to 15 %, 35 %, 75 % of the value, or more"),
        Column("reason_1", TEXT, "what moves the chance most"),
        Column("reason_2", TEXT, "what moves it next"),
        _SENTENCE,
        _LEVEL,
        _BASIS,
    ),
    "A single lead mostly brings nothing; add up `value_mean`, never the lows and highs.",
)

PROOF = Table(
    "prospects_proof",
    "a single row: how well the chance told later leads apart, by the source alone and by everything known",
    (
        Column("way", TEXT, "by source or by everything known: what the score uses", required=True),
        Column("judged", "BOOLEAN", "whether enough leads came to hold the ways against each other", required=True),
        Column("finished", "BIGINT", "leads that have had their time", required=True),
        Column("won", "BIGINT", "of these, won in it; empty where too few to be shown"),
        Column("days", "INTEGER", "days after which a lead has had its time", "days", True),
        Column("learned_from", "BIGINT", "leads that were learned from: all, or an even sample", required=True),
        Column("told_blind", "BIGINT", "leads that were told by what came before them"),
        Column("won_blind", "BIGINT", "of these, won"),
        *_ranged("area_by_source", "chance that a won lead had the higher chance than another, by the source alone"),
        *_ranged("area_by_all", "the same by everything known"),
        *_ranged("area_apart", "the second less the first"),
        Column("loss_by_source", "DOUBLE", "mean log loss of the source alone"),
        Column("loss_by_all", "DOUBLE", "mean log loss of everything known"),
        *_ranged("gain", "what everything known takes off the log loss of a lead"),
        Column("p", "DOUBLE", "chance of as much if everything known told nothing that the source does not"),
        Column("strength", "DOUBLE", "what the spreads of all columns but the source are multiplied by"),
        _LEVEL,
        _SENTENCE,
    ),
    "Everything known is used where p is under 0.05 and both area and log loss are better.",
)

CALIBRATION = Table(
    "prospects_calibration",
    "one row per fifth of the leads told blind, by their chance",
    (
        Column("place", "INTEGER", "1 has the lowest chances", required=True),
        Column("leads", "BIGINT", "how many; empty where too few to be shown"),
        Column("expected", "DOUBLE", "share that was expected to be won", "share"),
        Column("won", "BIGINT", "how many were; empty where too few to be shown"),
        Column("came_low", "DOUBLE", "low end of what the wins leave open of the share that is won", "share"),
        Column("came_high", "DOUBLE", "high end of it", "share"),
        Column("holds", "BOOLEAN", "whether the expected share lies in that range", required=True),
    ),
)

COLUMNS = Table(
    "prospects_columns",
    "one row per column that leads have",
    (
        Column("place", "INTEGER", "what tells most stands first; columns left out come last", required=True),
        Column("name", TEXT, "the column, as the file names it", required=True),
        Column("asked", "BOOLEAN", "whether it may tell leads apart", required=True),
        Column("scores", "BOOLEAN", "whether the chance uses it", required=True),
        Column("left_out", TEXT, "why it may not; empty where it may"),
        Column(
            "p_chance",
            "DOUBLE",
            "chance of such differences in winning if it told nothing, all other columns being equal",
        ),
        Column("q_chance", "DOUBLE", "the same, false discoveries among all columns under control"),
        Column("tells_chance", "BOOLEAN", "whether it goes with being won beyond chance", required=True),
        Column("p_value", "DOUBLE", "chance of such differences in what newcomers bring if it told nothing"),
        Column("q_value", "DOUBLE", "the same, false discoveries among all columns under control"),
        Column("tells_value", "BOOLEAN", "whether it goes with what newcomers bring beyond chance", required=True),
        _SENTENCE,
    ),
    "Protected columns, free text and what was written as leads closed may not tell leads apart.",
)

EFFECTS = Table(
    "prospects_effects",
    "one row per column and level",
    (
        Column("name", TEXT, "the column", required=True),
        Column("level", TEXT, "its level", required=True),
        Column(
            "leads", "BIGINT", "finished leads of that level; empty where too few to be shown, or not known of leads"
        ),
        *_ranged(
            "chance", "average chance of all leads if they had this level, the other columns as they are", "share"
        ),
        *_ranged("chance_effect", "that less the average chance of all leads", "share"),
        Column("q_chance", "DOUBLE", "chance of as much if the level told nothing, false discoveries under control"),
        Column("tells_chance", "BOOLEAN", "whether level and column both move the chance beyond chance", required=True),
        Column(
            "newcomers", "BIGINT", "newcomers of that level; empty where too few to be shown, or not known of newcomers"
        ),
        *_ranged("value", "what one of them brings over the horizon from the first order on", "currency"),
        *_ranged("value_effect", "that beside others of the same months", "currency"),
        Column("q_value", "DOUBLE", "chance of as much if the level told nothing, false discoveries under control"),
        Column("tells_value", "BOOLEAN", "whether level and column both go with money beyond chance", required=True),
        _SENTENCE,
    ),
    "What goes with a level need not come from it. Columns known of leads alone are judged on customers who had been leads.",
)

CEILINGS = Table(
    "prospects_ceilings",
    "one row per source of leads and per channel of newcomers",
    (
        Column("grouped_by", TEXT, "lead source or channel", required=True),
        Column("member", TEXT, "the source or channel", required=True),
        Column("leads", "BIGINT", "leads of the last year; empty for a channel, or where too few to be shown"),
        Column("newcomers", "BIGINT", "newcomers behind the value; empty for a source, or where too few to be shown"),
        *_ranged("chance", "chance that a new lead is ever won; empty for a channel", "share"),
        *_ranged("newcomer", "what one more newcomer brings over the horizon: pay at most this for one", "currency"),
        *_ranged("lead", "what one more lead brings: pay at most this for one; empty for a channel", "currency"),
        Column("spend", "DOUBLE", "spent on winning customers in the last year; empty where none is known", "currency"),
        Column("paid_newcomer", "DOUBLE", "paid now for a newcomer", "currency"),
        Column("paid_lead", "DOUBLE", "paid now for a lead", "currency"),
        Column("verdict", TEXT, "pays, does not pay, or cannot be told; empty where no price is known"),
        _SENTENCE,
        _LEVEL,
        _BASIS,
    ),
    "The low end is the cautious ceiling: what one more brings on average lies above it with the chance that the level leaves.",
)

SEED = Table(
    "prospects_seed",
    "one row per customer of the seed for lookalike audiences, the most worth first",
    (
        Column("place", "BIGINT", "1 is worth most", required=True),
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column("country", TEXT, "country, where known"),
        Column("value", "DOUBLE", "expected value over the horizon, capped", "currency", True),
        Column("tier", TEXT, "core, solid, or empty for others of the top tenth"),
    ),
    "Only customers who said yes to advertising; nothing protected is in it. E-mail and phone are not held here.",
)

SEED_FACTS = Table(
    "prospects_seed_facts",
    "a single row: how the seed came about",
    (
        Column("consent_known", "BOOLEAN", "whether any customer's consent to advertising is known", required=True),
        Column(
            "worth_most",
            "BIGINT",
            "customers of tier core or solid or of the top tenth, with a value above zero",
            required=True,
        ),
        Column("consented", "BIGINT", "of these, said yes to advertising", required=True),
        Column("listed", "BIGINT", "of these, in the seed", required=True),
        Column("capped_at", "DOUBLE", "no value in the seed is higher", "currency"),
        _SENTENCE,
    ),
)

FAIRNESS = Table(
    "prospects_fairness",
    "one row per protected column and level of open leads: whether the score tells it",
    (
        Column("name", TEXT, "the protected column", required=True),
        Column("level", TEXT, "its level", required=True),
        Column("leads", "BIGINT", "open leads of that level; empty where too few to be shown"),
        *_ranged("area", "chance that a lead of this level has the higher value than another: 0.5 tells nothing"),
        Column("top_share", "DOUBLE", "share of its leads among the best fifth of all", "share"),
        Column("top_ratio", "DOUBLE", "that over the highest such share of a level"),
        Column(
            "flagged",
            "BOOLEAN",
            "whether the score tells the level: area far from 0.5, or a ratio under 0.8, beyond chance",
            required=True,
        ),
        _SENTENCE,
    ),
    "Protected columns are read for this report alone; no score uses them.",
)

TABLES = (LEADS, PROOF, CALIBRATION, COLUMNS, EFFECTS, CEILINGS, SEED, SEED_FACTS, FAIRNESS)
