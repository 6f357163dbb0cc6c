"""Money by product and year that adds up to the ledger's own totals to the last digit: ``products_exact``.

Shares are rounded, so their sum misses the total by a few units of the last digit. What is missing goes, a unit each, to the
cells that lost most by rounding down (largest remainders; Hamilton's method).
"""

from datetime import date

from lifeworth.errors import DataError
from lifeworth.insight.products.after import AFTER, AFTER_MONEY
from lifeworth.insight.products.keyed import LINES, ORDER_MONEY
from lifeworth.insight.products.shares import CELLS
from lifeworth.ledger.tables import day, drop, make_table
from lifeworth.store.engine import Engine

EXACT = "products_exact"
MONEY = (*ORDER_MONEY, *AFTER_MONEY)
_RAW, _TOTALS = "products_raw", "products_totals"
_LOST_A_LINE, _LOST_A_UNIT = 2e-6, 1e-12

_RAW_SQL = """
SELECT product_no, year, COALESCE(c.pieces, 0) AS pieces, COALESCE(a.pieces_back, 0) AS pieces_back, {money}
FROM products_cells c FULL JOIN products_after a USING (product_no, year)"""

_TOTALS_SQL = """
WITH sold AS (
  SELECT year(day) AS year, sum(gross) AS gross, sum(discount) AS discount, sum(shipping_charged) AS shipping_charged,
         sum(goods_cost) AS goods_cost, sum(payment_fee) + sum(fulfilment) + sum(shipping_cost) + sum(commission) AS order_costs
  FROM ledger_days WHERE day < {as_of} GROUP BY 1),
came AS (
  SELECT year(happened_on) AS year, -sum(revenue_effect) AS refunded, sum(goods_effect) AS goods_back,
         sum(cost) FILTER (kind = 'returns_handling') AS returns_handling, sum(cost) FILTER (kind = 'service') AS service,
         sum(cost) FILTER (kind = 'contact') AS contact
  FROM ledger_events WHERE customer_id IS NOT NULL AND happened_on < {as_of} GROUP BY 1)
SELECT year, {money} FROM sold FULL JOIN came USING (year)"""

_MISSED = """
SELECT t.year, t.money, CAST(t.amount AS DOUBLE), CAST(t.amount - COALESCE(r.amount, 0) AS DOUBLE)
FROM (UNPIVOT products_totals ON {money} INTO NAME money VALUE amount) t
LEFT JOIN (SELECT year, money, sum(amount) AS amount FROM (UNPIVOT products_raw ON {money} INTO NAME money VALUE amount) GROUP BY ALL) r
  USING (year, money)
ORDER BY abs(t.amount - COALESCE(r.amount, 0)) DESC LIMIT 1"""

_EXACT_SQL = """
WITH raw AS (
  SELECT product_no, year, money, amount, CAST(floor(amount * 10000) AS DECIMAL(38, 0)) AS units
  FROM (UNPIVOT (SELECT product_no, year, {money} FROM products_raw) ON {money} INTO NAME money VALUE amount)),
placed AS (
  SELECT *, row_number() OVER (PARTITION BY year, money ORDER BY amount * 10000 - units DESC, product_no) AS place,
         count(*) OVER w AS cells, sum(units) OVER w AS given
  FROM raw WINDOW w AS (PARTITION BY year, money)),
owed AS (
  SELECT p.*, CAST(t.amount * 10000 AS DECIMAL(38, 0)) - p.given AS missing
  FROM placed p JOIN (UNPIVOT products_totals ON {money} INTO NAME money VALUE amount) t USING (year, money)),
given AS (
  SELECT product_no, year, money,
         CAST(units + floor(missing / cells)::BIGINT
              + CASE WHEN place <= missing - cells * floor(missing / cells)::BIGINT THEN 1 ELSE 0 END AS DECIMAL(34, 0))
           * 0.0001::DECIMAL(4, 4) AS amount
  FROM owed)
SELECT r.product_no, r.year, r.pieces, r.pieces_back, {back}
FROM products_raw r JOIN (SELECT product_no, year, {pivot} FROM given GROUP BY ALL) g USING (product_no, year)"""


def make_exact(engine: Engine, as_of: date) -> None:
    """Write ``products_exact`` from the cells of the orders and of what came after them.

    Raises
    ------
    DataError
        The shares miss a total by more than rounding can: a defect of ours, and nothing is said.
    """
    either = ", ".join(f"COALESCE({name}, 0) AS {name}" for name in MONEY)
    make_table(engine, _RAW, _RAW_SQL.format(money=either))
    totals = ", ".join(f"CAST(COALESCE({name}, 0) AS DECIMAL(38, 4)) AS {name}" for name in MONEY)
    make_table(engine, _TOTALS, _TOTALS_SQL.format(money=totals, as_of=day(as_of)))
    names = ", ".join(MONEY)
    _check(engine, names)
    pivot = ", ".join(f"sum(amount) FILTER (money = '{name}') AS {name}" for name in MONEY)
    back = ", ".join(f"CAST(g.{name} AS DECIMAL(38, 4)) AS {name}" for name in MONEY)
    make_table(engine, EXACT, _EXACT_SQL.format(money=names, pivot=pivot, back=back))
    drop(engine, _RAW, _TOTALS, CELLS, AFTER)


def _check(engine: Engine, names: str) -> None:
    lines = int(engine.value(f"SELECT count(*) FROM {LINES}"))
    for year, money, total, missed in engine.rows(_MISSED.format(money=names)):
        if abs(missed) > _LOST_A_LINE * lines + _LOST_A_UNIT * abs(total) + 1e-3:
            raise DataError(
                f"Shares of {money} over products in {year} miss the books' total of {total:,.4f} by {missed:,.4f}. "
                "Nothing was published."
            )
