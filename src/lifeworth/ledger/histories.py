"""Purchase histories up to a cut: what the models are fitted on."""

from datetime import date

from lifeworth.ledger.customers import AFTER
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.excerpt import WHOLE, Books
from lifeworth.ledger.tables import MONEY, has_rows, make_table
from lifeworth.ledger.tables import day as day_literal
from lifeworth.store.engine import Engine

_MERGED = f"""
  SELECT customer_key, day, orders, CAST({NET_SALE} AS {MONEY}) AS revenue, CAST({PROFIT_SALE} AS {MONEY}) AS profit
  FROM {{books.days}} WHERE day < {{cut}}{{only}}"""

# A purchase day keeps its row whatever is given back later; only its money changes.
_SETTLED = f"""
  SELECT d.customer_key, d.day, d.orders,
         CAST(d.revenue + COALESCE(l.revenue, 0) AS {MONEY}) AS revenue,
         CAST(d.profit + COALESCE(l.profit, 0) AS {MONEY}) AS profit
  FROM ({_MERGED}) d LEFT JOIN (
    SELECT k.customer_key, e.order_day AS day, sum(e.revenue_effect) AS revenue, sum(e.profit_effect) AS profit
    FROM {{books.events}} e JOIN {{books.keys}} k ON k.customer_id = e.customer_id
    WHERE e.happened_on < {{cut}} AND e.order_day IS NOT NULL GROUP BY ALL) l
  ON l.customer_key = d.customer_key AND l.day = d.day"""

# A product of two DECIMAL(18) amounts overflows above some 300,000 of money; wide ones do not.
_WIDE = {f"wide_{amount}": f"CAST({amount} AS DECIMAL(38,4))" for amount in ("revenue", "profit")}

_PER_CUSTOMER = """
  SELECT customer_key, sum(orders)::INTEGER AS orders, (count(*) - 1)::INTEGER AS frequency,
         min(day) AS first_day, max(day) AS last_day, arg_min(revenue, day) AS first_revenue,
         sum(revenue) AS revenue_sum, sum({wide_revenue} * {wide_revenue}) AS revenue_sumsq,
         count(*) FILTER (revenue > 0) AS paid_days, sum(revenue) FILTER (revenue > 0) AS paid_sum{profit_sums}
  FROM ({days}) GROUP BY customer_key"""

_PROFIT_SUMS = """,
         sum(profit) AS profit_sum, sum({wide_profit} * {wide_profit}) AS profit_sumsq,
         sum({wide_revenue} * {wide_profit}) AS cross_sum"""

_HISTORIES = """
WITH purchase AS ({per_customer}){sold_and_after}
SELECT k.customer_id, p.orders, p.frequency, (p.last_day - p.first_day)::INTEGER AS recency_days,
       ({cut} - p.first_day)::INTEGER AS T_days, p.first_day AS first_order_at, p.last_day AS last_order_at,
       CAST({revenue} AS DOUBLE) AS revenue, CAST({profit} AS DOUBLE) AS profit,
       CAST(p.revenue_sum AS DOUBLE) AS day_revenue_sum, CAST(p.revenue_sumsq AS DOUBLE) AS day_revenue_sumsq,
       CAST(p.{measure}_sum AS DOUBLE) AS day_profit_sum, CAST(p.{measure}_sumsq AS DOUBLE) AS day_profit_sumsq,
       CAST(p.{cross} AS DOUBLE) AS day_cross_sum,
       p.paid_days::INTEGER AS paid_days, CAST(COALESCE(p.paid_sum, 0) AS DOUBLE) AS paid_revenue_sum,
       (p.paid_days - (p.first_revenue > 0)::INTEGER)::INTEGER AS repeat_paid_days,
       CAST(COALESCE(p.paid_sum, 0) - greatest(p.first_revenue, 0) AS DOUBLE) AS repeat_paid_revenue_sum,
       {returned_share} AS returned_share, {tickets} AS tickets
FROM purchase p JOIN {books.keys} k USING (customer_key){join}
ORDER BY k.customer_key"""

# Sales as they were made; the totals then lose everything given back, matched to a purchase or not.
_TOTALS = f""",
sold AS (SELECT customer_key, sum({NET_SALE}) AS revenue, sum({PROFIT_SALE}) AS profit
         FROM {{books.days}} WHERE day < {{cut}}{{only}} GROUP BY customer_key),
after AS ({AFTER})"""


def histories(engine: Engine, cut: date, table: str, keys: str | None = None, books: Books = WHOLE) -> None:
    """One row per customer with a purchase before the cut, from nothing that happened on the cut or later.

    Frequency counts repeat purchase days, recency and T are days from the first purchase day to the last
    and to the cut (Fader, Hardie and Lee 2005). Money of a purchase day is its sales and whatever followed
    from them before the cut. In ``revenue`` basis the profit columns repeat the revenue columns. ``keys`` names a
    table with a column ``customer_key`` when only these customers are wanted; ``books`` is where to read,
    an excerpt where it is read often.
    """
    in_profit = engine.value("SELECT basis FROM ledger_facts") == "profit"
    moment = day_literal(cut)
    happened = has_rows(engine, books.events, f"happened_on < {moment}")
    only = f" AND customer_key IN (SELECT customer_key FROM {keys})" if keys else ""
    days = (_SETTLED if happened else _MERGED).format(cut=moment, only=only, books=books)
    per_customer = _PER_CUSTOMER.format(
        days=days, profit_sums=_PROFIT_SUMS.format(**_WIDE) if in_profit else "", **_WIDE
    )
    measure = "profit" if in_profit else "revenue"
    sql = _HISTORIES.format(
        per_customer=per_customer,
        books=books,
        cut=moment,
        measure=measure,
        cross="cross_sum" if in_profit else "revenue_sumsq",
        **_totals(moment, measure, happened, only, books),
    )
    make_table(engine, table, sql)


def _totals(moment: str, measure: str, happened: bool, only: str, books: Books) -> dict[str, str]:
    if not happened:
        return {
            "sold_and_after": "",
            "join": "",
            "revenue": "p.revenue_sum",
            "profit": f"p.{measure}_sum",
            "returned_share": "CAST(0 AS DOUBLE)",
            "tickets": "0",
        }
    revenue = "s.revenue - COALESCE(a.refunded, 0)"
    return {
        "sold_and_after": _TOTALS.format(cut=moment, before=moment, only=only, books=books),
        "join": " JOIN sold s USING (customer_key) LEFT JOIN after a USING (customer_key)",
        "revenue": revenue,
        "profit": "s.profit + COALESCE(a.profit_effect, 0)" if measure == "profit" else revenue,
        "returned_share": "CASE WHEN s.revenue > 0 THEN"
        " CAST(COALESCE(a.refunded, 0) AS DOUBLE) / CAST(s.revenue AS DOUBLE) ELSE 0 END",
        "tickets": "COALESCE(a.tickets, 0)",
    }
