"""Planted truths of the demo shop against what the products room says of them.

    python benchmarks/insight/products.py [--seeds 20] [--customers 10000] [--level 0.9]
    python benchmarks/insight/products.py --retail DATA      the next basket on Online Retail II, month by month

Each seed is a shop of its own: its books are kept, and the room asked as in a run. Printed are the planted difference of the gateway
product and of its lookalike, the estimate with its range, whether the truth lies inside, and whether either was called a gateway.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from lifeworth import demo, ledger, sources
from lifeworth.demo.first_products import measure_first_products
from lifeworth.insight import products
from lifeworth.insight.ground import Frame, create
from lifeworth.insight.products.contents import sample_baskets
from lifeworth.insight.products.findings import AFTER_FIRST, MORE, UNTOLD, WITH_FIRST
from lifeworth.insight.products.keyed import key_lines, key_orders, key_products
from lifeworth.insight.products.proof import POPULAR, times, try_on
from lifeworth.settings import Settings, read_settings
from lifeworth.sources.request import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

_GROUND = """
CREATE OR REPLACE TABLE insight_customers AS
SELECT k.customer_id, nullif(trim(a.channel), '') AS channel, coalesce(c.profit, 0)::DOUBLE AS value_mean,
       NULL::BOOLEAN AS consent_email, NULL::BOOLEAN AS consent_ads
FROM ledger_keys k LEFT JOIN ledger_acquisition a USING (customer_id) LEFT JOIN ledger_customers c USING (customer_id)
ORDER BY k.customer_id"""
EPOCH = date(1970, 1, 1)
_NEEDED = (
    "orders",
    "order_lines",
    "refunds",
    "products",
    "customers",
    "order_costs",
    "service",
    "touches",
    "spend",
    "leads",
)


def _measure(as_of: date) -> dict[str, float]:
    """What newcomers bring more who begin with each product, from many simulated ones."""
    measured = measure_first_products(as_of)
    return {product: float(mean) for product, mean in zip(measured.product_id, measured.difference, strict=True)}


def asked(folder: Path, customers: int, seed: int, level: float) -> tuple[DuckDB, dict[str, Any], date]:
    """The room's tables for one demo shop, what was planted in it, and its day."""
    shop = demo.simulate(folder, customers=customers, seed=seed)
    settings = read_settings(shop.config)
    engine = DuckDB(threads=2)
    files = [FileRequest(shop.files[kind], kind) for kind in _NEEDED]  # type: ignore[arg-type]
    sources.load(engine, files, settings, as_of=shop.as_of, scratch=folder)
    ledger.keep_books(engine, settings)
    books = ledger.close_books(engine, shop.as_of)
    engine.execute(_GROUND)
    frame = Frame(
        as_of=shop.as_of, first_day=books.first_day or shop.as_of, horizon_days=365, interval_level=level, discount=0.1,
        currency=books.currency, in_profit=books.basis == "profit", shared_spread=0.05, seed=seed, settings=settings,
    )  # fmt: skip
    create(engine, *products.TABLES)
    products.build(engine, frame)
    return engine, json.loads(shop.planted.read_text())["first_products"], shop.as_of


def study(seeds: int, customers: int, level: float) -> Iterator[dict[str, Any]]:
    """One row per seed, product and way of counting; ``kind`` names the two planted products."""
    truth: dict[str, float] = {}
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            engine, planted, as_of = asked(Path(folder), customers, seed, level)
        truth = truth or _measure(as_of)
        others = engine.value(
            f"SELECT count(*) FROM products_gateways WHERE verdict = '{MORE}' AND counted = '{AFTER_FIRST}' AND grouped_by = 'product'"
        )
        kinds = {planted[kind]["product_id"]: kind for kind in ("gateway", "lookalike")}
        for found in engine.records("SELECT * FROM products_gateways WHERE product_id IS NOT NULL"):
            kind = kinds.get(found["product_id"], "other")
            told = truth[found["product_id"]] if kind == "other" else planted[kind]["adjusted_difference"]
            yield {"seed": seed, "kind": kind, "truth": told, "called": others} | found
        engine.close()


