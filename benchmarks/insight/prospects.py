"""Leads on demo shops whose true chances are known: order, calibration, drivers, decoys; and on Olist's funnel.

    python benchmarks/insight/prospects.py --seeds 10 --customers 3000
    python benchmarks/insight/prospects.py --seeds 0 --olist shared/data

For every seed: area under the curve of open leads against what then came of them, with that of the truth as its ceiling; wins
expected, true and come; planted drivers found. Then, over all seeds: open leads in fifths by their chance against the truth, how often the
true average of a source lies in its range, decoys under 5 %, and how often a shop without structure is given a score by everything known.
Olist: how well closed deals are told from other leads, blind in time, by the origin alone and by everything known.
"""

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata

from lifeworth import ledger, sources
from lifeworth.demo import simulate
from lifeworth.demo.planted.leads import DRIVERS
from lifeworth.settings import read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.values.leads import value_leads

OLIST = (
    "olist_sample/olist_orders_dataset.csv",
    "olist_sample/olist_order_items_dataset.csv",
    "olist_sample/olist_customers_dataset.csv",
    "olist_funnel/olist_marketing_qualified_leads_dataset.csv",
    "olist_funnel/olist_closed_deals_dataset.csv",
)


@dataclass(frozen=True)
class Seed:
    """What one shop showed: open leads (chance, truth, won in the end), and the tables of what was learned."""

    said: np.ndarray
    low: np.ndarray
    high: np.ndarray
    true: np.ndarray
    came: np.ndarray
    columns: list[dict[str, Any]]
    worth: list[dict[str, Any]]
    judged: dict[str, Any]
    fifths: list[dict[str, Any]]
    decoys: tuple[str, ...]


def area(score: np.ndarray, won: np.ndarray) -> float:
    """Chance that one that was won has the higher score; ties count half."""
    yes, no = int(won.sum()), int((~won).sum())
    return float((rankdata(score)[won].sum() - yes * (yes + 1) / 2) / (yes * no)) if yes and no else float("nan")


def value(files: list[FileRequest], settings: Any, scratch: Path, as_of: Any, level: float) -> DuckDB:
    """An engine with the books kept and the leads valued."""
    engine = DuckDB(threads=2)
    sources.load(engine, files, settings, as_of=as_of, scratch=scratch)
    ledger.keep_books(engine, settings)
    day = as_of or engine.value("SELECT greatest(max(created_on), max(closed_on)) + 1 FROM sources_leads")
    ledger.close_books(engine, day)
    in_profit = bool(settings.costs)
    for sentence in value_leads(engine, as_of=day, horizon_days=180, level=level, in_profit=in_profit, seed=1):
        print("   said:", sentence)
    return engine


