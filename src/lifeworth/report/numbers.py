"""Numbers a person can say aloud: £612,000, £84 k, 9 %; exact figures for tables."""

from dataclasses import dataclass
from datetime import date
from math import floor, isfinite, log10

SPACE = "\u00a0"
MINUS = "\u2212"
UNKNOWN = "not known"
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_NAMES = {"EUR": "euros", "GBP": "pounds", "USD": "dollars"}
_SHORT = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))
_LONG = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_DUST = 5e-7
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Figure(str):
    """Words for a figure that still know the figure: what a table shows, and what its csv holds.

    ``figures`` are the plain numbers (two for a range), ``unit`` a currency code, "%" or nothing. Put into a longer
    sentence it becomes ordinary text.
    """

    __slots__ = ("figures", "unit")
    figures: tuple[float, ...]
    unit: str

    def __new__(cls, words: str, *figures: float, unit: str = "") -> "Figure":
        """Words with the figures they stand for."""
        made = super().__new__(cls, words)
        made.figures, made.unit = figures, unit
        return made

    @property
    def plain(self) -> str:
        """The figures as a computer reads them, apart by a space: 1234.5, or 1200 1500 for a range."""
        return " ".join(f"{figure:.4f}".rstrip("0").rstrip(".") for figure in self.figures)


def _known(value: float | None) -> bool:
    return value is not None and isfinite(value)


def _round_to(value: float, digits: int) -> float:
    """A positive number rounded to so many leading digits."""
    if value == 0:
        return 0.0
    return round(value, digits - 1 - floor(log10(value)))


def _plain(value: float) -> str:
    """Up to two decimals below ten, none above, thousands apart."""
    if value == 0:
        return "0"
    if value < 10 and value != round(value):
        return f"{value:,.2f}"
    return f"{value:,.0f}"


def _digits(value: float, digits: int) -> str:
    """A number from one up with so many leading digits, whole above them: 1.8, 46.5, 612."""
    whole = len(f"{value:.0f}")
    text = f"{value:,.{max(digits - whole, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Money:
    """Amounts of one currency in words. ``currency`` is an ISO code, or None when the files never said.

    Examples
    --------
    >>> Money("GBP").about(612_345), Money("GBP").exact(-12.4), Money(None).about(84)
    ('£612,000', '−£12.40', '84')
    """

    currency: str | None

    @property
    def before(self) -> str:
        """What stands before an amount: a symbol, a code and a space, or nothing."""
        if not self.currency:
            return ""
        return _SYMBOLS.get(self.currency, f"{self.currency}{SPACE}")

    @property
    def name(self) -> str:
        """The money in a word: pounds, CHF, or "currency not stated"."""
        return _NAMES.get(self.currency, self.currency) if self.currency else "currency not stated"

    def about(self, value: float | None) -> str:
        """Three leading digits: £612,000; £1.24 million; £3.46."""
        if not _known(value):
            return UNKNOWN
        assert value is not None
        whole_money = 10 <= abs(value) < 100
        size = 0.0 if abs(value) < _DUST else _round_to(abs(value), 2 if whole_money else 3)
        for unit, word in _LONG:
            if size >= unit:
                ratio = size / unit
                return self._signed(
                    value, f"{ratio:,.0f}{SPACE}{word}" if ratio >= 100 else f"{ratio:.3g}{SPACE}{word}"
                )
        if 0 < size < 0.01:
            words = f"under{SPACE}{self.before}0.01"
            return self._figure(words, value) if value > 0 else self._signed(value, "0.01")
        return self._signed(value, _plain(size))

    def short(self, value: float | None) -> str:
        """Two or three leading digits: £84 k, £1.2 M, £346."""
        if not _known(value):
            return UNKNOWN
        assert value is not None
        return self._lettered(value, 2)

    def fine(self, value: float | None) -> str:
        """Three leading digits, where amounts are held against each other: £46.5 k, £1.79 M, £346."""
        if not _known(value):
            return UNKNOWN
        assert value is not None
        return self._lettered(value, 3)

    def _lettered(self, value: float, digits: int) -> str:
        size = 0.0 if abs(value) < _DUST else _round_to(abs(value), 3)
        for unit, letter in _SHORT:
            if size >= unit:
                return self._signed(value, f"{_digits(abs(value) / unit, digits)}{SPACE}{letter}")
        if 0 < size < 0.01:
            words = f"under{SPACE}{self.before}0.01"
            return self._figure(words, value) if value > 0 else self._signed(value, "0.01")
        return self._signed(value, _plain(size))

    def exact(self, value: float | None) -> str:
        """Whole money from a hundred up, cents below: £612,345, £12.40."""
        if not _known(value):
            return UNKNOWN
        assert value is not None
        size = abs(value)
        return self._signed(value, f"{size:,.0f}" if size >= 99.995 or size == 0 else f"{size:,.2f}")

    def range(self, low: float | None, high: float | None) -> str:
        """A range in short words: £538 k … £690 k."""
        if not (_known(low) and _known(high)):
            return UNKNOWN
        return self._two(f"{self.short(low)}{SPACE}… {self.short(high)}", low, high)

    def fine_range(self, low: float | None, high: float | None) -> str:
        """A range to three digits: £43.6 k … £49.6 k."""
        if not (_known(low) and _known(high)):
            return UNKNOWN
        return self._two(f"{self.fine(low)}{SPACE}… {self.fine(high)}", low, high)

    def exact_range(self, low: float | None, high: float | None) -> str:
        """A range in whole money for tables: £2,950 … £5,360."""
        if not (_known(low) and _known(high)):
            return UNKNOWN
        return self._two(f"{self.exact(low)}{SPACE}… {self.exact(high)}", low, high)

    def _signed(self, value: float, text: str) -> Figure:
        nothing = not any(digit in text for digit in "123456789")
        return self._figure(f"{MINUS if value < 0 and not nothing else ''}{self.before}{text}", value)

    def _figure(self, words: str, *figures: float) -> Figure:
        return Figure(words, *figures, unit=self.currency or "")

    def _two(self, words: str, low: float | None, high: float | None) -> str:
        return self._figure(words, float(low or 0), float(high or 0))


