"""Does it find the truth? Shops with known truth, valued like any other; writes ``docs/reference/recovery.md``.

Season and price drift are off, so the models are the right ones and only the ranges are on trial.
Usage: ``make study``.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lifeworth.demo import simulate
from lifeworth.refresh import Request
from lifeworth.refresh import run as flow
from lifeworth.settings import read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "recovery.md"


@dataclass(frozen=True)
class Held:
    """One shop's truth against its estimate."""

    seed: int
    customers: int
    true_value: float
    realised_value: float
    mean: float
    low: float
    high: float
    covered: int
    open_ranges: int
    covered_zero: int
    zero_ranges: int
    bias_orders: float
    unreconciled: int

    @property
    def truth_inside(self) -> bool:
        """Whether the total's range holds the true expectation."""
        return self.low <= self.true_value <= self.high

    @property
    def realised_inside(self) -> bool:
        """Whether the total's range holds what then happened."""
        return self.low <= self.realised_value <= self.high


def hold(seed: int, customers: int, *, season: bool = False) -> Held:
    """Simulate a shop, run the river on it, compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shop = simulate(folder, customers=customers, seed=seed, season=season, price_drift=season)
        files = tuple(FileRequest(path, path.stem) for path in sorted((folder / "data").glob("*.csv")))
        outcome = flow(
            Request(
                files,
                folder / "result",
                read_settings(folder / "lifeworth.toml"),
                as_of=shop.as_of,
                horizon_days=shop.horizon_days,
                discount=shop.discount,
                seed=seed,
            )
        )
        return _compare(seed, folder, outcome.record)


def _compare(seed: int, folder: Path, record: dict) -> Held:
    engine = DuckDB()
    columns = engine.arrays(
        f"""SELECT value_low AS low, value_high AS high, t.realised_value AS actual, t.true_value AS truth,
            orders_mean AS orders, t.true_orders AS true_orders
        FROM '{folder}/result/customer_value.parquet' JOIN '{folder}/truth.parquet' t USING (customer_id)"""
    )
    low, high, actual = (np.asarray(columns[name], dtype=float) for name in ("low", "high", "actual"))
    inside = (actual >= low - 0.005) & (actual <= high + 0.005)
    spread = high > 0.005
    broken = engine.value(
        f"SELECT count(*) FROM '{folder}/result/tables/ledger_reconciliation.parquet' WHERE difference <> 0 AND explanation IS NULL"
    )
    base = record["base"]
    return Held(
        seed,
        len(actual),
        float(columns["truth"].sum()),
        float(actual.sum()),
        base["value_mean"],
        base["value_low"],
        base["value_high"],
        int(inside[spread].sum()),
        int(spread.sum()),
        int(inside[~spread].sum()),
        int((~spread).sum()),
        float(100 * (columns["orders"].sum() / columns["true_orders"].sum() - 1)),
        int(broken),
    )


def share(part: int, whole: int) -> float:
    """Percent, or NaN of nothing."""
    return 100 * part / whole if whole else float("nan")


def page(held: list[Held], seasonal: list[Held]) -> str:
    """The study as a page."""
    rows = [
        f"| {h.seed} | {h.customers:,} | {h.true_value:,.0f} | {h.realised_value:,.0f} | {h.mean:,.0f} | "
        f"{h.low:,.0f} … {h.high:,.0f} | {'yes' if h.truth_inside else 'no'} | {'yes' if h.realised_inside else 'no'} | "
        f"{share(h.covered, h.open_ranges):.1f} | {share(h.covered_zero, h.zero_ranges):.1f} | {h.unreconciled} |"
        for h in held
    ]
    covered = share(sum(h.covered for h in held), sum(h.open_ranges for h in held))
    zero = share(sum(h.covered_zero for h in held), sum(h.zero_ranges for h in held))
    error = np.array([100 * (h.mean / h.true_value - 1) for h in held])
    lines = [
        "# Recovery: shops whose truth is known",
        "",
        "Written by `make study`. Each row simulates a shop (season and price drift off), runs the river on its files and compares with",
        "the simulator's truth: the expected discounted profit of the next 365 days, and one future that really happened.",
        "",
        f"- 80 % ranges of customers with `high > 0` cover **{covered:.1f} %** of realised values; of customers with `high = 0`, "
        f"**{zero:.1f} %** brought nothing.",
        f"- The base's 80 % range holds the true value in **{sum(h.truth_inside for h in held)} of {len(held)}** shops and what "
        f"happened in **{sum(h.realised_inside for h in held)} of {len(held)}**.",
        f"- Error of the total: mean {error.mean():+.1f} %, spread {error.std():.1f} %.",
        f"- Books that did not reconcile to the cent: {sum(h.unreconciled for h in held)}.",
        "",
        "| seed | customers | true value | realised | estimate | 80 % range | truth inside | realised inside | cover, high > 0 | "
        "cover, high = 0 | unreconciled |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *rows,
        "",
        "With season and price drift on, which the models do not know:",
        "",
        "| seed | true value | estimate | 80 % range | truth inside | cover, high > 0 |",
        "|---|---|---|---|---|---|",
        *(
            f"| {h.seed} | {h.true_value:,.0f} | {h.mean:,.0f} | {h.low:,.0f} … {h.high:,.0f} | "
            f"{'yes' if h.truth_inside else 'no'} | {share(h.covered, h.open_ranges):.1f} |"
            for h in seasonal
        ),
    ]
    return "\n".join(lines) + "\n"


def study(shops: int, customers: int, seasonal: int) -> tuple[list[Held], list[Held]]:
    """All shops, one after another."""
    return (
        [hold(seed, customers) for seed in range(1, shops + 1)],
        [hold(seed, customers, season=True) for seed in range(1, seasonal + 1)],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=24)
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--seasonal", type=int, default=6)
    arguments = parser.parse_args()
    PAGE.write_text(page(*study(arguments.shops, arguments.customers, arguments.seasonal)))
    print(PAGE.read_text())
