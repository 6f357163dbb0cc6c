"""Cold start: groups are drawn to the base as far as chance made them, and customers' own orders take over."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeworth.errors import DataError, UsageError
from lifeworth.models.cold_start import (
    Carry,
    Cells,
    LeadModel,
    lead_value,
    learn_day_zero,
    learn_handover,
    shrink,
)
from lifeworth.models.cold_start.cells import SUMS
from lifeworth.models.cold_start.newcomer import MONTH
from lifeworth.models.purchase.bg_nbd import BGNBD


def cells_of(codes, members, first, later, orders=None):
    """Cells from newcomers one by one."""
    returned = (later != 0).astype(float)
    orders = returned if orders is None else orders
    columns = {
        "customers": np.ones(len(first)),
        "returned": returned,
        "first": first,
        "first_squares": first**2,
        "later": later,
        "later_squares": later**2,
        "orders": orders,
        "orders_squares": orders**2,
    }
    assert tuple(columns) == SUMS
    whole = Cells(tuple(members), tuple(members.values()), codes, **columns)
    return whole.only(*members)


def draw_shop(rng, customers=4000, spread=0.4, groups=8, months=12):
    """Newcomers whose groups truly differ: true value by group, and what came."""
    codes = np.column_stack([rng.integers(0, months, customers), rng.integers(0, groups, customers)])
    part = [rng.normal(0, spread, groups) for _ in range(3)]
    p = 1 / (1 + np.exp(-(-1.0 + part[0])))
    first_mean, money_mean = 30 * np.exp(part[1]), 80 * np.exp(part[2])
    who = codes[:, 1]
    month = np.exp(rng.normal(0, 0.1, months))[codes[:, 0]]
    first = rng.gamma(2.0, first_mean[who] / 2.0) * month
    later = np.where(rng.random(customers) < p[who], rng.gamma(1.5, money_mean[who] / 1.5), 0.0)
    members = {MONTH: tuple(f"m{i}" for i in range(months)), "channel": tuple(f"c{i}" for i in range(groups))}
    return cells_of(codes, members, first, later), first_mean + p * money_mean, codes, first + later


def group_codes(groups):
    return np.column_stack([np.full(groups, -1), np.arange(groups)])


def test_learns_differences_that_are_there_better_than_raw_means_do():
    ours, raw = [], []
    for seed in range(12):
        cells, truth, codes, value = draw_shop(np.random.default_rng(seed), customers=600, spread=0.25)
        said = learn_day_zero(cells).expect(group_codes(8)).value
        means = np.array([value[codes[:, 1] == g].mean() for g in range(8)])
        ours.append(((said - truth) ** 2).mean())
        raw.append(((means - truth) ** 2).mean())
    assert np.mean(ours) < 0.9 * np.mean(raw)


def test_ranges_of_averages_hold_as_often_as_they_say():
    held = []
    noise = np.random.default_rng(0).standard_normal((4, 1000))
    for seed in range(40):
        cells, truth, _, _ = draw_shop(np.random.default_rng(100 + seed), customers=1500, months=6)
        draws = learn_day_zero(cells).draws(group_codes(8), noise, Carry())
        low, high = np.quantile(draws, [0.1, 0.9], axis=1)
        held.append((low <= truth) & (truth <= high))
    assert 0.72 <= np.mean(held) <= 0.90  # 320 groups, not independent within a shop


def test_groups_drawn_at_random_are_put_down_to_chance():
    rng = np.random.default_rng(3)
    cells, _, _, _ = draw_shop(rng, customers=3000, spread=0.0, groups=20)
    said = learn_day_zero(cells).expect(group_codes(20)).value
    raw = cells.by("channel", "first") + cells.by("channel", "later")
    raw = raw / cells.by("channel", "customers")
    assert said.std() < 0.45 * raw.std()
    assert (learn_day_zero(cells).drawn_to_base(1) > 0.5).all()


def test_logit_with_one_dimension_agrees_with_scipy_on_the_posterior_mode():
    """Given the spread, the effects are the mode of the penalised likelihood, which scipy finds another way."""
    from scipy.optimize import minimize

    count, total = np.array([40.0, 200.0, 90.0, 15.0]), np.array([8.0, 90.0, 20.0, 9.0])
    found = shrink(np.arange(4)[:, None], (4,), count, total, total, link="logit")
    spread = found.spreads[0]

    def loss(beta):
        stand = beta[0] + beta[1:]
        return (count * np.logaddexp(0, stand) - total * stand).sum() + (beta[1:] ** 2).sum() / (2 * spread**2)

    best = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-8}).x
    assert found.level + found.effects[0] == pytest.approx(best[0] + best[1:], abs=2e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.01, 100.0, 1e6]))
def test_another_currency_changes_no_ratio(seed, scale):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, (200, 2))
    first, later = rng.gamma(2, 10, 200), np.where(rng.random(200) < 0.4, rng.gamma(1, 30, 200), 0.0)
    members = {MONTH: ("a", "b", "c"), "channel": ("x", "y", "z")}
    one = learn_day_zero(cells_of(codes, members, first, later, (later > 0).astype(float)))
    other = learn_day_zero(cells_of(codes, members, scale * first, scale * later, (later > 0).astype(float)))
    said = [m.expect(group_codes(3)) for m in (one, other)]
    assert said[1].value == pytest.approx(scale * said[0].value, rel=1e-5)
    assert said[1].chance == pytest.approx(said[0].chance, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_what_is_said_adds_up_to_what_came(seed, losses):
    rng = np.random.default_rng(seed)
    codes = np.column_stack([np.zeros(150, dtype=int), rng.integers(0, 4, 150)])
    first = rng.normal(2.0 if losses else 50.0, 10.0, 150)
    later = np.where(rng.random(150) < 0.5, rng.normal(1.0 if losses else 60.0, 10.0, 150), 0.0)
    cells = cells_of(codes, {MONTH: ("m",), "channel": ("a", "b", "c", "d")}, first, later)
    said = learn_day_zero(cells).expect(cells.codes)
    assert (cells.customers * said.first).sum() == pytest.approx(first.sum(), rel=1e-6, abs=1e-6)
    assert (cells.customers * said.later).sum() == pytest.approx(later.sum(), rel=1e-5, abs=1e-5)
    assert (cells.customers * said.chance).sum() == pytest.approx((later != 0).sum(), rel=1e-6)


@pytest.mark.parametrize("coming", [0.0, 1.0])
def test_nobody_or_everybody_coming_back_is_no_fault(coming):
    codes = np.column_stack([np.zeros(60, dtype=int), np.arange(60) % 2])
    first, later = np.full(60, 10.0), np.full(60, 20.0 * coming)
    said = learn_day_zero(cells_of(codes, {MONTH: ("m",), "channel": ("a", "b")}, first, later)).expect(group_codes(2))
    assert np.isfinite(said.value).all()
    assert said.value == pytest.approx(10.0 + 20.0 * coming, abs=1.0)


def test_ratios_are_refused_where_money_is_not_positive():
    with pytest.raises(DataError, match="not above zero"):
        shrink(np.zeros((2, 1), dtype=int), (1,), np.ones(2), np.array([-1.0, 0.5]), np.ones(2), link="log")


@pytest.fixture(scope="module")
def leads():
    rng = np.random.default_rng(8)
    channel, country, month = rng.integers(0, 3, 6000), rng.integers(0, 2, 6000), rng.integers(0, 6, 6000)
    level = np.array([1.0, 1.5, 0.6])[channel] * np.array([1.0, 1.3])[country]
    first = rng.gamma(2.0, 10.0 * level)
    later = np.where(rng.random(6000) < 0.4, rng.gamma(2.0, 25.0 * level), 0.0)
    members = {MONTH: tuple("abcdef"), "channel": ("search", "friend", "others"), "country": ("DE", "FR")}
    cells = cells_of(np.column_stack([month, channel, country]), members, first, later)
    return LeadModel(cells, Carry(), 365, 0.8, 1), level


def test_a_lead_is_worth_what_its_groups_say_together(leads):
    model, _ = leads
    for channel, one in (("search", 1.0), ("friend", 1.5), ("others", 0.6)):
        for country, other in (("DE", 1.0), ("FR", 1.3)):
            mean, low, high = lead_value(model, {"channel": channel, "country": country})
            truth = one * other * (20.0 + 0.4 * 50.0)
            assert mean == pytest.approx(truth, rel=0.12)
            assert low <= mean <= high


def test_what_is_not_known_of_a_lead_is_left_as_it_goes_with_the_rest(leads):
    model, level = leads
    nothing, _, _ = lead_value(model, {})
    assert nothing == pytest.approx(float((model.cells.first + model.cells.later).sum()) / 6000, rel=1e-3)
    assert lead_value(model, {"channel": "friend", "country": None})[0] == lead_value(model, {"channel": "friend"})[0]


def test_an_unseen_channel_counts_as_one_of_the_others(leads):
    model, _ = leads
    assert lead_value(model, {"channel": "billboard"}) == lead_value(model, {"channel": "others"})
    known, unseen = (lead_value(model, {"country": name}) for name in ("DE", "JP"))
    assert unseen[2] - unseen[1] > known[2] - known[1]


def test_a_lead_described_by_something_unknown_is_told_what_can_be_said(leads):
    with pytest.raises(UsageError, match="shoe size.*channel, country"):
        lead_value(leads[0], {"shoe size": 43})


def grow(rng, customers, paces):
    """Customers of BG/NBD in groups that differ in pace: rate, leaving, and the days of their purchases."""
    group = rng.integers(0, len(paces), customers)
    rate = rng.gamma(0.6, 1 / 150.0, customers) * paces[group]
    leaving = rng.beta(0.8, 4.0, customers)
    waits = rng.exponential(1.0, (customers, 100)) / rate[:, None]
    stays = np.cumprod(rng.random((customers, 100)) >= leaving[:, None], axis=1)
    here = np.column_stack([np.ones(customers), stays[:, :-1]]).astype(bool)
    return group, rate, leaving, np.where(here, np.cumsum(waits, axis=1), np.inf)


def test_own_orders_take_over_from_the_groups_without_a_jump():
    rng = np.random.default_rng(4)
    paces = np.array([0.35, 0.8, 1.6, 3.0])
    group, _, _, days = grow(rng, 15_000, paces)
    x = (days < 730).sum(axis=1).astype(float)
    t_x = np.where(x > 0, np.where(days < 730, days, 0.0).max(axis=1), 0.0)
    T = np.full(len(x), 730.0)
    made = np.array([x[group == g].mean() for g in range(4)])
    learned = learn_handover(made[group], 730.0, x, t_x, T)
    plain = BGNBD().fit(x, t_x, T)

    group, rate, leaving, days = grow(np.random.default_rng(5), 15_000, paces)
    errors, biases, gains = [], [], []
    for orders in range(1, 7):
        at = np.zeros(len(rate)) if orders == 1 else days[:, orders - 2]
        who = np.flatnonzero(at < 730)
        count, seen = np.full(len(who), orders - 1.0), at[who]
        alive = 1.0 if orders == 1 else 1.0 - leaving[who]
        truth = alive * -np.expm1(-rate[who] * leaving[who] * 365) / leaving[who]
        said = learned.expected(365.0, made[group[who]], count, seen, seen)
        alone = np.asarray(plain.expected_purchases(365.0, count, seen, seen))
        errors.append(np.sqrt(((said - truth) ** 2).mean()) / truth.mean())
        gains.append(np.sqrt(((alone - truth) ** 2).mean()) / truth.mean() - errors[-1])
        biases.append(said.sum() / truth.sum() - 1)
    assert (np.diff(errors) < 0).all()
    assert np.abs(biases).max() < 0.08
    assert abs(biases[1] - biases[0]) < 0.06
    assert gains[0] > 0.05 and min(gains) > -0.01
    assert gains[0] > gains[2] > gains[4]


def test_groups_that_are_alike_leave_the_purchase_model_as_it_was():
    _, _, _, days = grow(np.random.default_rng(6), 4000, np.ones(1))
    x = (days < 500).sum(axis=1).astype(float)
    t_x = np.where(x > 0, np.where(days < 500, days, 0.0).max(axis=1), 0.0)
    T = np.full(len(x), 500.0)
    learned = learn_handover(np.full(len(x), x.mean()), 500.0, x, t_x, T)
    plain = BGNBD().fit(x, t_x, T)
    assert learned.expected(365.0, np.full(len(x), x.mean()), x, t_x, T) == pytest.approx(
        plain.expected_purchases(365.0, x, t_x, T), rel=1e-6
    )
