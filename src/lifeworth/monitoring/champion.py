"""May a challenger take the champion's place? Only on evidence from several cut dates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST_CUTS = 3
SHARE_OF_CUTS = 0.8
CONFIDENCE = 0.90
DRAWS = 1_000
MOST_UNITS = 5_000


@dataclass(frozen=True)
class Decision:
    """What was decided and why.

    Attributes
    ----------
    replace : bool
        Whether the challenger takes over.
    better_on, cuts : int
        Cut dates on which the challenger's score was lower, of how many.
    difference, low, high : float
        Challenger's loss less the champion's, per customer and cut, with its 90 % bootstrap interval.
    reason : str
        In words.
    """

    replace: bool
    better_on: int
    cuts: int
    difference: float
    low: float
    high: float
    reason: str


@dataclass(frozen=True)
class Contender:
    """What one method achieved on the cut dates.

    Attributes
    ----------
    name : str
        As a reader knows it.
    scores : (cuts,)
        One figure a cut date, lower is better.
    losses : (customers,)
        Each customer's loss, averaged over the cut dates; the same customers in the same order for both.
    actual, predicted : float
        Totals over all cut dates.
    """

    name: str
    scores: Floats
    losses: Floats
    actual: float
    predicted: float

    @property
    def off(self) -> float:
        """Distance of the total from what came, as |log(actual / predicted)|; infinite when one is not positive."""
        if self.actual <= 0 or self.predicted <= 0:
            return float("inf")
        return abs(float(np.log(self.actual / self.predicted)))


def compare(champion: Contender, challenger: Contender, seed: int) -> Decision:
    """Replace only if better on four cuts of five, beyond chance, and with a total that is no worse.

    The interval is the paired bootstrap over customers (Efron and Tibshirani 1993, chapter 13).

    Raises
    ------
    ValueError
        The two were not measured on the same customers and cut dates.
    """
    if champion.scores.shape != challenger.scores.shape or champion.losses.shape != challenger.losses.shape:
        raise ValueError("Champion and challenger must be measured on the same customers at the same cut dates.")
    cuts, better = len(champion.scores), int((challenger.scores < champion.scores).sum())
    gaps = challenger.losses - champion.losses
    difference = float(gaps.mean()) if len(gaps) else 0.0
    low, high = _interval(gaps, seed)
    objections = list(_objections(champion, challenger, better, cuts, high))
    new, old = challenger.name, champion.name
    if objections:
        reason = f"{old} stays: " + "; ".join(objections) + "."
    else:
        reason = (
            f"{new} replaces {old}: better on {better} of {cuts} cut dates, loss lower by {-difference:.4g} per customer "
            f"(90 % interval {-high:.4g} to {-low:.4g}), and its total is no further from what came."
        )
    return Decision(not objections, better, cuts, difference, low, high, reason)


def _objections(champion: Contender, challenger: Contender, better: int, cuts: int, high: float) -> list[str]:
    new, said = challenger.name, []
    if cuts < FEWEST_CUTS:
        said.append(f"{cuts} cut dates are too few to judge by, {FEWEST_CUTS} are needed")
    if better < SHARE_OF_CUTS * cuts:
        said.append(f"{new} is better on {better} of {cuts} cut dates, four in five are needed")
    if not high < 0:
        said.append(f"the difference in loss may be chance (its 90 % interval reaches {high:.4g})")
    if not challenger.off <= champion.off:
        said.append(f"the total of {new} is further from what came than that of {champion.name}")
    return said


def _interval(gaps: Floats, seed: int) -> tuple[float, float]:
    """Bootstrap interval of the mean gap; many customers are resampled in groups formed by chance."""
    if len(gaps) == 0:
        return 0.0, 0.0
    generator = np.random.default_rng([seed, 41])
    units = min(len(gaps), MOST_UNITS)
    group = generator.permutation(len(gaps)) % units
    sums, sizes = np.bincount(group, gaps, units), np.bincount(group, minlength=units)
    drawn = (generator.integers(0, units, units) for _ in range(DRAWS))
    means = [float(sums[who].sum() / sizes[who].sum()) for who in drawn]
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
