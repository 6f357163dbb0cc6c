"""Does the ledger still add up: ``ledger_reconciliation`` and ``ledger_unreconciled``.

Each check holds a total of the sources against a total of the books. Wherever the two may differ for a
reason, the rows that make the difference are listed with it; they add up to the difference exactly.
"""

from dataclasses import dataclass
from datetime import date

from lifeworth.ledger.acquisition import POOLS
from lifeworth.ledger.tables import TOTAL, has_rows, make_table, text
from lifeworth.ledger.tables import day as day_literal
from lifeworth.store.engine import Engine

_SALE = "COALESCE(gross, 0) - COALESCE(discount, 0) + COALESCE(shipping_charged, 0)"


@dataclass(frozen=True)
class _Check:
    """Two totals that must agree, and the rows that say why they do not; ``{as_of}`` is filled in."""

    name: str
    needs: str
    source: str
    ledger: str
    because: str
    rows: str = ""
    equal: str = "equal to the last digit"


_REVENUE = _Check(
    "Net revenue",
    "",
    f"""(SELECT COALESCE(sum({_SALE}), 0) FROM sources_orders WHERE ordered_on < {{as_of}})
        - (SELECT COALESCE(sum(amount), 0) FROM sources_refunds WHERE refunded_on < {{as_of}})""",
    "(SELECT COALESCE(sum(net_revenue), 0) FROM ledger_customers)",
    "money of nobody in particular, or given back before its order was placed",
    f"""
    SELECT 'order' AS what, order_id AS id, customer_id, ordered_on AS happened_on, 1 AS rows,
           {_SALE} AS amount, 'order without a customer' AS reason
    FROM sources_orders WHERE customer_id IS NULL AND ordered_on < {{as_of}}
    UNION ALL
    SELECT 'refund', refund_id, r.customer_id, refunded_on, 1, -amount, 'refund without a customer'
    FROM sources_refunds r LEFT JOIN sources_orders o ON o.order_id = r.order_id
    WHERE CASE WHEN o.order_id IS NULL THEN r.customer_id ELSE o.customer_id END IS NULL
      AND refunded_on < {{as_of}}
    UNION ALL
    SELECT 'refund', refund_id, o.customer_id, refunded_on, 1, -amount,
           'refund dated before its order; it counts from the day of the order'
    FROM sources_refunds r JOIN sources_orders o ON o.order_id = r.order_id
    WHERE o.customer_id IS NOT NULL AND refunded_on < {{as_of}} AND o.ordered_on >= {{as_of}}""",
)

_FUTURE = _Check(
    "Net revenue from {day} on",
    "",
    f"""(SELECT COALESCE(sum({_SALE}), 0) FROM sources_orders WHERE ordered_on >= {{as_of}})
        - (SELECT COALESCE(sum(amount), 0) FROM sources_refunds WHERE refunded_on >= {{as_of}})""",
    """(SELECT COALESCE(sum(net_sale), 0) FROM ledger_orders WHERE ordered_on >= {as_of})
        + (SELECT COALESCE(sum(revenue_effect), 0) FROM ledger_events WHERE happened_on >= {as_of})""",
    "given back before its order was placed",
    """
    SELECT 'refund' AS what, refund_id AS id, o.customer_id, refunded_on AS happened_on, 1 AS rows, amount,
           'refund dated before its order; it counts from the day of the order' AS reason
    FROM sources_refunds r JOIN sources_orders o ON o.order_id = r.order_id
    WHERE refunded_on < {as_of} AND o.ordered_on >= {as_of}""",
    "equal to the last digit; after the day the books were closed, so it enters no estimate",
)

_PROFIT = _Check(
    "Profit, customer by customer",
    "",
    """(SELECT COALESCE(sum(profit_sale), 0) FROM ledger_orders
         WHERE ordered_on < {as_of} AND customer_id IS NOT NULL)
        + (SELECT COALESCE(sum(profit_effect), 0) FROM ledger_events
           WHERE happened_on < {as_of} AND customer_id IS NOT NULL)""",
    "(SELECT COALESCE(sum(profit), 0) FROM ledger_customers)",
    "",
)

_WATERFALL = _Check(
    "Profit after winning customers",
    "",
    "(SELECT COALESCE(sum(profit_after_acquisition), 0) FROM ledger_customers)",
    "(SELECT amount FROM ledger_waterfall WHERE step = 'Profit after winning customers')",
    "",
)

_ORDER_COSTS = _Check(
    "Recorded order costs",
    "sources_order_costs",
    "(SELECT COALESCE(sum(amount), 0) FROM sources_order_costs)",
    """(SELECT COALESCE(sum(CASE WHEN fee_basis = 'actual' THEN payment_fee ELSE 0 END
              + CASE WHEN fulfilment_basis = 'actual' THEN fulfilment ELSE 0 END
              + CASE WHEN shipping_basis = 'actual' THEN shipping_cost ELSE 0 END + commission), 0)
        FROM ledger_orders)""",
    "costs of orders that are not among the orders",
    """
    SELECT 'order cost' AS what, c.order_id AS id, NULL AS customer_id, NULL AS happened_on, 1 AS rows,
           c.amount, 'no such order: ' || c.cost_type AS reason
    FROM sources_order_costs c ANTI JOIN sources_orders o ON o.order_id = c.order_id""",
)

