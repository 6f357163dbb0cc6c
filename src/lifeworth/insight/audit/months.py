"""Months, quarters and years counted back from the day of the report, so that every one but the first is whole."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTH, QUARTER, YEAR = 1, 3, 12
MOST_MONTHS = 600
MONTHLY_UP_TO, QUARTERLY_UP_TO = 15, 60
# A file whose first order came some days into a period still holds that period.
SLACK_DAYS = 10
_NAMES = {MONTH: "month", QUARTER: "quarter", YEAR: "year"}


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or its last day where the month is shorter.

    Examples
    --------
    >>> months_before(date(2025, 7, 1), 12), months_before(date(2025, 5, 31), 3)
    (datetime.date(2024, 7, 1), datetime.date(2025, 2, 28))
    """
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Period:
    """Some months in a row: their numbers from ``first`` up to but not including ``end``, and the days they cover.

    ``place`` counts periods of one length from the oldest, 0; ``whole`` says that the data cover all of it.
    """

    place: int
    first: int
    end: int
    since: date
    until: date
    whole: bool

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.end - self.first


@dataclass(frozen=True)
class Calendar:
    """The months of the history, the oldest 0; the last ends on ``as_of``.

    Attributes
    ----------
    edges : tuple of date
        Month ``m`` runs from ``edges[m]`` until before ``edges[m + 1]``.
    first_day : date
        Day of the first order.
    """

    as_of: date
    first_day: date
    edges: tuple[date, ...]

    @property
    def months(self) -> int:
        """How many months, the first of which may be cut."""
        return len(self.edges) - 1

    @property
    def grain(self) -> int:
        """Length in months of the periods that are told apart: a month, a quarter or a year, by how long the history is."""
        if self.months <= MONTHLY_UP_TO:
            return MONTH
        return QUARTER if self.months <= QUARTERLY_UP_TO else YEAR

    @property
    def grain_name(self) -> str:
        """month, quarter or year."""
        return _NAMES[self.grain]

    def days(self, month: int) -> int:
        """Days of a month that lie within the data."""
        return (self.edges[month + 1] - max(self.edges[month], self.first_day)).days

    def periods(self, months: int) -> tuple[Period, ...]:
        """All periods of so many months, the oldest first."""
        count = -(-self.months // months)
        return tuple(self._period(place, self.months - (count - place) * months, months) for place in range(count))

    def place_of(self, months: int) -> str:
        """SQL of the place of the period of so many months that a row's ``month`` lies in."""
        short = -self.months % months
        return f"((month + {short}) // {months})"

    def two_spans(self) -> tuple[Period, Period] | None:
        """Two periods of one length, the later ending on ``as_of``: years, or halves of a younger history; none below two months."""
        whole = self.whole_months
        months = min(whole // 2, YEAR)
        if months < 1:
            return None
        return self._period(0, self.months - 2 * months, months), self._period(1, self.months - months, months)

    @property
    def last_span(self) -> Period:
        """The last twelve months, or the later half of a younger history, or all of one below two months."""
        spans = self.two_spans()
        return spans[1] if spans else self._period(0, 0, self.months)

    @property
    def whole_months(self) -> int:
        """How many months, counted back from ``as_of``, the data cover."""
        late = self.first_day > self.edges[0] + timedelta(days=SLACK_DAYS)
        return self.months - late

    def _period(self, place: int, first: int, months: int) -> Period:
        since = self.edges[first] if first >= 0 else months_before(self.as_of, self.months - first)
        whole = self.first_day <= since + timedelta(days=SLACK_DAYS)
        end = first + months
        return Period(place, max(first, 0), end, since, self.edges[end], whole)


def calendar_of(first_day: date, as_of: date) -> Calendar:
    """The months from ``as_of`` back to the one that holds the first day.

    Examples
    --------
    >>> known = calendar_of(date(2024, 1, 20), date(2025, 7, 1))
    >>> known.months, known.whole_months, known.grain_name
    (18, 17, 'quarter')
    >>> [f"{span.since} {span.until}" for span in known.two_spans()]
    ['2024-03-01 2024-11-01', '2024-11-01 2025-07-01']
    """
    count = 1
    while months_before(as_of, count) > first_day and count < MOST_MONTHS:
        count += 1
    return Calendar(as_of, first_day, tuple(months_before(as_of, back) for back in range(count, -1, -1)))
