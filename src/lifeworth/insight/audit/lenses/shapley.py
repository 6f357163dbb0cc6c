"""A change of a product, shared among its factors so that the shares add up to it exactly.

With money = customers × orders each × order value × margin, the change from one year to the next belongs to all four. Shapley's
value (1953, in *Contributions to the Theory of Games II*) is the mean, over every order in which the factors could have changed one
after the other, of what the change of each added; it depends on no order and leaves nothing over (Sun 1998, *Energy Economics* 20).
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial, prod

_CENT = Decimal("0.01")


def share_change(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Fraction]:
    """What each factor's change adds to the change of their product; adds up to it exactly.

    Examples
    --------
    >>> [str(part) for part in share_change([Fraction(2), Fraction(3)], [Fraction(4), Fraction(5)])]
    ['8', '6']
    """
    count = len(before)
    parts = []
    for place in range(count):
        others = [other for other in range(count) if other != place]
        part = Fraction(0)
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - 1 - size), factorial(count))
            for moved in combinations(others, size):
                rest = prod((after[other] if other in moved else before[other] for other in others), start=Fraction(1))
                part += weight * rest
        parts.append(part * (after[place] - before[place]))
    return parts


def to_cents(parts: Sequence[Fraction], total: Decimal) -> list[Decimal]:
    """Parts in cents whose sum is the total: what rounding leaves over goes to the largest.

    Examples
    --------
    >>> to_cents([Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)], Decimal("1.00"))
    [Decimal('0.34'), Decimal('0.33'), Decimal('0.33')]
    """
    rounded = [(Decimal(part.numerator) / Decimal(part.denominator)).quantize(_CENT) for part in parts]
    largest = max(range(len(parts)), key=lambda place: (abs(parts[place]), -place))
    rounded[largest] += total - sum(rounded, Decimal(0))
    return rounded
