"""Ways to draw codes: from shares, from odds, from a table of chances.

A function named ``…_at`` takes the random numbers (between 0 and 1) from its caller.
"""

from collections.abc import Sequence

import numpy as np

from lifeworth.demo.arrays import Floats, Ints


def draw_share(shares: Sequence[float], count: int, rng: np.random.Generator) -> Ints:
    """So many codes, each with its share."""
    return share_at(shares, rng.uniform(size=count))


def share_at(shares: Sequence[float], numbers: Floats) -> Ints:
    """The code below whose running share each number lies."""
    reached = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(reached, numbers, side="right").astype(np.int64)


def draw_likeliest(log_odds: Floats, rng: np.random.Generator) -> Ints:
    """One column per row, with odds ``exp(log_odds)`` (the Gumbel trick)."""
    return np.asarray(np.argmax(log_odds + rng.gumbel(size=log_odds.shape), axis=1), dtype=np.int64)


def draw_given(chances: Floats, given: Ints, rng: np.random.Generator) -> Ints:
    """One column of ``chances`` for each entry of ``given``, which says whose row holds."""
    return row_at(chances[given], rng.uniform(size=len(given)))


def row_at(chances: Floats, numbers: Floats) -> Ints:
    """One column per row, the one below whose running chance the row's number lies."""
    reached = np.cumsum(chances, axis=1)[:, :-1]
    return np.asarray(np.sum(numbers[:, None] > reached, axis=1), dtype=np.int64)


def chances_of(log_odds: Floats) -> Floats:
    """The chance of each column, row by row."""
    odds = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
