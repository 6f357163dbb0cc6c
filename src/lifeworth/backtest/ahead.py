"""From the choice to every customer of today: the outlook that values are made from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth import features
from lifeworth.backtest.candidates import CONTRACT, PURCHASE, by_contract
from lifeworth.backtest.choice import MODEL, Choice
from lifeworth.backtest.floors import floors
from lifeworth.backtest.stretch import Came, Stretch, expect, known_from, read_came
from lifeworth.backtest.trials import Eyes, Trials, ratio_day
from lifeworth.models.blend import situation
from lifeworth.models.calibration import Outlook
from lifeworth.models.forecast import Forecaster
from lifeworth.models.learned import Expectation, Known
from lifeworth.models.learned.window import LEAST_CHANCE, expit, logit
from lifeworth.models.pace import at_pace
from lifeworth.models.total import TotalCorrection
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

AT_ONCE = 150_000
FEATURES_NOW = "backtest_features_now"
MOST_PACE = 10.0


@dataclass(frozen=True)
class Parts:
    """What stands behind the outlook, one entry per customer in every array.

    ``expected`` is what each candidate expects of the window, ``places`` the situations, ``blended`` all candidates as
    one over the window, ``carried`` the same over the horizon before the total is corrected.
    """

    expected: dict[str, Expectation]
    places: NDArray[np.intp]
    blended: Expectation
    carried: Expectation


@dataclass(frozen=True)
class Ahead:
    """What is said of today's customers. ``outlook`` is None where no finished window could confirm ranges."""

    outlook: Outlook | None
    total: TotalCorrection
    orders_total: TotalCorrection
    parts: Parts | None = None


def look_ahead(
    engine: Engine,
    trials: Trials,
    choice: Choice,
    forecaster: Forecaster,
    eyes: Eyes,
    *,
    table: str,
    tell: Callable[[str], None] | None = None,
) -> Ahead:
    """Ask the chosen forecast about every customer of a histories table.

    Where windows are shorter than the horizon, the purchase model extends them (contracts, where they took its place):
    each candidate's ratio to it, learned over a window, is kept over the horizon.
    """
    plan = trials.plan
    day = ratio_day(plan, plan.as_of)
    total = choice.corrected(trials.ratios, day, plan.horizon_days)
    orders = choice.corrected(trials.order_ratios, day, plan.horizon_days)
    if choice.ranges is None:
        return Ahead(None, total, orders)
    window, far = expect(forecaster, plan.window_days), expect(forecaster, plan.horizon_days)
    before = None
    if choice.by_rule:
        start = plan.as_of - timedelta(days=plan.window_days)
        before = read_came(engine, table, start, plan.as_of, eyes.in_profit)
    now = _today(trials, forecaster, eyes, window, before)
    expected = _candidates(engine, trials, choice, now, table, tell)
    rules = floors(now, trials.graded[-1].stretch, eyes.in_profit) if choice.by_rule else {}
    places = situation(now.history, now.alive)
    stated, money = choice.state(now, expected, places, rules)
    carried = _carry(stated, *_decay(engine, choice, now, expected, far, plan.horizon_days, table))
    paced = at_pace(carried, orders.factor, total.factor)
    value = choice.reconcile(now, paced, money)
    pace = np.clip(carried.revenue / np.maximum(far.revenue, 1e-9), 1.0 / MOST_PACE, MOST_PACE)
    outlook = choice.ranges.look(paced, value, total.spread, pace)
    alone = choice.kind == MODEL and choice.blend.names == (PURCHASE,)
    parts = Parts(expected, places, stated, carried)
    return Ahead(replace(outlook, by_history=alone), total, orders, parts)


def _today(trials: Trials, forecaster: Forecaster, eyes: Eyes, window: Expectation, before: Came | None) -> Stretch:
    plan, history = trials.plan, forecaster.history_
    return Stretch(
        plan.as_of,
        plan.window_days,
        history,
        forecaster,
        window,
        forecaster.p_alive(),
        None,
        None,
        before,
        eyes.in_profit,
        np.empty(0, dtype=object),
    )


def _candidates(
    engine: Engine, trials: Trials, choice: Choice, now: Stretch, table: str, tell: Callable[[str], None] | None
) -> dict[str, Expectation]:
    """Every candidate of the blend; features are read in slices so that memory stays bounded."""
    found = {PURCHASE: now.expected}
    if CONTRACT in choice.blend.names:
        found |= by_contract(engine, now, table)
    wanted = [model for model in trials.learned if model.name in choice.blend.names]
    if not wanted or trials.feature_plan is None:
        return found
    features.build(engine, trials.plan.as_of, FEATURES_NOW, plan=trials.feature_plan)
    parts: dict[str, list[Expectation]] = {model.name: [] for model in wanted}
    for done, known in _slices(engine, now):
        for model in wanted:
            parts[model.name].append(model.predict(known))
        if tell:
            tell(f"learned models: {done:,} of {len(now):,} customers")
    return found | {name: _joined(several) for name, several in parts.items()}


def _slices(engine: Engine, now: Stretch) -> Iterator[tuple[int, Known]]:
    for start in range(0, len(now), AT_ONCE):
        place = np.arange(start, min(start + AT_ONCE, len(now)))
        known = known_from(engine, FEATURES_NOW, now.alive[place], now.expected.take(place), start)
        yield int(place[-1]) + 1, known


def _joined(several: list[Expectation]) -> Expectation:
    return Expectation(
        *(np.concatenate([getattr(e, part) for e in several]) for part in ("chance", "orders", "revenue"))
    )


def _decay(
    engine: Engine,
    choice: Choice,
    now: Stretch,
    expected: dict[str, Expectation],
    far: Expectation,
    days: int,
    table: str,
) -> tuple[Expectation, Expectation]:
    """A window and the horizon in the eyes of who extends the one to the other."""
    if choice.carrier == PURCHASE:
        return now.expected, far
    return expected[CONTRACT], by_contract(engine, replace(now, window_days=days, expected=far), table)[CONTRACT]


def _carry(stated: Expectation, window: Expectation, far: Expectation) -> Expectation:
    """From a window to the horizon at the decay of who saw both."""
    chance = expit(logit(stated.chance) + logit(far.chance) - logit(window.chance))
    orders = stated.orders * far.orders / np.maximum(window.orders, 1e-12)
    ratio = far.revenue / np.maximum(window.revenue, 1e-12)
    revenue = np.where(window.revenue > 1e-9, stated.revenue * np.clip(ratio, 0.0, 1e3), stated.revenue)
    return Expectation(np.maximum(chance, LEAST_CHANCE), orders, revenue)
