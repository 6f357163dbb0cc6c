"""Is the forecast off early or late in the stretch? Bias by thirds of the newest window."""

from datetime import timedelta

import numpy as np

from lifeworth.backtest import measures
from lifeworth.backtest.grading import Stated
from lifeworth.backtest.stretch import HISTORIES, read_came
from lifeworth.backtest.trials import Eyes, Trials
from lifeworth.store.engine import Engine

STEPS = 3


def horizon_steps(engine: Engine, trials: Trials, eyes: Eyes, newest: Stated) -> list[list[object]]:
    """Rows of ``backtest_groups`` by horizon step: the forecast follows the purchase model's curve to its own total."""
    stretch = newest.trial.stretch
    eyes.build_histories(engine, stretch.cut, HISTORIES, trials.keys)
    ends = [round(stretch.window_days * step / STEPS) for step in range(STEPS + 1)]
    curve = np.array([float(stretch.forecaster.expected_orders(days).sum()) if days else 0.0 for days in ends])
    said = float(newest.value.sum()) * np.diff(curve) / max(curve[-1], 1e-12)
    rows: list[list[object]] = []
    for place, (start, end) in enumerate(zip(ends[:-1], ends[1:], strict=True)):
        days = [stretch.cut + timedelta(days=day) for day in (start, end)]
        came = float(read_came(engine, HISTORIES, days[0], days[1], eyes.in_profit).value.sum())
        bias = measures.bias_percent(np.array([came]), np.array([said[place]]))
        member = f"day {start + 1} to {end}"
        rows.append(
            [stretch.cut, "horizon step", member, len(stretch), came, float(said[place])]
            + [bias if np.isfinite(bias) else None, None, None, None]
        )
    return rows
