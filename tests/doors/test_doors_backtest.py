"""`lifeworth backtest`: the past of a company on the terminal, in a pipe, as JSON and as a file."""

import csv
import io
import json
import re
import shlex
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeworth.delivery.cli import backtest as door

ROOT = Path(__file__).parents[2]
ASKED = ("--fast", "--horizon", 60, "--threads", 1)


def row(model, cut, bias, crps, gini=0.5, top=50.0, kind="floor", coverage=None):
    return {"model": model, "kind": kind, "cut": cut, "actual_total": 100.0, "predicted_total": 100.0 + (bias or 0.0)} | {
        "bias": bias, "crps": crps, "gini": gini, "top_decile": top, "coverage": coverage,
    }  # fmt: skip


LEAGUE = [
    row("lifeworth", "2025-01-01", -30.0, 6.0, gini=0.2, kind="ours"),
    row("zero", "2025-01-01", -100.0, 9.0),
    row("lifeworth", "2025-02-01", 4.0, 6.0, gini=0.4, kind="ours", coverage=70.0),
    row("zero", "2025-02-01", -100.0, 10.0),
    row("cohort mean", "2025-02-01", 12.0, 10.0),
    row("lifeworth", "2025-03-01", -8.0, 3.0, gini=0.9, kind="ours", coverage=90.0),
    row("zero", "2025-03-01", None, 5.0, gini=None),
    row("cohort mean", "2025-03-01", None, 5.0),
]


def test_standings_worked_by_hand():
    ours, zero, mean = door.standings(LEAGUE)
    assert (ours.method, ours.kind, ours.days) == ("lifeworth", "ours", 3)
    assert (ours.middle, ours.worst, ours.gini, ours.coverage) == (8.0, 30.0, pytest.approx(0.5), 80.0)
    # The first day has no cohort mean: (6 + 3) / (10 + 5) - 1.
    assert ours.sharper == pytest.approx(-40.0)
    assert (zero.days, zero.middle, zero.worst) == (3, 100.0, 100.0) and zero.sharper == pytest.approx(0.0)
    assert (mean.days, mean.middle, mean.sharper) == (2, 12.0, 0.0)
    assert np.isnan(zero.coverage)


days = st.dates(date(2020, 1, 1), date(2024, 1, 1))
known = st.floats(-500, 500)


@given(st.dictionaries(days, st.tuples(known, st.floats(0.1, 50), st.floats(0.1, 50)), min_size=1, max_size=8))
def test_standings_agree_with_numpy_and_forget_the_order_of_days(made):
    league = []
    for cut, (bias, crps, usual) in made.items():
        league += [row("lifeworth", cut, bias, crps, kind="ours"), row("cohort mean", cut, -bias, usual)]
    ours, mean = door.standings(league)
    misses = np.abs([bias for bias, _, _ in made.values()])
    assert ours.middle == pytest.approx(np.median(misses)) and ours.worst == pytest.approx(misses.max())
    ratio = sum(c for _, c, _ in made.values()) / sum(u for _, _, u in made.values())
    assert ours.sharper == pytest.approx(100 * (ratio - 1)) and mean.sharper == pytest.approx(0.0)
    again = {one.method: one for one in door.standings(league[::-1])}["lifeworth"]
    assert (again.middle, again.worst) == (ours.middle, ours.worst) and again.sharper == pytest.approx(ours.sharper)


def test_ours_is_also_judged_on_the_days_all_could_be_asked():
    [said] = door._same_days(LEAGUE)
    assert "the 2 days all could be asked, lifeworth was off by 6.0 % in the middle and 8.0 % at worst" in said
    assert "Gini 0.65" in said
    assert list(door._same_days(LEAGUE[2:])) == []


