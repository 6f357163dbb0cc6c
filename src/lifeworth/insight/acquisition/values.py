"""What a newcomer brings up to an age, against what one costs, held against the run's own value of a newcomer."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lifeworth.insight.acquisition import tables
from lifeworth.insight.acquisition.costs import Prices
from lifeworth.insight.acquisition.curves import CHANNEL, EVERYBODY, Learned, Member, range_of
from lifeworth.insight.acquisition.payback import price_of
from lifeworth.insight.acquisition.words import money
from lifeworth.insight.ground import Frame, fill
from lifeworth.store.engine import Engine

_OWN = """
SELECT grouped_by, lower(trim(member)) AS member, value_mean, value_low, value_high, horizon_days, customers, shrunk_share
FROM values_newcomers WHERE grouped_by IN ('all newcomers', 'channel')"""


def write_values(engine: Engine, frame: Frame, learned: Learned, prices: Prices, horizons: tuple[int, ...]) -> None:
    """``acquisition_values``: everybody and every channel at every horizon."""
    fill(engine, tables.VALUES, _rows(frame, learned, prices, horizons, _run_values(engine)))


def _run_values(engine: Engine) -> dict[tuple[str, str], dict[str, Any]]:
    """The run's own newcomers by group and name; none where it has none."""
    if "values_newcomers" not in engine.tables():
        return {}
    return {(row["grouped_by"], row["member"]): row for row in engine.records(_OWN)}


def _rows(
    frame: Frame,
    learned: Learned,
    prices: Prices,
    horizons: tuple[int, ...],
    own: dict[tuple[str, str], dict[str, Any]],
) -> Iterator[list[Any]]:
    for member in (*learned.of(EVERYBODY), *learned.of(CHANNEL)):
        run = own.get((CHANNEL, member.name.strip().lower())) if member.grouped_by == CHANNEL else None
        if member.row == 0:
            run = own.get(("all newcomers", "all newcomers"))
        for days in horizons:
            if np.isfinite(learned.at(member, days)[0]):
                same = run if run and run["horizon_days"] == days and run["value_mean"] is not None else None
                yield _row(frame, learned, member, days, price_of(member, learned, prices), same)


def _row(
    frame: Frame, learned: Learned, member: Member, days: int, price: float | None, run: dict[str, Any] | None
) -> list[Any]:
    mean, draws, seen = learned.at(member, days)
    low, high = range_of(mean, draws, frame.interval_level)
    last = int(np.searchsorted(learned.curves.edges, days)) - 1
    people = int(learned.curves.customers[member.row, last]) if seen else None
    paid = price if frame.in_profit and price else None
    ratio = [end / paid for end in (mean, low, high)] if paid else [None] * 3
    ceiling = [max(mean, 0.0), max(low, 0.0)] if frame.in_profit else [None, None]
    own = [run[f"value_{end}"] for end in ("mean", "low", "high")] if run else [None] * 3
    said = _reconcile(frame, (mean, low, high), run) if run else None
    basis = "profit" if frame.in_profit else "revenue"
    how = "seen" if seen else "predicted"
    return [
        member.grouped_by, member.name, days, people, mean, low, high, how, price, *ratio, *ceiling, *own, said,
        frame.interval_level, basis,
    ]  # fmt: skip


def _reconcile(frame: Frame, ours: tuple[float, float, float], run: dict[str, Any]) -> str:
    """How far the run's own value of such a newcomer is from the curve's, and what makes the difference."""
    mean, low, high = ours
    theirs = float(run["value_mean"])
    meets = low <= theirs <= high or run["value_low"] <= mean <= run["value_high"]
    apart = f"The run values such a newcomer at {money(frame, theirs)}, {money(frame, abs(theirs - mean))} "
    apart += "less" if theirs < mean else "more"
    apart += ", which their ranges allow" if meets else ", further than their ranges allow"
    drawn = float(run["shrunk_share"] or 0.0)
    held = f", drawn {100 * drawn:.0f} % of the way to all newcomers" if drawn >= 0.005 else ""
    return (
        f"{apart}: it follows {int(run['customers']):,} newcomers from their first order to the end{held}; here every age is"
        " what newcomers of that age did in the days judged."
    )
