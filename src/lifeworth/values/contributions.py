"""Why the forecast says what it says of one customer: what each method expects, and what moves the answer, in money.

A customer is held against the average customer of the run. Revenue of method k is a product of effects, so with ℓ its
logarithm taken apart by driver d (trees: Lundberg, Erion, Lee 2018), the difference to another customer b is

    R_i − R_b = Σ_d L(R_i, R_b) (ℓ_id − ℓ_bd),   L(x, y) = (x − y) / (ln x − ln y)

without remainder (logarithmic mean; Ang 2005). The mean over references b that stand for the whole base gives the
difference to the average customer, the weights of the methods add their drivers up, and everything sums to the
published number. A chance is a logistic function of the sum of its parts, money by rank a rising curve of it: they share
the change of logarithm in proportion, which for a function of one sum is the integral of each part's effect along the
straight way from b to i (Aumann and Shapley 1974).

These are parts of the answer, not causes: whoever makes a customer buy again does not gain what stands beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest.candidates import PURCHASE
from lifeworth.models.learned import Expectation, Known, Percentile, Tweedie, TwoStage
from lifeworth.models.learned.window import logit
from lifeworth.store.engine import Engine, one_file
from lifeworth.values.keeping import Column, Facts, Kept, slug

Floats = NDArray[np.float64]

HISTORY, ORDER_SIZE, REST = "order history", "order size", "everything else"
TOLD = 6
NOT_WORTH_TELLING = 0.005
_LEAST = 1e-9
_TOLD_BY = {
    "p_alive": HISTORY,
    "expected_chance": HISTORY,
    "expected_orders": HISTORY,
    "expected_revenue": HISTORY,
    "expected_per_order": ORDER_SIZE,
}


@dataclass(frozen=True)
class Opinion:
    """What one method expects of the customer over the window, at the total all methods are brought to."""

    method: str
    weight: float
    orders: float
    revenue: float


@dataclass(frozen=True)
class Effect:
    """What one thing adds to the expected revenue, against the average customer.

    ``value`` and ``usual`` are the customer's figure and that of the average customer as words; empty for sums of small
    effects.
    """

    name: str
    meaning: str
    value: str
    usual: str
    money: float


@dataclass(frozen=True)
class Making:
    """How a customer's expected revenue over the horizon comes about.

    ``average + Σ effects + correction = revenue``; under a rule (``rule`` not empty) there are no effects and the
    methods were heard but not used.
    """

    kind: str
    rule: str
    situation: str
    window_days: int
    horizon_days: int
    opinions: tuple[Opinion, ...]
    average: float
    effects: tuple[Effect, ...]
    total_factor: float
    correction: float
    revenue: float


@dataclass(frozen=True)
class _Parts:
    """Logarithms of a method's revenue by driver: (n, drivers) on the scale of the odds and of the money.

    ``steep`` (n,) is how fast log(``chance``) rises with the sum of ``odds``, where that is no logistic function.
    """

    revenue: Floats
    chance: Floats
    odds: Floats
    money: Floats
    steep: Floats | None = None


def how_made(engine: Engine, kept: Kept, customer_id: str) -> Making | None:
    """Take one customer's forecast apart; none where the customer is not among those kept."""
    source = f"read_parquet({one_file(kept.features)}, hive_partitioning=false)"
    rows = engine.arrays(
        f"SELECT * FROM {source} WHERE customer_id = ? OR reference_weight > 0 "
        "ORDER BY (customer_id = ?) DESC, customer_id",
        [customer_id, customer_id],
    )
    if len(rows["customer_id"]) == 0 or str(rows["customer_id"][0]) != customer_id:
        return None
    facts, said = kept.facts, _expectations(rows, kept.facts)
    known = _known(rows, facts, said)
    place = str(rows["situation"][0])
    weights = dict(zip(facts.names, facts.weights[place], strict=True))
    blended, carried = float(rows["blended_revenue"][0]), float(rows["carried_revenue"][0])
    ruled = facts.kind in ("floor", "no signal")
    effects = (
        () if ruled else _effects(kept, known, said, weights, np.asarray(rows["reference_weight"]), (blended, carried))
    )
    return Making(
        kind=facts.kind,
        rule=facts.rule if ruled else "",
        situation=place,
        window_days=facts.window_days,
        horizon_days=facts.horizon_days,
        opinions=_opinions(facts, said, weights),
        average=facts.mean_carried,
        effects=effects,
        total_factor=facts.total_factor,
        correction=carried * (facts.total_factor - 1.0),
        revenue=carried * facts.total_factor,
    )


