"""Groups borrow from the whole as far as they are alike; where the truth of every group is known, they come closer to it."""

import numpy as np
import pytest

from lifeworth.errors import UsageError
from lifeworth.models import BGCNBD, BGNBD, ParetoNBD
from lifeworth.models.purchase.pooled import PooledGroups

MEAN = {"r": 0.8, "alpha": 25.0, "a": 0.7, "b": 2.5}
SPREAD = np.array([0.05, 0.5, 0.35, 0.05])


def world(sizes, spread=SPREAD, seed=1):
    """Groups with parameters of their own, and their customers."""
    rng = np.random.default_rng(seed)
    truths, columns, groups = [], [], []
    for place, size in enumerate(sizes):
        log_params = np.log(list(MEAN.values())) + rng.standard_normal(4) * spread
        truth = BGNBD.from_parameters(dict(zip(MEAN, np.exp(log_params), strict=True)))
        truths.append(truth)
        columns.append(truth.simulate(size, rng.uniform(30, 120, size), rng))
        groups.append(np.full(size, f"g{place:02d}"))
    x, t_x, T = (np.concatenate([one[k] for one in columns]) for k in range(3))
    return truths, x, t_x, T, np.concatenate(groups)


SIZES = [20, 25, 30, 40, 50, 60, 80, 100, 20, 30, 40, 400]


def missed(predict, truths):
    """Mean square of the log error in what newcomers of a group are expected to buy in a year."""
    return float(np.mean([np.log(predict(k) / t.expected_for_new_customer(52.0)) ** 2 for k, t in enumerate(truths)]))


def test_pooled_groups_are_closer_to_the_truth_than_alone_or_as_one():
    misses = []
    for seed in range(5):
        truths, x, t_x, T, group = world(SIZES, spread=SPREAD * 0.6, seed=seed)
        pooled, whole = PooledGroups(BGNBD()).fit(x, t_x, T, group), BGNBD().fit(x, t_x, T)
        assert pooled.converged_
        alone = [BGNBD(restarts=0).fit(*(c[group == name] for c in (x, t_x, T))) for name in pooled.groups_]
        ways = ([pooled.groups_[f"g{k:02d}"] for k in range(len(SIZES))], alone, [whole] * len(SIZES))
        misses.append([missed(lambda k, way=way: way[k].expected_for_new_customer(52.0), truths) for way in ways])
    together, apart, as_one = np.mean(misses, axis=0)
    assert together < 0.85 * apart and together < 0.85 * as_one, (together, apart, as_one)


def test_the_spread_of_groups_is_recovered():
    sizes = [400] * 24
    _, x, t_x, T, group = world(sizes, seed=5)
    found = PooledGroups(BGNBD()).fit(x, t_x, T, group)
    assert found.spread_["alpha"] == pytest.approx(0.5, rel=0.35)
    assert found.spread_["r"] < 0.25


def test_groups_that_do_not_differ_end_up_alike():
    _, x, t_x, T, group = world([300] * 10, spread=np.zeros(4), seed=6)
    found = PooledGroups(BGNBD()).fit(x, t_x, T, group)
    whole = float(BGNBD().fit(x, t_x, T).expected_for_new_customer(52.0))
    for model in found.groups_.values():
        assert float(model.expected_for_new_customer(52.0)) == pytest.approx(whole, rel=0.12)


def test_a_large_group_keeps_its_own_and_a_tiny_one_takes_the_mean():
    truths, x, t_x, T, group = world([6000, 4, 1000, 1000, 1000, 1000], seed=7)
    found = PooledGroups(BGNBD()).fit(x, t_x, T, group)
    own = BGNBD().fit(*(column[group == "g00"] for column in (x, t_x, T)))
    large = float(found.groups_["g00"].expected_for_new_customer(52.0))
    assert large == pytest.approx(float(own.expected_for_new_customer(52.0)), rel=0.02)
    tiny, mean = (float(m.expected_for_new_customer(52.0)) for m in (found.groups_["g01"], found.population_))
    assert abs(np.log(tiny / mean)) < 0.5 * max(abs(np.log(float(t.expected_for_new_customer(52.0)) / mean)) for t in truths) + 0.2  # fmt: skip


def test_predictions_go_by_group_and_a_new_group_gets_the_mean():
    _, x, t_x, T, group = world([300] * 6, seed=8)
    found = PooledGroups(BGNBD()).fit(x, t_x, T, group)
    got = found.expected_purchases(26.0, x, t_x, T, group)
    for name, model in found.groups_.items():
        rows = group == name
        np.testing.assert_allclose(got[rows], model.expected_purchases(26.0, x[rows], t_x[rows], T[rows]))
    np.testing.assert_allclose(
        found.p_alive([3], [10.0], [20.0], ["elsewhere"]), found.population_.p_alive([3], [10.0], [20.0])
    )
    order = np.random.default_rng(1).permutation(x.size)
    again = PooledGroups(BGNBD()).fit(x[order], t_x[order], T[order], group[order])
    assert again.population_.params_ == pytest.approx(found.population_.params_, rel=1e-6)


def test_units_and_weights_survive_and_the_pareto_family_is_pooled_too():
    _, x, t_x, T, group = world([150] * 5, seed=9)
    weeks, days = (PooledGroups(BGNBD()).fit(x, t_x * k, T * k, group) for k in (1.0, 7.0))
    np.testing.assert_allclose(
        days.expected_purchases(70.0, x, t_x * 7, T * 7, group), weeks.expected_purchases(10.0, x, t_x, T, group), rtol=1e-5
    )  # fmt: skip
    twice = PooledGroups(BGNBD()).fit(x, t_x, T, group, weights=np.full(x.size, 2.0))
    copied = PooledGroups(BGNBD()).fit(*(np.tile(c, 2) for c in (x, t_x, T, group)))
    assert twice.population_.params_ == pytest.approx(copied.population_.params_, rel=1e-6)
    pareto = PooledGroups(ParetoNBD()).fit(x, t_x, T, group)
    assert pareto.converged_ and "groups pooled" in pareto.summary()
    steady = PooledGroups(BGCNBD(k=2)).fit(x, t_x, T, group)
    assert steady.converged_ and all(model.k_ == 2 for model in steady.groups_.values())
    assert np.all(steady.expected_purchases(10.0, x, t_x, T, group) >= 0)
    with pytest.raises(UsageError, match="cannot choose k"):
        PooledGroups(BGCNBD()).fit(x, t_x, T, group)


def test_asking_wrongly_is_said_kindly():
    with pytest.raises(UsageError, match="call fit"):
        PooledGroups(BGNBD()).summary()
    with pytest.raises(UsageError, match="one group per customer"):
        PooledGroups(BGNBD()).fit([1, 2], [1.0, 2.0], [3.0, 3.0], ["a"])
    few = PooledGroups(BGNBD()).fit(*world([200, 200], seed=3)[1:])
    assert any("only 2 groups" in words for words in few.warnings_)
