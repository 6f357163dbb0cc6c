"""What is a new customer worth on day 0, and what known on that day tells newcomers apart?"""

from dataclasses import dataclass
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

EVERYBODY = "all newcomers"
MONTH = "first month"
CHANNEL, FIRST_ORDER = "channel", "first order"
UNNAMED = ("others", "not stated")


@dataclass(frozen=True)
class NewcomerGroup:
    """What newcomers of one group bring on average over the horizon, the first order included.

    ``chance_of_second`` is the share that buys on another day; ``first_order`` the money of the first purchase day;
    ``drawn`` the share of the difference from all newcomers that is put down to chance.
    """

    grouped_by: str
    member: str
    customers: int
    value: Estimate
    chance_of_second: float
    first_order: float
    drawn: float

    def apart_from(self, everybody: "NewcomerGroup") -> bool:
        """Whether what all newcomers bring lies outside the range of this group."""
        return not self.value.low <= everybody.value.mean <= self.value.high


@dataclass(frozen=True)
class Dimension:
    """One thing known on day 0, with its groups from the most worth to the least, unnamed ones last.

    ``clear`` says that it tells newcomers apart beyond chance; ``spread`` by how much a newcomer's group differs from
    all on average, as a share, counting only groups that differ beyond chance.
    """

    name: str
    groups: tuple[NewcomerGroup, ...]
    clear: bool
    spread: float


@dataclass(frozen=True)
class Newcomers:
    """Newcomers of all kinds; ``everybody`` is None where none have been seen for long enough.

    ``dimensions`` stand with the channel first, then from the clearest differences to the faintest; what the first order
    brought comes after the other clear ones, because the value holds it. Values look
    ``horizon_days`` ahead from the first order and rest on newcomers seen for ``seen_days``.
    """

    everybody: NewcomerGroup | None
    dimensions: tuple[Dimension, ...]
    horizon_days: int
    seen_days: int

    @property
    def clear(self) -> tuple[Dimension, ...]:
        """What tells newcomers apart beyond chance."""
        return tuple(one for one in self.dimensions if one.clear)

    @property
    def faint(self) -> tuple[Dimension, ...]:
        """What does not."""
        return tuple(one for one in self.dimensions if not one.clear)


def newcomers(engine: Engine) -> Newcomers:
    """What a newcomer should bring, by what is known on the first day; the month of it is left to the cohorts."""
    rows = rows_of(engine, "values_newcomers")
    groups = [_group(row) for row in rows]
    everybody = next((group for group in groups if group.grouped_by == EVERYBODY), None)
    if everybody is None:
        return Newcomers(None, (), 0, 0)
    names = dict.fromkeys(group.grouped_by for group in groups if group.grouped_by not in (EVERYBODY, MONTH))
    found = [_dimension(name, [g for g in groups if g.grouped_by == name], everybody) for name in names]
    ordered = sorted(found, key=_place)
    return Newcomers(everybody, tuple(ordered), int(rows[0]["horizon_days"]), int(rows[0]["seen_days"]))


def _place(one: Dimension) -> tuple[bool, bool, bool, float, str]:
    return one.name != CHANNEL, not one.clear, one.name == FIRST_ORDER, -one.spread, one.name


def _dimension(name: str, groups: list[NewcomerGroup], everybody: NewcomerGroup) -> Dimension:
    people = max(sum(group.customers for group in groups), 1)
    usual = everybody.value.mean
    apart = [group for group in groups if group.member not in UNNAMED and group.apart_from(everybody)]
    moved = sum(group.customers * abs(group.value.mean - usual) for group in apart) / people
    drawn = sum(group.customers * group.drawn for group in groups) / people
    return Dimension(
        name,
        tuple(sorted(groups, key=lambda group: (group.member in UNNAMED, -group.value.mean, group.member))),
        bool(apart) and drawn < 0.5,
        moved / abs(usual) if usual else 0.0,
    )


def _group(row: dict[str, Any]) -> NewcomerGroup:
    return NewcomerGroup(
        str(row["grouped_by"]),
        str(row["member"]),
        int(row["customers"] or 0),
        estimate(row["value_mean"], row["value_low"], row["value_high"]),
        number(row["chance_of_second"]),
        number(row["first_order_mean"]),
        number(row["shrunk_share"]),
    )
