"""What lies ahead: newcomers, the money of the coming years, customer equity, the value of the company."""

from dataclasses import dataclass

from lifeworth.insight.audit.arrivals.beginning import Beginning
from lifeworth.insight.audit.arrivals.forecast import Arrivals, write_newcomers
from lifeworth.insight.audit.arrivals.past import write_newcomers_past
from lifeworth.insight.audit.equity.ahead import MonthsAhead, months_ahead
from lifeworth.insight.audit.equity.blind import choose_asked
from lifeworth.insight.audit.equity.current import Current, follow_current
from lifeworth.insight.audit.equity.fading import Fading, look_at_fading
from lifeworth.insight.audit.equity.futures import Futures, draw_futures
from lifeworth.insight.audit.equity.keeping import keeping_rate
from lifeworth.insight.audit.equity.newcomer import Matrix, Newcomer, follow_newcomer, read_matrix
from lifeworth.insight.audit.equity.purchases import learn_purchases
from lifeworth.insight.audit.equity.season import month_factors
from lifeworth.insight.audit.equity.winning import Winning, read_winning
from lifeworth.insight.audit.equity.write import Equity, write_equity
from lifeworth.insight.audit.lenses.ages import Aged
from lifeworth.insight.audit.lenses.spans import Spans
from lifeworth.insight.audit.months import Calendar
from lifeworth.insight.audit.notes import Told, write_notes, write_notes_of_bills
from lifeworth.insight.audit.valuation.cash import Company
from lifeworth.insight.audit.valuation.past import Known, forecast_past, write_past
from lifeworth.insight.audit.valuation.quarters import write_forecast
from lifeworth.insight.audit.valuation.terms import terms_of
from lifeworth.insight.audit.valuation.write import write_levers, write_valuation
from lifeworth.insight.ground import Frame
from lifeworth.ledger import drop_part
from lifeworth.store.engine import Engine


@dataclass(frozen=True)
class Looked:
    """What the lenses saw and the forecasts build on."""

    beginning: Beginning
    arrivals: Arrivals
    spans: Spans
    aged: list[Aged]


def look_forward(engine: Engine, frame: Frame, calendar: Calendar, looked: Looked) -> None:
    """Everything of the audit that has not happened yet, and such forecasts held against the past.

    Where orders are bills only newcomers are looked at: what customers bring beyond the horizon cannot be told.
    """
    beginning, arrivals = looked.beginning, looked.arrivals
    write_newcomers(engine, frame, calendar, arrivals)
    write_newcomers_past(engine, frame, calendar, arrivals.past)
    if frame.orders_are_bills:
        write_notes_of_bills(engine, calendar, looked.spans, arrivals)
        return
    ahead = months_ahead(calendar, frame.discount)
    season = month_factors(
        arrivals.seen, beginning.breathing(calendar.months, began_before=arrivals.began_before > 0.5)
    )
    purchases, matrix = learn_purchases(engine), read_matrix(engine, beginning.newcomers)
    current = follow_current(engine, frame, ahead, purchases, season)
    newcomer = follow_newcomer(engine, ahead, purchases, matrix, arrivals.settled_month, looked.aged)
    fading = _look_at_past(engine, frame, calendar, beginning, matrix, newcomer)

    def draw(current: Current, newcomer: Newcomer | None) -> Futures:
        return draw_futures(frame, ahead, current, arrivals, newcomer, fading, season)

    futures, winning = draw(current, newcomer), read_winning(engine, calendar)
    _write_worth(engine, frame, calendar, looked.spans, ahead, futures, winning)
    company = Company(ahead, futures, winning, terms_of(frame.settings))
    if frame.in_profit:
        write_valuation(engine, frame, company)
        write_levers(engine, frame, company, draw, current, newcomer)
    write_notes(engine, frame, calendar, Told(looked.spans, arrivals, current, newcomer, fading, company))


def _look_at_past(
    engine: Engine, frame: Frame, calendar: Calendar, beginning: Beginning, matrix: Matrix, newcomer: Newcomer | None
) -> Fading:
    """``audit_past``, and how far the model was off about the way purchases fade."""
    asked = choose_asked(engine)
    fading = look_at_fading(engine, frame, calendar, asked)
    doubts = (newcomer.spread, newcomer.variance) if newcomer else (0.0, 0.0)
    write_past(engine, frame, calendar, forecast_past(engine, frame, calendar, Known(beginning, matrix), asked, doubts))
    drop_part(engine, asked.books)
    return fading


def _write_worth(
    engine: Engine,
    frame: Frame,
    calendar: Calendar,
    spans: Spans,
    ahead: MonthsAhead,
    futures: Futures,
    winning: Winning,
) -> None:
    """``audit_forecast`` and ``audit_equity``."""
    write_forecast(engine, frame, calendar, ahead, futures)
    history = (frame.as_of - frame.first_day).days
    write_equity(engine, frame, Equity(ahead, futures, winning, keeping_rate(engine, spans), history))
