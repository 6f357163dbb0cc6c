"""The steps of ``ledger_waterfall``, and how the money of a group becomes its bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lifeworth.ledger.customers import MONEY_COLUMNS

Amounts = Mapping[str, Decimal]


@dataclass(frozen=True)
class Step:
    """A bar: the column of money it adds up, and whether that is given (plus) or taken (minus); totals have none."""

    name: str
    kind: str
    column: str = ""


STEPS = (
    Step("Gross sales", "start", "gross"),
    Step("Discounts", "minus", "discount"),
    Step("Shipping charged", "plus", "shipping_charged"),
    Step("Refunds", "minus", "refunded"),
    Step("Net revenue", "total"),
    Step("Goods", "minus", "goods_cost"),
    Step("Payment fees", "minus", "payment_fee"),
    Step("Fulfilment", "minus", "fulfilment"),
    Step("Shipping", "minus", "shipping_cost"),
    Step("Commission", "minus", "commission"),
    Step("Returns handling", "minus", "returns_handling"),
    Step("Service", "minus", "service"),
    Step("Communications", "minus", "contact"),
    Step("Profit before winning customers", "total"),
    Step("Winning customers", "minus", "acquisition"),
    Step("Profit after winning customers", "total"),
)


def bars(amounts: Amounts) -> tuple[Decimal, ...]:
    """Signed money of each step, in the order of :data:`STEPS`.

    Examples
    --------
    >>> from decimal import Decimal
    >>> money = dict.fromkeys(MONEY_COLUMNS, Decimal(0)) | {"gross": Decimal(100), "goods_cost": Decimal(60)}
    >>> [str(bar) for bar in bars(money)][:6]
    ['100', '0', '0', '0', '100', '-60']
    """
    found: list[Decimal] = []
    level = Decimal(0)
    for step in STEPS:
        if step.kind == "total":
            found.append(level)
            continue
        amount = amounts[step.column]
        signed = -amount if step.kind == "minus" and amount else amount
        level += signed
        found.append(signed)
    return tuple(found)


def together(parts: list[Amounts]) -> dict[str, Decimal]:
    """The money of several groups as one."""
    return {name: sum((part[name] for part in parts), Decimal(0)) for name in MONEY_COLUMNS}
