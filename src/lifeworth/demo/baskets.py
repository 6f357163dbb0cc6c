"""What is in an order: products at real prices that add up to what the customer meant to spend."""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.catalogue import QUANTITY_STEPS, Catalogue

MOST_LINES = 4
_LOOSE, _TIGHT = 0.20, 0.05
"""How far (in log price) a product may be from the sum in mind: a line in the middle, the line that closes."""


@dataclass(frozen=True)
class Lines:
    """One entry per order line, sorted by order; money is added later from the price list of the day."""

    order: Ints
    product: Ints
    quantity: Ints


@dataclass(frozen=True)
class Wish:
    """What orders are filled by, one entry per order.

    ``budget`` is what the goods should cost at today's prices, in euros; ``first`` says that it is the customer's first
    order. ``gateway`` and ``lookalike`` say that one piece of that product lies in it; no other first order holds them.
    """

    budget: Floats
    taste: Ints
    first: Bools
    gateway: Bools
    lookalike: Bools


def fill_baskets(wish: Wish, catalogue: Catalogue, rng: np.random.Generator) -> Lines:
    """Choose products for orders whose goods should cost their budget.

    Each line but the last takes a share of what is left; the last closes the gap with the product (and
    quantity) nearest in price. Every order has at least one line.
    """
    settled = _settled_lines(wish, catalogue)
    left = wish.budget - np.bincount(
        settled.order, weights=catalogue.price[settled.product], minlength=len(wish.budget)
    )
    empty = ~(wish.gateway | wish.lookalike)
    planned = _plan_lines(left, rng)
    cheapest = catalogue.price[0]
    lines = [settled]
    for nth in range(MOST_LINES):
        open_orders = np.flatnonzero((planned > nth) & ((left >= 0.6 * cheapest) | (empty & (nth == 0))))
        closing = planned[open_orders] == nth + 1
        share = np.where(closing, 1.0, rng.uniform(0.35, 0.75, len(open_orders)))
        goal = np.maximum(left[open_orders] * share, cheapest)
        first, taste = wish.first[open_orders], wish.taste[open_orders]
        product, quantity = _choose(goal, taste, closing, first, catalogue, rng)
        left[open_orders] -= catalogue.price[product] * quantity
        lines.append(Lines(open_orders, product, quantity))
    return _sort(lines)


def _settled_lines(wish: Wish, catalogue: Catalogue) -> Lines:
    gateway, lookalike = np.flatnonzero(wish.gateway), np.flatnonzero(wish.lookalike)
    product = np.repeat([catalogue.gateway, catalogue.lookalike], [len(gateway), len(lookalike)])
    return Lines(np.concatenate([gateway, lookalike]), product, np.ones_like(product))


def _sort(lines: list[Lines]) -> Lines:
    order = np.concatenate([part.order for part in lines])
    sequence = np.argsort(order, kind="stable")
    product = np.concatenate([part.product for part in lines])
    return Lines(order[sequence], product[sequence], np.concatenate([part.quantity for part in lines])[sequence])


def _plan_lines(left: Floats, rng: np.random.Generator) -> Ints:
    """Bigger orders have more lines."""
    chance = np.clip(np.log(np.maximum(left, 0.01) / 10) / np.log(20), 0.05, 0.80)
    return np.asarray(1 + rng.binomial(MOST_LINES - 1, chance))


def _choose(
    goal: Floats, taste: Ints, closing: Bools, first: Bools, catalogue: Catalogue, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """A product to the customer's taste, and how many of it, that together cost about ``goal`` euros."""
    quantity = _choose_quantity(goal, taste, catalogue, rng)
    unit = np.log(goal / quantity)
    prices = np.log(catalogue.price)
    nearest = np.searchsorted((prices[1:] + prices[:-1]) / 2, unit)
    candidates = nearest[:, None] + np.arange(-4, 5)
    on_shelf = (candidates >= 0) & (candidates < len(prices))
    candidates = np.clip(candidates, 0, len(prices) - 1)
    special = (candidates == catalogue.gateway) | (candidates == catalogue.lookalike)
    width = np.where(closing, _TIGHT, _LOOSE)[:, None]
    odds = np.log(catalogue.appetite[taste[:, None], candidates])
    odds -= 0.5 * ((prices[candidates] - unit[:, None]) / width) ** 2
    odds[~on_shelf | (special & first[:, None])] = -np.inf
    picked = np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)
    return candidates[np.arange(len(goal)), picked], quantity


def _choose_quantity(goal: Floats, taste: Ints, catalogue: Catalogue, rng: np.random.Generator) -> Ints:
    """How many of one product: mostly one, more for offices, never more than the money allows."""
    reached = np.cumsum(catalogue.quantity_odds, axis=1)[taste]
    drawn = QUANTITY_STEPS[np.sum(rng.uniform(size=(len(goal), 1)) > reached[:, :-1], axis=1)]
    affordable = np.maximum(np.floor(goal / catalogue.price[0]), 1)
    needed = np.ceil(goal / (1.1 * catalogue.price[-1]))
    return np.asarray(np.maximum(np.minimum(drawn, affordable), needed), dtype=np.int64)
