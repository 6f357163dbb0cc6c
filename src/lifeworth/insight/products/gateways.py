"""Which first purchases begin relationships worth more: ``products_gateways``."""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST, Frame, fill
from lifeworth.insight.products import tables
from lifeworth.insight.products.alike import Alike, find_alike
from lifeworth.insight.products.findings import AFTER_FIRST, WITH_FIRST, Counted, find, row
from lifeworth.insight.products.keyed import KNOWN
from lifeworth.insight.products.matched import Held, compare
from lifeworth.insight.products.newcomers import NEWCOMERS, Asked
from lifeworth.ledger.tables import drop, make_table
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_BUYERS = 30
_CAPPED = 0.001
_FIRST_LINES = "products_first_lines"

# What the first purchase day held, newcomer by newcomer; orders first, because few of them are first ones.
_HELD = """
SELECT DISTINCT n.place, l.product_no
FROM products_lines l
JOIN (SELECT o.order_no, p.place FROM products_orders o
      JOIN (SELECT customer_key, first_day, row_number() OVER (ORDER BY customer_key) - 1 AS place FROM products_newcomers) p
        ON p.customer_key = o.customer_key AND p.first_day = o.day) n USING (order_no)
WHERE l.product_no > 0 ORDER BY ALL"""

_BY_CATEGORY = """
SELECT DISTINCT place, c.member FROM products_first_lines JOIN (
  SELECT product_no, dense_rank() OVER (ORDER BY category) - 1 AS member FROM products_known WHERE category IS NOT NULL) c
USING (product_no) ORDER BY ALL"""

_NAMES = {
    "product": f"SELECT product_id, COALESCE(name, category) AS name FROM {KNOWN} WHERE product_id IS NOT NULL ORDER BY product_no",
    "category": f"SELECT DISTINCT NULL, category FROM {KNOWN} WHERE category IS NOT NULL ORDER BY category",
}


def write_gateways(engine: Engine, frame: Frame, asked: Asked) -> None:
    """Every product and category that at least 30 newcomers began with, against others of the same channel and month."""
    make_table(engine, _FIRST_LINES, _HELD)
    crowd = find_alike(engine)
    brought = {AFTER_FIRST: _capped(engine, "later"), WITH_FIRST: _capped(engine, "total")}
    for grouped_by in ("product", "category"):
        names = engine.rows(_NAMES[grouped_by])
        held = _held(engine, grouped_by, len(names))
        buyers = np.bincount(held.thing, minlength=held.things)
        kept = np.flatnonzero((buyers >= FEWEST_BUYERS) & (len(crowd) - buyers >= FEWEST))
        if len(kept):
            held = _only(held, kept)
            for counted, money in brought.items():
                found = find([names[place] for place in kept], _count(frame, crowd, held, money, counted))
                fill(engine, tables.GATEWAYS, [row(frame, asked, crowd, grouped_by, one) for one in found])
    drop(engine, _FIRST_LINES)


def _capped(engine: Engine, column: str) -> Floats:
    """Money of each newcomer, the wildest in a thousand at either end drawn in."""
    found = engine.arrays(f"SELECT {column}::DOUBLE AS money FROM {NEWCOMERS} ORDER BY customer_key")["money"]
    money = np.asarray(found, dtype=np.float64)
    low, high = np.quantile(money, [_CAPPED, 1 - _CAPPED], method="inverted_cdf")
    return np.clip(money, low, high)


def _held(engine: Engine, grouped_by: str, things: int) -> Held:
    if grouped_by == "product":
        sql = f"SELECT place, product_no - 1 AS thing FROM {_FIRST_LINES} WHERE product_no <= {things} ORDER BY ALL"
    else:
        sql = f"SELECT place, member AS thing FROM ({_BY_CATEGORY})"
    found = engine.arrays(sql)
    return Held(np.asarray(found["place"]).astype(np.int64), np.asarray(found["thing"]).astype(np.int64), things)


def _only(held: Held, kept: Ints) -> Held:
    """The same with the things kept, numbered anew."""
    number = np.full(held.things, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    wanted = number[held.thing] >= 0
    return Held(held.customer[wanted], number[held.thing[wanted]], len(kept))


def _count(frame: Frame, crowd: Alike, held: Held, money: Floats, counted: str) -> Counted:
    buyers = np.bincount(held.thing, minlength=held.things)
    sums = np.bincount(held.thing, weights=money[held.customer], minlength=held.things)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = (money.sum() - sums) / (len(money) - buyers)
    return Counted(
        counted,
        buyers,
        sums / buyers,
        others,
        compare(crowd.origin, held, money, frame.interval_level),
        compare(crowd.basket, held, money, frame.interval_level),
    )
