"""Shares, counts and spans in plain words."""

import re
from datetime import date
from math import isfinite

from lifeworth.report.numbers import MINUS, SPACE, count, day

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_BEYOND_PERCENT = 1000
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def number_word(value: int) -> str:
    """A whole number from 0 to 100 in letters: forty-two; above that in digits."""
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    return "a hundred" if value == 100 else count(value)


def in_a_hundred(share: float) -> str:
    """A share as people out of a hundred (or a thousand): nine in a hundred.

    Examples
    --------
    >>> in_a_hundred(0.09), in_a_hundred(0.004), in_a_hundred(0.0001)
    ('nine in a hundred', 'four in a thousand', 'fewer than one in a thousand')
    """
    if share >= 0.995:
        return "all" if share >= 1 else "nearly all"
    if share >= 0.0095:
        return f"{number_word(max(1, round(share * 100)))} in a hundred"
    if share >= 0.0005:
        return f"{number_word(max(1, round(share * 1000)))} in a thousand"
    return "fewer than one in a thousand" if share > 0 else "none"


def sentence(text: str) -> str:
    """The text with its first letter raised."""
    return text[:1].upper() + text[1:]


def many(number: float, one: str, more: str | None = None) -> str:
    """A count with its noun: 1 customer, 5,283 customers."""
    return f"{count(number)}{SPACE}{one if round(number) == 1 else more or one + 's'}"


def agree(number: float, one: str, more: str) -> str:
    """The verb that fits a count: 1 customer looks, 3 customers look."""
    return one if round(number) == 1 else more


def clause(text: str) -> str:
    """The first sentence of a reason, ready to stand inside another one: small first letter, no full stop."""
    first = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0].rstrip(".")
    return first[:1].lower() + first[1:] if first[1:2].islower() or first[1:2] == " " else first


def set_well(text: str) -> str:
    """A sentence from another room: dates as the page writes them, true minus signs, no break inside a percentage."""
    text = re.sub(r"\b\d{4}-\d\d-\d\d\b", _day_in_words, text)
    return re.sub(r"(?<=\d) %", f"{SPACE}%", re.sub(r"(?<![\w-])-(?=\d)", MINUS, text))


def _day_in_words(found: re.Match[str]) -> str:
    try:
        return day(date.fromisoformat(found.group()))
    except ValueError:
        return found.group()


def span(days: int) -> str:
    """A horizon in words: twelve months, 90 days, two years, 13 weeks."""
    if days % 365 == 0 and days > 365:
        return f"{number_word(days // 365)} years"
    if days in (364, 365, 366):
        return "twelve months"
    if days % 7 == 0 and days != 7:
        return f"{number_word(days // 7)} weeks"
    return "one day" if days == 1 else f"{days}{SPACE}days"


def too_much_or_little(bias_percent: float) -> str:
    """What a bias means: 2.9 % too low, exactly right."""
    if not isfinite(bias_percent):
        return "off by an amount that cannot be stated"
    if abs(bias_percent) < 0.05:
        return "right to a tenth of a percent"
    side = "high" if bias_percent > 0 else "low"
    if abs(bias_percent) >= _BEYOND_PERCENT:
        return f"many times too {side}"
    return f"{abs(bias_percent):,.1f}{SPACE}% too {side}"


def shorten(text: str, most: int = 40) -> str:
    """A long id with its middle cut out; the start and the end tell ids apart."""
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-(most // 2 - 1) :]}"


def listed(parts: list[str]) -> str:
    """Several things as one: goods, fees and shipping."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
