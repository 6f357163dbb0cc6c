"""Can customers be ranked by what the treatment does to them, and how far down the ranking is it worth it?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lifeworth.insight.experiments.effects.effect import LEVEL
from lifeworth.insight.experiments.reading.members import Members
from lifeworth.insight.experiments.reading.watched import Watched
from lifeworth.insight.experiments.uplift.scores import Guess, Means, Ranker
from lifeworth.insight.experiments.uplift.traits import Traits
from lifeworth.maths.group_effects import shrink
from lifeworth.maths.ranking import Area, area_together, rank_moves, rank_weights

Floats = NDArray[np.float64]

# With fewer customers or buyers in an arm a ranking has nothing to learn from.
PEOPLE, BUYERS = 500, 60
MOST = 100_000
# Beyond these shares at either end amounts are cut: a ranking need not follow a few of them.
_TAIL = 0.01
_PARTS = 5
_STREAM = 71_001


@dataclass(frozen=True)
class Mean:
    """An average effect and its spread."""

    mean: float
    spread: float

    def range(self) -> tuple[float, float]:
        """Its ends."""
        reach = float(stats.norm.ppf((1 + LEVEL) / 2)) * self.spread
        return self.mean - reach, self.mean + reach


@dataclass(frozen=True)
class Fifth:
    """A fifth of the customers by a ranking learned from others: its effect, and that of all up to it.

    ``drawn`` is the effect drawn to the whole, ``floor`` the lowest score in it.
    """

    customers: int
    effect: Mean
    up_to_here: Mean
    drawn: Mean
    floor: float


@dataclass(frozen=True)
class Uplift:
    """A ranking and how well it does on customers it was not learned from.

    Attributes
    ----------
    area : Area
        What it gains over picking at random, a customer, averaged over all shares that may be treated.
    tried_on : int
        Customers the test was made on.
    fifths : tuple of Fifth
        Only where chance does not explain the area.
    """

    area: Area
    tried_on: int
    fifths: tuple[Fifth, ...]
    traits: Traits
    ranker: Ranker

    def range(self, level: float) -> tuple[float, float]:
        """Ends of the area's range."""
        reach = float(stats.norm.ppf((1 + level) / 2)) * self.area.standard_error
        return self.area.mean - reach, self.area.mean + reach

    @property
    def worth_treating(self) -> int:
        """How many of the first fifths bring the most together; none where even the first brings nothing."""
        gains = np.cumsum([fifth.customers * fifth.drawn.mean for fifth in self.fifths])
        best = int(np.argmax(gains))
        return best + 1 if gains[best] > 0 else 0


def find_uplift(
    watched: Watched, arm: int, figures: Floats, groups: Mapping[str, Members], seed: int, number: int
) -> Uplift | None:
    """Rank the customers of an arm and its control by effect; none where they are too few.

    Parameters
    ----------
    figures : (customers, figures) floats
        As :func:`lifeworth.insight.experiments.uplift.traits.measures` gives them, of everybody in the experiment.
    number : int
        Of the experiment, so that each has its own lot.
    """
    chosen = _chosen(watched, arm, np.random.default_rng([seed, _STREAM, number, arm]))
    both, treated = watched.take(chosen), watched.arm[chosen] == arm
    if not _enough(both, treated):
        return None
    here = {name: members.take(chosen) for name, members in groups.items()}
    traits = Traits.of(figures[chosen], here)
    matrix = traits.matrix(figures[chosen], here)
    part = np.arange(len(chosen)) % _PARTS
    trial = _Trial(both, _cut(both), treated, matrix, float(treated.mean()))
    area = trial.area(part)
    fifths = _fifths(*trial.crosswise(part), part) if area.p_value < 1 - LEVEL else ()
    return Uplift(area, int((part > 0).sum()), fifths, traits, trial.last())


