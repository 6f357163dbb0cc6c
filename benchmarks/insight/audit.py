"""Do forecasts of customers to come and of next year's revenue hold in shops whose future is known, and do lenses raise false alarms?

    python benchmarks/insight/audit.py --shops 100
    python benchmarks/insight/audit.py --seeds 5 --customers 3000
    python benchmarks/insight/audit.py --counts 200
    python benchmarks/insight/audit.py --nulls 500

``--shops``: shops of BG/NBD customers with Gamma-Gamma spend whose newcomers grow, breathe with the year and shake at random go through the river as
far as a day; what then came in the two years after, from the customers of the day and from newcomers, stands beside what the audit said.
``--seeds``: the demo shop, whose current customers' true value is known, and in which no cohort is planted better than another. ``--counts``:
monthly counts of newcomers alone, from seven kinds of worlds. ``--nulls``: cohorts without a trend, how often the trend test sees one.
"""

import argparse
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from lifeworth.demo import simulate
from lifeworth.insight import audit
from lifeworth.insight.audit.arrivals.beginning import Beginning
from lifeworth.insight.audit.arrivals.forecast import forecast_arrivals
from lifeworth.insight.audit.arrivals.past import MODEL
from lifeworth.insight.audit.lenses.trend import fit_trend
from lifeworth.insight.audit.months import calendar_of, months_before
from lifeworth.insight.ground import Frame, create, lay_ground
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.refresh.valuing import frame, value_everybody
from lifeworth.settings import Settings, read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import one_file

AS_OF = date(2025, 7, 1)
YEAR, AHEAD = 365, 2
LEVEL = 0.8
R, ALPHA, A, B = 0.6, 60.0, 0.7, 2.5
P, Q, GAMMA = 4.0, 4.0, 40.0
KINDS = ("flat", "season", "growth", "decline", "walk", "jump", "any")


@dataclass(frozen=True)
class Shop:
    """Orders of a simulated shop, before and after the day: customer, day from it, amount; and when each customer joined."""

    customer: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    joined: np.ndarray


def course(rng: np.random.Generator, months: int, kind: str) -> np.ndarray:
    """Logarithm of the monthly rate of newcomers over its usual level."""
    years = np.arange(months) / 12
    season = rng.normal(0, {"flat": 0.0, "season": 0.25}.get(kind, 0.12), 12)[np.arange(months) % 12]
    shake = rng.normal(0, 0.1, months)
    if kind == "flat":
        return np.zeros(months)
    if kind in ("growth", "decline"):
        return (0.35 if kind == "growth" else -0.4) * years + season + shake
    if kind == "walk":
        return np.cumsum(rng.normal(0, 0.25 / np.sqrt(12), months)) + season + shake
    if kind == "jump":
        return season + shake + (years > rng.uniform(0, years[-1])) * rng.normal(0, 0.5)
    if kind == "season":
        return season + shake
    spread, memory = rng.choice([0.05, 0.2, 0.5], p=[0.3, 0.4, 0.3]), rng.choice([0.3, 1.0, 3.0], p=[0.4, 0.4, 0.2])
    pace, kept = np.empty(months), np.exp(-1 / 12 / memory)
    pace[0] = rng.normal(0, spread)
    for month in range(1, months):
        pace[month] = kept * pace[month - 1] + rng.normal(0, spread * np.sqrt(1 - kept**2))
    season = rng.normal(0, rng.choice([0.03, 0.12, 0.35], p=[0.3, 0.4, 0.3]), 12)[np.arange(months) % 12]
    return np.cumsum(pace) / 12 + season + rng.normal(0, rng.choice([0.04, 0.12, 0.3], p=[0.35, 0.4, 0.25]), months)


def simulate_shop(seed: int) -> Shop:
    """Two to four years of history and two years after it."""
    rng = np.random.default_rng([seed, 1])
    history = int(rng.integers(24, 49))
    rates = rng.choice([40.0, 80.0, 160.0]) * np.exp(course(rng, history + 12 * AHEAD, "any"))
    month = np.repeat(np.arange(len(rates)), rng.poisson(rates))
    joined = np.sort((month + rng.uniform(0, 1, len(month)) - history) * YEAR / 12)
    people, end = len(joined), float(AHEAD * YEAR)
    rate, leaving = np.maximum(rng.gamma(R, 1 / ALPHA, people), 1e-9), rng.beta(A, B, people)
    who, when, there, now = [np.arange(people)], [joined], np.arange(people), joined.copy()
    while len(there):
        now[there] += rng.exponential(1, len(there)) / rate[there]
        there = there[now[there] < end]
        who.append(there)
        when.append(now[there].copy())
        there = there[rng.random(len(there)) >= leaving[there]]
    customer, day = np.concatenate(who), np.floor(np.concatenate(when)).astype(int)
    amount = np.round(rng.gamma(P, 1, len(customer)) * (GAMMA / rng.gamma(Q, 1, people))[customer], 2)
    return Shop(customer, day, np.maximum(amount, 0.01), np.floor(joined).astype(int))


