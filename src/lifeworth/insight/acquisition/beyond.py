"""The steps nobody, or too few, have reached: as the base goes on there, and beyond the base as the purchase model does."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition.chain import FEWEST_SEEN, Steps

Floats = NDArray[np.float64]

MOST_TIMES = 10.0


@dataclass(frozen=True)
class Curves:
    """What an average newcomer brought, and should bring, up to each age.

    Attributes
    ----------
    edges : (steps + 1,) ints
        Ages in days.
    mean : (groups, steps) floats
        Money up to the end of each step; NaN for a group of which too little was seen to say anything.
    draws : (draws, groups, steps) floats
    reach : (groups,) ints
        Steps that were seen; those after are predicted.
    customers : (groups, steps) floats
        How many were seen over each step.
    """

    edges: NDArray[np.int64]
    mean: Floats
    draws: Floats
    reach: NDArray[np.int64]
    customers: Floats


def go_on(base: Steps, onward: Floats, spread: float, noise: Floats) -> Steps:
    """The base with the steps it has not reached, in the proportions of a curve of repeat purchases.

    Parameters
    ----------
    onward : (steps,) floats
        Repeat purchases a newcomer is expected to make in each step, by the purchase model; NaN where it cannot say.
    spread : float
        Relative doubt about the curve's way from what was seen to the end.
    noise : (draws,) floats
        Standard normal.
    """
    reach = int(base.reach[0])
    seen = slice(1, reach)
    per_order = _level(base.mean[0, seen].sum(), onward[seen].sum())
    drawn = _level(base.draws[:, 0, seen].sum(axis=1), onward[seen].sum()) * np.exp(spread * noise - spread**2 / 2)
    mean, draws = base.mean.copy(), base.draws.copy()
    mean[0, reach:] = per_order * onward[reach:]
    draws[:, 0, reach:] = drawn[:, None] * onward[None, reach:]
    return Steps(mean, draws, base.reach, base.customers)


def _level(money: Floats, orders: float) -> Floats:
    return np.asarray(money / orders if orders > 0 else np.zeros_like(money))


def complete(groups: Steps, base: Steps, edges: NDArray[np.int64]) -> Curves:
    """Groups whose steps, where fewer than 30 customers reached them, are the base's times how the group compares so far.

    A group compares by the money after the first day: what it brought over what the base brought in the same steps, drawn to 1
    as if 30 customers of the base were among it.
    """
    steps = np.arange(groups.mean.shape[1])
    seen = steps[None, :] < groups.reach[:, None]
    later = seen & (steps[None, :] > 0)
    mean = np.where(
        seen, groups.mean, _times(groups.mean, groups.customers, later, base.mean[0])[:, None] * base.mean[0]
    )
    times = _times(groups.draws, groups.customers, later, base.draws[:, 0, :][:, None, :])
    draws = np.where(seen, groups.draws, times[..., None] * base.draws[:, 0, :][:, None, :])
    unknown = groups.reach == 0
    mean[unknown], draws[:, unknown] = np.nan, np.nan
    return Curves(edges, mean.cumsum(axis=1), draws.cumsum(axis=2), groups.reach, groups.customers)


def doubt(curves: Curves, begins: NDArray[np.bool_], spread: float, noise: Floats) -> Curves:
    """The same curves with a doubt that all share: how far the next newcomers may be from the last.

    Parameters
    ----------
    begins : (groups,) bools
        Whether all of a group's curve is about the next newcomers; otherwise only what is predicted of it.
    spread : float
        Relative.
    noise : (draws,) floats
        Standard normal.
    """
    last = np.maximum(curves.reach - 1, 0)
    seen = np.take_along_axis(curves.draws, last[None, :, None], axis=2)
    fixed = np.where(begins[None, :, None] | (curves.reach == 0)[None, :, None], 0.0, seen)
    ahead = begins[:, None] | (np.arange(curves.mean.shape[1]) >= curves.reach[:, None])
    factor = np.exp(spread * noise - spread**2 / 2)[:, None, None]
    return replace(curves, draws=np.where(ahead, fixed + (curves.draws - fixed) * factor, curves.draws))


def _times(steps: Floats, customers: Floats, later: NDArray[np.bool_], base: Floats) -> Floats:
    """How many times the base's later money a group brings; 1 where nothing says otherwise."""
    people = np.where(later, customers, 0.0)
    brought = np.where(later, np.nan_to_num(steps) * people, 0.0).sum(axis=-1)
    known = np.nan_to_num(base)
    usual = np.where(later, known * people, 0.0).sum(axis=-1)
    prior = FEWEST_SEEN * np.where(later, known, 0.0).sum(axis=-1)
    compared = np.divide(brought + prior, usual + prior, out=np.ones_like(brought), where=(usual + prior) > 0)
    return np.asarray(np.clip(compared, 0.0, MOST_TIMES))
