"""Which products go into a basket together more often than chance would put them there: ``products_pairs``.

Support, confidence and lift are those of Agrawal, Imielinski and Swami 1993 and Brin, Motwani, Ullman and Tsur 1997. One
customer's baskets are alike, so the error of a lift adds up customers, not baskets (delta method, cluster-robust).
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.products.contents import Baskets, Ints, Sparse, commonest
from lifeworth.insight.products.discovery import SHARE_OF_CHANCE, false_discovery

Floats = NDArray[np.float64]

PARTNERS, _TRIED, _BLOCK = 5, 10, 1_000


@dataclass(frozen=True)
class Pairs:
    """Two products each, one entry per pair; figures as in ``products_pairs``, ``spread`` is that of the lift's logarithm."""

    first: Ints
    second: Ints
    together: Floats
    customers: Ints
    confidence: Floats
    lift: Floats
    spread: Floats
    q_value: Floats


def find_pairs(baskets: Baskets) -> Pairs:
    """The pairs beyond chance among the commonest products; products are places in ``commonest(baskets)``."""
    products = commonest(baskets)
    holds = baskets.holds[:, products]
    counts = np.asarray(holds.sum(axis=0), dtype=np.float64).ravel()
    first, second, together = _promising(holds, counts)
    every = float(len(baskets))
    lift = together * every / (counts[first] * counts[second])
    people, variance = _by_customer(baskets, holds, first, second, together, counts)
    with np.errstate(divide="ignore"):
        far = np.log(lift) / np.sqrt(variance)
    asked = len(products) * (len(products) - 1)
    found = people >= FEWEST
    q_values = np.ones(len(first))
    if found.any():
        q_values[found] = false_discovery(special.ndtr(-far[found]), asked)
    kept = np.flatnonzero(found & (q_values <= SHARE_OF_CHANCE))
    return Pairs(
        products[first[kept]],
        products[second[kept]],
        together[kept],
        people[kept],
        together[kept] / counts[first[kept]],
        lift[kept],
        np.sqrt(variance[kept]),
        q_values[kept],
    )


def _promising(holds: Sparse, counts: Floats) -> tuple[Ints, Ints, Floats]:
    """For each product the ten whose lift would be surest were all baskets independent; at least ten baskets hold both."""
    size, every = len(counts), float(holds.shape[0])
    together = (holds.T @ holds).toarray().astype(np.float64)
    np.fill_diagonal(together, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = together * every / (counts[:, None] * counts)
        variance = 1 / together - 1 / counts[:, None] - 1 / counts + (2 * lift - 1) / every
        surest = np.where(together >= FEWEST, np.log(lift) - 2 * np.sqrt(np.maximum(variance, 0.0)), -np.inf)
    most = min(_TRIED, size)
    chosen = np.argpartition(-surest, most - 1, axis=1)[:, :most] if size else np.zeros((0, 0), dtype=np.int64)
    first, second = np.repeat(np.arange(size), most), chosen.ravel()
    kept = surest[first, second] > 0
    first, second = first[kept], second[kept]
    return first, second, together[first, second]


def _by_customer(
    baskets: Baskets, holds: Sparse, first: Ints, second: Ints, together: Floats, counts: Floats
) -> tuple[Ints, Floats]:
    """Customers with both in a basket, and the variance of the logarithm of the lift.

    A customer moves it by c = n_ab/N_ab − n_a/N_a − n_b/N_b + n/N of their baskets against all; the variance is Σ c².
    """
    who = sparse.csr_array(
        (np.ones(len(baskets)), (baskets.customer, np.arange(len(baskets)))),
        shape=(len(baskets.customers), len(baskets)),
    )
    size = np.bincount(baskets.customer, minlength=len(baskets.customers)) / max(len(baskets), 1)
    part = (who @ holds @ sparse.diags_array(1 / counts)).tocsc()
    squares = np.asarray((part * part).sum(axis=0)).ravel()
    with_size = np.asarray(part.T @ size).ravel()
    columns = holds.tocsc()
    people, variance = np.zeros(len(first), dtype=np.int64), np.zeros(len(first))
    for start in range(0, len(first), _BLOCK):
        here = slice(start, start + _BLOCK)
        a, b = first[here], second[here]
        both = (who @ (columns[:, a] * columns[:, b]) @ sparse.diags_array(1 / together[here])).tocsc()
        people[here] = np.diff(both.indptr)
        variance[here] = (
            _total(both * both) + squares[a] + squares[b] + float(size @ size)
            - 2 * _total(both * part[:, a]) - 2 * _total(both * part[:, b]) + 2 * np.asarray(both.T @ size).ravel()
            + 2 * _total(part[:, a] * part[:, b]) - 2 * with_size[a] - 2 * with_size[b]
        )  # fmt: skip
    return people, np.maximum(variance, 0.0)


def _total(values: Sparse) -> Floats:
    return np.asarray(values.sum(axis=0), dtype=np.float64).ravel()


def pair_rows(pairs: Pairs, baskets: Baskets, names: list[tuple[str, str]], level: float) -> list[list[Any]]:
    """The rows of ``products_pairs``: five partners at most for each product, the highest low end of the lift first."""
    reach = NormalDist().inv_cdf((1 + level) / 2) * pairs.spread
    low, high = pairs.lift * np.exp(-reach), pairs.lift * np.exp(reach)
    order = np.lexsort((pairs.second, -low, pairs.first))
    rows: list[list[Any]] = []
    place, last = 0, -1
    for one in order:
        first, second = int(pairs.first[one]), int(pairs.second[one])
        place = place + 1 if first == last else 1
        last = first
        if place > PARTNERS:
            continue
        rows.append(
            [
                *names[first],
                place,
                *names[second],
                len(baskets),
                int(pairs.together[one]),
                int(pairs.customers[one]),
                round(float(pairs.together[one]) / len(baskets), 8),
                round(float(pairs.confidence[one]), 6),
                *(round(float(each), 4) for each in (pairs.lift[one], low[one], high[one])),
                float(f"{pairs.q_value[one]:.6g}"),
                baskets.every,
                level,
            ]
        )
    return rows
