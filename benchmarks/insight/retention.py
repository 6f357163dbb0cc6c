"""Does retention find what is true in the demo shop, and is the score right where the rhythm is known?

    python benchmarks/insight/retention.py --seeds 5 --customers 3000
    python benchmarks/insight/retention.py --gaps

For every seed of the demo: how well those who have left stand above the others, by the overdue score and by recency alone;
how many past waits passed 0.9; the value that truly stands behind customers who have left, beside its 90 % range; how
many quiet customers were expected to come by themselves and did; what those who come back were said to bring, and truly will; the
effect of the win-back letter, planted and measured; how many were to take offers up in the last window, and did. ``--gaps`` simulates shops of a known regularity instead, and says how
often the share of waits beyond 0.9 lies in its 90 % range around the truth.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from lifeworth.demo import DemoShop, simulate
from lifeworth.insight import experiments, retention, segments
from lifeworth.insight.ground import Frame, create, lay_ground
from lifeworth.insight.retention.rhythm import Days, learn_rhythm
from lifeworth.insight.retention.rhythm.gaps import overdue, share_above_on_a_day
from lifeworth.insight.retention.rhythm.held import hold_against_waits
from lifeworth.insight.retention.rhythm.leaving import chance_there, outlasts
from lifeworth.insight.retention.rhythm.regularity import regularity_of
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.refresh.valuing import frame, value_everybody
from lifeworth.settings import read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import one_file

LEVEL = 0.9


def ready(folder: Path, customers: int, seed: int) -> tuple[DuckDB, Frame, DemoShop]:
    """A demo shop that went through the river and the rooms retention reads."""
    shop = simulate(folder, customers=customers, seed=seed)
    files = tuple(FileRequest(path, kind) for kind, path in shop.files.items())
    request = Request(files, folder / "out", read_settings(shop.config), fast=True, threads=2, seed=seed)
    (folder / "work").mkdir()
    engine, stages = DuckDB(threads=2), Stages(quiet=True)
    known = understand(engine, request, stages, folder / "work")
    found = replace(
        frame(request, value_everybody(engine, request, known, folder / "work", stages), None), interval_level=LEVEL
    )
    lay_ground(engine, found)
    create(engine, *segments.TABLES, *experiments.TABLES, *retention.TABLES)
    for room in (segments, experiments, retention):
        room.build(engine, found)
    return engine, found, shop


TRUTH = """
SELECT c.frequency, c.days_since_last, c.p_alive, c.value_mean, r.overdue, r.state, r.chance_anyway, r.value_if_back,
       r.value_at_risk, t.alive, t.realised_orders, t.true_rate, t.true_leaving, t.true_order_profit
FROM retention_customers r JOIN insight_customers c USING (customer_id)
JOIN read_parquet({truth}) t USING (customer_id) ORDER BY customer_id"""


def auc(score: np.ndarray, positive: np.ndarray) -> float:
    """Chance that one of those who have left stands above one who has not."""
    ranks, count = rankdata(score), int(positive.sum())
    return float((ranks[positive].mean() - (count + 1) / 2) / (len(score) - count))


def planted_lift(shop: DemoShop) -> float:
    """Chance that the win-back letter brings an order more, over everybody drawn into it."""
    campaigns = json.loads(shop.planted.read_text())["experiments"]["campaigns"]
    [letter] = [each for each in campaigns if each["experiment_id"] == "win-back letter"]
    groups = letter["groups"].values()
    return sum(group["lift"] * group["customers"] for group in groups) / letter["customers"]


def study(engine: DuckDB, found: Frame, shop: DemoShop) -> dict[str, float]:
    """One shop's truth beside what the room says."""
    seen = {k: np.ma.filled(v, np.nan) if v.dtype.kind == "f" else np.ma.filled(v, 0) if v.dtype.kind in "biu" else v
            for k, v in engine.arrays(TRUTH.format(truth=one_file(shop.truth))).items()}  # fmt: skip
    left, quiet = ~seen["alive"].astype(bool), seen["chance_anyway"] < 0.5
    quiet &= seen["overdue"] >= 0.5
    came = seen["realised_orders"] > 0
    told = seen["frequency"] > 0
    [[risk, low, high]] = engine.rows(
        "SELECT at_risk_mean, at_risk_low, at_risk_high FROM retention_risk WHERE scheme = 'whole base'"
    )
    behind = float(np.maximum(seen["value_mean"], 0)[left & told].sum())
    more = (1 - seen["true_leaving"]) * -np.expm1(-seen["true_rate"] * seen["true_leaving"] * found.horizon_days)
    back = seen["true_order_profit"] * (1 + more / np.maximum(seen["true_leaving"], 1e-12))
    [[passed, passed_low, passed_high]] = engine.rows(
        "SELECT share_mean, share_low, share_high FROM retention_waits WHERE score = 0.9"
    )
    [[effect, effect_low, effect_high, assumed]] = engine.rows(
        "SELECT figure, low, high, is_assumed FROM retention_grounds WHERE name = 'brings_back'"
    )
    lift = planted_lift(shop)
    [[then, took]] = engine.rows("SELECT sum(expected_then), sum(took_up) FROM retention_offers")
    return {
        "auc_overdue": auc(seen["overdue"], left),
        "auc_recency": auc(seen["days_since_last"], left),
        "auc_overdue_repeat": auc(seen["overdue"][told], left[told]),
        "auc_recency_repeat": auc(seen["days_since_last"][told], left[told]),
        "auc_p_alive_repeat": auc(-seen["p_alive"][told], left[told]),
        "passed": passed, "passed_inside": passed_low <= 0.1 <= passed_high,
        "behind": behind, "at_risk": risk, "low": low, "high": high, "risk_inside": low <= behind <= high,
        "quiet": int(quiet.sum()), "expected": float(seen["chance_anyway"][quiet].sum()), "came": int(came[quiet].sum()),
        "said_back": float(seen["value_if_back"][quiet & came].sum()), "true_back": float(back[quiet & came].sum()),
        "lift": lift, "effect": effect, "lift_inside": not assumed and effect_low <= lift <= effect_high,
        "offers_then": float(then or 0), "offers_took": float(took or 0),
    }  # fmt: skip


