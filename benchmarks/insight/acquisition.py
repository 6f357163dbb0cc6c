"""Acquisition on demo shops whose truth is planted: value of a newcomer by channel, cost of winning one, the best channel.

    python benchmarks/insight/acquisition.py --seeds 20 --customers 3000

For every seed: planted truth, estimate, 90 % range, inside or not; then how often, and how often a euro that truly
neither earns nor loses is said to do either (each channel's spend set so that a newcomer costs exactly what one truly
brings: the planted null).
"""

import argparse
import json
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np

from lifeworth.demo import simulate
from lifeworth.insight import acquisition
from lifeworth.insight.ground import Frame, create, lay_ground
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.refresh.valuing import frame, value_everybody
from lifeworth.settings import read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

LEVEL = 0.9
CAMPAIGNS = {"paid search": 3, "paid social": 2}
SPEND_NOISE = 0.15


def ready(folder: Path, customers: int, seed: int) -> tuple[DuckDB, Frame, dict]:
    """A demo shop that went through the river up to insight, and what is planted in it."""
    shop = simulate(folder, customers=customers, seed=seed)
    files = tuple(FileRequest(path, kind) for kind, path in shop.files.items())
    request = Request(files, folder / "out", read_settings(shop.config), fast=True, threads=2, seed=seed)
    (folder / "work").mkdir()
    engine, stages = DuckDB(threads=2), Stages(quiet=True)
    known = understand(engine, request, stages, folder / "work")
    found = frame(request, value_everybody(engine, request, known, folder / "work", stages), None)
    lay_ground(engine, found)
    planted = json.loads(shop.planted.read_text())["channels"]
    return engine, replace(found, interval_level=LEVEL), {row["channel"]: row for row in planted["channels"]}


def build(engine: DuckDB, found: Frame) -> None:
    create(engine, *acquisition.TABLES)
    acquisition.build(engine, found)


def by_channel(engine: DuckDB, sql: str) -> dict[str, dict]:
    return {row["channel"]: row for row in engine.records(sql)}


VALUES = "SELECT *, member AS channel FROM acquisition_values WHERE grouped_by = 'channel' AND horizon_days = 365"
PRICES = "SELECT * FROM acquisition_costs WHERE grouped_by = 'channel'"


def study(engine: DuckDB, found: Frame, truth: dict[str, dict], seed: int) -> list[dict]:
    """One row a channel: truth, estimate, range, cost; and what the run's own newcomers say."""
    values, prices = by_channel(engine, VALUES), by_channel(engine, PRICES)
    verdicts = by_channel(engine, "SELECT * FROM acquisition_verdicts")
    rows = []
    for name, planted in truth.items():
        value, price = values[name], prices[name]
        true, cost = planted["newcomer_profit_365"], planted["win_cost"]
        doubt = np.sqrt(1 / price["newcomers"] + SPEND_NOISE**2 / 12 / CAMPAIGNS.get(name, 1))
        rows.append({
            "seed": seed, "channel": name, "true": true, "mean": value["value_mean"], "low": value["value_low"],
            "high": value["value_high"], "inside": value["value_low"] <= true <= value["value_high"],
            "run": value["run_value_mean"], "cost": cost, "cac": price["paid_cac"],
            "z": (price["paid_cac"] / cost - 1) / doubt if cost else None,
            "average": verdicts[name]["average_verdict"] if cost else None,
            "last": verdicts[name]["verdict"] if cost else None,
            "per_euro": verdicts[name]["average_mean"] if cost else None,
            "true_per_euro": planted["profit_per_euro"],
            "elasticity": engine.value("SELECT max(elasticity_mean) FROM acquisition_marginal WHERE channel = ?", [name]),
        })  # fmt: skip
    return rows


