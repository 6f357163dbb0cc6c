"""From numbers to a decision."""

from dataclasses import dataclass
from math import ceil

from lifeworth.insight.experiments.effects.effect import Effect
from lifeworth.insight.experiments.effects.peeking import AlwaysValid
from lifeworth.insight.experiments.reading.watched import Watched
from lifeworth.insight.ground import FEWEST
from lifeworth.maths.power import Aim, customers_needed

KEEP, STOP, CANNOT_TELL = "keep", "stop", "cannot tell"
TOO_EARLY, DO_NOT_USE, TOO_SMALL = "too early", "do not use", "too small"
FIXED, ALWAYS_VALID = "fixed", "always valid"
POWER = 0.8
# Means of fewer buyers are not yet near a bell curve, whatever is corrected.
BUYERS = 10


@dataclass(frozen=True)
class Decision:
    """What to do, by which range, and how many customers an effect of the size seen would take to show."""

    verdict: str
    look_at: str
    low: float | None
    high: float | None
    customers_needed: int | None


def decide(
    effect: Effect | None, valid: AlwaysValid | None, watched: Watched, arm: int, *, ended: bool, believed: bool
) -> Decision:
    """Keep or stop, where a range says so that may be looked at today."""
    look_at = FIXED if ended else ALWAYS_VALID
    if effect is None or _few(watched, arm):
        return Decision(TOO_SMALL, look_at, None, None, None)
    low, high = effect.adjusted.range(effect.level) if ended else (valid.low, valid.high) if valid else (None, None)
    verdict = verdict_of(low, high) if low is not None and high is not None else TOO_EARLY
    return Decision(verdict if believed else DO_NOT_USE, look_at, low, high, needed(effect, watched, arm))


def verdict_of(low: float, high: float) -> str:
    """Keep what surely brings more than it costs, stop what surely does not."""
    return KEEP if low > 0 else STOP if high < 0 else CANNOT_TELL


def _few(watched: Watched, arm: int) -> bool:
    return any(
        watched.people(side) < FEWEST or int(watched.bought[watched.arm == side].sum()) < BUYERS for side in (arm, 0)
    )


def needed(effect: Effect, watched: Watched, arm: int) -> int | None:
    """Customers in both arms together who would show a difference as large as this one, in four of five experiments."""
    treated, control = watched.people(arm), watched.people(0)
    found = effect.adjusted
    if found.mean == 0 or found.standard_error == 0:
        return None
    variance = found.standard_error**2 / (1 / treated + 1 / control)
    aim = Aim(error=1 - effect.level, power=POWER, control_share=control / (treated + control))
    wanted = customers_needed(found.mean, variance, aim)
    return ceil(wanted) if wanted < 1e15 else None
