"""From gross sales to profit, step by step: ``ledger_waterfall``."""

from typing import NamedTuple

from lifeworth.ledger.customers import MONEY_COLUMNS
from lifeworth.ledger.tables import TOTAL, make_table
from lifeworth.store.engine import Engine


class _Step(NamedTuple):
    """A bar of the waterfall: the money it adds up, and the cost whose coverage it shows."""

    name: str
    kind: str
    column: str = ""
    cost: str = ""


_STEPS = (
    _Step("Gross sales", "start", "gross"),
    _Step("Discounts", "minus", "discount"),
    _Step("Shipping charged", "plus", "shipping_charged"),
    _Step("Refunds", "minus", "refunded"),
    _Step("Net revenue", "total"),
    _Step("Goods", "minus", "goods_cost", "goods"),
    _Step("Payment fees", "minus", "payment_fee", "payment_fee"),
    _Step("Fulfilment", "minus", "fulfilment", "fulfilment"),
    _Step("Shipping", "minus", "shipping_cost", "shipping"),
    _Step("Commission", "minus", "commission", "commission"),
    _Step("Returns handling", "minus", "returns_handling", "returns_handling"),
    _Step("Service", "minus", "service", "service"),
    _Step("Communications", "minus", "contact", "contact"),
    _Step("Profit before winning customers", "total"),
    _Step("Winning customers", "minus", "acquisition", "acquisition"),
    _Step("Profit after winning customers", "total"),
)

_REVENUE_STEPS = 5

_BASES = ("actual", "ruled", "allocated", "missing")

_WATERFALL = """
WITH sums AS (SELECT {sums} FROM ledger_customers),
steps AS ({steps}),
known AS (SELECT cost, {known} FROM ledger_coverage GROUP BY cost)
SELECT s.position, s.step, CAST(s.amount AS {total}) AS amount, s.kind, {shares}
FROM steps s LEFT JOIN known k ON k.cost = s.cost
ORDER BY s.position"""


def draw_waterfall(engine: Engine) -> None:
    """Money of all customers together, signed, with how much of each step is actual, ruled, allocated, missing.

    Revenue is always actual; a total mixes the steps above it and carries no share of its own.
    """
    known = [f"COALESCE(sum(share) FILTER (basis = '{basis}'), 0)::DOUBLE AS {basis}" for basis in _BASES]
    sql = _WATERFALL.format(
        sums=", ".join(f"COALESCE(sum({name}), 0) AS {name}" for name in MONEY_COLUMNS),
        steps=" UNION ALL ".join(_select(place) for place in range(len(_STEPS))),
        known=", ".join(known),
        shares=", ".join(_share(basis) for basis in _BASES),
        total=TOTAL,
    )
    make_table(engine, "ledger_waterfall", sql)


def _select(place: int) -> str:
    step = _STEPS[place]
    return (
        f"SELECT {place + 1} AS position, '{step.name}' AS step, {_amount(place)} AS amount,"
        f" '{step.kind}' AS kind, '{step.cost}' AS cost FROM sums"
    )


def _amount(place: int) -> str:
    """A step's own money, or for a total that of every step so far."""
    steps = _STEPS[:place] if _STEPS[place].kind == "total" else _STEPS[place : place + 1]
    signed = [f"{'-' if step.kind == 'minus' else '+'} {step.column}" for step in steps if step.column]
    return "0 " + " ".join(signed)


def _share(basis: str) -> str:
    revenue = f"CASE WHEN s.position <= {_REVENUE_STEPS} THEN {float(basis == 'actual')} END"
    return f"CASE WHEN s.cost <> '' THEN COALESCE(k.{basis}, 0) ELSE {revenue} END::DOUBLE AS {basis}_share"