def ready(
    files: list[FileRequest], folder: Path, settings: Settings, seed: int, as_of: date | None
) -> tuple[DuckDB, Frame]:
    """A shop that went through the river and the audit."""
    request = Request(tuple(files), folder / "out", settings, as_of=as_of, fast=True, threads=2, seed=seed)
    (folder / "work").mkdir()
    engine, stages = DuckDB(threads=2), Stages(quiet=True)
    known = understand(engine, request, stages, folder / "work")
    found = replace(
        frame(request, value_everybody(engine, request, known, folder / "work", stages), None), interval_level=LEVEL
    )
    lay_ground(engine, found)
    create(engine, *audit.TABLES)
    audit.build(engine, found)
    return engine, found


def write_orders(shop: Shop, path: Path) -> None:
    """The orders before the day."""
    engine, past = DuckDB(), shop.day < 0
    days = np.datetime64(AS_OF) + shop.day[past].astype("timedelta64[D]")
    engine.write("orders", {
        "customer_id": shop.customer[past] + 1, "ordered_at": days.astype("datetime64[us]"), "amount": shop.amount[past],
    })  # fmt: skip
    engine.to_parquet("SELECT * FROM orders ORDER BY ordered_at, customer_id, amount", path)
    engine.close()


def came(shop: Shop, first: int, end: int) -> dict[str, float]:
    """What came in some years after the day: from its customers, from newcomers, together, and how many newcomers."""
    inside = (shop.day >= first * YEAR) & (shop.day < end * YEAR)
    new = shop.joined[shop.customer] >= 0
    joined = (shop.joined >= first * YEAR) & (shop.joined < end * YEAR)
    return {
        "current_revenue": float(shop.amount[inside & ~new].sum()), "new_revenue": float(shop.amount[inside & new].sum()),
        "revenue": float(shop.amount[inside].sum()), "newcomers": float(joined.sum()),
    }  # fmt: skip


def said(engine: DuckDB, year: int) -> dict[str, tuple[float, float, float]]:
    """The same as the audit had it, with ranges."""
    rows = engine.records("SELECT * FROM audit_forecast WHERE length = 'year' ORDER BY since")
    found = {
        name: tuple(rows[year][f"{name}_{end}"] for end in ("mean", "low", "high"))
        for name in ("current_revenue", "new_revenue", "revenue")
    }
    return {name: ends for name, ends in found.items() if ends[0] is not None}


def print_shops(first: int, shops: int) -> None:
    rows: dict[tuple[int, str], list[tuple[bool, float, float]]] = {}
    untold, wrong = 0, 0
    for done, seed in enumerate(range(first, first + shops), 1):
        shop = simulate_shop(seed)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_orders(shop, folder / "orders.parquet")
            engine, _ = ready([FileRequest(folder / "orders.parquet")], folder, Settings(), seed, AS_OF)
            wrong += int(engine.value("SELECT count(*) FROM audit_books WHERE difference <> 0"))
            for year in range(AHEAD):
                truth, told = came(shop, year, year + 1), said(engine, year)
                untold += "new_revenue" not in told
                for part, (mean, low, high) in told.items():
                    miss = float(np.log((mean + 1) / (truth[part] + 1)))
                    width = float(np.log((high + 1) / (low + 1))) / 2
                    rows.setdefault((year, part), []).append((low <= truth[part] <= high, miss, width))
            engine.close()
        if done % 10 == 0 or done == shops:
            _print_rows(rows, done)
    print(f"{untold // AHEAD} shops whose newcomers could not be forecast; {wrong} sums that differ from the ledger")


def _print_rows(rows: dict[tuple[int, str], list[tuple[bool, float, float]]], shops: int) -> None:
    for (year, part), found in sorted(rows.items()):
        inside, miss, width = (np.array(column) for column in zip(*found, strict=True))
        print(
            f"{shops} shops, year {year + 1}, {part}: {inside.sum()} of {len(inside)} inside the {LEVEL:.0%} range; log error mean {miss.mean():+.3f}, "
            f"middle {np.median(np.abs(miss)):.3f}; half width {np.median(width):.3f}",
            flush=True,
        )


