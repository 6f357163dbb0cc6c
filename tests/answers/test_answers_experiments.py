"""What the tables of the experiments say, as the doors read it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "insight"))

from experiments_cases import several

from lifeworth.answers.experiments import EVERYBODY, KEEP, STOP, TOO_SMALL, experiments
from lifeworth.store.duckdb.engine import DuckDB


@pytest.fixture(scope="module")
def found():
    engine, _ = several()
    return engine, experiments(engine)


def test_every_arm_has_its_figures_and_those_for_some_customers_come_first(found):
    engine, answer = found
    assert len(answer.arms) == engine.value("SELECT count(*) FROM experiments_results")
    first = answer.arms[0]
    assert first.result.experiment == "win-back letter" and first.clear_groups and first.ranking.told_apart
    verdicts = [arm.result.verdict for arm in answer.arms if not arm.clear_groups]
    order = ["keep", "stop", "cannot tell", "too early", "too small", "do not use"]
    assert verdicts == sorted(verdicts, key=order.index)
    for arm in answer.arms:
        [row] = engine.records(
            "SELECT * FROM experiments_results WHERE experiment_id = ? AND arm = ?",
            [arm.result.experiment, arm.result.arm],
        )
        assert (arm.result.customers, arm.result.verdict, arm.result.sentence) == (
            row["customers"],
            row["verdict"],
            row["sentence"],
        )


def test_the_range_that_may_be_looked_at_is_the_one_given(found):
    _, answer = found
    for one in (arm.result for arm in answer.arms if arm.result.shown):
        looked_at = one.fixed if one.ended else one.always_valid
        assert one.difference.mean == one.fixed.mean
        assert (one.difference.low, one.difference.high) == pytest.approx((looked_at.low, looked_at.high), nan_ok=True)
        if one.always_valid.low == one.always_valid.low:
            assert one.always_valid.low < one.fixed.low and one.always_valid.high > one.fixed.high


def test_groups_and_rankings_belong_to_their_arm(found):
    _, answer = found
    letter = answer.arms[0]
    assert [group.member for group in letter.groups if group.grouped_by == EVERYBODY] == ["everybody"]
    assert {group.verdict for group in letter.clear_groups} >= {KEEP}
    assert [fifth.fifth for fifth in letter.ranking.fifths] == [1, 2, 3, 4, 5] and letter.ranking.targets > 0
    others = [arm for arm in answer.arms[1:] if arm.ranking is not None]
    assert all(not arm.ranking.fifths for arm in others if not arm.ranking.told_apart)


def test_small_arms_are_hidden_and_warnings_are_told(found):
    _, answer = found
    [small] = answer.arms_with(TOO_SMALL)
    assert not small.result.shown and small.result.brought != small.result.brought
    assert {check.experiment for check in answer.warnings} == {"nobody untreated", "lost customers"}
    assert answer.arms_with(STOP) and "everybody assigned counts" in answer.definition


def test_without_tables_there_is_nothing_to_say():
    answer = experiments(DuckDB(threads=1))
    assert answer.arms == () and answer.checks == () and answer.warnings == ()
