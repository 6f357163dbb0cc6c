"""When each customer first bought a category, and the dearest third of it, and what the first days after that brought."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Ints = NDArray[np.int64]

NEW, DEARER = "new category", "dearer kind"
OFFERS = (NEW, DEARER)
EPOCH = date(1970, 1, 1)
NEVER = 10**9

# A new category could be taken up from the first purchase of anything, its dearer kind from the first of the category.
_FIRSTS = """
WITH began AS (SELECT customer_key, min(day) AS began_on FROM retention_orders GROUP BY customer_key),
had AS (
  SELECT customer_key, category_no, min(day) AS had_on, min(day) FILTER (is_dear) AS dear_on, bool_or(has_dear) AS has_dear
  FROM retention_goods GROUP BY ALL)
SELECT h.customer_key, h.category_no, 0 AS offer, b.began_on AS could_on, h.had_on AS took_on
FROM had h JOIN began b USING (customer_key)
UNION ALL
SELECT customer_key, category_no, 1, had_on, dear_on FROM had WHERE has_dear"""

# What the dearer kind brings counts beyond the usual line of the category that the customer bought before.
_BROUGHT = """
WITH firsts AS ({firsts}),
adopted AS (
  SELECT f.* FROM firsts f JOIN retention_asked a USING (customer_key)
  WHERE a.is_sampled AND f.took_on > f.could_on AND f.took_on <= {last}),
usual AS (
  SELECT f.customer_key, f.category_no, avg(CAST(g.brought AS DECIMAL(18, 4))) AS usual
  FROM adopted f JOIN retention_goods g
    ON g.customer_key = f.customer_key AND g.category_no = f.category_no AND g.day < f.took_on
  WHERE f.offer = 1 GROUP BY ALL),
brought AS (
  SELECT f.customer_key, f.category_no, f.offer, f.took_on,
         sum(CAST(g.brought - CASE WHEN f.offer = 1 THEN u.usual ELSE 0 END AS DECIMAL(38, 4))) AS brought
  FROM adopted f JOIN retention_goods g
    ON g.customer_key = f.customer_key AND g.category_no = f.category_no
    AND g.day >= f.took_on AND g.day < f.took_on + {days} AND (f.offer = 0 OR g.is_dear)
  LEFT JOIN usual u ON u.customer_key = f.customer_key AND u.category_no = f.category_no
  GROUP BY ALL),
spent AS (
  SELECT b.customer_key, b.category_no, b.offer, sum(CAST(o.spent AS DECIMAL(38, 4))) AS spent
  FROM brought b JOIN retention_orders o
    ON o.customer_key = b.customer_key AND o.day < b.took_on AND o.day >= b.took_on - 365
  GROUP BY ALL)
SELECT b.offer, b.category_no, CAST(b.brought AS DOUBLE) AS brought, CAST(coalesce(s.spent, 0) AS DOUBLE) AS spent
FROM brought b LEFT JOIN spent s USING (customer_key, category_no, offer)
ORDER BY b.offer, b.category_no, b.customer_key"""


@dataclass(frozen=True)
class Firsts:
    """One entry per customer, category and offer (a place in OFFERS), days counted from 1970.

    ``could`` is the day from which it could be taken up, ``took`` the day it was, far in the future where it never was.
    """

    key: Ints
    category: Ints
    offer: Ints
    could: Ints
    took: Ints

    def of(self, offer: int, category: int) -> "Firsts":
        """Those of one offer."""
        which = (self.offer == offer) & (self.category == category)
        return Firsts(*(each[which] for each in (self.key, self.category, self.offer, self.could, self.took)))


@dataclass(frozen=True)
class Adopters:
    """One entry per customer of the even sample who took an offer up long enough ago.

    ``brought`` is what that brought in the days that followed, ``spent`` all their money in the 365 days before.
    """

    offer: Ints
    category: Ints
    brought: NDArray[np.float64]
    spent: NDArray[np.float64]


def categories(engine: Engine) -> dict[int, str]:
    """The categories by their number, those with most customers first."""
    rows = engine.rows("SELECT category_no, category FROM retention_categories ORDER BY 1")
    return {int(number): str(name) for number, name in rows}


def read_firsts(engine: Engine) -> Firsts:
    """Who bought what first when."""
    found = engine.arrays(f"""
        SELECT customer_key, category_no, offer, could_on - {day(EPOCH)} AS could, took_on - {day(EPOCH)} AS took
        FROM ({_FIRSTS}) ORDER BY ALL""")
    return Firsts(*(_whole(found[name]) for name in ("customer_key", "category_no", "offer", "could", "took")))


def read_adopters(engine: Engine, as_of: date, days: int) -> Adopters:
    """What taking up a category brought in the first ``days`` days, of those whose days are over."""
    found = engine.arrays(_BROUGHT.format(firsts=_FIRSTS, days=days, last=day(as_of - timedelta(days=days))))
    money = [np.asarray(np.ma.filled(found[name], 0), dtype=np.float64) for name in ("brought", "spent")]
    return Adopters(_whole(found["offer"]), _whole(found["category_no"]), *money)


def _whole(column: Any) -> Ints:
    return np.asarray(np.ma.filled(column, NEVER), dtype=np.int64)
