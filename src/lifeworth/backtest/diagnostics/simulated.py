"""The company's customers beside customers of the fitted model.

Customers are sorted into cells by what was seen of them; the fitted model's own customers, observed as long, say how
many to expect. Fitting pulls the expectation towards the data, which the covariance allows for through the scores of
the likelihood (Rao and Robson 1974; the chi-square test of Nikulin): the test is right with estimated parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from lifeworth.backtest.diagnostics.between import pseudo_inverse
from lifeworth.backtest.diagnostics.sample import Sample
from lifeworth.maths import bg_nbd, pareto_nbd
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.pareto_nbd import ParetoNBD

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWS = 60_000
THIRDS = 3
MIN_EXPECTED = 15.0
_STEP = 1e-4


@dataclass(frozen=True)
class Seen:
    """Repeat purchases and the day of the last, of customers observed for T days."""

    x: Floats
    t_x: Floats
    T: Floats

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Simulated:
    """Customers as they are, and as the model would have them.

    ``scores`` (model's customers, parameters) are slopes of the log-likelihood in the log-parameters.
    """

    real: Seen
    model: Seen
    scores: Floats
    share: float


@dataclass(frozen=True)
class Misfit:
    """Cells that hold other numbers than expected; ``moved`` is the share of customers in the wrong cell."""

    statistic: float
    freedom: int
    p_value: float
    size: float
    moved: float


def simulate(sample: Sample, model: BGNBD | ParetoNBD, seed: int, draws: int = DRAWS) -> Simulated:
    """Draw the model's customers: each real one's time of observation as often as makes about ``draws``."""
    rng = np.random.default_rng([seed, 11])
    real = Seen(*(column.astype(np.float64) for column in (sample.x, sample.t_x, sample.T)))
    time = np.tile(real.T, max(round(draws / max(len(real), 1)), 2))
    drawn = model.simulate(len(time), time, rng)
    day = np.minimum(np.maximum(np.floor(drawn.recency + rng.random(len(time))), 1.0), np.maximum(time - 1.0, 1.0))
    drawn_seen = Seen(drawn.frequency, np.where(drawn.frequency > 0, day, 0.0), time)
    return Simulated(real, drawn_seen, _scores(model, drawn_seen), sample.share)


def _scores(model: BGNBD | ParetoNBD, seen: Seen) -> Floats:
    """Central differences in the log-parameters."""
    theta = model.log_params_
    ends = [[_rows(model, theta + sign * _STEP * unit, seen) for sign in (1, -1)] for unit in np.eye(theta.size)]
    return np.stack([(up - down) / (2 * _STEP) for up, down in ends], axis=1)


def _rows(model: BGNBD | ParetoNBD, theta: Floats, seen: Seen) -> Floats:
    if isinstance(model, BGNBD):
        return bg_nbd.log_likelihood_rows(bg_nbd.BGNBDParameters(*np.exp(theta)), seen.x, seen.t_x, seen.T)
    parameters = type(model.parameters)(*np.exp(theta))
    return pareto_nbd.log_likelihood_rows(parameters, seen.x, seen.t_x, seen.T)


def hold_against(simulated: Simulated, cell: Callable[[Seen], Ints], cells: int) -> Misfit:
    """Chi-square of customers by cell, apart for each third of the times of observation.

    ``cell`` numbers what was seen from 0 to ``cells`` - 1; small cells are merged with their neighbour.
    """
    edges = np.quantile(simulated.real.T, [1 / 3, 2 / 3])
    place = [_thirds(seen, edges) * cells + cell(seen) for seen in (simulated.real, simulated.model)]
    times = len(simulated.model) / len(simulated.real)
    usual = np.bincount(place[1], minlength=THIRDS * cells).reshape(THIRDS, cells) / times
    merged = _merge_each(usual)
    number = int(merged.max()) + 1
    seen, drawn = (np.bincount(merged.ravel()[each], minlength=number).astype(np.float64) for each in place)
    expected = drawn / times
    third = np.array([int((merged == each).any(axis=1).argmax()) for each in range(number)])
    covariance = _covariance(simulated, merged.ravel()[place[1]], expected, third) * (1.0 + 1.0 / times)
    return _misfit(seen - expected, covariance, len(simulated.real))


def _thirds(seen: Seen, edges: Floats) -> Ints:
    return np.searchsorted(edges, seen.T, side="right").astype(np.int64)


def _merge_each(usual: Floats) -> Ints:
    """New numbers of the cells of every third, running through all thirds; empty thirds share a number."""
    merged = np.zeros(usual.shape, dtype=np.int64)
    following = 0
    for row, counts in enumerate(usual):
        merged[row] = following + merge_small(counts, MIN_EXPECTED)
        following = int(merged[row].max()) + 1
    return merged


def _misfit(excess: Floats, covariance: Floats, customers: int) -> Misfit:
    inverse, rank = pseudo_inverse(covariance)
    statistic = float(excess @ inverse @ excess)
    p_value = float(chi2.sf(statistic, rank)) if rank else 1.0
    size = float(np.sqrt(max(statistic - rank, 0.0) / customers))
    return Misfit(statistic, rank, p_value, size, float(np.abs(excess).sum() / 2 / customers))


def _covariance(simulated: Simulated, cell: Ints, expected: Floats, third: Ints) -> Floats:
    """Of seen minus expected, once the parameters have been fitted to what was seen."""
    scores, times = simulated.scores, len(simulated.model) / len(simulated.real)
    within = np.bincount(third, expected)[third]
    own = np.diag(expected) - np.outer(expected, expected / np.maximum(within, 1e-12)) * (third[:, None] == third)
    pull = np.stack([np.bincount(cell, column, len(expected)) for column in scores.T], axis=1) / times
    information = scores.T @ scores / times
    return np.asarray(own - simulated.share * pull @ pseudo_inverse(information)[0] @ pull.T)


def merge_small(expected: Floats, least: float) -> Ints:
    """New number of each cell after joining cells, from the left, until each expects ``least`` customers.

    Examples
    --------
    >>> merge_small(np.array([20.0, 5.0, 12.0, 30.0, 3.0]), 15.0)
    array([0, 1, 1, 2, 2])
    """
    number, held, names = 0, 0.0, []
    for count in expected:
        if held >= least:
            number, held = number + 1, 0.0
        names.append(number)
        held += float(count)
    joined = np.array(names, dtype=np.int64)
    return np.where(joined == number, max(number - 1, 0), joined) if held < least else joined
