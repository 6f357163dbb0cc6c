"""Are there as many rare and frequent buyers as the model's one smooth population has?

Size of effect: root of the excess chi-square per customer (0.1 is a small misfit by Cohen's convention, 0.3 a medium).
"""

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest.diagnostics.finding import Evidence, too_little
from lifeworth.backtest.diagnostics.simulated import Misfit, Seen, Simulated, hold_against

NAME = "segments"
MIN_CUSTOMERS = 100
MATTERS = 0.06
_COUNTS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 29, 38, 50, 70, 100, 150, 250])


def ask_segments(simulated: Simulated) -> Evidence:
    """Customers by number of repeat purchases and time of observation against the fitted model."""
    if len(simulated.real) < MIN_CUSTOMERS or not simulated.real.x.any():
        return too_little(NAME, "Too few customers or repeat purchases to hold the mix of buyers against the model.")
    found = hold_against(simulated, _cell, len(_COUNTS) + 1)
    return Evidence(
        NAME, found.statistic, found.p_value, found.size, found.size >= MATTERS, _found(found), _calm(found)
    )


def _cell(seen: Seen) -> NDArray[np.int64]:
    return np.asarray(np.searchsorted(_COUNTS, seen.x, side="right"), dtype=np.int64)


def _found(found: Misfit) -> str:
    return (
        f"The mix of rare and frequent buyers is not the model's one smooth population: {100 * found.moved:.0f} % of customers "
        "bought another number of times than it expects, as where two kinds of customers are in one file. Totals may still be "
        "right; single customers of either kind are drawn too far to the middle."
    )


def _calm(found: Misfit) -> str:
    return (
        f"Numbers of repeat purchases are spread as the model expects ({100 * found.moved:.1f} % of customers differ)."
    )
