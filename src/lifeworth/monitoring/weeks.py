"""Purchases week by week against what an earlier prediction said: ``monitoring_cusum``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lifeworth.ledger import weekly_repeat_purchases
from lifeworth.monitoring.cusum import Cusum, cusum, sigma_of
from lifeworth.monitoring.tables import insert
from lifeworth.store.archive import Archived
from lifeworth.store.engine import Engine, one_file

FEWEST_WEEKS = 4
WATCHED_WEEKS = 26
RECENT_WEEKS = 6
FEWEST_FITTED_WEEKS = 8

_SAID = """
SELECT week, week_start, expected_orders FROM read_parquet({file}, hive_partitioning = false)
WHERE week_start + 7 <= $as_of ORDER BY week"""
_NAMES = {1: "more", -1: "fewer", 0: ""}


@dataclass(frozen=True)
class Alarm:
    """What the cumulative sums say now: ``state`` is fine, watch or alarm."""

    state: str
    said: str


def weekly_spread(engine: Engine) -> float | None:
    """Typical relative distance of a fitted week's purchases from the curve, from ``backtest_tracking``.

    The root of the mean squared distance over the later three quarters of the fitted weeks; none with fewer than
    eight usable weeks.
    """
    if "backtest_tracking" not in engine.tables():
        return None
    rows = engine.rows(
        "SELECT actual_orders, predicted_orders FROM backtest_tracking WHERE phase = 'fit' ORDER BY week_start"
    )
    later = [(actual, said) for actual, said in rows[len(rows) // 4 :] if said > 0.5]
    if len(later) < FEWEST_FITTED_WEEKS:
        return None
    actual, said = np.array(later, dtype=np.float64).T
    return float(np.sqrt(((actual / said - 1.0) ** 2).mean()))


def watch_weeks(engine: Engine, kept: Sequence[Archived], as_of: date) -> Alarm | None:
    """Add up what each passed week brought more or less than was said, for one earlier prediction.

    The prediction watched is the youngest that is at least half a year old, or else the oldest there is: old
    enough to have been made before a break, young enough to speak of today's customers. None when no prediction
    has four whole weeks behind it.
    """
    chosen = watched(kept, as_of)
    if chosen is None:
        return None
    rows = engine.rows(_SAID.format(file=one_file(chosen.weeks)), {"as_of": as_of})
    if len(rows) < FEWEST_WEEKS:
        return None
    start, end = rows[0][1], rows[-1][1] + timedelta(days=7)
    said = np.array([expected for _, _, expected in rows], dtype=np.float64)
    came = [count for _, count in weekly_repeat_purchases(engine, start, end, chosen.facts.as_of)]
    actual = np.array(came, dtype=np.float64)
    spread = chosen.facts.weekly_spread if chosen.facts.weekly_spread is not None else weekly_spread(engine)
    sigma = sigma_of(said, spread)
    z = (actual - said) / sigma
    sums = cusum(z)
    facts = chosen.facts
    insert(
        engine,
        "monitoring_cusum",
        (
            [facts.run_id, facts.as_of, *rows[i][:2], *map(float, (said[i], actual[i], sigma[i], z[i])),
             float(sums.upper[i]), float(sums.lower[i]), _NAMES[int(sums.alarm[i])]]
            for i in range(len(rows))
        ),
    )  # fmt: skip
    return _alarm(sums, [row[1] for row in rows], chosen)


def watched(kept: Sequence[Archived], as_of: date) -> Archived | None:
    """The youngest prediction at least half a year old, else the oldest with four weeks behind it."""
    old_enough = [a for a in kept if (as_of - a.facts.as_of).days >= 7 * WATCHED_WEEKS]
    if old_enough:
        return old_enough[-1]
    some = [a for a in kept if (as_of - a.facts.as_of).days >= 7 * FEWEST_WEEKS]
    return some[0] if some else None


def _alarm(sums: Cusum, weeks: list[date], chosen: Archived) -> Alarm:
    raised = [(i, week) for i, week in enumerate(weeks) if sums.alarm[i]]
    about = f"the forecast of {chosen.facts.as_of}"
    if not raised:
        return Alarm("fine", f"Purchases over the last {len(weeks)} weeks went as {about} said, give or take chance.")
    place, week = raised[-1]
    direction = _NAMES[int(sums.alarm[place])]
    if place >= len(weeks) - RECENT_WEEKS:
        return Alarm(
            "alarm",
            f"In the week of {week} it became clear that known customers buy {direction} times than {about} said. "
            "Look for what changed (season, prices, stock, a missing export) before trusting totals.",
        )
    return Alarm(
        "watch",
        f"In the week of {week} purchases had drifted from {about} ({direction} than said); since then they have not.",
    )
