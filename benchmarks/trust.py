"""Can the ranges be trusted, and does the product say when they cannot? Writes ``docs/reference/trust.md``.

Shops the models are right about, and shops they are wrong about (see ``worlds.py``), are valued as any user would and
held against what their customers then brought. ``--scratch`` keeps one line a shop: a study that was stopped goes on
where it stood.
Usage: ``python benchmarks/trust.py --good 200 --wrong 100 --seed0 5000 --processes 2 --scratch trust.jsonl``.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy.stats import binom

sys.path.insert(0, str(Path(__file__).parent))
import worlds
from lifeworth import ledger, sources
from lifeworth.backtest.diagnostics import diagnose
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.refresh import Request
from lifeworth.refresh import run as flow
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "trust.md"
LEVEL = 0.8
BAND = 0.999
KINDS = {
    "well specified": worlds.well_specified,
    "season": worlds.season,
    "two segments": worlds.segments,
    "regular buyers": worlds.regular,
    "dying cohort": worlds.dying,
    "rising prices": worlds.rising_prices,
}
GOOD, *WRONG = KINDS


@dataclass(frozen=True)
class Task:
    """One shop to simulate and value; ``whole`` runs the river, otherwise only the diagnostics are asked."""

    kind: str
    seed: int
    whole: bool


@dataclass(frozen=True)
class Held:
    """One shop's estimate against what came; ``warned`` names the diagnostics that warned."""

    kind: str
    seed: int
    twist: str
    customers: int
    horizon_days: int
    realised: float
    mean: float
    low: float
    high: float
    covered: int
    open_ranges: int
    covered_zero: int
    zero_ranges: int
    proof_bias: float | None
    warned: list[str]
    seconds: float

    @property
    def inside(self) -> bool:
        """Whether the base's range holds what came."""
        return self.low <= self.realised <= self.high


