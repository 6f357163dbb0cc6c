"""Budget: a share of what was spent on one channel goes to another.

At average cost the channel that gives loses as many newcomers as the money had won, and the other wins as many as its average cost
buys. At marginal cost newcomers rise by less than spend does: N ~ spend^γ. So from a channel with N newcomers for a spend of S a share
b takes N (1 − (1 − b)^γ), and M of money brings N' ((1 + M / S')^γ' − 1) where S' had won N'.

γ is the slope of the logarithms of monthly newcomers and spend, drawn to the prior by its error (normal prior and likelihood). Months in
which demand itself was high lift both, so a slope above one counts as one.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from lifeworth.insight.ground import Frame
from lifeworth.insight.margins.what_if.change import Change
from lifeworth.insight.margins.what_if.winning import Pool, Winning, Worth

PRIOR, PRIOR_ERROR = 0.7, 0.2
FEWEST_MONTHS, LEAST_SPREAD = 12, 0.05
AVERAGE, MARGINAL = "at average cost", "at marginal cost"


@dataclass(frozen=True)
class Exponent:
    """By how many percent newcomers rise with one percent of spend, and its standard error."""

    mean: float
    error: float


def exponent(pool: Pool) -> Exponent:
    """The slope of the months, drawn to the prior; the prior alone where months are few or all alike."""
    there = (pool.spend_by_month > 0) & (pool.newcomers_by_month > 0)
    if there.sum() < FEWEST_MONTHS:
        return Exponent(PRIOR, PRIOR_ERROR)
    spend, newcomers = np.log(pool.spend_by_month[there]), np.log(pool.newcomers_by_month[there])
    if spend.std() < LEAST_SPREAD:
        return Exponent(PRIOR, PRIOR_ERROR)
    centred = spend - spend.mean()
    slope = float(centred @ newcomers / (centred @ centred))
    left = newcomers - newcomers.mean() - slope * centred
    error = max(float(np.sqrt(left @ left / (len(left) - 2) / (centred @ centred))), 0.05)
    weight = 1 / error**2 / (1 / error**2 + 1 / PRIOR_ERROR**2)
    mean = weight * min(max(slope, 0.0), 1.0) + (1 - weight) * PRIOR
    return Exponent(mean, sqrt(1 / (1 / error**2 + 1 / PRIOR_ERROR**2)))


def moved_budget(frame: Frame, winning: Winning, by: float, channel: str, to: str) -> tuple[Change, ...]:
    """Change of what next year's newcomers leave when a share ``by`` of a channel's spend goes to another: average, marginal."""
    money = "profit" if frame.in_profit else "revenue"
    what = f"{money} after acquisition of next year's newcomers of {channel} and {to}"
    giving, taking = (winning.pools.get(name.strip().lower()) for name in (channel, to))
    worths = tuple(winning.worth.get(name.strip().lower()) for name in (channel, to))
    missing = _missing(channel, giving, worths[0]) or _missing(to, taking, worths[1])
    if channel.strip().lower() == to.strip().lower():
        missing = "Money is moved to the channel it comes from"
    if missing or giving is None or taking is None or worths[0] is None or worths[1] is None:
        return (Change(what, None, None, 0.0, missing),)
    before = giving.newcomers * worths[0].mean + taking.newcomers * worths[1].mean - giving.spend - taking.spend
    same = Exponent(1.0, 0.0)
    told = (
        f"{by * giving.spend:,.0f} of the {giving.spend:,.0f} spent on {channel} in the last 365 days ({giving.newcomers:,.0f} newcomers) goes to {to} "
        f"({taking.newcomers:,.0f} newcomers for {taking.spend:,.0f}); a newcomer brings {worths[0].mean:,.2f} and {worths[1].mean:,.2f} over {frame.horizon_days} days before "
        f"acquisition, and those won besides are like the others, though the spend on {to} becomes {1 + by * giving.spend / taking.spend:.1f} times what it was"
    )
    average = _change(giving, taking, worths[0], worths[1], by, same, same)
    gives, takes = exponent(giving), exponent(taking)
    marginal = _change(giving, taking, worths[0], worths[1], by, gives, takes)
    rise = f"newcomers rise by {gives.mean:.2f} and {takes.mean:.2f} % with one percent of spend (from the months, drawn to {PRIOR:g} ± {PRIOR_ERROR:g}, which is taken for granted)"
    return (
        Change(what, before, *average, f"{told}; the last euro wins as many as the first", AVERAGE),
        Change(what, before, *marginal, f"{told}; {rise}", MARGINAL),
    )


def _missing(name: str, pool: Pool | None, worth: Worth | None) -> str:
    if pool is None or pool.spend <= 0 or pool.newcomers <= 0:
        return f"In the last 365 days no spend on {name} with newcomers is known"
    if worth is None:
        return f"What a newcomer through {name} is worth is not known"
    return ""


def _change(
    giving: Pool, taking: Pool, lost_worth: Worth, won_worth: Worth, by: float, gives: Exponent, takes: Exponent
) -> tuple[float, float]:
    """Mean and standard error, by the doubt of worths, of exponents and of how many newcomers chance brings."""
    moved = by * giving.spend

    def lost_at(power: float) -> float:
        return float(giving.newcomers * (1 - (1 - by) ** power)) if by < 1 else giving.newcomers

    def won_at(power: float) -> float:
        return float(taking.newcomers * ((1 + moved / taking.spend) ** power - 1))

    lost, won = lost_at(gives.mean), won_at(takes.mean)
    doubts = (
        lost * lost_worth.error,
        won * won_worth.error,
        lost_worth.mean * (lost_at(gives.mean + gives.error) - lost),
        won_worth.mean * (won_at(takes.mean + takes.error) - won),
        lost_worth.mean * lost / sqrt(giving.newcomers),
        won_worth.mean * won / sqrt(taking.newcomers),
    )
    return won * won_worth.mean - lost * lost_worth.mean, sqrt(sum(doubt * doubt for doubt in doubts))
