"""Monthly recurring revenue from month to month: ``retention_mrr``."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.retention.subscriptions.levels import TABLE
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

_BRIDGE = f"""
INSERT INTO retention_mrr BY NAME
WITH moved AS (
  SELECT month, level - before AS change, before > 0 AS paid, level > 0 AS pays, paid_before FROM {TABLE}),
summed AS (
  SELECT month,
    coalesce(sum(change) FILTER (NOT paid AND pays AND NOT paid_before), 0) AS new,
    coalesce(sum(change) FILTER (NOT paid AND pays AND paid_before), 0) AS reactivation,
    coalesce(sum(change) FILTER (paid AND NOT pays), 0) AS churn,
    coalesce(sum(change) FILTER (paid = pays AND change > 0), 0) AS expansion,
    coalesce(sum(change) FILTER (paid = pays AND change < 0), 0) AS contraction,
    count(*) FILTER (NOT paid AND pays AND NOT paid_before) AS customers_new,
    count(*) FILTER (NOT paid AND pays AND paid_before) AS customers_back,
    count(*) FILTER (paid AND NOT pays) AS customers_lost
  FROM moved GROUP BY month),
months AS (
  SELECT unnest(generate_series((SELECT min(month) FROM {TABLE}), date_trunc('month', {{last}}), INTERVAL 1 MONTH))::DATE AS month),
filled AS (
  SELECT m.month, coalesce(new, 0) AS new, coalesce(expansion, 0) AS expansion, coalesce(reactivation, 0) AS reactivation,
         coalesce(contraction, 0) AS contraction, coalesce(churn, 0) AS churn, coalesce(customers_new, 0) AS customers_new,
         coalesce(customers_back, 0) AS customers_back, coalesce(customers_lost, 0) AS customers_lost
  FROM months m LEFT JOIN summed USING (month)),
run AS (
  SELECT *, sum(new + expansion + reactivation + contraction + churn) OVER w AS closing,
         sum(customers_new + customers_back - customers_lost) OVER w AS customers
  FROM filled WINDOW w AS (ORDER BY month))
SELECT month, least((month + INTERVAL 1 MONTH - INTERVAL 1 DAY)::DATE, {{last}}) AS closes_on,
       (month + INTERVAL 1 MONTH)::DATE <= {{as_of}} AS is_whole,
       closing - (new + expansion + reactivation + contraction + churn) AS opening, new, expansion, reactivation,
       contraction, churn, closing, customers, customers_new, customers_back, customers_lost
FROM run ORDER BY month"""


def write_bridge(engine: Engine, frame: Frame) -> None:
    """New, expansion, reactivation, contraction and churn of every month, from the amounts themselves."""
    as_of = day(frame.as_of)
    engine.execute(_BRIDGE.format(as_of=as_of, last=f"({as_of} - 1)"))
