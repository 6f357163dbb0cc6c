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


def fill_baskets(budget: Floats, taste: Ints, catalogue: Catalogue, rng: np.random.Generator) -> Lines:
    """Choose products for orders whose goods should cost ``budget`` euros at today's prices.

    Each line but the last takes a share of what is left; the last closes the gap with the product (and
    quantity) nearest in price. Every order has at least one line.
    """
    planned = _plan_lines(budget, rng)
    left = budget.copy()
    cheapest = catalogue.price[0]
    orders, products, quantities = [], [], []
    for nth in range(MOST_LINES):
        open_orders = np.flatnonzero((planned > nth) & ((left >= 0.6 * cheapest) | (nth == 0)))
        closing = planned[open_orders] == nth + 1
        share = np.where(closing, 1.0, rng.uniform(0.35, 0.75, len(open_orders)))
        goal = np.maximum(left[open_orders] * share, cheapest)
        product, quantity = _choose(goal, taste[open_orders], closing, catalogue, rng)
        left[open_orders] -= catalogue.price[product] * quantity
        orders.append(open_orders)
        products.append(product)
        quantities.append(quantity)
    order = np.concatenate(orders)
    sequence = np.argsort(order, kind="stable")
    return Lines(order[sequence], np.concatenate(products)[sequence], np.concatenate(quantities)[sequence])


def _plan_lines(budget: Floats, rng: np.random.Generator) -> Ints:
    """Bigger orders have more lines."""
    chance = np.clip(np.log(budget / 10) / np.log(20), 0.05, 0.80)
    return np.asarray(1 + rng.binomial(MOST_LINES - 1, chance))


def _choose(
    goal: Floats, taste: Ints, closing: Bools, catalogue: Catalogue, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """A product to the customer's taste, and how many of it, that together cost about ``goal`` euros."""
    quantity = _choose_quantity(goal, taste, catalogue, rng)
    unit = np.log(goal / quantity)
    prices = np.log(catalogue.price)
    nearest = np.searchsorted((prices[1:] + prices[:-1]) / 2, unit)
    candidates = nearest[:, None] + np.arange(-4, 5)
    on_shelf = (candidates >= 0) & (candidates < len(prices))
    candidates = np.clip(candidates, 0, len(prices) - 1)
    width = np.where(closing, _TIGHT, _LOOSE)[:, None]
    odds = np.log(catalogue.appetite[taste[:, None], candidates])
    odds -= 0.5 * ((prices[candidates] - unit[:, None]) / width) ** 2
    odds[~on_shelf] = -np.inf
    picked = np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)
    return candidates[np.arange(len(goal)), picked], quantity


def _choose_quantity(goal: Floats, taste: Ints, catalogue: Catalogue, rng: np.random.Generator) -> Ints:
    """How many of one product: mostly one, more for offices, never more than the money allows."""
    reached = np.cumsum(catalogue.quantity_odds, axis=1)[taste]
    drawn = QUANTITY_STEPS[np.sum(rng.uniform(size=(len(goal), 1)) > reached[:, :-1], axis=1)]
    affordable = np.maximum(np.floor(goal / catalogue.price[0]), 1)
    needed = np.ceil(goal / (1.1 * catalogue.price[-1]))
    return np.asarray(np.maximum(np.minimum(drawn, affordable), needed), dtype=np.int64)
