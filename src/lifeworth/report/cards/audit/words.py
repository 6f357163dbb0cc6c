"""Words that several cards of the audit share."""

from datetime import date, timedelta

from lifeworth.answers.audit.lenses import Lenses
from lifeworth.report.numbers import day
from lifeworth.report.words import number_word

_BRIEF = {"month": "Month", "quarter": "Quarter", "year": "Year"}


def to_day(until: date) -> str:
    """A span by its last day: to 30 Jun 2026."""
    return f"to {day(until - timedelta(days=1))}"


def length_words(months: int) -> str:
    """Twelve months, nine months, one month."""
    return "one month" if months == 1 else f"{number_word(months)} months"


def span_months(since: date, until: date) -> int:
    """Whole months between two days."""
    return (until.year - since.year) * 12 + until.month - since.month


def last_span(found: Lenses) -> str:
    """The last span: the last twelve months."""
    span = found.spans["after"]
    return f"the last {length_words(span_months(span.since, span.until))}".replace(
        "the last one month", "the last month"
    )


def period_label(found: Lenses) -> str:
    """What a period is called in a table: Quarter."""
    return _BRIEF.get(found.length, "Period")


def up_or_down(change: float) -> str:
    """up, down, or level."""
    return "level" if abs(change) < 0.0005 else "up" if change > 0 else "down"
