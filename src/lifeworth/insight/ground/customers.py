"""Who the customers are: worth, past, origin and first order in one row each: ``insight_customers``."""

from lifeworth.insight.ground.frame import Frame
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

# The list of customers may say something twice of one; the greatest text is taken, so that order does not matter.
_LISTED = """
SELECT customer_id, max(nullif(trim(country), '')) AS country, bool_and(consent_email) AS consent_email,
       bool_and(consent_ads) AS consent_ads
FROM sources_customers GROUP BY customer_id"""

_FIRST = """
SELECT customer_id, arg_min(order_id, (ordered_at, order_id)) AS first_order_id,
       arg_min(nullif(trim(country), ''), (ordered_at, order_id)) AS country
FROM sources_orders WHERE ordered_on < {as_of} AND customer_id IS NOT NULL GROUP BY customer_id"""

_GROUND = """
CREATE OR REPLACE TABLE insight_customers AS
SELECT s.customer_id, s.orders, s.frequency, s.recency_days, s.T_days, s.days_since_last, s.gap, s.order_value,
       s.first_order_at, s.last_order_at, s.past_revenue, s.past_profit, s.returned_share, s.tickets, s.p_alive,
       s.orders_mean, s.revenue_mean, s.value_mean, s.value_low, s.value_high, s.value_sd, s.residual_value_mean,
       s.next_order_mean, s.next_order_low, s.next_order_high, s.evidence,
       nullif(trim(a.channel), '') AS channel, COALESCE(l.country, f.country) AS country, a.cost AS acquisition_cost,
       a.basis AS acquisition_basis, f.first_order_id, l.consent_email, l.consent_ads
FROM values_stated s
LEFT JOIN ledger_acquisition a USING (customer_id)
LEFT JOIN ({listed}) l USING (customer_id)
LEFT JOIN ({first}) f USING (customer_id)
ORDER BY s.customer_id"""


_WORDS = ("customer_id", "evidence", "channel", "country", "acquisition_basis", "first_order_id")
_DAYS = ("first_order_at", "last_order_at", "next_order_mean", "next_order_low", "next_order_high")
_NUMBERS = (
    *(
        "orders",
        "frequency",
        "recency_days",
        "T_days",
        "days_since_last",
        "gap",
        "order_value",
        "past_revenue",
        "past_profit",
    ),
    *(
        "returned_share",
        "tickets",
        "p_alive",
        "orders_mean",
        "revenue_mean",
        "value_mean",
        "value_low",
        "value_high",
        "value_sd",
    ),
    *("residual_value_mean", "acquisition_cost"),
)
# What each column holds, to read a condition before anybody is valued; numbers of any size are DOUBLE here.
GROUND: dict[str, str] = {
    **dict.fromkeys(_WORDS, "VARCHAR"),
    **dict.fromkeys(_DAYS, "DATE"),
    **dict.fromkeys(_NUMBERS, "DOUBLE"),
    **dict.fromkeys(("consent_email", "consent_ads"), "BOOLEAN"),
}


def lay_ground(engine: Engine, frame: Frame) -> None:
    """One row per valued customer, sorted by id, with where they came from.

    ``channel`` is the one that won the customer where a list says so, else that of the first order; empty text is
    nothing. Consent that nobody stated stays empty and counts as no.
    """
    engine.execute(_GROUND.format(listed=_LISTED, first=_FIRST.format(as_of=day(frame.as_of))))
