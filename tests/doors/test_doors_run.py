"""`lifeworth run`: the files it promises, the numbers in them, and the same bytes again."""

import csv
import gzip
import hashlib
import json
import shutil

import pytest

COLUMNS = """customer_id as_of horizon_days interval_level currency basis orders frequency recency_days T_days
first_order_at last_order_at past_revenue past_profit p_alive orders_mean orders_low orders_high segment persona
revenue_mean revenue_low revenue_high value_mean value_low value_high next_order_mean next_order_low next_order_high
evidence reason_1 reason_2 reason_3 model model_version run_id residual_value_mean residual_value_low
residual_value_high lifetime_value_mean lifetime_value_low lifetime_value_high days_since_last""".split()

RECORD = """run_id lifeworth_version seed as_of horizon_days interval_level discount currency basis inputs accounting base
model league_table stages warnings""".split()


def rows_of(out):
    with open(out / "customer_value.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_run_leaves_what_it_promises(lifeworth, shop_csv, tmp_path):
    out = tmp_path / "out"
    said = lifeworth("run", shop_csv, "--out", out, "--as-of", "2026-01-01", "--horizon", 90, "--currency", "eur")
    assert said.code == 0, said.err
    assert "60 customers" in said.out and str(out / "report.html") in said.out
    rows = rows_of(out)
    assert len(rows) == 60 and set(COLUMNS) == set(rows[0])
    assert [r["customer_id"] for r in rows] == sorted(r["customer_id"] for r in rows)
    for row in rows:
        assert row["currency"] == "EUR" and row["basis"] == "revenue" and row["horizon_days"] == "90"
        for measure in ("orders", "revenue", "value", "residual_value", "lifetime_value"):
            assert float(row[f"{measure}_low"]) <= float(row[f"{measure}_high"])
        assert 0 <= float(row["p_alive"]) <= 1 and row["evidence"] in "ABCD"
        assert all(row[f"reason_{n}"] for n in (1, 2, 3))
        assert int(row["days_since_last"]) == int(row["T_days"]) - int(row["recency_days"])
    record = json.loads((out / "run.json").read_text())
    assert set(RECORD) <= set(record)
    account = record["accounting"]
    parts = ("rows_loaded", "rows_duplicate", "rows_quarantined", "rows_ignored")
    assert account["rows_read"] == sum(account[p] for p in parts)
    base = record["base"]
    assert base["value_low"] < base["value_mean"] < base["value_high"]
    assert sum(float(r["value_mean"]) for r in rows) == pytest.approx(base["value_mean"], abs=0.5)
    for name in ("customer_value.parquet", "report.html", "rejected.csv", "tables/ledger_waterfall.csv"):
        assert (out / name).exists()


def test_equal_requests_give_equal_bytes_at_any_thread_count(lifeworth, shop_csv, tmp_path):
    for name, threads in (("a", 1), ("b", 2), ("c", 4)):
        assert lifeworth("run", shop_csv, "--out", tmp_path / name, "--threads", threads, "--quiet").code == 0
    for file in ("customer_value.csv", "customer_value.parquet", "tables/backtest_league.csv"):
        assert len({digest(tmp_path / name / file) for name in "abc"}) == 1, file


def test_the_same_data_twice_or_wrapped_changes_nothing(lifeworth, shop_csv, tmp_path):
    again, packed = tmp_path / "again.csv", tmp_path / "packed.csv.gz"
    shutil.copy(shop_csv, again)
    packed.write_bytes(gzip.compress(shop_csv.read_bytes()))
    numbers = []
    for number, files in enumerate(([shop_csv], [shop_csv, again], [again, packed, shop_csv])):
        out = tmp_path / f"out{number}"
        assert lifeworth("run", *files, "--out", out, "--quiet").code == 0
        numbers.append([{k: v for k, v in row.items() if k != "run_id"} for row in rows_of(out)])
    assert numbers[0] == numbers[1] == numbers[2]


def test_what_comes_after_as_of_influences_nothing(lifeworth, shop_csv, tmp_path):
    cut = "2025-09-01"
    before = tmp_path / "before.csv"
    lines = shop_csv.read_text().splitlines()
    before.write_text("\n".join([lines[0], *(x for x in lines[1:] if x.split(",")[1] < cut)]) + "\n")
    for name, file in (("all", shop_csv), ("past", before)):
        assert lifeworth("run", file, "--out", tmp_path / name, "--as-of", cut, "--quiet").code == 0
    without = [[{k: v for k, v in r.items() if k != "run_id"} for r in rows_of(tmp_path / n)] for n in ("all", "past")]
    assert without[0] == without[1]


def test_margin_turns_revenue_into_profit_and_less_margin_into_less_value(lifeworth, shop_csv, tmp_path):
    values = {}
    for margin in (0.2, 0.4):
        out = tmp_path / str(margin)
        assert lifeworth("run", shop_csv, "--out", out, "--margin", margin, "--quiet").code == 0
        rows = rows_of(out)
        assert rows[0]["basis"] == "profit"
        for row in rows:
            assert float(row["past_profit"]) == pytest.approx(margin * float(row["past_revenue"]), abs=0.011)
        values[margin] = [float(r["value_mean"]) for r in rows]
    assert all(less <= more for less, more in zip(values[0.2], values[0.4], strict=True))


def test_quiet_says_nothing(lifeworth, shop_csv, tmp_path):
    said = lifeworth("run", shop_csv, "--out", tmp_path / "out", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_files_are_the_owners_alone(lifeworth, shop_csv, tmp_path):
    out = tmp_path / "out"
    assert lifeworth("run", shop_csv, "--out", out, "--quiet").code == 0
    assert not [p for p in out.rglob("*") if p.stat().st_mode & 0o077]


def test_formulas_in_ids_stay_text(lifeworth, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer_id,date,amount\n"
        + "".join(
            f'"{name}",2025-0{1 + n % 6}-1{n % 9},1{n}.00\n'
            for n, name in enumerate(["=1+1", "@x", "+4", "😀", "007"] * 4)
        )
    )
    out = tmp_path / "out"
    assert lifeworth("run", path, "--out", out, "--quiet").code == 0
    ids = {row["customer_id"] for row in rows_of(out)}
    assert ids == {"'=1+1", "'@x", "'+4", "😀", "007"}


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--horizon", 0], "--horizon"),
        (["--interval", 1.5], "--interval"),
        (["--discount", -1], "--discount"),
        (["--as-of", "01/02/2025"], "YYYY-MM-DD"),
        (["--margin", 40], "--margin"),
        (["--map", "nonsense"], "field=column"),
        (["--currency", "EURO"], "--currency"),
        (["--config", "absent.toml"], "absent.toml"),
        (["--threads", 0], "--threads"),
    ],
)
def test_wrong_use_is_told_in_words(lifeworth, shop_csv, tmp_path, options, word):
    said = lifeworth("run", shop_csv, "--out", tmp_path / "out", *options)
    assert said.code == 2 and word in said.err and "Traceback" not in said.err


