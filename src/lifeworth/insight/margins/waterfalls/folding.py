"""Groups as they are shown: the large ones by name, the others and those of few people as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.margins.waterfalls.steps import Amounts, together

NOT_STATED, OTHERS = "not stated", "others"


@dataclass(frozen=True)
class Group:
    """Who or what is grouped, how many customers stand behind it, and its money by column."""

    member: str
    customers: int
    amounts: Amounts


def fold(groups: Sequence[Group], most: int, *, apart: bool = True) -> tuple[Group, ...]:
    """The ``most`` largest groups by gross sales, what is not stated, and the rest as "others".

    A group of fewer than ten people is shown only within the others, and the others hold at least ten people wherever
    there are as many: else the smallest named group joins them, so that nobody can be worked out from the total.
    ``apart`` says that nobody is in two groups; otherwise people of the others cannot be counted by adding, and are not.
    """
    ranked = sorted(groups, key=lambda group: (group.member == NOT_STATED, -abs(group.amounts["gross"]), group.member))
    kept: list[Group] = []
    rest: list[Group] = []
    for place, group in enumerate(ranked):
        nameless = group.member == NOT_STATED
        large = group.customers >= FEWEST or (nameless and group.customers == 0)
        (kept if large and (nameless or place < most) else rest).append(group)
    together_in = sum if apart else max
    while rest and 0 < together_in(g.customers for g in rest) < FEWEST and any(group.customers for group in kept):
        smallest = min((g for g in kept if g.customers), key=lambda group: (group.customers, group.member))
        kept.remove(smallest)
        rest.append(smallest)
    if not rest:
        return tuple(kept)
    people = sum(group.customers for group in rest) if apart else 0
    return (*kept, Group(OTHERS, people, together([group.amounts for group in rest])))


def nothing(amounts: Amounts) -> bool:
    """Whether a group moved no money at all."""
    return all(amount == Decimal(0) for amount in amounts.values())
