"""A company of which only subscriptions are known: its customers are valued, its past is told blind."""

import csv
import html
import re
from datetime import timedelta

import numpy as np
import pytest
from refresh_shop import END, customers, league, request, sales, write
from typer.testing import CliRunner

from lifeworth.backtest.candidates import CONTRACT, PURCHASE
from lifeworth.delivery.cli.app import app
from lifeworth.refresh import run
from lifeworth.refresh.blind import backtest

HEAD = "subscription_id,customer_id,plan,started_on,ended_on,mrr"
DAYS = 600


def company(count=400, seed=4):
    """Two plans, one dear and one cheap; contracts end for good at 8 and 4 percent a month."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(count):
        plan = int(rng.integers(0, 2))
        began = END - timedelta(days=int(rng.integers(1, DAYS)))
        ended = began + timedelta(days=int(30.4 * rng.geometric((0.08, 0.04)[plan])))
        price = round(float(rng.gamma(8, (10, 2)[plan])) + 1, 2)
        over = str(ended) if ended < END else ""
        rows.append((f"S{customer}", f"c{customer:04d}", ("big", "small")[plan], began, over, price))
    return rows


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return {write(tmp_path_factory.mktemp("company") / "s.csv", company(), HEAD): "subscriptions"}


def test_the_past_is_told_blind_by_contracts(file, tmp_path):
    seen = league(backtest(request(file, tmp_path / "out", horizon_days=90, fast=True)))
    days = sorted({day for day, _ in seen})
    for day in days:
        assert abs(seen[day, CONTRACT]["bias"]) < 10 < abs(seen[day, PURCHASE]["bias"])
        assert seen[day, CONTRACT]["gini"] > 0.9 > seen[day, PURCHASE]["gini"]
    # Of its own past it learned whom to believe.
    newest = seen[days[-1], "lifeworth"]
    assert newest["gini"] == seen[days[-1], CONTRACT]["gini"] and 70 < newest["coverage"] < 97
    assert newest["total_low"] < newest["actual_total"] < newest["total_high"]


@pytest.fixture(scope="module")
def billed(file, tmp_path_factory):
    return run(request(file, tmp_path_factory.mktemp("billed") / "out", horizon_days=90, fast=True))


@pytest.fixture(scope="module")
def mixed(file, tmp_path_factory):
    """Beside the subscribers, buyers of goods who have no subscription."""
    bought = write(tmp_path_factory.mktemp("goods") / "orders.csv", [(o, f"b{c}", *rest) for o, c, *rest in sales(120)])
    return run(request({bought: "orders"} | file, bought.parent / "out", horizon_days=90, fast=True))


def table(outcome, name):
    with open(outcome.folder / "tables" / f"{name}.csv", newline="", encoding="utf-8") as found:
        return list(csv.DictReader(found))


def page(outcome):
    """What a reader of the report reads."""
    said = (outcome.folder / "report.html").read_text(encoding="utf-8")
    said = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", said, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", said)))


def test_who_is_still_a_customer_is_known_and_nothing_is_said_beyond_the_horizon(billed):
    over = {who for _, who, _, _, ended, _ in company() if ended}
    for row in customers(billed.folder):
        assert float(row["p_alive"]) == (row["customer_id"] not in over)
        reasons = (row["reason_1"], row["reason_2"], row["reason_3"])
        assert ("no contract runs any more" in reasons) is (row["customer_id"] in over)
        beyond = [row[f"{m}_{p}"] for m in ("residual_value", "lifetime_value") for p in ("mean", "low", "high")]
        assert beyond == [""] * 6 and row["value_mean"] and row["value_high"]
    assert not [name for name in billed.record["base"] if name.startswith(("residual", "lifetime"))]
    assert not table(billed, "audit_equity") and not table(billed, "audit_forecast")
    assert "how long contracts last" in " ".join(row["sentence"] for row in table(billed, "audit_notes"))


def test_a_reason_says_what_is_paid_a_month(billed):
    paid = {who: price for _, who, _, _, ended, price in company() if not ended}
    for row in customers(billed.folder):
        if row["customer_id"] in paid:
            [said] = [row[f"reason_{n}"] for n in (1, 2, 3) if row[f"reason_{n}"].startswith("pays ")]
            assert said.startswith(f"pays {paid[row['customer_id']]:,.0f} a month by one contract, the average is ")


def test_rooms_of_rhythm_are_silent_where_orders_are_bills(billed):
    for name in ("retention_winback", "retention_moments", "retention_risk", "retention_waits", "audit_repeats"):
        assert not table(billed, name), name
    assert not table(billed, "products_returning") and not table(billed, "backtest_diagnostics")
    assert table(billed, "retention_mrr") and table(billed, "retention_nrr")
    assert "quiet" not in {row["life_cycle"] for row in table(billed, "segments_customers")}
    over = {who for _, who, _, _, ended, _ in company() if ended}
    old = {row["customer_id"] for row in customers(billed.folder) if int(row["T_days"]) >= 90}
    gone = {row["customer_id"] for row in table(billed, "segments_customers") if row["life_cycle"] == "gone"}
    assert over & old <= gone


@pytest.mark.parametrize(
    "foolish",
    [
        "quiet beyond",
        "likely to still be",
        "No sign of customers leaving",
        "buy ever faster",
        "Without a horizon",
        "second order",
        "come back spend",
        "order again",
        "Overdue",
        "Reminders",
        "restock",
        "frequency",
        "Order value",
        "ordered",
        "orders each",
        "Every bill is the bill",
    ],
)
def test_the_page_says_nothing_that_fits_purchases_alone(billed, foolish):
    assert foolish.lower() not in page(billed).lower().replace("customers ordered from most to least", "")


@pytest.mark.parametrize(
    "said",
    ["recurring revenue a month", "Net revenue retention", "Contract runs", "Bill value", "no contract runs"],
)
def test_the_page_speaks_of_contracts_instead(billed, said):
    assert said in page(billed)


def test_one_customer_can_be_explained(billed):
    who = max(customers(billed.folder), key=lambda row: float(row["value_mean"]))
    found = CliRunner().invoke(app, ["explain", who["customer_id"], "--out", str(billed.folder)])
    assert found.exit_code == 0 and who["reason_1"] in found.output
    assert "Contracts have a say" in found.output and "nan" not in found.output


def test_one_order_of_another_kind_and_purchases_count(mixed):
    rows = customers(mixed.folder)
    assert {row["customer_id"][0] for row in rows} == {"b", "c"}
    assert all(row["residual_value_mean"] and row["lifetime_value_high"] for row in rows)
    assert 0 < sum(0 < float(row["p_alive"]) < 1 for row in rows)
    assert table(mixed, "retention_risk") and table(mixed, "audit_equity")
    assert "recurring revenue a month" not in page(mixed) and "Order value" in page(mixed)


def test_a_run_values_whom_it_still_bills(billed):
    outcome = billed
    record, rows = outcome.record, customers(outcome.folder)
    assert record["model"]["chosen"] == CONTRACT and record["model"]["kind"] == "blend"
    assert len(rows) == len({who for _, who, *_ in company()})
    over = {who for _, who, _, _, ended, _ in company() if ended}
    gone, there = (
        sum(float(row["value_mean"]) for row in rows if (row["customer_id"] in over) is is_over)
        for is_over in (True, False)
    )
    assert 0 < len(over) < len(rows) and gone < 0.02 * there
    assert any("were turned into" in said for said in record["warnings"])


def test_cores_and_the_order_of_rows_change_no_byte(file, tmp_path):
    """The table of customers alone; the record holds times."""
    shuffled = {write(tmp_path / "s.csv", company()[::-1], HEAD): "subscriptions"}
    first, second = (
        run(request(files, tmp_path / str(threads), horizon_days=90, fast=True, threads=threads)).folder
        for files, threads in ((file, 1), (shuffled, 2))
    )
    without = [{k: v for k, v in row.items() if k not in ("run_id", "model_version")} for row in customers(first)]
    assert without == [
        {k: v for k, v in row.items() if k not in ("run_id", "model_version")} for row in customers(second)
    ]
