"""From what is usual in a newcomer's groups to what the customer's own orders say, without a step.

A group that buys m times as fast as the base is a base customer whose clock runs m times as fast: in BG/NBD,
alpha / m in the place of alpha is the same as every duration times m (Fader & Hardie 2007, "Incorporating
time-invariant covariates into the Pareto/NBD and BG/NBD models"). So the group sets where the prior stands, and the posterior (r + x) / (alpha / m + T)
lets the customer's own orders speak louder with each one; there is no day on which one method replaces another.
Pareto/NBD has no such clock: there, it would speed up leaving too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.errors import UsageError
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.model import PurchaseModel

Floats = NDArray[np.float64]

SLOWEST, FASTEST = 1 / 20, 20.0
GRID = 241
ROUNDS = 3


def pace_for(model: PurchaseModel, orders: Floats, days: float) -> Floats:
    """How fast clocks run in groups that make so many repeat purchases in their first ``days``: (n,), 1/20 to 20.

    Parameters
    ----------
    orders : (n,) floats
        Repeat purchases expected of a newcomer of the group in that stretch.
    days : float
        Length of that stretch, in the unit the model was fitted in.
    """
    if not days > 0:
        raise UsageError(f"days must be above 0; found {days}")
    paces = np.geomspace(SLOWEST, FASTEST, GRID)
    made = np.asarray(model.expected_for_new_customer(paces * days))
    return np.asarray(np.exp(np.interp(orders, made, np.log(paces))))


@dataclass(frozen=True)
class Handover:
    """A purchase model of the base whose customers' clocks run at the pace of their groups.

    Attributes
    ----------
    model : BGNBD
        Of a customer with pace 1; its r is how much customers differ within groups.
    orders, pace : (k,) floats
        Repeat purchases of a newcomer in the stretch, ascending, and the pace that stands for them.
    """

    model: BGNBD
    orders: Floats
    pace: Floats

    def pace_of(self, orders: Floats) -> Floats:
        """Pace of customers by the repeat purchases that were expected of them on their first day."""
        return np.asarray(np.exp(np.interp(orders, self.orders, np.log(self.pace))))

    def expected(self, t: float, orders: Floats, frequency: Floats, recency: Floats, T: Floats) -> Floats:
        """Purchases expected in the next ``t``: (n,).

        On the day of the first order (no repeat, T = 0) this is what the groups say; with every order and every
        silent week more of it is the customer's own.

        Parameters
        ----------
        orders : (n,) floats
            Repeat purchases that were expected of each customer in the stretch on the first day.
        """
        pace = self.pace_of(orders)
        return np.asarray(self.model.expected_purchases(pace * t, frequency, pace * recency, pace * T))


def learn_handover(orders: Floats, days: float, frequency: Floats, recency: Floats, T: Floats) -> Handover:
    """Fit the purchase model in each customer's own time, so that differences between groups are not counted twice.

    Fitted in calendar time, the model takes differences between groups for differences between customers; in their
    own time only what groups leave unsaid remains. Pace and model are found in turn; paces are one on average.

    Parameters
    ----------
    orders : (n,) floats
        Repeat purchases expected of each customer in the first ``days``, from their groups.
    frequency, recency, T : (n,) floats
        What each customer has done since, in the unit of ``days``.
    """
    levels = np.unique(np.round(orders, 6))
    if len(levels) > GRID:
        levels = np.unique(np.quantile(levels, np.linspace(0, 1, GRID)))
    pace = np.ones(len(levels))
    for _ in range(ROUNDS):
        own = np.exp(np.interp(orders, levels, np.log(pace)))
        model = BGNBD().fit(frequency, own * recency, own * T)
        pace = pace_for(model, levels, days)
        pace = pace / np.exp(np.log(np.interp(orders, levels, pace)).mean())
    own = np.exp(np.interp(orders, levels, np.log(pace)))
    return Handover(BGNBD().fit(frequency, own * recency, own * T), levels, pace)
