"""What one customer more costs: the elasticity of newcomers to spend, recovered, checked from outside, and refused."""

from datetime import date, timedelta

import numpy as np
import pytest
from acquisition_shop import built, records, won
from scipy.optimize import minimize

from lifeworth.insight.acquisition.response import (
    LEAST,
    PRIOR_COMMON,
    PRIOR_MEAN,
    PRIOR_OWN,
    SEASON,
    SHOCK,
    TREND,
    Months,
    learn_response,
)

NINETY = 1.645


def simulated(rng, elasticities, *, months=36, size=60, varied=0.35, organic=2, scatter=0.0, shock=0.05):
    """Months of a shop whose budgets follow season and growth, and beside them vary for reasons of their own."""
    time = np.arange(months)
    season, shocks = 0.25 * np.cos(2 * np.pi * (time - 11) / 12), rng.normal(0, shock, months)
    rows = []
    for channel in range(len(elasticities) + organic):
        paid = channel < len(elasticities)
        own = rng.normal(0, varied, months) + 0.5 * season + 0.2 * time / 12
        logs = own - own.mean() if paid else np.zeros(months)
        level, growth = np.log(size) + rng.normal(0, 0.7), rng.normal(0.2, 0.15)
        stand = level + growth * (time - time.mean()) / 12 + season + shocks + rng.normal(0, scatter, months)
        won = rng.poisson(np.exp(stand + (elasticities[channel] * logs if paid else 0)))
        rows.append((np.full(months, channel), time, time % 12, won.astype(float), 15 * size * np.exp(logs) * paid))
    return Months(*(np.concatenate(part) for part in zip(*rows, strict=True)))


def recovered(repeats, draw, **said):
    """Share of elasticities inside their 90 % range, and the mean miss."""
    rng, inside, misses = np.random.default_rng(5), [], []
    for _ in range(repeats):
        truth = draw(rng)
        found = learn_response(simulated(rng, truth, **said))
        miss = found.mean - truth[found.channels]
        inside += list(np.abs(miss) <= NINETY * np.sqrt(np.diag(found.covariance)))
        misses += list(miss)
    return float(np.mean(inside)), float(np.mean(misses))


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        (lambda rng: rng.normal(0.7, 0.25, 4), {}),
        (lambda rng: np.full(4, 0.3), {}),
        (lambda rng: np.full(4, 1.0), {"size": 500, "scatter": 0.08}),
        (lambda rng: rng.normal(0.7, 0.25, 4), {"months": 15, "size": 25}),
    ],
    ids=["as supposed", "a third", "in proportion, scattered", "short and small"],
)
def test_a_known_elasticity_comes_back_inside_its_range(truth, said):
    """Of 40 ranges at 90 %, 30 or more hold the truth in 99.9 of 100 studies; misses average out."""
    share, miss = recovered(10, truth, **said)
    assert share >= 0.75 and abs(miss) < 0.1


@pytest.mark.study
@pytest.mark.parametrize("size", [10, 60, 1000])
def test_study_of_elasticities_drawn_as_supposed(size):
    share, miss = recovered(
        250, lambda rng: PRIOR_MEAN + rng.normal(0, PRIOR_COMMON) + rng.normal(0, PRIOR_OWN, 4), size=size
    )
    assert 0.86 <= share <= 0.94 and abs(miss) < 0.02


def test_the_solution_is_the_top_of_the_penalised_likelihood():
    """From outside: the same posterior mode by a general optimiser on the Poisson likelihood, written down anew."""
    months = simulated(np.random.default_rng(3), np.array([0.5, 0.8]), shock=0.02, size=40)
    months = Months(months.channel, months.month, months.of_year, np.round(months.newcomers), months.spend)
    found = learn_response(months)
    channels, size = 4, int(months.month.max()) + 1
    logs = np.where(months.spend > 0, np.log(np.maximum(months.spend, 1e-9)), 0.0)
    for channel in range(2):
        logs[months.channel == channel] -= logs[months.channel == channel].mean()
    years = (months.month - months.month.mean()) / 12
    scatter = found.scatter**2

    def parts(theta):
        level, trend, rest = theta[:channels], theta[channels : 2 * channels], theta[2 * channels :]
        return level, trend, rest[:12], rest[12 : 12 + size], rest[12 + size], rest[13 + size :]

    def loss(theta):
        level, trend, season, shock, common, own = parts(theta)
        elasticity = np.concatenate([common + own, [0, 0]])
        stand = level[months.channel] + trend[months.channel] * years + season[months.of_year] + shock[months.month]
        stand = stand + elasticity[months.channel] * logs
        mean = np.exp(stand)
        # Quasi-likelihood of variance mean + scatter mean^2 is that of the negative binomial.
        like = months.newcomers * stand - months.newcomers * np.log1p(scatter * mean)
        like -= np.log1p(scatter * mean) / scatter if scatter > 1e-9 else mean
        prior = (trend**2).sum() / TREND**2 + (season**2).sum() / SEASON**2 + (shock**2).sum() / SHOCK**2
        prior += (common - PRIOR_MEAN) ** 2 / PRIOR_COMMON**2 + (own**2).sum() / PRIOR_OWN**2
        return -like.sum() + prior / 2

    begin = np.concatenate([np.full(channels, 3.0), np.zeros(channels + 12 + size), [PRIOR_MEAN, 0.0, 0.0]])
    top = minimize(
        loss, begin, method="L-BFGS-B", options={"maxiter": 5000, "maxfun": 10**6, "ftol": 1e-15, "gtol": 1e-8}
    )
    *_, common, own = parts(top.x)
    assert found.mean == pytest.approx(common + own, abs=2e-3)


