"""Whether subscriptions are turned into bills."""

from typing import Literal

from lifeworth.sources.billing.billing import Billing
from lifeworth.store.engine import Engine

Wish = Literal["auto"] | bool

_WHO = """
SELECT count(*), count(DISTINCT customer_id),
       count(DISTINCT customer_id) FILTER (customer_id IN (SELECT customer_id FROM sources_orders))
FROM sources_subscriptions"""


def decide(engine: Engine, wish: Wish, has_sales: bool) -> Billing | None:
    """What is wanted of the subscriptions; none where there are none.

    Left to itself (``auto``), a company's subscriptions are billed where no order names any of their customers: orders
    that do may hold those bills already, and money must not count twice. A list of orders of which nothing could be loaded
    is a fault to be told of, not a reason to look for money elsewhere.
    """
    [(subscriptions, subscribers, named)] = engine.rows(_WHO)
    if not subscriptions:
        return None
    is_safe = named == 0 and (not has_sales or bool(engine.value("SELECT count(*) FROM sources_orders")))
    return Billing(is_safe if wish == "auto" else bool(wish), subscriptions, subscribers, named)
