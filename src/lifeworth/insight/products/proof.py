"""Does naming products for the next basket beat the favourites of all: ``products_next_proof``.

Each customer's last basket of the latest days is held out. Other customers are known up to the first of these days only, the
customer up to the day before the basket.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.products.contents import Baskets, Ints, Sparse
from lifeworth.insight.products.scores import BLOCK, NAMED, Taste, best, learn_taste, profiles, score

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EVERY_PRODUCT, NEW_PRODUCTS = "every product", "products new to the customer"
NEW, AGAIN = "new to the customer", "bought before"
MODEL = "goes with the customer's baskets"
POPULAR, LATELY, OWN = (
    "favourites of all customers",
    "favourites of the last four weeks",
    "the customer's own favourites",
)
ENOUGH, FEWEST, MOST_HELD = 500, 50, 3_000
_SURE = 0.95
_WINDOWS = (28, 56, 91, 182, 365)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Trial:
    """What was tried, and what came of it.

    Attributes
    ----------
    until : date
        What was bought on it or later was not learned from.
    hits : dict
        By way of counting and method, one entry per held-out basket: whether it holds one of the ten named.
    at_place : dict
        By kind of offer: held-out baskets with an offer at each place, and those that hold it.
    """

    until: date
    hits: dict[tuple[str, str], Bools]
    at_place: dict[str, list[tuple[int, int]]]


def hold_out(baskets: Baskets, as_of: date) -> Trial | None:
    """Try every method on the held-out baskets; none where fewer than fifty customers came back.

    The latest days are the fewest of 28, 56, 91, 182 and 365 that hold out 500 baskets, else those that hold out most; of more than 3,000
    baskets an even sample is tried.
    """
    last_day = (as_of - _EPOCH).days
    most, cut = np.zeros(0, dtype=np.int64), last_day
    for window in _WINDOWS:
        held = _held_out(baskets, last_day - window)
        if len(held) > len(most):
            most, cut = held, last_day - window
        if len(most) >= ENOUGH:
            break
    if len(most) < FEWEST:
        return None
    return try_on(baskets, most[:: -(-len(most) // MOST_HELD)], cut)


def _held_out(baskets: Baskets, cut: int) -> Ints:
    """The last basket of every customer, where it is not before a day and an earlier one is."""
    last = np.flatnonzero(np.append(baskets.customer[1:] != baskets.customer[:-1], True))
    earlier = np.zeros(len(baskets.customers), dtype=np.bool_)
    earlier[baskets.customer[baskets.day < cut]] = True
    return np.asarray(last[(baskets.day[last] >= cut) & earlier[baskets.customer[last]]], dtype=np.int64)


def try_on(baskets: Baskets, held: Ints, cut: int) -> Trial:
    """Try every method on held-out baskets, each the last of its customer, having learned from baskets before a day."""
    taste = learn_taste(baskets.where(baskets.day < cut), cut)
    before = np.ones(len(baskets), dtype=np.bool_)
    before[held] = False
    known = baskets.where(before)
    fading = profiles(known, len(baskets.customers))
    plain = profiles(known, len(baskets.customers), fading=False)
    tally = _Tally()
    for block in np.array_split(held, max(1, -(-len(held) // BLOCK))):
        who = baskets.customer[block]
        _try_block(tally, taste, fading[who], plain[who], baskets.holds[block])
    hits = {key: np.concatenate(parts) for key, parts in tally.hits.items()}
    return Trial(_EPOCH + timedelta(days=cut), hits, tally.at_place)


class _Tally:
    """Hits as they come, block by block."""

    def __init__(self) -> None:
        self.hits: dict[tuple[str, str], list[Bools]] = {}
        self.at_place: dict[str, list[tuple[int, int]]] = {NEW: [(0, 0)] * NAMED, AGAIN: [(0, 0)] * NAMED}

    def add(self, counted: str, method: str, found: Bools, asked: Bools) -> None:
        """Whether each basket was hit, of those that are asked in this way of counting."""
        self.hits.setdefault((counted, method), []).append(np.asarray(found.any(axis=1))[asked])

    def place(self, kind: str, named: Ints, found: Bools) -> None:
        """How often the product at each place was in the basket."""
        for place in range(named.shape[1]):
            offered, hit = self.at_place[kind][place]
            self.at_place[kind][place] = (
                offered + int((named[:, place] >= 0).sum()),
                hit + int(found[:, place].sum()),
            )


def _try_block(tally: _Tally, taste: Taste, fading: Sparse, plain: Sparse, holds: Sparse) -> None:
    before = plain[:, taste.products].toarray()
    own_before, in_basket = before > 0, holds[:, taste.products].toarray() > 0
    known = np.asarray((holds * (plain > 0)).sum(axis=1)).ravel()
    brings_new = np.asarray(holds.sum(axis=1)).ravel() > known
    ours = score(taste, fading[:, taste.products])
    rows = len(ours)
    everybody = np.ones(rows, dtype=np.bool_)
    ranked: dict[str, Floats] = {
        MODEL: ours,
        POPULAR: np.tile(taste.ever, (rows, 1)),
        LATELY: np.tile(taste.now + 1e-9 * taste.ever, (rows, 1)),
        OWN: before + 1e-3 * taste.ever / max(taste.ever.max(initial=0.0), 1.0),
    }

    def found(named: Ints) -> Bools:
        return np.asarray(np.take_along_axis(in_basket, np.maximum(named, 0), axis=1) & (named >= 0))

    for method, scores in ranked.items():
        tally.add(EVERY_PRODUCT, method, found(best(scores)), everybody)
        if method != OWN:
            tally.add(NEW_PRODUCTS, method, found(best(scores, ~own_before)), brings_new)
    for kind, allowed in ((NEW, ~own_before), (AGAIN, own_before)):
        named = best(ours, allowed)
        tally.place(kind, named, found(named))


def proof_rows(trial: Trial, level: float) -> list[list[Any]]:
    """The rows of ``products_next_proof``, best method first in either way of counting."""
    rows = []
    for counted in (EVERY_PRODUCT, NEW_PRODUCTS):
        methods = {method: hits for (way, method), hits in trial.hits.items() if way == counted and len(hits)}
        for method, hits in sorted(methods.items(), key=lambda item: (-item[1].mean(), item[0])):
            ratio = times(hits, methods[POPULAR], level)
            serves = method == MODEL and _beats(hits, methods[POPULAR])
            rows.append(
                [
                    counted,
                    method,
                    len(hits),
                    int(hits.sum()),
                    *rate(int(hits.sum()), len(hits), level),
                    *(ratio or (None, None, None)),
                    serves,
                    trial.until,
                    level,
                ]
            )
    return rows


def _beats(ours: Bools, theirs: Bools) -> bool:
    found = times(ours, theirs, _SURE)
    return found is not None and found[1] > 1


def serves(rows: list[list[Any]], counted: str) -> bool:
    """Whether the model did better than the favourites of all, beyond chance."""
    return any(row[0] == counted and row[1] == MODEL and row[10] for row in rows)


def rate(hits: int, asked: int, level: float) -> tuple[float, float, float]:
    """A share with its range (Wilson 1927).

    Examples
    --------
    >>> [round(end, 3) for end in rate(10, 40, 0.95)]
    [0.25, 0.142, 0.402]
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = hits / asked
    middle = (share + z * z / (2 * asked)) / (1 + z * z / asked)
    reach = z / (1 + z * z / asked) * sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked))
    return round(share, 6), round(max(middle - reach, 0.0), 6), round(min(middle + reach, 1.0), 6)


def times(ours: Bools, theirs: Bools, level: float) -> tuple[float, float, float] | None:
    """One hit rate over another on the same baskets, with its range on the scale of logarithms; none where either is zero."""
    count, a, b = len(ours), float(ours.mean()), float(theirs.mean())
    if a == 0 or b == 0:
        return None
    both = float((ours & theirs).mean())
    variance = ((1 - a) / a + (1 - b) / b - 2 * (both - a * b) / (a * b)) / count
    reach = NormalDist().inv_cdf((1 + level) / 2) * sqrt(max(variance, 0.0))
    return round(a / b, 6), round(exp(log(a / b) - reach), 6), round(exp(log(a / b) + reach), 6)
