"""Draws the pictures of docs/explanation/models from the models themselves. Usage: ``make docs``."""

from pathlib import Path

import numpy as np
from drawing.chart import COLOURS, Chart, field_of

from lifeworth.models import (
    BGBB,
    BGCNBD,
    BGNBD,
    MBGNBD,
    NBD,
    BetaDiscreteWeibull,
    GammaGamma,
    GGompertzNBD,
    ParetoNBD,
    ShiftedBetaGeometric,
)
from lifeworth.models.purchase.pooled import PooledGroups
from lifeworth.models.season import SeasonalClock

PICTURES = Path(__file__).parent.parent / "docs" / "images" / "models"
#: Learned from CDNOW, weeks; see docs/reference/certification.md.
BG = BGNBD.from_parameters({"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259})
MBG = MBGNBD.from_parameters({"r": 0.5248, "alpha": 6.1831, "a": 0.8914, "b": 1.614})
PARETO = ParetoNBD.from_parameters({"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.669})
ONLY_BUYS = NBD.from_parameters({"r": 0.3848, "alpha": 12.072})
CHANCE, UP = (0.0, 1.0), (0, 0.25, 0.5, 0.75, 1)
BLUE, ORANGE, GREEN, PINK, GREY = COLOURS


def bg_nbd() -> str:
    """P(alive) of one customer, week by week."""
    bought = np.array([3.0, 6.0, 8.0, 13.0, 30.0])
    chart = Chart("Alive or gone? One customer, week by week", "weeks since the first purchase", "P(alive)", (0, 60), CHANCE, range(0, 61, 10), UP)  # fmt: skip
    weeks = np.arange(0.0, 60.1, 0.1)
    x = (bought[:, None] <= weeks).sum(axis=0)
    last = np.where(x > 0, bought[np.maximum(x - 1, 0)], 0.0)
    chart.line(weeks, BG.p_alive(x, last, weeks), "BG/NBD", BLUE)
    chart.marks(bought, "repeat purchases")
    return chart.svg()


def pareto_nbd() -> str:
    """The same silence under the two models."""
    chart = Chart("Silence after x repeat purchases, the last in week 10", "weeks of silence", "P(alive)", (0, 52), CHANCE, range(0, 53, 13), UP)  # fmt: skip
    silence = np.arange(0.0, 52.5, 0.5)
    for x, last, colour in ((0, 0.0, GREY), (1, 10.0, BLUE), (6, 10.0, ORANGE)):
        chart.line(silence, PARETO.p_alive(x, last, last + silence), f"Pareto/NBD, x = {x}", colour)
        chart.line(silence, BG.p_alive(x, last, last + silence), f"BG/NBD, x = {x}", colour, dashed=True)
    return chart.svg()


def mbg_and_nbd() -> str:
    """What a new customer is expected to buy, by model."""
    chart = Chart("Repeat purchases expected of a new customer", "weeks since the first purchase", "repeat purchases", (0, 156), (0, 5), range(0, 157, 39), range(6))  # fmt: skip
    weeks = np.arange(0.0, 157.0)
    for name, model, colour in (("NBD: nobody leaves", ONLY_BUYS, GREY), ("Pareto/NBD", PARETO, GREEN), ("BG/NBD", BG, BLUE), ("MBG/NBD", MBG, ORANGE)):  # fmt: skip
        chart.line(weeks, model.expected_for_new_customer(weeks), name, colour)
    return chart.svg()


def cnbd_k() -> str:
    """Silence says more where the clock is steady."""
    chart = Chart("Four purchases in 20 weeks, then silence", "weeks of silence", "P(alive)", (0, 40), CHANCE, range(0, 41, 10), UP)  # fmt: skip
    silence = np.arange(0.0, 40.5, 0.5)
    for k, colour in ((1, GREY), (2, BLUE), (4, ORANGE)):
        model = BGCNBD.from_parameters({"r": 0.8, "alpha": 8.0 / k, "a": 0.6, "b": 2.8, "k": k})
        chart.line(silence, model.p_alive(4, 20, 20 + silence), f"k = {k}", colour)
    return chart.svg()


def bg_bb() -> str:
    """Gifts expected over the next five years by history."""
    model = BGBB.from_parameters({"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783})
    grid = np.full((7, 7), np.nan)
    grid[0, 0] = model.expected_purchases(5, 0, 0, 6)[0]
    for x in range(1, 7):
        for t_x in range(x, 7):
            grid[x, t_x] = model.expected_purchases(5, x, t_x, 6)[0]
    return field_of("Gifts expected at the next 5 appeals, after 6", "last appeal with a gift (0: none)", "gifts so far", grid, (0, 0))  # fmt: skip


def gamma_gamma() -> str:
    """How far a customer's own mean is believed."""
    model = GammaGamma.from_parameters({"p": 6.25, "q": 3.744, "gamma": 15.444})
    chart = Chart("Own mean spend, and what is expected of the next order", "mean spend of the repeat orders so far", "expected spend", (0, 120), (0, 120), range(0, 121, 20), range(0, 121, 20))  # fmt: skip
    mean = np.arange(1.0, 121.0)
    chart.line(mean, mean, "the mean itself", GREY, dashed=True)
    for x, colour in ((10, GREEN), (3, ORANGE), (1, BLUE)):
        chart.line(mean, model.conditional_expected_value(x, mean), f"{x} order{'s' * (x > 1)}", colour)
    chart.line(mean, model.conditional_expected_value(0, 0 * mean), "no repeat order", PINK)
    return chart.svg()


def ggompertz_nbd() -> str:
    """Who stays how long, where leaving may rise with time."""
    chart = Chart("Share of new customers who have not left", "weeks since the first purchase", "share still there", (0, 104), CHANCE, range(0, 105, 13), UP)  # fmt: skip
    weeks = np.arange(0.0, 104.5, 0.5)
    for name, b, s, beta, colour in (("beta = 0.3", 0.02, 0.3, 0.3, GREY), ("beta = 1", 0.02, 0.6, 1.0, BLUE), ("beta = 20", 0.06, 2.0, 20.0, ORANGE)):  # fmt: skip
        model = GGompertzNBD.from_parameters({"r": 1.0, "alpha": 8.0, "b": b, "s": s, "beta": beta})
        chart.line(weeks, model.p_alive(0, 0, 0, t=weeks), name, colour)
    return chart.svg()


def contracts() -> str:
    """Fitted on seven years, held against twelve."""
    left = np.array([100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4])  # high end
    table = left[:7] * 10, (left[:7] - left[1:8]) * 10
    chart = Chart("Contracts left: learned from years 1 to 7, then told", "years", "percent left", (0, 12), (30, 100), range(0, 13, 2), range(30, 101, 10))  # fmt: skip
    years = np.arange(13)
    chart.line(years, 100 * BetaDiscreteWeibull().fit(*table).survival(years), "BdW", ORANGE)
    chart.line(years, 100 * ShiftedBetaGeometric().fit(*table).survival(years), "sBG", BLUE)
    chart.dots(years[:8], left[:8], "", GREY)
    chart.dots(years[8:], left[8:], "came later", GREY, hollow=True)
    return chart.svg()


def seasonal_clock() -> str:
    """A planted season and the one that was found."""
    rng, start = np.random.default_rng(3), np.datetime64("2022-01-01")
    days = np.arange(3 * 365)
    angle = 2 * np.pi * days / 365.25
    pace = np.exp(0.35 * np.cos(angle + 0.5) + 0.2 * np.cos(2 * angle))
    pace /= pace[:365].mean()
    bought = rng.random((1500, days.size)) < rng.gamma(0.8, 1 / 60.0, (1500, 1)) * pace
    first = rng.integers(0, 365, 1500)
    bought &= days > first[:, None]
    last = np.where(bought.any(axis=1), days.size - 1 - np.argmax(bought[:, ::-1], axis=1), first)
    clock = SeasonalClock(NBD()).fit(bought.sum(axis=1), start + first, start + last, start + days.size, start + np.nonzero(bought)[1])  # fmt: skip
    chart = Chart("How fast the purchase clock runs", "day of the year", "pace (1 is the mean day)", (0, 364), (0.5, 2.0), range(0, 365, 60), (0.5, 1, 1.5, 2))  # fmt: skip
    chart.line(days[:365], pace[:365], "planted", GREY, dashed=True)
    chart.line(days[:365], clock.pace(start + days[:365]), "found", BLUE)
    return chart.svg()


def pooled_groups() -> str:
    """Groups alone, together, and as they are."""
    rng, sizes = np.random.default_rng(8), [20, 25, 30, 40, 50, 60, 80, 120, 200, 400]
    columns, groups, true = [], [], []
    for place, size in enumerate(sizes):
        own = {"r": 0.8, "alpha": 25.0 * np.exp(0.4 * rng.standard_normal()), "a": 0.7, "b": 2.5}
        truth = BGNBD.from_parameters(own)
        true.append(float(truth.expected_for_new_customer(52.0)))
        columns.append(truth.simulate(size, rng.uniform(30, 120, size), rng))
        groups.append(np.full(size, place))
    x, t_x, T = (np.concatenate([one[k] for one in columns]) for k in range(3))
    pooled = PooledGroups(BGNBD()).fit(x, t_x, T, np.concatenate(groups))
    together = [float(model.expected_for_new_customer(52.0)) for model in pooled.groups_.values()]
    alone = [float(BGNBD().fit(*each).expected_for_new_customer(52.0)) for each in columns]
    chart = Chart("Repeat purchases of a newcomer's first year, group by group", "group, from 20 customers (1) to 400 (10)", "repeat purchases", (0.5, 10.5), (0, 2.5), range(1, 11), (0, 0.5, 1, 1.5, 2, 2.5))  # fmt: skip
    place = np.arange(1.0, 11.0)
    chart.dots(place - 0.15, alone, "alone", ORANGE, hollow=True)
    chart.dots(place, true, "the truth", GREY)
    chart.dots(place + 0.15, together, "pooled", BLUE)
    return chart.svg()


def pictures() -> dict[str, str]:
    """Name and text of every picture."""
    return {
        "bg-nbd.svg": bg_nbd(),
        "pareto-nbd.svg": pareto_nbd(),
        "mbg-nbd-and-nbd.svg": mbg_and_nbd(),
        "cnbd-k.svg": cnbd_k(),
        "bg-bb.svg": bg_bb(),
        "gamma-gamma.svg": gamma_gamma(),
        "ggompertz-nbd.svg": ggompertz_nbd(),
        "contracts.svg": contracts(),
        "seasonal-clock.svg": seasonal_clock(),
        "pooled-groups.svg": pooled_groups(),
    }


if __name__ == "__main__":
    for name, text in pictures().items():
        (PICTURES / name).write_text(text, encoding="utf-8")
        print(f"written: docs/images/models/{name}")
