"""Do the same customers' orders grow or shrink over time?

Size of effect: relative change of the order value in a year, within customers.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from lifeworth.backtest.diagnostics.finding import Evidence, too_little
from lifeworth.backtest.diagnostics.sample import Sample

Floats = NDArray[np.float64]

NAME = "prices"
MIN_CUSTOMERS = 30
MATTERS = 0.05


def ask_prices(sample: Sample) -> Evidence:
    """Slope of the log of a purchase day's money on its date within customers, customers as clusters."""
    paid = sample.money > 0
    customer, years = sample.customer[paid], sample.day[paid] / 365.25
    years = _within(years, customer, len(sample))
    several = int((np.bincount(customer, years**2, len(sample)) > 0).sum())
    if several < MIN_CUSTOMERS:
        return too_little(NAME, "Too few customers paid twice to see whether their orders grow.")
    money = _within(np.log(sample.money[paid]), customer, len(sample))
    slope, error = clustered_slope(years, money, customer, several)
    z = slope / error if error > 0 else 0.0
    change = float(np.expm1(slope))
    p_value = float(2 * student.sf(abs(z), several - 1))
    return Evidence(NAME, z, p_value, change, abs(change) >= MATTERS, _found(change), _calm(change))


def _within(values: Floats, customer: NDArray[np.int64], customers: int) -> Floats:
    """Distance from the customer's own mean."""
    count = np.maximum(np.bincount(customer, minlength=customers), 1)
    return np.asarray(values - (np.bincount(customer, values, customers) / count)[customer])


def clustered_slope(years: Floats, money: Floats, customer: NDArray[np.int64], clusters: int) -> tuple[float, float]:
    """Least-squares slope and its error when whatever a customer's orders share is their own."""
    bread = float(years @ years)
    slope = float(years @ money) / bread
    meat = np.bincount(customer, years * (money - slope * years))
    return slope, float(np.sqrt((meat @ meat) * clusters / (clusters - 1))) / bread


def _found(change: float) -> str:
    word, side = ("grow", "too low") if change > 0 else ("shrink", "too high")
    return (
        f"The same customers' orders {word} by {100 * abs(change):.0f} % a year. The spend model gives everybody one lasting "
        f"level, so money forecasts tend to be {side}, by about that much a year ahead."
    )


def _calm(change: float) -> str:
    return f"Order values of the same customers hold steady ({100 * change:+.0f} % a year, within chance or too little to matter)."
