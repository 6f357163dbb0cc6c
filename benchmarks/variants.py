"""Do two more learned models pay? Ranks with monotone calibration in the blend, and learned quantiles as ranges.

Every shop goes through the product's own rooms: books, past days, candidates, choice. Each graded day is forecast blind
with and without the variant, from the windows finished by then, and held against what came. Usage:
``python benchmarks/variants.py [DATA]`` writes ``docs/reference/variants.md`` (about seven minutes of one core).
"""

import argparse
import csv
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from unittest.mock import patch

import numpy as np
from scipy.special import ndtri

import worlds
from lifeworth import backtest, features, ledger, sources
from lifeworth.backtest import candidates, measures, trials
from lifeworth.backtest.choice import Choice, choose
from lifeworth.backtest.floors import floors
from lifeworth.backtest.grading import DRAWN, POINTS, state
from lifeworth.backtest.plan import plan_cuts
from lifeworth.backtest.stretch import read_history
from lifeworth.backtest.trials import Trial, Trials, ratio_day, steadier_family
from lifeworth.demo import simulate
from lifeworth.models.blend import SITUATIONS, situation
from lifeworth.models.calibration import Outlook
from lifeworth.models.forecast import Forecaster
from lifeworth.models.forecast.ranges import shortest_interval
from lifeworth.models.forecast.strata import lattice
from lifeworth.models.learned import Percentile, Quantiles, Tweedie, Window
from lifeworth.models.learned.two_stage import enough
from lifeworth.models.pace import at_pace
from lifeworth.models.scoring import crps, pinball
from lifeworth.settings import Settings, read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "variants.md"
LEVEL, HISTORIES, RESAMPLES, SEED = 0.8, "ledger_histories", 200, 1
SEEDS = (1, 2)
PLACEBO = "Tweedie again"
SIMULATED = (worlds.well_specified, *worlds.WRONG)
Floats = np.ndarray


@dataclass(frozen=True)
class Shop:
    """Files of a shop and the day it is asked on."""

    title: str
    files: tuple[FileRequest, ...]
    as_of: date
    days: int
    settings: Settings


@dataclass
class Clock:
    """Processor seconds spent on the variant."""

    seconds: float = 0.0

    def __call__(self, work: Callable[[], object]) -> object:
        """Do it and count."""
        began = time.process_time()
        done = work()
        self.seconds += time.process_time() - began
        return done


@dataclass(frozen=True)
class Past:
    """The past of a shop as every candidate saw it, and the day it is asked on; ``seconds`` without the variant's ``extra``."""

    trials: Trials
    today: Trial
    seconds: float
    extra: float


@dataclass(frozen=True)
class Mixed:
    """One blind day: customers, what they brought, and what the blend said without the variant, with it, with the placebo."""

    ids: np.ndarray
    came: Floats
    without: Floats
    with_it: Floats
    placebo: Floats
    alone: dict[str, Floats]
    weight: Floats


@dataclass(frozen=True)
class Spread:
    """One blind day's ranges: sorted draws by two methods, of the customers ``ids``; ``expected`` orders the tenths."""

    ids: np.ndarray
    came: Floats
    expected: Floats
    present: Floats
    learned: Floats


def real_shops(data: Path) -> Iterator[Shop]:
    """The public files that are there."""
    for title, name, as_of, days in (
        ("Online Retail II", "online_retail_ii/online_retail_ii.parquet", date(2011, 9, 10), 90),
        ("CDNOW", "cdnow/master.csv", date(1997, 12, 31), 182),
    ):
        if (data / name).exists():
            yield Shop(title, (FileRequest(data / name),), as_of, days, Settings())


def demo_shop(folder: Path, customers: int) -> Shop:
    shop = simulate(folder, customers=customers, seed=SEED)
    files = tuple(FileRequest(path, path.stem) for path in sorted((folder / "data").glob("*.csv")))
    ahead = 180
    return Shop("demo shop", files, shop.as_of - timedelta(ahead), ahead, read_settings(folder / "lifeworth.toml"))


