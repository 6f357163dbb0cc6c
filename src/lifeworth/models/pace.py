"""A forecast at another total: the same customers in a busier or quieter stretch."""

import numpy as np

from lifeworth.models.learned.window import Expectation


def at_pace(expected: Expectation, orders: float, revenue: float) -> Expectation:
    """Multiply all orders and all revenue; chances follow as if time ran that much faster: 1 − (1 − p)^k."""
    stays_away = 1.0 - np.clip(expected.chance, 0.0, 1.0 - 1e-12)
    return Expectation(1.0 - stays_away**orders, expected.orders * orders, expected.revenue * revenue)
