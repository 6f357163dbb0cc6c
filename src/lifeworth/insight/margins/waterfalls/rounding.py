"""Shares rounded so that they add up to what was shared: the method of the largest remainder (Hamilton)."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

UNIT = Decimal("0.0001")


def round_to_total(parts: Sequence[Decimal], total: Decimal) -> tuple[Decimal, ...]:
    """Parts in whole ten-thousandths that add up to the total exactly.

    Each part loses what lies below a ten-thousandth; what is missing in the end goes, unit by unit, to those that lost
    most, the first of equals first.

    Examples
    --------
    >>> from decimal import Decimal
    >>> third = Decimal(1) / 3
    >>> [str(part) for part in round_to_total([third, third, third], Decimal(1))]
    ['0.3334', '0.3333', '0.3333']
    """
    if not parts:
        return ()
    floors = [part.quantize(UNIT, rounding=ROUND_FLOOR) for part in parts]
    missing = int((total - sum(floors, Decimal(0))) / UNIT)
    lost = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
    each, rest = divmod(missing, len(parts))
    more = set(lost[:rest])
    return tuple(floor + UNIT * (each + (place in more)) for place, floor in enumerate(floors))
