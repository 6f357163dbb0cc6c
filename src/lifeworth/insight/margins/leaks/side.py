"""One way of comparing: the groups of a dimension against each other, within strata of what must be alike."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.margins.leaks.alike import all_others, of_one_sort
from lifeworth.insight.margins.leaks.comparing import Cells, Excess, Rows, expected, gather, judge, rates
from lifeworth.insight.margins.leaks.costs import CATEGORY
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.leaks.measure import Measure
from lifeworth.insight.margins.leaks.strata import nested_strata

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Side:
    """Cells of a dimension, who is comparable with whom (row a of ``peers`` says it of group a), and by group the places
    of its cells with what they would have cost at the comparables' rates.
    """

    cells: Cells
    peers: Bools
    alike: dict[int, tuple[Ints, Floats]]

    def excess(self, code: int, people: int, split: int | None = None) -> Excess | None:
        """How much more a group cost than its comparables would; ``split`` asks only within a group of the other dimension."""
        if code not in self.alike:
            return None
        own, alike = self.alike[code]
        if split is not None:
            inside = self.cells.split[self.cells.fine[own]] == split
            own, alike = own[inside], alike[inside]
        return judge(self.cells.exposure[own].sum(axis=0), self.cells.cost[own].sum(axis=0), alike.sum(axis=0), people)


def compare(
    facts: Facts,
    measured: Measure,
    dimension: str,
    names: tuple[str, ...],
    rows: Bools,
    wanted: Iterable[int],
    other: str | None = None,
) -> Side:
    """Put rows into strata of ``names`` (and of the ``other`` dimension) and reckon the wanted groups by their comparables."""
    codes = facts.codes[dimension]
    nothing = np.zeros(len(facts), dtype=np.int64)
    cells = gather(
        Rows(
            level=facts.group[dimension][rows],
            nested=nested_strata(facts, (other, *names) if other else names, rows),
            split=(facts.group[other] if other else nothing)[rows],
            exposure=measured.seen[rows],
            cost=(measured.amount - measured.usual)[rows],
            dealt=facts.dealt[rows],
            groups=facts.dealings,
        )
    )
    if dimension == CATEGORY:
        peers = of_one_sort(cells, codes.size, (codes.not_stated,))
    else:
        peers = all_others(codes.size)
    asked = [code for code in sorted(wanted) if _has_exposure(cells, peers[code])]
    return Side(cells, peers, {code: expected(cells, code, rates(cells, peers[code])) for code in asked})


def _has_exposure(cells: Cells, peers: Bools) -> bool:
    chosen = peers[cells.level]
    return bool(chosen.any() and (cells.exposure[chosen].sum(axis=0) > 0).all())