def one(seed: int, customers: int, structure: bool) -> Seed:
    """One demo shop."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shop = simulate(folder / "shop", customers=customers, seed=seed, structure=structure)
        files = [FileRequest(path, kind) for kind, path in shop.files.items()]
        engine = value(files, read_settings(shop.config), folder, shop.as_of, 0.8)
        truth = f"read_parquet('{shop.config.parent / 'lead_truth.parquet'}')"
        found = engine.arrays(
            f"""SELECT v.chance_of_winning AS said, s.chance_low AS low, s.chance_high AS high, t.true_chance AS true_chance,
                       t.realised_won AS came
                FROM values_leads v JOIN values_lead_scores s USING (lead_id) JOIN {truth} t USING (lead_id) ORDER BY lead_id"""
        )
        arrays = [np.asarray(np.ma.getdata(found[c])) for c in ("said", "low", "high", "true_chance", "came")]
        planted = json.loads(shop.planted.read_text())["leads"]
        judged = engine.records("SELECT * FROM values_lead_judged")[0]
        columns = engine.records("SELECT * FROM values_lead_columns WHERE asked")
        worth = engine.records(
            "SELECT DISTINCT name, p_column, q_column, tells_column FROM values_lead_worth ORDER BY name"
        )
        fifths = engine.records("SELECT * FROM values_lead_fifths")
        engine.close()
    decoys = tuple([*planted["decoys"], *planted["nothing_beyond_drivers"]])
    return Seed(*arrays[:4], arrays[4].astype(bool), columns, worth, judged, fifths, decoys)


def of_demo(seeds: int, customers: int) -> None:
    """Order, calibration, drivers and decoys."""
    shops = []
    for seed in range(1, seeds + 1):
        found = one(seed, customers, structure=True)
        shops.append(found)
        told = [each["name"] for each in found.columns if each["tells"] and each["name"] in DRIVERS]
        false = [each["name"] for each in found.columns if each["tells"] and each["name"] in found.decoys]
        print(
            f"seed {seed}: open {len(found.said)}, area {area(found.said, found.came):.3f} (truth {area(found.true, found.came):.3f}); "
            f"blind {found.judged['area_by_source_mean'] or 0:.3f} by source, {found.judged['area_by_all_mean'] or 0:.3f} by all; way {found.judged['way']}; "
            f"true chance in range {((found.low <= found.true) & (found.true <= found.high)).mean():.2f}; wins said {found.said.sum():.1f}, true {found.true.sum():.1f}, came {found.came.sum()}; drivers {', '.join(told)}; decoys found {', '.join(false) or 'none'}"
        )
    said, true, came = (np.concatenate([getattr(shop, name) for shop in shops]) for name in ("said", "true", "came"))
    print(f"together: {len(said)} open leads; area {area(said, came):.3f}, of the truth {area(true, came):.3f}; rank with the truth {np.corrcoef(rankdata(said), rankdata(true))[0, 1]:.3f}")  # fmt: skip
    print(f"wins: said {said.sum():.1f}, true {true.sum():.1f}, came {came.sum()} (± {np.sqrt((true * (1 - true)).sum()):.1f})")  # fmt: skip
    for place, part in enumerate(np.array_split(np.argsort(said, kind="stable"), 5), 1):
        print(
            f"  fifth {place}: said {said[part].mean():.3f}, true {true[part].mean():.3f}, came {came[part].mean():.3f}"
        )
    low, high = (np.concatenate([getattr(shop, name) for shop in shops]) for name in ("low", "high"))
    print(f"true chance of a lead in its 80 % range: {((low <= true) & (true <= high)).mean():.3f} (ranges are of leads like it)")  # fmt: skip
    held = [fifth["holds"] for shop in shops for fifth in shop.fifths]
    print(f"blind fifths inside 80 %: {np.mean(held):.2f} of {len(held)}")
    for driver in DRIVERS:
        print(f"driver {driver}: found in {sum(any(c['name'] == driver and c['tells'] for c in s.columns) for s in shops)} of {len(shops)}")  # fmt: skip
    for what, rows, p, tells, names in (
        ("winning", [c for s in shops for c in s.columns if c["name"] in s.decoys], "p", "tells", "decoys and what adds nothing"),
        ("money", [c for s in shops for c in s.worth if c["name"] in _OF_MONEY], "p_column", "tells_column", "decoys"),
    ):  # fmt: skip
        under, found_false = np.mean([c[p] < 0.05 for c in rows]), sum(c[tells] for c in rows)
        print(f"{what}, {names}: p under 5 % in {under:.1%} of {len(rows)}; reported after control {found_false}")
    better = sum(shop.judged["way"] == "by everything known" for shop in shops)
    print(f"everything known used in {better} of {len(shops)} shops")


_OF_MONEY = ("first_contact", "birth_month", "favourite_colour", "pet", "apron_size", "writing_hand")


def of_nothing(seeds: int, customers: int) -> None:
    """Shops in which nothing known of leads tells their chance."""
    used, areas = 0, []
    for seed in range(1, seeds + 1):
        found = one(1000 + seed, customers, structure=False)
        used += found.judged["way"] == "by everything known"
        areas.append(found.judged["area_by_all_mean"])
    print(f"without structure: everything known used in {used} of {seeds}; blind area {np.mean(areas):.3f} on average")


def of_olist(data: Path, settings: Path) -> None:
    """Closed deals against all other leads."""
    with tempfile.TemporaryDirectory() as name:
        files = [FileRequest(data / each) for each in OLIST]
        engine = value(files, read_settings(settings), Path(name), None, 0.95)
        for row in engine.records("SELECT * FROM values_lead_judged"):
            for key in ("area_by_source", "area_by_all", "area_apart", "gain"):
                print(
                    f"olist {key}: {row[key + '_mean']:.4f} (95 % {row[key + '_low']:.4f} to {row[key + '_high']:.4f})"
                )
            print({k: row[k] for k in ("way", "finished", "won", "days", "told_blind", "won_blind", "loss_by_source", "loss_by_all", "p", "strength")})  # fmt: skip
        for row in engine.records("SELECT * FROM values_lead_fifths ORDER BY place"):
            print(f"  fifth {row['place']}: said {row['expected']:.3f}, came {row['won'] / row['leads']:.3f} ({row['came_low']:.3f} to {row['came_high']:.3f})")  # fmt: skip
        for row in engine.records("SELECT * FROM values_lead_columns ORDER BY place"):
            print(f"  {row['name']}: {'p ' + format(row['p'], '.2g') if row['asked'] else row['reason']}")
        engine.close()


def main() -> None:
    """Read the options and study."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--nothing", type=int, default=0, help="shops without structure")
    options.add_argument("--customers", type=int, default=3000)
    options.add_argument("--olist", type=Path, help="folder that holds olist_sample and olist_funnel")
    options.add_argument("--settings", type=Path, default=Path("examples/olist-leads.toml"))
    asked = options.parse_args()
    if asked.seeds:
        of_demo(asked.seeds, asked.customers)
    if asked.nothing:
        of_nothing(asked.nothing, asked.customers)
    if asked.olist:
        of_olist(asked.olist, asked.settings)


if __name__ == "__main__":
    main()
