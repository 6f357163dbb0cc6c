"""A money axis that shows pennies, thousands, zero and losses on one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, copysign, floor, isfinite, log10

_MOST_DECADES = 5


@dataclass(frozen=True)
class MoneyScale:
    """Logarithmic in both directions beyond ``unit``, straight through zero below it (a symmetric log scale)."""

    unit: float
    lowest: float
    highest: float

    @classmethod
    def around(cls, values: Sequence[float]) -> "MoneyScale":
        """A scale that holds the values, with a unit that leaves the small ones apart."""
        known = [value for value in values if isfinite(value)]
        sizes = sorted(abs(value) for value in known if value)
        if not sizes:
            return cls(1.0, 0.0, 1.0)
        low = floor(log10(sizes[len(sizes) // 10]))
        high = ceil(log10(sizes[-1]))
        unit = 10.0 ** max(low, high - _MOST_DECADES)
        return cls(unit, min(0.0, min(known)), max(0.0, max(known)))

    def place(self, value: float) -> float:
        """Where an amount stands on the axis."""
        return round(copysign(log10(1 + abs(value) / self.unit), value), 3)

    def ends(self) -> tuple[float, float]:
        """The axis from end to end, with a little air."""
        low, high = self.place(self.lowest), self.place(self.highest)
        air = 0.04 * ((high - low) or 1.0)
        return round(low - air, 3), round(high + air, 3)

    def ticks(self) -> list[float]:
        """Zero and powers of ten that lie on the axis."""
        reach = max(abs(self.lowest), self.highest)
        powers = [self.unit * 10.0**step for step in range(0, _MOST_DECADES + 2) if self.unit * 10.0**step <= reach]
        signed = [-power for power in reversed(powers) if -power >= self.lowest]
        return [*signed, 0.0, *(power for power in powers if power <= self.highest)]
