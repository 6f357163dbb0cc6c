"""Groups of customers as they were on the day of assignment; a group made later would be part of the effect."""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments.reading.blind import Known, Learned
from lifeworth.insight.experiments.reading.members import Members
from lifeworth.ledger.tables import drop, has_rows, make_table
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

VALUE, LIFE_CYCLE, ORDERS, CHANNEL, CATEGORY = "value", "life cycle", "orders before", "channel", "first category"
NOBODY, UNKNOWN, NOT_KNOWN = "no customer yet", "not stated", "not known"
NEW_DAYS, QUIET_GAPS, GONE_CHANCE, GONE_ORDERS, GONE_DAYS = 90, 2.0, 0.3, 0.1, 365.0

_ORIGINS = """
WITH origin AS (
  SELECT p.row_no, CASE WHEN c.first_order_at < p.assigned_on THEN c.channel END AS channel,
         CASE WHEN c.first_order_at < p.assigned_on THEN f.category END AS category
  FROM {people} p LEFT JOIN insight_customers c USING (customer_id) LEFT JOIN experiments_first f USING (customer_id))
SELECT row_no, COALESCE(channel, '{unknown}') AS channel, COALESCE(category, '{unknown}') AS category FROM origin"""

_CODES = """
SELECT CAST(dense_rank() OVER (ORDER BY channel) - 1 AS INTEGER) AS channel,
       CAST(dense_rank() OVER (ORDER BY category) - 1 AS INTEGER) AS category
FROM experiments_origins ORDER BY row_no"""

_LINES = "SELECT order_id, category, abs(net) AS size FROM ledger_lines"
_GIVEN = "SELECT order_id, category, abs(COALESCE(amount, 0)) AS size FROM sources_order_lines WHERE kind = 'goods'"

# The category most money of the first order went to.
_FIRST = """
SELECT customer_id, arg_max(category, (size, category)) AS category
FROM (SELECT c.customer_id, nullif(trim(l.category), '') AS category, sum(l.size) AS size
      FROM insight_customers c JOIN ({lines}) l ON l.order_id = c.first_order_id
      WHERE c.customer_id IN (SELECT customer_id FROM {people}) GROUP BY 1, 2)
WHERE category IS NOT NULL GROUP BY customer_id"""


def read_origins(engine: Engine, people: str) -> dict[str, Members]:
    """Channel and first category of everybody in a table of people, in the order of its rows."""
    lines = _GIVEN
    if "ledger_lines" in engine.tables() and has_rows(engine, "ledger_lines", "category IS NOT NULL"):
        lines = _LINES
    make_table(engine, "experiments_first", _FIRST.format(lines=lines, people=people))
    make_table(engine, "experiments_origins", _ORIGINS.format(people=people, unknown=UNKNOWN))
    codes = engine.arrays(_CODES)
    names = {
        column: tuple(name for (name,) in engine.rows(f"SELECT DISTINCT {column} FROM experiments_origins ORDER BY 1"))
        for column in ("channel", "category")
    }
    drop(engine, "experiments_first", "experiments_origins")
    return {
        grouping: Members(names[column], np.ma.getdata(codes[column]).astype(np.intp))
        for grouping, column in ((CHANNEL, "channel"), (CATEGORY, "category"))
    }


def group_before(known: Known, learned: Learned | None, horizon_days: int) -> dict[str, Members]:
    """Value tier, place in the life cycle and number of orders of each customer on their own day."""
    bought = known.purchases
    orders = Members.choose((NOBODY, "one", "two to four", "five or more"), [bought == 0, bought == 1, bought < 5])
    if learned is None:
        return {ORDERS: orders}
    return {VALUE: _tier(known, learned, horizon_days), LIFE_CYCLE: _life_cycle(known, learned), ORDERS: orders}


def _tier(known: Known, learned: Learned, horizon_days: int) -> Members:
    value = learned.expect(known, np.full(len(known.T), float(horizon_days)))
    core, solid, small = learned.tier_edges
    return Members.choose(
        (NOBODY, "loss", "core", "solid", "small", "marginal"),
        [
            ~known.is_customer,
            value < 0,
            (value >= core) & (value > 0),
            (value >= solid) & (value > 0),
            (value >= small) & (value > 0),
        ],
    )


def _life_cycle(known: Known, learned: Learned) -> Members:
    x = known.purchases - 1
    gap = np.where(x > 0, known.recency / np.maximum(x, 1), learned.base_gap)
    orders = learned.orders(known, np.full(len(x), GONE_DAYS))
    gone = ((x > 0) & (learned.p_alive(known) < GONE_CHANCE)) | (orders < GONE_ORDERS)
    return Members.choose(
        (NOBODY, "new", "gone", "quiet", "active"),
        [~known.is_customer, known.T < NEW_DAYS, gone, known.silence > QUIET_GAPS * gap],
    )
