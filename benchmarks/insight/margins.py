"""Margins on demo shops whose truth is planted: the leaking category, the loss-making segment, and what must not be found.

    python benchmarks/insight/margins.py --seeds 20 --customers 3000

For every seed: planted truth, estimate, 90 % range, inside or not, whether it was the first finding of its kind; then how
often, and how often groups that truly cost no more than their comparables raise an alarm: the other categories (returns), countries and ways to pay
(returns, service), channels and ways to pay (shipping), all by a p-value below 5 % and as reported after the false discovery rate.
"""

import argparse
import json
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lifeworth.demo import simulate, terms
from lifeworth.demo.given_orders import expected_profit
from lifeworth.demo.shop import AS_OF
from lifeworth.demo.simulation import Simulation, play
from lifeworth.insight import margins, segments
from lifeworth.insight.ground import Frame, create, lay_ground
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.refresh.valuing import frame, value_everybody
from lifeworth.settings import WhatIf, read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

LEVEL = 0.9
NULLS = {
    "returns": ("category", "country", "payment"),
    "service": ("country", "payment", "coupon"),
    "shipping": ("channel", "payment", "first channel"),
    "communications": ("channel", "country", "first channel"),
}


@dataclass
class Tally:
    """How often truth lay inside, and how often the finding was the first."""

    inside: int = 0
    first: int = 0
    seeds: int = 0

    def add(self, inside: bool, first: bool) -> None:
        self.inside, self.first, self.seeds = self.inside + inside, self.first + first, self.seeds + 1

    def __str__(self) -> str:
        return f"inside {self.inside} of {self.seeds}, found first {self.first} of {self.seeds}"


def ready(folder: Path, customers: int, seed: int) -> tuple[DuckDB, Frame, dict[str, Any]]:
    """A demo shop that went through the river up to insight, its margins, and what is planted in it."""
    shop = simulate(folder, customers=customers, seed=seed)
    settings = read_settings(shop.config)
    levers = [*settings.what_if, WhatIf(lever="budget", by="0.2", channel="paid social", to="referral")]
    settings = settings.model_copy(update={"what_if": levers})
    files = tuple(FileRequest(path, kind) for kind, path in shop.files.items())
    request = Request(files, folder / "out", settings, fast=True, threads=2, seed=seed)
    (folder / "work").mkdir()
    engine, stages = DuckDB(threads=2), Stages(quiet=True)
    known = understand(engine, request, stages, folder / "work")
    found = frame(request, value_everybody(engine, request, known, folder / "work", stages), None)
    lay_ground(engine, found)
    found = replace(found, interval_level=LEVEL)
    create(engine, *segments.TABLES, *margins.TABLES)
    segments.build(engine, found)
    margins.build(engine, found)
    return engine, found, json.loads(shop.planted.read_text())


def one_row(engine: DuckDB, sql: str) -> dict[str, Any]:
    return next(iter(engine.records(sql)), {})


def leak(engine: DuckDB, truth: dict[str, Any], tally: Tally) -> str:
    """The category that leaks, against its planted excess."""
    row = one_row(engine, "SELECT * FROM margins_leaks WHERE kind = 'leak' AND cost = 'returns' ORDER BY place LIMIT 1")
    named = (row.get("dimension"), row.get("member"), row.get("second_dimension")) == (
        "category",
        truth["category"],
        None,
    )
    if not named:
        tally.add(False, False)
        return f"leak: truth {truth['category']} {truth['excess_cost']:,.0f}; first found {row.get('sentence')}"
    inside = row["excess_low"] <= truth["excess_cost"] <= row["excess_high"]
    tally.add(inside, True)
    peers_right = all(peer in row["comparables"] for peer in truth["peers"])
    return (
        f"leak: truth {truth['excess_cost']:7,.0f}, found {row['excess_mean']:7,.0f} ({row['excess_low']:,.0f} to {row['excess_high']:,.0f}) "
        f"{'inside' if inside else 'OUTSIDE'}{'' if peers_right else '; comparables ' + row['comparables']}"
        f"; within customers {row['within_mean']:,.0f}; {'worse ' + row['worst_within'] if row['worst_within'] else 'nowhere worse'}"
    )


def expected_of(shop: Simulation, row: dict[str, Any]) -> tuple[int, float]:
    """Orders of a group found in the last 365 days, and what they should have brought, given what was bought."""
    people, who, day = shop.people, shop.purchases.customer, shop.purchases.day
    chosen = (day >= -365) & (day < 0)
    for dimension, member in ((row["dimension"], row["member"]), (row["second_dimension"], row["second_member"])):
        match dimension:
            case "country":
                chosen &= people.country[who] == [country.code for country in terms.COUNTRIES].index(member)
            case "channel":
                chosen &= shop.order_channel == [channel.name for channel in terms.CHANNELS].index(member)
            case "payment":
                chosen &= people.payment[who] == [payment.name for payment in terms.PAYMENTS].index(member)
            case "delivery":
                chosen &= (shop.sales.shipping_charged == 0) == (member == "free")
            case "order size":
                edges = [float(edge.replace(",", "")) for edge in re.findall(r"[\d,]+\.\d\d", member)]
                low, high = {"up": (0.0, edges[0]), "ab": (edges[0], 1e9)}.get(member[:2], tuple(edges))
                gross = shop.sales.gross / 100
                chosen &= (gross > low + 0.004) & (gross <= high + 0.004)
            case _ if dimension is not None:
                return 0, float("nan")
    return int(chosen.sum()), float(expected_profit(shop)[chosen].sum())