def print_shops(seeds: int, customers: int) -> None:
    rows = []
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            engine, found, shop = ready(Path(folder), customers, seed)
            rows.append(study(engine, found, shop))
            engine.close()
        row = rows[-1]
        print(
            f"seed {seed}: AUC {row['auc_overdue']:.3f} (recency {row['auc_recency']:.3f}; repeat buyers "
            f"{row['auc_overdue_repeat']:.3f}, {row['auc_recency_repeat']:.3f}, p_alive {row['auc_p_alive_repeat']:.3f}); "
            f"beyond 0.9 {row['passed']:.3f}; behind the left {row['behind']:,.0f}, said {row['at_risk']:,.0f} "
            f"({row['low']:,.0f} to {row['high']:,.0f}); {row['quiet']} quiet, expected {row['expected']:.1f}, came {row['came']}; "
            f"back: said {row['said_back']:,.0f}, truly {row['true_back']:,.0f}; letter: planted {row['lift']:.3f}, measured "
            f"{row['effect']:.3f}; offers: expected {row['offers_then']:,.0f}, "
            f"took {row['offers_took']:,.0f}",
            flush=True,
        )
    mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    print(
        f"all: AUC {mean['auc_overdue']:.3f} against {mean['auc_recency']:.3f}; beyond 0.9 {mean['passed']:.3f}, 0.1 inside its range "
        f"{mean['passed_inside']:.0%}; value behind the left inside its range {mean['risk_inside']:.0%}; came over expected "
        f"{mean['came'] / mean['expected']:.3f}; truly back over said {mean['true_back'] / mean['said_back']:.3f}; "
        f"letter inside its range {mean['lift_inside']:.0%} (mean {mean['effect']:.3f} of {mean['lift']:.3f}); "
        f"offers took over expected {mean['offers_took'] / max(mean['offers_then'], 1e-9):.3f}"
    )


def simulate_days(customers: int, k: float, seed: int, span: int = 1095) -> tuple[Days, np.ndarray]:
    """Purchase days of customers whose gaps are Gamma(k), and who has left; they leave after repeat purchases only."""
    rng = np.random.default_rng([seed, round(10 * k)])
    rate, leaving = rng.gamma(0.6, 1 / 60, customers), rng.beta(0.7, 2.5, customers)
    now = rng.uniform(0, span, customers)
    who, when, there, left = [np.arange(customers)], [np.floor(now)], np.arange(customers), np.zeros(customers, bool)
    while len(there):
        now[there] += rng.gamma(k, 1, len(there)) / (k * np.maximum(rate[there], 1e-12))
        there = there[now[there] < span]
        who.append(there)
        when.append(np.floor(now[there]))
        goes = rng.random(len(there)) < leaving[there]
        left[there[goes]] = True
        there = there[~goes]
    days = np.unique(np.stack([np.concatenate(who), np.concatenate(when) - span], axis=1), axis=0)
    return Days(days[:, 0].astype(np.int64), days[:, 1], np.ones(len(days))), left


def print_gaps(seeds: int, customers: int) -> None:
    for k in (1.0, 2.0, 3.0):
        inside, shares, stand, areas = 0, [], [], []
        for seed in range(1, seeds + 1):
            days, left = simulate_days(customers, k, seed)
            rhythm = learn_rhythm(days, regularity_of(days))
            [passed] = [p for p in hold_against_waits(days, rhythm, LEVEL) if p.score == 0.9]
            shares.append(passed.share)
            inside += passed.low <= 0.1 <= passed.high
            seen = days.histories()
            score = overdue(rhythm, seen.x, seen.t_x, seen.silence)
            stand.append(float((score[~left & (seen.x > 0)] > 0.9).mean()))
            there = chance_there(rhythm, seen.x, outlasts(rhythm, seen.x, seen.t_x, seen.silence))
            areas.append((auc(score, left), auc(seen.silence, left), auc(-there, left)))
        print(
            f"k = {k:g}: waits beyond 0.9 {np.mean(shares):.4f} (between shops {np.std(shares):.4f}), 0.1 inside its range {inside} of "
            f"{seeds}; on the last day {np.mean(stand):.4f} of repeat buyers still there stand beyond 0.9, should be "
            f"{share_above_on_a_day(k, 0.9):.4f}; AUC overdue, recency, chance of having left {np.round(np.mean(areas, axis=0), 3)}",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--gaps", action="store_true")
    asked = parser.parse_args()
    (print_gaps if asked.gaps else print_shops)(asked.seeds, asked.customers)
