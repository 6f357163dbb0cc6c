"""One customer's number, taken apart."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.lines import average_gap, p_alive_known, reasons_of
from lifeworth.answers.proof import CONTRACT
from lifeworth.errors import DataError, UsageError
from lifeworth.store.engine import Engine
from lifeworth.values.contributions import Making, how_made
from lifeworth.values.keeping import Kept

EVIDENCE = {
    "A": "the customer's own history carries the estimate",
    "B": "mostly the customer's own history, helped by what comparable customers did",
    "C": "some own history; much rests on what comparable customers did",
    "D": "hardly any own history: the estimate rests on what comparable customers did",
}

_WATERFALL = (
    ("Gross sales", "gross", 1, "start"),
    ("Discounts", "discount", -1, "minus"),
    ("Shipping charged", "shipping_charged", 1, "plus"),
    ("Refunds", "refunded", -1, "minus"),
    ("Net revenue", "net_revenue", 1, "total"),
    ("Goods", "goods_cost", -1, "minus"),
    ("Payment fees", "payment_fee", -1, "minus"),
    ("Picking and packing", "fulfilment", -1, "minus"),
    ("Shipping paid", "shipping_cost", -1, "minus"),
    ("Commissions", "commission", -1, "minus"),
    ("Returns handling", "returns_handling", -1, "minus"),
    ("Service", "service", -1, "minus"),
    ("Communications", "contact", -1, "minus"),
    ("Profit before winning the customer", "profit", 1, "total"),
    ("Winning the customer", "acquisition", -1, "minus"),
    ("Profit after winning the customer", "profit_after_acquisition", 1, "total"),
)
_REVENUE_STEPS = 5
_WINNING_STEPS = 2

_NEAR = """
SELECT customer_id FROM values_customers
WHERE lower(customer_id) = lower(?) OR jaro_winkler_similarity(lower(customer_id), lower(?)) > 0.8
ORDER BY jaro_winkler_similarity(lower(customer_id), lower(?)) DESC, customer_id LIMIT {limit}
"""


@dataclass(frozen=True)
class CustomerStep:
    """One step of a customer's past money, signed. ``kind`` is start, minus, plus or total."""

    step: str
    amount: float
    kind: str


@dataclass(frozen=True)
class CustomerAnswer:
    """Every part of one customer's number.

    Money is in ``currency``; ``value`` and ``residual`` are present values in ``basis``, ``revenue`` is not
    discounted. ``expected_orders`` are over ``horizon_days``. ``average_gap_days`` is None after one purchase, and then
    BG/NBD cannot tell whether they left: ``p_alive_known`` is False and ``p_alive`` must not be shown.
    ``next_order`` holds the expected date with its range, None where not expected within the horizon. ``making`` says
    how expected revenue comes about; where it is None, ``making_absent`` says why.
    """

    customer_id: str
    as_of: date
    horizon_days: int
    interval_level: float
    currency: str | None
    basis: str
    orders: int
    purchase_days: int
    first_order_on: date | None
    last_order_on: date | None
    days_since_last: int
    average_gap_days: float | None
    T_days: int
    past_revenue: float
    past_profit: float
    p_alive: float
    p_alive_known: bool
    expected_orders: Estimate
    revenue: Estimate
    value: Estimate
    residual: Estimate
    lifetime: Estimate
    next_order: tuple[date | None, date | None, date | None]
    evidence: str
    evidence_meaning: str
    reasons: tuple[str, ...]
    waterfall: tuple[CustomerStep, ...]
    returned_share: float
    tickets: int
    segment: str
    persona: str
    model: str
    model_version: str
    run_id: str
    definition: str
    making: Making | None = None
    making_absent: str = ""


_BY_CONTRACT = (
    "Contracts have a say in this forecast: bills of those that run, each times the chance that it still runs on its day, and what is "
    "taken out anew. That is kept for nobody, so it cannot be taken apart further."
)