def simulated_shop(make: Callable[..., worlds.World], seed: int, folder: Path) -> Shop:
    """Orders known by the day, and on the day itself one order a customer with all that they then brought."""
    world = make(seed, 3000)
    known, later = world.orders(), world.future_revenue > 0
    after = {
        "order_id": np.array([f"F{number:07d}" for number in np.flatnonzero(later)]),
        "customer_id": world.customer_id[later],
        "date": np.full(int(later.sum()), np.datetime64(world.as_of)),
        "amount": np.round(world.future_revenue[later], 2),
    }
    orders = {name: np.concatenate([known[name], after[name]]) for name in known}
    with (folder / "orders.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(orders)
        writer.writerows(zip(*(orders[name].tolist() for name in orders), strict=True))
    settings = Settings(currency="EUR")
    return Shop(
        f"{world.kind} {seed}",
        (FileRequest(folder / "orders.csv", "orders"),),
        world.as_of,
        world.horizon_days,
        settings,
    )


def look_at_the_past(shop: Shop) -> Past:
    """Books kept, then every past day forecast blind by all candidates and the variant."""
    began, clock, aside, engine = time.process_time(), Clock(), Clock(), DuckDB(threads=1)
    with tempfile.TemporaryDirectory() as scratch:
        sources.load(engine, list(shop.files), shop.settings, as_of=None, scratch=Path(scratch))
    ledger.keep_books(engine, shop.settings)
    books = ledger.close_books(engine, shop.as_of)
    ledger.histories(engine, shop.as_of, HISTORIES)
    history = read_history(engine, HISTORIES)
    forecaster = Forecaster(SEED, 1).fit(history)
    in_profit = books.basis == "profit"
    eyes = backtest.Eyes(ledger.histories, in_profit, forecaster.chosen_, SEED, 1, fast=False, learn=True)
    plan = plan_cuts(books.first_day or shop.as_of, shop.as_of, shop.days)
    assert plan is not None
    if eyes.family == "Pareto/NBD":
        eyes = replace(eyes, family=steadier_family(engine, plan, eyes, len(history)))
    leaks = features.find_leaks(engine, plan.cuts[-1], plan.window_days)
    eyes = replace(eyes, leave_out=frozenset(leak.feature for leak in leaks))

    def all_of_them(windows: list[Window], seed: int, threads: int) -> list[object]:
        usual = [m for m in candidates.learned(windows, seed, threads) if m.name != Percentile.name]
        if not usual:
            return []
        again = aside(lambda: Tweedie(seed + 1, threads).fit(windows))
        again.name = PLACEBO
        return [*usual, clock(lambda: Percentile(seed, threads).fit(windows)), again]

    with patch.object(trials, "learned", all_of_them):
        held = trials.hold_trials(engine, plan, eyes, customers=len(history))
    seconds = time.process_time() - began - clock.seconds - aside.seconds
    now = eyes.looking(None)(engine, plan.as_of, plan.window_days, plan=held.feature_plan)
    rules = floors(now, held.graded[-1].stretch, in_profit)
    today = Trial(now, candidates.expectations(now, held.learned), rules, situation(now.history, now.alive))
    engine.close()
    return Past(held, today, seconds, clock.seconds)


def blind_days(past: Past) -> Iterator[tuple[Trial, list[Trial]]]:
    """Days, the last one included, on which learned models were asked, and had been on a day finished by then."""
    for trial in (*past.trials.graded, past.today):
        finished = [t for t in past.trials.graded if t.stretch.end <= trial.stretch.cut]
        if Percentile.name in trial.expected and any(Percentile.name in t.expected for t in finished):
            yield trial, finished


def usual_names(trial: Trial) -> tuple[str, ...]:
    """The candidates of a run without the variant."""
    return tuple(name for name in trial.expected if name not in (Percentile.name, PLACEBO))


def mix(past: Past) -> tuple[list[Mixed], float, float]:
    """Every blind day by both blends, and the seconds the choices took without the variant and with it."""
    found, plain, more = [], Clock(), Clock()
    for trial, finished in blind_days(past):
        fewer = usual_names(trial)
        names = (*fewer, Percentile.name)
        without = plain(lambda f=finished, n=fewer: choose(f, n))
        with_it = more(lambda f=finished, n=names: choose(f, n))
        assert isinstance(without, Choice) and isinstance(with_it, Choice)
        placebo = choose(finished, (*fewer, PLACEBO))
        said = [state(past.trials, trial, choice, LEVEL).value for choice in (without, with_it, placebo)]
        alone = {name: trial.money(name) for name in names}
        blend = with_it.blend
        weight = np.zeros(len(SITUATIONS))
        if Percentile.name in blend.names:
            weight = blend.weights[:, blend.names.index(Percentile.name)]
        found.append(Mixed(trial.stretch.ids, trial.came.value, *said, alone, weight))
    return found, plain.seconds, more.seconds


def spread_out(past: Past) -> tuple[list[Spread], float]:
    """Ranges of every blind day by finished windows' groups and by learned quantiles, around the same forecast."""
    found, clock = [], Clock()
    for trial, finished in blind_days(past):
        names = usual_names(trial)
        choice = choose(finished, names)
        if choice.ranges is None:
            continue
        windows = [_as_expected(choice, t) for t in finished if set(names) <= set(t.expected)]
        if not enough(windows):
            continue
        outlook = _outlook(past.trials, trial, choice)
        model = clock(lambda w=windows: Quantiles(SEED, 1).fit(w))
        among = np.unique(np.linspace(0, len(outlook) - 1, min(len(outlook), DRAWN)).astype(np.intp))
        strata = lattice(POINTS)
        shock = np.exp(outlook.spread * ndtri(strata.points[2]) - outlook.spread**2 / 2)
        known = replace(trial.stretch.known, purchase=outlook.expected)
        learned = model.predict(known).quantiles(strata.points[0])[among] * shock
        present = outlook.take(among).draws("revenue", strata).astype(np.float64)
        found.append(
            Spread(
                trial.stretch.ids[among],
                trial.came.revenue[among],
                outlook.expected.revenue[among],
                np.sort(present, axis=1),
                np.sort(learned, axis=1),
            )
        )
    return found, clock.seconds


def _as_expected(choice: Choice, trial: Trial) -> Window:
    """A finished window whose expectation is the chosen forecast's, calibrated, at that window's own total."""
    expected, came = choice.expect(trial)[0], trial.came
    orders = came.orders.sum() / max(expected.orders.sum(), 1e-9)
    revenue = max(came.revenue.sum(), 0.0) / max(expected.revenue.sum(), 1e-9)
    paced = at_pace(expected, *np.clip([orders, revenue], 0.1, 10.0))
    assert choice.ranges is not None and trial.stretch.known is not None
    calibrated = choice.ranges.look(paced, paced.revenue, 0.0).expected
    return Window(replace(trial.stretch.known, purchase=calibrated), came.revenue)


def _outlook(past: Trials, trial: Trial, choice: Choice) -> Outlook:
    day = ratio_day(past.plan, trial.stretch.cut)
    total = choice.corrected(past.ratios, day, past.plan.window_days)
    orders = choice.corrected(past.order_ratios, day, past.plan.window_days)
    paced = at_pace(choice.expect(trial)[0], orders.factor, total.factor)
    assert choice.ranges is not None
    return choice.ranges.look(paced, paced.revenue, total.spread)


@dataclass(frozen=True)
class Figure:
    """A number and its standard error."""

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:+.2f} ± {self.error:.2f}"


