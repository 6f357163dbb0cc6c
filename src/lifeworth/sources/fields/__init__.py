"""The fields a file can hold, and the column names that mean them without doubt.

Names are compared without case, blanks and punctuation: ``Customer ID``, ``customer_id`` and ``CustomerID`` are
one. A synonym is listed only where it can mean nothing else; the order of synonyms is the order of preference.
"""

from lifeworth.sources.fields.field import Field, plain
from lifeworth.sources.fields.money import ORDER_COSTS, PRODUCTS, REFUNDS, SERVICE, SPEND, TOUCHES
from lifeworth.sources.fields.people import CUSTOMERS, EXPERIMENTS, LEADS, SUBSCRIPTIONS, SURVEYS
from lifeworth.sources.fields.sales import EXPORTS, SALES

__all__ = ["EXPORTS", "FIELDS", "SALES", "Field", "plain"]

FIELDS: dict[str, tuple[Field, ...]] = {
    "orders": SALES,
    "order_lines": SALES,
    "refunds": REFUNDS,
    "products": PRODUCTS,
    "customers": CUSTOMERS,
    "order_costs": ORDER_COSTS,
    "service": SERVICE,
    "touches": TOUCHES,
    "spend": SPEND,
    "surveys": SURVEYS,
    "subscriptions": SUBSCRIPTIONS,
    "experiments": EXPERIMENTS,
    "leads": LEADS,
}
