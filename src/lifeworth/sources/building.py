"""Staged rows without a ruling → the canonical tables."""

from collections.abc import Sequence

from lifeworth.sources.customers import build_customers
from lifeworth.sources.lead_endings import build_leads
from lifeworth.sources.people import People
from lifeworth.sources.stage import Staged, materialise, overrule
from lifeworth.store.engine import Engine

_TEXTS = ("status", "channel", "country", "payment_method", "coupon")
_MONEY = ("gross", "discount", "shipping_charged", "tax")


def build_orders(engine: Engine, files: Sequence[Staged]) -> None:
    """Fill the orders: lists of orders and logs first, then lines added up."""
    sales = [file for file in files if file.shape is not None]
    whole = [file for file in sales if file.mode != "grouped"]
    for file in whole:
        _orders_from_rows(engine, file)
    for file in sales:
        if file.mode == "grouped":
            _orders_from_lines(engine, file, beside=bool(whole))


def set_orphans_aside(engine: Engine, file: Staged) -> Staged:
    """Rows that belong to an order that was not loaded cannot be used: say so instead of losing them."""
    orphan = "ruling IS NULL AND order_id NOT IN (SELECT order_id FROM sources_orders)"
    if file.shape is not None:
        orphan, reason = f"effect = 'cost' AND {orphan}", "fee without an order"
    elif file.source.kind in ("order_lines", "order_costs"):
        reason = "its order was not loaded"
    elif file.source.kind == "refunds":
        orphan, reason = f"customer_id IS NULL AND {orphan}", "its order was not loaded"
    else:
        return file
    has_costs = file.shape is None or file.shape.has_classes
    if has_costs and engine.value(f"SELECT count(*) FROM {file.relation} WHERE {orphan}"):
        file = materialise(engine, file)
        overrule(engine, file, f"SELECT line, 'ignored: {reason}' AS ruling FROM {file.relation} WHERE {orphan}")
    return file


def build_rest(engine: Engine, files: Sequence[Staged], people: People | None = None) -> None:
    """Fill every other table."""
    build_customers(engine, [file for file in files if file.source.kind == "customers"], people)
    build_leads(engine, [file for file in files if file.source.kind == "leads"])
    for file in files:
        if file.shape is not None:
            _lines_of_sales(engine, file)
            _refunds_of_sales(engine, file)
            _costs_of_sales(engine, file)
        elif file.source.kind in _TABLES:
            engine.execute(_TABLES[file.source.kind].format(rows=file.relation, file_no=file.file_no))


def _orders_from_rows(engine: Engine, file: Staged) -> None:
    texts = ", ".join(_TEXTS)
    money = ", ".join(f"coalesce({name}, 0)" for name in _MONEY)
    engine.execute(
        f"INSERT INTO sources_orders SELECT order_id, customer_id, happened_at, CAST(happened_at AS DATE), currency, {texts}, {money}, "
        f"profit, {file.file_no} FROM {file.relation} WHERE ruling IS NULL AND effect = 'sale'"
    )


def _orders_from_lines(engine: Engine, file: Staged, *, beside: bool) -> None:
    """Add up the lines of each order; orders that a list of orders already holds are left to it."""
    texts = ", ".join(f"min({name})" for name in _TEXTS)
    money = ", ".join(f"coalesce(sum({name}), 0)" for name in _MONEY)
    unless = "AND order_id NOT IN (SELECT order_id FROM sources_orders)" if beside else ""
    engine.execute(
        "INSERT INTO sources_orders SELECT order_id, min(customer_id), min(happened_at), CAST(min(happened_at) AS DATE), "
        f"min(currency), {texts}, {money}, sum(profit), {file.file_no} FROM {file.relation} "
        f"WHERE ruling IS NULL AND effect = 'sale' {unless} GROUP BY order_id"
    )


def _lines_of_sales(engine: Engine, file: Staged) -> None:
    if file.shape is None or not file.shape.has_lines:
        return
    engine.execute(_ORDER_LINES.format(rows=file.relation, where="effect = 'sale'"))


_ORDER_LINES = """INSERT INTO sources_order_lines
    SELECT order_id, row_number() OVER (PARTITION BY order_id ORDER BY line), product_id, product_name, category,
        CASE WHEN class IN ('goods', 'shipping', 'manual', 'discount', 'gift_card', 'sample') THEN class
             ELSE 'goods' END,
        quantity, unit_price, coalesce(line_discount, 0), amount, unit_cost, profit
    FROM {rows} WHERE ruling IS NULL AND {where}"""


