"""The orders of the last year with what they brought, cost and led to: ``margins_year``, a step on the way."""

from dataclasses import dataclass
from datetime import date, timedelta

from lifeworth.insight.margins.after_sale import ASKED
from lifeworth.ledger.tables import day, make_table
from lifeworth.store.engine import Engine

YEAR_DAYS = 365
MOST_ORDERS = 120_000
YEAR = "margins_year"

# How often a customer had bought before, and for how long, is known on the day of the order.
_YEAR = """
WITH asked AS (
  SELECT k.customer_key, k.customer_id, i.channel AS won_by
  FROM {asked} k LEFT JOIN insight_customers i USING (customer_id) WHERE (k.customer_key // {one_in}) % {every} = 0),
numbered AS (
  SELECT o.*, a.customer_key, a.won_by,
         row_number() OVER (PARTITION BY a.customer_key ORDER BY o.ordered_on, o.order_id) AS nth,
         o.ordered_on - min(o.ordered_on) OVER (PARTITION BY a.customer_key) AS tenure
  FROM ledger_orders o JOIN asked a USING (customer_id) WHERE o.ordered_on < {as_of})
SELECT o.order_id, o.customer_key, o.ordered_on, ({as_of} - o.ordered_on - 1)::INTEGER AS age, o.channel, o.country,
       s.payment_method AS payment, s.coupon, o.won_by, o.nth, o.tenure, o.gross, o.discount, o.shipping_charged,
       o.net_sale, o.goods_cost, o.payment_fee, o.fulfilment, o.shipping_cost, o.commission, o.profit_sale,
       o.fee_basis = 'actual' AS fee_known, o.shipping_basis = 'actual' AS shipping_known,
       COALESCE(a.service, 0) AS service, COALESCE(a.contact, 0) AS contact,
       COALESCE(a.refunded - a.goods_back + a.returns_handling, 0) AS returns_of_no_product
FROM numbered o JOIN sources_orders s ON s.order_id = o.order_id LEFT JOIN margins_after a ON a.order_id = o.order_id
WHERE o.ordered_on >= {since}"""


@dataclass(frozen=True)
class Span:
    """The days looked at, one customer in how many, and by what their money is multiplied to be that of a year."""

    since: date
    days: int
    one_in: int

    @property
    def a_year(self) -> float:
        """From the customers asked, in the days looked at, to everybody in a year."""
        return self.one_in * YEAR_DAYS / self.days


def write_year(engine: Engine, as_of: date, first_day: date, one_in: int) -> Span:
    """Orders of the last 365 days, or of all days where there are fewer; at most about 120,000 of them.

    Where there are more, one customer in so many is asked, evenly over their numbers, with all their orders; ``one_in`` is how many
    customers already stand behind each of ``margins_asked``.
    """
    since = max(as_of - timedelta(days=YEAR_DAYS), first_day)
    days = max((as_of - since).days, 1)
    count = int(
        engine.value(
            f"""SELECT count(*) FROM ledger_orders SEMI JOIN {ASKED} USING (customer_id)
                WHERE ordered_on >= {day(since)} AND ordered_on < {day(as_of)}"""
        )
    )
    every = max(-(-count // MOST_ORDERS), 1)
    sql = _YEAR.format(asked=ASKED, one_in=one_in, every=every, as_of=day(as_of), since=day(since))
    make_table(engine, YEAR, sql)
    return Span(since, days, one_in * every)
