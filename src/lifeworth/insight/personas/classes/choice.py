"""How many kinds of people there are: as many as other people confirm, and as come back in every half of the base.

Two things must hold for a number of classes. *Confirmed*: people who were not fitted to are likelier under it than under any
smaller number, by more than the gains differ from half to half (cross-validated likelihood, Smyth 2000, *Statistics and Computing*
10). *Stable*: two halves of the people part everybody alike, an adjusted Rand index of at least 0.65 ("moderate", Steinley
2004, *Psychological Methods* 9) by more than it differs from split to split, and above the highest of the same columns with each dealt
out anew. The largest number for which both hold is taken. One class means that there are no kinds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lifeworth.insight.personas.classes.halves import Halves, halve, try_classes
from lifeworth.insight.personas.classes.mixture import Classes, Fits, carry_on, fit_many
from lifeworth.insight.personas.classes.shown import Shown, show
from lifeworth.maths.arrays import FloatArray, IntArray

MOST_CLASSES = 9
MOST_HALVED = 4_000
SPLITS = 6
DEALS = 2
STABLE = 0.65
LEAST_SHARE = 0.02
FEWEST_IN_CLASS = 30
_STREAM_HALVES, _STREAM_DEALS, _STREAM_FIT = 6101, 6102, 6103


@dataclass(frozen=True)
class Tried:
    """A number of classes that was tried.

    Attributes
    ----------
    classes : int
    stability, stability_low, stability_high : float
        Adjusted Rand index between halves: mean, lowest and highest.
    by_chance : float
        The highest of the same columns each dealt out anew; NaN where it was not asked.
    gain, gain_spread : float
        Log-likelihood of people not fitted to, above the best smaller number: mean, and standard deviation over halves.
    holds : bool
        Confirmed and stable.
    """

    classes: int
    stability: float
    stability_low: float
    stability_high: float
    by_chance: float
    gain: float
    gain_spread: float
    holds: bool


@dataclass(frozen=True)
class Choice:
    """Every number of classes that was tried, the smallest first."""

    tried: tuple[Tried, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers that hold, the largest first."""
        return tuple(one.classes for one in reversed(self.tried) if one.holds)

    def judged(self, classes: int, by_chance: float) -> "Choice":
        """The same once a number was held against chance."""
        return Choice(
            tuple(
                replace(one, by_chance=by_chance, holds=one.stability > by_chance) if one.classes == classes else one
                for one in self.tried
            )
        )


def choose(shown: Shown, seed: int) -> Choice:
    """Try one class, two, three … until two in a row are not confirmed by people who were not fitted to."""
    some = _some(shown, seed)
    rng = np.random.default_rng([seed, _STREAM_HALVES])
    halves = halve(len(some), SPLITS, rng)
    best = try_classes(some, halves, 1, rng).held_out
    tried: list[Tried] = []
    misses = 0
    for classes in range(2, MOST_CLASSES + 1):
        if len(some) < 2 * classes * FEWEST_IN_CLASS or misses == 2:
            break
        found = try_classes(some, halves, classes, rng)
        tried.append(_tried(classes, found, found.held_out - best))
        misses = 0 if _confirmed(found.held_out - best) else misses + 1
        if found.held_out.mean() > best.mean():
            best = found.held_out
    return Choice(tuple(tried))


def settle(shown: Shown, choice: Choice, seed: int) -> Iterator[tuple[Classes, Choice]]:
    """The classes of each number that holds, the largest number first, once it has been held against chance."""
    some = _some(shown, seed)
    for size in choice.sizes:
        choice = choice.judged(size, _by_chance(some, size, seed))
        if size in choice.sizes:
            classes = _fit(shown, some, size, seed)
            if classes.shares.min() >= LEAST_SHARE:
                yield classes, choice


def _tried(classes: int, found: Halves, gain: FloatArray) -> Tried:
    stability = float(found.agreement.mean())
    ends = float(found.agreement.min()), float(found.agreement.max())
    spread = float(found.agreement.std(ddof=1))
    holds = _confirmed(gain) and stability - spread >= STABLE
    return Tried(classes, stability, *ends, float("nan"), float(gain.mean()), float(gain.std(ddof=1)), holds)


def _confirmed(gain: FloatArray) -> bool:
    return bool(gain.mean() > gain.std(ddof=1))


def _by_chance(some: Shown, classes: int, seed: int) -> float:
    """The highest agreement of halves once every column has been dealt out to the people anew."""
    rng = np.random.default_rng([seed, _STREAM_DEALS, classes])
    dealt = _deal_out(some, rng)
    return float(try_classes(dealt, halve(len(some), DEALS, rng), classes, rng).agreement.max())


def _deal_out(shown: Shown, rng: np.random.Generator) -> Shown:
    dense = shown.ones.toarray()
    columns = []
    for head, size in zip(shown.heads, shown.sizes, strict=True):
        part = dense[:, head : head + size]
        columns.append(rng.permutation(np.where(part.any(1), part.argmax(1), -1)))
    return show(columns, shown.sizes.tolist())


def _some(shown: Shown, seed: int) -> Shown:
    """At most as many people as are needed to see whether groups come back."""
    if len(shown) <= MOST_HALVED:
        return shown
    drawn = np.random.default_rng([seed, _STREAM_HALVES, 1]).choice(len(shown), MOST_HALVED, replace=False)
    return shown.take(np.sort(drawn).astype(np.intp))


def _fit(shown: Shown, some: Shown, classes: int, seed: int) -> Classes:
    """The mixture of everybody looked at: started on some, carried on over all; the largest class first."""
    rng = np.random.default_rng([seed, _STREAM_FIT, classes])
    fits = fit_many(some, np.ones((1, len(some))), classes, rng)
    if len(some) < len(shown):
        fits = carry_on(shown, Fits(fits.shares, fits.chances, np.full(1, -np.inf)), np.ones((1, len(shown))))
    order: IntArray = np.argsort(-fits.shares[0], kind="stable")
    return Classes(fits.shares[0][order], fits.chances[0][order])
