"""Whether values are in profit or in revenue, and what the books span: ``ledger_facts``."""

from dataclasses import dataclass
from datetime import date

from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import make_table, text
from lifeworth.store.engine import Engine

ENOUGH = 0.5

_SPAN = """
SELECT COALESCE(sum(orders - 1), 0)::BIGINT, min(day), max(day) FROM ledger_days WHERE day < {as_of}"""

_PLAIN = {
    "payment_fee": "payment fees",
    "fulfilment": "picking and packing",
    "shipping": "shipping paid",
    "returns_handling": "handling of returns",
    "service": "service",
    "acquisition": "winning customers",
}


@dataclass(frozen=True)
class LedgerFacts:
    """What everybody downstream needs to know about the books.

    ``merged_same_day`` counts orders that joined another purchase of the same customer and day. The days
    are those of the first and last order before ``as_of``; none when there was no order.
    """

    basis: str
    basis_reason: str
    currency: str | None
    merged_same_day: int
    first_day: date | None
    last_day: date | None


def state_facts(engine: Engine, as_of: date) -> LedgerFacts:
    """Profit when the cost of goods is known for at least half of net revenue, else revenue, and why."""
    basis, reason = _basis(engine)
    [(merged, first_day, last_day)] = engine.rows(_SPAN.format(as_of=day_literal(as_of)))
    currency = engine.value("SELECT max(currency) FROM sources_orders")
    facts = LedgerFacts(basis, reason, currency, int(merged), first_day, last_day)
    _write(engine, facts)
    return facts


def _basis(engine: Engine) -> tuple[str, str]:
    rows = engine.rows("SELECT cost, basis, share FROM ledger_coverage ORDER BY cost, basis")
    goods = {basis: share for cost, basis, share in rows if cost == "goods"}
    known = sum(share for basis, share in goods.items() if basis != "missing")
    if known == 0:
        return "revenue", (
            "No cost of goods is known: no product costs, no margin rule and no profit in the file."
            " Values are in revenue. Add product costs, or a margin with --margin."
        )
    if known < ENOUGH:
        return "revenue", (
            f"The cost of goods is known for only {_percent(known)} of net revenue; profit needs at least"
            f" {_percent(ENOUGH)}. Values are in revenue. Add product costs, or a margin for the rest."
        )
    hows = [f"{_percent(share)} {basis}" for basis, share in sorted(goods.items()) if basis != "missing"]
    reason = f"The cost of goods is known for {_percent(known)} of net revenue ({', '.join(hows)})."
    missing = [_PLAIN[cost] for cost, basis, share in rows if basis == "missing" and share == 1 and cost in _PLAIN]
    if missing:
        reason += f" Nothing is known about {', '.join(missing)}; profit is before these."
    return "profit", reason


def _percent(share: float) -> str:
    """A share in whole percent that never rounds up to all or down to nothing."""
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")


def _write(engine: Engine, facts: LedgerFacts) -> None:
    def moment(value: date | None) -> str:
        return day_literal(value) if value else "NULL::DATE"

    currency = text(facts.currency) if facts.currency else "NULL::VARCHAR"
    make_table(
        engine,
        "ledger_facts",
        f"SELECT {text(facts.basis)} AS basis, {text(facts.basis_reason)} AS basis_reason,"
        f" {currency} AS currency, {facts.merged_same_day}::BIGINT AS merged_same_day,"
        f" {moment(facts.first_day)} AS first_day, {moment(facts.last_day)} AS last_day",
    )
