"""Small shops as csv files, and what the river says of them."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from lifeworth.refresh import Request, run
from lifeworth.refresh.blind import backtest
from lifeworth.sources import FileRequest

END = date(2026, 1, 1)
DAYS = 420
LEARNED = {"two-stage", "two-stage on purchase model", "Tweedie on purchase model"}


def sales(customers=320, days=DAYS, seed=1):
    """Rows (order, customer, day, amount) of customers who come at rates of their own until they leave."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        born, rate = rng.integers(0, days - 10), rng.gamma(1.2, 1 / 40)
        life, size = rng.exponential(300), rng.gamma(6, 5)
        gone = 0.0
        while born + gone < days and gone <= life:
            day = END - timedelta(days=days - int(born + gone))
            rows.append((f"o{len(rows):05d}", f"c{customer:04d}", day, round(size * rng.gamma(5, 0.2) + 1, 2)))
            gone += 1 + rng.exponential(1 / max(rate, 1e-4))
    return rows


def write(path, rows, header="order_id,customer_id,date,amount"):
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return path


def request(files, out, **options):
    """A request with the settings all runs here share."""
    files = tuple(FileRequest(path, kind) for path, kind in files.items())
    return Request(files, out, **{"threads": 1, "horizon_days": 45, "as_of": END} | options)


def blind(folder, orders, refunds=None, **options):
    """What the past shows of these rows."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {write(folder / "orders.csv", orders): "orders"}
    if refunds is not None:
        files[write(folder / "refunds.csv", refunds, "refund_id,order_id,customer_id,refund_date,amount")] = "refunds"
    return backtest(request(files, folder / "out", **options))


def whole(folder, rows, header="order_id,customer_id,date,amount", **options):
    """The whole river; gives its folder and record."""
    folder.mkdir(parents=True, exist_ok=True)
    outcome = run(request({write(folder / "orders.csv", rows, header): "orders"}, folder / "out", **options))
    return outcome.folder, outcome.record


def customers(out: Path):
    """Rows of the customer table."""
    with open(out / "customer_value.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def league(blind_, *, before=None, without=("crps",)):
    """Rows of the league table by day and model; CRPS is judged by the other days' outcomes, later ones too."""
    rows = [{k: v for k, v in row.items() if k not in without} for row in blind_.league]
    return {(r["cut"], r["model"]): r for r in rows if before is None or r["cut"] < str(before)}
