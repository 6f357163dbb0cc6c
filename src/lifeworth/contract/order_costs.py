"""Order costs: what an order really cost, where a record says so."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

COST_TYPES = ("shipping_paid", "payment_fee", "pick_pack", "marketplace_fee", "commission", "other")

ORDER_COSTS = Table(
    "sources_order_costs",
    "one row per order and cost",
    (
        Column("order_id", TEXT, "the order that caused the cost", required=True),
        Column("cost_type", TEXT, ", ".join(COST_TYPES), required=True),
        Column("amount", MONEY, "what it cost; negative when a cost came back", "currency", True),
        Column("currency", TEXT, "ISO code"),
    ),
)
