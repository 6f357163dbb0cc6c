"""Do personas find the planted kinds of the demo shop, what they are worth, and nothing where nothing is?

    python benchmarks/insight/personas.py --seeds 5 --customers 3000
    python benchmarks/insight/personas.py --seeds 20 --without-structure
    python benchmarks/insight/personas.py --large 1000000

For every seed of the demo: the number of kinds; the adjusted Rand index with the planted kinds, over customers with a group and over
all; what the customers of each group are truly worth together, and by how much one of them is truly above the base, each beside its
range; whether the planted proxy is flagged and which decoys are; decoys that were said to tell worth. ``--without-structure`` counts
shops in which anything was invented: those whose columns were dealt out anew one by one, and those whose customers got somebody
else's columns, so that the kinds are there and tell nothing. ``--large`` measures time and memory on a base of so many customers.
"""

import argparse
import json
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from lifeworth.contract.registry import create_tables
from lifeworth.demo import DemoShop, attributes, simulate
from lifeworth.demo.people import describe
from lifeworth.demo.traits import draw_traits
from lifeworth.demo.voices import SENTENCES
from lifeworth.insight import personas
from lifeworth.insight.ground import Frame, create, lay_ground
from lifeworth.insight.personas.classes.halves import adjusted_rand
from lifeworth.ledger.tables import text
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.refresh.valuing import frame, value_everybody
from lifeworth.settings import Settings, read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import one_file

LEVEL = 0.9
DEALS = 3


def ready(folder: Path, customers: int, seed: int, *, structure: bool = True) -> tuple[DuckDB, Frame, DemoShop]:
    """A demo shop that went through the river, the ground laid."""
    shop = simulate(folder, customers=customers, seed=seed, structure=structure)
    files = tuple(FileRequest(path, kind) for kind, path in shop.files.items() if kind not in ("leads", "experiments"))
    request = Request(files, folder / "out", _of_customers(shop), fast=True, threads=2, seed=seed)
    (folder / "work").mkdir()
    engine, stages = DuckDB(threads=2), Stages(quiet=True)
    known = understand(engine, request, stages, folder / "work")
    found = frame(request, value_everybody(engine, request, known, folder / "work", stages), None)
    lay_ground(engine, found)
    create(engine, *personas.TABLES)
    return engine, replace(found, interval_level=LEVEL), shop


def _of_customers(shop: DemoShop) -> Settings:
    """The shop's settings without the columns that only leads have."""
    settings = read_settings(shop.config)
    listed = shop.files["customers"].read_text(encoding="utf-8").splitlines()[0].split(",")
    return settings.model_copy(update={"attributes": [name for name in settings.attributes if name in listed]})


TRUTH = """
SELECT p.persona, t.kind, t.true_value FROM personas_customers p JOIN read_parquet({truth}) t USING (customer_id) ORDER BY customer_id"""


def study(seeds: int, customers: int) -> None:
    """Estimates beside the truth, seed by seed."""
    inside = {"worth together": [0, 0], "above the base": [0, 0]}
    rand_with, rand_all, flags, decoys, told = [], [], 0, [0, 0], [0, 0]
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as name:
            engine, found, shop = ready(Path(name), customers, seed)
            personas.build(engine, found)
            rows = engine.rows(TRUTH.format(truth=one_file(shop.truth)))
            roles = {
                each["column"]: each["role"] for each in json.loads(shop.planted.read_text())["attributes"]["columns"]
            }
            member, kind, worth = (
                _codes([r[0] for r in rows]),
                _codes([r[1] for r in rows]),
                np.array([float(r[2]) for r in rows]),
            )
            grouped = member >= 0
            rand_with.append(adjusted_rand(member[grouped], kind[grouped]) if grouped.any() else 0.0)
            rand_all.append(adjusted_rand(member + 1, kind))
            kinds = engine.value("SELECT kinds FROM personas_finding")
            print(
                f"seed {seed}: {kinds} kinds, adjusted Rand {rand_with[-1]:.2f} over {grouped.mean():.0%} with a group, {rand_all[-1]:.2f} over all"
            )
            for row in engine.records(
                "SELECT * FROM personas_profiles WHERE role IN ('ideal', 'opposite') ORDER BY place"
            ):
                who = np.array([r[0] == row["persona"] for r in rows])
                names, counts = np.unique([r[1] for r, of in zip(rows, who, strict=True) if of], return_counts=True)
                _beside(
                    inside["worth together"],
                    row,
                    "value",
                    worth[who].sum(),
                    f"{row['persona']} ({names[counts.argmax()]} {counts.max() / who.sum():.0%}), worth",
                )
                _beside(
                    inside["above the base"], row, "above_base", worth[who].mean() - worth.mean(), "  above the base"
                )
            for row in engine.records("SELECT * FROM personas_proxies"):
                if roles.get(row["predictor"]) == "proxy":
                    flags += row["flagged"]
                elif row["predictor"] in roles:
                    decoys[0] += row["flagged"]
                    decoys[1] += 1
            for row in engine.records("SELECT * FROM personas_attributes WHERE q IS NOT NULL"):
                if roles.get(row["attribute"]) in ("decoy", "proxy", "not a proxy"):
                    told[0] += row["q"] < 0.05
                    told[1] += 1
            engine.close()
    print(
        f"adjusted Rand over customers with a group: {np.mean(rand_with):.2f} on average, {min(rand_with):.2f} at worst; over all {np.mean(rand_all):.2f}, {min(rand_all):.2f}"
    )
    for name, (held, count) in inside.items():
        print(f"{name}: inside the {LEVEL:.0%} range {held} of {count} times")
    print(
        f"planted proxy flagged in {flags} of {seeds}; other columns flagged {decoys[0]} of {decoys[1]} times; decoys said to tell worth {told[0]} of {told[1]} times"
    )


