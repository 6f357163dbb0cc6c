"""Every past day in turn: forecast blind by every method, then held against what came."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth import features
from lifeworth.backtest.candidates import by_contract, expectations, finished_windows, learned
from lifeworth.backtest.floors import floors
from lifeworth.backtest.plan import Plan
from lifeworth.backtest.stretch import HISTORIES, Came, Histories, Stretch, look_back
from lifeworth.models.blend import Seen, situation
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.models.learned import Expectation
from lifeworth.models.total import PastRatio
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

KEYS = "backtest_keys"
SAMPLE = 30_000
SAMPLE_FAST = 15_000


@dataclass(frozen=True)
class Trial:
    """One graded past day: what every candidate expected and every floor said."""

    stretch: Stretch
    expected: dict[str, Expectation]
    floors: dict[str, Floats]
    situation: NDArray[np.intp]

    @property
    def came(self) -> Came:
        """What happened; a graded window is finished."""
        assert self.stretch.came is not None
        return self.stretch.came

    @property
    def seen(self) -> Seen:
        """The window as the blend learns from it."""
        return Seen(self.expected, self.situation, self.came.revenue)

    def money(self, candidate: str) -> Floats:
        """What a candidate expected, in the run's basis."""
        return self.stretch.money(self.expected[candidate], self.stretch.in_profit)


@dataclass(frozen=True)
class Trials:
    """All graded days, ascending, and what was learned on the way.

    ``ratios`` and ``order_ratios`` say how far the purchase model's total was from what came at each finished day;
    ``learned`` are the models to use at ``as_of``; ``keys`` names the table of those asked, when not all were.
    """

    plan: Plan
    graded: list[Trial]
    ratios: list[PastRatio]
    order_ratios: list[PastRatio]
    learned: list[Any]
    feature_plan: features.Plan | None
    keys: str | None
    fast: bool


@dataclass(frozen=True)
class Eyes:
    """How the past is looked at: the ledger's own histories, the models of the run.

    ``in_doubt`` says that the likelihood alone could hardly tell which family to take.
    """

    build_histories: Histories
    in_profit: bool
    family: str
    seed: int
    threads: int
    fast: bool
    learn: bool
    leave_out: frozenset[str] = frozenset()
    in_doubt: bool = False

    def fit(self, history: CustomerHistory) -> Forecaster:
        """Purchase and spend models of the run's own kind."""
        return Forecaster(self.seed, self.threads, fast=True, family=self.family).fit(history)

    def looking(self, keys: str | None) -> Callable[..., Stretch]:
        """``look_back`` with these eyes, at some customers or all."""
        return partial(
            look_back, build_histories=self.build_histories, fit=self.fit, in_profit=self.in_profit, keys=keys
        )


def hold_trials(
    engine: Engine, plan: Plan, eyes: Eyes, *, customers: int, tell: Callable[[str], None] | None = None
) -> Trials:
    """Walk through the past days in order; at each, nothing later is known."""
    keys = _sample(engine, customers, SAMPLE_FAST if eyes.fast else SAMPLE)
    feature_plan = features.plan(engine, plan.as_of, leave_out=eyes.leave_out) if eyes.learn else None
    look = eyes.looking(keys)
    stretches: list[Stretch] = []
    graded: list[Trial] = []
    for number, cut in enumerate(plan.cuts, 1):
        if tell:
            tell(f"blind forecast {number} of {len(plan.cuts)}: {cut}")
        stretch = look(engine, cut, plan.window_days, plan=feature_plan)
        if len(stretch) and cut in plan.graded_cuts:
            graded.append(_trial(engine, stretch, stretches, eyes))
        stretches.append(stretch)
    stretches = [s for s in stretches if len(s)]
    ratios = [_ratio(plan, s) for s in stretches]
    extra = _year_before(engine, plan, look, tell)
    pairs = [pair for pair in (*ratios, *extra) if pair is not None]
    now = learned(finished_windows(stretches), eyes.seed, eyes.threads) if eyes.learn else []
    return Trials(plan, graded, [a for a, _ in pairs], [b for _, b in pairs], now, feature_plan, keys, eyes.fast)


def _trial(engine: Engine, stretch: Stretch, earlier: list[Stretch], eyes: Eyes) -> Trial:
    """One graded day; its customers stand in the histories table still."""
    finished = [s for s in earlier if s.end <= stretch.cut and len(s)]
    models = learned(finished_windows(finished), eyes.seed, eyes.threads) if eyes.learn else []
    rules = floors(stretch, finished[-1] if finished else None, eyes.in_profit)
    expected = expectations(stretch, models) | by_contract(engine, stretch, HISTORIES)
    return Trial(stretch, expected, rules, situation(stretch.history, stretch.alive))


def _sample(engine: Engine, customers: int, most: int) -> str | None:
    """Customers evenly over their numbers where there are too many to ask all; none when all are asked."""
    if customers <= most:
        return None
    every = customers // most
    engine.execute(
        f"CREATE OR REPLACE TABLE {KEYS} AS SELECT customer_key FROM ledger_keys WHERE customer_key % {every} = 0"
    )
    return KEYS


def _year_before(
    engine: Engine, plan: Plan, look: Callable[..., Stretch], tell: Callable[[str], None] | None
) -> list[tuple[PastRatio, PastRatio] | None]:
    """Ratios a year before each day; before the run's own day over its whole horizon too."""
    found = []
    for day in plan.ratio_days:
        if tell:
            tell(f"the same season a year before: {day}")
        for days in {plan.window_days, plan.horizon_days}:
            if (plan.as_of - day).days >= days:
                stretch = look(engine, day, days, plan=None)
                found.append(_ratio(plan, stretch) if len(stretch) else None)
    return found


def steadier_family(engine: Engine, plan: Plan, eyes: Eyes, customers: int) -> str:
    """BG/NBD or Pareto/NBD: whose totals were closer to what came at the graded days.

    Asked only where the likelihood prefers Pareto/NBD by little: the two then fit almost alike, but differ in how
    fast an ageing base decays, and only what came can tell.
    """
    keys = _sample(engine, customers, SAMPLE_FAST)
    misses = {}
    for family in ("BG/NBD", "Pareto/NBD"):
        look = replace(eyes, family=family).looking(keys)
        stretches = [look(engine, cut, plan.window_days, plan=None) for cut in plan.graded_cuts]
        found = [pair[0].log_ratio for s in stretches if len(s) and (pair := _ratio(plan, s))]
        misses[family] = float(np.mean(np.square(found))) if found else 0.0
    return min(misses, key=lambda family: misses[family])


def _ratio(plan: Plan, stretch: Stretch) -> tuple[PastRatio, PastRatio] | None:
    assert stretch.came is not None
    pair = []
    for expected, came in (
        (stretch.expected.revenue, stretch.came.revenue),
        (stretch.expected.orders, stretch.came.orders),
    ):
        if came.sum() <= 0 or expected.sum() <= 0:
            return None
        level = float(came.sum() / expected.sum())
        variance = float(((came - level * expected) ** 2).sum() / came.sum() ** 2)
        day = ratio_day(plan, stretch.cut)
        pair.append(PastRatio(day, stretch.window_days, float(np.log(level)), variance, day))
    return pair[0], pair[1]


def ratio_day(plan: Plan, day: date) -> int:
    """A date on the scale of the ratios."""
    return (day - plan.first_day).days