def resampled(ids: list[np.ndarray], figure: Callable[[list[np.ndarray]], float]) -> Figure:
    """A figure over days and its bootstrap error; a customer drawn is drawn on all of its days.

    ``figure`` is given the positions drawn on each day.
    """
    names, number = np.unique(np.concatenate(ids).astype(str), return_inverse=True)
    days = np.split(number, np.cumsum([len(day) for day in ids])[:-1])
    rng, found = np.random.default_rng(SEED), []
    for _ in range(RESAMPLES):
        times = rng.multinomial(len(names), np.full(len(names), 1.0 / len(names)))
        found.append(figure([np.repeat(np.arange(len(day)), times[day]) for day in days]))
    return Figure(figure([np.arange(len(day)) for day in ids]), float(np.std(found)))


def percent_of(new: list[Floats], old: list[Floats], drawn: list[np.ndarray]) -> float:
    """How much higher a mean loss is than another, in percent."""
    sums = [sum(float(loss[at].sum()) for loss, at in zip(side, drawn, strict=True)) for side in (new, old)]
    return 100.0 * (sums[0] / sums[1] - 1.0)


@dataclass(frozen=True)
class Verdict:
    """What the variant changes in one shop; CRPS in percent, Gini in hundredths, |bias| in points, seconds in percent."""

    title: str
    days: int
    customers: int
    crps: Figure
    placebo: Figure
    gini: Figure
    bias: Figure
    seconds: float
    weight: float
    alone: dict[str, tuple[float, float]]


