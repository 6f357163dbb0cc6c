"""What cannot be said, or must be known to read the rest: ``audit_notes``."""

from collections.abc import Iterator
from dataclasses import dataclass

from lifeworth.insight.audit.arrivals.forecast import Arrivals
from lifeworth.insight.audit.equity.current import Current
from lifeworth.insight.audit.equity.fading import Fading
from lifeworth.insight.audit.equity.newcomer import Newcomer
from lifeworth.insight.audit.lenses.spans import Spans
from lifeworth.insight.audit.months import YEAR, Calendar
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import NOTES
from lifeworth.insight.audit.valuation.cash import Company
from lifeworth.insight.audit.words import percent
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

LENSES, NEWCOMERS, EQUITY, FORECAST, VALUATION = "lenses", "newcomers", "equity", "forecast", "valuation"
_APART = 0.10
_UNHELD = "The history is too short to hold forecasts of newcomers against what came: the range rests on what is usual for shops."
_BILLS = (
    "Every order is the bill of a subscription. What customers bring depends on how long contracts last, and beyond the horizon that is not told:"
    " no finished stretch of the past could confirm it. So no residual or lifetime value, no customer equity and no value of the company is stated."
)


@dataclass(frozen=True)
class Told:
    """Everything that may need a word."""

    spans: Spans
    arrivals: Arrivals
    current: Current
    newcomer: Newcomer | None
    fading: Fading
    company: Company


def write_notes(engine: Engine, frame: Frame, calendar: Calendar, told: Told) -> None:
    """Every note, in the order of the room."""
    notes = [
        *((LENSES, said) for said in _of_lenses(calendar, told.spans, told.arrivals)),
        *((NEWCOMERS, said) for said in _of_newcomers(frame, told)),
        *((EQUITY, said) for said in _of_equity(frame, told)),
        *((VALUATION, said) for said in _of_valuation(frame, told)),
    ]
    put(engine, NOTES, notes)


def write_notes_of_bills(engine: Engine, calendar: Calendar, spans: Spans, arrivals: Arrivals) -> None:
    """What can be said where orders are bills: of the lenses and of newcomers, and why nothing lies further ahead."""
    notes = [(LENSES, said) for said in _of_lenses(calendar, spans, arrivals)]
    if arrivals.stopped:
        notes.append((NEWCOMERS, arrivals.stopped))
    elif not arrivals.past.held:
        notes.append((NEWCOMERS, _UNHELD))
    put(engine, NOTES, [*notes, (EQUITY, _BILLS)])


def _of_lenses(calendar: Calendar, spans: Spans, arrivals: Arrivals) -> Iterator[str]:
    if spans.before is None:
        yield "The history is shorter than two months: there is nothing to compare it with."
    elif spans.after.months < YEAR:
        yield (
            f"The history is younger than two years: its last {spans.after.months} months are held against the {spans.after.months} before,"
            " so the season is part of every change."
        )
    settled = arrivals.settled_month
    if settled:
        day = calendar.edges[min(settled, calendar.months - 1)]
        yield (
            f"The data seem to begin in the middle of a business (probability {arrivals.began_before:.2f}): before {day}, more than one in ten of those"
            " who look new had probably bought before. Cohorts from before are not compared, and newcomers count by their likely share."
        )


def _of_newcomers(frame: Frame, told: Told) -> Iterator[str]:
    arrivals, newcomer = told.arrivals, told.newcomer
    if arrivals.stopped:
        yield arrivals.stopped
        return
    if newcomer is None:
        yield "Too few newcomers have been seen to say what one brings, so customers to come have no value here."
        return
    if not arrivals.past.held:
        yield _UNHELD
    if newcomer.seen < len(newcomer.money):
        yield (
            f"What a newcomer brings was seen up to {newcomer.seen} months after that of the first order; later months go on as the purchase model has it."
        )


def _of_equity(frame: Frame, told: Told) -> Iterator[str]:
    current, fading = told.current, told.fading
    if abs(current.afterwards - 1) > _APART and current.customers:
        more = "above" if current.afterwards > 1 else "below"
        yield (
            f"After {frame.horizon_days} days the run's residual value goes on at a pace {percent(abs(current.afterwards - 1))} {more} that of its next {frame.horizon_days}"
            " days: it corrects the total of the coming stretch by past errors, and what comes after not."
        )
    if fading.seen is not None and fading.said is not None:
        yield (
            f"Customers known two years ago brought {percent(fading.seen)} of their first year after in the second; the purchase model expected {percent(fading.said)}."
            f" Beyond a year the range allows the yearly ratio to be off by {percent(fading.spread)}."
        )
    else:
        yield (
            f"The history is too short to see whether purchases fade as the model has it: beyond a year the range allows the yearly ratio to be off by {percent(fading.spread)},"
            " which is supposed."
        )
    if not told.company.winning.known and told.arrivals.known:
        yield "What winning a customer costs is not known: customers to come are stated before that cost."


def _of_valuation(frame: Frame, told: Told) -> Iterator[str]:
    company = told.company
    if not frame.in_profit:
        yield "No costs are known, so values are revenue, and revenue has no value of a company in it: add product costs or a margin."
        return
    if told.arrivals.stopped:
        yield "Customers to come cannot be forecast, so the value is that of the customers of today alone."
    if company.terms.fixed_costs is None:
        yield "Fixed costs are not stated (setting valuation.fixed_costs): the value is before them."
    if company.terms.tax_rate is None:
        yield "No tax rate is stated (setting valuation.tax_rate): the value is before tax."
    if company.terms.non_operating_assets is None or company.terms.net_debt is None:
        yield "Assets outside the business and net debt count as nothing where they are not stated (settings valuation.non_operating_assets, valuation.net_debt)."
    if not company.ahead.discount > 0:
        yield "Without a discount rate the time after five years has no value that could be stated; customers and costs of later years are left out."
