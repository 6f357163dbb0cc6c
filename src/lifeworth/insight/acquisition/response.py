"""By how many percent newcomers rise when a channel is given one percent more: its elasticity, from the months.

    newcomers of channel c in month t ~ exp(level_c + trend_c t + season(month of the year) + shock_t + elasticity_c log spend_ct)

A quasi-Poisson regression whose variance grows with the square of the mean as well (Wedderburn 1974; Breslow 1984), with normal
priors on all but the levels, solved by penalised iteratively reweighted least squares. Channels without spend take part: they tell
season and shocks apart from spend. The elasticity of a channel is what all have in common plus its own part, so that channels with
few months are drawn to the others and all to the prior.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRIOR_MEAN, PRIOR_COMMON, PRIOR_OWN = 0.70, 0.20, 0.25
TREND, SEASON, SHOCK = 0.5, 0.3, 0.1
FEWEST_MONTHS = 12
LEAST = 0.05
ROUNDS, SETTLED, STEP = 100, 1e-6, 2.0


@dataclass(frozen=True)
class Months:
    """One entry per channel and whole month: (n,) each.

    Attributes
    ----------
    channel, month : ints
        Numbers from 0; months in order of time.
    of_year : ints
        0 in January.
    newcomers : floats
        How many first orders.
    spend : floats
        Money; zero where a channel had none that month.
    """

    channel: Ints
    month: Ints
    of_year: Ints
    newcomers: Floats
    spend: Floats

    def take(self, kept: NDArray[np.bool_]) -> "Months":
        """Some of the entries."""
        return Months(self.channel[kept], self.month[kept], self.of_year[kept], self.newcomers[kept], self.spend[kept])


@dataclass(frozen=True)
class Response:
    """Elasticities given the months.

    Attributes
    ----------
    channels : (k,) ints
        Channels that could be learned from.
    mean : (k,) floats
    covariance : (k, k) floats
    months : (k,) ints
        Months with spend behind each.
    from_data : (k,) floats
        Share of the prior's variance that the months took away: 0 says the figure is the prior, 1 that it is the data's.
    scatter : float
        Relative spread of newcomers from month to month that neither spend, season, trend nor chance explains.
    """

    channels: Ints
    mean: Floats
    covariance: Floats
    months: Ints
    from_data: Floats
    scatter: float

    def draw(self, noise: Floats) -> Floats:
        """Elasticities that are plausible, never below 0.05: (draws, k) from standard normals of the same shape."""
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        return np.asarray(np.maximum(self.mean + noise @ root.T, LEAST))


def learn_response(months: Months) -> Response | None:
    """Elasticity of every channel with twelve whole months of spend or more; None where no channel has them.

    Months in which a channel with spend spent nothing are left out for it: a logarithm cannot say what nothing does.
    """
    size = int(months.channel.max(initial=-1)) + 1
    spent = np.bincount(months.channel, weights=months.spend > 0, minlength=size).astype(np.int64)
    won = np.bincount(months.channel, weights=months.newcomers * (months.spend > 0), minlength=size)
    asked = np.flatnonzero((spent >= FEWEST_MONTHS) & (won >= FEWEST_MONTHS))
    if not asked.size:
        return None
    tells = np.isin(months.channel, asked) & (months.spend > 0) | (spent == 0)[months.channel]
    heard = np.bincount(months.channel[tells], weights=months.newcomers[tells], minlength=size) > 0
    return _solve(months.take(tells & heard[months.channel]), asked, spent[asked])


def _solve(months: Months, asked: Ints, spent: Ints) -> Response:
    design, precision, centre = _design(months, asked)
    y = months.newcomers
    beta, scatter = centre.copy(), 0.0
    channels = np.unique(months.channel, return_inverse=True)[1]
    usual = np.bincount(channels, weights=y) / np.bincount(channels)
    beta[: len(usual)] = np.log(usual)
    for _ in range(ROUNDS):
        mean = np.exp(np.clip(design @ beta, -30, 30))
        weight = mean / (1 + scatter * mean)
        normal = design.T @ (weight[:, None] * design) + np.diag(precision)
        covariance = np.asarray(np.linalg.inv(normal), dtype=np.float64)
        response = design @ beta + (y - mean) / mean
        found = covariance @ (design.T @ (weight * response) + precision * centre)
        step = np.clip(found - beta, -STEP, STEP)
        beta = beta + step
        before, scatter = scatter, _scatter(y, design, beta, weight, covariance)
        if np.abs(step).max() < SETTLED and abs(scatter - before) < SETTLED:
            break
    pick = _elasticities(design.shape[1], asked.size)
    posterior = pick @ covariance @ pick.T
    prior = PRIOR_COMMON**2 + PRIOR_OWN**2
    from_data = np.clip(1 - np.diag(posterior) / prior, 0.0, 1.0)
    return Response(asked, pick @ beta, posterior, spent, from_data, float(np.sqrt(scatter)))


def _design(months: Months, asked: Ints) -> tuple[Floats, Floats, Floats]:
    """Columns of the regression, the precision of each column's prior, and its centre."""
    channels = np.unique(months.channel, return_inverse=True)[1]
    count = int(channels.max()) + 1
    level = np.eye(count)[channels]
    years = (months.month - months.month.mean()) / 12.0
    season, shock = np.eye(12)[months.of_year], np.eye(int(months.month.max()) + 1)[months.month]
    spend = _spend_around_usual(months, channels)[:, None]
    own = (months.channel[:, None] == asked[None, :]) * spend
    parts = (level, level * years[:, None], season, shock, spend, own)
    spreads = (1e3, TREND, SEASON, SHOCK, PRIOR_COMMON, PRIOR_OWN)
    precision = np.concatenate(
        [np.full(part.shape[1], spread**-2) for part, spread in zip(parts, spreads, strict=True)]
    )
    centre = np.zeros(len(precision))
    centre[-asked.size - 1] = PRIOR_MEAN
    return np.hstack(parts), precision, centre


def _spend_around_usual(months: Months, channels: Ints) -> Floats:
    """Logarithm of spend, less its mean over the channel's months; zero for channels without."""
    logs = np.log(np.where(months.spend > 0, months.spend, 1.0))
    usual = np.bincount(channels, weights=logs) / np.bincount(channels)
    return np.asarray(logs - usual[channels])


def _elasticities(width: int, asked: int) -> Floats:
    """What makes the elasticities out of the coefficients: the common part and each channel's own."""
    pick = np.zeros((asked, width))
    pick[:, width - asked - 1] = 1.0
    pick[np.arange(asked), width - asked + np.arange(asked)] = 1.0
    return pick


def _scatter(y: Floats, design: Floats, beta: Floats, weight: Floats, covariance: Floats) -> float:
    """Variance beyond Poisson, relative to the square of the mean, by moments (Breslow 1984)."""
    mean = np.exp(np.clip(design @ beta, -30, 30))
    used = float(((design @ covariance) * design).sum(axis=1) @ weight)
    free = max(len(y) - used, 1.0) / len(y)
    return float(np.clip((((y - mean) ** 2 / free - mean).sum()) / (mean**2).sum(), 0.0, 4.0))
