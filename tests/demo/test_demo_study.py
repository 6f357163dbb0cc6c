"""Twenty shops, asked in the plainest way: the planted truth lies where simple estimates say, nulls stay quiet."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from demo_worlds import AS_OF
from scipy import stats

from lifeworth.demo.aftermath import settle
from lifeworth.demo.campaigns import CAMPAIGNS, GROUPS
from lifeworth.demo.planted import know_planted
from lifeworth.demo.population import FINISHED
from lifeworth.demo.seasons import month_of
from lifeworth.demo.simulation import Simulation, play
from lifeworth.demo.terms import CHANNELS, CUSTOMS

SHOPS, CUSTOMERS = 20, 10_000
REACH = stats.norm.ppf(0.95)


@dataclass
class Asked:
    """Scores of estimates against the planted truth, and of nulls against nothing, by question."""

    truths: dict[str, list[float]] = field(default_factory=dict)
    nulls: dict[str, list[float]] = field(default_factory=dict)

    def say(self, question: str, seen: float, error: float, truth: float, *, null: bool = False) -> None:
        self.truths.setdefault(question, []).append((seen - truth) / error)
        if null:
            self.nulls.setdefault(question, []).append(seen / error)


def first_years(shop: Simulation, money: np.ndarray) -> np.ndarray:
    who, since = shop.purchases.customer, shop.joined_day[shop.purchases.customer]
    within = shop.purchases.day < since + 365
    return np.bincount(who[within], weights=money[within], minlength=len(shop.people))


def ask_channels(shop: Simulation, planted: dict, brought: np.ndarray, came: np.ndarray, asked: Asked) -> None:
    for code, row in enumerate(planted["channels"]["channels"]):
        mine = brought[came & (shop.people.channel == code)]
        asked.say("channels", mine.mean(), mine.std(ddof=1) / np.sqrt(len(mine)), row["newcomer_profit_365"])


def ask_first_products(shop: Simulation, planted: dict, brought: np.ndarray, came: np.ndarray, asked: Asked) -> None:
    """Difference of means within channel and quarter of the first order, weighted by the buyers."""
    cell = (month_of(shop.joined_day, AS_OF) // 3) * len(CHANNELS) + shop.people.channel
    for name in ("gateway", "lookalike"):
        begins, seen, variance, buyers = getattr(shop.starters, name), 0.0, 0.0, 0
        for each in np.intersect1d(cell[came & begins], cell[came & ~begins]):
            one, other = brought[came & begins & (cell == each)], brought[came & ~begins & (cell == each)]
            seen, buyers = seen + len(one) * (one.mean() - other.mean()), buyers + len(one)
            variance += len(one) * brought[came & begins].var() + len(one) ** 2 * other.var() / len(other)
        truth = planted["first_products"][name]["adjusted_difference"]
        asked.say(name, seen / buyers, np.sqrt(variance) / buyers, truth, null=name == "lookalike")


def ask_experiments(shop: Simulation, planted: dict, money: np.ndarray, asked: Asked) -> None:
    given = shop.assignments
    for code, campaign in enumerate(CAMPAIGNS):
        day = shop.purchases.day
        within = (day >= campaign.day) & (day < campaign.day + campaign.window_days)
        earned = np.bincount(shop.purchases.customer[within], weights=money[within], minlength=len(shop.people))
        for group, name in enumerate(GROUPS):
            mine = (given.campaign == code) & (given.group == group)
            arms = [earned[given.customer[mine & (given.treated == arm)]] for arm in (True, False)]
            error = np.sqrt(sum(arm.var(ddof=1) / len(arm) for arm in arms))
            truth = planted["experiments"]["campaigns"][code]["groups"][name]["effect_per_contact"]
            seen = arms[0].mean() - arms[1].mean()
            asked.say("experiments", seen, error, truth, null=campaign.lift[group] == 0)


def ask_loss(shop: Simulation, planted: dict, money: np.ndarray, asked: Asked) -> None:
    """Profit of an order in the last year, customers drawn as they came."""
    year = (shop.purchases.day >= -365) & (shop.purchases.day < 0)
    mine = year & (shop.people.country[shop.purchases.customer] == CUSTOMS)
    orders = np.bincount(shop.purchases.customer[mine], minlength=len(shop.people))
    earned = np.bincount(shop.purchases.customer[mine], weights=money[mine], minlength=len(shop.people))
    mean = earned.sum() / orders.sum()
    error = np.sqrt(((earned - mean * orders) ** 2).sum()) / orders.sum()
    asked.say("loss", mean, error, planted["loss_making_segment"]["everybody_profit_per_order"])


def ask_leak(shop: Simulation, planted: dict, asked: Asked) -> None:
    """What comes back of the category, priced, less what the peers' share of lines would cost; 200 redrawn customers."""
    lines, catalogue, goods = shop.lines, shop.catalogue, np.array(shop.catalogue.categories)
    back = np.bincount(shop.after.refunds.line, minlength=len(lines.order)) > 0
    cost = (shop.sales.line_amount - 0.7 * shop.sales.line_cost) / 100 + 3.2
    day, category = shop.purchases.day[lines.order], goods[catalogue.category[lines.product]]
    year = (day >= -365) & (day < 0)
    leaking = year & (category == planted["leaking_category"]["category"])
    peers = year & np.isin(category, planted["leaking_category"]["peers"])
    who, rng = shop.purchases.customer[lines.order], np.random.default_rng(0)

    def excess(weight: np.ndarray) -> float:
        rate = (weight * back)[peers].sum() / weight[peers].sum()
        return float((weight * (back - rate) * cost)[leaking].sum())

    redrawn = [excess(rng.poisson(1.0, len(shop.people))[who].astype(float)) for _ in range(200)]
    asked.say("leak", excess(np.ones(len(who))), np.std(redrawn), planted["leaking_category"]["excess_cost"])


@pytest.mark.study
def test_twenty_shops_show_what_is_planted_in_them() -> None:
    asked = Asked()
    for seed in range(SHOPS):
        shop = play(CUSTOMERS, 500 + seed, AS_OF, 365, 0.10, season=True, price_drift=True)
        planted, money = know_planted(shop), settle(shop.sales, shop.after).profit / 100
        came = (shop.joined_day >= FINISHED[0]) & (shop.joined_day < FINISHED[1])
        brought = first_years(shop, money)
        ask_channels(shop, planted, brought, came, asked)
        ask_first_products(shop, planted, brought, came, asked)
        ask_experiments(shop, planted, money, asked)
        ask_loss(shop, planted, money, asked)
        ask_leak(shop, planted, asked)
    for question, scores in asked.truths.items():
        inside = int((np.abs(scores) < REACH).sum())
        print(question, f"{inside} of {len(scores)} inside the 90 % range, mean score {np.mean(scores):.2f}")
        assert inside >= stats.binom.ppf(0.001, len(scores), 0.90), question
        assert abs(np.mean(scores)) < 4 / np.sqrt(len(scores)), question
    for question, scores in asked.nulls.items():
        alarms = int((np.abs(scores) > stats.norm.ppf(0.975)).sum())
        print(question, f"{alarms} false alarms in {len(scores)}")
        assert alarms <= stats.binom.ppf(0.999, len(scores), 0.05), question
