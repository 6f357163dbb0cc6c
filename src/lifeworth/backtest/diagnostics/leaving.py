"""Do customers leave when the model thinks they do?

Size of effect: root of the excess chi-square per customer who came back.
"""

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest.diagnostics.finding import Evidence, too_little
from lifeworth.backtest.diagnostics.simulated import Misfit, Seen, Simulated, hold_against

NAME = "leaving"
MIN_CUSTOMERS = 100
MATTERS = 0.06
_COUNTS = np.array([2, 4])
_PARTS = np.array([0.15, 0.3, 0.5, 0.7, 0.85])


def ask_leaving(simulated: Simulated) -> Evidence:
    """Customers by how far into their time they last bought against the fitted model."""
    if (simulated.real.x > 0).sum() < MIN_CUSTOMERS:
        return too_little(NAME, "Too few customers came back to see when customers leave.")
    found = hold_against(simulated, _cell, 1 + (len(_COUNTS) + 1) * (len(_PARTS) + 1))
    late = _late_excess(simulated)
    return Evidence(
        NAME, found.statistic, found.p_value, found.size, found.size >= MATTERS, _found(found, late), _calm(found)
    )


def _cell(seen: Seen) -> NDArray[np.int64]:
    """Cell 0 are those who never came back; the others go by count and place of the last purchase."""
    count = np.searchsorted(_COUNTS, seen.x, side="right")
    part = np.searchsorted(_PARTS, seen.t_x / np.maximum(seen.T, 1.0), side="right")
    return np.asarray(np.where(seen.x > 0, 1 + count * (len(_PARTS) + 1) + part, 0), dtype=np.int64)


def _late_excess(simulated: Simulated) -> float:
    """Seen over expected share of returning customers whose last purchase lies in the last 15 % of their time."""
    shares = []
    for seen in (simulated.real, simulated.model):
        came_back = seen.x > 0
        shares.append(float((seen.t_x[came_back] > 0.85 * seen.T[came_back]).mean()))
    return shares[0] / shares[1] - 1.0 if shares[1] > 0 else 0.0


def _found(found: Misfit, late: float) -> str:
    word, side = ("Fewer", "too high") if late < 0 else ("More", "too low")
    return (
        f"Customers do not leave as the purchase model thinks: {100 * found.moved:.0f} % last bought at another stage than it "
        f"expects. {word} of those who came back were seen lately than it expects ({100 * late:+.0f} %), so the forecast of "
        f"orders tends to be {side}."
    )


def _calm(found: Misfit) -> str:
    return f"Customers were last seen about when the model expects ({100 * found.moved:.1f} % differ)."