def _chosen(watched: Watched, arm: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """The customers of both arms in an order drawn by lot, 100,000 at most."""
    return rng.permutation(np.flatnonzero((watched.arm == arm) | (watched.arm == 0)))[:MOST]


def _cut(both: Watched) -> Watched:
    low, high = np.quantile(both.net, [_TAIL, 1 - _TAIL])
    return replace(both, brought=np.clip(both.net, low, high) + both.cost)


def _enough(both: Watched, treated: NDArray[np.bool_]) -> bool:
    return all(int(side.sum()) >= PEOPLE and int(both.bought[side].sum()) >= BUYERS for side in (treated, ~treated))


@dataclass(frozen=True)
class _Trial:
    """Customers of two arms with their traits; rankings are learned on some and tried on others.

    ``cut`` holds the same customers with cut amounts, which rankings are learned and tested on.
    """

    whole: Watched
    cut: Watched
    treated: NDArray[np.bool_]
    matrix: Floats
    share: float

    def area(self, part: NDArray[np.intp]) -> Area:
        """Rankings learned on the first parts, each tried on the next, as one."""
        moves, cubes = [], []
        for later in range(1, _PARTS):
            learned, tried = part < later, part == later
            ranked, found = self._rank(learned, tried), self._guess(self.cut, learned, tried)
            moves.append(rank_moves(ranked, found.scores))
            cubes.append((rank_weights(ranked) * found.rest) ** 3)
        uneven = self.share**-2 - (1 - self.share) ** -2
        return area_together(moves, uneven * float(np.concatenate(cubes).mean()))

    def crosswise(self, part: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Score and rank of everybody, each from means and a ranking learned on the other parts; no amount is cut."""
        scores, ranked = np.empty(len(part)), np.empty(len(part))
        for each in range(_PARTS):
            tried = part == each
            ranked[tried] = self._rank(~tried, tried)
            scores[tried] = self._guess(self.whole, ~tried, tried).scores
        return scores, ranked

    def last(self) -> Ranker:
        """The ranking learned from everybody."""
        everybody = np.ones(len(self.treated), dtype=bool)
        return self._learn(everybody)

    def _rank(self, learned: NDArray[np.bool_], tried: NDArray[np.bool_]) -> Floats:
        return self._learn(learned).rank(self.matrix[tried])

    def _learn(self, learned: NDArray[np.bool_]) -> Ranker:
        return Ranker.learn(self.matrix[learned], self._guess(self.cut, learned, learned).scores)

    def _guess(self, of: Watched, learned: NDArray[np.bool_], tried: NDArray[np.bool_]) -> Guess:
        means = Means.learn(of.take(learned), self.treated[learned])
        return means.guess(of.take(tried), self.treated[tried], self.share)


def _fifths(scores: Floats, ranked: Floats, part: NDArray[np.intp]) -> tuple[Fifth, ...]:
    place = np.empty(len(ranked))
    for each in range(_PARTS):
        here = part == each
        place[here] = (stats.rankdata(-ranked[here], method="ordinal") - 0.5) / here.sum()
    fifth = np.minimum((place * 5).astype(np.intp), 4)
    own = [_mean(scores[fifth == each]) for each in range(5)]
    upto = [_mean(scores[fifth <= each]) for each in range(5)]
    means, spreads = (np.array([getattr(one, part) for one in own]) for part in ("mean", "spread"))
    drawn = shrink(means, spreads, upto[-1].mean, upto[-1].spread)
    floors = [float(np.quantile(ranked, 1 - (each + 1) / 5)) for each in range(5)]
    return tuple(
        Fifth(
            int((fifth == each).sum()),
            own[each],
            upto[each],
            Mean(float(drawn.mean[each]), float(drawn.spread[each])),
            floors[each],
        )
        for each in range(5)
    )


def _mean(scores: Floats) -> Mean:
    return Mean(float(scores.mean()), float(scores.std(ddof=1) / np.sqrt(len(scores))))
