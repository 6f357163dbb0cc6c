"""The formulas behind experiments, against papers, R and what they promise."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import stats

from lifeworth.maths.adjusted_difference import adjusted_difference
from lifeworth.maths.always_valid import always_valid_bound, always_valid_p_value
from lifeworth.maths.group_effects import between_variance, differ, shrink
from lifeworth.maths.interaction import interaction_test
from lifeworth.maths.multiplicity import holm
from lifeworth.maths.power import Aim, customers_needed, power_of, smallest_effect
from lifeworth.maths.proportions import share_difference, wilson
from lifeworth.maths.ranking import area_together, rank_moves, rank_weights
from lifeworth.maths.ratio import relative_range
from lifeworth.maths.skewed_t import skewed_p_value, skewed_quantile, straighten

# Colditz and others 1994: vaccinated with and without tuberculosis, unvaccinated with and without (metafor's dat.bcg).
BCG = np.array([
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
])  # fmt: skip


def bcg():
    a, b, c, d = BCG.T.astype(float)
    effects = np.log(a / (a + b)) - np.log(c / (c + d))
    return effects, np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


# --- the adjusted difference


def world(n, seed, effect=0.0, slope=2.0, apart=0.0):
    rng = np.random.default_rng([seed, n])
    known, treated = rng.normal(size=(n, 2)), rng.random(n) < 0.4
    outcome = slope * known[:, 0] + treated * (effect + apart * known[:, 1]) + rng.normal(size=n)
    return outcome, treated, known


def test_without_covariates_it_is_welchs_t_test():
    rng = np.random.default_rng(3)
    outcome, treated = rng.normal(size=60), np.arange(60) < 22
    found, welch = adjusted_difference(outcome, treated), stats.ttest_ind(outcome[:22], outcome[22:], equal_var=False)
    assert found.mean == pytest.approx(outcome[:22].mean() - outcome[22:].mean())
    assert found.mean / found.standard_error == pytest.approx(float(welch.statistic), rel=1e-9)
    assert found.degrees == pytest.approx(float(welch.df), rel=1e-9)
    straight = found.mean / found.standard_error
    assert 2 * stats.t.sf(abs(straight), found.degrees) == pytest.approx(float(welch.pvalue), rel=1e-9)


def weighted_regression(outcome, treated, known):
    """Coefficients in a regression weighted by 1 / (size of the own group)²: intercept, treatment, covariates."""
    root = 1 / np.where(treated, treated.sum(), (~treated).sum())
    design = np.column_stack([np.ones(len(outcome)), treated, known])
    return np.linalg.lstsq(design * root[:, None], outcome * root, rcond=None)[0]


def test_it_is_a_regression_in_which_the_smaller_group_weighs_more():
    outcome, treated, known = world(300, 1, effect=0.7, apart=0.5)
    slopes = weighted_regression(outcome, treated, known)
    found = adjusted_difference(outcome, treated, known)
    assert found.mean == pytest.approx(slopes[1], rel=1e-9)
    rest = outcome - known @ slopes[2:]
    sides = [rest[treated], rest[~treated]]
    wanted = sum(((side - side.mean()) ** 2).sum() / (len(side) * (len(side) - 3)) for side in sides)
    assert found.standard_error**2 == pytest.approx(wanted, rel=1e-9)


def test_in_large_samples_it_is_lins_regression_with_all_interactions():
    outcome, treated, known = world(200_000, 2, effect=0.7, apart=1.5)
    centred = known - known.mean(axis=0)
    design = np.column_stack([np.ones(len(outcome)), treated, centred, centred * treated[:, None]])
    lin = np.linalg.lstsq(design, outcome, rcond=None)[0][1]
    found = adjusted_difference(outcome, treated, known)
    assert found.mean == pytest.approx(lin, abs=0.05 * found.standard_error)


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_unequal_groups_with_unequal_slopes_lose_nothing(share):
    rng = np.random.default_rng(8)
    known, treated = rng.normal(size=(20_000, 1)), rng.random(20_000) < share
    outcome = np.where(treated, 3.0, 0.2) * known[:, 0] + 0.3 * rng.normal(size=20_000)
    plain, adjusted = adjusted_difference(outcome, treated), adjusted_difference(outcome, treated, known)
    assert adjusted.standard_error <= 1.001 * plain.standard_error


def test_covariates_narrow_it_by_what_they_explain():
    outcome, treated, known = world(4_000, 4)
    plain, adjusted = adjusted_difference(outcome, treated), adjusted_difference(outcome, treated, known)
    assert (adjusted.standard_error / plain.standard_error) ** 2 == pytest.approx(1 - 4 / 5, abs=0.02)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda known: np.column_stack([known, known[:, 0]]), "a column twice"),
        (lambda known: np.column_stack([known, np.ones(len(known))]), "the same for everybody"),
        (lambda known: np.column_stack([known, known @ [1.0, -3.0]]), "a sum of others"),
        (lambda known: known * [1e9, 1e-9], "other units"),
        (lambda known: known + 1e6, "another origin"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_columns_that_say_nothing_new_change_nothing(spoil, why):
    outcome, treated, known = world(500, 5, effect=0.3)
    plain, spoiled = (adjusted_difference(outcome, treated, each) for each in (known, spoil(known)))
    assert spoiled.mean == pytest.approx(plain.mean, rel=1e-5), why
    assert spoiled.standard_error == pytest.approx(plain.standard_error, rel=1e-5)


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([100.0, 0.01, 1e6]))
def test_it_scales_with_money_and_does_not_mind_the_order_of_customers(seed, unit):
    outcome, treated, known = world(80, seed, effect=0.5)
    found = adjusted_difference(outcome, treated, known)
    scaled = adjusted_difference(outcome * unit, treated, known * unit)
    assert scaled.mean == pytest.approx(found.mean * unit, rel=1e-6, abs=1e-9 * unit)
    assert scaled.p_value == pytest.approx(found.p_value, rel=1e-6)
    order = np.random.default_rng(seed).permutation(80)
    shuffled = adjusted_difference(outcome[order], treated[order], known[order])
    assert shuffled.mean == pytest.approx(found.mean, rel=1e-9, abs=1e-12)
    turned = adjusted_difference(outcome, ~treated, known)
    assert turned.mean == pytest.approx(-found.mean, rel=1e-9, abs=1e-12)
    assert turned.range(0.95) == pytest.approx(tuple(-end for end in reversed(found.range(0.95))), rel=1e-6)


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.5, 0.99), st.booleans())
def test_the_range_leaves_zero_outside_exactly_when_chance_is_small(seed, level, skewed):
    rng = np.random.default_rng(seed)
    outcome = np.exp(2 * rng.normal(size=70)) if skewed else rng.normal(size=70)
    treated = np.arange(70) < 15
    outcome = outcome + treated * rng.normal() * outcome.std() / 3
    found = adjusted_difference(outcome, treated)
    low, high = found.range(level)
    assume(abs(found.p_value - (1 - level)) > 1e-6)
    assert (found.p_value < 1 - level) == (not low <= 0 <= high)


@pytest.mark.parametrize(
    ("outcome", "treated"),
    [(np.zeros(10), np.arange(10) < 5), (np.ones(10), np.arange(10) < 5), (np.arange(10) < 5, np.arange(10) < 5)],
)
def test_nothing_that_varies_is_no_trouble(outcome, treated):
    found = adjusted_difference(outcome.astype(float), treated, np.arange(10.0)[:, None])
    assert np.isfinite([found.mean, found.standard_error, *found.range(0.95)]).all()
    assert found.p_value < 1e-9 or found.p_value == 1.0


def test_one_customer_cannot_be_compared():
    with pytest.raises(ValueError, match="at least two customers; found 1 and 4"):
        adjusted_difference(np.arange(5.0), np.arange(5) < 1)


# --- skewness


@given(st.floats(-6, 6), st.floats(-1.5, 1.5))
def test_straightening_can_be_turned_round(t, skewness):
    assert skewed_quantile(straighten(t, skewness), skewness) == pytest.approx(t, abs=1e-6)
    assert skewed_p_value(t, -skewness, 30) == pytest.approx(skewed_p_value(-t, skewness, 30))


def test_straightened_one_sample_t_is_halls():
    """Hall 1992, equation 2, for the mean of an exponential sample: skewness 2 over the root of its size."""
    size, t = 40, 1.3
    gamma = 2.0
    wanted = t + gamma * t**2 / (3 * size**0.5) + gamma**2 * t**3 / (27 * size) + gamma / (6 * size**0.5)
    assert straighten(t, gamma / size**0.5) == pytest.approx(wanted)


@pytest.mark.parametrize(("share", "people"), [(0.1, 400), (0.9, 400), (0.3, 300)])
def test_skewed_money_in_unequal_groups_raises_no_more_alarms_than_said(share, people):
    rng = np.random.default_rng([people, round(100 * share)])
    turns, alarms, one_sided = 1_500, 0, 0
    for _ in range(turns):
        outcome = np.where(rng.random(people) < 0.8, 0.0, np.exp(rng.normal(3, 1.2, people)))
        found = adjusted_difference(outcome, np.arange(people) < share * people)
        alarms += found.p_value < 0.05
        plain = found.mean / found.standard_error
        one_sided += abs(plain) > stats.t.ppf(0.975, found.degrees)
    low, high = (stats.binom.ppf(p, turns, 0.05) / turns for p in (0.0005, 0.9995))
    assert alarms / turns <= high + 0.015, (alarms / turns, low)
    assert alarms <= one_sided or one_sided / turns < high


# --- looking at any time


def test_the_confidence_sequence_is_that_of_the_paper():
    """Waudby-Smith and others 2024, theorem 2.2, in their letters."""
    t, rho, alpha, sigma = 250, 0.11, 0.05, 3.7
    paper = sigma * np.sqrt(2 * (t * rho**2 + 1) / (t**2 * rho**2) * np.log(np.sqrt(t * rho**2 + 1) / alpha))
    ours = sigma / np.sqrt(t) * always_valid_bound(t * rho**2, alpha)
    assert ours == pytest.approx(paper, rel=1e-12)


@given(st.floats(0.01, 1e4), st.floats(0.001, 0.2))
def test_the_always_valid_range_is_wider_and_agrees_with_its_p_value(learned, error):
    bound = always_valid_bound(learned, error)
    assert bound > stats.norm.ppf(1 - error / 2)
    assert always_valid_p_value(bound, learned) == pytest.approx(error, rel=1e-9)
    assert always_valid_p_value(0.0, learned) == 1.0


def test_a_random_walk_leaves_it_no_oftener_than_said():
    rng = np.random.default_rng(7)
    steps = rng.standard_normal((4_000, 400)).cumsum(axis=1)
    learned = np.arange(1, 401) / 10
    bounds = np.array([always_valid_bound(v, 0.05) for v in learned])
    crossed = (np.abs(steps) / np.sqrt(np.arange(1, 401)) > bounds)[:, 9:].any(axis=1).mean()
    fixed = (np.abs(steps) / np.sqrt(np.arange(1, 401)) > 1.96)[:, 9:].any(axis=1).mean()
    assert crossed < 0.05 < 0.3 < fixed


# --- how many customers


@pytest.mark.parametrize(
    ("delta", "power", "each"), [(1.0, 0.9, 22.02110), (0.5, 0.8, 63.76561), (0.2, 0.95, 650.7303), (0.1, 0.8, 1570.733)]
)  # fmt: skip
def test_sizes_are_those_of_rs_power_t_test(delta, power, each):
    """R: power.t.test(delta = delta, sd = 1, power = power)$n, of each group."""
    found = customers_needed(delta, 1.0, Aim(0.05, power, 0.5)) / 2
    assert found == pytest.approx(each, rel=3e-3)


@given(st.floats(0.01, 5), st.floats(0.1, 100), st.floats(0.5, 0.99), st.floats(0.05, 0.95))
def test_size_power_and_smallest_effect_agree(effect, variance, power, share):
    aim = Aim(0.05, power, share)
    size = customers_needed(effect, variance, aim)
    assume(size > 200)
    assert power_of(effect, size, variance, aim) == pytest.approx(power, abs=0.01)
    assert smallest_effect(size, variance, aim) == pytest.approx(effect, rel=0.02)
    assert customers_needed(2 * effect, variance, aim) < size < customers_needed(effect, 2 * variance, aim)


def test_nothing_can_never_be_seen():
    assert customers_needed(0.0, 1.0, Aim()) == float("inf")
    assert smallest_effect(0, 1.0, Aim()) == float("inf")
    assert power_of(1.0, 0, 1.0, Aim()) == 0.0


# --- shares, ratios, many questions


@pytest.mark.parametrize(
    ("hits", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((6, 7, 2, 7), 0.0582, 0.8062),
     ((5, 56, 0, 29), -0.0381, 0.1926), ((0, 10, 0, 20), -0.1611, 0.2775), ((0, 10, 0, 10), -0.2775, 0.2775),
     ((10, 10, 0, 20), 0.6791, 1.0), ((10, 10, 0, 10), 0.6075, 1.0)],
)  # fmt: skip
def test_differences_of_shares_are_newcombes(hits, low, high):
    """Newcombe 1998, *Statistics in Medicine* 17, table II, method 10."""
    difference, *ends = share_difference(*hits, 0.95)
    assert difference == pytest.approx(hits[0] / hits[1] - hits[2] / hits[3])
    assert ends == pytest.approx([low, high], abs=6e-5)


@given(st.integers(1, 500), st.data())
def test_shares_stay_between_none_and_all(people, data):
    hits = data.draw(st.integers(0, people))
    low, high = wilson(hits, people, 0.95)
    assert 0 <= low <= hits / people + 1e-12 and hits / people - 1e-12 <= high <= 1


def test_relative_ranges_are_fiellers():
    """The ends solve (one - r other)² = z² (error² + r² other_error²)."""
    one, one_error, other, other_error, z = 7.0, 0.8, 5.0, 0.6, 1.96
    share, low, high = relative_range(one, one_error, other, other_error, z)
    assert share == pytest.approx(0.4)
    for ratio in (low + 1, high + 1):
        assert (one - ratio * other) ** 2 == pytest.approx(z**2 * (one_error**2 + ratio**2 * other_error**2))
    assert relative_range(1.0, 0.1, 0.0, 0.1, z) is None and relative_range(1.0, 0.1, -5.0, 0.1, z) is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_lowers_a_chance_and_lies_below_bonferroni(chances):
    found, given_ = holm(chances), np.array(chances)
    assert (found >= given_ - 1e-12).all() and (found <= np.minimum(given_ * len(chances), 1) + 1e-12).all()
    assert (np.diff(found[np.argsort(given_, kind="stable")]) >= 0).all()


def test_questions_not_asked_do_not_count():
    assert holm([0.01, np.nan, 0.04]).tolist()[::2] == [0.02, 0.04]


# --- groups


def test_the_spread_of_true_effects_is_metafors():
    """metafor: rma(measure = "RR", method = "PM") of dat.bcg gives tau² = 0.3181; Q = 152.2330 (fixed effects)."""
    effects, errors = bcg()
    assert between_variance(effects, errors) == pytest.approx(0.3181, abs=5e-5)
    weight = errors**-2
    common = (weight * effects).sum() / weight.sum()
    assert (weight * (effects - common) ** 2).sum() == pytest.approx(152.2330, abs=5e-5)
    assert common == pytest.approx(-0.4303, abs=5e-5)
    many = differ(effects, errors, np.full(13, 1e9))
    assert many.statistic * 12 == pytest.approx(152.2330, abs=1e-3)
    assert many.p_value == pytest.approx(float(stats.chi2.sf(152.2330, 12)), rel=1e-2)


def test_groups_of_few_are_tested_as_welch_says():
    """Welch 1951, worked out from the groups themselves."""
    groups = [np.array(each, dtype=float) for each in ([6, 8, 4, 5, 3, 4], [8, 12, 9, 11, 6, 8], [13, 9, 11, 8, 7, 12])]
    effects = np.array([each.mean() for each in groups])
    errors = np.array([each.std(ddof=1) / len(each) ** 0.5 for each in groups])
    found = differ(effects, errors, np.full(3, 5.0))
    assert found.statistic == pytest.approx(*welch_by_hand(groups)[:1])
    assert found.p_value == pytest.approx(welch_by_hand(groups)[1])


def welch_by_hand(groups):
    size = np.array([len(g) for g in groups])
    w = size / np.array([g.var(ddof=1) for g in groups])
    k, total = len(groups), w.sum()
    mean = (w * [g.mean() for g in groups]).sum() / total
    lam = 3 * ((1 - w / total) ** 2 / (size - 1)).sum() / (k**2 - 1)
    top = (w * ([g.mean() for g in groups] - mean) ** 2).sum() / (k - 1)
    statistic = top / (1 + 2 * (k - 2) * lam / 3)
    return statistic, stats.f.sf(statistic, k - 1, 1 / lam)


def test_equal_groups_take_the_whole_and_different_ones_keep_their_own():
    errors = np.full(4, 0.5)
    same = shrink(np.full(4, 1.2), errors, 1.2, 0.25)
    assert (
        same.mean == pytest.approx(np.full(4, 1.2))
        and same.between == 0.0
        and same.spread == pytest.approx(np.full(4, 0.25))
    )
    apart = shrink(np.array([-30.0, 0.0, 10.0, 50.0]), errors, 7.5, 0.25)
    assert apart.mean == pytest.approx([-30, 0, 10, 50], abs=0.02)
    assert apart.spread == pytest.approx(errors, rel=0.02)


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 3)), min_size=2, max_size=8))
def test_effects_are_drawn_towards_the_whole_and_no_further(groups):
    effects, errors = (np.array(part) for part in zip(*groups, strict=True))
    whole = float(np.average(effects, weights=errors**-2))
    found = shrink(effects, errors, whole, 0.1)
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    assert (np.abs(found.mean - whole) <= np.abs(effects - whole) + 1e-9).all()


def test_drawn_effects_are_closer_to_the_truth_and_their_ranges_hold():
    rng = np.random.default_rng(11)
    better = held = asked = 0
    for _ in range(400):
        truth, errors = rng.normal(1.0, 0.6, 6), rng.uniform(0.3, 1.2, 6)
        effects = truth + rng.normal(size=6) * errors
        weight = errors**-2
        found = shrink(effects, errors, float(np.average(effects, weights=weight)), float(weight.sum() ** -0.5))
        better += ((found.mean - truth) ** 2).sum() < ((effects - truth) ** 2).sum()
        held += (np.abs(found.mean - truth) <= 1.96 * found.spread).sum()
        asked += 6
    assert better / 400 > 0.75 and 0.90 <= held / asked <= 0.99


# --- rankings


def test_the_area_is_that_under_the_curve_of_gains():
    rng = np.random.default_rng(5)
    scores, effects = rng.normal(size=200), rng.normal(size=200)
    order = np.argsort(-scores)
    gains = np.concatenate([[0.0], np.cumsum(effects[order])]) / 200
    random = np.linspace(0, 1, 201) * effects.mean()
    area = np.trapezoid(gains - random, dx=1 / 200)
    assert rank_moves(scores, effects).mean() == pytest.approx(area)


def test_equal_scores_rank_nobody():
    assert rank_weights(np.full(7, 3.0)).tolist() == [0.0] * 7
    assert area_together([rank_moves(np.full(9, 1.0), np.arange(9.0))], 0.0).p_value == 1.0


def test_a_ranking_that_knows_is_found_and_one_that_guesses_is_not():
    rng = np.random.default_rng(6)
    truth = rng.normal(size=4_000)
    noisy = truth + 5 * rng.normal(size=4_000)
    assert area_together([rank_moves(truth, noisy)], 0.0).p_value < 1e-4
    assert area_together([rank_moves(-truth, noisy)], 0.0).p_value > 0.999
    guesses = [area_together([rank_moves(rng.normal(size=4_000), noisy)], 0.0).p_value for _ in range(400)]
    assert stats.kstest(guesses, "uniform").pvalue > 0.001


# --- groups in skewed money


def skewed_experiment(seed, people=600, share=0.9, apart=0.0):
    """Residuals of skewed money in two arms of unequal size, and two groupings."""
    rng = np.random.default_rng([seed, people])
    money = np.where(rng.random(people) < 0.7, 0.0, np.exp(rng.normal(3, 1.2, people)))
    treated, group = rng.random(people) < share, rng.integers(0, 3, people)
    money = money + apart * treated * (group == 2)
    residuals = money - np.where(treated, money[treated].mean(), money[~treated].mean())
    return residuals, treated, group, rng


def test_groups_in_skewed_money_differ_no_oftener_than_chance_allows():
    alarms = 0
    for seed in range(200):
        residuals, treated, group, rng = skewed_experiment(seed)
        alarms += interaction_test(residuals, treated, [group], rng, 199)[0] <= 0.05
    assert alarms / 200 <= stats.binom.ppf(0.9995, 200, 0.05) / 200


def test_groups_that_differ_are_found_and_a_grouping_that_says_nothing_is_not():
    residuals, treated, group, rng = skewed_experiment(1, people=4_000, share=0.6, apart=30.0)
    nothing = rng.integers(0, 4, 4_000)
    found = interaction_test(residuals, treated, [group, nothing], rng, 199)
    assert found[0] == 1 / 200 and found[1] > 0.05


def test_who_is_in_no_group_and_which_arm_is_called_treated_are_of_no_account():
    residuals, treated, group, _ = skewed_experiment(2, apart=10.0)
    left_out = np.where(group == 0, -1, group)
    one, other = (
        interaction_test(residuals, side, [left_out], np.random.default_rng(5), 199) for side in (treated, ~treated)
    )
    assert one[0] == other[0]
    shifted = residuals + np.where(left_out == -1, 1e6, 0.0)
    assert interaction_test(shifted, treated, [left_out], np.random.default_rng(5), 199)[0] == one[0]


def test_groups_without_any_spread_are_no_trouble():
    found = interaction_test(np.zeros(40), np.arange(40) < 20, [np.arange(40) % 2], np.random.default_rng(1), 99)
    assert found[0] == 1.0