def print_demo(seeds: int, customers: int) -> None:
    inside, alarms, asked, signs = 0, 0, 0, []
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shop = simulate(folder, customers=customers, seed=seed)
            files = [FileRequest(path, kind) for kind, path in shop.files.items()]
            engine, _ = ready(files, folder, read_settings(shop.config), seed, None)
            truth = float(engine.value(f"SELECT sum(true_value) FROM read_parquet({one_file(shop.truth)})"))
            [[mean, low, high]] = engine.rows(
                "SELECT value_mean, value_low, value_high FROM audit_equity WHERE years = 1 AND part = 'current customers'"
            )
            trends = engine.rows(
                "SELECT chance < 0.05, verdict FROM audit_trend WHERE measure = 'share back' OR kind = 'trend'"
            )
            [[sign, told]] = engine.rows("SELECT sign, sentence FROM audit_verdict WHERE place = 0")
            [[whole, from_new]] = engine.rows(
                "SELECT sum(value_mean) FILTER (part = 'customer equity'), sum(value_mean) FILTER (part = 'customers to come') FROM audit_equity WHERE years = 5"
            )
            differs = int(engine.value("SELECT count(*) FROM audit_books WHERE difference <> 0"))
            engine.close()
        inside += low <= truth <= high
        alarms += sum(verdict != "cannot be told" for _, verdict in trends)
        asked += len(trends)
        signs.append(sign)
        print(
            f"seed {seed}: current customers {mean:,.0f} ({low:,.0f} to {high:,.0f}), truly {truth:,.0f}; five years {whole:,.0f}, of it to come {from_new:,.0f}; "
            f"{sum(bool(one) for one, _ in trends)} of {len(trends)} trends below 0.05; sums that differ {differs}; {told}",
            flush=True,
        )
    print(
        f"all: value of current customers inside its range {inside} of {seeds}; trends called {alarms} of {asked}; verdicts {signs}"
    )


def print_counts(worlds: int) -> None:
    usual = Frame(AS_OF, AS_OF, YEAR, LEVEL, 0.1, None, False, 0.0, 1)
    for history in (6, 12, 24, 36, 60):
        calendar = calendar_of(months_before(AS_OF, history), AS_OF)
        for kind in KINDS:
            inside, miss, floor, used = [], [], [], 0
            for seed in range(worlds):
                rng = np.random.default_rng([seed, history])
                counts = rng.poisson(rng.choice([20.0, 100.0, 500.0]) * np.exp(course(rng, history + 12, kind))).astype(
                    float
                )
                seen, after = counts[:history], counts[history:].sum()
                beginning = Beginning(
                    seen,
                    np.zeros(history),
                    np.full(history, YEAR / 12),
                    np.arange(history) * 30.0 + 15,
                    np.zeros((history, 1), np.int64),
                )
                found = forecast_arrivals(beginning, calendar, replace(usual, first_day=calendar.first_day))
                if not found.known:
                    continue
                low, high = np.quantile(found.draws[:, :12].sum(axis=1), [0.1, 0.9])
                inside.append(low <= after <= high)
                miss.append(np.log((found.expected[:12].sum() + 0.5) / (after + 0.5)))
                floor.append(np.log((seen[-12:].mean() * 12 + 0.5) / (after + 0.5)))
                used += found.method != MODEL
            print(
                f"{history} months, {kind}: {np.mean(inside):.0%} inside the 80 % range; root mean square log error {np.sqrt(np.mean(np.square(miss))):.3f}, of the mean "
                f"of the last year {np.sqrt(np.mean(np.square(floor))):.3f}; a floor used in {used} of {len(inside)}",
                flush=True,
            )


def print_nulls(runs: int) -> None:
    """Cohorts of heavy-tailed customers that differ by chance and by season, none better than the one before."""
    for cohorts in (4, 8, 16):
        for season in (0.0, 0.15):
            alarms = 0
            for seed in range(runs):
                rng = np.random.default_rng([seed, cohorts])
                sizes = rng.integers(30, 400, cohorts)
                seasons = rng.normal(0, season, 4)
                money = [rng.lognormal(3, 1.2, size) * np.exp(seasons[place % 4]) for place, size in enumerate(sizes)]
                means, variances = (
                    np.array([m.mean() for m in money]),
                    np.array([m.var(ddof=1) / len(m) for m in money]),
                )
                trend = fit_trend(np.arange(cohorts) / 4, means, variances, LEVEL)
                alarms += trend is not None and trend.p_value < 0.05
            print(
                f"{cohorts} cohorts, season {season:.0%}: {alarms / runs:.1%} of {runs} called a trend at 5 %",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shops", type=int, default=0)
    parser.add_argument("--first", type=int, default=1, help="seed of the first shop")
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--counts", type=int, default=0)
    parser.add_argument("--nulls", type=int, default=0)
    asked_for = parser.parse_args()
    if asked_for.counts:
        print_counts(asked_for.counts)
    if asked_for.nulls:
        print_nulls(asked_for.nulls)
    if asked_for.seeds:
        print_demo(asked_for.seeds, asked_for.customers)
    if asked_for.shops:
        print_shops(asked_for.first, asked_for.shops)
