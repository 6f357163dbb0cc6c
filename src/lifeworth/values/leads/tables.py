"""The tables of leads that later rooms read; the first is published as it is."""

from collections.abc import Iterable, Sequence
from typing import Any

from lifeworth.contract.table import TEXT, Column, Table
from lifeworth.store.engine import Engine


def _ranged(name: str, meaning: str, unit: str = "") -> tuple[Column, Column, Column]:
    return (
        Column(f"{name}_mean", "DOUBLE", meaning, unit),
        Column(f"{name}_low", "DOUBLE", "low end of its range", unit),
        Column(f"{name}_high", "DOUBLE", "high end of it", unit),
    )


LEADS = Table(
    "values_leads",
    "one row per lead open on the day",
    (
        Column("lead_id", TEXT, "the lead's own id", required=True),
        Column("created_on", "DATE", "the day it was first known", required=True),
        Column("source", TEXT, "where it came from"),
        Column("chance_of_winning", "DOUBLE", "chance that it is ever won, from the day on", "share"),
        Column("value_if_won_mean", "DOUBLE", "what such a lead brings once won", "currency"),
        *_ranged("value", "chance times value if won", "currency"),
        Column("evidence", TEXT, "A to D: half the range is up to 15 %, 35 %, 75 % of the value, or more"),
        Column("sentence", TEXT, "in plain words"),
        Column("as_of", "DATE", "the day; nothing on it or later was known"),
        Column("horizon_days", "INTEGER", "days from the first order that the value looks ahead", "days"),
        Column("currency", TEXT, "ISO code"),
    ),
)

SCORES = Table(
    "values_lead_scores",
    "one row per lead open on the day",
    (
        Column("lead_id", TEXT, "the lead's own id", required=True),
        Column("chance_low", "DOUBLE", "low end of the range of the average chance of such leads", "share"),
        Column("chance_high", "DOUBLE", "high end of it", "share"),
        Column("reason_1", TEXT, "what moves the chance most"),
        Column("reason_2", TEXT, "what moves it next"),
    ),
)

COLUMNS = Table(
    "values_lead_columns",
    "one row per column that leads have",
    (
        Column("place", "INTEGER", "order in which they are asked; those left out come last", required=True),
        Column("name", TEXT, "the column, as the file names it", required=True),
        Column("asked", "BOOLEAN", "whether it may tell leads apart", required=True),
        Column("scores", "BOOLEAN", "whether the score uses it", required=True),
        Column("reason", TEXT, "why it is left out; empty where it is asked"),
        Column("levels", "INTEGER", "levels told apart"),
        Column(
            "p", "DOUBLE", "chance of such differences in winning if it told nothing, all other columns being equal"
        ),
        Column("q", "DOUBLE", "the same, false discoveries among all columns under control"),
        Column("tells", "BOOLEAN", "whether it goes with being won beyond chance"),
    ),
)

EFFECTS = Table(
    "values_lead_effects",
    "one row per column and level: what goes with being won",
    (
        Column("name", TEXT, "the column", required=True),
        Column("level", TEXT, "its level", required=True),
        Column("leads", "BIGINT", "finished leads that have it", required=True),
        Column("won", "BIGINT", "of these, won in time", required=True),
        *_ranged("chance", "average chance of all leads if they had this level", "share"),
        *_ranged("effect", "that less the average chance of all leads", "share"),
        Column("p", "DOUBLE", "chance of so much if the level told nothing"),
        Column("q", "DOUBLE", "the same, false discoveries among all levels under control"),
        Column("tells", "BOOLEAN", "whether level and column both differ beyond chance", required=True),
    ),
)

