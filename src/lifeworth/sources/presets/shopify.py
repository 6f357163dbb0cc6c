"""Shopify's orders export: one row per line, the order's own cells filled only on its first row.

There is no customer id: the e-mail address (else the phone) is the key, in lower case, and no other personal
column is read. Refunds have no date; they are placed on the day of the order and marked so.
"""

from lifeworth.sources.presets.preset import Preset
from lifeworth.sources.shape import Ask, Rule, Shape, customer_rule

_SIGNATURE = ("Name", "Email", "Financial Status", "Created at", "Subtotal", "Total", "Lineitem quantity",
              "Lineitem name", "Lineitem price")  # fmt: skip
_FIELDS = {
    "order_id": ("Name",),
    "customer_id": ("Email",),
    "phone": ("Phone", "Billing Phone"),
    "ordered_at": ("Created at",),
    "cancelled_at": ("Cancelled at",),
    "currency": ("Currency",),
    "status": ("Financial Status",),
    "channel": ("Source",),
    "country": ("Shipping Country", "Billing Country"),
    "payment_method": ("Payment Method",),
    "coupon": ("Discount Code",),
    "total": ("Total",),
    "discount": ("Discount Amount",),
    "shipping_charged": ("Shipping",),
    "tax": ("Taxes",),
    "duties": ("Duties",),
    "refunded": ("Refunded Amount",),
    "quantity": ("Lineitem quantity",),
    "product_name": ("Lineitem name",),
    "unit_price": ("Lineitem price",),
    "product_id": ("Lineitem sku",),
    "line_discount": ("Lineitem discount",),
}


def order_wide(column: str) -> str:
    """SQL: the order's value, taken from whichever of its rows carries it."""
    return f"max({column}) OVER (PARTITION BY v_order_id)"


IS_FIRST = "row_number() OVER (PARTITION BY v_order_id ORDER BY line) = 1"


def once(expression: str) -> str:
    """SQL: an order's amount on its first row, zero on the others, so that rows add up to the order."""
    return f"CASE WHEN {IS_FIRST} THEN {expression} ELSE 0 END"


def shared_columns(has: frozenset[str]) -> dict[str, str]:
    """Staged columns of any export that repeats an order on its lines or fills it only once.

    Net revenue is the total less tax (and duties): so it is right whether prices include tax or not. What the
    lines say is scaled to the order's goods after discount.
    """
    value = {
        name: f"coalesce({order_wide('v_' + name)}, 0)" if name in has else "0"
        for name in ("total", "discount", "shipping_charged", "tax", "duties", "refunded")
    }
    goods = f"({value['total']} - {value['tax']} - {value['duties']} - {value['shipping_charged']})"
    line_discount = "coalesce(v_line_discount, 0)" if "line_discount" in has else "0"
    line = f"(v_quantity * v_unit_price - {line_discount})"
    lines = f"nullif(sum({line}) OVER (PARTITION BY v_order_id), 0)"
    amount = f"TRY_CAST({goods}::DOUBLE * {line}::DOUBLE / {lines}::DOUBLE AS DECIMAL(18,4))"
    tax_free = f"(({value['total']} - {value['tax']})::DOUBLE / nullif({value['total']}, 0)::DOUBLE)"
    return {
        "quantity": "v_quantity",
        "unit_price": "v_unit_price",
        "amount": f"coalesce({amount}, 0)",
        "gross": once(f"{goods} + {value['discount']}"),
        "discount": once(value["discount"]),
        "shipping_charged": once(value["shipping_charged"]),
        "tax": once(value["tax"]),
        "refunded": once(
            f"CASE WHEN {value['refunded']} = 0 THEN 0 "
            f"ELSE coalesce(TRY_CAST({value['refunded']}::DOUBLE * {tax_free} AS DECIMAL(18,4)), 0) END"
        ),
    }


def _shape(has: frozenset[str], ask: Ask) -> Shape:
    phone = order_wide("v_phone") if "phone" in has else "NULL"
    texts: dict[str, str] = {
        name: order_wide(f"v_{name}")
        for name in ("status", "channel", "country", "payment_method", "coupon")
        if name in has
    }
    cancelled = order_wide("v_cancelled_at") if "cancelled_at" in has else "NULL::TIMESTAMP"
    return Shape(
        grain="line",
        columns={
            **shared_columns(has),
            **texts,
            "order_id": "v_order_id",
            "customer_id": f"lower(coalesce({order_wide('v_customer_id')}, {phone}))",
            "happened_at": order_wide("v_ordered_at"),
            "currency": order_wide("v_currency"),
            "product_id": "coalesce(v_product_id, v_product_name)" if "product_id" in has else "v_product_name",
            "product_name": "v_product_name",
            "class": "'goods'",
            "effect": f"CASE WHEN {cancelled} IS NOT NULL THEN 'none' ELSE 'sale' END",
        },
        rules=(
            Rule("order_id IS NULL", "quarantined", "no order id"),
            Rule("happened_at IS NULL", "quarantined", "no order date"),
            Rule("lower(status) IN ('voided', 'expired', 'cancelled')", "ignored", "payment voided or expired"),
            Rule("effect = 'none'", "ignored", "cancelled before it was sent"),
            customer_rule(),
        ),
        required=frozenset({"quantity", "unit_price"}),
        is_whole=True,
        has_lines=True,
        notes=(
            "The e-mail address (else the phone) is the customer; no other personal column is read.",
            "Refunds have no date in this export: they stand on the day of their order.",
        ),
    )


SHOPIFY = Preset("Shopify orders", _SIGNATURE, _FIELDS, _shape)
