"""Letters to customers, with a holdout: one that brings orders from some of them, one that brings nothing.

An order that a letter brings comes on top of the customer's own process and changes nothing in it. Only customers who
had ordered once answer: in the world of BG/NBD none of them has left yet, so no order comes from somebody who is gone.
"""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.purchases import Purchases

RETURNED, ONCE = "ordered at least twice before", "ordered once before"
GROUPS = (ONCE, RETURNED)
_ANSWER_DAYS = (2.0, 45.0)
"""An order that a letter brings comes so many days after it, evenly spread."""


@dataclass(frozen=True)
class Campaign:
    """An experiment: who is drawn, what the treated get, what it costs and what it does.

    Days count back from ``as_of``. Drawn are customers whose latest order lies ``quiet_days`` (from, to) before the day;
    ``lift`` is the chance of one more order, for those who had ordered once, and at least twice.
    """

    name: str
    days_before: int
    window_days: int
    quiet_days: tuple[int, int]
    treated_share: float
    arms: tuple[str, str]
    cost: float
    offer: str
    lift: tuple[float, float]

    @property
    def day(self) -> int:
        """The day of the letter, counted from ``as_of``."""
        return -self.days_before


CAMPAIGNS = (
    Campaign("thank-you card", 260, 90, (1, 60), 0.5, ("holdout", "card"), 0.60, "", (0.0, 0.0)),
    Campaign("win-back letter", 120, 90, (60, 240), 0.7, ("holdout", "letter"), 1.10, "WIEDER10", (0.20, 0.0)),
)


@dataclass(frozen=True)
class Assignments:
    """One entry per customer in a campaign; ``group`` is a code into ``GROUPS``."""

    campaign: Ints
    customer: Ints
    treated: Bools
    group: Ints


@dataclass(frozen=True)
class BroughtOrders:
    """Orders that letters brought: the assignment each comes from, who places it, when."""

    assignment: Ints
    customer: Ints
    moment: Floats


def assign(purchases: Purchases, customers: int, rng: np.random.Generator) -> Assignments:
    """Who takes part in which campaign, and who of them is written to."""
    parts = [_eligible(each, purchases, customers) for each in CAMPAIGNS]
    campaign = np.repeat(np.arange(len(CAMPAIGNS)), [len(who) for who, _ in parts])
    share = np.array([each.treated_share for each in CAMPAIGNS])[campaign]
    return Assignments(
        campaign=campaign,
        customer=np.concatenate([who for who, _ in parts]),
        treated=rng.uniform(size=len(campaign)) < share,
        group=np.concatenate([group for _, group in parts]),
    )


def _eligible(campaign: Campaign, purchases: Purchases, customers: int) -> tuple[Ints, Ints]:
    """Customers who have been quiet for as long as the campaign asks, and the group of each."""
    before = purchases.day < campaign.day
    orders = np.bincount(purchases.customer[before], minlength=customers)
    latest = np.full(customers, np.iinfo(np.int64).min // 2)
    np.maximum.at(latest, purchases.customer[before], purchases.day[before])
    quiet, (least, most) = campaign.day - latest, campaign.quiet_days
    who = np.flatnonzero((quiet >= least) & (quiet <= most))
    return who, (orders[who] > 1).astype(np.int64)


def bring_orders(assignments: Assignments, rng: np.random.Generator) -> BroughtOrders:
    """The orders that would not have been placed without the letter."""
    answers = rng.uniform(size=len(assignments.customer)) < lift_of(assignments)
    chosen = np.flatnonzero(answers & assignments.treated)
    sent = np.array([campaign.day for campaign in CAMPAIGNS])[assignments.campaign[chosen]]
    return BroughtOrders(chosen, assignments.customer[chosen], sent + rng.uniform(*_ANSWER_DAYS, len(chosen)))


def lift_of(assignments: Assignments) -> Floats:
    """Chance that the letter brings an order from each customer, were they written to."""
    return np.array([campaign.lift for campaign in CAMPAIGNS])[assignments.campaign, assignments.group]


def answer_days(campaign: Campaign) -> Ints:
    """The days on which orders that the letter brings may be placed, each as likely as the others."""
    low, high = _ANSWER_DAYS
    return campaign.day + np.arange(int(low), int(high))
