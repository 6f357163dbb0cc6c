"""Which segment every customer belongs to: ``segments_customers``."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.segments import schemes
from lifeworth.ledger.tables import day
from lifeworth.sources.billing import TERMS
from lifeworth.store.engine import Engine

# Customers of equal value share a tier: a row counts what stands strictly above it. Losses are no part of what is shared.
_ABOVE = """
SELECT value, sum(together) OVER (ORDER BY value DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
              / sum(together) OVER () AS above
FROM (SELECT value_mean AS value, sum(CAST(value_mean AS DECIMAL(38, 4))) AS together
      FROM insight_customers WHERE value_mean > 0 GROUP BY value_mean)"""

_LATELY = """
SELECT customer_id, sum(net) FILTER (day >= {as_of} - {span}) AS lately, sum(net) FILTER (day < {as_of} - {span}) AS earlier
FROM (SELECT customer_key, day, gross - discount + shipping_charged AS net FROM ledger_days
      WHERE day < {as_of} AND day >= {as_of} - 2 * {span})
JOIN ledger_keys USING (customer_key) GROUP BY customer_id"""

# What a yearly bill brings in a half-year says when it was due. What is paid a month says who grows.
_LATELY_BILLED = f"""
SELECT customer_id, sum(monthly) FILTER (ended_on IS NULL OR ended_on >= {{as_of}}) AS lately,
       sum(monthly) FILTER (pays_from < {{as_of}} - {{span}} AND (ended_on IS NULL OR ended_on >= {{as_of}} - {{span}})) AS earlier
FROM (SELECT customer_id, pays_from, ended_on, CAST(bill / months AS DECIMAL(38, 4)) AS monthly FROM ({TERMS}))
WHERE pays_from < {{as_of}} GROUP BY customer_id"""

_LINES = """
SELECT quantile_disc(past_revenue, 0.8) AS much_revenue, quantile_disc(value_mean, 0.8) AS much_value,
       median(gap) FILTER (frequency > 0) AS base_gap
FROM insight_customers"""

# Somebody with a single purchase is never a frequent one, whatever fifth that would fall into.
_PARTED = """
INSERT INTO segments_customers BY NAME
WITH scored AS (
  SELECT c.*, COALESCE(t.above, 0) AS above, l.lately, l.earlier, COALESCE(c.gap, n.base_gap) AS rhythm,
         past_revenue >= much_revenue AND past_revenue > 0 AS spent_much,
         value_mean >= much_value AND value_mean > 0 AS worth_much,
         ceil(5 * cume_dist() OVER (ORDER BY last_order_at))::INTEGER AS r,
         CASE WHEN frequency = 0 THEN 1
              ELSE 2 + least(3, floor(4 * percent_rank() OVER (PARTITION BY frequency > 0 ORDER BY frequency)))::INTEGER
              END AS f,
         ceil(5 * cume_dist() OVER (ORDER BY past_revenue))::INTEGER AS m
  FROM insight_customers c CROSS JOIN ({lines}) n
  LEFT JOIN ({above}) t ON t.value = c.value_mean LEFT JOIN ({lately}) l USING (customer_id))
SELECT customer_id, {tier} AS tier, {quadrant} AS quadrant, {life_cycle} AS life_cycle,
       r AS recency_score, f AS frequency_score, m AS money_score, {rfm} AS rfm
FROM scored ORDER BY customer_id"""

_TIER = f"""CASE WHEN value_mean < 0 THEN 'loss' WHEN value_mean = 0 THEN 'marginal'
  WHEN above < {schemes.CORE_SHARE} THEN 'core' WHEN above < {schemes.SOLID_SHARE} THEN 'solid'
  WHEN above < {schemes.SMALL_SHARE} THEN 'small' ELSE 'marginal' END"""

_QUADRANT = """CASE WHEN spent_much AND worth_much THEN 'loyal earner' WHEN spent_much THEN 'costly spender'
  WHEN worth_much THEN 'unsung earner' ELSE 'the rest' END"""

_LIFE_CYCLE = f"""CASE WHEN T_days < {schemes.NEW_DAYS} THEN 'new'
  WHEN (frequency > 0 AND p_alive < {schemes.GONE_CHANCE}) OR orders_mean < {schemes.GONE_ORDERS} THEN 'gone'
  WHEN {{may_be_quiet}} AND days_since_last > {schemes.QUIET_GAPS} * rhythm THEN 'quiet'
  WHEN T_days < {2 * schemes.CHANGE_DAYS} OR COALESCE(earlier, 0) <= 0 THEN 'steady'
  WHEN COALESCE(lately, 0) >= {schemes.GREW} * earlier THEN 'growing'
  WHEN COALESCE(lately, 0) <= {schemes.SHRANK} * earlier THEN 'cooling' ELSE 'steady' END"""

RFM = """CASE WHEN r >= 4 AND f >= 4 THEN 'champions' WHEN r = 3 AND f >= 4 THEN 'loyal'
  WHEN r >= 4 AND f >= 2 THEN 'promising' WHEN r >= 4 THEN 'newcomers'
  WHEN r = 3 AND f >= 2 THEN 'need attention' WHEN r = 3 THEN 'about to sleep'
  WHEN f >= 4 THEN 'at risk' ELSE 'hibernating' END"""


def part(engine: Engine, frame: Frame) -> None:
    """Put every customer of ``insight_customers`` into a segment of each scheme.

    Where orders are bills nobody is quiet: the contract sets the days. Fifths give equal customers equal scores, so a fifth may hold more than a fifth of them.
    """
    lately = (_LATELY_BILLED if frame.orders_are_bills else _LATELY).format(
        as_of=day(frame.as_of), span=schemes.CHANGE_DAYS
    )
    engine.execute(
        _PARTED.format(
            lines=_LINES,
            above=_ABOVE,
            lately=lately,
            tier=_TIER,
            quadrant=_QUADRANT,
            life_cycle=_LIFE_CYCLE.format(may_be_quiet="FALSE" if frame.orders_are_bills else "TRUE"),
            rfm=RFM,
        )
    )