def test_a_missing_file_and_an_early_day_are_told_in_words(lifeworth, shop_csv, tmp_path):
    said = lifeworth("run", tmp_path / "no.csv", "--out", tmp_path / "out")
    assert said.code == 2 and "no.csv" in said.err
    said = lifeworth("run", shop_csv, "--as-of", "2001-01-01", "--out", tmp_path / "out")
    assert said.code == 3 and "2025-01" in said.err


def test_a_failed_run_leaves_the_last_result(lifeworth, shop_csv, tmp_path):
    out = tmp_path / "out"
    assert lifeworth("run", shop_csv, "--out", out, "--quiet").code == 0
    before = digest(out / "customer_value.csv")
    assert lifeworth("run", shop_csv, "--as-of", "2001-01-01", "--out", out).code == 3
    assert digest(out / "customer_value.csv") == before
    assert not (out / "store" / "work").exists() or lifeworth("run", shop_csv, "--out", out, "--quiet").code == 0


@pytest.mark.parametrize("command", ["check", "run", "backtest"])
def test_a_saved_condition_that_cannot_be_read_says_file_key_and_place(lifeworth, shop_csv, tmp_path, command):
    config = tmp_path / "lifeworth.toml"
    config.write_text(
        '[[segments]]\nname = "good"\nwhere = "orders >= 2 and tier = \'core\' and first_order_at > 2025-01-01"\n'
        '[[segments]]\nname = "bad"\nwhere = "orders >= 2 and countri = 1"\n'
    )
    said = lifeworth(
        command, shop_csv, "--config", config, *([] if command == "check" else ["--out", tmp_path / "out.csv"])
    )
    assert said.code == 2 and "Traceback" not in said.err
    for part in (str(config), "'segments.1.where'", "segment 'bad'", "did you mean country?", "at character 17"):
        assert part in said.err
    config.write_text(config.read_text().replace("countri = 1", "country = 'DE'"))
    assert lifeworth("check", shop_csv, "--config", config).code == 0