def explain_customer(engine: Engine, customer_id: str, kept: Kept | None = None) -> CustomerAnswer:
    """What one customer is worth and every part that number is made of.

    Parameters
    ----------
    engine : Engine
        Holds ``values_customers`` and ``ledger_customers``, as tables of a run or as views on published files.
    customer_id : str
        The id exactly as the files gave it.
    kept : Kept, optional
        The ``model`` folder of the result, from which the forecast is taken apart.

    Raises
    ------
    UsageError
        Nobody has that id; says which ids look like it.
    DataError
        What was kept is not that of this result.
    """
    found = engine.records("SELECT * FROM values_customers WHERE customer_id = ?", [customer_id])
    if not found and customer_id[:1] == "'":  # as a spreadsheet is given it
        return explain_customer(engine, customer_id[1:], kept)
    if not found:
        raise UsageError(_unknown(engine, customer_id))
    ledger = engine.records("SELECT * FROM ledger_customers WHERE customer_id = ?", [customer_id])
    answer = _answer(found[0], ledger[0] if ledger else {})
    if kept is None:
        return replace(answer, making_absent="This result was made without keeping how its forecast comes about.")
    if CONTRACT in kept.facts.names:
        return replace(answer, making_absent=_BY_CONTRACT)
    making = how_made(engine, kept, customer_id)
    if making is None:
        most = f"{kept.facts.kept:,} customers with the highest value"
        return replace(
            answer, making_absent=f"How a forecast comes about is kept for the {most}; this is none of them."
        )
    if abs(making.revenue - answer.revenue.mean) > max(0.01, 1e-6 * abs(making.revenue)):
        raise DataError(
            f"What was kept of {customer_id!r} gives {making.revenue:,.2f} of revenue, the result says "
            f"{answer.revenue.mean:,.2f}: they are not of one run. Run `lifeworth run` again."
        )
    return replace(answer, making=making)


def suggest_ids(engine: Engine, customer_id: str, limit: int = 5) -> tuple[str, ...]:
    """Ids that exist and look like the one asked for, nearest first."""
    asked = customer_id.strip()
    return tuple(str(row[0]) for row in engine.rows(_NEAR.format(limit=int(limit)), [asked] * 3))


def _unknown(engine: Engine, customer_id: str) -> str:
    near = suggest_ids(engine, customer_id)
    hint = f"Did you mean {', '.join(near)}?" if near else "No id in the result looks like it."
    return (
        f"There is no customer {customer_id!r} with a purchase before the cut. {hint} "
        "Ids are text and must be written as in customer_value.csv."
    )


def _answer(row: dict[str, Any], ledger: dict[str, Any]) -> CustomerAnswer:
    def triple(name: str) -> Estimate:
        return estimate(row[f"{name}_mean"], row[f"{name}_low"], row[f"{name}_high"])

    letter = str(row["evidence"] or "")
    return CustomerAnswer(
        customer_id=str(row["customer_id"]),
        as_of=row["as_of"],
        horizon_days=int(row["horizon_days"]),
        interval_level=number(row["interval_level"]),
        currency=row["currency"] or None,
        basis=str(row["basis"]),
        orders=int(row["orders"]),
        purchase_days=int(row["frequency"]) + 1,
        first_order_on=row["first_order_at"],
        last_order_on=row["last_order_at"],
        days_since_last=int(row["days_since_last"]),
        average_gap_days=average_gap(row["recency_days"], row["frequency"]),
        T_days=int(row["T_days"]),
        past_revenue=number(row["past_revenue"]),
        past_profit=number(row["past_profit"]),
        p_alive=number(row["p_alive"]),
        p_alive_known=p_alive_known(row["model"], row["frequency"], row["p_alive"]),
        expected_orders=triple("orders"),
        revenue=triple("revenue"),
        value=triple("value"),
        residual=triple("residual_value"),
        lifetime=triple("lifetime_value"),
        next_order=(row["next_order_mean"], row["next_order_low"], row["next_order_high"]),
        evidence=letter,
        evidence_meaning=EVIDENCE.get(letter, "not stated"),
        reasons=reasons_of(row),
        waterfall=_steps(ledger, str(row["basis"])),
        returned_share=number(ledger.get("returned_share")),
        tickets=int(ledger.get("tickets") or 0),
        segment=str(row["segment"] or ""),
        persona=str(row["persona"] or ""),
        model=str(row["model"]),
        model_version=str(row["model_version"]),
        run_id=str(row["run_id"]),
        definition=_definition(row),
    )


def _steps(ledger: dict[str, Any], basis: str) -> tuple[CustomerStep, ...]:
    if not ledger:
        return ()
    steps = _WATERFALL if basis == "profit" else _WATERFALL[:_REVENUE_STEPS]
    if basis == "profit" and not ledger.get("acquisition"):
        steps = steps[:-_WINNING_STEPS]
    return tuple(
        CustomerStep(step, sign * number(ledger[column] or 0) + 0.0, kind) for step, column, sign, kind in steps
    )


def _definition(row: dict[str, Any]) -> str:
    return (
        f"Value: expected {row['basis']} over the {row['horizon_days']} days from {row['as_of']}, discounted. "
        f"Each range is the shortest that holds {number(row['interval_level']):.0%} of the simulated outcomes. "
        f"Lifetime value: past {row['basis']} plus everything still to come, without a horizon."
    )