def _refunds_of_sales(engine: Engine, file: Staged) -> None:
    """Negative rows and cancellations; and what an order's own row says was given back, without a date."""
    engine.execute(
        f"INSERT INTO sources_refunds SELECT '{file.file_no}-' || CAST(s.line AS VARCHAR), o.order_id, s.customer_id, "
        "s.happened_at, CAST(s.happened_at AS DATE), -s.amount, abs(s.quantity), s.product_id, s.profit, NULL, s.effect, s.currency, "
        f"true, {file.file_no} FROM {file.relation} AS s LEFT JOIN sources_orders AS o "
        "ON s.effect = 'refund' AND o.order_id = s.order_id "
        "WHERE s.ruling IS NULL AND s.effect IN ('refund', 'cancellation')"
    )
    engine.execute(
        f"INSERT INTO sources_refunds SELECT order_id || '-refund', order_id, min(customer_id), min(happened_at), "
        "CAST(min(happened_at) AS DATE), sum(refunded), NULL, NULL, NULL, NULL, 'refund', min(currency), false, "
        f"{file.file_no} FROM {file.relation} WHERE ruling IS NULL AND refunded > 0 GROUP BY order_id"
    )


def _costs_of_sales(engine: Engine, file: Staged) -> None:
    engine.execute(
        "INSERT INTO sources_order_costs SELECT order_id, 'other', -amount, currency "
        f"FROM {file.relation} WHERE ruling IS NULL AND effect = 'cost'"
    )
    engine.execute(
        "INSERT INTO sources_order_costs SELECT order_id, 'payment_fee', fee, currency "
        f"FROM {file.relation} WHERE ruling IS NULL AND effect = 'sale' AND fee <> 0"
    )


_TABLES = {
    "order_lines": _ORDER_LINES.replace("{where}", "true"),
    "refunds": """INSERT INTO sources_refunds
        SELECT coalesce(refund_id, '{file_no}-' || CAST(line AS VARCHAR)), order_id, customer_id, happened_at, CAST(happened_at AS DATE),
            amount, quantity, product_id, profit, reason, kind, currency, true, {file_no}
        FROM {rows} WHERE ruling IS NULL""",
    "products": """INSERT INTO sources_products BY NAME
        SELECT product_id, product_name, category, unit_cost, valid_from, valid_to, currency
        FROM {rows} WHERE ruling IS NULL""",
    "order_costs": """INSERT INTO sources_order_costs BY NAME
        SELECT order_id, cost_type, amount, currency FROM {rows} WHERE ruling IS NULL""",
    "service": """INSERT INTO sources_service BY NAME
        SELECT ticket_id, customer_id, order_id, opened_on, cost, handle_minutes, category, channel, currency
        FROM {rows} WHERE ruling IS NULL""",
    "touches": """INSERT INTO sources_touches BY NAME
        SELECT customer_id, touched_on, type, unit_cost, currency FROM {rows} WHERE ruling IS NULL""",
    "spend": """INSERT INTO sources_spend BY NAME
        SELECT spent_on, channel, campaign, amount, purpose, currency FROM {rows} WHERE ruling IS NULL""",
    "surveys": """INSERT INTO sources_surveys
        SELECT coalesce(answer_id, '{file_no}-' || CAST(line AS VARCHAR)), customer_id, answered_on, instrument, question, score, answer,
            text, order_id, product_id, {file_no}
        FROM {rows} WHERE ruling IS NULL ORDER BY line""",
    "subscriptions": """INSERT INTO sources_subscriptions
        SELECT subscription_id, customer_id, plan, started_on, ended_on, trial_ends_on, is_trial, cancelled_on, quantity, amount,
            interval_months, mrr, discount, cancel_reason, currency, {file_no}
        FROM {rows} WHERE ruling IS NULL ORDER BY line""",
    "experiments": """INSERT INTO sources_experiments
        SELECT experiment_id, customer_id, arm, assigned_on, ended_on, treatment_cost, offer, currency, {file_no}
        FROM {rows} WHERE ruling IS NULL ORDER BY line""",
}
