"""Do experiments find what is true, and nothing where nothing is?

    python benchmarks/insight/experiments.py null --experiments 1000
    python benchmarks/insight/experiments.py power --experiments 1000
    python benchmarks/insight/experiments.py whom --experiments 300
    python benchmarks/insight/experiments.py demo --seeds 20 --customers 3000

``null``: experiments without any effect, on profit of which four fifths is zero and the rest skewed, looked at every week and at
the end: how often the fixed range and the always-valid one leave zero outside, how often they hold a planted effect, how much
variance the prediction saves. ``power``: an effect of 5 % planted into experiments of the planned size. ``whom``: how often groups
and rankings are said to differ when they do not, and when they do. ``demo``: the demo's campaigns, truth inside the 90 % range or
not, and how often the campaign that does nothing raises an alarm.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "insight"))

import experiments_shop as shop

from lifeworth.demo import simulate
from lifeworth.insight import experiments
from lifeworth.insight.experiments.design.planning import Wish, plan, read_experience
from lifeworth.insight.experiments.effects.differing import adjust, groupings
from lifeworth.insight.experiments.effects.effect import measure
from lifeworth.insight.experiments.effects.peeking import always_valid
from lifeworth.insight.experiments.reading.blind import Known
from lifeworth.insight.experiments.reading.members import Members
from lifeworth.insight.experiments.uplift.rank import find_uplift
from lifeworth.insight.experiments.uplift.traits import measures
from lifeworth.insight.ground import create, lay_ground
from lifeworth.maths.power import Aim
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.refresh.valuing import frame, value_everybody
from lifeworth.settings import read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

PEOPLE, WEEKS = 100_000, 12
WORLDS = (("light tail, half treated", False, 2_000, 0.5), ("light tail, 70 % treated", False, 3_000, 0.7),
          ("heavy tail, 70 % treated", True, 3_000, 0.7), ("heavy tail, 90 % treated", True, 6_000, 0.9))  # fmt: skip


def band(share: float, of: int) -> str:
    """The exact binomial 99 % band of a share around what is promised."""
    low, high = (stats.binom.ppf(p, of, share) / of for p in (0.005, 0.995))
    return f"{100 * low:.1f} to {100 * high:.1f} %"


def null(experiments_: int, seed: int) -> None:
    """False alarms and coverage, looked at every week and at the end."""
    print(
        f"{experiments_} experiments a world; 5 % band {band(0.05, experiments_)}, 95 % band {band(0.95, experiments_)}"
    )
    for number, (name, heavy, people, share) in enumerate(WORLDS):
        crowd = shop.crowd(PEOPLE, seed + number, heavy=heavy, window=7 * WEEKS)
        weekly = [(crowd.brought(7 * week), crowd.bought(7 * week)) for week in range(1, WEEKS + 1)]
        rng = np.random.default_rng([seed, number])
        seen = [one_null(crowd, weekly, people, share, rng) for _ in range(experiments_)]
        fixed, peeked, valid, saved, held, width = (np.mean([one[part] for one in seen]) for part in range(6))
        zero = np.mean(weekly[-1][0] == 0)
        print(
            f"{name:<26} {people:>6,} customers, {zero:.0%} zero, skewness {stats.skew(weekly[-1][0]):5.1f} | false alarms: at the end {fixed:.1%}, "
            f"any week {peeked:.1%}, always valid any week {valid:.1%} (ranges {width:.2f} times as wide) | planted effect held {held:.1%} | "
            f"variance saved {saved:.1%}",
            flush=True,
        )


def one_null(crowd, weekly, people, share, rng):
    """Fixed alarm at the end, fixed alarm in any week, always-valid alarm in any week, variance saved, a planted effect held."""
    chosen, arm = rng.choice(len(crowd), people, replace=False), shop.lot(rng, people, share)
    first, crossed, peeked, width = None, False, False, 1.0
    for brought, bought in weekly:
        here = replace(shop.watched(crowd, chosen, arm, brought[chosen]), bought=bought[chosen])
        if min(int(here.bought[arm == side].sum()) for side in (0, 1)) < 20:
            continue
        found = measure(here, 1, 1)
        first = first or found.adjusted
        peeked |= found.adjusted.p_value < 0.05
        valid = always_valid(found, people, first, people)
        crossed |= not valid.low <= 0 <= valid.high
        low, high = found.adjusted.range(0.95)
        width = (valid.high - valid.low) / (high - low)
    extra, truth = answers(crowd, chosen, rng)
    planted = measure(shop.watched(crowd, chosen, arm, weekly[-1][0][chosen] + arm * extra), 1, 1)
    low, high = planted.adjusted.range(0.95)
    return found.adjusted.p_value < 0.05, peeked, crossed, found.variance_saved, low <= truth <= high, width


def answers(crowd, chosen, rng, chance=0.05):
    """One more order of each customer's own size, with a chance; and its average over everybody there is."""
    each = crowd.past / (crowd.x + 1)
    return (rng.random(len(chosen)) < chance) * each[chosen], chance * each.mean()


