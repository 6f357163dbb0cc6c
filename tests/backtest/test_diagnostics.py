"""The diagnostics on small simulated shops: quiet where the models are right, loud about what is wrong."""

import importlib.util
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from lifeworth import ledger, sources
from lifeworth.backtest.diagnostics import diagnose
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.settings import Settings
from lifeworth.sources import FrameRequest
from lifeworth.store.duckdb.engine import DuckDB

ROOT = Path(__file__).parents[2]
NAMES = ["season", "pace", "regularity", "segments", "leaving", "prices"]


def _load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


worlds = _load("worlds")


class Shop:
    """A simulated shop with its books closed and its forecaster fitted."""

    def __init__(self, orders, as_of, folder):
        import pandas

        self.as_of, self.engine = as_of, DuckDB(threads=1)
        frame = FrameRequest(pandas.DataFrame(orders), "orders", "orders")
        sources.load(self.engine, [frame], Settings(), as_of=as_of, scratch=folder)
        ledger.keep_books(self.engine, Settings())
        self.first_day = ledger.close_books(self.engine, as_of).first_day
        ledger.histories(self.engine, as_of, "ledger_histories")
        columns = self.engine.arrays("SELECT * EXCLUDE (customer_id) FROM ledger_histories")
        history = CustomerHistory.from_columns({name: np.ma.filled(column, 0) for name, column in columns.items()})
        self.forecaster = Forecaster(seed=1, threads=1, fast=True).fit(history)

    def diagnose(self):
        return diagnose(
            self.engine,
            self.forecaster,
            histories="ledger_histories",
            first_day=self.first_day,
            as_of=self.as_of,
            seed=1,
        )


@pytest.fixture
def open_shop(tmp_path):
    opened = []

    def shop(orders, as_of):
        opened.append(Shop(orders, as_of, tmp_path))
        return opened[-1]

    yield shop
    for each in opened:
        each.engine.close()


def _open(open_shop, world):
    return open_shop(world.orders(), world.as_of)


@pytest.fixture(scope="module")
def quiet_world():
    return next(w for seed in range(1, 20) if (w := worlds.well_specified(seed, 1500)).twist == "BG/NBD")


def test_a_shop_as_the_models_suppose_raises_no_warning(open_shop, quiet_world):
    findings = _open(open_shop, quiet_world).diagnose()
    assert [each.name for each in findings] == NAMES
    assert not any(each.warns for each in findings)
    assert all(0 <= each.p_value <= 1 for each in findings)


@pytest.mark.parametrize(
    ("world", "names", "word"),
    [
        (worlds.season, {"season"}, "forecasts the same for every month"),
        (worlds.segments, {"segments"}, "two kinds of customers"),
        (worlds.regular, {"regularity"}, "steadier intervals"),
        (worlds.dying, {"pace", "leaving"}, "too high"),
        (worlds.rising_prices, {"prices"}, "orders grow by"),
    ],
)
def test_what_is_wrong_is_named(open_shop, world, names, word):
    findings = _open(open_shop, world(2, 2000)).diagnose()
    loud = {each.name: each.sentence for each in findings if each.warns}
    assert names & set(loud)
    assert any(word in loud[name] for name in names & set(loud))


def test_the_table_holds_the_findings(open_shop, quiet_world):
    shop = _open(open_shop, quiet_world)
    findings = shop.diagnose()
    rows = shop.engine.records("SELECT * FROM backtest_diagnostics")
    assert [row["name"] for row in rows] == NAMES
    assert [row["p_value"] for row in rows] == pytest.approx([each.p_value for each in findings])
    assert shop.diagnose() == findings
    assert shop.engine.value("SELECT count(*) FROM backtest_diagnostics") == len(NAMES)


def test_the_future_and_the_unit_of_money_change_nothing(open_shop, quiet_world):
    shop = _open(open_shop, quiet_world)
    before = shop.diagnose()
    later = shop.as_of + timedelta(days=3)
    shop.engine.execute(
        f"""CREATE OR REPLACE TABLE ledger_day_sums AS SELECT * REPLACE (gross * 100 AS gross) FROM ledger_day_sums
        UNION ALL BY NAME SELECT DISTINCT ON (customer_key) * REPLACE (DATE '{later}' AS day) FROM ledger_day_sums"""
    )
    after = shop.diagnose()
    assert [each.p_value for each in after] == pytest.approx([each.p_value for each in before], rel=1e-6)
    assert [each.size_of_effect for each in after] == pytest.approx([each.size_of_effect for each in before], abs=1e-9)


@pytest.mark.parametrize("buyers", [1, 12])
def test_a_tiny_shop_is_told_that_there_is_too_little(open_shop, buyers):
    world = worlds.well_specified(3, 1500)
    orders = world.orders()
    few = world.customer < buyers
    findings = open_shop({name: column[few] for name, column in orders.items()}, world.as_of).diagnose()
    assert [each.name for each in findings] == NAMES
    assert not any(each.warns for each in findings)
    assert all("Too few" in each.sentence for each in findings)


def test_only_one_time_buyers(open_shop):
    world = worlds.well_specified(4, 1500)
    _, first = np.unique(world.customer, return_index=True)
    orders = {name: column[first] for name, column in world.orders().items()}
    findings = open_shop(orders, world.as_of).diagnose()
    assert not any(each.warns for each in findings)


@pytest.mark.study
def test_worlds_warn_as_often_as_promised(tmp_path):
    trust = _load("trust")
    scratch = tmp_path / "trust.jsonl"
    held = trust.study(trust.tasks(200, 100, 5000, False), 1, scratch)
    good = [each for each in held if each.kind == trust.GOOD]
    wrong = [each for each in held if each.kind != trust.GOOD]
    assert sum(bool(each.warned) for each in good) <= 10
    assert sum(bool(each.warned) for each in wrong) >= 90