def test_spend_that_never_varies_leaves_the_prior():
    months = simulated(np.random.default_rng(1), np.array([0.9]), varied=0.0)
    steady = Months(
        months.channel, months.month, months.of_year, months.newcomers, np.where(months.spend > 0, 100.0, 0.0)
    )
    found = learn_response(steady)
    assert found.mean == pytest.approx([PRIOR_MEAN], abs=1e-6)
    assert found.from_data == pytest.approx([0.0], abs=1e-6)


def test_a_channel_with_few_months_is_drawn_to_the_others():
    rng = np.random.default_rng(2)
    low = simulated(rng, np.full(6, 0.2), size=300, varied=0.5)
    silent = (low.channel == 0) & (low.month < 22)
    spend = np.where(silent, 0.0, low.spend)
    few = learn_response(Months(low.channel, low.month, low.of_year, low.newcomers, spend))
    assert few.months[0] == 14 and few.mean[0] == pytest.approx(0.2, abs=0.15)
    assert np.diag(few.covariance)[0] > np.diag(few.covariance)[1]


@pytest.mark.parametrize("months", [0, 1, 11])
def test_fewer_than_twelve_months_say_nothing(months):
    rng = np.random.default_rng(1)
    if months:
        assert learn_response(simulated(rng, np.array([0.7, 0.8]), months=months)) is None
    else:
        nothing = np.zeros(0, dtype=np.int64)
        assert learn_response(Months(nothing, nothing, nothing, np.zeros(0), np.zeros(0))) is None


def test_draws_never_fall_to_nothing():
    found = learn_response(simulated(np.random.default_rng(4), np.array([0.02, 0.05]), size=500))
    drawn = found.draw(np.random.default_rng(1).standard_normal((4000, len(found.channels))))
    assert drawn.min() >= LEAST
    assert drawn.mean(axis=0) == pytest.approx(np.maximum(found.mean, LEAST), abs=0.05)


def shop(elasticity, worth, months=30, size=40, seed=6):
    """Newcomers of two channels and one without spend, month by month, as spend made them."""
    rng = np.random.default_rng(seed)
    people, spend = [], []
    for number in range(months):
        first = date(2022 + (number + 11) // 12, (number + 11) % 12 + 1, 1)
        for channel, factor in (("search", 1.0), ("social", 0.6), ("organic", None)):
            budget = np.exp(rng.normal(0, 0.4))
            count = rng.poisson(size * (factor * budget**elasticity if factor else 1.0))
            people += [won(channel, first + timedelta(days=int(d)), first=worth) for d in rng.integers(0, 28, count)]
            if factor:
                spend.append((first, channel, round(10 * size * budget * factor, 2)))
    return built(people, spend, as_of=date(2025, 7, 1))


def test_one_more_costs_the_average_over_the_elasticity_and_the_verdict_follows():
    engine = shop(0.5, 70.0)
    for row in records(engine, "marginal"):
        assert row["months"] == 30 and 0.35 < row["elasticity_mean"] < 0.65
        assert row["marginal_cac_mean"] == pytest.approx(row["cac"] / row["elasticity_mean"])
        assert row["marginal_cac_low"] < row["marginal_cac_mean"] < row["marginal_cac_high"]
        assert row["from_data"] > 0.8 and "10 % more spend went with" in row["note"]
    for row in records(engine, "verdicts"):
        assert row["average_verdict"] == row["verdict"] == "earns"
        assert row["contribution_mean"] < row["average_mean"]


def test_a_channel_may_earn_on_average_and_lose_at_the_margin():
    engine = shop(0.15, 16.0)
    verdicts = {(row["average_verdict"], row["verdict"]) for row in records(engine, "verdicts")}
    assert verdicts == {("earns", "loses")}


def test_a_channel_of_few_months_is_said_to_have_too_few():
    engine = shop(0.5, 30.0, months=9)
    assert all(row["elasticity_mean"] is None and "12 are needed" in row["note"] for row in records(engine, "marginal"))
    assert all(row["contribution_mean"] is None for row in records(engine, "verdicts"))
