"""What customers had in their baskets, as sparse matrices; a basket is what a customer bought on one day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lifeworth.insight.products.keyed import LINES
from lifeworth.store.engine import Engine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Sparse = sparse.csr_array

MOST_LINES = 1_500_000
MOST_PRODUCTS = 2_000

_SAMPLE = """
SELECT DISTINCT customer_key, (day - DATE '1970-01-01')::INTEGER AS day, product_no - 1 AS product
FROM products_lines WHERE product_no > 0 AND product_no <= {products} AND pieces > 0 AND {kept} ORDER BY ALL"""


@dataclass(frozen=True)
class Baskets:
    """Baskets sorted by customer and day.

    Attributes
    ----------
    customer : (baskets,) ints
        Place of the customer among ``customers``.
    day : (baskets,) ints
        Days since 1970-01-01.
    holds : (baskets, products) sparse
        One where the basket holds the product.
    customers : (customers,) ints
        Their numbers in the books.
    every : int
        One customer in so many was asked.
    """

    customer: Ints
    day: Ints
    holds: Sparse
    customers: Ints
    every: int = 1

    def __len__(self) -> int:
        """How many baskets."""
        return len(self.customer)

    def where(self, kept: NDArray[np.bool_]) -> "Baskets":
        """Some of the baskets; the customers keep their places."""
        return Baskets(
            self.customer[kept], self.day[kept], self.holds[np.flatnonzero(kept)], self.customers, self.every
        )


def sample_baskets(engine: Engine, products: int) -> Baskets:
    """Baskets of all customers, or of an even sample of them where there are too many lines to ask all."""
    lines = int(engine.value(f"SELECT count(*) FROM {LINES} WHERE product_no > 0"))
    every = max(1, -(-lines // MOST_LINES))
    return _read(engine, products, f"customer_key % {every} = 0", every)


def baskets_of(engine: Engine, products: int, customers: Ints) -> Baskets:
    """Baskets of certain customers."""
    wanted = ", ".join(str(int(key)) for key in customers)
    return _read(engine, products, f"customer_key IN ({wanted})" if wanted else "FALSE", 1)


def _read(engine: Engine, products: int, kept: str, every: int) -> Baskets:
    found = engine.arrays(_SAMPLE.format(products=products, kept=kept))
    key, day, product = (np.asarray(found[name]).astype(np.int64) for name in ("customer_key", "day", "product"))
    starts = np.ones(len(key), dtype=np.bool_)
    starts[1:] = (key[1:] != key[:-1]) | (day[1:] != day[:-1])
    basket = np.cumsum(starts) - 1
    customers, place = np.unique(key[starts], return_inverse=True)
    ones = np.ones(len(key))
    holds = sparse.csr_array((ones, (basket, product)), shape=(int(starts.sum()), products))
    return Baskets(np.asarray(place, dtype=np.int64), day[starts], holds, customers, every)


def commonest(baskets: Baskets, most: int = MOST_PRODUCTS) -> Ints:
    """Products in most baskets, at most so many, in the order of their numbers."""
    counts = count_products(baskets.holds)
    order = np.argsort(-counts, kind="stable")[:most]
    return np.sort(order[counts[order] > 0])


def count_products(holds: Sparse) -> Floats:
    """How many baskets hold each product."""
    return np.asarray(holds.sum(axis=0), dtype=np.float64).ravel()