def adds_up(engine: DuckDB) -> bool:
    """Whether the books meet the spend and the ledger to the last digit."""
    steps = dict(engine.rows("SELECT step, amount FROM acquisition_books"))
    spent = engine.value("SELECT sum(amount) FROM sources_spend WHERE purpose = 'acquire'")
    shared = engine.value("SELECT sum(cost) FROM ledger_acquisition")
    return (
        steps["spent on winning customers"] == spent
        and steps["shared among newcomers"] + steps["shared by nobody"] == spent
        and steps["shared among newcomers"] == shared
    )


def even_verdicts(engine: DuckDB, found: Frame, truth: dict[str, dict]) -> list[str]:
    """Verdicts on the average euro where each channel costs exactly what its newcomers truly bring."""
    prices = by_channel(engine, PRICES)
    for name, planted in truth.items():
        if prices[name]["paid_cac"]:
            times = Decimal(str(planted["newcomer_profit_365"] / prices[name]["paid_cac"]))
            engine.execute(
                f"UPDATE sources_spend SET amount = CAST(amount * {times:.8f}::DECIMAL(18,8) AS DECIMAL(18,4)) WHERE channel = ?", [name]
            )  # fmt: skip
    build(engine, found)
    return [said for (said,) in engine.rows("SELECT average_verdict FROM acquisition_verdicts")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--customers", type=int, default=3000)
    asked = parser.parse_args()
    rows: list[dict] = []
    even: list[str] = []
    best = cents = 0
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory() as folder:
            engine, found, truth = ready(Path(folder), asked.customers, seed)
            build(engine, found)
            mine = study(engine, found, truth, seed)
            cents += adds_up(engine)
            even += even_verdicts(engine, found, truth)
            engine.close()
        rows += mine
        paid = [row for row in mine if row["per_euro"] is not None]
        leader = max(paid, key=lambda row: row["per_euro"])["channel"]
        best += leader == max(paid, key=lambda row: row["true_per_euro"])["channel"]
        for row in mine:
            told = {key: round(each, 2) if isinstance(each, float) else each for key, each in row.items()}
            print(" ".join(f"{key}={each}" for key, each in told.items()), flush=True)
    summarise(rows, even, best, cents, asked.seeds)


def summarise(rows: list[dict], even: list[str], best: int, cents: int, seeds: int) -> None:
    print()
    for name in dict.fromkeys(row["channel"] for row in rows):
        mine = [row for row in rows if row["channel"] == name]
        off = np.mean([row["mean"] / row["true"] - 1 for row in mine])
        wide = np.mean([(row["high"] - row["low"]) / row["true"] for row in mine])
        run = [row["run"] for row in mine if row["run"] is not None]
        costs = [row["z"] for row in mine if row["z"] is not None]
        print(
            f"{name}: inside {sum(row['inside'] for row in mine)} of {len(mine)}, off by {100 * off:+.1f} % on average, "
            f"width {100 * wide:.0f} %; root mean square error {rms(mine, 'mean'):.1f} % (the run's newcomers "
            f"{100 * np.sqrt(np.mean([(each / mine[0]['true'] - 1) ** 2 for each in run])) if run else float('nan'):.1f} %)"
            + (f"; CAC beyond two standard errors {sum(abs(z) > 2 for z in costs)} times" if costs else "")
            + f"; average euro {counts(mine, 'average')}; last euro {counts(mine, 'last')}"
        )
    print(f"inside in all: {np.mean([row['inside'] for row in rows]):.3f} of {len(rows)}")
    print(f"best channel per euro found: {best} of {seeds}; sums to the cent: {cents} of {seeds}")
    false = sum(said != "cannot be told" for said in even)
    print(f"euros that truly are even, said to earn or lose: {false} of {len(even)} ({100 * false / len(even):.1f} %)")


def rms(rows: list[dict], name: str) -> float:
    return float(100 * np.sqrt(np.mean([(row[name] / row["true"] - 1) ** 2 for row in rows])))


def counts(rows: list[dict], name: str) -> dict[str, int]:
    said = [row[name] for row in rows if row[name]]
    return {each: said.count(each) for each in sorted(set(said))}


if __name__ == "__main__":
    main()
