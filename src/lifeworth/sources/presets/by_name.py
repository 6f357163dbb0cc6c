"""Any other table of orders whose columns have unmistakable names: logs, order lists, order lines."""

from lifeworth.errors import InputError
from lifeworth.sources.shape import Ask, Rule, Shape, amount_rule, customer_rule, status_rule

_TEXTS = ("status", "channel", "country", "payment_method", "coupon", "product_id", "product_name", "category")
_PRODUCTS = frozenset({"product_id", "product_name"})
_LINES = frozenset({"product_id", "product_name", "line_no", "unit_price", "line_kind"})
# Above this share of repeated order ids, a file without products is a list of parts, not of orders.
_PARTS = 0.05


def shape_by_name(has: frozenset[str], ask: Ask) -> Shape:
    """Decide what a row is (order, line or log entry) and where its money stands."""
    notes: list[str] = []
    if "gross" in has or not (has & _LINES):
        grain = "log" if "order_id" not in has else _orders_or_parts(has, ask, notes)
    else:
        grain = "line" if "order_id" in has else "log"
    discount = discount_of(has, ask, notes)
    money = money_of(has, discount, notes)
    columns = {
        **{name: f"v_{name}" for name in _TEXTS if name in has},
        **money,
        "customer_id": "v_customer_id",
        "happened_at": "v_ordered_at",
        "currency": "v_currency",
        "effect": f"CASE WHEN {money['amount']} < 0 THEN 'refund' ELSE 'sale' END",
    }
    for staged, name in (("order_id", "order_id"), ("row_id", "line_no"), ("unit_cost", "unit_cost"),
                         ("profit", "line_profit")):  # fmt: skip
        if name in has:
            columns[staged] = f"v_{name}"
    columns["class"] = "coalesce(lower(v_line_kind), 'goods')" if "line_kind" in has else "'goods'"
    return Shape(
        grain=grain,  # type: ignore[arg-type]
        columns=columns,
        rules=(
            *([Rule("order_id IS NULL", "quarantined", "no order id")] if "order_id" in has else []),
            amount_rule(),
            Rule("discount < 0", "quarantined", "discount is negative"),
            *([status_rule("status")] if "status" in has else []),
            customer_rule(),
        ),
        required=frozenset({"ordered_at"}) | _required_money(has),
        has_lines=bool(has & _PRODUCTS) and "gross" not in has,
        has_money=money["amount"] != "0",
        notes=tuple(notes),
    )


def _orders_or_parts(has: frozenset[str], ask: Ask, notes: list[str]) -> str:
    """A row repeated as it is was exported twice; many different rows of one order are its parts."""
    if "gross" in has:
        return "order"
    row = ", ".join(f"v_{name}" for name in sorted(has))
    rows, ids = ask(f"count(DISTINCT ({row})) FILTER (v_order_id IS NOT NULL)"), ask("count(DISTINCT v_order_id)")
    if rows - ids <= _PARTS * ids:
        return "order"
    notes.append("Order ids repeat: the rows of an order are added up.")
    return "line"


def discount_of(has: frozenset[str], ask: Ask, notes: list[str]) -> str:
    """SQL of the discount in money.

    A column called “discount” may hold money or rates. Where price, quantity and amount are all there, the
    amounts tell; beside amounts after discount a rate changes nothing; else values of 0 to 1 are a question.
    """
    price = _price(has)
    if price and {"quantity", "amount"} <= has and "gross" not in has:
        return f"greatest(coalesce(TRY_CAST(v_quantity * {price} AS DECIMAL(18,4)) - v_amount, 0), 0)"
    if "discount_amount" in has:
        return _unsigned("v_discount_amount", ask)
    is_priced = price is not None and not has & {"gross", "amount", "total"}
    if "discount_rate" in has:
        quantity = "v_quantity" if "quantity" in has else "1"
        return f"TRY_CAST({quantity} * {price} * coalesce(v_discount_rate, 0) AS DECIMAL(18,4))" if is_priced else "0"
    if "discount" not in has:
        return "0"
    largest = ask("max(abs(v_discount))")
    if "gross" in has or largest is None or largest == 0 or largest > 1:
        return _unsigned("v_discount", ask)
    if is_priced:
        raise InputError(
            "the discounts may be rates or amounts: all lie between 0 and 1",
            column="discount",
            remedy="Say which: --map discount_rate=COLUMN or --map discount_amount=COLUMN.",
        )
    notes.append("The discount column holds rates (0 to 1): amounts are already after discount.")
    return "0"


def _unsigned(column: str, ask: Ask) -> str:
    """Some exports write every discount as a negative amount; it means the same."""
    return f"coalesce({column}, 0)" if (ask(f"max({column})") or 0) > 0 else f"-coalesce({column}, 0)"


def _price(has: frozenset[str]) -> str | None:
    return next((f"v_{name}" for name in ("unit_price", "price") if name in has), None)


def money_of(has: frozenset[str], discount: str, notes: list[str]) -> dict[str, str]:
    """Where the money stands: gross, or the amount after discount, or the total paid, or price × quantity."""
    shipping = next((f"coalesce(v_{n}, 0)" for n in ("shipping_charged", "line_shipping") if n in has), "0")
    tax = "coalesce(v_tax, 0)" if "tax" in has else "0"
    quantity = "v_quantity" if "quantity" in has else "1"
    price = _price(has)
    if "gross" in has:
        net = f"v_gross - {discount}"
    elif "amount" in has:
        net = "v_amount"
    elif "total" in has:
        net = f"v_total - {tax} - {shipping}"
        notes.append("The total is what was paid; tax and shipping are taken out of it.")
    elif price:
        net = f"TRY_CAST({quantity} * {price} AS DECIMAL(18,4)) - {discount}"
    else:
        net, discount = "0", "0"
    paid = f"CASE WHEN coalesce({quantity}, 0) <> 0 THEN TRY_CAST({net} AS DOUBLE) / {quantity} END"
    unit_price = price if price and "quantity" in has else f"TRY_CAST({paid} AS DECIMAL(18,4))"
    return {
        "amount": net,
        "gross": "v_gross" if "gross" in has else f"({net}) + {discount}",
        "discount": discount,
        "line_discount": discount,
        "shipping_charged": shipping,
        "tax": tax,
        "quantity": "v_quantity" if "quantity" in has else "1",
        "unit_price": unit_price if net != "0" else "NULL",
    }


def _required_money(has: frozenset[str]) -> frozenset[str]:
    for name in ("gross", "amount", "total"):
        if name in has:
            return frozenset({name})
    price = next((name for name in ("unit_price", "price") if name in has), None)
    return frozenset({price, "quantity"} & has) if price else frozenset()
