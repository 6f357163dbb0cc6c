"""Predictions are kept whole or not at all."""

import os
import stat
from datetime import timedelta

import pytest
from monitoring_shop import START, engine_with, facts, write_values, write_weeks

from lifeworth.store.archive import FACTS, FOLDER, archive, predictions, thin_out


@pytest.fixture
def engine():
    engine = engine_with([("a", START, 10.0)])
    write_values(engine, [{"id": "b", "orders_mean": 1.0}, {"id": "a", "orders_mean": 2.0}])
    write_weeks(engine, START, [1.0, 2.0])
    return engine


def test_what_goes_in_comes_out_private_and_in_order(engine, tmp_path):
    kept = archive(engine, tmp_path, facts(base={"orders_mean": 3.0}))
    [found] = predictions(tmp_path)
    assert found == kept and found.facts.base == {"orders_mean": 3.0} and found.facts.as_of == START
    assert engine.rows(f"SELECT customer_id FROM read_parquet('{found.customers}')") == [("a",), ("b",)]
    assert engine.value(f"SELECT sum(expected_orders) FROM read_parquet('{found.weeks}')") == 3.0
    modes = {stat.S_IMODE(p.stat().st_mode) for p in found.folder.iterdir()}
    assert modes == {0o600} and stat.S_IMODE(found.folder.stat().st_mode) == 0o700


def test_the_same_run_again_changes_nothing(engine, tmp_path):
    first = archive(engine, tmp_path, facts())
    before = {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in first.folder.iterdir()}
    write_values(engine, [{"id": "z", "orders_mean": 9.0}])
    archive(engine, tmp_path, facts())
    assert {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in first.folder.iterdir()} == before


class Killed(BaseException):
    pass


@pytest.mark.parametrize("call", ["rename", "fsync"])
@pytest.mark.parametrize("nth", range(1, 6))
def test_dying_at_any_call_leaves_nothing_half(engine, tmp_path, monkeypatch, call, nth):
    real, count = getattr(os, call), 0

    def dies(*arguments, **keywords):
        nonlocal count
        count += 1
        if count == nth:
            raise Killed
        return real(*arguments, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, dies)
        died = False
        try:
            archive(engine, tmp_path, facts())
        except Killed:
            died = True
    for found in predictions(tmp_path):
        assert {p.name for p in found.folder.iterdir()} == {"customers.parquet", "weeks.parquet", "facts.json"}
    archive(engine, tmp_path, facts())
    assert len(predictions(tmp_path)) == 1
    assert sorted(p.name for p in (tmp_path / "predictions").iterdir()) == [f"{START}_run-0"]
    assert died == (nth <= {"rename": 1, "fsync": 5}[call])


def kept_days(store):
    return [p.facts.as_of for p in predictions(store)]


def test_a_year_of_nights_leaves_five_weeks_and_the_first_of_every_month(engine, tmp_path):
    days = [START + timedelta(days=n) for n in range(0, 400, 3)]
    for day in days:
        archive(engine, tmp_path, facts(as_of=day, run_id=f"run-{day}"))
    today = days[-1]
    recent = [day for day in days if (today - day).days <= 35]
    monthly = [day for n, day in enumerate(days) if n == 0 or days[n - 1].month != day.month]
    assert thin_out(tmp_path, today) > 100
    assert kept_days(tmp_path) == sorted({*recent, *monthly})
    assert thin_out(tmp_path, today) == 0


def test_another_horizon_is_another_kind_and_a_later_past_is_left_alone(engine, tmp_path):
    for horizon in (90, 365):
        archive(engine, tmp_path, facts(run_id=f"run-{horizon}", horizon_days=horizon))
    assert thin_out(tmp_path, START + timedelta(days=900)) == 0
    archive(engine, tmp_path, facts(run_id="run-again", horizon_days=90))
    assert thin_out(tmp_path, START - timedelta(days=900)) == 0 and len(predictions(tmp_path)) == 3


def test_a_prediction_half_removed_is_none_and_goes_with_the_next_call(engine, tmp_path):
    half = archive(engine, tmp_path, facts()).folder
    (half / FACTS).unlink()
    assert predictions(tmp_path) == []
    thin_out(tmp_path, START)
    assert list((tmp_path / FOLDER).iterdir()) == []
