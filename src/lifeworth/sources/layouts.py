"""How the tables beside the orders are staged: columns, what identifies a row, which rows are set aside."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from lifeworth.contract.order_costs import COST_TYPES
from lifeworth.sources.cells.cell import Cell, literal, text_of
from lifeworth.sources.consent import consent_columns, consent_warnings
from lifeworth.sources.experiments import shape_experiments
from lifeworth.sources.fields import plain
from lifeworth.sources.marks import UNUSED_KINDS
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.outcome import read_outcome
from lifeworth.sources.presets.by_name import discount_of, money_of
from lifeworth.sources.shape import Ask, Rule
from lifeworth.sources.subscriptions import shape_subscriptions
from lifeworth.sources.surveys import shape_surveys
from lifeworth.sources.table_shape import MONEY, TableShape, as_given, not_negative


def shape_order_lines(has: frozenset[str], ask: Ask) -> TableShape:
    """Lines of orders that stand in another file."""
    notes: list[str] = []
    money = money_of(has, discount_of(has, ask, notes), notes)
    columns = as_given(has, order_id="VARCHAR", product_id="VARCHAR", product_name="VARCHAR", category="VARCHAR")
    columns |= {name: (MONEY, money[name]) for name in ("quantity", "unit_price", "line_discount", "amount")}
    columns |= {
        "row_id": ("VARCHAR", "v_line_no" if "line_no" in has else "NULL"),
        "class": ("VARCHAR", "coalesce(lower(v_line_kind), 'goods')" if "line_kind" in has else "'goods'"),
        "unit_cost": (MONEY, "v_unit_cost" if "unit_cost" in has else "NULL"),
        "profit": (MONEY, "v_line_profit" if "line_profit" in has else "NULL"),
    }
    if "line_shipping" in has:
        columns["shipping"] = (MONEY, "coalesce(v_line_shipping, 0)")
    rules = (
        Rule("order_id IS NULL", "quarantined", "no order id"),
        Rule("amount IS NULL", "quarantined", "no amount"),
    )
    return TableShape(columns, "order_id", "grouped", rules, "amount", tuple(notes))


# An entry of 0 that names no order, no goods and no pieces is no refund.
_NOTHING_BACK = "amount = 0 AND kind = 'refund' AND order_id IS NULL AND product_id IS NULL AND quantity IS NULL"


def shape_refunds(has: frozenset[str], ask: Ask) -> TableShape:
    """Refunds; a file that writes them all as negative amounts means the same."""
    is_negative = (ask("max(v_amount)") or 0) <= 0
    columns = as_given(
        has, refund_id="VARCHAR", order_id="VARCHAR", customer_id="VARCHAR", product_id="VARCHAR", reason="VARCHAR"
    )
    kind = "CASE WHEN lower(v_kind) = 'cancellation' THEN 'cancellation' ELSE 'refund' END"
    columns |= {
        "happened_at": ("TIMESTAMP", "v_refunded_at"),
        "currency": ("VARCHAR", "v_currency"),
        "amount": (MONEY, "-v_amount" if is_negative else "v_amount"),
        "quantity": (MONEY, "abs(v_quantity)" if "quantity" in has else "NULL"),
        "profit": (MONEY, "v_line_profit" if "line_profit" in has else "NULL"),
        "kind": ("VARCHAR", kind if "kind" in has else "'refund'"),
    }
    rules = (
        Rule("amount IS NULL", "quarantined", "no refund amount"),
        Rule("amount < 0", "quarantined", "a refund that adds money"),
        Rule("order_id IS NULL AND customer_id IS NULL", "ignored", "the refund names no order and no customer"),
        Rule(_NOTHING_BACK, "ignored", "nothing was given back"),
    )
    key = "refund_id" if "refund_id" in has else None
    return TableShape(columns, key, "unique" if key else "loose", rules, "-amount")


def shape_products(has: frozenset[str], ask: Ask) -> TableShape:
    """Products with their dated unit costs."""
    columns = as_given(has, product_id="VARCHAR", product_name="VARCHAR", category="VARCHAR", unit_cost=MONEY)
    # 1900-01-01 is how many systems write "always".
    since = "CASE WHEN v_valid_from >= TIMESTAMP '1980-01-01' THEN v_valid_from END"
    columns |= {
        "valid_from": ("DATE", since if "valid_from" in has else "NULL"),
        "valid_to": ("DATE", "v_valid_to" if "valid_to" in has else "NULL"),
        "currency": ("VARCHAR", "v_currency"),
    }
    key = "product_id || ' ' || coalesce(CAST(valid_from AS VARCHAR), '')"
    return TableShape(columns, key, "unique", not_negative(has, "unit_cost", "unit cost"))


def shape_customers(has: frozenset[str], ask: Ask) -> TableShape:
    """Customers; chosen attributes are added by :func:`with_attributes`."""
    columns = as_given(has, customer_id="VARCHAR", created_on="DATE", country="VARCHAR", acquisition_channel="VARCHAR")
    if "person_id" in has:
        columns["person_id"] = ("VARCHAR", "v_person_id")
    columns |= consent_columns(has)
    return TableShape(columns, "customer_id", "unique", warnings=consent_warnings(has, ask))


def with_attributes(shape: TableShape, opened: Opened, chosen: Iterable[str]) -> TableShape:
    """The same shape with the opted-in columns as one JSON text; no other column is ever kept."""
    wanted = {plain(name): name for name in chosen}
    pairs = [
        f"{literal(wanted[plain(header)])}, {text_of(Cell(f'c{i}', opened.types[i], header))}"
        for i, header in enumerate(opened.headers)
        if plain(header) in wanted
    ]
    text = f"CAST(json_object({', '.join(pairs)}) AS VARCHAR)" if pairs else "NULL"
    return replace(shape, columns={**shape.columns, "attributes": ("VARCHAR", text)})


SPOKEN = "replace(replace(lower(trim(v_cost_type)), ' ', '_'), '-', '_')"

# What people write for the cost types of the contract.
MEANT = {
    "shipping_paid": ("shipping", "shipping_cost", "freight", "postage", "carrier", "delivery"),
    "payment_fee": ("payment", "payment_fees", "transaction_fee", "processing_fee", "card_fee"),
    "pick_pack": ("packing", "picking", "pick_and_pack", "fulfilment", "fulfillment", "handling", "packaging"),
    "marketplace_fee": ("marketplace", "marketplace_fees", "referral_fee"),
    "commission": ("commissions", "sales_commission"),
}


def shape_order_costs(has: frozenset[str], ask: Ask) -> TableShape:
    """Costs of single orders; a type nobody can place is quarantined, for a cost must not be counted twice."""
    meant = " ".join(
        f"WHEN {SPOKEN} IN ({', '.join(map(literal, words))}) THEN '{kind}'" for kind, words in MEANT.items()
    )
    known = ", ".join(f"'{name}'" for name in COST_TYPES)
    spoken = SPOKEN
    columns = as_given(has, order_id="VARCHAR", amount=MONEY) | {
        "cost_type": ("VARCHAR", f"CASE {meant} WHEN {spoken} IN ({known}) THEN {spoken} ELSE 'other' END"),
        "currency": ("VARCHAR", "v_currency"),
    }
    rules = (
        Rule("amount IS NULL", "quarantined", "no cost"),
        Rule(
            "cost_type = 'other' AND lower(coalesce(v_cost_type, '')) <> 'other'",
            "quarantined",
            f"unknown cost type (known: {', '.join(COST_TYPES)})",
        ),
    )
    return TableShape(columns, "order_id", "grouped", rules, "-amount")


def shape_service(has: frozenset[str], ask: Ask) -> TableShape:
    """Service tickets."""
    columns = as_given(
        has, ticket_id="VARCHAR", customer_id="VARCHAR", order_id="VARCHAR", opened_on="DATE", cost=MONEY,
        handle_minutes="DOUBLE", category="VARCHAR", channel="VARCHAR",
    )  # fmt: skip
    columns |= {"currency": ("VARCHAR", "v_currency")}
    rules = not_negative(has, "cost", "cost") + not_negative(has, "handle_minutes", "handling time")
    return TableShape(columns, "ticket_id", "unique", rules, "-cost")


def shape_touches(has: frozenset[str], ask: Ask) -> TableShape:
    """Communications."""
    columns = as_given(has, customer_id="VARCHAR", touched_on="DATE", type="VARCHAR", unit_cost=MONEY)
    columns |= {"currency": ("VARCHAR", "v_currency")}
    return TableShape(columns, None, "loose", not_negative(has, "unit_cost", "unit cost"), "-unit_cost")


def shape_spend(has: frozenset[str], ask: Ask) -> TableShape:
    """Marketing spend; it wins customers unless it says that it keeps them."""
    columns = as_given(has, spent_on="DATE", channel="VARCHAR", campaign="VARCHAR", amount=MONEY)
    purpose = "CASE WHEN lower(v_purpose) = 'retain' THEN 'retain' ELSE 'acquire' END"
    columns |= {
        "purpose": ("VARCHAR", purpose if "purpose" in has else "'acquire'"),
        "currency": ("VARCHAR", "v_currency"),
    }
    return TableShape(columns, None, "loose", (Rule("amount IS NULL", "quarantined", "no spend"),), "-amount")


def shape_leads(has: frozenset[str], ask: Ask) -> TableShape:
    """Leads; of several versions of one the latest stands, so an open one gives way to its end.

    A file without creation dates says how leads of another file ended.
    """
    outcome = read_outcome(has, ask)
    columns = as_given(
        has, lead_id="VARCHAR", created_on="DATE", source="VARCHAR", country="VARCHAR", stage="VARCHAR",
        amount=MONEY, customer_id="VARCHAR", account_id="VARCHAR",
    )  # fmt: skip
    lists = "created_on" in has
    ended = f"CAST({outcome.closed_on} AS TIMESTAMP)"
    moments = [f"v_{name}" for name in ("updated_at",) if name in has]
    moments.append(f"greatest(v_created_on, {ended})" if lists else ended)
    columns |= {
        "won": ("BOOLEAN", outcome.won),
        "closed_on": ("DATE", outcome.closed_on),
        "happened_at": ("TIMESTAMP", f"coalesce({', '.join(moments)})"),
        "currency": ("VARCHAR", "v_currency"),
    }
    backwards = f"CAST({outcome.closed_on} AS DATE) < CAST(v_created_on AS DATE)"
    rules = [Rule(backwards, "quarantined", CLOSED_TOO_SOON)] if lists else []
    return TableShape(columns, "lead_id", "unique", (*outcome.rules, *rules))


CLOSED_TOO_SOON = "closed before it was created"


def shape_unused(kind: str) -> TableShape:
    """A kind this version counts but does not use."""
    reason = UNUSED_KINDS[kind]
    return TableShape({"kind": ("VARCHAR", literal(kind))}, rules=(Rule("true", "ignored", reason),))


TABLE_SHAPES: dict[str, Callable[[frozenset[str], Ask], TableShape]] = {
    "order_lines": shape_order_lines,
    "refunds": shape_refunds,
    "products": shape_products,
    "customers": shape_customers,
    "order_costs": shape_order_costs,
    "service": shape_service,
    "touches": shape_touches,
    "spend": shape_spend,
    "surveys": shape_surveys,
    "subscriptions": shape_subscriptions,
    "experiments": shape_experiments,
    "leads": shape_leads,
}
