"""What each campaign's letter brings per customer written to, by group."""

from typing import Any

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.basket_means import average_baskets, picture
from lifeworth.demo.campaigns import CAMPAIGNS, GROUPS, Campaign, answer_days, lift_of
from lifeworth.demo.order_worth import expect_order
from lifeworth.demo.planted.figures import ratio
from lifeworth.demo.simulation import Simulation


def know_experiments(shop: Simulation) -> dict[str, Any]:
    """The average effect of each campaign over its window."""
    return {
        "definition": "effect_per_contact: expected profit of the window that the treatment adds per customer, averaged over"
        " everybody drawn into the campaign, treated or not, before the cost of the treatment. net_effect_per_contact: less"
        " that cost. lift: chance that the treatment brings one order more, which carries the offer's coupon. The window"
        " begins on assigned_at; days count from as_of.",
        "campaigns": [_describe(code, campaign, shop) for code, campaign in enumerate(CAMPAIGNS)],
        "orders_brought": len(shop.brought.customer),
        "orders_brought_share": ratio(len(shop.brought.customer), int((shop.purchases.day < 0).sum())),
    }


def _describe(code: int, campaign: Campaign, shop: Simulation) -> dict[str, Any]:
    mine = np.flatnonzero(shop.assignments.campaign == code)
    worth = lift_of(shop.assignments)[mine] * _worth_of_an_answer(campaign, shop.assignments.customer[mine], shop)
    group = shop.assignments.group[mine]
    groups = {name: np.flatnonzero(group == nth) for nth, name in enumerate(GROUPS)}
    lift = {name: {"lift": campaign.lift[nth]} for nth, name in enumerate(GROUPS)}
    return {
        "experiment_id": campaign.name,
        "arms": {"holdout": campaign.arms[0], "treated": campaign.arms[1]},
        "assigned_day": campaign.day,
        "window_days": campaign.window_days,
        "treatment_cost": campaign.cost,
        "orders_brought": int((shop.assignments.campaign[shop.brought.assignment] == code).sum()),
        **_average(worth, mine, campaign, shop),
        "groups": {
            name: lift[name] | _average(worth[which], mine[which], campaign, shop) for name, which in groups.items()
        },
    }


def _average(worth: Floats, mine: Ints, campaign: Campaign, shop: Simulation) -> dict[str, Any]:
    effect = ratio(float(worth.sum()), len(worth))
    return {
        "customers": len(mine),
        "treated": int(shop.assignments.treated[mine].sum()),
        "effect_per_contact": effect,
        "net_effect_per_contact": None if effect is None else effect - campaign.cost,
    }


def _worth_of_an_answer(campaign: Campaign, customer: Ints, shop: Simulation) -> Floats:
    """Expected profit of an order that the letter brings from each customer, over the days on which it may come."""
    people = shop.people.take(customer)
    baskets = picture(people.taste, people.spend_scale, average_baskets())
    coupon = np.full(len(people), terms.COUPON_RATES[terms.COMEBACK])
    lists, days = np.unique(shop.calendar.price_list(answer_days(campaign)), return_counts=True)
    levels = shop.calendar.list_index[lists]
    profits = [expect_order(people, baskets, float(level), coupon).profit for level in levels]
    return np.asarray((np.array(profits) * (days / days.sum())[:, None]).sum(axis=0))
