"""How the cards of the experiments say things: arms, groups, ranges, chances."""

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.experiments import (
    CANNOT_TELL,
    DO_NOT_USE,
    EVERYBODY,
    KEEP,
    STOP,
    TOO_EARLY,
    TOO_SMALL,
    ArmResult,
    GroupResult,
)
from lifeworth.report.bars import range_words
from lifeworth.report.card import Name
from lifeworth.report.numbers import MINUS, UNKNOWN, Figure, chance, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import sentence, shorten

LONGEST = 32
DECISIONS = {
    KEEP: "keep",
    STOP: "stop",
    CANNOT_TELL: "cannot tell",
    TOO_EARLY: "too early",
    TOO_SMALL: "too few",
    DO_NOT_USE: "do not use",
}
_ORDERED = {
    "one": "ordered once",
    "two to four": "ordered two to four times",
    "five or more": "ordered five times or more",
}


def known(value: Estimate) -> bool:
    """Whether there is a figure."""
    return value.mean == value.mean


def arm_words(one: ArmResult) -> str:
    """The arm as a sentence begins: Letter (win-back)."""
    return f"{sentence(shorten(one.arm, LONGEST))} ({shorten(one.experiment, LONGEST)})"


def arm_name(one: ArmResult) -> Name:
    """The arm in a table."""
    return Name(arm_words(one), f"{one.experiment}: {one.arm} against {one.control}")


def who(group: GroupResult) -> str:
    """The customers of a group: customers who had ordered once, quiet customers, customers won through search."""
    member = shorten(group.member, LONGEST)
    if group.member == "others" or group.member.startswith("no"):
        return f"customers whose {group.grouped_by} is {member}"
    match group.grouped_by:
        case name if name == EVERYBODY:
            return EVERYBODY
        case "orders before":
            return f"customers who had {_ORDERED.get(group.member, member)}"
        case "channel":
            return f"customers won through {member}"
        case "first category":
            return f"customers who began with {member}"
        case _:
            return f"{member} customers"


def range_of(value: Estimate, voice: Voice) -> str:
    """A range, where one may be looked at."""
    ends = value.low == value.low and value.high == value.high
    return range_words(value, voice.money) if ends else "not yet"


def with_range(value: Estimate, voice: Voice) -> str:
    """An amount with its range."""
    if not known(value):
        return UNKNOWN
    return f"{voice.money.exact(value.mean)} ({voice.money.exact_range(value.low, value.high)})"


def relative(value: Estimate) -> str:
    """A share with its range."""
    if not known(value):
        return UNKNOWN
    return Figure(f"{percent(value.mean)} ({percent(value.low)} … {percent(value.high)})", 100 * value.mean, unit="%")


def p_words(p_value: float) -> str:
    """A chance, where one was reckoned."""
    return chance(p_value) if p_value == p_value else UNKNOWN


def points_of(value: Estimate) -> str:
    """A difference of shares in points."""
    if not known(value):
        return UNKNOWN
    mean, low, high = (f"{100 * end:+.1f}".replace("-", MINUS) for end in (value.mean, value.low, value.high))
    return f"{mean} points ({low} … {high})"
