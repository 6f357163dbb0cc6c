"""Two methods anyone can do in a spreadsheet. A model that cannot beat them should say so."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def rate_so_far(money: Floats, T_days: Floats, horizon_days: float) -> Floats:
    """Everybody goes on bringing money at their own average pace.

    The pace is taken over the time since the first purchase, or over one horizon where that is longer:
    a customer of three days has no pace yet.
    """
    return money / np.maximum(T_days, horizon_days) * horizon_days


def last_stretch(money_of_last_horizon: Floats) -> Floats:
    """Everybody brings again what they brought in the last stretch as long as the horizon."""
    return money_of_last_horizon
