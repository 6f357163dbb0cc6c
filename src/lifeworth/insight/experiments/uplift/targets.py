"""Whom to treat next: today's customers, ranked by what an experiment taught."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments.effects.effect import LEVEL
from lifeworth.insight.experiments.reading.before import look_before
from lifeworth.insight.experiments.reading.blind import Blind, Known
from lifeworth.insight.experiments.reading.groups import group_before, read_origins
from lifeworth.insight.experiments.reading.members import Members
from lifeworth.insight.experiments.uplift.rank import Uplift
from lifeworth.insight.experiments.uplift.traits import measures
from lifeworth.ledger.tables import day, drop, make_table

Floats = NDArray[np.float64]

MOST = 1_000
_PEOPLE, _BEFORE = "experiments_today", "experiments_today_before"

_TODAY = """
SELECT (row_number() OVER (ORDER BY c.customer_id) - 1)::INTEGER AS row_no, c.customer_id, k.customer_key,
       {as_of} AS assigned_on, {until} AS until
FROM insight_customers c JOIN ledger_keys k USING (customer_id) ORDER BY row_no"""

_READ = f"""
SELECT p.customer_id, b.purchases, b.recency_days, b.T_days, CAST(b.money AS DOUBLE) AS money,
       CAST(b.money_lately AS DOUBLE) AS money_lately,
       e.held_out_by IS NULL AND (NOT $asks OR COALESCE(e.consent_email, FALSE)) AS may
FROM {_PEOPLE} p JOIN {_BEFORE} b USING (row_no) JOIN experiments_customers e USING (customer_id) ORDER BY p.row_no"""

# Where the files speak of consent at all, who is not said to have given it has not.
_ASKS = "SELECT count(*) > 0 FROM experiments_customers WHERE consent_email IS NOT NULL"


@dataclass(frozen=True)
class Today:
    """Today's customers with the traits that rankings use; ``may`` says who may be treated at all."""

    ids: NDArray[np.object_]
    figures: Floats
    groups: Mapping[str, Members]
    may: NDArray[np.bool_]


def read_today(blind: Blind, window_days: float) -> Today:
    """Everybody as an experiment of so many days would find them, were it to begin today."""
    engine, frame = blind.engine, blind.frame
    days = max(round(window_days), 1)
    until = day(frame.as_of + timedelta(days=days))
    make_table(engine, _PEOPLE, _TODAY.format(as_of=day(frame.as_of), until=until))
    look_before(engine, _PEOPLE, _BEFORE, in_profit=frame.in_profit)
    found = engine.arrays(_READ, {"asks": bool(engine.value(_ASKS))})
    origins = read_origins(engine, _PEOPLE)
    drop(engine, _PEOPLE, _BEFORE)
    parts = ("purchases", "recency_days", "T_days", "money", "money_lately")
    history = [np.ma.filled(found[name], 0).astype(np.float64) for name in parts]
    purchases, recency, T, money, lately = history
    known = Known(purchases, recency, T, money, lately, np.full(len(T), float(days)))
    learned = blind.learn(frame.as_of)
    expected = learned.expect(known, known.window) if learned else np.zeros(len(known.T))
    groups = group_before(known, learned, frame.horizon_days) | origins
    ids = np.asarray(np.ma.getdata(found["customer_id"]), dtype=object)
    return Today(ids, measures(known, expected), groups, np.ma.filled(found["may"], False).astype(np.bool_))


def choose(uplift: Uplift, today: Today) -> Iterator[list[Any]]:
    """Place, id, fifth and expected effect of those worth treating, the largest expected effect first.

    Only customers like those of the experiment are ranked: of others it says nothing.
    """
    wanted = uplift.worth_treating
    like = today.may & uplift.traits.covers(today.figures, today.groups)
    places = np.flatnonzero(like)
    here = {name: members.take(places) for name, members in today.groups.items()}
    ranked = uplift.ranker.rank(uplift.traits.matrix(today.figures[places], here))
    floors = np.array([fifth.floor for fifth in uplift.fifths[:-1]])
    fifth = (ranked[:, None] < floors).sum(axis=1)
    best = np.lexsort((places, -ranked))
    chosen = best[fifth[best] < wanted][:MOST]
    for place, at in enumerate(chosen, 1):
        drawn = uplift.fifths[int(fifth[at])].drawn
        low, high = drawn.range()
        yield [place, str(today.ids[places[at]]), int(fifth[at]) + 1, drawn.mean, low, high, LEVEL]
