"""`lifeworth demo`, `check`, `explain`, and the same answers in Python."""

import json

import pytest


def test_demo_shows_the_truth_beside_the_estimate(lifeworth, tmp_path):
    said = lifeworth("demo", tmp_path / "shop", "--customers", 400, "--seed", 5)
    assert said.code == 0, said.err
    assert "truth" in said.out
    record = json.loads((tmp_path / "shop" / "result" / "run.json").read_text())
    assert record["basis"] == "profit"
    assert all(row["difference"] in ("0.0000", "0") or row["explanation"] for row in record["reconciliation"])
    assert (tmp_path / "shop" / "truth.parquet").exists()
    explained = lifeworth("explain", "C0000001", "--out", tmp_path / "shop" / "result")
    assert explained.code in (0, 2)


def test_explain_takes_a_number_apart_and_helps_with_a_typo(lifeworth, shop_csv, tmp_path):
    out = tmp_path / "out"
    assert lifeworth("explain", "C001", "--out", out).code == 2
    assert lifeworth("run", shop_csv, "--out", out, "--quiet", "--margin", 0.3).code == 0
    said = lifeworth("explain", "C006", "--out", out)
    assert said.code == 0
    for word in ("profit", "evidence", "orders", "Net revenue", "range"):
        assert word in said.out
    missed = lifeworth("explain", "c006x", "--out", out)
    assert missed.code == 2 and "C006" in missed.err


def test_check_says_what_was_understood_and_what_is_missing(lifeworth, shop_csv):
    said = lifeworth("check", shop_csv)
    assert said.code == 0
    assert "rows read" in said.out and "cost of goods" in said.out and "customer_id" in said.out


@pytest.mark.parametrize("command", ["run", "check", "explain", "demo"])
def test_help_is_there(lifeworth, command):
    said = lifeworth(command, "--help")
    assert said.code == 0 and "--" in said.out


def test_frames_give_what_files_give(lifeworth, shop_csv, tmp_path):
    import pandas as pd
    import polars as pl

    import lifeworth as lw

    assert lifeworth("run", shop_csv, "--out", tmp_path / "out", "--horizon", 60, "--quiet").code == 0
    from_file = pd.read_parquet(tmp_path / "out" / "customer_value.parquet").drop(columns="run_id")
    for frame in (pd.read_csv(shop_csv), pl.read_csv(shop_csv)):
        result = lw.run(frame, horizon_days=60)
        assert type(result.customer_value).__module__.split(".")[0] == type(frame).__module__.split(".")[0]
        values = result.customer_value if isinstance(frame, pd.DataFrame) else result.customer_value.to_pandas()
        assert list(values["customer_id"]) == list(from_file["customer_id"])
        assert values["value_mean"].to_numpy() == pytest.approx(from_file["value_mean"].to_numpy())
        assert result.report().exists() and len(result.league_table)
