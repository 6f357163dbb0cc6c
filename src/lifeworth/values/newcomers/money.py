"""What newcomers brought in their first stretch, in the ledger's own numbers."""

from dataclasses import dataclass

from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.store.engine import Engine
from lifeworth.values.newcomers.born import FIRST_DAYS

# One row a newcomer: money by what the ledger says happened from the first day until before its end.
SALES = """
  SELECT d.customer_key, any_value(f.first_day) AS first_day,
         COALESCE(sum({sale}) FILTER (d.day = f.first_day), 0) AS first,
         COALESCE(sum({sale}) FILTER (d.day > f.first_day), 0) AS later,
         count(*) FILTER (d.day > f.first_day) AS orders
  FROM ledger_days d JOIN values_newcomer_days f USING (customer_key)
  WHERE d.day < f.first_day + {days} GROUP BY d.customer_key"""


AFTER = """
  SELECT f.customer_key, COALESCE(sum(e.{effect}) FILTER (e.order_day = f.first_day), 0) AS first,
         COALESCE(sum(e.{effect}) FILTER (e.order_day IS DISTINCT FROM f.first_day), 0) AS later
  FROM ledger_events e JOIN values_newcomer_days f ON f.customer_id = e.customer_id
  WHERE e.happened_on >= f.first_day AND e.happened_on < f.first_day + {days} GROUP BY f.customer_key"""


@dataclass(frozen=True)
class Base:
    """All newcomers whose stretch has finished, as the ledger has them; ``half`` counts later purchase days in its
    first half.
    """

    customers: int
    returned: float
    first: float
    later: float
    orders: float
    half: float


def add_up(engine: Engine, days: int, in_profit: bool) -> Base:
    """Everybody's stretch in the ledger's own numbers."""
    sale, effect = money_columns(in_profit)
    [(customers, sold, later, orders, half)] = engine.rows(
        f"""SELECT count(*) FILTER (d.day = f.first_day), sum({sale}) FILTER (d.day = f.first_day),
                   COALESCE(sum({sale}) FILTER (d.day > f.first_day), 0), count(*) FILTER (d.day > f.first_day),
                   count(*) FILTER (d.day > f.first_day AND d.day < f.first_day + {days // 2})
            FROM ledger_days d JOIN {FIRST_DAYS} f USING (customer_key) WHERE d.day < f.first_day + {days}"""
    )
    returned = engine.value(
        f"SELECT count(DISTINCT d.customer_key) FROM ledger_days d JOIN {FIRST_DAYS} f USING (customer_key) "
        f"WHERE d.day > f.first_day AND d.day < f.first_day + {days}"
    )
    [(back, after)] = engine.rows(
        f"SELECT COALESCE(sum(first), 0), COALESCE(sum(later), 0) FROM ({AFTER.format(effect=effect, days=days)})"
    )
    return Base(int(customers), float(returned), float(sold + back), float(later + after), float(orders), float(half))


def money_columns(in_profit: bool) -> tuple[str, str]:
    """SQL of a purchase day's money at the sale, and the column of what follows it."""
    return (f"({PROFIT_SALE})", "profit_effect") if in_profit else (f"({NET_SALE})", "revenue_effect")
