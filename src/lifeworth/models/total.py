"""The total of the known base: how far the purchase model's sum usually is from what comes.

A purchase model knows no calendar. What it missed is measured at past days as the log ratio

    r(c) = log(what came in [c, c + h)) − log(what the model, blind at c, expected)

and the ratio of a year before, which saw the same season, is carried to the coming stretch:

    r̂ = λ · r(c − 365) + μ

λ between 0 and 1 is how much of such a ratio comes back, learned by Bayesian least squares from every finished
pair of a day and its day a year before, with a prior that most of it does, but for stretches that hold most of a
year: what holds every season once has none of its own to return. It is drawn down where the ratio is no larger
than chance in a base of this size, and where the file was still young (all customers look new to a file that has just
begun). μ is the level that remains, drawn to nothing. Customers are then scaled to the
corrected total (top-down reconciliation; Hyndman & Athanasopoulos 2021, ch. 11).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

YEAR = 365
SAME_SEASON_DAYS = 7
PRIOR_RETURN_SD = 0.25
LEVEL_SD = 0.05
NOISE_SD = 0.03
PRIOR_WINDOWS = 1.0
YOUNG_SD, YOUNG_DAYS = 0.30, 84.0
YOUTH_BEARS = 0.1**2
MOST_SPREAD = 0.6
MOST_RATIO = 1.1


@dataclass(frozen=True)
class PastRatio:
    """One finished stretch: the day it began, log(came / expected), and how sure that is.

    ``variance`` is that of the log ratio by the chance of single customers; ``known_days`` how long the file had
    run by then.
    """

    day: int
    horizon_days: int
    log_ratio: float
    variance: float
    known_days: int

    @property
    def doubt(self) -> float:
        """Variance with what a young file adds."""
        return self.variance + (YOUNG_SD * (YOUNG_DAYS / max(self.known_days, 1)) ** 2) ** 2


@dataclass(frozen=True)
class TotalCorrection:
    """Multiply the total by ``exp(log_factor)``; ``spread`` is the relative spread that still leaves.

    ``last_year`` is the ratio a year before, None where the file does not reach back; ``returned`` the share of it
    that was used; ``windows`` how many finished stretches spoke.
    """

    log_factor: float = 0.0
    spread: float = 0.0
    last_year: float | None = None
    returned: float = 0.0
    level: float = 0.0
    windows: int = 0

    @property
    def factor(self) -> float:
        """What the total is multiplied by."""
        return float(np.exp(self.log_factor))


def correct_total(past: list[PastRatio], day: int, horizon_days: int) -> TotalCorrection:
    """What the total of the stretch of ``horizon_days`` from ``day`` on is usually off by.

    Parameters
    ----------
    past : list of PastRatio
        Finished before ``day``, of any horizon; pairs are formed within a horizon.
    """
    finished = [_believable(p) for p in past if p.day + p.horizon_days <= day]
    if not finished:
        return TotalCorrection()
    weights = _independent(finished)
    signal = _signal(finished, weights)
    pairs = [(p, before) for p in finished if (before := _a_year_before(finished, p.day, p.horizon_days))]
    back, back_variance = _returned(pairs, signal, _seasonal(horizon_days))
    level = _level(finished, weights, back, signal)
    last = _a_year_before(finished, day, horizon_days)
    if last is None:
        spread = np.sqrt(_noise(finished, finished, back, level, signal))
        return TotalCorrection(level, min(float(spread), MOST_SPREAD), None, 0.0, level, len(finished))
    noise = _noise([now for now, _ in pairs], finished, back, level, signal)
    used = back * _reliability(last, signal)
    open_part = (1.0 - _reliability(last, signal)) * signal + back_variance * last.log_ratio**2
    spread = np.sqrt(noise + open_part + used**2 * min(last.doubt, signal))
    return TotalCorrection(
        float(used * last.log_ratio + level),
        float(min(spread, MOST_SPREAD)),
        last.log_ratio,
        float(used),
        level,
        len(finished),
    )


def _believable(ratio: PastRatio) -> PastRatio:
    """No season makes customers buy three times as much: beyond that the model was wrong, and the ratio says little."""
    kept = float(np.clip(ratio.log_ratio, -MOST_RATIO, MOST_RATIO))
    return replace(ratio, log_ratio=kept, variance=ratio.variance + (ratio.log_ratio - kept) ** 2)


def _a_year_before(finished: list[PastRatio], day: int, horizon_days: int) -> PastRatio | None:
    """The ratio whose stretch began closest to a year before, within a week."""
    near = [p for p in finished if p.horizon_days == horizon_days and abs(day - YEAR - p.day) <= SAME_SEASON_DAYS]
    return min(near, key=lambda p: abs(day - YEAR - p.day), default=None)


def _independent(finished: list[PastRatio]) -> Floats:
    """Weight of each stretch: overlapping ones share their days, so together they count by the days they cover."""
    starts = np.array([p.day for p in finished], dtype=np.float64)
    lengths = np.array([p.horizon_days for p in finished], dtype=np.float64)
    overlap = np.minimum(starts[:, None] + lengths[:, None], starts + lengths) - np.maximum(starts[:, None], starts)
    shared = np.clip(overlap, 0.0, None) / lengths[:, None]
    return np.asarray(1.0 / shared.sum(axis=1))


def _signal(finished: list[PastRatio], weights: Floats) -> float:
    """Variance of the ratios beyond what chance and youth explain: moments."""
    squares = np.array([p.log_ratio**2 for p in finished])
    doubt = np.array([p.doubt for p in finished])
    sure = weights / (doubt + NOISE_SD**2)
    return float(max((sure * (squares - doubt)).sum() / sure.sum(), 0.0))


def _reliability(ratio: PastRatio, signal: float) -> float:
    return signal / (signal + ratio.doubt) if signal > 0 else 0.0


def _seasonal(horizon_days: int) -> float:
    """How much of a ratio can be a season: all of it up to half a year, nothing over a whole one.

    Averaged over h days, the first harmonic of a year keeps sin(πh/365) / (πh/365) of its height; half of that is
    still enough to be seen.
    """
    return float(min(1.0, 2.0 * abs(np.sinc(horizon_days / YEAR))))


def _returned(pairs: list[tuple[PastRatio, PastRatio]], signal: float, prior: float) -> tuple[float, float]:
    """Posterior mean of λ, kept within 0 and 1, and its variance."""
    precision, weighted = 1.0 / PRIOR_RETURN_SD**2, prior / PRIOR_RETURN_SD**2
    if pairs:
        weights = _independent([now for now, _ in pairs])
        for weight, (now, before) in zip(weights, pairs, strict=True):
            x = _reliability(before, signal) * before.log_ratio
            error = now.doubt + min(before.doubt, signal) + (2 * NOISE_SD) ** 2 + LEVEL_SD**2
            precision += weight * x * x / error
            weighted += weight * x * now.log_ratio / error
    return float(np.clip(weighted / precision, 0.0, 1.0)), 1.0 / precision


def _residuals(some: list[PastRatio], finished: list[PastRatio], back: float, signal: float) -> Floats:
    """What is left of each ratio when the year before has spoken."""
    left = []
    for p in some:
        before = _a_year_before(finished, p.day, p.horizon_days)
        told = back * _reliability(before, signal) * before.log_ratio if before else 0.0
        left.append(p.log_ratio - told)
    return np.array(left)


def _level(finished: list[PastRatio], weights: Floats, back: float, signal: float) -> float:
    """Mean of what is left, drawn to zero: seasons of unseen years make single windows poor witnesses."""
    left = _residuals(finished, finished, back, signal)
    doubt = np.array([p.doubt for p in finished]) + NOISE_SD**2 + signal
    sure = weights / doubt
    return float((sure * left).sum() / (sure.sum() + 1.0 / LEVEL_SD**2))


def _noise(some: list[PastRatio], finished: list[PastRatio], back: float, level: float, signal: float) -> float:
    """Variance of the residuals beyond chance, with a prior worth one window."""
    if not some:
        return NOISE_SD**2
    youth = np.array([p.doubt - p.variance for p in some])
    weights = _independent(some) * YOUTH_BEARS / (YOUTH_BEARS + youth)
    left = _residuals(some, finished, back, signal) - level
    chance = np.array([p.variance for p in some])
    beyond = max(float((weights * (left**2 - chance)).sum()), 0.0)
    return (PRIOR_WINDOWS * NOISE_SD**2 + beyond) / (PRIOR_WINDOWS + float(weights.sum()))


def own_total(log_errors: list[float]) -> TotalCorrection:
    """No correction, and a spread as large as the totals were off at past days: log(came / stated) each."""
    if not log_errors:
        return TotalCorrection(spread=MOST_SPREAD)
    spread = float(np.sqrt(np.mean(np.square(log_errors))))
    return TotalCorrection(0.0, float(np.clip(spread, NOISE_SD, MOST_SPREAD)), windows=len(log_errors))