def loss(engine: DuckDB, shop: Simulation, planted: dict[str, Any], tally: Tally) -> str:
    """The first losing group: does it lie in the planted country, and is what its orders truly lose inside its range?"""
    row = one_row(engine, "SELECT * FROM margins_loss_groups ORDER BY place LIMIT 1")
    if not row or row["member"] != planted["country"] or row["dimension"] != "country":
        tally.add(False, False)
        return f"loss: truth {planted['country']} {planted['profit_total']:,.0f}; first found {row.get('sentence')}"
    orders, profit = expected_of(shop, row)
    inside = (
        row["loss_low"] <= -profit <= row["loss_high"]
        and row["profit_per_order_low"] <= profit / orders <= row["profit_per_order_high"]
    )
    tally.add(inside, True)
    named = (
        f"{row['member']}, {row['second_dimension']} {row['second_member']}"
        if row["second_dimension"]
        else row["member"]
    )
    others = [
        said for (said,) in engine.rows("SELECT sentence FROM margins_loss_groups WHERE place > 1 ORDER BY place")
    ]
    return (
        f"loss: {named} ({orders} orders): truth {-profit:7,.0f}, {profit / orders:.2f} an order; found {row['loss_mean']:7,.0f} "
        f"({row['loss_low']:,.0f} to {row['loss_high']:,.0f}), {row['profit_per_order_mean']:.2f} {'inside' if inside else 'OUTSIDE'}"
        f" [planted: whole country {-planted['profit_total']:,.0f}, free delivery {-planted['free_delivery']['profit_total']:,.0f}]"
        + "".join(f"\n    then: {said}" for said in others)
    )


def alarms(engine: DuckDB, leaking: str, counted: dict[str, list[int]]) -> None:
    """Count groups that truly cost no more than their comparables: tested, p below 5 %, reported."""
    for cost, dimensions in NULLS.items():
        for dimension in dimensions:
            found = one_row(
                engine,
                f"""SELECT count(*) AS tested, count(*) FILTER (p_value < 0.05) AS raw, count(*) FILTER (verdict = 'leak') AS reported
                    FROM margins_tested WHERE cost = '{cost}' AND dimension = '{dimension}' AND second_dimension IS NULL
                      AND member <> '{leaking}' AND NOT (cost = 'shipping' AND dimension = 'country')""",
            )
            held = counted.setdefault(f"{cost} by {dimension}", [0, 0, 0])
            for place, name in enumerate(("tested", "raw", "reported")):
                held[place] += int(found[name])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--customers", type=int, default=3000)
    arguments = parser.parse_args()
    leaks, losses, counted = Tally(), Tally(), dict[str, list[int]]()
    for seed in range(arguments.first, arguments.first + arguments.seeds):
        with tempfile.TemporaryDirectory() as name:
            engine, _, planted = ready(Path(name), arguments.customers, seed)
            print(f"seed {seed}")
            print("  ", leak(engine, planted["leaking_category"], leaks))
            shop = play(arguments.customers, seed, AS_OF, 365, 0.10, season=True, price_drift=True)
            print("  ", loss(engine, shop, planted["loss_making_segment"], losses), flush=True)
            for (said,) in engine.rows(
                "SELECT sentence FROM margins_leaks WHERE kind = 'leak' AND place > 1 ORDER BY place"
            ):
                print("   also:", said)
            alarms(engine, planted["leaking_category"]["category"], counted)
            engine.close()
    print(f"\nleaking category: {leaks}\nloss-making segment: {losses}\n\nplanted nulls: tested, p < 5 %, reported")
    for name, (tested, raw, reported) in counted.items():
        print(
            f"  {name:28s} {tested:5d} {raw:4d} ({100 * raw / max(tested, 1):.1f} %) {reported:3d} ({100 * reported / max(tested, 1):.1f} %)"
        )
    whole = [sum(each[place] for each in counted.values()) for place in range(3)]
    print(
        f"  {'all':28s} {whole[0]:5d} {whole[1]:4d} ({100 * whole[1] / max(whole[0], 1):.1f} %) {whole[2]:3d} ({100 * whole[2] / max(whole[0], 1):.1f} %)"
    )


if __name__ == "__main__":
    main()
