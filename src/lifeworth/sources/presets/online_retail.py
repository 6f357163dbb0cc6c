"""UCI Online Retail and Online Retail II: lines of a British gift wholesaler's invoices.

One row per invoice line. An invoice that starts with C is a cancellation. Some stock codes are not products:
postage, manual entries, discounts, fees, adjustments, tests, vouchers, samples.
"""

from lifeworth.sources.presets.preset import Preset
from lifeworth.sources.shape import Ask, Rule, Shape, amount_rule, customer_rule

_FIELDS = {
    "order_id": ("Invoice", "InvoiceNo"),
    "product_id": ("StockCode",),
    "product_name": ("Description",),
    "quantity": ("Quantity",),
    "ordered_at": ("InvoiceDate",),
    "unit_price": ("Price", "UnitPrice"),
    "customer_id": ("Customer ID", "CustomerID"),
    "country": ("Country",),
}

_CODE = "upper(v_product_id)"
_CLASS = f"""CASE
    WHEN {_CODE} IN ('POST', 'DOT', 'C2') THEN 'shipping'
    WHEN {_CODE} = 'M' THEN 'manual'
    WHEN {_CODE} = 'D' THEN 'discount'
    WHEN {_CODE} IN ('BANK CHARGES', 'AMAZONFEE', 'CRUK') THEN 'fee'
    WHEN {_CODE} = 'B' OR starts_with({_CODE}, 'ADJUST') THEN 'adjustment'
    WHEN {_CODE} IN ('TEST001', 'TEST002') THEN 'test'
    WHEN starts_with({_CODE}, 'GIFT') THEN 'gift_card'
    WHEN {_CODE} IN ('S', 'SAMPLES') THEN 'sample'
    ELSE 'goods' END"""
_AMOUNT = "TRY_CAST(v_quantity * v_unit_price AS DECIMAL(18,4))"
_IS_CANCELLATION = "starts_with(upper(v_order_id), 'C')"
_EFFECT = f"""CASE
    WHEN {_CLASS} IN ('adjustment', 'test') THEN 'none'
    WHEN {_CLASS} = 'fee' THEN 'cost'
    WHEN {_IS_CANCELLATION} THEN 'cancellation'
    WHEN {_AMOUNT} < 0 AND {_CLASS} <> 'discount' THEN 'refund'
    ELSE 'sale' END"""


def _shape(has: frozenset[str], ask: Ask) -> Shape:
    is_discount = f"{_CLASS} = 'discount' AND {_AMOUNT} < 0"
    return Shape(
        grain="line",
        columns={
            "order_id": "v_order_id",
            "customer_id": "v_customer_id",
            "happened_at": "v_ordered_at",
            "country": "v_country",
            "product_id": "v_product_id",
            "product_name": "v_product_name",
            "class": _CLASS,
            "effect": _EFFECT,
            "quantity": "v_quantity",
            "unit_price": "v_unit_price",
            "amount": _AMOUNT,
            "gross": f"CASE WHEN {_CLASS} = 'shipping' OR {is_discount} THEN 0 ELSE {_AMOUNT} END",
            "discount": f"CASE WHEN {is_discount} THEN -{_AMOUNT} ELSE 0 END",
            "shipping_charged": f"CASE WHEN {_CLASS} = 'shipping' THEN {_AMOUNT} ELSE 0 END",
        },
        rules=(
            Rule("order_id IS NULL", "quarantined", "no order id"),
            amount_rule(),
            customer_rule(),
            Rule("class = 'test'", "ignored", "test entry"),
            Rule("class = 'adjustment'", "ignored", "accounting adjustment, not a sale"),
            Rule("effect = 'cost' AND starts_with(upper(order_id), 'C')", "ignored", "fee without an order"),
            Rule("effect = 'sale' AND quantity < 0 AND unit_price = 0", "ignored", "stock written off"),
            Rule("effect = 'cancellation' AND amount > 0", "quarantined", "a cancellation that adds money"),
        ),
        required=frozenset({"ordered_at", "quantity", "unit_price"}),
        has_lines=True,
        has_classes=True,
        notes=("Invoices that start with C are cancellations; codes such as POST, M and D are no products.",),
    )


ONLINE_RETAIL = tuple(
    Preset(
        name="UCI Online Retail",
        signature=(invoice, "StockCode", "Description", "Quantity", "InvoiceDate", price, customer),
        fields=_FIELDS,
        shape=_shape,
        currency="GBP",
    )
    for invoice in ("Invoice", "InvoiceNo")
    for price in ("Price", "UnitPrice")
    for customer in ("Customer ID",)
)
