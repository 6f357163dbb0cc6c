"""The page of accuracy tells what was measured: its measures are right, it hides no loss and rounds nothing our way."""

import importlib.util
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

from accuracy_parts import bars, cache, comparison, figures, floors, learned, losses, measures, page, ranges  # noqa: E402
from accuracy_parts.data_sets import DATA_SETS, TITLES  # noqa: E402
from accuracy_parts.evaluate import METHODS, OURS  # noqa: E402
from accuracy_parts.history import CustomerDays, known_on, training_window  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "benchmark.md"
COLUMN_OF = {"gini": 1, "spearman": 2, "top10": 3, "mae": 4, "bias": 5}


def _outside():
    file = ROOT.parent / "shared" / "tools" / "score.py"
    if not file.exists():
        pytest.skip("the outside score program is not on this machine")
    spec = importlib.util.spec_from_file_location("score", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _shop(seed=0, customers=400, days=400):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, days - 120, customers)
    orders = rng.poisson(rng.gamma(0.7, 4, customers)) + 1
    who = np.repeat(np.arange(customers), orders)
    when = np.minimum(first[who] + np.floor(rng.exponential(90, len(who))), days - 1).astype(int)
    pairs = np.unique(np.column_stack([who, when]), axis=0)
    ids = np.array([f"c{number:04}" for number in range(customers)])
    amount = rng.gamma(4, 10, len(pairs))
    return CustomerDays(ids, pairs[:, 0], pairs[:, 1] + 10_000, amount, np.ones(len(pairs), bool))


def _numbers(cell):
    return [float(one.replace(",", "")) for one in re.findall(r"[-+]?\d[\d,]*(?:\.\d+)?", cell)]


def _rows(lines):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def _section(text, heading):
    after = text.split(f"\n{heading}\n", 1)
    assert len(after) == 2, f"the page has no section '{heading}'"
    return re.split(r"\n#{2,3} ", after[1])[0].splitlines()


def _cut_heading(data_set, cut):
    return f"### {data_set.title}: {cut.day}, {cut.horizon_days} days"


@pytest.fixture(scope="module")
def text():
    assert PAGE.exists(), "run `make bench-accuracy`"
    return PAGE.read_text(encoding="utf-8")


# The measures


def test_measures_of_a_case_worked_by_hand():
    actual, predicted = np.array([0.0, 1.0, 3.0]), np.array([2.0, 0.0, 4.0])
    # Best predicted first: 3, 0, 1 → shares 3/4, 3/4, 1 → g = 2·(2.5/3) − 1; perfect: 3, 1, 0 → 3/4, 1, 1.
    rng = np.random.default_rng(0)
    expected = (2 * (2.5 / 3) - 1) / (2 * (2.75 / 3) - 1)
    assert measures.gini_once(actual, predicted, rng) == pytest.approx(expected)
    assert measures.bias_percent(actual, predicted) == pytest.approx(50.0)
    assert measures.spearman(actual, predicted, rng) == pytest.approx(0.5)
    assert measures.top_decile_percent(actual, predicted) == pytest.approx(100.0)
    assert measures.top_decile_percent(actual, -predicted) == pytest.approx(100 / 3)
    assert measures.point_measures(actual, predicted)["mae"] == pytest.approx(4 / 3)


def test_ranges_of_a_case_worked_by_hand():
    actual = np.array([0.0, 5.0, 9.0, 0.0, 2.0])
    low, high = np.array([0.0, 4.0, 4.0, 0.0, 0.0]), np.array([1.0, 6.0, 6.0, 0.0, 0.0])
    found = ranges.range_measures(actual, low, high)
    assert found["cover"] == pytest.approx(200 / 3) and found["open"] == 3
    assert found["truly_zero"] == pytest.approx(50.0) and found["closed"] == 2


def test_groups_are_tenths_and_last_buyers():
    size = 4000
    predicted = np.arange(size, 0, -1.0)
    actual = np.where(np.arange(size) < 400, 99.0, 1.0)
    low, high = np.zeros(size), np.where(np.arange(size) < 3600, 2.0, 0.0)
    since = np.where(np.arange(size) % 10 == 0, 30, 31)
    groups = ranges.group_measures(actual, predicted, low, high, since)
    assert [g["cover"] for g in groups[:9]] == [0.0, *[100.0] * 8]
    assert groups[9]["cover"] is None and groups[9]["truly_zero"] == 0.0
    assert groups[10]["group"] == "last buyers" and groups[10]["open"] + groups[10]["closed"] == 400
    assert len(ranges.judged(groups, "cover", "open")) == 10 and len(ranges.judged(groups, "truly_zero", "closed")) == 1


