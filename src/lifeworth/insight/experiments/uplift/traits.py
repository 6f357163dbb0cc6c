"""What customers are ranked by: traits known before the assignment, on scales that no single amount can stretch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments.reading.blind import Known
from lifeworth.insight.experiments.reading.members import Members

Floats = NDArray[np.float64]

MEASURES = (
    "expected money",
    "money of the last year",
    "purchase days",
    "days of silence",
    "days since the first",
    "money each",
)
# A member of a grouping is a trait of its own from so many customers up.
_FEWEST = 100
_GRID = np.linspace(0.0, 1.0, 201)


def measures(known: Known, expected: Floats) -> Floats:
    """The figures behind the traits: (customers, len(MEASURES)) floats."""
    each = known.money / np.maximum(known.purchases, 1)
    return np.column_stack([expected, known.money_lately, known.purchases, known.silence, known.T, each])


@dataclass(frozen=True)
class Traits:
    """How figures and groups become traits, as one experiment's customers show them.

    Attributes
    ----------
    quantiles : (figures, grid) floats
        Of each figure among the experiment's customers; a trait is the place among them, from -1/2 to 1/2.
    members : tuple of (str, str)
        Groupings and members that are traits of their own.
    """

    quantiles: Floats
    members: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, figures: Floats, groups: Mapping[str, Members]) -> "Traits":
        """As these customers show them."""
        quantiles = np.quantile(figures, _GRID, axis=0).T
        members = []
        for name, members_of in groups.items():
            large = [one for one, count in zip(members_of.names, members_of.count(), strict=True) if count >= _FEWEST]
            members += [(name, one) for one in large] if len(large) > 1 else []
        return cls(quantiles, tuple(members))

    def matrix(self, figures: Floats, groups: Mapping[str, Members]) -> Floats:
        """(customers, traits) floats."""
        columns = [_place(figures[:, at], grid) for at, grid in enumerate(self.quantiles)]
        columns += [groups[name].of(member).astype(np.float64) for name, member in self.members]
        return np.column_stack(columns)

    def covers(self, figures: Floats, groups: Mapping[str, Members]) -> NDArray[np.bool_]:
        """Whose figures lie within those of all but the outermost hundredths, and whose groups were seen."""
        edge = round(len(_GRID) * 0.01)
        low, high = self.quantiles[:, edge], self.quantiles[:, -1 - edge]
        inside: NDArray[np.bool_] = np.all((figures >= low) & (figures <= high), axis=1)
        for name in dict.fromkeys(name for name, _ in self.members):
            seen = [member for grouping, member in self.members if grouping == name]
            inside &= np.any([groups[name].of(member) for member in seen], axis=0)
        return inside


def _place(figures: Floats, grid: Floats) -> Floats:
    """Place among the grid's values, equal ones in the middle of where they stand."""
    below = np.searchsorted(grid, figures, side="left")
    upto = np.searchsorted(grid, figures, side="right")
    return (below + upto) / (2 * len(grid)) - 0.5
