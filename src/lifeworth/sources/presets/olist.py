"""Olist: the public tables of a Brazilian marketplace, each a file of its own.

The orders carry no amounts: they are priced by their items, each with its price and the freight the customer paid
for it. Every order has a ``customer_id`` of its own; the list of customers says which person each one is.
"""

from dataclasses import replace

from lifeworth.sources.presets.by_name import shape_by_name
from lifeworth.sources.presets.preset import Preset
from lifeworth.sources.shape import Ask, Rule, Shape

_ORDERS = {
    "order_id": ("order_id",),
    "customer_id": ("customer_id",),
    "ordered_at": ("order_purchase_timestamp",),
    "status": ("order_status",),
}
_OTHER_DATES = (
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
)


def _shape(has: frozenset[str], ask: Ask) -> Shape:
    shape = shape_by_name(has, ask)
    never = Rule("lower(status) = 'unavailable'", "ignored", "the status says it is no order")
    note = "The orders carry no amounts: their items say what they were worth, freight included."
    return replace(shape, rules=(never, *shape.rules), notes=(*shape.notes, note))


OLIST_ORDERS = Preset(
    "Olist orders",
    (*(header for (header,) in _ORDERS.values()), *_OTHER_DATES),
    _ORDERS,
    _shape,
    currency="BRL",
    is_exact=True,
)

OLIST_ITEMS = "Olist order items"
OLIST_ITEMS_SIGNATURE = ("order_id", "order_item_id", "product_id", "price", "freight_value")
OLIST_ITEMS_FIELDS = {"line_no": "order_item_id", "line_shipping": "freight_value"}