def judge_blend(shop: Shop, past: Past) -> Verdict:
    mixed, plain, more = mix(past)
    ids, came = [m.ids for m in mixed], [m.came for m in mixed]
    old, new, other = (crps([getattr(m, side) for m in mixed], came) for side in ("without", "with_it", "placebo"))

    def gini(drawn: list[np.ndarray]) -> float:
        pairs = [
            measures.gini(m.came[at], m.with_it[at]) - measures.gini(m.came[at], m.without[at])
            for m, at in zip(mixed, drawn, strict=True)
        ]
        return 100.0 * float(np.mean(pairs))

    def bias(drawn: list[np.ndarray]) -> float:
        pairs = [
            abs(measures.bias_percent(m.came[at], m.with_it[at]))
            - abs(measures.bias_percent(m.came[at], m.without[at]))
            for m, at in zip(mixed, drawn, strict=True)
        ]
        return float(np.mean(pairs))

    alone = {}
    for name in mixed[-1].alone:
        said = [m.alone[name] for m in mixed]
        loss = crps(said, came)
        ranking = float(np.mean([measures.gini(a, p) for a, p in zip(came, said, strict=True)]))
        alone[name] = (percent_of(loss, old, [np.arange(len(i)) for i in ids]), ranking)
    return Verdict(
        f"{shop.title}, {past.trials.plan.window_days} days",
        len(mixed),
        len(ids[-1]),
        resampled(ids, lambda drawn: percent_of(new, old, drawn)),
        resampled(ids, lambda drawn: percent_of(other, old, drawn)),
        resampled(ids, gini),
        resampled(ids, bias),
        100.0 * (past.extra + more - plain) / (past.seconds + plain),
        float(np.mean([m.weight.mean() for m in mixed])),
        alone,
    )


@dataclass(frozen=True)
class RangeVerdict:
    """Learned quantiles against the present ranges in one shop; losses and width in percent, coverage in percent held."""

    title: str
    days: int
    crps: Figure
    upper: Figure
    held: tuple[float, float]
    width: float
    tenths: tuple[float, float]
    worst: tuple[float, float]
    seconds: float


def judge_ranges(shop: Shop, past: Past) -> RangeVerdict | None:
    spreads, seconds = spread_out(past)
    if not spreads:
        return None
    ids = [s.ids for s in spreads]
    sides = ("present", "learned")
    losses = {side: [_loss(getattr(s, side), s.came, None) for s in spreads] for side in sides}
    upper = {side: [_loss(getattr(s, side), s.came, 0.9) for s in spreads] for side in sides}
    held = {side: _held(spreads, side, LEVEL) for side in sides}
    level = _level_that_holds(spreads, held["present"][0])
    width = 100.0 * (_held(spreads, "learned", level)[1] / held["present"][1] - 1.0)
    tenths = {side: _by_tenth(spreads, side) for side in sides}
    return RangeVerdict(
        f"{shop.title}, {past.trials.plan.window_days} days",
        len(spreads),
        resampled(ids, lambda drawn: percent_of(losses["learned"], losses["present"], drawn)),
        resampled(ids, lambda drawn: percent_of(upper["learned"], upper["present"], drawn)),
        (held["present"][0], held["learned"][0]),
        width,
        tuple(float(np.mean(np.abs(tenths[side] - 100 * LEVEL))) for side in sides),
        tuple(float(tenths[side].min()) for side in sides),
        100.0 * seconds / past.seconds,
    )


def _loss(draws: Floats, came: Floats, level: float | None) -> Floats:
    """Pinball loss over 19 levels (CRPS), or at one level."""
    wanted = (np.arange(19) + 0.5) / 19 if level is None else np.array([level])
    return pinball(came, np.quantile(draws, wanted, axis=1).T, wanted)


def _held(spreads: list[Spread], side: str, level: float) -> tuple[float, float]:
    """Percent of customers with something to expect whose range held, and the mean width over all customers."""
    ranges = [shortest_interval(getattr(s, side), level) for s in spreads]
    low, high = (np.concatenate(part) for part in zip(*ranges, strict=True))
    came = np.concatenate([s.came for s in spreads])
    return measures.coverage(came, low, high)[0], float((high - low).mean())


def _level_that_holds(spreads: list[Spread], wanted: float) -> float:
    """The level at which learned ranges hold as often as wanted (bisection)."""
    low, high = 0.4, 0.99
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if _held(spreads, "learned", middle)[0] < wanted else (low, middle)
    return (low + high) / 2


