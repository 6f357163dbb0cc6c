"""The guard against every set of up to nine people tried one by one, and the algebra under it."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeworth.insight.segments.guard import Guard
from lifeworth.insight.segments.spanning import PRIME, combine, find_base


def rank(rows):
    return np.linalg.matrix_rank(rows.astype(float)) if rows.size else 0


def tells_of_few(shown, group, people):
    """Whether a combination of shown groups differs from the new one on one to nine people: all sets of them, by rank."""
    both = np.vstack([shown, group])
    if rank(both) == rank(shown):
        return False
    small = np.flatnonzero(people < 10)
    for size in range(1, 10):
        for few in combinations(small, size):
            if people[list(few)].sum() < 10:
                others = np.setdiff1d(np.arange(len(people)), few)
                if rank(both[:, others]) == rank(shown[:, others]):
                    return True
    return False


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([1, 2, 3, 5, 9, 12, 30, 60]), min_size=4, max_size=9).filter(
        lambda people: sum(people) >= 10
    ),
    st.integers(0, 2**32),
)
def test_no_set_of_few_people_is_ever_told(people, seed):
    people, deal = np.array(people), np.random.default_rng(seed)
    guard, shown = Guard(people), np.ones((1, len(people)), dtype=bool)
    for _ in range(6):
        group = deal.random(len(people)) < 0.5
        told = tells_of_few(shown, group, people)
        is_shown = guard.show(group)
        assert not (is_shown and told)
        if is_shown:
            shown = np.vstack([shown, group])


def test_the_guard_seldom_hides_what_tells_nobody():
    deal, hidden, safe = np.random.default_rng([1, 1]), 0, 0
    for _ in range(60):
        people = deal.choice([1, 2, 5, 9, 12, 30, 60], int(deal.integers(4, 9)))
        if people.sum() < 10:
            continue
        guard, shown = Guard(people), np.ones((1, len(people)), dtype=bool)
        for _ in range(5):
            group = deal.random(len(people)) < 0.5
            told = tells_of_few(shown, group, people)
            is_shown = guard.show(group)
            safe, hidden = safe + (not told), hidden + (not told and not is_shown)
            if is_shown:
                shown = np.vstack([shown, group])
    assert safe > 100 and hidden <= 0.02 * safe


def marks(*places, of):
    return np.isin(np.arange(of), places)


@pytest.mark.parametrize(
    ("people", "groups", "shown"),
    [
        ([3, 40, 50, 60], [(0, 1, 2), (1,), (2,)], [True, True, False]),
        ([30, 4, 50, 60], [(0, 1), (1, 2), (0, 1, 2)], [True, True, False]),
        ([5, 5, 40, 40], [(0, 2), (1, 2)], [True, True]),
        ([4, 5, 40, 40], [(0, 2), (1, 2)], [True, False]),
        ([9, 91], [(0,), (1,)], [False, False]),
        ([10, 90], [(0,), (1,)], [True, True]),
        ([4, 3], [(0,), (0, 1)], [False, False]),
    ],
)
def test_ways_to_ask_for_few(people, groups, shown):
    guard = Guard(np.array(people))
    assert [guard.show(marks(*group, of=len(people))) for group in groups] == shown


def test_what_is_given_may_tell_of_few_and_the_rest_still_counts():
    guard = Guard(np.array([3, 20, 30, 40, 50]))
    guard.remember(marks(0, of=5))
    assert guard.show(marks(1, 2, of=5))
    assert guard.show(marks(0, 1, 2, of=5)), "it tells nothing that is not known"
    assert not guard.show(marks(0, 3, of=5)) or guard.show(marks(3, of=5))


def test_the_order_of_atoms_changes_no_verdict():
    deal = np.random.default_rng([5, 5])
    people, groups = deal.integers(1, 25, 60), deal.random((12, 60)) < 0.4
    turned = deal.permutation(60)
    one, other = Guard(people), Guard(people[turned])
    assert [one.show(group) for group in groups] == [other.show(group[turned]) for group in groups]


def test_a_base_pins_down_every_combination():
    deal = np.random.default_rng([2, 2])
    rows = deal.random((20, 300)) < 0.5
    base = find_base(rows, deal.permutation(300))
    weights = deal.integers(0, PRIME, 20)
    values = combine(weights, rows)
    assert len(base.atoms) == rank(rows)
    assert (combine(base.solved, rows[:, base.atoms]) == np.eye(len(base.atoms), dtype=np.int64)).all()
    again = np.array(
        [
            sum(int(v) * int(s) for v, s in zip(values[base.atoms], column, strict=True)) % PRIME
            for column in base.solved.T
        ]
    )
    assert (combine(again, rows) == values).all()


def test_a_base_widened_is_a_base_of_all_rows():
    deal = np.random.default_rng([3, 3])
    rows = deal.random((11, 80)) < 0.5
    base = find_base(rows[:10], np.arange(80))
    apart = np.flatnonzero(combine(base.pin_down(rows[10]), rows[:10]) != rows[10])
    wider = base.widen(rows[10], int(apart[0]), rows[:10, apart[0]])
    assert (combine(wider.solved, rows[:, wider.atoms]) == np.eye(11, dtype=np.int64)).all()
