"""What a lever changes, with its range and what is taken for granted."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True)
class Change:
    """Money that a lever adds to a sum; ``mean`` is None where it cannot be said, and ``assumption`` then says why.

    ``before`` is the sum as it stands and ``spread`` the standard error of the change.
    """

    what_changes: str
    before: float | None
    mean: float | None
    spread: float
    assumption: str
    reckoned: str | None = None

    def ends(self, level: float) -> tuple[float | None, float | None]:
        """Range of the change."""
        if self.mean is None:
            return None, None
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.spread
        return self.mean - reach, self.mean + reach


def spread_of(mean: float, *relative: float) -> float:
    """Standard error of a product whose factors have these relative errors, to first order."""
    return abs(mean) * sqrt(sum(each * each for each in relative))
