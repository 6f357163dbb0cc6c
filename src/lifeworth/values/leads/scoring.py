"""A new list of leads, scored with what a finished run learned of earlier ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from lifeworth.contract.table import TEXT, Column, Table
from lifeworth.features.attributes import raw_text
from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import drop, make_table
from lifeworth.store.engine import Engine
from lifeworth.values.leads.like import asks
from lifeworth.values.leads.reading import Leads, read_leads
from lifeworth.values.leads.rows import COUNTRY, SEASON, SOURCE
from lifeworth.values.leads.scorer import Scorer
from lifeworth.values.leads.writing import rounded, sentences

_ROWS = "values_lead_file"
_CLOSED = "l.won IS NOT NULL AND (l.closed_on IS NULL OR l.closed_on < {moment})"

SCORED = Table(
    "values_scored_leads",
    "one row per lead of a list that was scored",
    (
        Column("lead_id", TEXT, "the lead's own id", required=True),
        Column("chance", "DOUBLE", "chance that it is ever won, from the day on", "share"),
        Column("value_if_won", "DOUBLE", "what such a lead brings once won", "currency"),
        Column("value_mean", "DOUBLE", "chance times value if won", "currency"),
        Column("value_low", "DOUBLE", "low end of the range of the average of many such leads", "currency"),
        Column("value_high", "DOUBLE", "high end of it", "currency"),
        Column("evidence", TEXT, "A to D: half the range is up to 15 %, 35 %, 75 % of the value, or more"),
        Column("sentence", TEXT, "in plain words; where there are no figures, why", required=True),
    ),
)


@dataclass(frozen=True)
class Scored:
    """How many leads were scored, how many were closed already, and which columns the list does not have."""

    leads: int
    closed: int
    missing: tuple[str, ...]


def asked_attributes(scorer: Scorer) -> tuple[str, ...]:
    """The company's own columns that a score asks for."""
    names = dict.fromkeys(asks(column) for column in (*scorer.chance.columns, *scorer.like.columns))
    return tuple(name for name in names if name not in (SOURCE, COUNTRY, SEASON))


def score_leads(engine: Engine, scorer: Scorer, as_of: date) -> Scored:
    """Score ``sources_leads`` as of a day, into ``values_scored_leads``; leads closed by then have no figures.

    A level that fewer than thirty earlier leads named counts as one of the others, a column that the list does not
    have as an average one; the sentence says so.
    """
    texts, missing = _texts(engine, scorer)
    columns = "".join(f", {sql} AS g{place}" for place, sql in enumerate(texts.values()))
    moment = day_literal(as_of)
    make_table(
        engine,
        _ROWS,
        f"SELECT lead_id, created_on, greatest({moment} - created_on, 0)::INTEGER AS age_days, {_CLOSED.format(moment=moment)} AS closed{columns}"
        " FROM sources_leads l",
    )
    engine.execute(SCORED.ddl())
    leads = read_leads(
        engine, scorer, {name: f"g{place}" for place, name in enumerate(texts)}, table=_ROWS, where="NOT closed"
    )
    if len(leads):
        _write(engine, scorer, leads)
    engine.execute(
        f"INSERT INTO {SCORED.name} (lead_id, sentence) SELECT lead_id, 'Not scored: it is closed already.' FROM {_ROWS} WHERE closed"
    )
    closed = int(engine.value(f"SELECT count(*) FROM {_ROWS} WHERE closed"))
    drop(engine, _ROWS)
    return Scored(len(leads), closed, missing)


def _texts(engine: Engine, scorer: Scorer) -> tuple[dict[str, str], tuple[str, ...]]:
    """SQL of every asked column that the list has, by name; and those it does not have."""
    keys = "SELECT DISTINCT unnest(json_keys(attributes)) FROM sources_leads WHERE attributes IS NOT NULL"
    here = {key for (key,) in engine.rows(keys)}
    texts = {SEASON: "strftime(l.created_on, '%m')"}
    for name in (SOURCE, COUNTRY):
        if engine.value(f"SELECT count({name}) FROM sources_leads"):
            texts[name] = f"nullif(trim(l.{name}), '')"
    texts |= {name: raw_text(name) for name in asked_attributes(scorer) if name in here}
    asked = dict.fromkeys(asks(column) for column in (*scorer.chance.columns, *scorer.like.columns))
    return texts, tuple(name for name in asked if name not in texts)


def _write(engine: Engine, scorer: Scorer, leads: Leads) -> None:
    scores = scorer.score(leads.levels)
    shown = rounded(scores)
    said = [_with_unnamed(text, names) for text, names in zip(sentences(leads, shown, scorer.currency), leads.unnamed, strict=True)]  # fmt: skip
    engine.append(
        SCORED.name,
        {
            "lead_id": leads.key,
            "chance": shown.chance,
            "value_if_won": shown.if_won,
            "value_mean": shown.mean,
            "value_low": shown.low,
            "value_high": shown.high,
            "evidence": np.array(scores.evidence, dtype=object),
            "sentence": np.array(said, dtype=object),
        },
    )


def _with_unnamed(sentence: str, names: str | None) -> str:
    """The sentence, and which columns say what too few earlier leads had said."""
    if not names:
        return sentence
    return f"{sentence} Too few earlier leads had what it says as {_listed(names.split(', '))}; there it counts as one of the others."


def _listed(names: Iterable[str]) -> str:
    return " and ".join(name.replace("_", " ") for name in names)
