"""One row per lead with everything said of it, and the days that are learned from."""

from dataclasses import dataclass
from datetime import date, timedelta

from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import make_table
from lifeworth.store.engine import Engine
from lifeworth.values.leads.ageing import Ageing
from lifeworth.values.leads.states import STATES

ROWS = "values_lead_rows"
SOURCE, COUNTRY, SEASON = "source", "country", "month of the year"
YEAR, YEARS = 365, 3
ENOUGH_OF_A_YEAR = 200

_UNKNOWN = "('customer', 'won some day')"


@dataclass(frozen=True)
class Window:
    """Whom is learned from.

    Attributes
    ----------
    followed : int
        Days after which a lead has had its time.
    since : date
        First day whose leads are learned from.
    recent : date
        First day whose leads say how often leads are won; the earlier ones only say how they differ.
    span_days : int
        Days between the first and the last finished lead.
    """

    as_of: date
    followed: int
    since: date
    recent: date
    span_days: int


def find_window(engine: Engine, as_of: date, ageing: Ageing) -> Window:
    """The last three years of leads that have had their time; the last one says how often, where it has 200.

    A lead has had its time after the days in which 95 % of those ever won are won, or half of all leads would be too young.
    """
    followed = min(ageing.slow_days, int(engine.value(f"SELECT quantile_disc(age_days, 0.5) FROM {STATES}")))
    last = as_of - timedelta(days=followed)
    since, year = last - timedelta(days=YEARS * YEAR), last - timedelta(days=YEAR)
    [(first, final, lately)] = engine.rows(
        f"SELECT min(created_on), max(created_on), count(*) FILTER (created_on >= {day_literal(year)}) FROM {STATES}"
        f" WHERE created_on BETWEEN {day_literal(since)} AND {day_literal(last)} AND state NOT IN {_UNKNOWN}"
    )
    span = (final - first).days if first is not None else 0
    enough = lately >= ENOUGH_OF_A_YEAR
    begin = since if enough else date.min
    return Window(as_of, followed, begin, year if enough else date.min, span if enough else _whole_span(engine, last))


def _whole_span(engine: Engine, last: date) -> int:
    return int(
        engine.value(
            f"SELECT COALESCE(date_diff('day', min(created_on), max(created_on)), 0) FROM {STATES}"
            f" WHERE created_on <= {day_literal(last)} AND state NOT IN {_UNKNOWN}"
        )
    )


def write_rows(engine: Engine, texts: dict[str, str], window: Window) -> dict[str, str]:
    """One row a lead, with a text by column (g0, g1, …); says where each column stands.

    Parameters
    ----------
    texts : dict of str to str
        SQL of each column's text in ``values_lead_states``.
    """
    columns = "".join(f", {sql} AS g{place}" for place, sql in enumerate(texts.values()))
    learned = f"state NOT IN {_UNKNOWN} AND created_on >= {day_literal(window.since)} AND age_days >= {window.followed}"
    make_table(
        engine,
        ROWS,
        f"SELECT lead_id, customer_id, created_on, state, age_days, strftime(created_on, '%Y-%m') AS month,"
        f" {learned} AS finished, created_on >= {day_literal(window.recent)} AS recent,"
        f" state = 'won' AND days < {window.followed} AS won{columns} FROM {STATES}",
    )
    return {name: f"g{place}" for place, name in enumerate(texts)}