def hold(task: Task) -> Held:
    """Simulate a shop, run the product on its file, compare."""
    began = perf_counter()
    world = KINDS[task.kind](task.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_orders(world, folder / "orders.csv")
        record, ranges = _value(world, folder) if task.whole else ({}, _no_ranges())
        warned = _warned(record) if "diagnostics" in record else _ask(world, folder)
    low, high, actual = ranges
    inside = (actual >= low - 0.005) & (actual <= high + 0.005)
    spread = high > 0.005
    base = record.get("base", {})
    return Held(
        world.kind,
        task.seed,
        world.twist,
        len(world.future_revenue),
        world.horizon_days,
        float(world.future_revenue.sum()),
        *(float(base.get(name, np.nan)) for name in ("revenue_mean", "revenue_low", "revenue_high")),
        int(inside[spread].sum()),
        int(spread.sum()),
        int(inside[~spread].sum()),
        int((~spread).sum()),
        record.get("proof", {}).get("bias"),
        warned,
        round(perf_counter() - began, 2),
    )


def _write_orders(world: worlds.World, path: Path) -> None:
    columns = world.orders()
    rows = zip(columns["order_id"], columns["customer_id"], columns["date"], columns["amount"], strict=True)
    lines = [f"{order},{customer},{day},{amount:.2f}" for order, customer, day, amount in rows]
    path.write_text("\n".join(["order_id,customer_id,date,amount", *lines]) + "\n")


def _value(world: worlds.World, folder: Path) -> tuple[dict, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Run the river as a user would; its record, and every customer's range beside what came."""
    outcome = flow(
        Request(
            (FileRequest(folder / "orders.csv", "orders"),),
            folder / "result",
            as_of=world.as_of,
            horizon_days=world.horizon_days,
            interval_level=LEVEL,
            threads=1,
            seed=world.seed + 1,
        )
    )
    engine = DuckDB(threads=1)
    found = engine.arrays(
        f"SELECT customer_id, revenue_low, revenue_high FROM '{folder}/result/customer_value.parquet' ORDER BY 1"
    )
    engine.close()
    known = {name: number for number, name in enumerate(world.customer_id)}
    place = np.array([known[name] for name in found["customer_id"]])
    low, high = (np.asarray(found[name], dtype=float) for name in ("revenue_low", "revenue_high"))
    return outcome.record, (low, high, world.future_revenue[place])


def _no_ranges() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.zeros(0), np.zeros(0), np.zeros(0)


def _warned(record: dict) -> list[str]:
    return [row["name"] for row in record["diagnostics"] if row["warns"]]


def _ask(world: worlds.World, folder: Path) -> list[str]:
    """The diagnostics on the same file, without the rest of the river."""
    engine = DuckDB(threads=1)
    files = [FileRequest(folder / "orders.csv", "orders")]
    sources.load(engine, files, Settings(), as_of=world.as_of, scratch=folder)
    ledger.keep_books(engine, Settings())
    books = ledger.close_books(engine, world.as_of)
    ledger.histories(engine, world.as_of, "ledger_histories")
    columns = engine.arrays("SELECT * EXCLUDE (customer_id) FROM ledger_histories")
    history = CustomerHistory.from_columns({name: np.ma.filled(column, 0) for name, column in columns.items()})
    forecaster = Forecaster(seed=world.seed + 1, threads=1).fit(history)
    findings = diagnose(
        engine,
        forecaster,
        histories="ledger_histories",
        first_day=books.first_day or world.as_of - timedelta(days=1),
        as_of=world.as_of,
        seed=world.seed + 1,
    )
    engine.close()
    return [each.name for each in findings if each.warns]


def band(n: int, level: float = LEVEL) -> tuple[float, float]:
    """Shares that n independent draws at ``level`` leave once in a thousand times (exact binomial)."""
    if not n:
        return float("nan"), float("nan")
    tail = (1 - BAND) / 2
    return float(binom.ppf(tail, n, level) / n), float(binom.ppf(1 - tail, n, level) / n)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def page(held: list[Held]) -> str:
    """The study as a page."""
    ordered = {kind: [each for each in held if each.kind == kind] for kind in KINDS}
    good, wrong = ordered[GOOD], [each for kind in WRONG for each in ordered[kind]]
    low, high = band(len(good))
    lines = [
        "# Trust: ranges and warnings in shops whose future is known",
        "",
        "Written by `benchmarks/trust.py`. Each shop is simulated, its orders up to a day are given to the product as a file, and the",
        f"result is held against what its customers truly brought in the 90 to 180 days after. Ranges are {100 * LEVEL:.0f} % ranges of net revenue.",
        "*Well specified* shops buy as the models suppose, with parameters drawn anew for each; the others break one supposition. The",
        "warnings are those of [the diagnostics](../explanation/diagnostics.md).",
        "",
        f"- Well specified: **{len(good)}** shops; what happened lay inside the base's range in **{_percent(sum(h.inside for h in good), len(good))}** "
        f"(an exact {100 * BAND:.1f} % band around {100 * LEVEL:.0f} % is {100 * low:.1f} to {100 * high:.1f} %); a diagnostic warned in "
        f"**{_percent(_alarms(good), len(good))}** (may be 5 %).",
        f"- Misspecified: **{len(wrong)}** shops; a diagnostic warned in **{_percent(_alarms(wrong), len(wrong))}** (must be 90 %).",
        "",
        "| shops | number | inside base range | customers covered, high > 0 | customers covered, high = 0 | median error of total | eight in ten errors lie in | warned |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(kind, shops) for kind, shops in ordered.items() if shops),
        "",
        "Which diagnostics warned (percent of shops):",
        "",
        *_which(ordered),
        "",
        *_misses(good, wrong),
    ]
    return "\n".join(lines) + "\n"


def _alarms(held: Iterable[Held]) -> int:
    return sum(bool(each.warned) for each in held)


def _row(kind: str, shops: list[Held]) -> str:
    error = np.array([100 * (h.mean / h.realised - 1) for h in shops if h.realised > 0])
    cells = [
        kind,
        str(len(shops)),
        _percent(sum(h.inside for h in shops), len(shops)),
        _percent(sum(h.covered for h in shops), sum(h.open_ranges for h in shops)),
        _percent(sum(h.covered_zero for h in shops), sum(h.zero_ranges for h in shops)),
        f"{np.median(error):+.1f} %" if len(error) else "-",
        "{:+.1f} … {:+.1f} %".format(*np.quantile(error, [0.1, 0.9])) if len(error) else "-",
        _percent(_alarms(shops), len(shops)),
    ]
    return f"| {' | '.join(cells)} |"


def _which(ordered: dict[str, list[Held]]) -> list[str]:
    names = ("season", "pace", "regularity", "segments", "leaving", "prices")
    rows = [f"| shops | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for kind, shops in ordered.items():
        if shops:
            counts = (sum(name in h.warned for h in shops) for name in names)
            rows.append(f"| {kind} | {' | '.join(_percent(count, len(shops)) for count in counts)} |")
    return rows


def _misses(good: list[Held], wrong: list[Held]) -> list[str]:
    silent = [f"{h.kind} {h.seed} ({h.twist}, {h.customers:,} customers)" for h in wrong if not h.warned]
    false = [f"{h.seed} ({', '.join(h.warned)})" for h in good if h.warned]
    return [
        f"Misspecified shops without a warning: {'; '.join(silent) or 'none'}.",
        "",
        f"Well specified shops with a warning: {'; '.join(false) or 'none'}.",
    ]


def tasks(good: int, wrong: int, seed0: int, whole: bool) -> list[Task]:
    """The shops of a study; misspecified kinds take turns."""
    right = [Task(GOOD, seed0 + number, whole) for number in range(good)]
    broken = [Task(WRONG[number % len(WRONG)], seed0 + number // len(WRONG), whole) for number in range(wrong)]
    return right + broken


def study(wanted: list[Task], processes: int, scratch: Path) -> list[Held]:
    """Every shop, those already in the scratch file as they stand there."""
    known = {(each.kind, each.seed): each for each in _read(scratch)}
    missing = [task for task in wanted if (task.kind, task.seed) not in known]
    scratch.parent.mkdir(parents=True, exist_ok=True)
    with get_context("spawn").Pool(processes) as pool, scratch.open("a", encoding="utf-8") as file:
        for done in pool.imap_unordered(hold, missing):
            known[done.kind, done.seed] = done
            file.write(json.dumps(asdict(done)) + "\n")
            file.flush()
            print(
                f"{done.kind} {done.seed}: {done.seconds:.1f} s, warned: {', '.join(done.warned) or 'no'}", flush=True
            )
    return [known[task.kind, task.seed] for task in wanted]


def _read(scratch: Path) -> list[Held]:
    """Finished shops; a last line cut short by a stop is left out."""
    if not scratch.exists():
        return []
    found = []
    for line in scratch.read_text(encoding="utf-8").splitlines():
        try:
            found.append(Held(**json.loads(line)))
        except (json.JSONDecodeError, TypeError):
            continue
    return found


def main() -> None:
    """Run what is missing, then write the page (or print the diagnostics' part of it)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--good", type=int, default=200)
    parser.add_argument("--wrong", type=int, default=100)
    parser.add_argument("--seed0", type=int, default=5000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--scratch", type=Path, required=True, help="json lines of finished shops")
    parser.add_argument("--diagnostics-only", action="store_true", help="ask the diagnostics without the river")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    whole = not given.diagnostics_only
    held = study(tasks(given.good, given.wrong, given.seed0, whole), given.processes, given.scratch)
    if whole:
        given.page.write_text(page(held), encoding="utf-8")
        print(given.page.read_text(encoding="utf-8"))
    else:
        ordered = {kind: [each for each in held if each.kind == kind] for kind in KINDS}
        print("\n".join([*_which(ordered), "", *_misses(ordered[GOOD], [h for k in WRONG for h in ordered[k]])]))


if __name__ == "__main__":
    main()
