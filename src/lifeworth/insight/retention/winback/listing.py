"""The list of whom to win back and the curve of what it should bring: ``retention_winback`` and ``retention_budget``."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.retention.customers import Read
from lifeworth.insight.retention.people import People
from lifeworth.insight.retention.tables import BUDGET
from lifeworth.insight.retention.winback.budget import Contacts, by_gain_per_cost, choose, draw_curve
from lifeworth.insight.retention.winback.effect import Effect
from lifeworth.insight.retention.winback.gain import Gains
from lifeworth.insight.retention.winback.returning import Returning
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine

LONGEST = 1_000

_NAMED = """
INSERT INTO retention_winback BY NAME
SELECT l.*, c.customer_id, c.silent_days
FROM retention_listed l JOIN (
  SELECT p.place, i.customer_id, CAST(i.days_since_last AS INTEGER) AS silent_days
  FROM insight_customers i POSITIONAL JOIN retention_places p WHERE p.place > 0) c USING (place)
ORDER BY place"""


@dataclass(frozen=True)
class Weighed:
    """Everybody, held against their rhythm and weighed for a contact; ``silent`` says who could be won back at all."""

    people: People
    read: Read
    returning: Returning
    effect: Effect
    gains: Gains
    silent: NDArray[np.bool_]


def write_winback(engine: Engine, frame: Frame, weighed: Weighed) -> None:
    """Whom to write to, best first, and the net gain by number of contacts."""
    reachable = np.flatnonzero(weighed.silent & weighed.people.may)
    if len(reachable) == 0:
        return
    contact = frame.settings.contact
    cost = np.full(len(reachable), float(contact.cost))
    gain = weighed.gains.mean[reachable]
    budget = None if contact.budget is None else float(contact.budget)
    chosen = choose(gain, cost, budget)
    order = reachable[by_gain_per_cost(gain, cost)]
    gaining = int((gain > 0).sum())
    _write_list(engine, frame, weighed, order[: min(gaining, LONGEST)], len(chosen.taken))
    _write_curve(engine, frame, weighed, order, gaining, None if budget is None else (len(chosen.taken), chosen.bound))


def _write_list(engine: Engine, frame: Frame, weighed: Weighed, listed: NDArray[np.intp], paid: int) -> None:
    if len(listed) == 0:
        return
    low, high = weighed.returning.range_of(listed, frame.interval_level)
    place = np.arange(1, len(listed) + 1)
    columns: dict[str, NDArray[Any]] = {
        "place": place.astype(np.int32),
        "usual_gap_days": np.round(weighed.read.usual[listed], 1),
        "overdue": np.round(weighed.read.overdue[listed], 4),
        "chance_anyway": np.round(weighed.read.comes[listed], 4),
        "chance_brought": np.round(weighed.gains.chance[listed], 6),
        "if_back_mean": np.round(weighed.returning.mean[listed], 2),
        "if_back_low": np.round(low, 2),
        "if_back_high": np.round(high, 2),
        "within_budget": place <= paid,
    }
    for name in ("mean", "low", "high"):
        columns[f"gain_{name}"] = np.round(getattr(weighed.gains, name)[listed], 4)
    places = np.zeros(len(weighed.people), dtype=np.int32)
    places[listed] = place
    engine.write("retention_places", {"place": places})
    engine.write("retention_listed", columns)
    engine.execute(_NAMED)
    drop(engine, "retention_listed", "retention_places")


def _write_curve(
    engine: Engine,
    frame: Frame,
    weighed: Weighed,
    order: NDArray[np.intp],
    gaining: int,
    paid: tuple[int, float] | None,
) -> None:
    contacts = Contacts(
        weighed.gains.chance[order],
        weighed.returning.mean[order],
        weighed.returning.spread[order],
        float(frame.settings.contact.cost),
    )
    marks = {gaining: "peak"}
    if paid is not None:
        marks[paid[0]] = "budget" if paid[0] != gaining else "peak, within the budget"
    curve = draw_curve(contacts, weighed.effect, frame, tuple(marks))
    rows = []
    for place, count in enumerate(curve.contacts.tolist()):
        bound = round(paid[1], 2) if paid is not None and count == paid[0] else None
        figures = [curve.spend, curve.brought_back, curve.mean, curve.low, curve.high]
        rows.append([count, *(round(float(each[place]), 4) for each in figures), marks.get(count, ""), bound])
    fill(engine, BUDGET, rows)
