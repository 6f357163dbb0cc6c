"""Collapsing rows loses nobody."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lifeworth.maths.purchase_table import collapse
from lifeworth.maths.unique_rows import unique_rows

whole = st.integers(0, 5).map(float)
rows = st.lists(st.tuples(whole, st.sampled_from([0.0, 0.5, 1 / 7, 3.0]), whole), min_size=0, max_size=40)


@given(rows, st.booleans())
def test_collapsed_rows_unfold_to_the_originals(given_rows, weighted):
    columns = [np.array([row[i] for row in given_rows]) for i in range(3)]
    weights = np.arange(1.0, len(given_rows) + 1) if weighted else None
    found = unique_rows(*columns, weights=weights, inverse=True)
    for column, coded in zip(columns, found.columns, strict=True):
        np.testing.assert_array_equal(coded.values[coded.codes][found.inverse], column)
        assert np.all(np.diff(coded.values) > 0)
    assert found.weight.sum() == (len(given_rows) if weights is None else weights.sum())
    assert len(found.weight) == len(set(given_rows))
    without = unique_rows(*columns, weights=weights)
    np.testing.assert_array_equal(without.weight, found.weight)


def test_large_and_fractional_values_are_coded_exactly():
    values = np.array([1e9, 0.1 + 0.2, 0.3, 1e9, 5e6])
    found = unique_rows(values, inverse=True)
    np.testing.assert_array_equal(found.columns[0].values[found.columns[0].codes][found.inverse], values)


def test_a_thinned_table_is_a_fair_sample():
    rng = np.random.default_rng(3)
    x = rng.poisson(2.0, 50_000).astype(float)
    T = rng.integers(100, 200, 50_000).astype(float)
    table = collapse(x, np.where(x > 0, T - 50, 0.0), T)
    thin = table.thinned(500)
    assert thin.rows <= 500 and thin.customers == 500
    assert abs(thin.purchases / 500 - x.mean()) < 0.02
    assert table.thinned(10**6) is table
