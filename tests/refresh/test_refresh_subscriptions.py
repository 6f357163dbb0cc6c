"""A company of which only subscriptions are known: its customers are valued, its past is told blind."""

from datetime import timedelta

import numpy as np
import pytest
from refresh_shop import END, customers, league, request, write

from lifeworth.backtest.candidates import CONTRACT, PURCHASE
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


def test_a_run_values_whom_it_still_bills(file, tmp_path):
    outcome = run(request(file, tmp_path / "out", horizon_days=90, fast=True))
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