def _codes(names: list[str | None]) -> np.ndarray:
    known = sorted({name for name in names if name})
    return np.array([known.index(name) if name else -1 for name in names])


def _beside(tally: list[int], row: dict, name: str, truth: float, said: str) -> None:
    mean, low, high = (float(row[f"{name}_{end}"]) for end in ("mean", "low", "high"))
    held = low <= truth <= high
    tally[0] += held
    tally[1] += 1
    print(f"  {said}: {mean:,.2f} ({low:,.2f} to {high:,.2f}), truth {truth:,.2f}{'' if held else '  OUTSIDE'}")


def without_structure(seeds: int, customers: int) -> None:
    """How often personas were found where there are none."""
    one_by_one, dealt = 0, [0, 0]
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as name:
            engine, found, _ = ready(Path(name), customers, seed, structure=False)
            personas.build(engine, found)
            one_by_one += bool(engine.value("SELECT found FROM personas_finding"))
            print(f"seed {seed}: {engine.value('SELECT sentence FROM personas_finding')}")
            engine.close()
        with tempfile.TemporaryDirectory() as name:
            engine, found, _ = ready(Path(name), customers, seed)
            engine.execute("CREATE TABLE listed AS SELECT * FROM sources_customers")
            for deal in range(DEALS):
                _deal_out(engine, f"{seed}-{deal}")
                create(engine, *personas.TABLES)
                personas.build(engine, found)
                dealt[0] += bool(engine.value("SELECT found FROM personas_finding"))
                dealt[1] += 1
            engine.close()
    print(
        f"columns dealt out one by one: personas found in {one_by_one} of {seeds} shops; all columns together: in {dealt[0]} of {dealt[1]}"
    )


def _deal_out(engine: DuckDB, salt: str) -> None:
    engine.execute(
        f"""CREATE OR REPLACE TABLE sources_customers AS
        SELECT a.* REPLACE (b.attributes AS attributes) FROM (SELECT * FROM listed ORDER BY customer_id) a
        POSITIONAL JOIN (SELECT attributes FROM listed ORDER BY hash(customer_id || {text(salt)}), customer_id) b"""
    )


def large(customers: int) -> None:
    """Seconds and memory of the room on a base with the demo's kinds, five orders each, and a text of every fifth customer."""
    rng = [np.random.default_rng([1, stream]) for stream in range(4)]
    crowd = describe(draw_traits(customers, rng[0]), rng[0], rng[1])
    cells = attributes.draw_cells(crowd.kind, rng[2])
    days = rng[3].integers(1, 1_095, customers)
    orders = 1 + rng[3].poisson(crowd.rate * days * (1 - crowd.leaving))
    worth = crowd.rate * 365 * np.maximum(0, 1 - 2 * crowd.leaving) * crowd.spend_scale / 4
    with tempfile.TemporaryDirectory() as name:
        engine = DuckDB(Path(name) / "large.duckdb", threads=2, scratch=Path(name) / "spill")
        create_tables(engine)
        engine.write(
            "base",
            {
                "n": np.arange(customers),
                "days": days,
                "orders": orders,
                "worth": worth,
                "past": orders * crowd.spend_scale / 4,
                **cells,
            },
        )
        _lay_out(engine)
        found = Frame(
            as_of=np.datetime64("2025-07-01").item(), first_day=np.datetime64("2022-07-01").item(), horizon_days=365, interval_level=LEVEL,
            discount=0.1, currency="EUR", in_profit=True, shared_spread=0.05, seed=1, settings=Settings(protected=["gender"]),
        )  # fmt: skip
        create(engine, *personas.TABLES)
        before, started, worked = _memory(), time.perf_counter(), time.process_time()
        personas.build(engine, found)
        wall, cpu = time.perf_counter() - started, time.process_time() - worked
        member = _codes(
            [persona for (persona,) in engine.rows("SELECT persona FROM personas_customers ORDER BY customer_id")]
        )
        grouped = member >= 0
        print(
            f"{customers:,} customers: {wall:.1f} s ({cpu:.1f} s of work), {_memory() - before:,.0f} MB above {before:,.0f} MB"
        )
        print(
            f"adjusted Rand {adjusted_rand(member[grouped], crowd.kind[grouped]):.3f} over {grouped.mean():.0%} with a group"
        )


