"""Whether groups of customers won later bring more than those won earlier, all groups considered."""

from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from lifeworth.answers.cohorts import EQUAL_AGES, Cohort, Cohorts

FEW = 30
_CLEAR_RANKS = 0.5
_CLEAR_DIFFERENCE = 0.05
_ENOUGH = 4
_ERRORS = 2.0


@dataclass(frozen=True)
class Compared:
    """Groups held against each other at one age in months.

    ``earlier`` and ``later`` are averages per customer over the earlier and the later half of the groups; ``trend``
    is 1 or −1 only where the halves and most pairs of groups say the same and the halves lie further apart than two standard
    errors of their difference, else 0.
    """

    age: int
    groups: tuple[Cohort, ...]
    each: tuple[float, ...]
    earlier: float
    later: float
    trend: int


def compared(cohorts: Cohorts) -> Compared | None:
    """All groups of some size that reached an age, at the highest age enough of them reached.

    The first group is left out: whoever bought before the files begin would pass for new in it.
    """
    for enough in (_ENOUGH, 2):
        for age in EQUAL_AGES:
            groups = tuple(c for c in cohorts.cohorts[1:] if len(c.per_customer) > age and c.customers >= FEW)
            if len(groups) >= enough:
                return _compare(age, groups)
    return None


def _compare(age: int, groups: tuple[Cohort, ...]) -> Compared:
    each = tuple(group.per_customer[age] for group in groups)
    half = len(groups) // 2
    earlier, later = _average(groups[:half], age), _average(groups[-half:], age)
    pairs = [(b > a) - (b < a) for a, b in combinations(each, 2)]
    ranks = sum(pairs) / len(pairs)
    difference = later - earlier
    clear = (
        abs(ranks) >= _CLEAR_RANKS
        and abs(difference) >= _CLEAR_DIFFERENCE * abs(earlier)
        and ranks * difference > 0
        and abs(difference) >= _ERRORS * _error(groups[:half] + groups[-half:], half, age)
    )
    return Compared(age, groups, each, earlier, later, (1 if difference > 0 else -1) if clear else 0)


def _average(groups: tuple[Cohort, ...], age: int) -> float:
    return sum(c.per_customer[age] * c.customers for c in groups) / sum(c.customers for c in groups)


def _error(groups: tuple[Cohort, ...], half: int, age: int) -> float:
    """Standard error of the difference of two halves; nothing where no group knows its own."""
    return sqrt(sum(_half_variance(part, age) for part in (groups[:half], groups[half:])))


def _half_variance(groups: tuple[Cohort, ...], age: int) -> float:
    everybody = sum(group.customers for group in groups)
    return sum(((group.error(age) or 0.0) * group.customers / everybody) ** 2 for group in groups)
