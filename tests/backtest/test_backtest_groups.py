"""Who was forecast wrong, how far ahead, and how much of that is chance."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from backtest_world import cut_of, trials_of, world

from lifeworth.backtest import measures
from lifeworth.backtest.candidates import PURCHASE
from lifeworth.backtest.grading import FEWEST, NOT_STATED, OTHERS, grade, groups
from lifeworth.backtest.steps import horizon_steps
from lifeworth.backtest.trials import Eyes
from lifeworth.features.plan import MOST_LEVELS, Plan
from lifeworth.models.learned import Known
from lifeworth.store.duckdb.engine import DuckDB

CUSTOMERS = 900
LEVELS = {"first_channel": ("shop", "web"), "acquisition_channel": ("search", "friends")}


def known(first, won, stretch):
    columns = np.column_stack([first, won]).astype(np.float32)
    return Known(tuple(LEVELS), columns, tuple(LEVELS), stretch.alive, stretch.expected)


def with_channels(first, won, seed=3):
    """Two days whose customers have these codes: channel of the first order, and the channel that won them."""
    days = world(seed, windows=2, candidates=(PURCHASE,))
    seen = [replace(day, stretch=replace(day.stretch, known=known(first, won, day.stretch))) for day in days]
    return grade(replace(trials_of(seen), feature_plan=Plan((), LEVELS)), 0.8)


def of_group(rows, by, cut=None):
    return {row[2]: row for row in rows if row[1] == by and row[0] == (cut or cut_of(1))}


def test_a_channel_is_who_won_the_customer_else_that_of_the_first_order():
    first, won = np.full(CUSTOMERS, np.nan), np.full(CUSTOMERS, np.nan)
    first[:500], won[:300] = 0, 1
    won[300:400], first[500:600] = 0, MOST_LEVELS
    first[600 : 600 + FEWEST - 1] = 1
    found = of_group(groups(with_channels(first, won)), "channel")
    sizes = {name: row[3] for name, row in found.items()}
    assert sizes == {"friends": 300, "search": 100, "shop": 100, OTHERS: 100 + FEWEST - 1, NOT_STATED: 271}


def test_a_rest_of_few_customers_takes_the_next_smallest_group_with_it():
    first, won = np.full(CUSTOMERS, np.nan), np.full(CUSTOMERS, np.nan)
    first[:500], won[:300], won[300:400] = 0, 1, 0
    first[500] = 1
    found = of_group(groups(with_channels(np.where(np.isnan(first), 0, first), won)), "channel")
    assert {name: row[3] for name, row in found.items()} == {"friends": 300, "shop": 499, OTHERS: 101}


@pytest.mark.parametrize("customers", [7, 13, 45])
def test_no_group_is_of_fewer_than_ten_customers(customers):
    rows = groups(grade(trials_of(world(8, windows=2, customers=customers)), 0.8))
    assert all(row[3] >= 10 for row in rows) and bool(rows) == (customers >= 10)


def test_without_features_no_channel_is_told():
    assert not of_group(groups(grade(trials_of(world(4, windows=2)), 0.8)), "channel")


def test_every_way_of_parting_keeps_the_total_and_small_groups_stand_together():
    rows = groups(grade(trials_of(world(5, windows=3)), 0.8))
    for by in ("situation", "cohort", "age", "last purchase", "predicted tenth"):
        found = of_group(rows, by, cut_of(2))
        assert sum(row[3] for row in found.values()) == CUSTOMERS
        if by in ("situation", "cohort"):
            assert all(row[3] >= FEWEST for name, row in found.items() if name != OTHERS)


def test_cohorts_are_named_by_the_quarter_of_the_first_purchase():
    [day] = grade(trials_of(world(6, windows=1)), 0.8)
    history, cut = day.trial.stretch.history, day.trial.stretch.cut
    born = [date.fromordinal(cut.toordinal() - int(days)) for days in history.T_days]
    wanted = {f"{day.year} Q{(day.month + 2) // 3}" for day in born}
    named = {row[2] for row in groups([day]) if row[1] == "cohort"}
    assert named - {OTHERS} <= wanted and len(named) > 4


def test_the_error_of_a_bias_is_that_of_drawing_customers_again():
    [day] = grade(trials_of(world(7, windows=1)), 0.8)
    members = day.trial.situation == 2
    row = of_group(groups([day]), "situation", cut_of(0))["regular"]
    came, said = day.came[members], day.value[members]
    rng = np.random.default_rng(1)
    drawn = (rng.integers(0, len(came), len(came)) for _ in range(3000))
    again = [measures.bias_percent(came[who], said[who]) for who in drawn]
    assert row[6] == pytest.approx(measures.bias_percent(came, said))
    assert row[7] == pytest.approx(np.std(again), rel=0.12)


def test_a_fair_forecast_is_beyond_two_errors_about_once_in_twenty():
    found = [
        abs(row[6]) > 2 * row[7]
        for seed in range(40)
        for row in of_group(
            groups(grade(trials_of(world(100 + seed, windows=1, customers=600)), 0.8)), "age", cut_of(0)
        ).values()
    ]
    assert len(found) == 120 and 1 <= sum(found) <= 14


class Curve:
    """A purchase model that says nothing but a curve of orders over days."""

    def expected_orders(self, days):
        return np.full(CUSTOMERS, np.sqrt(days))


def test_steps_add_up_to_the_forecast_and_to_what_came():
    [day] = grade(trials_of(world(8, windows=1)), 0.8)
    stretch = replace(day.trial.stretch, forecaster=Curve())
    one = replace(day, trial=replace(day.trial, stretch=stretch))
    engine = DuckDB(threads=1)
    place = np.arange(CUSTOMERS)
    engine.write("brought", {"place": place, "money": stretch.came.revenue})
    engine.execute(
        f"""CREATE TABLE ledger_orders AS SELECT 'c' || lpad(place::VARCHAR, 5, '0') AS customer_id, money AS net_sale,
        money AS profit_sale, DATE '{stretch.cut}' + (place % 60)::INTEGER AS ordered_on FROM brought WHERE money > 0"""
    )
    engine.execute(
        "CREATE TABLE ledger_events (customer_id VARCHAR, happened_on DATE, revenue_effect DOUBLE, profit_effect DOUBLE)"
    )

    def histories(engine, cut, table, keys):
        engine.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT 'c' || lpad(place::VARCHAR, 5, '0') AS customer_id FROM brought"
        )

    eyes = Eyes(histories, False, "BG/NBD", 1, 1, fast=True, learn=False)
    rows = horizon_steps(engine, SimpleNamespace(keys=None), eyes, one)
    assert [row[2] for row in rows] == ["day 1 to 20", "day 21 to 40", "day 41 to 60"]
    assert sum(row[4] for row in rows) == pytest.approx(stretch.came.revenue.sum())
    assert sum(row[5] for row in rows) == pytest.approx(one.value.sum())
    assert rows[0][5] == pytest.approx(one.value.sum() * np.sqrt(20 / 60))
    first = np.where(place % 60 < 20, stretch.came.revenue, 0.0)
    assert rows[0][7] == pytest.approx(measures.bias_error(first, one.value * np.sqrt(1 / 3)))
    assert horizon_steps(engine, SimpleNamespace(keys=None), eyes, one, one) == [*rows, *rows]
