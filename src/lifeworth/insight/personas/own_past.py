"""What a group is worth once its own past speaks for it.

A customer's value is drawn towards the whole base where their own history is short (Fader, Hardie and Lee 2005): right for one
customer, too near the base for the sum of a kind that truly differs, because every member is drawn the same way. So each group
gets a BG/NBD of its own, and its own profit per order; the base's expected value, which the customer table states, is shared out in
these proportions. Values of the groups still add up to the base's.
"""

from dataclasses import dataclass

import numpy as np

from lifeworth.insight.ground import Frame
from lifeworth.insight.personas.people import People
from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.models.purchase.bg_nbd import BGNBD

MOST_FITTED = 4_000
FEWEST_REPEATERS = 20
_STEP = 1e-3


@dataclass(frozen=True)
class OwnPast:
    """One entry for each group, the last for everybody else.

    Attributes
    ----------
    each : array, shape (groups + 1,)
        What one of them brings over the horizon by the group's own past, before it is brought to the base's total.
    error : array, shape (groups + 1,)
        Its relative standard error: what the group's past leaves open about its rate, its leaving and its profit per order.
    """

    each: FloatArray
    error: FloatArray


def hear_groups(people: People, member: IntArray, groups: int, frame: Frame) -> OwnPast | None:
    """The own past of every group; None where some group's past is too short or too odd to speak for itself.

    Parameters
    ----------
    member : array, shape (seen,)
        Place of each person's group; −1 for none.
    """
    if not people.has_past or not frame.horizon_days:
        return None
    found = [_hear(people, member == place, frame) for place in (*range(groups), -1)]
    heard = [each for each in found if each is not None]
    if len(heard) < len(found) or min(each for each, _ in heard) <= 0:
        return None
    return OwnPast(np.array([each for each, _ in heard]), np.array([error for _, error in heard]))


def _hear(people: People, inside: BoolArray, frame: Frame) -> tuple[float, float] | None:
    """What one of a group brings, and the relative standard error of that; nothing where the group cannot be heard."""
    if not inside.any():
        return 1.0, 0.0
    x, t_x, time = (each[inside] for each in (people.frequency, people.recency_days, people.known_days))
    if (x > 0).sum() < FEWEST_REPEATERS or not _sound(x, t_x, time):
        return None
    fitted = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_FITTED)).astype(np.intp))
    model = BGNBD(restarts=0).fit(x[fitted], t_x[fitted], time[fitted])
    if not model.converged_ or model.prior_used_:
        return None
    orders = _expect(model.log_params_, x, t_x, time, frame.horizon_days)
    slope = [
        (_expect(model.log_params_ + step, x, t_x, time, frame.horizon_days) - orders) / _STEP
        for step in _STEP * np.eye(len(model.log_params_))
    ]
    open_ = float(np.sqrt(max(np.array(slope) @ model.log_covariance_ @ np.array(slope), 0.0)))
    profit, doubt = _per_order(people.past[inside], people.orders[inside])
    if orders <= 0 or profit == 0:
        return None
    return orders * profit, float(np.hypot(open_ / orders, doubt / abs(profit)))


def _sound(x: FloatArray, t_x: FloatArray, time: FloatArray) -> bool:
    """Whether these are histories at all: repeats take time, and nobody bought after the end."""
    return bool(((time > 0) & (t_x <= time) & ((x > 0) == (t_x > 0))).all())


def _expect(log_params: FloatArray, x: FloatArray, t_x: FloatArray, time: FloatArray, days: int) -> float:
    """Mean of the orders each is expected to place."""
    model = BGNBD.from_parameters(dict(zip(BGNBD.names, np.exp(log_params).tolist(), strict=True)))
    return float(model.expected_purchases(float(days), x, t_x, time).mean())


def _per_order(money: FloatArray, orders: FloatArray) -> tuple[float, float]:
    """Money of an order, and its standard error (a ratio of sums; Cochran 1977, *Sampling Techniques*, equation 6.13)."""
    total = float(orders.sum())
    if total <= 0:
        return 0.0, 0.0
    ratio = float(money.sum()) / total
    rest = money - ratio * orders
    return ratio, float(np.sqrt((rest**2).sum() * len(rest) / max(len(rest) - 1, 1))) / total