def power(experiments_: int, seed: int) -> None:
    """An effect of 5 % in experiments of the size that was planned on the past."""
    for heavy, days, holdout in ((False, 91, 0.5), (False, 91, 0.2), (False, 182, 0.5), (True, 91, 0.5)):
        crowd = shop.crowd(PEOPLE, seed, heavy=heavy, window=days)
        past = replace(
            crowd, who=crowd.who[crowd.day < 0], day=crowd.day[crowd.day < 0], profit=crowd.profit[crowd.day < 0]
        )
        engine, shop_frame = shop.lay_out(past, np.zeros(len(past), dtype=np.intp), days_ago=0, ended=False)
        engine.execute("DELETE FROM sources_experiments")
        engine.execute("UPDATE insight_customers SET value_mean = 0")
        rank_by_expected(engine, crowd)
        experiments.build(engine, shop_frame)
        planned = plan(
            read_experience(engine, "insight_customers"), Wish(0.05, True, days, Aim(power=0.8, control_share=holdout))
        )
        needed, rng = planned.asked.needed, np.random.default_rng([seed, days, heavy])
        brought, hits, effect = crowd.brought(), 0, []
        for _ in range(experiments_):
            chosen, arm = rng.choice(len(crowd), needed), shop.lot(rng, needed, 1 - holdout)
            found = measure(shop.watched(crowd, chosen, arm, brought[chosen] * (1 + 0.05 * arm)), 1, 1)
            hits += found.adjusted.p_value < 0.05
            effect.append(found.variance_saved)
        print(
            f"{'heavy' if heavy else 'light'} tail, {days} days, {holdout:.0%} held out: planned {needed:,} customers ({planned.needed_unadjusted:,} without the "
            f"prediction; saved {planned.spread.saved:.1%} planned, {np.mean(effect):.1%} found) for power 80 %; "
            f"+5 % found in {hits / experiments_:.1%} of {experiments_} experiments (mean planned {planned.spread.mean:.2f}, came {brought.mean():.2f})",
            flush=True,
        )


def rank_by_expected(engine, crowd) -> None:
    """Give each customer the value that a run would: what is expected of them."""
    ids = np.array([f"C{place:06d}" for place in range(len(crowd))], dtype=object)
    engine.write("value_in", {"customer_id": ids, "value": crowd.expected})
    engine.execute(
        "UPDATE insight_customers c SET value_mean = v.value FROM value_in v WHERE v.customer_id = c.customer_id"
    )
    engine.execute("DROP TABLE value_in")


def whom(experiments_: int, seed: int) -> None:
    """Groups and rankings: false alarms where the effect is nothing or the same for all, and how often a planted difference is found."""
    for number, (name, heavy, people, share) in enumerate(WORLDS):
        crowd = shop.crowd(PEOPLE, seed + number, heavy=heavy)
        groups, figures = parted(crowd, np.random.default_rng(seed)), measures(known_of(crowd), crowd.expected)
        for planted, chance in (("no effect", None), ("the same for all", "all"), ("one-time buyers only", "once")):
            rng = np.random.default_rng([seed, number, len(planted)])
            differs = ranks = tried = 0
            for turn in range(experiments_):
                chosen, arm = rng.choice(len(crowd), people, replace=False), shop.lot(rng, people, share)
                extra = planted_extra(crowd, chosen, chance, rng)
                here = shop.watched(crowd, chosen, arm, crowd.brought()[chosen] + arm * extra)
                texts = {grouping: each.take(chosen) for grouping, each in groups.items()}
                [chances] = adjust([groupings(here, 1, texts, rng)])
                differs += bool((chances < 0.05).any())
                found = find_uplift(here, 1, figures[chosen], texts, turn, 0)
                tried += found is not None
                ranks += found is not None and found.area.p_value < 0.05
            print(
                f"{name:<26} {planted:<22} groups said to differ {differs / experiments_:.1%}, ranking said to hold "
                f"{ranks / max(tried, 1):.1%} of {tried} tried",
                flush=True,
            )


