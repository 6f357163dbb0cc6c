"""WooCommerce: the order-export plugin's lines, and the Analytics export, which says too little."""

from lifeworth.sources.presets.preset import Preset
from lifeworth.sources.presets.shopify import order_wide, shared_columns
from lifeworth.sources.shape import Ask, Rule, Shape, customer_rule

_FIELDS = {
    "order_id": ("Order Number", "Order ID"),
    "customer_id": ("Email (Billing)",),
    "ordered_at": ("Order Date",),
    "status": ("Order Status",),
    "currency": ("Order Currency", "Currency"),
    "country": ("Country Code (Billing)", "Country Name (Billing)"),
    "payment_method": ("Payment Method Title", "Payment Method"),
    "coupon": ("Coupon Code",),
    "total": ("Order Total Amount",),
    "discount": ("Cart Discount Amount",),
    "shipping_charged": ("Order Shipping Amount",),
    "tax": ("Order Total Tax Amount",),
    "refunded": ("Order Refund Amount",),
    "quantity": ("Quantity (- Refund)", "Quantity"),
    "unit_price": ("Item Cost",),
    "product_id": ("SKU",),
    "product_name": ("Item Name",),
}


def _shape(has: frozenset[str], ask: Ask) -> Shape:
    has_lines = {"quantity", "unit_price"} <= has
    money = shared_columns(has) if has_lines else _whole_orders(has)
    texts: dict[str, str] = {
        n: order_wide(f"v_{n}") for n in ("status", "country", "payment_method", "coupon") if n in has
    }
    product = "v_product_name" if "product_name" in has else "NULL"
    status = "replace(lower(status), 'wc-', '')"
    return Shape(
        grain="line",
        columns={
            **money,
            **texts,
            "order_id": "v_order_id",
            "customer_id": f"lower({order_wide('v_customer_id')})",
            "happened_at": order_wide("v_ordered_at"),
            "currency": order_wide("v_currency"),
            "product_id": f"coalesce(v_product_id, {product})" if "product_id" in has else product,
            "product_name": product,
            "class": "'goods'",
            "effect": "'sale'",
        },
        rules=(
            Rule("order_id IS NULL", "quarantined", "no order id"),
            Rule("happened_at IS NULL", "quarantined", "no order date"),
            Rule(
                f"{status} IN ('cancelled', 'failed', 'pending', 'pending payment', 'on-hold', 'on hold', "
                "'checkout-draft', 'draft', 'trash')",
                "ignored",
                "the status says it is no order",
            ),
            customer_rule(),
        ),
        required=frozenset(),
        is_whole=True,
        has_lines=has_lines,
        notes=("The billing e-mail address is the customer; no other personal column is read.",),
    )


def _whole_orders(has: frozenset[str]) -> dict[str, str]:
    """The same money when the export has no prices of lines."""
    columns = shared_columns(has | {"quantity", "unit_price"})
    return {name: sql for name, sql in columns.items() if name not in ("quantity", "unit_price", "amount")}


def _never(has: frozenset[str], ask: Ask) -> Shape:
    raise AssertionError("a refused format has no shape")


WOOCOMMERCE = tuple(
    Preset("WooCommerce order export", (number, "Order Date", "Email (Billing)", "Order Total Amount"),
           _FIELDS, _shape)
    for number in ("Order Number", "Order ID")
)  # fmt: skip

WOOCOMMERCE_ANALYTICS = tuple(
    Preset(
        "WooCommerce Analytics",
        ("Date", "Order #", revenue, "Status", "Customer", "Customer type", "Items sold"),
        {},
        _never,
        refusal="The WooCommerce Analytics export names customers only by their display name, which several "
        "people share. Export orders with the order-export plugin (it has “Email (Billing)”), or through "
        "the REST interface /orders.",
    )
    for revenue in ("N. Revenue (formatted)", "N. Revenue")
)
