"""What winning a customer cost in the last year, and what was spent on keeping customers that no record ties to one."""

from dataclasses import dataclass

from lifeworth.insight.audit.money import PEOPLE
from lifeworth.insight.audit.months import YEAR, Calendar
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

_SPENT = """
SELECT COALESCE(sum(amount) FILTER (purpose = 'acquire'), 0)::DOUBLE, COALESCE(sum(amount) FILTER (purpose <> 'acquire'), 0)::DOUBLE,
       min(spent_on) FILTER (purpose = 'acquire')
FROM sources_spend WHERE spent_on >= {since} AND spent_on < {as_of}"""


@dataclass(frozen=True)
class Winning:
    """Spend of the last twelve months.

    Attributes
    ----------
    spend : float
        On winning customers.
    each : float
        Over all newcomers of the months since the first of it, those who cost nothing included; 0 where nothing is known.
    keeping : float
        On keeping customers, a year.
    """

    spend: float
    each: float
    keeping: float

    @property
    def known(self) -> bool:
        """Whether a newcomer has a cost."""
        return self.each > 0


def read_winning(engine: Engine, calendar: Calendar) -> Winning:
    """From ``sources_spend`` and the newcomers of the same months."""
    if "sources_spend" not in engine.tables():
        return Winning(0.0, 0.0, 0.0)
    first = max(calendar.months - YEAR, 0)
    sql = _SPENT.format(since=day(calendar.edges[first]), as_of=day(calendar.as_of))
    [(spend, keeping, begun)] = engine.rows(sql)
    if not spend:
        return Winning(0.0, 0.0, float(keeping))
    month = max(month for month in range(first, calendar.months) if calendar.edges[month] <= begun)
    people = int(engine.value(f"SELECT count(*) FROM {PEOPLE} WHERE cohort >= {month}"))
    return Winning(float(spend), float(spend) / people if people else 0.0, float(keeping))