@pytest.mark.parametrize("seed", range(4))
def test_measures_agree_with_the_outside_program(seed):
    outside = _outside()
    rng = np.random.default_rng(seed)
    actual = np.where(rng.random(900) < 0.6, 0.0, rng.gamma(0.5, 100, 900)) - (seed == 3) * rng.gamma(0.1, 10, 900)
    predicted = np.round(actual * 0.3 + rng.gamma(1, 20, 900), seed - 1)
    low, high = predicted * 0.3, np.where(predicted < 15, 0.0, predicted * 2)
    theirs = outside.metrics(actual, predicted, low, high)
    for name, value in measures.point_measures(actual, predicted).items():
        assert value == pytest.approx(theirs[name], rel=1e-12), name
    ours = ranges.range_measures(actual, low, high)
    assert ours["cover"] == pytest.approx(theirs["cover"]) and ours["truly_zero"] == pytest.approx(theirs["cover_zero"])
    assert ours["cover_all"] == pytest.approx(theirs["cover_all"])


# The rivals


@pytest.mark.parametrize("forecast", [*floors.FLOORS.values(), learned.lightgbm_forecast])
def test_no_rival_sees_the_future(forecast):
    days, cut = _shop(), 10_300
    later = days.day >= cut
    other = CustomerDays(days.ids, days.customer, days.day, np.where(later, 1e6, days.amount), days.bought)
    assert later.any()
    np.testing.assert_array_equal(forecast(days, cut, 90), forecast(other, cut, 90))


def test_floors_of_a_case_worked_by_hand():
    day = np.array([0, 50, 95, 5, 60, 99, 120]) + 10_000
    customer = np.array([0, 0, 0, 1, 2, 3, 3])
    amount = np.array([10.0, 20.0, 30.0, 8.0, 40.0, 6.0, 7.0])
    days = CustomerDays(np.array(list("abcd")), customer, day, amount, amount > 0)
    cut = 10_100
    assert floors.zero(days, cut, 50).tolist() == [0, 0, 0, 0]
    assert floors.last_stretch(days, cut, 50).tolist() == [50, 0, 40, 6]
    # 60 in 100 days; 8 in 95; 40 in 40 days counts over 50; 6 in one day counts over 50.
    assert floors.rate_so_far(days, cut, 50) == pytest.approx([30, 8 / 95 * 50, 40, 6])
    # Day 10 000 is 19 May 1997: a and b began in May, c and d after it, in July and August.
    assert floors.cohort_mean(days, cut, 50) == pytest.approx([25, 25, 40, 6])


def test_rfm_cells_bring_what_their_cell_brought():
    days, cut = _shop(seed=2), 10_300
    said = floors.rfm_cell_mean(days, cut, 90)
    window = training_window(days, cut, 90)
    assert (window.start, window.end, window.scale) == (cut - 90, cut, 1.0)
    before = known_on(days, window.start)
    brought = days.brought(window.start, window.end)[before.is_customer]
    assert brought.min() <= said[known_on(days, cut).is_customer].min() and said.max() <= brought.max()
    assert 3 <= len(np.unique(said)) <= 26


def test_a_short_history_is_learned_from_in_half_and_stretched():
    days = _shop()
    window = training_window(days, days.first_day + 100, 90)
    assert window.start == days.first_day + 50 and window.scale == pytest.approx(90 / 50)


# The comparison


def test_unweighted_draw_is_the_measure_itself():
    rng = np.random.default_rng(1)
    actual, predicted = rng.gamma(0.5, 10, 1000), rng.gamma(1, 10, 1000)
    found = comparison.Redrawn(actual, predicted).measures(np.ones(1000))
    for name, value in measures.point_measures(actual, predicted).items():
        assert found[name] == pytest.approx(abs(value) if name == "bias" else value, abs=1e-6), name


def test_the_spread_of_draws_is_the_standard_error():
    rng = np.random.default_rng(2)
    actual = rng.gamma(2, 10, 2000)
    one, other = actual + rng.normal(0, 5, 2000), actual + rng.normal(0, 6, 2000)
    drawn = comparison.redraw(actual, {"one": one, "other": other}, draws=400)["mae"]
    gaps = np.abs(actual - one) - np.abs(actual - other)
    assert np.std(drawn["one"] - drawn["other"], ddof=1) == pytest.approx(gaps.std() / math.sqrt(2000), rel=0.15)


def test_a_clear_winner_is_marked_and_chance_is_a_tie():
    rng = np.random.default_rng(3)
    actual = rng.gamma(2, 10, 1500)
    said = {"near": actual + rng.normal(0, 5, 1500), "same": actual + rng.normal(0, 5, 1500), "far": actual * 0 + 20}
    points = {name: float(np.abs(actual - money).mean()) for name, money in said.items()}
    drawn = comparison.redraw(actual, said, draws=100)["mae"]
    assert comparison.marks("mae", points, drawn) == {"near": "tie", "same": "tie", "far": ""}
    without = {name: points[name] for name in ("near", "far")}
    assert comparison.marks("mae", without, drawn) == {"near": "best", "far": ""}


# The figures


@given(st.floats(-500, 500), st.sampled_from(sorted(COLUMN_OF)))
def test_our_figures_never_look_better_than_they_are(value, measure):
    value = abs(value) if measure == "mae" else value
    [shown] = _numbers(figures.figure(measure, value, ours=True))
    assert comparison.goodness(measure, shown) <= comparison.goodness(measure, value) + 1e-8
    assert abs(shown - value) <= 10.0 ** -figures.PLACES[measure] + 1e-8