def percent(share: float | None) -> str:
    """A share as a percentage: 9 %, 0.4 %, −2.9 %; never 0 or 100 unless it is."""
    if not _known(share):
        return UNKNOWN
    assert share is not None
    return Figure(_percent(share), share * 100, unit="%")


def _percent(share: float) -> str:
    size, sign = round(abs(share) * 100, 9), MINUS if share < 0 else ""
    if size == 0:
        return f"0{SPACE}%"
    if size < 0.05:
        return f"under{SPACE}0.1{SPACE}%"
    if size < 9.95 and abs(size - round(size)) >= 0.05:
        return f"{sign}{size:.1f}{SPACE}%"
    if 99.5 <= size < 99.95:
        return f"{sign}{size:.1f}{SPACE}%"
    if 99.95 <= size < 100:
        return f"{sign}99.9{SPACE}%"
    return f"{sign}{size:,.0f}{SPACE}%"


def chance(share: float | None) -> str:
    """A probability in whole percent: 78 %, under 1 %, over 99 %."""
    if not _known(share):
        return UNKNOWN
    assert share is not None
    if 0 < share < 0.01:
        words = f"under{SPACE}1{SPACE}%"
    elif 0.99 < share < 1:
        words = f"over{SPACE}99{SPACE}%"
    else:
        words = f"{share:.0%}".replace("%", f"{SPACE}%")
    return Figure(words, share * 100, unit="%")


def count(value: float | None) -> str:
    """A whole number with thousands apart: 5,283."""
    if not _known(value):
        return UNKNOWN
    assert value is not None
    return Figure(f"{MINUS if round(value) < 0 else ''}{abs(value):,.0f}", value)


def decimals(value: float | None, places: int = 1) -> str:
    """A number with fixed decimals: 3.4."""
    if not _known(value):
        return UNKNOWN
    assert value is not None
    return Figure(f"{MINUS if round(value, places) < 0 else ''}{abs(value):,.{places}f}", value)


def day(value: date | None) -> str:
    """A day without ambiguity: 10 Sep 2011."""
    return UNKNOWN if value is None else f"{value.day}{SPACE}{_MONTHS[value.month - 1]}{SPACE}{value.year}"


def month(value: date) -> str:
    """A month: Sep 2011."""
    return f"{_MONTHS[value.month - 1]}{SPACE}{value.year}"
