"""How many orders hold each product or category, and how many customers bought it, in all and by year.

Counting different people is sorting: product, customer and year of every line are packed into one whole number, and equal
neighbours are counted once. Customers come in blocks, so memory does not grow with the number of lines.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.products.keyed import LINES
from lifeworth.store.engine import Engine

Ints = NDArray[np.int64]

COUNTS = "products_counts"
BLOCK = 4_000_000
_THING_BITS, _YEAR_BITS, _OTHER_YEARS = 32, 5, 31
_SHIFT = _THING_BITS + _YEAR_BITS

_LINES = """
SELECT {part} + (customer_key::BIGINT << {bits}) AS customers, {part} + (order_no::BIGINT << {bits}) AS orders
FROM products_lines WHERE customer_key >= {since} AND customer_key < {until}"""

_PART = """(product_no::BIGINT << {shift}) + CASE WHEN year(day) BETWEEN {first} AND {last} THEN year(day) - {first} ELSE {other} END"""


def count_members(engine: Engine, groupings: Mapping[str, Ints], first: int, last: int) -> None:
    """Write ``products_counts``: by grouping and member, for all years (``year`` empty) and each year, orders and customers.

    Parameters
    ----------
    groupings : mapping of (products + 1,) ints
        The member, from 0, to which each product belongs; the first entry is for lines of no product.
    first, last : int
        The calendar years that are told apart, at most 31.
    """
    part = _PART.format(shift=_SHIFT, first=first, last=last, other=_OTHER_YEARS)
    sums = {name: {what: _nobody(members) for what in ("orders", "customers")} for name, members in groupings.items()}
    for since, until in _blocks(engine):
        found = engine.arrays(_LINES.format(part=part, bits=_YEAR_BITS, since=since, until=until))
        for what in ("orders", "customers"):
            packed = np.asarray(found.pop(what))
            product = packed >> _SHIFT
            packed &= (1 << _SHIFT) - 1
            for name, members in groupings.items():
                _count(sums[name][what], (members[product] << _SHIFT) + packed)
    for place, (name, found_sums) in enumerate(sums.items()):
        _write(engine, name, found_sums, first, last, begin=place == 0)


def _nobody(members: Ints) -> Ints:
    """A row per member; a column per year, one for other years, the last for all together."""
    return np.zeros((int(members.max()) + 1, _OTHER_YEARS + 2), dtype=np.int64)


def _blocks(engine: Engine) -> list[tuple[int, int]]:
    """Ranges of customer numbers that hold so many lines each, about."""
    [(lines, most)] = engine.rows(f"SELECT count(*), coalesce(max(customer_key), 0) FROM {LINES}")
    blocks = max(1, -(-int(lines) // BLOCK))
    edges = [round(place * (int(most) + 1) / blocks) for place in range(blocks + 1)]
    return list(zip(edges, edges[1:], strict=False))


def _count(sums: Ints, packed: Ints) -> None:
    """Add different things by member and year, and by member alone."""
    packed.sort()
    different = packed[_changes(packed)]
    by_year = (different >> _SHIFT) * (_OTHER_YEARS + 1) + (different & _OTHER_YEARS)
    sums[:, :-1] += np.bincount(by_year, minlength=sums[:, :-1].size).reshape(len(sums), -1)
    alone = different[_changes(different >> _YEAR_BITS)]
    sums[:, -1] += np.bincount(alone >> _SHIFT, minlength=len(sums))


def _changes(values: Ints) -> NDArray[np.bool_]:
    """Where a sorted array has a value for the first time."""
    first = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return first


def _write(engine: Engine, grouped_by: str, sums: Mapping[str, Ints], first: int, last: int, *, begin: bool) -> None:
    slots = [*range(last - first + 1), _OTHER_YEARS + 1]
    every = np.arange(first, last + 2)
    size = len(sums["orders"])
    columns = {
        "grouped_by": np.repeat(np.array([grouped_by], dtype=object), size * len(slots)),
        "member": np.repeat(np.arange(size), len(slots)),
        "year": np.ma.masked_array(np.tile(every, size), mask=np.tile(every > last, size)),
        "orders": sums["orders"][:, slots].ravel(),
        "customers": sums["customers"][:, slots].ravel(),
    }
    (engine.write if begin else engine.append)(COUNTS, columns)
