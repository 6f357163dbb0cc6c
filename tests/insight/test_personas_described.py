"""Ranges, conditions and names of groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import deal
from scipy.stats import binomtest

from lifeworth.insight.personas import ranges
from lifeworth.insight.personas.attributes.levels import Levels, number_levels
from lifeworth.insight.personas.attributes.read import Attribute
from lifeworth.insight.personas.described.covering import Literal, literals_of
from lifeworth.insight.personas.described.naming import name_groups, say, traits
from lifeworth.insight.personas.described.rules import find_rules, stretch
from lifeworth.insight.personas.roles import above_base


def words(name, labels, codes):
    conditions = tuple(f"= '{label}'" for label in labels)
    return Attribute(
        name,
        "own column",
        "text",
        0,
        "t0",
        True,
        Levels(tuple(labels), (), tuple((x,) for x in labels), conditions),
        np.asarray(codes),
        np.asarray(codes),
    )


def amounts(name, values):
    levels = number_levels(values)
    codes = np.searchsorted(levels.edges, values, side="right")
    return Attribute(name, "own column", "number", 0, "t0", True, levels, codes, codes, values)


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95]))
def test_shares_have_wilsons_range(people, part, level):
    count = round(part * people)
    wanted = binomtest(count, people).proportion_ci(level, method="wilson")
    found = ranges.share(count, people, level)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)


def test_the_difference_of_two_shares_is_that_of_newcombe():
    # Newcombe (1998, Statistics in Medicine 17), table II, method 10, example a: 56/70 less 48/80.
    found = ranges.share(56, 70, 0.95).less(ranges.share(48, 80, 0.95))
    assert (found.mean, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize("how", ["mean", "median"])
def test_ranges_hold_the_truth_at_their_level(how):
    rng, truth = deal(3, 3), {"mean": 2.0, "median": 1.6783}[how]
    held = 0
    for _ in range(400):
        found = getattr(ranges, how)(rng.gamma(2.0, 1.0, 80), 0.8)
        held += found.low <= truth <= found.high
    assert 0.73 <= held / 400 <= 0.88


def test_nothing_has_no_range():
    assert np.isnan(ranges.mean(np.array([]), 0.8).mean) and np.isnan(ranges.median(np.array([]), 0.8).low)
    assert ranges.share(0, 0, 0.8).people == 0 and ranges.mean(np.array([4.0]), 0.8).low == 4.0


@pytest.mark.parametrize("seed", range(2))
def test_above_the_base_is_covered(seed):
    rng, held = deal(50, seed), 0
    for _ in range(300):
        inside = rng.uniform(size=400) < 0.3
        value = rng.gamma(1.0, 10.0, 400) * np.where(inside, 2.0, 1.0)
        mean, error = above_base(value, inside)
        held += abs(mean - (20.0 - (0.3 * 20 + 0.7 * 10))) <= 1.2816 * error
    assert 0.70 <= held / 300 <= 0.88


def test_the_planted_condition_is_found_on_one_half_and_measured_on_the_other():
    rng = deal(2_000, 1)
    machine, work = rng.integers(0, 3, 2_000), rng.integers(0, 2, 2_000)
    inside = ((machine == 1) & (work == 1)) ^ (rng.uniform(size=2_000) < 0.03)
    attributes = [
        words("machine", ("filter", "automatic", "none"), machine),
        words("at work", ("no", "yes"), work),
        words("noise", ("a", "b"), rng.integers(0, 2, 2_000)),
    ]
    [rule, *_] = find_rules(attributes, inside, np.where(inside, 30.0, 10.0), 1, 0.8)
    assert rule.words == "machine automatic and at work"
    assert rule.condition == "machine = 'automatic' and \"at work\" = 'yes'"
    assert rule.confidence.mean == pytest.approx(0.97, abs=0.03) and rule.coverage.mean == pytest.approx(0.85, abs=0.06)
    assert rule.lift.low <= rule.lift.mean <= rule.lift.high and rule.lift.mean > 4
    assert rule.worth.mean == pytest.approx(29.4, abs=0.8)


def test_noise_has_no_condition():
    rng = deal(1_000, 2)
    attributes = [words(f"c{place}", ("a", "b", "c"), rng.integers(0, 3, 1_000)) for place in range(5)]
    assert find_rules(attributes, rng.uniform(size=1_000) < 0.2, np.ones(1_000), 1, 0.8) == []


def test_numbers_are_described_by_stretches():
    rng = deal(1_500, 3)
    income = rng.uniform(10_000, 90_000, 1_500)
    attribute = amounts("income", income)
    middle = (attribute.codes == 1) | (attribute.codes == 2)
    [rule, *_] = find_rules([attribute], middle, income, 1, 0.8)
    low, high = attribute.levels.edges[0], attribute.levels.edges[2]
    assert rule.words == f"income {low:,.0f} to under {high:,.0f}"
    assert rule.condition == f"income >= {low:.15g} and income < {high:.15g}"
    assert rule.confidence.mean == 1.0


@pytest.mark.parametrize(
    ("labels", "said"),
    [(["under 10", "10 to under 20"], "under 20"), (["1", "2", "3"], "1 to 3"), (["20 to under 30", "30 and more"], "20 and more"), (["up to 1", "2"], "up to 2"),
     (["before 1 May 2020", "1 May 2020 to before 1 Jun 2021"], "before 1 Jun 2021"), (["1 May 2020 to before 1 Jun 2021", "1 Jun 2021 or later"], "1 May 2020 or later"),
     (["2", "3 and more"], "2 and more")],
)  # fmt: skip
def test_neighbouring_levels_are_one_stretch(labels, said):
    assert stretch(labels) == said


def test_silence_never_describes_anybody():
    attribute = words("machine", ("filter", "automatic"), np.array([0, 1, -1, 1])).with_silence()
    assert all(2 not in literal.levels for literal in literals_of(0, attribute))
    assert Literal(0, (0,)) in set(literals_of(0, attribute))


def test_names_come_from_what_is_shared_and_no_two_are_alike():
    group = np.arange(400) % 2 == 0
    business = words("business_buyer", ("no", "yes"), group.astype(int))
    machine = words(
        "coffeeMachine", ("filter", "automatic"), np.where(np.arange(400) % 5 < 4, group, ~group).astype(int)
    )
    other = words("hobby", ("other", "sport"), np.zeros(400, dtype=int))
    found = traits([machine, business, other], group)
    assert [trait.words for trait in found[:2]] == ["business buyer", "coffee machine automatic"]
    assert found[0].share == 1.0 and found[0].base == 0.5
    assert name_groups([found, traits([machine, business, other], ~group), found])[:2] == [
        "business buyer, coffee machine automatic",
        "no business buyer, coffee machine filter",
    ]
    assert len(set(name_groups([found, found, found]))) == 3


def test_few_who_lack_a_trait_are_not_counted_out():
    codes = np.array([1] * 97 + [0] * 3 + [0] * 100)
    [trait] = traits([words("car", ("no", "yes"), codes)], np.arange(200) < 100)
    assert trait.nearly_all


@hypothesis_settings(max_examples=30)
@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=120))
def test_any_name_can_be_said(name, label):
    attribute = words(name, (label, "b"), np.array([0, 1]))
    assert say(attribute, 0) and len(say(attribute, 0)) <= len(name) * 3 + 60
