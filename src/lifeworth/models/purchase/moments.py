"""Rough parameters to start a climb from, by matching moments."""

import numpy as np

from lifeworth.maths.purchase_table import PurchaseTable


def rate_moments(scaled: PurchaseTable) -> tuple[float, float]:
    """Shape and scale of purchase rates as if nobody left: the negative binomial's moments, time in mean T."""
    x, weight, customers = scaled.x[scaled.x_code], scaled.weight, scaled.customers
    mean = float(np.sum(weight * x)) / customers
    variance = float(np.sum(weight * (x - mean) ** 2)) / customers
    if mean == 0.0:
        return 0.5, 5.0
    r = float(np.clip(mean**2 / max(variance - mean, 0.1 * mean), 0.05, 10.0))
    return r, float(np.clip(r / mean, 1e-4, 1e3))