def _by_tenth(spreads: list[Spread], side: str) -> Floats:
    """Percent held by predicted tenth, days together; tenths without an open range left out."""
    tenth = np.concatenate([np.argsort(np.argsort(-s.expected)) * 10 // len(s.expected) for s in spreads])
    ranges = [shortest_interval(getattr(s, side), LEVEL) for s in spreads]
    low, high = (np.concatenate(part) for part in zip(*ranges, strict=True))
    came = np.concatenate([s.came for s in spreads])
    held = np.array([measures.coverage(came[tenth == t], low[tenth == t], high[tenth == t])[0] for t in range(10)])
    return held[np.isfinite(held)]


INTRODUCTION = """# Two more learned models, tried

Written by `python benchmarks/variants.py`. Each shop goes through the product's own rooms (books, past days, candidates, choice); every day on
which the learned models could be judged beforehand is forecast blind, from the stretches finished by then, and held against what came. Online Retail II
is asked up to 2011-09-10, CDNOW up to 1997-12-31 (182 days ahead were wanted; a year of history holds no two of them, so the product takes shorter ones).
Simulated shops come from `benchmarks/worlds.py`, two of each kind, and `lifeworth demo`.
± is one standard error, by drawing customers with all their days anew ({resamples} times). It does not hold what another year or another shop
would change.
"""

RANKS = """## Ranks with monotone calibration

`Percentile`: trees learn each customer's place among all others in a stretch; rising curves turn the score into a chance and into money. The
question is whether the mix of forecasts is better with it than without.

| shop | days | customers | CRPS, % | CRPS, %: placebo | Gini, hundredths | \\|bias\\|, points | weight | seconds, % |
|---|---|---|---|---|---|---|---|---|
"""

ALONE = """
CRPS and bias: below zero, the variant helped. Gini: above zero, it helped. The mix keeps the total of the purchase model, so bias cannot move by much.
The placebo is the Tweedie model fitted once more with another seed: what any fifth voice does to the mix. The weight is what the mix gave the variant,
of 1. Seconds: processor time of reading, proving and choosing, in percent more.

Each method alone on the same days, CRPS in percent above the mix without the variant, and Gini:

| shop | {names} |
|---|{lines}|
"""

RANGES = """
## Learned quantiles as ranges

`Quantiles`: trees for {levels} of a buyer's money relative to what the mix expects, corrected on the last finished stretch. Held against the
ranges a run states now (quantiles of past errors in groups), around the same forecast, the same chance of coming and the same shared doubt about the total.

| shop | days | CRPS, % | pinball at 90 %, % | held: now | held: quantiles | width at equal coverage, % | miss by tenth: now | quantiles | worst tenth: now | quantiles | seconds, % |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""

NOTE = """
CRPS, pinball and width: below zero, quantiles are better. Held: percent of customers with `high` above zero whose 80 % range held. Miss by tenth: mean
distance from 80 % over predicted tenths; worst tenth: percent held there. A tenth counts however few of its customers have an open range, so one or two
customers can decide the worst.
"""


def write_page(page: Path, blends: list[Verdict], ranges: list[RangeVerdict]) -> None:
    """Tables and what follows from them."""
    names = list(dict.fromkeys(name for verdict in blends for name in verdict.alone))
    text = INTRODUCTION.format(resamples=RESAMPLES) + "\n" + RANKS
    for v in blends:
        text += f"| {v.title} | {v.days} | {v.customers:,} | {v.crps} | {v.placebo} | {v.gini} | {v.bias} | {v.weight:.2f} | {v.seconds:+.0f} |\n"
    text += f"| **mean** | | | **{mean([v.crps for v in blends])}** | **{mean([v.placebo for v in blends])}** | **{mean([v.gini for v in blends])}** | **{mean([v.bias for v in blends])}** | | **{np.mean([v.seconds for v in blends]):+.0f}** |\n"
    text += ALONE.format(names=" | ".join(names), lines="|".join("---" for _ in names))
    for v in blends:
        cells = [f"{v.alone[n][0]:+.1f} %, {v.alone[n][1]:.3f}" if n in v.alone else "" for n in names]
        text += f"| {v.title} | {' | '.join(cells)} |\n"
    text += "\n" + ranks_conclusion(blends)
    text += RANGES.format(levels=", ".join(f"{100 * level:g} %" for level in Quantiles().levels))
    for r in ranges:
        text += (
            f"| {r.title} | {r.days} | {r.crps} | {r.upper} | {r.held[0]:.1f} | {r.held[1]:.1f} | {r.width:+.1f} | "
            f"{r.tenths[0]:.1f} | {r.tenths[1]:.1f} | {r.worst[0]:.1f} | {r.worst[1]:.1f} | {r.seconds:+.0f} |\n"
        )
    text += (
        f"| **mean** | | **{mean([r.crps for r in ranges])}** | **{mean([r.upper for r in ranges])}** | | | "
        f"**{np.mean([r.width for r in ranges]):+.1f}** | {np.mean([r.tenths[0] for r in ranges]):.1f} | "
        f"{np.mean([r.tenths[1] for r in ranges]):.1f} | | | |\n"
    )
    page.write_text(text + NOTE + "\n" + ranges_conclusion(ranges), encoding="utf-8")


def mean(figures: list[Figure]) -> Figure:
    """Mean over shops; the error is that of these shops' customers."""
    errors = np.array([f.error for f in figures])
    return Figure(float(np.mean([f.value for f in figures])), float(np.sqrt((errors**2).sum())) / len(errors))


def clearly(figure: Figure) -> bool:
    """Beyond two standard errors."""
    return abs(figure.value) > 2.0 * figure.error


def _named(titles: list[str]) -> str:
    return "; ".join(titles) if titles else "none"


def ranks_conclusion(blends: list[Verdict]) -> str:
    """Whether it becomes a candidate: sharper on average, clearly worse nowhere, less than a quarter slower."""
    sharper = [v.title for v in blends if clearly(v.crps) and v.crps.value < 0]
    duller = [v.title for v in blends if clearly(v.crps) and v.crps.value > 0]
    misranked = [v.title for v in blends if clearly(v.gini) and v.gini.value < 0]
    average, seconds = mean([v.crps for v in blends]), float(np.mean([v.seconds for v in blends]))
    pays = average.value < -2.0 * average.error and not duller and not misranked and seconds < 25.0
    return (
        f"**{'It pays' if pays else 'It does not pay'}.** CRPS over all shops {average} %. Clearly sharper: {_named(sharper)}. "
        f"Clearly less sharp: {_named(duller)}. Clearly worse ranked: {_named(misranked)}. Seconds {seconds:+.0f} %. "
        f"{'It is a candidate.' if pays else 'It is no candidate of a run; it can be imported from `lifeworth.models.learned`.'}\n"
    )


def ranges_conclusion(ranges: list[RangeVerdict]) -> str:
    """Whether quantiles state sharper ranges than groups do."""
    sharper = [r.title for r in ranges if clearly(r.crps) and r.crps.value < 0]
    duller = [r.title for r in ranges if clearly(r.crps) and r.crps.value > 0]
    average, width = mean([r.crps for r in ranges]), float(np.mean([r.width for r in ranges]))
    pays = average.value < -2.0 * average.error and not duller and width < 0
    return (
        f"**{'They pay' if pays else 'They do not pay'}.** CRPS over all shops {average} %. Clearly sharper: {_named(sharper)}. "
        f"Clearly less sharp: {_named(duller)}. Width at equal coverage {width:+.1f} %. "
        f"{'' if pays else 'Ranges stay as they are. '}`Quantiles` can be imported from `lifeworth.models.learned`.\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--only", nargs="*", help="titles of shops; the page is not written")
    given = parser.parse_args()
    blends, ranges = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        makers: list[Callable[[], Shop]] = [lambda s=shop: s for shop in real_shops(given.data)]
        makers.append(lambda: demo_shop(folder / "demo", 4000))
        for seed, make in product(SEEDS, SIMULATED):
            own = folder / f"{make.__name__}-{seed}"
            own.mkdir()
            makers.append(lambda m=make, s=seed, f=own: simulated_shop(m, s, f))
        for make in makers:
            shop = make()
            if given.only and shop.title not in given.only:
                continue
            past = look_at_the_past(shop)
            blends.append(judge_blend(shop, past))
            ranges.append(judge_ranges(shop, past))
            print(blends[-1], ranges[-1], f"{past.seconds:.0f} + {past.extra:.0f} s", sep="\n", flush=True)
    if not given.only:
        write_page(PAGE, blends, [r for r in ranges if r is not None])


if __name__ == "__main__":
    main()
