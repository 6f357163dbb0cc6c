"""What customers brought since they were assigned: ``experiments_came``."""

from datetime import date

from lifeworth.ledger import WHOLE, Books
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import day, has_rows, make_table
from lifeworth.store.engine import Engine

# Orders of the window, and what followed from them as far as it is known. Service counts whatever order it is about, and
# so do communications, unless the experiment states what its treatments cost: a letter would be paid for twice.
_CAME = """
WITH sold AS (
  SELECT p.row_no, count(*) AS purchases, min(d.day) AS first_purchase, sum({sale}) AS money
  FROM {people} p JOIN {books.days} d USING (customer_key)
  WHERE d.day >= p.assigned_on AND d.day < least(p.until, {seen}) GROUP BY 1){later}
SELECT p.row_no, COALESCE(s.purchases, 0)::INTEGER AS purchases, s.first_purchase,
       CAST(COALESCE(s.money, 0){plus} AS DECIMAL(18,4)) AS money
FROM {people} p LEFT JOIN sold s USING (row_no){join}
WHERE p.assigned_on < {seen} ORDER BY p.row_no"""

_LATER = """,
later AS (
  SELECT p.row_no, sum(e.{effect}) AS money
  FROM {books.events} e JOIN {books.keys} k ON k.customer_id = e.customer_id
  JOIN {people} p ON p.customer_key = k.customer_key
  WHERE e.happened_on >= p.assigned_on AND e.happened_on < {seen}
    AND CASE WHEN e.kind = 'service' THEN e.happened_on < p.until
             WHEN e.kind = 'contact' THEN e.happened_on < p.until AND NOT {costs_stated}
             ELSE COALESCE(e.order_day, e.happened_on) >= p.assigned_on
                  AND COALESCE(e.order_day, e.happened_on) < p.until END
  GROUP BY 1)"""


def watch(
    engine: Engine,
    people: str,
    table: str,
    seen: date,
    *,
    in_profit: bool,
    costs_stated: str = "FALSE",
    books: Books = WHOLE,
) -> None:
    """Purchases, first purchase day and money of everybody assigned before a day, as far as that day knows.

    Parameters
    ----------
    people : str
        Table with ``row_no, customer_key, assigned_on, until``; the window runs from the one day to before the other.
    table : str
        Table to write, a row per row of ``people`` assigned before ``seen``, in their order.
    seen : date
        What happened on it or later is not known.
    costs_stated : str
        SQL over ``p``: whether the treatment's cost stands elsewhere, so that communications do not count.
    books : Books
        Where everybody in ``people`` stands.
    """
    happened = has_rows(engine, books.events, f"happened_on < {day(seen)}")
    named = {"people": people, "seen": day(seen), "books": books}
    effect = "profit_effect" if in_profit else "revenue_effect"
    make_table(
        engine,
        table,
        _CAME.format(
            sale=PROFIT_SALE if in_profit else NET_SALE,
            later=_LATER.format(effect=effect, costs_stated=costs_stated, **named) if happened else "",
            plus=" + COALESCE(l.money, 0)" if happened else "",
            join=" LEFT JOIN later l USING (row_no)" if happened else "",
            **named,
        ),
    )
