"""What a newcomer of each channel brings in the first year, against what winning one costs."""

from typing import Any

from lifeworth.demo.planted.figures import ratio
from lifeworth.demo.population import CHECKPOINTS, FINISHED, NewcomerTruth
from lifeworth.demo.simulation import Simulation
from lifeworth.demo.terms import CHANNELS


def know_channels(shop: Simulation, newcomers: NewcomerTruth) -> dict[str, Any]:
    """Expected newcomer profit and cost of winning by channel."""
    rows = [_describe(code, shop, newcomers) for code in range(len(CHANNELS))]
    paid = [row for row in rows if row["win_cost"] > 0]
    return {
        "definition": "newcomer_profit_365: expected profit of a newcomer of the channel in the first 365 days, the day of"
        " the first order included, over everybody who might come (not only this shop's customers), for newcomers who"
        " join on the days from newcomers_from up to newcomers_until, counted from as_of. win_cost: what one customer"
        " costs to win. profit_per_euro: the one over the other; empty where winning costs nothing.",
        "days": CHECKPOINTS[-1],
        "newcomers_from": FINISHED[0],
        "newcomers_until": FINISHED[1],
        "newcomer_profit_365": newcomers.overall,
        "best_per_euro": max(paid, key=lambda row: row["profit_per_euro"])["channel"],
        "not_paid_back": [row["channel"] for row in rows if not row["paid_back"]],
        "channels": rows,
    }


def _describe(code: int, shop: Simulation, newcomers: NewcomerTruth) -> dict[str, Any]:
    channel, by_days = CHANNELS[code], newcomers.by_channel[code]
    return {
        "channel": channel.name,
        "customers": int((shop.people.channel == code).sum()),
        "share": newcomers.channel_share[code],
        **{f"newcomer_profit_{days}": profit for days, profit in zip(CHECKPOINTS, by_days, strict=True)},
        "win_cost": channel.win_cost,
        "profit_per_euro": ratio(by_days[-1], channel.win_cost),
        "paid_back": by_days[-1] >= channel.win_cost,
    }
