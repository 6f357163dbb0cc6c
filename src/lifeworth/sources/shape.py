"""What a row of a sales file is: its grain, its staged columns, the rules that set rows aside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lifeworth.sources.cells.numbers import LARGEST

Grain = Literal["order", "line", "log"]

NO_CUSTOMER = "no customer"

# The staged form every sales file takes, whatever it looked like.
STAGED: dict[str, str] = {
    "order_id": "VARCHAR",
    "customer_id": "VARCHAR",
    "happened_at": "TIMESTAMP",
    "currency": "VARCHAR",
    "status": "VARCHAR",
    "channel": "VARCHAR",
    "country": "VARCHAR",
    "payment_method": "VARCHAR",
    "coupon": "VARCHAR",
    "row_id": "VARCHAR",
    "product_id": "VARCHAR",
    "product_name": "VARCHAR",
    "category": "VARCHAR",
    "class": "VARCHAR",
    "effect": "VARCHAR",
    "quantity": "DECIMAL(18,4)",
    "unit_price": "DECIMAL(18,4)",
    "line_discount": "DECIMAL(18,4)",
    "amount": "DECIMAL(18,4)",
    "gross": "DECIMAL(18,4)",
    "discount": "DECIMAL(18,4)",
    "shipping_charged": "DECIMAL(18,4)",
    "tax": "DECIMAL(18,4)",
    "unit_cost": "DECIMAL(18,4)",
    "profit": "DECIMAL(18,4)",
    "refunded": "DECIMAL(18,4)",
    "fee": "DECIMAL(18,4)",
}

# Statuses that say: this never became a purchase.
VOID_STATUSES = (
    "cancelled", "canceled", "void", "voided", "draft", "test", "failed", "abandoned", "expired", "declined",
    "deleted", "trash", "pending payment", "checkout-draft",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """Rows that fulfil ``condition`` (SQL over staged and typed columns) get a verdict and a reason."""

    condition: str
    verdict: Literal["ignored", "quarantined"]
    reason: str


@dataclass(frozen=True)
class Shape:
    """How typed values become staged columns.

    ``grain``: a row is an order, a line of one, or an entry of a log without order ids. ``columns``: staged
    column → SQL over ``v_<field>``. ``required``: number fields that may not be empty. In line files
    ``gross``, ``discount``, ``shipping_charged`` and ``tax`` are what the row adds to its order.
    ``is_whole`` tells that an order's cells are spread over its rows, so one unsound row spoils the order.
    ``has_classes`` tells that the rows fall into classes worth counting.
    """

    grain: Grain
    columns: Mapping[str, str]
    rules: tuple[Rule, ...] = ()
    required: frozenset[str] = frozenset({"ordered_at"})
    is_whole: bool = False
    has_lines: bool = False
    has_money: bool = True
    has_classes: bool = False
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default_factory=tuple)


# Asks one question of the typed values: an SQL aggregate in, its value out.
Ask = Callable[[str], Any]


def status_rule(column: str) -> Rule:
    """Orders that never became one."""
    words = ", ".join(f"'{word}'" for word in VOID_STATUSES)
    return Rule(f"lower({column}) IN ({words})", "ignored", "the status says it is no order")


def amount_rule() -> Rule:
    """Price times quantity can leave what any amount can be, though neither does alone."""
    condition = f"amount IS NULL OR abs(amount) > {LARGEST}"
    return Rule(condition, "quarantined", "amount is too large to be true")


def customer_rule() -> Rule:
    """Rows that name no customer are set aside, their money shown."""
    return Rule("customer_id IS NULL", "ignored", NO_CUSTOMER)