def retail(data: Path) -> None:
    """Last baskets of every month of Online Retail II, each month learned from what came before it."""
    settings = Settings(currency="GBP")
    engine = DuckDB(threads=2)
    with tempfile.TemporaryDirectory() as folder:
        file = FileRequest(data / "online_retail_ii" / "online_retail_ii.parquet")
        sources.load(engine, [file], settings, as_of=None, scratch=Path(folder))
    ledger.keep_books(engine, settings)
    as_of = engine.value("SELECT (max(ordered_on) + 1)::DATE FROM sources_orders")
    key_products(engine, as_of)
    key_lines(engine, key_orders(engine, as_of))
    baskets = sample_baskets(
        engine, int(engine.value("SELECT count(*) FROM products_known WHERE product_id IS NOT NULL"))
    )
    last = np.flatnonzero(np.append(baskets.customer[1:] != baskets.customer[:-1], True))
    hits: dict[tuple[str, str], list[np.ndarray]] = {}
    starts = engine.rows(
        "SELECT DISTINCT (date_trunc('month', day)::DATE - DATE '1970-01-01')::INTEGER FROM products_orders ORDER BY 1"
    )
    for (start,), (end,) in zip(starts[3:], [*starts[4:], ((as_of - EPOCH).days,)], strict=True):
        earlier = np.zeros(len(baskets.customers), dtype=bool)
        earlier[baskets.customer[baskets.day < start]] = True
        held = last[(baskets.day[last] >= start) & (baskets.day[last] < end) & earlier[baskets.customer[last]]]
        if len(held):
            for key, found in try_on(baskets, held, start).hits.items():
                hits.setdefault(key, []).append(found)
    print(
        "counted                      method                            baskets  hit rate  times the favourites of all"
    )
    for (counted, method), parts in sorted(hits.items()):
        ours, theirs = np.concatenate(parts), np.concatenate(hits[counted, POPULAR])
        ratio = times(ours, theirs, 0.9)
        print(
            f"{counted:28s} {method:33s} {len(ours):7d}  {ours.mean():8.3f}  {ratio[0]:.2f} ({ratio[1]:.2f} to {ratio[2]:.2f})"
        )


def tell(rows: list[dict[str, Any]]) -> None:
    """A line per seed and product, then how often the truth lay inside and who was called a gateway."""
    print(
        "seed kind       counted                buyers   naive  truth  estimate [low, high]        inside   q       verdict        called"
    )
    for row in (row for row in rows if row["kind"] != "other"):
        shown = ("yes" if _inside(row) else "NO") if row["counted"] == WITH_FIRST else "-"
        print(
            f"{row['seed']:4d} {row['kind']:10s} {row['counted']:22s} {row['buyers']:5d} {row['naive_difference']:8.2f} {row['truth']:6.2f} "
            f"{row['difference_mean']:9.2f} [{row['difference_low']:7.2f}, {row['difference_high']:7.2f}]  {shown:6s} "
            f"{row['q_value']:9.2g}  {row['verdict']:14s} {row['called']}"
        )
    for kind in ("gateway", "lookalike", "other"):
        whole = [row for row in rows if row["kind"] == kind and row["counted"] == WITH_FIRST]
        later = [row for row in rows if row["kind"] == kind and row["counted"] == AFTER_FIRST]
        called = [row for row in whole if row["verdict"] != UNTOLD]
        wrong = sum((row["difference_mean"] > 0) != (row["truth"] > 0) for row in called)
        print(
            f"{kind}: truth inside {sum(map(_inside, whole))} of {len(whole)}; called a gateway {sum(r['verdict'] == MORE for r in later)} of "
            f"{len(later)}; first day included, called {len(called)}, of them with the wrong sign {wrong}"
        )


def _inside(row: dict[str, Any]) -> bool:
    return bool(row["difference_low"] <= row["truth"] <= row["difference_high"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--level", type=float, default=0.9)
    parser.add_argument("--retail", type=Path, metavar="DATA", help="folder with online_retail_ii")
    arguments = parser.parse_args()
    if arguments.retail:
        retail(arguments.retail)
        sys.exit(0)
    tell(list(study(arguments.seeds, arguments.customers, arguments.level)))
    sys.exit(0)
