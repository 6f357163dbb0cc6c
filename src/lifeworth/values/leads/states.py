"""What was known of every lead on a day: open, won or lost so far, and for how long."""

from datetime import date

from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import make_table
from lifeworth.store.engine import Engine

STATES = "values_lead_states"

# An order is a fact: who ordered since the lead came was won, unless the lead had been lost before.
_STATES = """
WITH bought AS (
  SELECT k.customer_id, min(d.day) AS first_day FROM ledger_days d JOIN ledger_keys k USING (customer_key)
  WHERE d.day < {moment} GROUP BY k.customer_id),
dated AS (
  SELECT l.*, b.first_day,
         CASE WHEN l.won THEN least(l.closed_on, b.first_day)
              WHEN l.won IS NULL OR l.closed_on IS NULL OR b.first_day < l.closed_on THEN b.first_day END AS won_on,
         CASE WHEN l.won IS NOT TRUE THEN l.closed_on END AS lost_on
  FROM sources_leads l LEFT JOIN bought b USING (customer_id) WHERE l.created_on < {moment}),
known AS (
  SELECT *, CASE WHEN first_day < created_on THEN 'customer'
                 WHEN won_on < {moment} THEN 'won'
                 WHEN lost_on < {moment} THEN 'lost'
                 WHEN won AND closed_on IS NULL THEN 'won some day'
                 WHEN NOT won AND closed_on IS NULL THEN 'lost some day'
                 ELSE 'open' END AS state
  FROM dated)
SELECT lead_id, customer_id, created_on, nullif(trim(source), '') AS source, nullif(trim(country), '') AS country, attributes, state,
       CAST({moment} - created_on AS INTEGER) AS age_days,
       CAST(greatest(CASE state WHEN 'won' THEN won_on WHEN 'lost' THEN lost_on ELSE {moment} END - created_on, 0)
         AS INTEGER) AS days
FROM known"""


def write_states(engine: Engine, as_of: date) -> dict[str, int]:
    """One row per lead created before a day; how many there are in each state.

    ``days`` is how long it took to be won or lost, else how long it has been known. Nothing from the day on or later
    is used: a lead created later does not exist, one closed later is open, a customer who orders later has not.
    States: ``open``, ``won``, ``lost``; ``won some day`` and ``lost some day`` have no date; ``customer`` had ordered
    before the lead came.
    """
    make_table(engine, STATES, _STATES.format(moment=day_literal(as_of)))
    return dict(engine.rows(f"SELECT state, count(*) FROM {STATES} GROUP BY 1 ORDER BY 1"))
