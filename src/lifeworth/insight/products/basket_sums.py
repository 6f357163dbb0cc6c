"""Orders, pieces and lines by month, as numbers: of everybody, and customer by customer in a sample where there are many."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEASURES = ("order_value", "pieces", "lines")
MOST_ASKED = 100_000
_MONTH_BITS = 18
_MONTH = "(year(day) * 12 + month(day) - 1)::INTEGER"
_SIGNS = {"gross": "+", "discount": "-", "shipping_charged": "+"}

_ORDERS = """
SELECT {month} AS month, customer_key, count(*) AS orders, sum({value})::DOUBLE AS order_value, {lined} AS lined
FROM products_orders {sums} WHERE {kept} GROUP BY ALL ORDER BY customer_key, month"""

_LINES = """
SELECT {month} AS month, customer_key, sum(pieces)::DOUBLE AS pieces, count(*) AS lines
FROM products_lines WHERE product_no > 0 AND {kept} GROUP BY ALL ORDER BY customer_key, month"""

_ALL_ORDERS = """
SELECT {month} AS month, count(*) AS orders, sum({value})::DOUBLE AS order_value, {lined} AS lined
FROM products_orders {sums} GROUP BY ALL ORDER BY month"""

_ALL_LINES = """
SELECT {month} AS month, sum(pieces)::DOUBLE AS pieces, count(*) AS lines
FROM products_lines WHERE product_no > 0 GROUP BY ALL ORDER BY month"""

_VALUES = "SELECT {month} AS month, ({value})::DOUBLE AS value FROM products_orders WHERE {kept} ORDER BY month, value"

_PEOPLE = "SELECT (customer_key::BIGINT << {bits}) + {month} AS packed FROM products_orders"


@dataclass(frozen=True)
class Months:
    """Sums by month, or by customer and month; one entry per row in each array.

    Attributes
    ----------
    month : ints
        Months since the year 0.
    customer : ints
        Number of the customer; all zero where the sums are of everybody.
    orders, lined : floats
        Orders, and those of them whose lines are known.
    sums : dict of floats
        Order value, pieces and lines.
    """

    month: Ints
    customer: Ints
    orders: Floats
    lined: Floats
    sums: dict[str, Floats]


@dataclass(frozen=True)
class Books:
    """All that baskets are reckoned from.

    Attributes
    ----------
    everybody : Months
    sample : Months
        The same customer by customer.
    value_month, values : (orders of the sample,) ints and floats
        Month and value of every order, sorted.
    people : ints
        Customer and month packed into one number, of everybody, each once and sorted.
    every : int
        The sample holds one customer in so many.
    """

    everybody: Months
    sample: Months
    value_month: Ints
    values: Floats
    people: Ints
    every: int

    def customers_by(self, length: int) -> Ints:
        """The period of so many months of every customer with an order in it, each customer once a period."""
        customer, month = self.people >> _MONTH_BITS, self.people & ((1 << _MONTH_BITS) - 1)
        period = month // length
        first = np.ones(len(period), dtype=np.bool_)
        first[1:] = (period[1:] != period[:-1]) | (customer[1:] != customer[:-1])
        return np.asarray(period[first])


def read_books(engine: Engine, live: tuple[str, ...], *, lines: bool) -> Books:
    """Read what baskets are reckoned from; ``live`` names the money of the orders that there is any of."""
    every = max(1, int(engine.value("SELECT count(*) FROM ledger_keys")) // MOST_ASKED)
    filled = {
        "month": _MONTH,
        "value": " ".join(f"{sign} {name}" for name, sign in _SIGNS.items() if name in live),
        "kept": f"customer_key % {every} = 0",
        "lined": "count(*) FILTER (has_goods)" if lines else "0",
        "sums": "LEFT JOIN (SELECT order_no, has_goods FROM products_order_sums) USING (order_no)" if lines else "",
    }
    values = _arrays(engine, _VALUES.format(**filled))
    return Books(
        _months(engine, _ALL_ORDERS.format(**filled), _ALL_LINES.format(**filled) if lines else None),
        _months(engine, _ORDERS.format(**filled), _LINES.format(**filled) if lines else None),
        values["month"].astype(np.int64),
        values["value"],
        _people(engine),
        every,
    )


def _months(engine: Engine, orders: str, lines: str | None) -> Months:
    found = _arrays(engine, orders)
    month = found["month"].astype(np.int64)
    customer = found["customer_key"].astype(np.int64) if "customer_key" in found else np.zeros_like(month)
    sums = {"order_value": found["order_value"], "pieces": np.zeros(len(month)), "lines": np.zeros(len(month))}
    if lines:
        held = _arrays(engine, lines)
        theirs = (
            held["customer_key"].astype(np.int64)
            if "customer_key" in held
            else np.zeros(len(held["month"]), dtype=np.int64)
        )
        width = int(max(month.max(initial=0), 0)) + 1
        place = np.searchsorted(customer * width + month, theirs * width + held["month"].astype(np.int64))
        for name in ("pieces", "lines"):
            sums[name][place] = held[name]
    return Months(month, customer, found["orders"], found["lined"], sums)


def _people(engine: Engine) -> Ints:
    """Customers before months, so that the months of a customer stand together."""
    packed = np.asarray(engine.arrays(_PEOPLE.format(month=_MONTH, bits=_MONTH_BITS))["packed"]).astype(np.int64)
    packed.sort()
    first = np.ones(len(packed), dtype=np.bool_)
    first[1:] = packed[1:] != packed[:-1]
    return packed[first]


def _arrays(engine: Engine, sql: str) -> dict[str, Floats]:
    return {name: np.asarray(values).astype(np.float64) for name, values in engine.arrays(sql).items()}
