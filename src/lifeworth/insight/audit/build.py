"""The audit of a run: five lenses on the past, then customers to come, equity and the value of the company."""

from lifeworth.insight.audit.arrivals.beginning import read_beginning
from lifeworth.insight.audit.arrivals.forecast import forecast_arrivals
from lifeworth.insight.audit.books import write_books
from lifeworth.insight.audit.forward import Looked, look_forward
from lifeworth.insight.audit.lenses.ages import read_ages, write_ages, write_trend
from lifeworth.insight.audit.lenses.change import write_change
from lifeworth.insight.audit.lenses.differ import write_differences
from lifeworth.insight.audit.lenses.moves import write_moves
from lifeworth.insight.audit.lenses.reasons import Seen
from lifeworth.insight.audit.lenses.repeats import write_repeats
from lifeworth.insight.audit.lenses.spans import SPANS, write_spans
from lifeworth.insight.audit.lenses.through_time import read_grid, write_cohorts, write_periods
from lifeworth.insight.audit.lenses.verdict import write_verdict
from lifeworth.insight.audit.money import CALENDAR, MONTHS, PEOPLE, write_months
from lifeworth.insight.audit.months import Calendar, calendar_of
from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``audit_`` tables; they stay empty where nobody has bought."""
    if not engine.value("SELECT count(*) FROM insight_customers"):
        return
    calendar = calendar_of(frame.first_day, frame.as_of)
    write_months(engine, frame, calendar)
    look_forward(engine, frame, calendar, look_back(engine, frame, calendar))
    drop(engine, MONTHS, PEOPLE, SPANS, CALENDAR)


def look_back(engine: Engine, frame: Frame, calendar: Calendar) -> Looked:
    """The five lenses."""
    beginning = read_beginning(engine, calendar)
    arrivals = forecast_arrivals(beginning, calendar, frame)
    spans = write_spans(engine, calendar)
    write_differences(engine, frame, spans)
    write_change(engine, frame, spans)
    write_moves(engine, spans)
    grid = read_grid(engine, calendar, arrivals.settled_month)
    write_periods(engine, frame, calendar, grid)
    write_cohorts(engine, frame, calendar, grid)
    if not frame.orders_are_bills:
        write_repeats(engine, frame, calendar, grid)
    aged = read_ages(engine, calendar, grid)
    write_ages(engine, frame, calendar, grid, aged)
    write_trend(engine, frame, calendar, grid, aged)
    write_verdict(engine, frame, Seen(calendar, spans, grid, aged, arrivals))
    write_books(engine, frame, calendar, spans, grid)
    return Looked(beginning, arrivals, spans, aged)
