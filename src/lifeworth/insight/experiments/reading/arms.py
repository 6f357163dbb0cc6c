"""Which arm is the untreated one, and how many customers each was meant to have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import Any

from lifeworth.settings import Settings

CONTROL_NAMES = frozenset(
    {"control", "control group", "holdout", "hold-out", "holdout group", "kontrolle", "kontrollgruppe", "untreated"}
)
# Shares that people plan with: steps of a twentieth, and equal parts.
_STEPS = 20


@dataclass(frozen=True)
class Plan:
    """What the company said of an experiment: its control, and each arm's share; nothing where it said nothing."""

    control: str | None = None
    shares: Mapping[str, float] = field(default_factory=dict)


def plain(arm: str) -> str:
    """An arm's name as it is compared."""
    return arm.strip().lower()


def plans(settings: Settings) -> dict[str, Plan]:
    """The setting ``experiments`` by the experiment's name in small letters."""
    said: Sequence[Any] = getattr(settings, "experiments", ())
    return {
        plain(one.name): Plan(
            plain(one.control) if one.control else None,
            {plain(arm): float(share) for arm, share in one.shares.items()},
        )
        for one in said
    }


def control_of(arms: Sequence[str], plan: Plan) -> str | None:
    """The untreated arm: the one that is planned, else the only one whose name says so.

    Examples
    --------
    >>> control_of(["letter", "Holdout"], Plan()), control_of(["a", "b"], Plan()), control_of(["a", "b"], Plan("b"))
    ('Holdout', None, 'b')
    """
    wanted = {plan.control} if plan.control else CONTROL_NAMES
    found = [arm for arm in arms if plain(arm) in wanted]
    return found[0] if len(found) == 1 else None


def planned_shares(counts: Mapping[str, int], plan: Plan) -> tuple[dict[str, float], bool]:
    """Each arm's share as it was planned, and whether somebody said so; else the nearest that people plan with.

    Examples
    --------
    >>> planned_shares({"control": 296, "letter": 704}, Plan())
    ({'control': 0.3, 'letter': 0.7}, False)
    >>> planned_shares({"a": 330, "b": 331, "c": 339}, Plan())[0] == {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}
    True
    """
    if set(plan.shares) == {plain(arm) for arm in counts} and sum(plan.shares.values()) > 0:
        total = sum(plan.shares.values())
        return {arm: plan.shares[plain(arm)] / total for arm in counts}, True
    people = sum(counts.values())
    equal = {arm: 1 / len(counts) for arm in counts}
    stepped = _in_steps(counts)
    nearest = min(
        [one for one in (equal, stepped) if one],
        key=lambda shares: sum((counts[arm] - people * share) ** 2 / (people * share) for arm, share in shares.items()),
    )
    return nearest, False


def _in_steps(counts: Mapping[str, int]) -> dict[str, float] | None:
    """Shares in twentieths that add up, the largest remainders rounded up; none where an arm would have nothing."""
    people = sum(counts.values())
    exact = {arm: Fraction(count * _STEPS, people) for arm, count in counts.items()}
    steps = {arm: int(share) for arm, share in exact.items()}
    short = _STEPS - sum(steps.values())
    for arm in sorted(exact, key=lambda name: (steps[name] - exact[name], name))[:short]:
        steps[arm] += 1
    return {arm: step / _STEPS for arm, step in steps.items()} if min(steps.values()) > 0 else None


def in_words(shares: Mapping[str, float]) -> str:
    """Shares as people say them.

    Examples
    --------
    >>> in_words({"control": 0.3, "letter": 0.7}), in_words({"a": 1 / 3, "b": 2 / 3})
    ('3 : 7', '33.3 : 66.7')
    """
    steps = [round(share * _STEPS) for share in shares.values()]
    if all(abs(share * _STEPS - step) < 1e-9 for share, step in zip(shares.values(), steps, strict=True)):
        common = gcd(*steps)
        return " : ".join(str(step // common) for step in steps)
    return " : ".join(f"{100 * share:.1f}" for share in shares.values())
