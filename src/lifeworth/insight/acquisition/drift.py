"""How far the newcomers of late were from those before, beyond chance: what the next ones may differ from the last by."""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition.ages import add_up
from lifeworth.insight.acquisition.chain import average_steps
from lifeworth.insight.acquisition.won import Won
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

MOST_DRIFT = 1.0
COMPARED_UP_TO = 365


def how_far_apart(engine: Engine, won: Won, edges: NDArray[np.int64], drawn: Floats) -> float:
    """Relative distance between what newcomers brought in the days judged and before them, less what chance explains.

    Where all days are judged, their second half is held against the first. Both curves are compared at the oldest age, up to
    a year, that at least 30 newcomers reached in either; zero where there is none. Returns the log ratio's square less its
    sampling variance, as a standard deviation.
    """
    split = won.since if won.since > won.settled else won.settled + timedelta(days=(won.as_of - won.settled).days // 2)
    spans = ((won.settled, split), (split, won.as_of))
    found = [average_steps(add_up(engine, "0", 1, edges, since=since, until=until), drawn) for since, until in spans]
    reach = min(*(int(each.reach[0]) for each in found), int(np.searchsorted(edges, COMPARED_UP_TO)))
    if reach < 1:
        return 0.0
    mean = np.array([each.mean[0, :reach].sum() for each in found])
    draws = np.stack([each.draws[:, 0, :reach].sum(axis=1) for each in found])
    if mean.min() <= 0:
        return 0.0
    moved = float(np.log(mean[1] / mean[0]))
    # The same buckets are drawn for both, so customers who are in both are not counted as two sources of chance.
    chance = float(np.var(draws[1] / mean[1] - draws[0] / mean[0]))
    return float(min(np.sqrt(max(moved**2 - chance, 0.0)), MOST_DRIFT))