def _expectations(rows: dict[str, Any], facts: Facts) -> dict[str, Expectation]:
    names = dict.fromkeys([PURCHASE, *facts.names])
    return {
        name: Expectation(
            *(np.asarray(rows[f"{slug(name)}_{part}"], float) for part in ("chance", "orders", "revenue"))
        )
        for name in names
    }


def _known(rows: dict[str, Any], facts: Facts, said: dict[str, Expectation]) -> Known:
    count = len(rows["customer_id"])
    matrix = np.empty((count, len(facts.columns)), dtype=np.float32)
    for place, column in enumerate(facts.columns):
        values = np.ma.asarray(rows[f"feature_{column.name}"], dtype=np.float32)
        matrix[:, place] = np.ma.filled(values, np.nan)
    names = tuple(column.name for column in facts.columns)
    return Known(names, matrix, facts.categories, np.asarray(rows["p_alive"], float), said[PURCHASE])


def _opinions(facts: Facts, said: dict[str, Expectation], weights: dict[str, float]) -> tuple[Opinion, ...]:
    found = []
    for name, one in said.items():
        revenue, orders = facts.scales.get(name, (1.0, 1.0))
        found.append(
            Opinion(name, weights.get(name, 0.0), float(one.orders[0]) * orders, float(one.revenue[0]) * revenue)
        )
    return tuple(found)


def _effects(
    kept: Kept,
    known: Known,
    said: dict[str, Expectation],
    weights: dict[str, float],
    stands: Floats,
    own: tuple[float, float],
) -> tuple[Effect, ...]:
    """Effects over the horizon before the total is corrected; they add up to customer − average."""
    facts, (blended, carried) = kept.facts, own
    drivers = (HISTORY, ORDER_SIZE, *known.names)
    models = {model.name: model for model in kept.learned}
    money, mean = np.zeros(len(drivers)), 0.0
    for name in facts.names:
        share = weights[name] * facts.scales[name][0]
        parts = _parts(models.get(name), known, said[name], drivers)
        money += share * against_the_average(
            parts.revenue, parts.chance, parts.odds, parts.money, stands, facts.means[name], parts.steep
        )
        mean += share * facts.means[name]
    pace = carried / blended if blended > 0 else 1.0
    usual_pace = facts.mean_carried / facts.mean_blended if facts.mean_blended > 0 else 1.0
    money *= pace
    money[0] += mean * (pace - usual_pace)
    rest = carried - facts.mean_carried - float(money.sum())
    return _in_words(drivers, money, rest, known, stands, facts)


def against_the_average(
    revenue: Floats,
    chance: Floats,
    odds: Floats,
    money: Floats,
    stands: Floats,
    mean: float,
    steep: Floats | None = None,
) -> Floats:
    """Effects of the first row against references that stand for a base whose mean revenue is known.

    Parameters
    ----------
    revenue, chance : (n,) floats
        Of the customer (first) and the references.
    odds, money : (n, drivers) floats
        Parts of the log odds of coming and of the logarithm of what is brought by those who come.
    stands : (n,) floats
        How many customers each reference stands for.
    mean : float
        Mean revenue of the base, which the references are made to meet.
    steep : (n,) floats, optional
        How fast log(``chance``) rises with the sum of ``odds``, for steps too small to tell; by default that of a
        logistic function.

    Returns
    -------
    (drivers,) floats
        They add up to ``revenue[0] − mean``.
    """
    weight = _tilted(revenue, stands, mean)
    others = np.flatnonzero(weight)
    logs, log_chance = np.log(np.maximum(revenue, _LEAST)), np.log(np.maximum(chance, _LEAST))
    step_odds = odds[0] - odds[others]
    moved = step_odds.sum(axis=1)
    local = 1.0 - chance if steep is None else steep
    slope = np.where(np.abs(moved) > 1e-9, (log_chance[0] - log_chance[others]) / _not_zero(moved), local[others])
    gap = logs[0] - logs[others]
    mean_size = np.where(np.abs(gap) > 1e-9, (revenue[0] - revenue[others]) / _not_zero(gap), revenue[others])
    each = slope[:, None] * step_odds + money[0] - money[others]
    return np.asarray((weight[others] * mean_size) @ each)


def _not_zero(numbers: Floats) -> Floats:
    return np.where(np.abs(numbers) > 1e-9, numbers, 1.0)


def _tilted(revenue: Floats, stands: Floats, mean: float) -> Floats:
    """Weights of the references that sum to one and give the mean revenue of the base exactly."""
    weight = stands / stands.sum()
    found = float(weight @ revenue)
    spread = float(weight @ (revenue - found) ** 2)
    return np.asarray(weight * (1.0 + (mean - found) / spread * (revenue - found)) if spread > 0 else weight)


