"""What was known of customers on the day they were assigned: ``experiments_before``."""

from lifeworth.ledger import WHOLE, Books
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import has_rows, make_table
from lifeworth.store.engine import Engine

YEAR = 365

_BEFORE = """
WITH bought AS (
  SELECT p.row_no, count(*) AS purchases, min(d.day) AS first_day, max(d.day) AS last_day, sum({sale}) AS money,
         sum({sale}) FILTER (d.day >= p.assigned_on - {year}) AS money_lately
  FROM {people} p JOIN {books.days} d USING (customer_key) WHERE d.day < p.assigned_on GROUP BY 1){later}
SELECT p.row_no, COALESCE(b.purchases, 0)::INTEGER AS purchases,
       COALESCE(b.last_day - b.first_day, 0)::INTEGER AS recency_days,
       COALESCE(p.assigned_on - b.first_day, 0)::INTEGER AS T_days,
       CAST(COALESCE(b.money, 0){plus} AS DECIMAL(18,4)) AS money,
       CAST(COALESCE(b.money_lately, 0){plus_lately} AS DECIMAL(18,4)) AS money_lately
FROM {people} p LEFT JOIN bought b USING (row_no){join} ORDER BY p.row_no"""

# Of refunds and tickets, too, only what had happened by the day.
_LATER = """,
later AS (
  SELECT p.row_no, sum(e.{effect}) AS money,
         sum(e.{effect}) FILTER (e.happened_on >= p.assigned_on - {year}) AS money_lately
  FROM {books.events} e JOIN {books.keys} k ON k.customer_id = e.customer_id
  JOIN {people} p ON p.customer_key = k.customer_key WHERE e.happened_on < p.assigned_on GROUP BY 1)"""


def look_before(engine: Engine, people: str, table: str, *, in_profit: bool, books: Books = WHOLE) -> None:
    """Purchase days, recency, T and money of everybody before their own day of assignment.

    Parameters
    ----------
    people : str
        Table with ``row_no, customer_key, assigned_on``.
    table : str
        Table to write, a row per row of ``people`` in their order; who was no customer yet has zeros.
    books : Books
        Where everybody in ``people`` stands.
    """
    happened = has_rows(engine, books.events)
    effect = "profit_effect" if in_profit else "revenue_effect"
    make_table(
        engine,
        table,
        _BEFORE.format(
            people=people,
            books=books,
            year=YEAR,
            sale=PROFIT_SALE if in_profit else NET_SALE,
            later=_LATER.format(people=people, books=books, effect=effect, year=YEAR) if happened else "",
            plus=" + COALESCE(l.money, 0)" if happened else "",
            plus_lately=" + COALESCE(l.money_lately, 0)" if happened else "",
            join=" LEFT JOIN later l USING (row_no)" if happened else "",
        ),
    )
