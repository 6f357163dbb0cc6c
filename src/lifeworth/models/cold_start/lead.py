"""What somebody is worth who has not bought yet, should they become a customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lifeworth.errors import UsageError
from lifeworth.models.cold_start.cells import Cells
from lifeworth.models.cold_start.newcomer import MONTH, Carry, DayZero, learn_day_zero

Floats = NDArray[np.float64]

DRAWS = 2000
OTHERS = "others"


@dataclass(frozen=True)
class LeadModel:
    """The value of newcomers by what can be known before the first order.

    Attributes
    ----------
    cells : Cells
        Newcomers counted by what was known of them as leads, and by the month of the first order.
    carry : Carry
        From the stretch seen to the horizon.
    horizon_days : int
    level : float
        Share of plausible averages a range holds.
    """

    cells: Cells
    carry: Carry
    horizon_days: int
    level: float
    seed: int
    _learned: dict[tuple[str, ...], DayZero] = field(default_factory=dict, repr=False, compare=False)

    @property
    def asks(self) -> dict[str, tuple[str, ...]]:
        """What can be said of a lead: the members of every dimension by its name."""
        return {n: m for n, m in zip(self.cells.dimensions, self.cells.members, strict=True) if n != MONTH}

    def knowing(self, said: tuple[str, ...]) -> DayZero:
        """The model for leads of whom exactly this is known; what is not known is left as it goes with it."""
        if said not in self._learned:
            month = (MONTH,) if MONTH in self.cells.dimensions else ()
            self._learned[said] = learn_day_zero(self.cells.only(*month, *said))
        return self._learned[said]


def _place(members: tuple[str, ...], said: object) -> int:
    """A member not seen often enough counts as one of the others."""
    text = str(said).strip()
    for place, member in enumerate(members):
        if member == text:
            return place
    return members.index(OTHERS) if OTHERS in members else -1


def lead_value(model: LeadModel, attributes: Mapping[str, object]) -> tuple[float, float, float]:
    """What leads like this one bring on average once they buy: mean, low and high, over the horizon.

    The groups of the lead are combined additively on the scale of logarithms, each drawn to the base as far as
    little was seen of it. The range is that of the average of many such leads; a single one may bring nothing
    more than a first order, and whether a lead buys at all is not part of it.

    Parameters
    ----------
    attributes : mapping
        What is known of the lead, by the names in ``model.asks``; leave out what is not known.

    Raises
    ------
    UsageError
        Something is said that no newcomer was known by; the message lists what can be said.

    Examples
    --------
    >>> lead_value(model, {"channel": "referral", "country": "DE"})  # doctest: +SKIP
    (84.1, 71.0, 98.2)
    """
    unknown = sorted(set(attributes) - set(model.asks))
    if unknown:
        raise UsageError(
            f"Nothing is known about {', '.join(unknown)} of earlier newcomers. A lead can be described by: "
            f"{', '.join(sorted(model.asks)) or 'nothing in these data'}."
        )
    said = {name: attributes[name] for name in model.asks if attributes.get(name) is not None}
    learned = model.knowing(tuple(said))
    codes = [
        _place(members, said[name]) if name in said else -1
        for name, members in zip(learned.dimensions, learned.members, strict=True)
    ]
    group = np.array([codes], dtype=np.intp)
    found = learned.expect(group)
    mean = float(found.first[0] + found.later[0] * model.carry.orders)
    noise = np.random.default_rng([model.seed, 29]).standard_normal((4, DRAWS))
    low, high = around(mean, learned.draws(group, noise, model.carry)[0], model.level)
    return mean, low, high


def around(mean: float, draws: Floats, level: float) -> tuple[float, float]:
    """Central interval of draws, moved so that they are centred on the mean."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2]) + (mean - draws.mean())
    return min(float(low), mean), max(float(high), mean)