def _parts(
    model: TwoStage | Tweedie | Percentile | None, known: Known, said: Expectation, drivers: tuple[str, ...]
) -> _Parts:
    odds, money = (np.zeros((len(known), len(drivers))) for _ in range(2))
    per_order = np.log(np.maximum(known.purchase.revenue, _LEAST) / np.maximum(known.purchase.orders, _LEAST))
    logs = np.log(np.maximum(said.revenue, _LEAST))
    if model is None:
        money[:, 1] = per_order
        money[:, 0] = logs - per_order
        return _Parts(said.revenue, np.ones(len(known)), odds, money)
    gather = _gatherer(known, drivers)
    if isinstance(model, Percentile):
        odds += gather(model.contributions(known))
        return _Parts(said.revenue, said.revenue, odds, money, model.revenue_.steepness(model.score(known)))
    if isinstance(model, TwoStage):
        odds += gather(model.chance_.contributions(known.matrix))
        money += gather(model.amount_.contributions(known.matrix))
        chance, anchored = said.chance, model.anchored
        odds[:, 0] += logit(known.purchase.chance) if anchored else 0.0
    else:
        money += gather(model.ratio_.contributions(known.matrix))
        chance, anchored = np.ones(len(known)), True
    left = logs - np.log(np.maximum(chance, _LEAST)) - money.sum(axis=1)
    money[:, 0] += left - per_order if anchored else left
    money[:, 1] += per_order if anchored else 0.0
    return _Parts(said.revenue, chance, odds, money)


def _gatherer(known: Known, drivers: tuple[str, ...]) -> Callable[[Floats], Floats]:
    """Adds up the columns of a model by driver; the base value, the same for all, is left out."""
    places = {name: place for place, name in enumerate(drivers)}
    belongs = np.zeros((len(known.columns), len(drivers)))
    for row, name in enumerate(known.columns):
        belongs[row, places[_TOLD_BY.get(name, name)]] = 1.0

    def gather(contributions: Floats) -> Floats:
        return np.asarray(contributions[:, :-1] @ belongs)

    return gather


def _in_words(
    drivers: tuple[str, ...], money: Floats, rest: float, known: Known, stands: Floats, facts: Facts
) -> tuple[Effect, ...]:
    """The strongest effects first, the small ones as one."""
    strength = np.abs(money)
    size = max(float(strength.max(initial=0.0)), _LEAST)
    order = [int(place) for place in np.argsort(-strength, kind="stable") if strength[place] > NOT_WORTH_TELLING * size]
    told = [place for place in order if place < 2 or place in order[:TOLD]]
    columns = {column.name: column for column in facts.columns}
    found = [
        Effect(drivers[place], *_words(drivers[place], columns, known, stands), float(money[place])) for place in told
    ]
    small = float(money.sum() - money[told].sum()) + rest
    if len(told) == len(drivers) and abs(small) < 0.005:
        return tuple(found)
    return (*found, Effect(REST, f"{len(drivers) - len(told)} smaller effects", "", "", small))


def _words(name: str, columns: dict[str, Column], known: Known, stands: Floats) -> tuple[str, str, str]:
    said = known.purchase
    if name == HISTORY:
        return "orders their history alone suggests", *_figures(said.orders, stands, ".2f")
    if name == ORDER_SIZE:
        return "money per order their history suggests", *_figures(
            said.revenue / np.maximum(said.orders, _LEAST), stands, ",.0f"
        )
    column, values = columns[name], known.features[:, known.names.index(name)].astype(np.float64)
    if column.kind == "category":
        return column.meaning, _level(column, values[0]), ""
    if column.unit == "share":
        return column.meaning, *_figures(100.0 * values, stands, ".0f", " %")
    return column.meaning, *_figures(values, stands, "plain")


def _figures(values: Floats, stands: Floats, shape: str, unit: str = "") -> tuple[str, str]:
    """The customer's figure and that of the average customer."""
    return _figure(values[0], shape, unit), _figure(_average(values, stands), shape, unit)


def _figure(value: float, shape: str, unit: str) -> str:
    if not np.isfinite(value):
        return "not known"
    if shape == "plain":
        whole = abs(value - round(value)) < 5e-4 or abs(value) >= 100
        shape = ",.0f" if whole else ".2f" if abs(value) < 10 else ",.1f"
    return f"{value:{shape}}{unit}"


def _average(values: Floats, stands: Floats) -> float:
    """Mean of the references by the customers they stand for, among those with a figure."""
    there = np.isfinite(values) & (stands > 0)
    return float(np.average(values[there], weights=stands[there])) if there.any() else float("nan")


def _level(column: Column, code: float) -> str:
    if not np.isfinite(code):
        return "not known"
    return column.levels[int(code)] if int(code) < len(column.levels) else "another"