def test_json_file_and_run_give_the_same_league(lifeworth, shop_csv, tmp_path, monkeypatch):
    """The commands of the how-to, as they stand there, beside a run of the same files."""
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "how-to" / "backtest.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", page, flags=re.S)
    written, printed = "--out league.csv", "--json"
    commands = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    said = {}
    for command in commands:
        assert command.startswith("lifeworth backtest orders.csv") and "--fast" in command
        said[command] = lifeworth(*shlex.split(command)[1:], "--threads", 1)
        assert said[command].code == 0, (command, said[command].err)
    [quiet], [told] = ([s for c, s in said.items() if word in c] for word in (written, printed))
    assert (quiet.out, quiet.err) == ("", "")
    with open(tmp_path / "league.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert not (tmp_path / "league.csv").stat().st_mode & 0o077
    found = json.loads(told.out)
    assert found["verdict"] and found["kind"] and found["seconds"] > 0
    league = found["league"]
    assert [(r["model"], r["cut"], r["gini"]) for r in league] == [
        (r["model"], r["cut"], float(r["gini"]) if r["gini"] else None) for r in rows
    ]
    assert lifeworth("run", shop_csv, *ASKED, "--out", "result", "--quiet").code == 0
    record = json.loads((tmp_path / "result" / "run.json").read_text())
    assert found["verdict"] == record["proof"]["verdict"] and league == record["league_table"]
    ours = [r for r in league if r["model"] == "lifeworth"]
    assert found["standings"][0]["middle"] == pytest.approx(np.median([abs(r["bias"]) for r in ours]))
    assert len(ours) == found["standings"][0]["days"] == len({r["cut"] for r in league})
    _check_lines(next(s for c, s in said.items() if "--cuts" in c).out)


def _check_lines(out):
    """The verdict first, then a line a method, then a line a method and day."""
    verdict, methods, each, notes = out.split("\n\n", 3)
    assert "off by" in verdict and "\n" not in verdict and "Coverage" in notes
    head, *rest = methods.splitlines()
    assert head.startswith("method  ") and "CRPS" in head
    assert rest[0].startswith("lifeworth  ")
    names = [line.split("  ")[0] for line in rest]
    assert {"purchase model", "zero", "rate so far", "last stretch"} <= set(names)
    assert len({line.index("%") for line in rest}) == 1
    head, *lines = each.splitlines()
    assert head.split()[:2] == ["day", "method"]
    shown = [line[:10] for line in lines if line[:10].strip()]
    days = {line.split("  ")[0]: int(line.split("  ", 1)[1].split()[0]) for line in rest}
    assert len(shown) == days["lifeworth"] > 1 and shown == sorted(set(shown))
    assert len(lines) == sum(days.values())


def test_nothing_is_left_behind_but_the_file_asked_for(lifeworth, shop_csv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    assert lifeworth("backtest", shop_csv, *ASKED, "--out", "x.csv").code == 0
    assert {path.name for path in tmp_path.iterdir()} == before | {"x.csv"}


def test_a_terminal_gets_rules_and_a_narrow_one_plain_lines(monkeypatch):
    drawn = {}
    for width in (100, 40):
        screen = io.StringIO()
        screen.isatty = lambda: True
        monkeypatch.setattr(sys, "stdout", screen)
        monkeypatch.setenv("COLUMNS", str(width))
        door._draw(door.STANDINGS, [door._standing_line(one) for one in door.standings(LEAGUE)])
        drawn[width] = screen.getvalue()
    assert "┃" in drawn[100] and "┃" not in drawn[40]
    for text in drawn.values():
        assert "…" not in text and all(word in text for word in ("lifeworth", "8.0 %", "-40.0 %", "cohort mean"))


def test_a_history_too_short_says_why(lifeworth, tmp_path):
    path = tmp_path / "orders.csv"
    first = date(2025, 3, 1)
    lines = [f"c{n % 9},{first + timedelta(days=n % 50)},20.00" for n in range(90)]
    path.write_text("customer_id,date,amount\n" + "\n".join(lines) + "\n")
    said = lifeworth("backtest", path)
    assert said.code == 3 and said.out == ""
    assert "The history spans 50 days" in said.err and "84" in said.err


@pytest.mark.parametrize(
    ("out", "words"),
    [("a_folder", "is a folder"), ("nowhere/league.csv", "There is no folder"), ("orders.csv", "would be overwritten")],
)
def test_a_bad_out_is_refused_before_any_work(lifeworth, shop_csv, tmp_path, out, words):
    (tmp_path / "a_folder").mkdir()
    before = shop_csv.read_bytes()
    said = lifeworth("backtest", shop_csv, "--out", tmp_path / out)
    assert said.code == 2 and words in said.err
    assert shop_csv.read_bytes() == before


def test_no_file_is_wrong_use(lifeworth):
    said = lifeworth("backtest")
    assert said.code == 2 and "lifeworth backtest orders.csv" in said.err


def test_every_option_that_bears_on_the_past_is_that_of_run(lifeworth):
    from typer.main import get_command

    from lifeworth.delivery.cli.app import app

    commands = get_command(app).commands
    options = {name: {o for p in commands[name].params for o in p.opts} for name in ("run", "backtest")}
    assert options["run"] - options["backtest"] == {"--discount", "--store", "--accept"}
    assert options["backtest"] - options["run"] == {"--cuts", "--json"}
