"""What does a customer bring over the horizon who does come back?

The order they come back with, and those that follow from somebody who has just shown that they are still there, each at what
an order of theirs brings: their own average, drawn to the base's as far as single orders scatter (Searle, Casella and McCulloch
1992, section 3.6). Later orders are discounted as if spread evenly over the horizon.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from lifeworth.insight.ground import Frame
from lifeworth.insight.retention.people import People
from lifeworth.insight.retention.rhythm import Days, Rhythm
from lifeworth.insight.retention.rhythm.gaps import orders_after_return
from lifeworth.models import ShrunkenMean

Floats = NDArray[np.float64]

DAYS_PER_YEAR = 365.0


@dataclass(frozen=True)
class Returning:
    """One entry per customer, money in the run's basis.

    ``mean`` is what they bring once they have come back, ``spread`` how single futures scatter around it, ``doubt`` how
    unsure the mean itself is.
    """

    mean: Floats
    spread: Floats
    doubt: Floats

    def range_of(self, who: NDArray[np.intp], level: float) -> tuple[Floats, Floats]:
        """Central range of what some customers bring, as a Gamma of that mean and spread; of a loss, its mirror image."""
        mean = self.mean[who]
        size, spread = np.maximum(np.abs(mean), 1e-9), np.maximum(self.spread[who], 1e-9)
        shape = np.clip((size / spread) ** 2, 1e-3, 1e9)
        ends = [size / shape * gammaincinv(shape, q) for q in ((1 - level) / 2, (1 + level) / 2)]
        gains = mean >= 0
        return np.where(gains, ends[0], -ends[1]), np.where(gains, ends[1], -ends[0])


def learn_worth(days: Days) -> ShrunkenMean:
    """How much a purchase day brings, how customers differ in it, and how single days scatter."""
    count = np.bincount(days.customer, minlength=days.customers).astype(np.float64)
    total = np.bincount(days.customer, weights=days.money, minlength=days.customers)
    squares = np.bincount(days.customer, weights=days.money**2, minlength=days.customers)
    return ShrunkenMean().fit(count, total, squares)


def value_returns(rhythm: Rhythm, worth: ShrunkenMean, people: People, frame: Frame) -> Returning:
    """What each customer would bring over the horizon if they came back now."""
    x, T = people.seen.x, people.seen.T
    more = orders_after_return(rhythm, x, T, float(frame.horizon_days)) * _discounting(frame)
    each = worth.posterior(people.purchases, people.past)
    orders = 1.0 + more
    rate_doubt = more**2 / (rhythm.r + rhythm.k * (x + 1.0))
    doubt = (orders * each.sd) ** 2 + each.mean**2 * rate_doubt
    single = orders * worth.within_sd_**2 + each.mean**2 * more / max(rhythm.k, 1.0)
    return Returning(np.asarray(each.mean * orders), np.sqrt(single + doubt), np.sqrt(doubt))


def _discounting(frame: Frame) -> float:
    """What money spread evenly over the horizon is worth today."""
    reach = np.log1p(frame.discount) * frame.horizon_days / DAYS_PER_YEAR
    return float(-np.expm1(-reach) / reach) if reach > 0 else 1.0