_SERVICE = _Check(
    "Recorded service costs",
    "sources_service",
    "(SELECT COALESCE(sum(cost), 0) FROM sources_service)",
    """(SELECT COALESCE(sum(cost), 0) FROM ledger_events
        WHERE kind = 'service' AND basis = 'actual' AND customer_id IS NOT NULL)""",
    "tickets of nobody in particular",
    """
    SELECT 'ticket' AS what, order_id AS id, NULL AS customer_id, happened_on, 1 AS rows, cost AS amount,
           'ticket without a customer' AS reason
    FROM ledger_events WHERE kind = 'service' AND basis = 'actual' AND customer_id IS NULL""",
)

_CONTACT = _Check(
    "Recorded communication costs",
    "sources_touches",
    "(SELECT COALESCE(sum(unit_cost), 0) FROM sources_touches)",
    """(SELECT COALESCE(sum(cost), 0) FROM ledger_events
        WHERE kind = 'contact' AND basis = 'actual' AND customer_id IS NOT NULL)""",
    "communications to nobody in particular",
    """
    SELECT 'communications of a day' AS what, NULL AS id, NULL AS customer_id, happened_on, count(*) AS rows,
           sum(cost) AS amount, 'communication without a customer' AS reason
    FROM ledger_events WHERE kind = 'contact' AND basis = 'actual' AND customer_id IS NULL
    GROUP BY happened_on""",
)

_WINNING = _Check(
    "Spend on winning customers",
    "sources_spend",
    "(SELECT COALESCE(sum(amount), 0) FROM sources_spend WHERE purpose = 'acquire')",
    "(SELECT COALESCE(sum(cost), 0) FROM ledger_acquisition)",
    "spend in a month and channel that brought no new customer",
    f"""
    SELECT 'spend of a month' AS what, p.pool AS id, NULL AS customer_id, p.month AS happened_on, 1 AS rows,
           p.spend AS amount, 'nobody was won through this channel in this month' AS reason
    FROM ({POOLS}) p ANTI JOIN (
      SELECT lower(trim(COALESCE(channel, ''))) AS pool, date_trunc('month', acquired_on)::DATE AS month
      FROM ledger_acquisition WHERE basis = 'allocated') a ON a.pool = p.pool AND a.month = p.month""",
)

_KEEPING = _Check(
    "Spend on keeping customers",
    "sources_spend",
    "(SELECT COALESCE(sum(amount), 0) FROM sources_spend WHERE purpose <> 'acquire')",
    "0",
    "not charged to single customers: no record says whom it reached",
    """
    SELECT 'spend of a month' AS what, channel AS id, NULL AS customer_id,
           date_trunc('month', spent_on)::DATE AS happened_on, count(*) AS rows, sum(amount) AS amount,
           'no record says whom it reached' AS reason
    FROM sources_spend WHERE purpose <> 'acquire' GROUP BY ALL""",
)

_CHECKS = (
    _REVENUE,
    _FUTURE,
    _PROFIT,
    _WATERFALL,
    _ORDER_COSTS,
    _SERVICE,
    _CONTACT,
    _WINNING,
    _KEEPING,
)


_RECONCILIATION = f"""
SELECT t.check_name, CAST(source_total AS {TOTAL}) AS source_total, CAST(ledger_total AS {TOTAL}) AS ledger_total,
       CAST(source_total - ledger_total AS {TOTAL}) AS difference,
       CASE WHEN source_total = ledger_total THEN equal
            WHEN source_total - ledger_total = u.amount THEN because END AS explanation
FROM ({{totals}}) t
LEFT JOIN (SELECT check_name, sum(amount) AS amount FROM ledger_unreconciled GROUP BY check_name) u
  ON u.check_name = t.check_name
WHERE NOT is_future OR source_total <> 0 OR ledger_total <> 0"""


def reconcile(engine: Engine, as_of: date) -> None:
    """Source totals against ledger totals, to the last digit, with every difference explained row by row.

    A difference that its rows do not explain has no explanation, and no result is published over it.
    """
    checks = [check for check in _CHECKS if not check.needs or has_rows(engine, check.needs)]
    make_table(engine, "ledger_unreconciled", " UNION ALL ".join(_rows(c, as_of) for c in checks if c.rows))
    totals = " UNION ALL ".join(_totals(check, as_of) for check in checks)
    make_table(engine, "ledger_reconciliation", _RECONCILIATION.format(totals=totals))


def _fill(sql: str, as_of: date) -> str:
    return sql.format(as_of=day_literal(as_of), day=as_of.isoformat())


def _rows(check: _Check, as_of: date) -> str:
    return f"""
    SELECT {text(_fill(check.name, as_of))} AS check_name, what::VARCHAR AS what, id::VARCHAR AS id,
           customer_id::VARCHAR AS customer_id, happened_on::DATE AS happened_on, rows::BIGINT AS rows,
           CAST(amount AS {TOTAL}) AS amount, reason
    FROM ({_fill(check.rows, as_of)})"""


def _totals(check: _Check, as_of: date) -> str:
    return f"""
    SELECT {text(_fill(check.name, as_of))} AS check_name, {_fill(check.source, as_of)} AS source_total,
           {_fill(check.ledger, as_of)} AS ledger_total, {text(check.equal)} AS equal,
           {text(check.because)} AS because, {check is _FUTURE} AS is_future"""
