"""Does what the lenses show add up to the ledger? ``audit_books``: sums of ours against the ledger's own days and events."""

from decimal import Decimal

from lifeworth.insight.audit.lenses.change import ACTIVE_IN_BOTH, BY_FACTORS_KEPT, TOTAL, moved
from lifeworth.insight.audit.lenses.spans import Spans, factors
from lifeworth.insight.audit.lenses.through_time import Cell, Grid
from lifeworth.insight.audit.months import Calendar
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import BOOKS
from lifeworth.insight.ground import Frame
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

_LEDGER = """
SELECT (SELECT COALESCE(sum({sale}), 0) FROM ledger_days WHERE day >= {since} AND day < {until})
     + (SELECT COALESCE(sum({effect}), 0) FROM ledger_events e JOIN ledger_keys USING (customer_id)
        WHERE happened_on < {until} AND (happened_on >= {since} OR {first}))"""


def write_books(engine: Engine, frame: Frame, calendar: Calendar, spans: Spans, grid: Grid) -> None:
    """Both spans, all periods, all cohorts, and the parts of the change."""
    checks = []
    for name, span in spans.each():
        found = factors(engine, name)
        whole = span.first == 0
        for what, ours in (("net revenue", found.revenue), ("money", found.money)):
            ledger = _ledger(engine, frame, day(span.since), day(span.until), whole, money=what == "money")
            checks.append((f"{what} of the span {name}", ours, ledger))
    total = sum(grid.cells.values(), Cell())
    for what, ours in (("net revenue", total.revenue), ("money", total.money)):
        ledger = _ledger(engine, frame, day(calendar.edges[0]), day(calendar.as_of), True, money=what == "money")
        checks.append((f"{what} of all periods and cohorts", ours, ledger))
    if "ledger_customers" in engine.tables():
        column = "profit" if frame.in_profit else "net_revenue"
        closed = Decimal(engine.value(f"SELECT COALESCE(sum({column}), 0) FROM ledger_customers"))
        checks.append(("money of the books as they were closed", total.money, closed))
    checks += _parts(engine)
    put(engine, BOOKS, [(name, ours, ledger, ours - ledger) for name, ours, ledger in checks])


def _ledger(engine: Engine, frame: Frame, since: str, until: str, first: bool, *, money: bool) -> Decimal:
    """The ledger's own sum over days; with the first span goes what happened before it."""
    sale, effect = (PROFIT_SALE, "profit_effect") if money and frame.in_profit else (NET_SALE, "revenue_effect")
    sql = _LEDGER.format(sale=sale, effect=effect, since=since, until=until, first=str(first).upper())
    return Decimal(engine.value(sql))


def _parts(engine: Engine) -> list[tuple[str, Decimal, Decimal]]:
    """Every parting of the change against the change it parts."""
    sums: dict[str, Decimal] = {}
    for parting, change in engine.rows("SELECT parting, sum(change) FROM audit_change GROUP BY 1 ORDER BY 1"):
        sums[str(parting)] = Decimal(change)
    whole = {BY_FACTORS_KEPT: moved(engine, ACTIVE_IN_BOTH).change} if sums else {}
    total = sums.pop(TOTAL, Decimal(0))
    return [(f"change by {parting}", ours, whole.get(parting, total)) for parting, ours in sorted(sums.items())]