WORTH = Table(
    "values_lead_worth",
    "one row per column and level: what goes with the money a newcomer brings",
    (
        Column("name", TEXT, "the column; channel where sources of leads are channels", required=True),
        Column("former_leads", "BOOLEAN", "whether only customers who had been leads are known by it", required=True),
        Column("level", TEXT, "its level", required=True),
        Column("newcomers", "BIGINT", "newcomers of that level", required=True),
        *_ranged("value", "what one of them brings over the horizon from the first order on", "currency"),
        *_ranged("effect", "that beside others of the same months", "currency"),
        Column("p", "DOUBLE", "chance of such ranks if the level told nothing"),
        Column("q", "DOUBLE", "the same, false discoveries among all levels under control"),
        Column("tells", "BOOLEAN", "whether level and column both differ beyond chance", required=True),
        Column("p_column", "DOUBLE", "chance of such ranks if the column told nothing"),
        Column("q_column", "DOUBLE", "the same, false discoveries among all columns under control"),
        Column("tells_column", "BOOLEAN", "whether the column goes with money beyond chance", required=True),
    ),
)

JUDGED = Table(
    "values_lead_judged",
    "a single row: both ways of reckoning the chance, on leads that came later than those they had learned from",
    (
        Column("way", TEXT, "by source or by everything known: what the score uses", required=True),
        Column("judged", "BOOLEAN", "whether the ways could be held against each other", required=True),
        Column("finished", "BIGINT", "finished leads", required=True),
        Column("won", "BIGINT", "of these, won in time", required=True),
        Column("days", "INTEGER", "days after which a lead has had its time", "days", True),
        Column(
            "learned_from", "BIGINT", "finished leads that were learned from: all, or an even sample", required=True
        ),
        Column("told_blind", "BIGINT", "leads told blind"),
        Column("won_blind", "BIGINT", "of these, won"),
        *_ranged("area_by_source", "area under the curve of the source alone"),
        *_ranged("area_by_all", "area under the curve of everything known"),
        *_ranged("area_apart", "the second less the first"),
        Column("loss_by_source", "DOUBLE", "mean log loss of the source alone"),
        Column("loss_by_all", "DOUBLE", "mean log loss of everything known"),
        *_ranged("gain", "what everything known takes off the log loss of a lead"),
        Column("p", "DOUBLE", "chance of as much if everything known told nothing that the source does not"),
        Column("strength", "DOUBLE", "what the spreads of all columns but the source are multiplied by"),
        Column("interval_level", "DOUBLE", "share of cases in which a range holds the true figure", "share"),
    ),
)

FIFTHS = Table(
    "values_lead_fifths",
    "one row per part of the leads told blind, by their chance",
    (
        Column("place", "INTEGER", "1 has the lowest chances", required=True),
        Column("leads", "BIGINT", "how many", required=True),
        Column("expected", "DOUBLE", "their mean chance", "share"),
        Column("won", "BIGINT", "how many were won", required=True),
        Column("came_low", "DOUBLE", "low end of what the wins leave open of the share that is won", "share"),
        Column("came_high", "DOUBLE", "high end of it", "share"),
        Column("holds", "BOOLEAN", "whether the expected share lies in that range", required=True),
    ),
)

SOURCES = Table(
    "values_lead_sources",
    "one row per source: what its next leads should bring",
    (
        Column("source", TEXT, "the source; others for those of fewer than thirty finished leads", required=True),
        Column("leads", "BIGINT", "leads that came in the year before the day", required=True),
        Column("finished", "BIGINT", "finished leads", required=True),
        Column("won", "BIGINT", "of these, won in time", required=True),
        *_ranged("chance", "chance that a new lead is ever won", "share"),
        *_ranged("value_if_won", "what a won one brings", "currency"),
        *_ranged("value", "what a new lead brings on average", "currency"),
    ),
)

MODEL = Table("values_lead_model", "a single row", (Column("content", TEXT, "what was learned, as sealed JSON"),))

TABLES = (LEADS, SCORES, COLUMNS, EFFECTS, WORTH, JUDGED, FIFTHS, SOURCES, MODEL)


def make_empty(engine: Engine) -> None:
    """Make the tables without rows."""
    for table in TABLES:
        engine.execute(table.ddl())


def fill(engine: Engine, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Add rows, a value per column of the table in its order."""
    columns = list(zip(*rows, strict=True))
    if columns:
        parts = ", ".join(f'CAST(unnest(?) AS {column.type}) AS "{column.name}"' for column in table.columns)
        engine.execute(f'INSERT INTO "{table.name}" BY NAME SELECT {parts}', [list(column) for column in columns])
