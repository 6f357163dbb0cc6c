"""What to do first: only what is a gain over its whole range, the largest first."""

from dataclasses import replace

import pytest

from lifeworth.answers.acquisition import customer_acquisition
from lifeworth.answers.acquisition_parts import LOSES, Verdict
from lifeworth.answers.actions import CHANNEL, LEAK, LOSS, WIN_BACK, first_actions
from lifeworth.answers.estimate import Estimate
from lifeworth.answers.margins import CostFinding, Lever, LossGroup, margins
from lifeworth.answers.retention import retention
from lifeworth.answers.retention.risk import Ground
from lifeworth.answers.retention.winback import CurvePoint
from lifeworth.store.duckdb.engine import DuckDB


@pytest.fixture
def nothing():
    engine = DuckDB()
    return margins(engine), customer_acquisition(engine, 365), retention(engine)


def leak(low: float, mean: float) -> CostFinding:
    excess = Estimate(mean, low, 2 * mean - low)
    names = (("category", "Cups"),)
    return CostFinding(
        "leak", "returns", names, 90, 60, 900, excess, 0.1, 0.03, "share of sales", "others", "", None, "", 0, 0.01, "", ""
    )  # fmt: skip


def losing(mean: float) -> LossGroup:
    loss = Estimate(mean, mean / 2, mean * 2)
    return LossGroup((("country", "CH"),), 40, 30, Estimate(-5, -6, -4), loss, "shipping", 0.01, "")


def channel(name: str, average: Estimate, said: str = LOSES) -> Verdict:
    return Verdict(name, 1_000.0, 90, average, None, said, "cannot be told", None, "")


def test_where_nothing_is_known_there_is_nothing_to_do(nothing):
    assert first_actions(*nothing) == ()


def test_the_largest_stake_comes_first_and_each_kind_once(nothing):
    lost, won, kept = nothing
    lost = replace(lost, leaks=(leak(100, 300), leak(50, 90)), groups=(losing(900), losing(20)))
    average = Estimate(-0.2, -0.3, -0.1)
    won = replace(won, verdicts=(channel("social", average), channel("search", Estimate(2, 1, 3), "earns")))
    found = first_actions(lost, won, kept)
    assert [action.kind for action in found] == [LOSS, LEAK, CHANNEL]
    social = found[-1]
    assert (social.stake.mean, social.stake.low, social.stake.high) == pytest.approx((200, 100, 300))
    assert social.each == pytest.approx(0.8)


@pytest.mark.parametrize("low", [0.0, -1.0, float("nan")])
def test_what_may_be_nothing_is_not_said(nothing, low):
    lost, won, kept = nothing
    assert first_actions(replace(lost, leaks=(leak(low, 300),)), won, kept) == ()


def test_a_letter_says_whether_its_effect_was_measured(nothing):
    lost, won, kept = nothing
    point = CurvePoint(120, 100.0, 6.0, Estimate(400, 100, 700), 500.0)
    kept = replace(kept, winback=replace(kept.winback, peak=point))
    [assumed] = first_actions(lost, won, replace(kept, grounds={"brings_back": Ground(0.02, 0.0, True, "")}))
    [measured] = first_actions(lost, won, replace(kept, grounds={"brings_back": Ground(0.02, 0.0, False, "")}))
    assert assumed.kind == WIN_BACK and assumed.people == 120
    assert assumed.assumed and not measured.assumed


@pytest.mark.parametrize(("whole", "listed"), [(5_000.0, True), (400.0, True), (399.0, False), (-20.0, False)])
def test_an_assumed_effect_that_outdoes_the_whole_base_is_not_said(nothing, whole, listed):
    lost, won, kept = nothing
    lever = Lever("price", 0.02, "", "", "value of the base over 365 days", "", whole, None, "", "")
    point = CurvePoint(120, 100.0, 6.0, Estimate(400, 100, 700), 500.0)
    kept = replace(kept, winback=replace(kept.winback, peak=point))
    lost = replace(lost, levers=(lever,))
    assumed = replace(kept, grounds={"brings_back": Ground(0.02, 0.0, True, "")})
    measured = replace(kept, grounds={"brings_back": Ground(0.02, 0.0, False, "")})
    assert bool(first_actions(lost, won, assumed)) is listed
    assert first_actions(lost, won, measured)


def test_the_budget_ends_the_campaign(nothing):
    lost, won, kept = nothing
    peak = CurvePoint(120, 100.0, 6.0, Estimate(400, 100, 700), 500.0)
    budget = replace(peak, contacts=50, net=Estimate(300, 50, 500))
    kept = replace(kept, winback=replace(kept.winback, peak=peak, budget=budget))
    [action] = first_actions(lost, won, kept)
    assert action.people == 50
