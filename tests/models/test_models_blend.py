"""The blend: convex weights, equal where nothing was seen, the base's totals, never the order of customers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeworth.models.blend import EQUAL_WORTH_WINDOWS, SITUATIONS, Blend, Seen, equal, learn_blend, level, situation
from lifeworth.models.forecast import CustomerHistory
from lifeworth.models.learned import Expectation

NAMES = ("purchase model", "sharp", "noise")


def expectation(revenue):
    revenue = np.asarray(revenue, dtype=float)
    return Expectation(np.clip(revenue / (revenue + 20.0), 0.01, 0.99), revenue / 10.0, revenue)


def window(rng, customers=800, names=NAMES):
    """Money that one candidate foresees, one half foresees and one not at all."""
    truth = rng.gamma(0.8, 40.0, customers)
    blurred = truth * rng.lognormal(0.0, 0.8, customers)
    says = {
        "purchase model": expectation(blurred),
        "sharp": expectation(truth),
        "noise": expectation(rng.permutation(truth)),
    }
    came = truth * rng.gamma(2.0, 0.5, customers) * (rng.random(customers) < 0.7)
    return Seen({name: says[name] for name in names}, rng.integers(0, len(SITUATIONS), customers), came)


def windows(seed, count, names=NAMES):
    rng = np.random.default_rng(seed)
    return [window(rng, names=names) for _ in range(count)]


@given(st.integers(0, 2**31), st.integers(1, 3), st.floats(0.2, 8.0))
@settings(max_examples=6, deadline=None)
def test_weights_are_shares(seed, count, independent):
    blend = learn_blend(windows(seed, count), NAMES, independent, "purchase model")
    assert blend.weights.shape == (len(SITUATIONS), len(NAMES))
    assert (blend.weights >= 0).all() and (blend.weights <= 1).all()
    assert np.allclose(blend.weights.sum(axis=1), 1.0)


def test_without_a_past_everybody_counts_the_same():
    for blend in (equal(NAMES, "sharp"), learn_blend([], NAMES, 0.0, "sharp")):
        assert np.allclose(blend.weights, 1 / 3) and blend.windows == 0
    assert np.allclose(learn_blend(windows(1, 3), NAMES, 0.0, "sharp").weights, 1 / 3)
    alone = learn_blend(windows(1, 2, ("sharp",)), ("sharp",), 2.0, "sharp")
    assert np.allclose(alone.weights, 1.0)


def test_a_situation_that_was_hardly_seen_stays_equal():
    seen = [Seen(w.expected, np.where(np.arange(800) < 10, 0, 2), w.revenue) for w in windows(2, 3)]
    weights = learn_blend(seen, NAMES, 3.0, "purchase model").weights
    assert np.allclose(weights[0], 1 / 3) and np.allclose(weights[1], 1 / 3)
    assert not np.allclose(weights[2], 1 / 3)


@pytest.mark.parametrize("seed", range(3))
def test_what_foresees_the_money_outweighs_noise(seed):
    weights = learn_blend(windows(seed, 4), NAMES, 6.0, "purchase model").weights
    shrunk_to = (1 - 6.0 / (6.0 + EQUAL_WORTH_WINDOWS)) / len(NAMES)
    sharp, noise = weights[:, NAMES.index("sharp")], weights[:, NAMES.index("noise")]
    assert np.allclose(noise, shrunk_to)
    assert (sharp > noise + 0.3).all()


@given(st.integers(0, 2**31))
@settings(max_examples=3, deadline=None)
def test_more_windows_move_weights_further_from_equal(seed):
    seen = windows(seed, 2)
    few, many = (learn_blend(seen, NAMES, float(n), "purchase model").weights - 1 / 3 for n in (1, 6))
    assert (np.abs(few) <= np.abs(many) + 1e-12).all()


def test_the_order_of_customers_changes_nothing():
    seen = windows(3, 2)
    rng = np.random.default_rng(3)
    moved = []
    for w in seen:
        order = rng.permutation(len(w.revenue))
        moved.append(Seen({n: e.take(order) for n, e in w.expected.items()}, w.situation[order], w.revenue[order]))
    first, second = (learn_blend(some, NAMES, 2.0, "purchase model") for some in (seen, moved))
    assert np.array_equal(first.weights, second.weights)
    order = rng.permutation(800)
    said = first(seen[0].expected, seen[0].situation)
    shuffled = first({n: e.take(order) for n, e in seen[0].expected.items()}, seen[0].situation[order])
    for part in ("chance", "orders", "revenue"):
        assert np.allclose(getattr(shuffled, part), getattr(said, part)[order])


@given(st.integers(0, 2**31), st.floats(0.05, 20.0))
@settings(max_examples=10, deadline=None)
def test_the_total_is_the_base_s_whatever_the_others_say(seed, louder):
    [w] = windows(seed, 1)
    loud = w.expected | {"noise": expectation(louder * w.expected["noise"].revenue)}
    base = w.expected["purchase model"]
    blend = Blend(NAMES, np.tile([0.2, 0.3, 0.5], (len(SITUATIONS), 1)), 2.0, "purchase model")
    said = blend(loud, w.situation)
    assert said.revenue.sum() == pytest.approx(base.revenue.sum())
    assert said.orders.sum() == pytest.approx(base.orders.sum())
    assert said.revenue == pytest.approx(blend(w.expected, w.situation).revenue)


def test_a_base_without_weight_still_gives_the_total():
    [w] = windows(5, 1)
    blend = Blend(("sharp", "noise"), np.tile([1.0, 0.0], (len(SITUATIONS), 1)), 1.0, "purchase model")
    said = blend(w.expected, w.situation)
    assert said.revenue.sum() == pytest.approx(w.expected["purchase model"].revenue.sum())
    assert np.corrcoef(said.revenue, w.expected["sharp"].revenue)[0, 1] == pytest.approx(1.0)


def test_weights_apply_by_situation():
    [w] = windows(6, 1)
    rows = np.array([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0], [0.5, 0.5, 0]])
    said = Blend(NAMES, rows, 1.0, "purchase model")(w.expected, w.situation)
    parts = level(w.expected, NAMES)
    scale = said.revenue[w.situation == 0] / parts[0].revenue[w.situation == 0]
    assert np.ptp(scale) == pytest.approx(0.0, abs=1e-9)
    for place in (1, 2):
        mine = w.situation == place
        assert said.revenue[mine] == pytest.approx(parts[place].revenue[mine] * scale[0])


def test_nobody_expected_to_bring_anything_breaks_nothing():
    [w] = windows(7, 1)
    nothing = Expectation(np.full(800, 0.01), np.zeros(800), np.zeros(800))
    blend = equal(NAMES, "purchase model")
    for silent in NAMES:
        said = blend(w.expected | {silent: nothing}, w.situation)
        assert np.isfinite(said.revenue).all() and (said.revenue >= 0).all() and np.isfinite(said.orders).all()


def test_situations_by_hand():
    zeros = np.zeros(5)
    history = CustomerHistory(np.array([3.0, 0, 0, 4, 4]), zeros, np.array([59.0, 10, 60, 300, 300]), *[zeros] * 9)
    places = situation(history, np.array([0.9, 0.9, 0.1, 0.5, 0.49]))
    assert [SITUATIONS[place] for place in places] == ["new", "new", "one order", "regular", "lapsing"]
