"""Where an earlier method stays in charge, everything said of the choice is said of that one."""

import pytest
from backtest_world import trials_of, world

from lifeworth.backtest import adopt
from lifeworth.backtest.candidates import PURCHASE
from lifeworth.backtest.choice import FLOOR, choose, insist
from lifeworth.backtest.proof import Proof, _write_choice
from lifeworth.backtest.tables import make_empty
from lifeworth.models.total import PastRatio
from lifeworth.store.duckdb.engine import DuckDB

TWO = (PURCHASE, "two-stage")


@pytest.fixture
def engine():
    opened = DuckDB(threads=1)
    make_empty(opened)
    yield opened
    opened.close()


def proposed(engine, graded):
    ratios = [PastRatio(400 + 60 * n, 60, 0.3, 1e-4, 400 + 60 * n) for n in range(5)]
    trials, choice = trials_of(graded, ratios), choose(graded, TWO)
    total = _write_choice(engine, trials, choice)
    return Proof("Off by +3.0 %.", trials=trials, choice=choice, total=total, names=TWO)


def test_the_total_of_what_stays_replaces_the_total_of_what_was_proposed(engine):
    graded = world(3, candidates=TWO)
    proof = proposed(engine, graded)
    stays = insist(graded, TWO, FLOOR, "rate so far")
    adopted = adopt(engine, proof, stays)
    assert adopted.choice is stays and adopted.winner == "rate so far"
    assert adopted.verdict.startswith("The simple rule 'rate so far'") and adopted.verdict.endswith(proof.verdict)
    assert any("rate so far" in warning for warning in adopted.warnings)
    [(factor,)] = engine.rows("SELECT factor FROM backtest_total")
    assert factor == pytest.approx(adopted.total.factor)
    back = adopt(engine, adopted, proof.choice)
    assert (back.verdict, back.warnings, back.total) == (proof.verdict, proof.warnings, proof.total)


def test_nothing_changes_where_the_proposal_is_taken(engine):
    proof = proposed(engine, world(4, candidates=TWO))
    assert adopt(engine, proof, proof.choice) is proof and adopt(engine, proof, None) is proof
