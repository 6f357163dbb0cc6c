"""How many newcomers come in a month, and how many will: a count whose logarithm drifts, breathes with the year and shakes.

The monthly count is Poisson with rate days · exp(f). Over the months f is a Gaussian process (Rasmussen and Williams 2006,
*Gaussian Processes for Machine Learning*, sections 2.2 and 3.4), the sum of

- a level, known beforehand only to a factor of about seven;
- growth: a yearly rate v that fades, ∫ v with v an Ornstein-Uhlenbeck process of standard deviation ``growth`` and memory
  ``memory`` years, which is a damped trend (Gardner and McKenzie 1985, *Management Science* 31) in continuous time;
- twelve month effects of standard deviation ``season``, drawn to none;
- what a month has of its own, of standard deviation ``noise``.

Nobody knows these four numbers: every combination of a small grid is a world, each is weighed by how likely it makes the counts
seen (Laplace's approximation), and forecasts are drawn from all of them. So with few months the forecast is as wide as what is
usual for shops, and with many it is what these months show.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]

MONTHS = 12
LEVEL_SD = 2.0
GROWTH = ((0.05, 0.3), (0.2, 0.4), (0.5, 0.3))
MEMORY = ((0.3, 0.4), (1.0, 0.4), (3.0, 0.2))
SEASON = ((0.03, 0.3), (0.12, 0.4), (0.35, 0.3))
NOISE = ((0.04, 0.35), (0.12, 0.4), (0.3, 0.25))
_STEPS = 30
_SURE = 1e-8
_FAR = 30.0


@dataclass(frozen=True)
class Counted:
    """Newcomers month by month.

    Attributes
    ----------
    month : (months,) ints
        Number of each month, counted without gaps; equal numbers modulo twelve are the same month of the year.
    days : (months,) floats
        How many days of it were seen.
    newcomers : (months,) floats
    share_true : (months,) floats
        Of those who look new, the share that is, if the data begin in the middle of a business; 1 where that makes no difference.
    """

    month: NDArray[np.int64]
    days: Floats
    newcomers: Floats
    share_true: Floats


@dataclass(frozen=True)
class Ahead:
    """What is known of the logarithm of the daily rate in coming months, world by world.

    Attributes
    ----------
    mean : (worlds, months) floats
    covariance : (worlds, months, months) floats
    weight : (worlds,) floats
        Adds up to one.
    own : (worlds,) floats
        Variance of what a month has of its own.
    began_before : float
        How likely it is that the data begin in the middle of a business.
    season : (12,) floats
        Expected month effects by month number modulo twelve.
    """

    mean: Floats
    covariance: Floats
    weight: Floats
    own: Floats
    began_before: float
    season: Floats


@dataclass(frozen=True)
class _Worlds:
    growth: Floats
    memory: Floats
    season: Floats
    noise: Floats
    began_before: NDArray[np.bool_]
    prior: Floats


def look_ahead(seen: Counted, months: int) -> Ahead:
    """Learn from the months seen and look ``months`` ahead of the last of them.

    Months in which fewer than a third of those who look new would be, if the data began in the middle of a business, are left out.
    """
    worlds = _worlds(bool((seen.share_true < 1).any()))
    kept = seen.share_true >= 1 / 3
    month, past = seen.month[kept], int(kept.sum())
    every = np.concatenate([month, seen.month[-1] + 1 + np.arange(months)])
    kernel = _kernel(worlds, every)
    usual = np.log((seen.newcomers[kept].sum() + 0.5) / seen.days[kept].sum())
    offset = (
        np.log(seen.days[kept]) + usual - np.where(worlds.began_before[:, None], np.log(seen.share_true[kept]), 0.0)
    )
    fit = _laplace(kernel[:, :past, :past], seen.newcomers[kept], offset)
    weight = np.exp(fit.evidence + np.log(worlds.prior) - np.max(fit.evidence + np.log(worlds.prior)))
    weight /= weight.sum()
    across = kernel[:, :past, past:]
    mean = usual + np.einsum("wpm,wp->wm", across, fit.slope)
    covariance = kernel[:, past:, past:] - np.einsum("wpm,wpn->wmn", across, fit.explain(across))
    season = worlds.season[:, None] ** 2 * np.stack(
        [(month % MONTHS == each) @ fit.slope.T for each in range(MONTHS)], axis=1
    )
    return Ahead(
        mean,
        covariance,
        weight,
        worlds.noise**2,
        float(weight[worlds.began_before].sum()),
        np.asarray(weight @ season),
    )


def _worlds(in_doubt: bool) -> _Worlds:
    """Every combination of the grid; whether the data begin in the middle of a business is part of it where that is in doubt."""
    beginnings = ((0.0, 0.5), (1.0, 0.5)) if in_doubt else ((0.0, 1.0),)
    grids = [np.array(each) for each in (GROWTH, MEMORY, SEASON, NOISE, beginnings)]
    columns = np.stack(np.meshgrid(*(grid[:, 0] for grid in grids), indexing="ij"), axis=-1).reshape(-1, 5)
    priors = np.stack(np.meshgrid(*(grid[:, 1] for grid in grids), indexing="ij"), axis=-1).reshape(-1, 5)
    growth, memory, season, noise, began = columns.T
    return _Worlds(growth, memory, season, noise, began > 0, priors.prod(axis=1))


def _kernel(worlds: _Worlds, month: NDArray[np.int64]) -> Floats:
    """Covariance of f between months: (worlds, months, months)."""
    years = (month - month[0] + 0.5) / MONTHS
    tau = worlds.memory[:, None, None]
    here, there = years[None, :, None], years[None, None, :]
    faded = np.exp(-here / tau) + np.exp(-there / tau) - np.exp(-np.abs(here - there) / tau) - 1.0
    grown = 2.0 * tau * np.minimum(here, there) + tau**2 * faded
    same = (month[:, None] - month[None, :]) % MONTHS == 0
    own = np.eye(len(month))
    return np.asarray(
        LEVEL_SD**2
        + worlds.growth[:, None, None] ** 2 * grown
        + worlds.season[:, None, None] ** 2 * same
        + worlds.noise[:, None, None] ** 2 * own
    )


@dataclass(frozen=True)
class _Fit:
    """Mode of the posterior of f; ``slope`` is that of the log-likelihood there, (worlds, months)."""

    slope: Floats
    root: Floats
    system: Floats
    evidence: Floats

    def explain(self, across: Floats) -> Floats:
        """(K + W⁻¹)⁻¹ times a matrix of columns."""
        root = self.root[..., None]
        return np.asarray(root * np.linalg.solve(self.system, root * across))


def _laplace(kernel: Floats, counts: Floats, offset: Floats) -> _Fit:
    """Newton's method on the log-concave posterior of all worlds at once (Rasmussen and Williams 2006, algorithm 3.1)."""
    f = np.log(counts + 0.5) - offset
    eye = np.eye(kernel.shape[1])
    for _ in range(_STEPS):
        rate = np.exp(np.clip(f + offset, -_FAR, _FAR))
        root = np.sqrt(rate)
        system = eye + root[:, :, None] * kernel * root[:, None, :]
        wanted = rate * f + counts - rate
        pulled = np.einsum("wij,wj->wi", kernel, wanted)
        a = wanted - root * np.linalg.solve(system, (root * pulled)[..., None])[..., 0]
        moved = np.einsum("wij,wj->wi", kernel, a)
        done = float(np.abs(moved - f).max()) < _SURE
        f = moved
        if done:
            break
    rate = np.exp(np.clip(f + offset, -_FAR, _FAR))
    root = np.sqrt(rate)
    system = eye + root[:, :, None] * kernel * root[:, None, :]
    told = (counts * (f + offset) - rate - gammaln(counts + 1)).sum(axis=1)
    evidence = told - 0.5 * (a * f).sum(axis=1) - 0.5 * np.linalg.slogdet(system)[1]
    return _Fit(counts - rate, root, system, evidence)