def planted_extra(crowd, chosen, chance, rng):
    """What treatment adds to each: nothing, one euro for everybody, or an order of one-time buyers in ten per cent."""
    if chance is None:
        return 0.0
    if chance == "all":
        return np.ones(len(chosen))
    once = crowd.x[chosen] == 0
    return once * (rng.random(len(chosen)) < 0.2) * (crowd.past / (crowd.x + 1))[chosen]


def parted(crowd, rng) -> dict:
    """Groupings as the room makes them, and one that says nothing."""
    value = np.searchsorted(np.quantile(crowd.expected, [0.4, 0.7, 0.9]), crowd.expected)
    return {
        "value": Members(("marginal", "small", "solid", "core"), value),
        "life cycle": Members.choose(("new", "quiet", "active"), [crowd.T < 90, crowd.T - crowd.recency > 120]),
        "orders before": Members.choose(("one", "two to four", "five or more"), [crowd.x == 0, crowd.x < 4]),
        "channel": Members(("a", "b", "c", "d"), rng.integers(0, 4, len(crowd))),
    }


def known_of(crowd) -> Known:
    """What was known before, as the room holds it."""
    return Known(crowd.x + 1, crowd.recency, crowd.T, crowd.past, crowd.past, np.full(len(crowd), float(crowd.window)))


def demo(seeds: int, customers: int, first: int) -> None:
    """The demo's campaigns against their planted truth."""
    inside, alarms, told, groups = [], [], [], []
    for seed in range(first, first + seeds):
        with tempfile.TemporaryDirectory() as name:
            engine, planted = valued(Path(name), customers, seed)
        rows = {row["experiment_id"]: row for row in engine.records("SELECT * FROM experiments_results")}
        for campaign in planted["experiments"]["campaigns"]:
            row, truth = rows[campaign["experiment_id"]], campaign["net_effect_per_contact"]
            reach = stats.t.ppf(0.95, row["degrees"]) * row["standard_error"]
            low, high = row["difference_mean"] - reach, row["difference_mean"] + reach
            nothing = campaign["effect_per_contact"] == 0
            held = low <= truth <= high
            # Whatever a treatment costs, a treatment that does nothing brings nothing before its cost.
            alarm = (
                nothing
                and not row["difference_low"] + row["cost_each"] <= 0 <= row["difference_high"] + row["cost_each"]
            )
            differ = engine.rows(
                "SELECT DISTINCT grouped_by FROM experiments_groups WHERE differ AND experiment_id = ?",
                [campaign["experiment_id"]],
            )
            (alarms if nothing else inside).append(alarm if nothing else held)
            (groups if nothing else told).append(bool(differ))
            print(
                f"seed {seed:>2} {campaign['experiment_id']:<16} truth {truth:6.2f}, estimate {row['difference_mean']:6.2f}, 90 % range {low:6.2f} to "
                f"{high:6.2f}: {'inside' if held else 'OUTSIDE'}; {row['verdict']}; variance saved {row['variance_saved']:.0%}; differ by {[g for (g,) in differ]}",
                flush=True,
            )
    print(
        f"truth inside the 90 % range: {sum(inside)} of {len(inside)}; false alarms of the card that does nothing: {sum(alarms)} of {len(alarms)}"
    )
    print(
        f"groups said to differ: {sum(told)} of {len(told)} where they do, {sum(groups)} of {len(groups)} where they do not"
    )


def valued(folder: Path, customers: int, seed: int):
    """A demo shop that went through the river up to this room, and what is planted in it."""
    made = simulate(folder, customers=customers, seed=seed)
    files = tuple(FileRequest(path, kind) for kind, path in made.files.items())
    request = Request(
        files, folder / "out", read_settings(made.config), as_of=made.as_of, fast=True, threads=2, seed=seed
    )
    (folder / "work").mkdir()
    engine, stages = DuckDB(threads=2), Stages(quiet=True)
    known = understand(engine, request, stages, folder / "work")
    found = frame(request, value_everybody(engine, request, known, folder / "work", stages), None)
    lay_ground(engine, found)
    create(engine, *experiments.TABLES)
    experiments.build(engine, found)
    return engine, json.loads((folder / "planted.json").read_text())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", choices=("null", "power", "whom", "demo"))
    parser.add_argument("--experiments", type=int, default=1_000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--customers", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.study == "demo":
        demo(asked.seeds, asked.customers, asked.seed)
    else:
        {"null": null, "power": power, "whom": whom}[asked.study](asked.experiments, asked.seed)
