"""Do customers buy faster or slower as time goes by, while they stay?

Size of effect: relative change of the purchase rate in a year (-0.4 is 40 % less each year).
"""

import numpy as np

from lifeworth.backtest.diagnostics.between import MIN_PURCHASES, Between, contrast, pseudo_inverse, score
from lifeworth.backtest.diagnostics.finding import Evidence, too_little
from lifeworth.backtest.diagnostics.season import months_and_trend

NAME = "pace"
MATTERS = 0.12


def ask_pace(days: Between, season_p: float) -> Evidence:
    """Purchases early against late between first and last; a season that was seen is set aside first."""
    if len(days.purchases) < MIN_PURCHASES:
        return too_little(NAME, "Too few customers bought three times or more to see whether they slow down.")
    months, trend = months_and_trend(days)
    seasonal = season_p < 0.01
    features = np.hstack([trend[:, :1], months]) if seasonal else trend[:, :1]
    here = score(days, features, np.zeros(features.shape[1]))
    found = contrast(here, slice(0, 1), slice(1, features.shape[1]))
    change = float(np.expm1((pseudo_inverse(here.covariance)[0] @ here.slope)[0]))
    return Evidence(NAME, found.statistic, found.p_value, change, abs(change) >= MATTERS, _found(change), _calm(change))


def _found(change: float) -> str:
    word, side = ("slower", "too high") if change < 0 else ("faster", "too low")
    return (
        f"While they stay, customers buy ever {word} ({100 * change:+.0f} % a year). The purchase model gives everybody "
        f"one lasting rate, so forecasts tend to be {side}, the more the longer the horizon."
    )


def _calm(change: float) -> str:
    return f"Customers who stay keep their pace ({100 * change:+.0f} % a year, within chance or too little to matter)."
