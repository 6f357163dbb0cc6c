"""A challenger must earn its place."""

import numpy as np
import pytest

from lifeworth.monitoring.champion import Contender, compare

RNG = np.random.default_rng(4)
LOSSES = RNG.gamma(2.0, 10.0, 400)
CHAMPION = Contender("BG/NBD", np.array([1.0, 1.1, 0.9, 1.2, 1.0]), LOSSES, 1000.0, 1100.0)


def challenger(scores=0.9, losses=0.9, predicted=1050.0):
    return Contender("Pareto/NBD", CHAMPION.scores * scores, LOSSES * losses, 1000.0, predicted)


def test_better_on_all_counts_replaces():
    decision = compare(CHAMPION, challenger(), 1)
    assert decision.replace and decision.better_on == 5 and decision.high < 0 and "replaces" in decision.reason


@pytest.mark.parametrize(
    ("rival", "word"),
    [
        (challenger(scores=np.array([0.9, 0.9, 0.9, 1.1, 1.1])), "3 of 5"),
        (challenger(losses=1.0), "chance"),
        (challenger(predicted=1200.0), "total"),
        (challenger(predicted=0.0), "total"),
    ],
)
def test_any_one_objection_keeps_the_champion(rival, word):
    decision = compare(CHAMPION, rival, 1)
    assert not decision.replace and word in decision.reason


def test_four_of_five_is_enough_and_two_cuts_are_not():
    assert compare(CHAMPION, challenger(scores=np.array([0.9, 0.9, 0.9, 0.9, 1.1])), 1).replace
    few = [Contender(c.name, c.scores[:2], c.losses, c.actual, c.predicted) for c in (CHAMPION, challenger())]
    assert "2 cut dates" in compare(*few, 1).reason


def test_seeded_and_refuses_different_customers():
    assert compare(CHAMPION, challenger(), 3) == compare(CHAMPION, challenger(), 3)
    with pytest.raises(ValueError, match="same customers"):
        compare(CHAMPION, Contender("x", CHAMPION.scores, LOSSES[:9], 1.0, 1.0), 1)


def test_an_equal_rival_seldom_wins_by_chance():
    """Under no difference at most one in twenty gaps falls wholly below zero (one side of 90 %)."""
    rng, wins = np.random.default_rng(8), 0
    for trial in range(80):
        noisy = Contender("rival", CHAMPION.scores * 0.9, LOSSES + rng.normal(0, 5, 400), 1000.0, 1000.0)
        wins += compare(CHAMPION, noisy, trial).replace
    assert wins / 80 <= 0.125


def test_the_interval_is_that_of_the_mean_also_for_many():
    rng = np.random.default_rng(9)
    losses = rng.normal(50, 5, 40_000)
    gap = rng.normal(-0.1, 4, 40_000)
    many = [Contender(n, CHAMPION.scores * f, v, 1.0, 1.0) for n, f, v in (("a", 1, losses), ("b", 0.9, losses + gap))]
    found = compare(*many, 2)
    reach = 1.645 * gap.std() / 200
    assert (found.low, found.high) == pytest.approx((gap.mean() - reach, gap.mean() + reach), abs=reach * 0.2)
