"""What is said of newcomers in a sentence."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Told:
    """What every row repeats; ``unit`` is the currency after an amount, ``every`` as in :class:`Seen`."""

    as_of: date
    horizon_days: int
    seen_days: int
    level: float
    unit: str
    every: int


def of_group(
    dimension: str,
    member: str,
    value: tuple[float, float, float],
    usual: float,
    chance: float,
    people: float,
    drawn: float,
    told: Told,
) -> str:
    """What newcomers of a group bring, against all, and how sure that is; ``value`` is mean, low and high."""
    mean, low, high = value
    against = f", against {money(usual, told)} for all"
    if low <= usual <= high:
        against += "; chance alone could make the difference"
    held = f" {percent(drawn)} of the difference seen is put down to chance." if drawn >= 0.5 else ""
    return (
        f"{dimension}: {member}. A newcomer brings {money(mean, told)} on average ({low:,.2f} to "
        f"{money(high, told)}){against}. {percent(chance)} order again. {behind(people, told, told.every > 1)}{held}"
    )


def behind(people: float, told: Told, sampled: bool) -> str:
    """How many newcomers a figure rests on."""
    sample = f" in an even sample of one in {told.every}" if sampled else ""
    carried = f", carried on from their first {told.seen_days} days" if told.seen_days < told.horizon_days else ""
    return f"From {people:,.0f} newcomers{sample}{carried}."


def money(amount: float, told: Told) -> str:
    """An amount with its currency."""
    return f"{amount:,.2f}{told.unit}"


def percent(share: float) -> str:
    """A share in percent, with a decimal where it is below one."""
    if 0 < share < 0.01:
        return f"{100 * share:.1f} %"
    return f"{100 * share:.0f} %"
