"""A column that gives a protected one away is flagged; columns that have nothing to do with it are not."""

import numpy as np
import pytest
from test_personas_demo import demo

from lifeworth.insight.personas.auc import tell_apart
from lifeworth.insight.personas.proxies import FLAGGED

SEEDS = range(1, 21)


def is_flagged(columns, hidden):
    found = tell_apart(columns, hidden, 0.8)
    return found.mean > FLAGGED and found.low > 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_column_as_close_as_nine_tenths_is_flagged_and_twenty_decoys_are_not(seed):
    deal = np.random.default_rng([seed, 12])
    hidden = deal.integers(0, 2, 600)
    # Equal in 95 of 100 people: a correlation of 0.9 between two halves.
    proxy = np.where(deal.random(600) < 0.95, hidden, 1 - hidden)
    assert np.corrcoef(hidden, proxy)[0, 1] > 0.8
    assert is_flagged([proxy], hidden)
    decoys = [deal.integers(0, int(deal.integers(2, 9)), 600) for _ in range(20)]
    assert not any(is_flagged([decoy], hidden) for decoy in decoys)
    assert not is_flagged(decoys, hidden)


@pytest.mark.study
@pytest.mark.parametrize("seed", SEEDS)
def test_the_demo_shop_gives_away_what_was_planted_and_no_more(tmp_path, seed):
    engine, _ = demo(tmp_path, 3_000, seed)
    flagged = [name for (name,) in engine.rows("SELECT DISTINCT predictor FROM personas_proxies WHERE flagged")]
    assert flagged == ["apron_size"]
