"""What speaks for the health of the base and what against it: one reason a question, each from a lens, with the chance of seeing as much.

Spans shorter than a year have a season of their own: what changed between them is told, not judged. What customers active in both spans bring is
told, too: those won during the first were there for a part of it only, those who left during the second as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist

from lifeworth.insight.audit.arrivals.forecast import Arrivals
from lifeworth.insight.audit.lenses.ages import ALONG, BACK, MONEY, YEAR_AGO, Aged, questions
from lifeworth.insight.audit.lenses.change import KEPT, LOST, Moved, by_who, moved
from lifeworth.insight.audit.lenses.spans import AFTER, SPANS, Spans, factors
from lifeworth.insight.audit.lenses.through_time import KEPT as KEPT_KIND
from lifeworth.insight.audit.lenses.through_time import QUIET, Grid
from lifeworth.insight.audit.months import MONTH, QUARTER, YEAR, Calendar
from lifeworth.insight.audit.words import money, percent, span_words, went, worth
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

_TOP = "SELECT top_tenth_share FROM audit_differ WHERE span = 'after'"


@dataclass(frozen=True)
class Reason:
    """What changed, relatively, how likely chance alone shows as much, and the sentence; ``chance`` None for a fact."""

    lens: int
    about: str
    change: float | None
    chance: float | None
    sentence: str


@dataclass(frozen=True)
class Seen:
    """Everything the reasons look at."""

    calendar: Calendar
    spans: Spans
    grid: Grid
    aged: list[Aged]
    arrivals: Arrivals

    @property
    def in_years(self) -> bool:
        """Whether the spans are two whole years."""
        before = self.spans.before
        return before is not None and before.whole and before.months == YEAR


def reasons(engine: Engine, frame: Frame, seen: Seen) -> Iterator[Reason]:
    """Every reason that can be told, in the order of reading."""
    if seen.spans.before is not None and seen.spans.before.whole:
        yield from _of_change(engine, frame, seen)
        yield from _of_newcomers(seen)
    if not frame.orders_are_bills:
        yield from _of_keeping(seen)
    yield from _of_cohorts(frame, seen)
    yield from _of_concentration(engine, frame, seen.spans)


def _of_change(engine: Engine, frame: Frame, seen: Seen) -> Iterator[Reason]:
    """Lens 2: money of all, how many are active, what those active in both bring."""
    said, what = span_words(seen.spans.after.months), worth(frame)
    total, groups = moved(engine), by_who(engine, seen.spans)
    if total.before > 0:
        change = float(total.change / total.before)
        told = f"{what.capitalize()} of {said} is {went(change)}, to {money(frame, float(total.after))}"
        yield Reason(2, what, change, _judged(seen, _chance(total)), told)
    kept, lost = groups[KEPT], groups[LOST]
    then, now = kept.customers + lost.customers, factors(engine, AFTER).customers
    if then:
        change, spread = now / then - 1, sqrt(max(now - kept.customers + lost.customers, 1))
        chance = _two_sided((now - then) / spread)
        yield Reason(
            2, "active customers", change, _judged(seen, chance), f"Active customers are {went(change)}, to {now:,}"
        )
    if kept.customers and kept.before > 0:
        change = float(kept.change / kept.before)
        told = f"{kept.customers:,} customers are active in both; what they bring is {went(change)}"
        yield Reason(2, "those who stay", change, None, told)


def _judged(seen: Seen, chance: float) -> float | None:
    return chance if seen.in_years else None


def _chance(found: Moved) -> float:
    return _two_sided(float(found.change) / sqrt(found.variance)) if found.variance > 0 else 1.0


def _two_sided(z: float) -> float:
    return 2 * NormalDist().cdf(-abs(z))


def _of_newcomers(seen: Seen) -> Iterator[Reason]:
    """Lens 5: how many newcomers come; months vary by more than the chance of single people."""
    before, after, likely = seen.spans.before, seen.spans.after, seen.arrivals.likely()
    if before is None or not seen.arrivals.known or seen.arrivals.settled_month > before.first:
        return
    then, now = (float(likely[span.first : span.end].sum()) for span in (before, after))
    if min(then, now) <= 0:
        return
    spread = sqrt(1 / then + 1 / now + 2 * seen.arrivals.own_variance / after.months)
    change, chance = now / then - 1, _two_sided(log(now / then) / spread)
    told = f"Newcomers of {span_words(after.months)} are {went(change)}, to {now:,.0f}"
    yield Reason(5, "newcomers", change, _judged(seen, chance), told)


def _of_keeping(seen: Seen) -> Iterator[Reason]:
    """Lens 5: of those active in a period, the share active in the next: the last year's periods against those a year before.

    A fact, not a sign: the share rises when newcomers stay away, because customers of long standing come back more often.
    """
    grid, calendar = seen.grid, seen.calendar
    back = {MONTH: 6, QUARTER: 4}.get(calendar.grain, 1)
    whole = [period.place for period in grid.periods if period.whole and period.place >= grid.settled]
    if len(whole) < 2 * back + 1:
        return
    (kept_then, then), (kept_now, now) = (_kept(grid, places) for places in (whole[-2 * back : -back], whole[-back:]))
    if then and now and kept_then:
        shares = kept_now / now, kept_then / then
        told = f"Of customers active in a {calendar.grain_name}, {percent(shares[0])} order in the next, against {percent(shares[1])} a year before"
        yield Reason(5, "share kept", shares[0] / shares[1] - 1, None, told)


def _kept(grid: Grid, places: list[int]) -> tuple[int, int]:
    """How many were kept in some periods, and how many were active in the periods before them."""
    before = sum(grid.of_period(place - 1).people - grid.of_period(place - 1, QUIET).people for place in places)
    return sum(grid.of_period(place, KEPT_KIND).people for place in places), before


def _of_cohorts(frame: Frame, seen: Seen) -> Iterator[Reason]:
    """Lens 4: lines through cohorts at twelve months or the nearest age that tells one, and the newest against that of a year before."""
    asked = [one for one in questions(frame, seen.calendar, seen.grid, seen.aged) if one.usual > 0]
    sides = [(MONEY, "newer cohorts", "What an average customer brings")]
    if not frame.orders_are_bills:
        sides.append((BACK, "coming back", "The share who come back"))
    for measure, about, what in sides:
        along = [one for one in asked if (one.kind, one.measure) == (ALONG, measure)]
        for one in sorted(along, key=lambda one: (one.age > YEAR, abs(one.age - YEAR)))[:1]:
            change = one.trend.slope / one.usual
            told = (
                f"{what} by month {one.age} is {went(change)} a year from cohort to cohort ({len(one.group)} cohorts)"
            )
            yield Reason(4, about, change, one.trend.p_value, told)
    for one in [one for one in asked if (one.kind, one.measure) == (YEAR_AGO, MONEY)]:
        change = one.trend.slope / one.usual
        told = f"What the newest customers bring by month {one.age} is {went(change)} against those of a year before"
        yield Reason(4, "newest cohort", change, one.trend.p_value, told)


def _of_concentration(engine: Engine, frame: Frame, spans: Spans) -> Iterator[Reason]:
    """Lens 1: how much hangs on customers who ordered once, and on the best tenth."""
    people = factors(engine, AFTER).customers
    once = int(engine.value(f"SELECT count(*) FILTER (orders_after = 1) FROM {SPANS}"))
    if people and not frame.orders_are_bills:
        told = f"{percent(once / people)} of active customers ordered once in {span_words(spans.after.months)}"
        yield Reason(1, "customers who ordered once", None, None, told)
    share = engine.value(_TOP)
    if share is not None:
        told = f"The best tenth of customers brings {percent(float(share))} of {worth(frame)}"
        yield Reason(1, "concentration", None, None, told)
