"""Cells of tables with known margins: no totals, however added and taken away, tell of fewer than ten people."""

from itertools import product

import numpy as np
import pytest
from disclosure_attack import attack
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lifeworth.insight.ground import hide_grid
from lifeworth.insight.ground.cuts import small_cut


def cuts(people):
    """Every way to choose rows and columns, as the cells between a chosen line and one that is not."""
    rows, columns = people.shape
    for chosen in product((False, True), repeat=rows + columns):
        sides = np.array(chosen, dtype=bool)
        yield np.not_equal.outer(sides[:rows], sides[rows:])


def grids(most=4, people=40):
    return st.integers(1, most).flatmap(
        lambda wide: st.lists(
            st.lists(st.one_of(st.just(0), st.integers(0, people)), min_size=wide, max_size=wide),
            min_size=1,
            max_size=most,
        )
    )


def taken_as_known(people, hidden):
    """Hidden cells of few people between lines that join no cell in sight: their totals are of few people whatever is hidden."""
    known = np.zeros_like(hidden)
    found = True
    while found:
        found = False
        for crossed in cuts(people):
            told = crossed & hidden & ~known
            if 1 <= people[told].sum() <= 9 and not people[crossed & ~hidden].any():
                known, found = known | told, True
    return known


@hypothesis_settings(max_examples=100, deadline=None)
@given(grids())
def test_what_any_totals_tell_of_few_people_the_totals_alone_tell(rows):
    people = np.array(rows, dtype=np.int64)
    hidden = hide_grid(people)
    assert hidden[(people > 0) & (people < 10)].all() and not hidden[people == 0].any()
    known = taken_as_known(people, hidden)
    assert not any(1 <= people[crossed & hidden & ~known].sum() <= 9 for crossed in cuts(people))


@hypothesis_settings(max_examples=150, deadline=None)
@given(grids(people=14))
def test_a_small_cut_is_found_where_there_is_one(rows):
    people = np.array(rows, dtype=np.int64)
    there = any(1 <= people[crossed].sum() <= 9 for crossed in cuts(people))
    found = small_cut(people, 10)
    assert (found is not None) == there
    assert found is None or 1 <= people[np.not_equal.outer(*found)].sum() <= 9


def moves(seed):
    """Who stood in which part before and after, 0 not active, few of them far from where they were."""
    deal = np.random.default_rng([seed, 11])
    parts = 5
    before = np.repeat(np.arange(parts + 1), [50, *deal.integers(60, 160, parts)])
    steps = deal.choice([0, 1, 2, 3], len(before), p=[0.68, 0.23, 0.07, 0.02]) * deal.choice([-1, 1], len(before))
    after = np.where(before == 0, deal.integers(1, parts + 1, len(before)), np.clip(before + steps, 0, parts))
    people = np.zeros((parts + 1, parts + 1), dtype=np.int64)
    np.add.at(people, (before, after), 1)
    assert min(people.sum(axis=0).min(), people.sum(axis=1).min()) >= 10
    return people


def seen(people, shown):
    """What a reader knows of everybody in a table: the whole, the cells shown, the total of every row and column."""
    row, column = (np.repeat(places, people.ravel()) for places in (axis.ravel() for axis in np.indices(people.shape)))
    cells = [(row == r) & (column == c) for r, c in np.argwhere(shown & (people > 0))]
    lines = [row == r for r in range(len(people))] + [column == c for c in range(people.shape[1])]
    return [np.ones((1, len(row)), dtype=bool), np.array(cells, dtype=bool).reshape(-1, len(row))], np.array(lines)


@pytest.mark.parametrize("part", range(5))
def test_moves_reveal_nobody_to_who_adds_and_takes_away(part):
    """Fifty tables against every difference of three, and the linear programme that seeks the smallest."""
    shown = 0
    for seed in range(10 * part, 10 * part + 10):
        people = moves(seed)
        hidden = hide_grid(people)
        assert not attack(*seen(people, ~hidden), thorough=True)
        shown += int((~hidden & (people > 0)).sum())
    assert shown >= 10


def test_the_attack_finds_them_where_only_small_cells_are_hidden():
    people = moves(0)
    assert attack(*seen(people, people >= 10), thorough=True)


def test_a_block_that_gives_cells_away_is_seen_beyond_single_lines():
    """With these cells hidden every line holds ten people or more, and yet some rows less some columns tell of fewer."""
    people = np.array([[0, 5, 0, 26], [0, 0, 3, 36], [18, 34, 0, 39]])
    by_lines = np.array([[0, 1, 0, 1], [0, 0, 1, 1], [0, 1, 0, 0]], dtype=bool)
    assert all(people[by_lines & line].sum() >= 10 for line in np.eye(3, dtype=bool)[:, :, None])
    assert any(1 <= people[crossed & by_lines].sum() <= 9 for crossed in cuts(people))
    hidden = hide_grid(people)
    assert all(
        not people[crossed & ~hidden].any() or not 1 <= people[crossed & hidden].sum() <= 9 for crossed in cuts(people)
    )


def test_what_is_dark_already_is_hidden_with_what_would_give_it_away():
    people = np.array([[50, 40, 30], [60, 70, 80], [30, 20, 40]])
    dark = np.zeros_like(people, dtype=bool)
    dark[0, 0] = True
    hidden = hide_grid(people, dark)
    assert hidden[0, 0] and (hidden.sum(axis=0)[hidden.any(axis=0)] > 1).all()
    assert (hidden.sum(axis=1)[hidden.any(axis=1)] > 1).all()
