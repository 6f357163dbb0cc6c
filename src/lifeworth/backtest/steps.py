"""Does the error grow with the horizon? Bias by thirds of a graded stretch."""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest import measures
from lifeworth.backtest.grading import Stated
from lifeworth.backtest.stretch import HISTORIES, read_came
from lifeworth.backtest.trials import Eyes, Trials
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

STEPS = 3


def horizon_steps(engine: Engine, trials: Trials, eyes: Eyes, *stated: Stated) -> list[list[object]]:
    """Rows of ``backtest_groups`` by horizon step of every day that is given.

    What was said of a customer is parted by the purchase model's curve for all of them, so that the steps add up to
    what was said in all.
    """
    return [row for one in stated for row in _of_day(engine, trials, eyes, one)]


def _of_day(engine: Engine, trials: Trials, eyes: Eyes, one: Stated) -> list[list[object]]:
    stretch = one.trial.stretch
    eyes.build_histories(engine, stretch.cut, HISTORIES, trials.keys)
    ends = [round(stretch.window_days * step / STEPS) for step in range(STEPS + 1)]
    curve = np.array([float(stretch.forecaster.expected_orders(days).sum()) if days else 0.0 for days in ends])
    shares = np.diff(curve) / max(curve[-1], 1e-12)
    rows = []
    for start, end, share in zip(ends[:-1], ends[1:], shares, strict=True):
        first, after = (stretch.cut + timedelta(days=day) for day in (start, end))
        came = read_came(engine, HISTORIES, first, after, eyes.in_profit).value
        rows.append([stretch.cut, "horizon step", f"day {start + 1} to {end}", *_held(came, one.value * share)])
    return rows


def _held(came: Floats, said: Floats) -> list[object]:
    """Customers, what came, what was said, the bias and its error; ranges are given for whole stretches only."""
    found = measures.bias_percent(came, said), measures.bias_error(came, said)
    known = [figure if np.isfinite(figure) else None for figure in found]
    return [len(came), float(came.sum()), float(said.sum()), *known, None, None, None]
