"""What came after the sale: refunds, tickets, communications."""

from lifeworth.features.feature import Block, Column, Feature, before
from lifeworth.ledger.tables import has_rows
from lifeworth.store.engine import Engine

_REFUND = "kind IN ('refund', 'cancellation')"


def _refunds_exist(engine: Engine, cut: str | None) -> bool:
    return has_rows(engine, "ledger_events", f"{_REFUND} AND customer_id IS NOT NULL AND {before('happened_on', cut)}")


def _tickets_exist(engine: Engine, cut: str | None) -> bool:
    return has_rows(engine, "sources_service", before("opened_on", cut))


def _touches_exist(engine: Engine, cut: str | None) -> bool:
    return has_rows(engine, "sources_touches", before("touched_on", cut))


# What was given back and what the purchases still hold together are what was sold.
REFUNDS = Block(
    (
        Column(
            Feature("refunded_share", "share", "money given back as a share of what was sold", "refunds"),
            "CASE WHEN p.revenue + COALESCE(b.matched, 0) > 0 THEN CAST(COALESCE(b.refunded, 0) AS DOUBLE)"
            " / CAST(p.revenue + COALESCE(b.matched, 0) AS DOUBLE) END",
        ),
        Column(Feature("refund_days", "days", "days with a refund", "refunds"), "COALESCE(b.n, 0)"),
        Column(Feature("days_since_refund", "days", "days since the last refund", "refunds"), "{cut} - b.last_day"),
    ),
    f"""
  SELECT k.customer_key, -sum(e.revenue_effect) AS refunded,
         COALESCE(-sum(e.revenue_effect) FILTER (e.order_day < {{cut}}), 0) AS matched,
         count(DISTINCT e.happened_on) AS n, max(e.happened_on) AS last_day
  FROM ledger_events e JOIN ledger_keys k ON k.customer_id = e.customer_id
  WHERE {_REFUND} AND e.happened_on < {{cut}} GROUP BY k.customer_key""",
    _refunds_exist,
)

TICKETS = Block(
    (
        Column(Feature("tickets", "tickets", "service tickets", "service"), "COALESCE(b.n, 0)"),
        Column(
            Feature("tickets_90", "tickets", "service tickets in the last 90 days", "service"), "COALESCE(b.n_90, 0)"
        ),
        Column(Feature("ticket_minutes", "minutes", "time spent on the tickets", "service"), "COALESCE(b.minutes, 0)"),
        Column(Feature("days_since_ticket", "days", "days since the last ticket", "service"), "{cut} - b.last_day"),
    ),
    """
  SELECT k.customer_key, count(*) AS n, count(*) FILTER (s.opened_on >= {cut} - 90) AS n_90,
         sum(TRY_CAST(s.handle_minutes AS DECIMAL(18,4))) AS minutes, max(s.opened_on) AS last_day
  FROM sources_service s JOIN ledger_keys k ON k.customer_id = s.customer_id
  WHERE s.opened_on < {cut} GROUP BY k.customer_key""",
    _tickets_exist,
)

TOUCHES = Block(
    (
        Column(Feature("touches", "messages", "communications received", "contact"), "COALESCE(b.n, 0)"),
        Column(
            Feature("touches_90", "messages", "communications in the last 90 days", "contact"), "COALESCE(b.n_90, 0)"
        ),
        Column(
            Feature("days_since_touch", "days", "days since the last communication", "contact"), "{cut} - b.last_day"
        ),
    ),
    """
  SELECT k.customer_key, count(*) AS n, count(*) FILTER (t.touched_on >= {cut} - 90) AS n_90,
         max(t.touched_on) AS last_day
  FROM sources_touches t JOIN ledger_keys k ON k.customer_id = t.customer_id
  WHERE t.touched_on < {cut} GROUP BY k.customer_key""",
    _touches_exist,
)