@given(st.floats(0, 100))
def test_coverage_never_looks_nearer_to_its_aim(value):
    [shown] = _numbers(figures.coverage(value))
    assert abs(shown - 80) >= abs(value - 80) - 1e-8


def test_the_newest_result_of_a_cut_counts(tmp_path):
    file = tmp_path / "deep" / "results.jsonl"
    one = {"data_set": "cdnow", "cut": "1997-12-31", "horizon_days": 182}
    cache.append(file, {**one, "customers": np.int64(1)})
    cache.append(file, {**one, "customers": 2})
    results = cache.read(file)
    assert [r["customers"] for r in cache.in_order(results)] == [2]
    assert len(cache.missing(results)) == len(cache.planned()) - 1


def _failed_result():
    floor = {
        "gini": 0.1,
        "spearman": 0.1,
        "top10": 9.0,
        "mae": 5.0,
        "bias": -3.0,
        "seconds": 0.1,
        "predicted_total": 9.0,
    }
    return {
        "data_set": "cdnow", "cut": "1997-12-31", "horizon_days": 182, "measured_on": "2026-01-01", "customers": 5,
        "unknown_ids": 0, "actual_total": 10.0, "brought_by_all": 12.0, "methods": {"zero": floor}, "notes": {},
        "failures": {OURS: "it broke"}, "marks": {m: {"zero": "best"} for m in COLUMN_OF}, "ahead_of_ours": {},
    }  # fmt: skip


def test_a_run_that_failed_is_shown_as_failed():
    made = page.page([_failed_result()])
    assert f"| {OURS} | failed: it broke |" in made
    assert "gave no result: it broke" in made and "not measured" in made
    assert losses.range_losses(_failed_result())


# The page


def test_every_cut_has_its_table(text):
    for data_set in DATA_SETS:
        for cut in data_set.cuts:
            head, _, *rows = _rows(_section(text, _cut_heading(data_set, cut)))
            assert head == (page.TOTAL_COLUMNS if data_set.totals_only else page.CUT_COLUMNS)
            assert [row[0] for row in rows] == list(METHODS), cut
            for row in rows:
                assert len(row) == len(head) and "failed" not in row[1], row
                assert all(_numbers(cell) for cell in row[1:] if cell not in ("no ranges", "–")), row


def test_every_bar_has_numbers_and_the_verdict_follows_from_them(text):
    lines = _section(text, "## What we ask of ourselves")
    rows = [row for row in _rows(lines) if row[0].startswith(tuple(TITLES.values()))]
    assert [row[0] for row in rows if len(row) == len(page.BAR_COLUMNS)] == [
        f"{TITLES[bar.data_set]}: {bar.cut}, {bar.horizon_days} d" for bar in bars.BARS
    ]
    for row in rows:
        if len(row) != len(page.BAR_COLUMNS):
            continue
        for cell in row[1:]:
            value, *bar = _numbers(cell)
            if bar:
                assert ("**missed**" in cell) != _meets(cell, value, bar), cell
    for row in _rows(lines)[len(bars.BARS) + 4 :]:
        assert len(row) == 4 and _numbers(row[1]), row


def _meets(cell, value, bar):
    if "≥" in cell:
        return value >= bar[0]
    if "≤" in cell:
        return value <= bar[0]
    return bar[0] <= value <= bar[1] if "…" in cell else abs(value) <= bar[0]


def test_bars_repeat_the_figures_of_their_cut(text):
    rows = {row[0]: row for row in _rows(_section(text, "## What we ask of ourselves"))}
    for bar in bars.BARS:
        heading = f"### {TITLES[bar.data_set]}: {bar.cut}, {bar.horizon_days} days"
        [ours] = [row for row in _rows(_section(text, heading)) if row[0] == OURS]
        measured = [_numbers(cell)[0] for cell in rows[f"{TITLES[bar.data_set]}: {bar.cut}, {bar.horizon_days} d"][1:]]
        assert measured == [_numbers(ours[place])[0] for place in (1, 4, 5, 3, 6)]


def _is_told(rows, data_set, cut, measure, name):
    head = [data_set.title, f"{cut.day}, {cut.horizon_days} d", losses.WORDS[measure]]
    return any(row[:3] == head and f"{name} " in row[4] for row in rows)


@pytest.mark.parametrize("data_set", [d for d in DATA_SETS if not d.totals_only], ids=lambda d: d.name)
def test_no_loss_is_left_out(text, data_set):
    told = [row for row in _rows(text.split("## Where we lose")[1].splitlines()) if len(row) == len(page.LOSS_COLUMNS)]
    for cut in data_set.cuts:
        rows = [row for row in _rows(_section(text, _cut_heading(data_set, cut))) if row[0] in METHODS]
        for measure, place in COLUMN_OF.items():
            good = {row[0]: comparison.goodness(measure, _numbers(row[place])[0]) for row in rows}
            margin = 2.1 * 10.0 ** -figures.PLACES[measure]
            for name in (other for other in good if good[other] > good[OURS] + margin):
                assert _is_told(told, data_set, cut, measure, name), (str(cut), measure, name)