def _lay_out(engine: DuckDB) -> None:
    customer, first = "'C' || lpad(n::VARCHAR, 8, '0')", "DATE '2025-07-01' - days::INTEGER"
    listed = ", ".join(
        f"{text(a.name)}, CASE {a.name} {' '.join(f'WHEN {c} THEN {text(label)}' for c, label in enumerate(a.labels))} END"
        for a in attributes.ATTRIBUTES
    )
    said = ", ".join(text(sentence) for sentence in SENTENCES)
    engine.execute(f"""CREATE TABLE insight_customers AS SELECT {customer} AS customer_id, orders::INTEGER AS orders, least(orders - 1, (days - 1) // 10)::INTEGER AS frequency,
        (10 * least(orders - 1, (days - 1) // 10))::INTEGER AS recency_days,
        days::INTEGER AS T_days, CASE WHEN orders > 1 THEN days / orders END AS gap, past / orders AS order_value, {first} AS first_order_at,
        past::DECIMAL(18,2) AS past_revenue, (past * 0.3)::DECIMAL(18,2) AS past_profit, 0.1 AS returned_share, 0 AS tickets, worth AS value_mean,
        0.0::DOUBLE AS value_low, 2 * worth AS value_high, worth AS value_sd, NULL::VARCHAR AS channel, NULL::VARCHAR AS country, {customer} || '-0' AS first_order_id
        FROM base ORDER BY n""")
    engine.execute(
        f"INSERT INTO sources_customers BY NAME SELECT {customer} AS customer_id, CAST(json_object({listed}) AS VARCHAR) AS attributes FROM base ORDER BY n"
    )
    engine.execute(
        f"CREATE TABLE ledger_keys AS SELECT n::INTEGER AS customer_key, {customer} AS customer_id FROM base"
    )
    engine.execute(
        f"CREATE TABLE bought AS SELECT n, {customer} AS customer_id, ({first}) + (10 * i)::INTEGER AS day, {customer} || '-' || i AS order_id FROM (SELECT *, unnest(range(orders)) AS i FROM base) WHERE 10 * i < days"
    )
    engine.execute("CREATE TABLE ledger_days AS SELECT n::INTEGER AS customer_key, day FROM bought")
    engine.execute(
        "CREATE TABLE ledger_orders AS SELECT order_id, customer_id, day AS ordered_on, 20::DECIMAL(18,4) AS gross, 0::DECIMAL(18,4) AS discount, 0::DECIMAL(18,4) AS shipping_charged FROM bought"
    )
    engine.execute("CREATE TABLE ledger_events (customer_id VARCHAR, happened_on DATE, revenue_effect DECIMAL(18,4))")
    engine.execute("""INSERT INTO sources_order_lines BY NAME SELECT order_id, j AS line_no, 'P' || hash(order_id || j) % 300 AS product_id,
        'Product ' || hash(order_id || j) % 300 AS product_name, 'Category ' || hash(order_id || j) % 12 AS category, 'goods' AS kind, 10 AS amount
        FROM (SELECT order_id, unnest(range(2)) AS j FROM bought)""")
    engine.execute(f"""INSERT INTO sources_surveys BY NAME SELECT 'S' || n AS answer_id, {customer} AS customer_id, DATE '2025-06-01' AS answered_on, 'nps' AS instrument,
        hash(n) % 11 AS score, [{said}][(1 + hash(n + 1) % {len(SENTENCES)})::BIGINT] AS text FROM base WHERE n % 5 = 0""")
    for table in ("base", "bought"):
        engine.execute(f"DROP TABLE {table}")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--customers", type=int, default=3_000)
    parser.add_argument("--without-structure", action="store_true")
    parser.add_argument("--large", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.large:
        large(arguments.large)
    elif arguments.without_structure:
        without_structure(arguments.seeds, arguments.customers)
    else:
        study(arguments.seeds, arguments.customers)
