"""What a run keeps so that its numbers can be taken apart later: the folder ``model`` of a result.

::

    model/
    ├── facts.json          methods, weights, what every total was brought to, what the columns mean
    ├── learned.json        the learned models (``models/learned/saving.py``), where there are any
    └── features.parquet    a row per customer: features, what each method expected, the situation

Up to 100,000 customers all are kept, beyond that those with the highest value. Some 500 more stand for the whole base:
a customer is explained against them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest.candidates import CONTRACT, PURCHASE
from lifeworth.backtest.choice import Choice
from lifeworth.backtest.stretch import expect
from lifeworth.backtest.trials import Trials
from lifeworth.errors import DataError
from lifeworth.features import Plan
from lifeworth.models.blend import SITUATIONS, level, situation
from lifeworth.models.forecast import Forecaster
from lifeworth.models.learned import Expectation, Tweedie, TwoStage
from lifeworth.models.learned.saving import from_json, to_json
from lifeworth.models.sealing import seal, unseal
from lifeworth.store.engine import Engine
from lifeworth.store.publishing import sha256_of

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

FOLDER = "model"
FACTS, LEARNED, FEATURES = "facts.json", "learned.json", "features.parquet"
KIND = "lifeworth forecast facts"
ALONE = "models alone"
MOST = 100_000
REFERENCES, TOP_REFERENCES = 512, 96
FEATURES_NOW = "backtest_features_now"
_KEPT = "values_kept"


@dataclass(frozen=True)
class Behind:
    """What stands behind the forecast of every customer; one entry per customer in every array.

    Attributes
    ----------
    expected : dict of str to Expectation
        What each method expects of the coming window.
    places : (n,) ints
        Situation of each customer, a place in ``SITUATIONS``.
    blended, carried : Expectation
        All methods as one over the window; the same over the horizon, before the total is corrected.
    value : (n,) floats
        Expected money in the run's basis, not discounted.
    total_factor : float
        What the total of revenue is multiplied by.
    """

    window_days: int
    expected: dict[str, Expectation]
    places: Places
    blended: Expectation
    carried: Expectation
    value: Floats
    total_factor: float = 1.0

    @classmethod
    def alone(cls, forecaster: Forecaster, horizon_days: int) -> "Behind":
        """Where nothing could be compared, the purchase model speaks for itself."""
        said = expect(forecaster, horizon_days)
        places = situation(forecaster.history_, forecaster.p_alive())
        return cls(horizon_days, {PURCHASE: said}, places, said, said, said.revenue)


@dataclass(frozen=True)
class Column:
    """A feature as an explanation speaks of it; ``levels`` are the texts of a category by code."""

    name: str
    unit: str
    meaning: str
    kind: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What holds for all customers of a run.

    Attributes
    ----------
    names : tuple of str
        The methods in the blend; ``weights`` by situation in their order.
    means : dict of str to float
        Mean revenue per customer that each method expects of the window.
    scales : dict of str to (revenue, orders)
        What brings each method to the total of the purchase model.
    mean_blended, mean_carried : float
        Mean revenue per customer of the blend over the window, and over the horizon before the total is corrected.
    """

    kind: str
    rule: str
    as_of: str
    window_days: int
    horizon_days: int
    in_profit: bool
    customers: int
    kept: int
    names: tuple[str, ...]
    weights: dict[str, tuple[float, ...]]
    means: dict[str, float]
    scales: dict[str, tuple[float, float]]
    mean_blended: float
    mean_carried: float
    total_factor: float
    columns: tuple[Column, ...]
    features_sha256: str

    @property
    def categories(self) -> tuple[str, ...]:
        """Columns that hold codes."""
        return tuple(column.name for column in self.columns if column.kind == "category")


@dataclass(frozen=True)
class Kept:
    """A ``model`` folder that was read: facts, models, and where the rows are."""

    facts: Facts
    learned: tuple[TwoStage | Tweedie, ...]
    features: Path


def keep(
    engine: Engine,
    folder: Path,
    behind: Behind,
    forecaster: Forecaster,
    *,
    trials: Trials | None,
    choice: Choice | None,
    as_of: date,
    horizon_days: int,
    in_profit: bool,
) -> None:
    """Write the ``model`` folder into a result that is being made.

    Parameters
    ----------
    engine : Engine
        Holds ``ledger_histories``, ``ledger_keys`` and, where learned models were asked, the features of today's
        customers, which are dropped here.
    folder : Path
        Of the result.
    """
    target = folder / FOLDER
    target.mkdir(mode=0o700)
    names = choice.blend.names if choice else (PURCHASE,)
    plan = trials.feature_plan if trials and FEATURES_NOW in engine.tables() else None
    learned = [model for model in trials.learned if model.name in names] if trials and plan else []
    place, weight = _chosen_rows(behind)
    _write_rows(engine, target / FEATURES, behind, forecaster, place, weight, plan)
    columns = _columns(plan)
    facts = _facts(behind, choice, columns, as_of, horizon_days, in_profit, sha256_of(target / FEATURES))
    _write_private(target / FACTS, seal(KIND, asdict(facts)))
    if learned:
        _write_private(target / LEARNED, to_json(learned, categories=facts.categories))


def read_kept(folder: Path) -> Kept | None:
    """The ``model`` folder of a published result; none where the result has none.

    Raises
    ------
    DataError
        A file is damaged or not ours.
    """
    path = folder / FOLDER
    if not (path / FACTS).exists():
        return None
    body = unseal(KIND, _read(path / FACTS), str(path / FACTS))
    try:
        facts = _facts_from(body)
    except (KeyError, TypeError, ValueError) as fault:
        raise DataError(f"{path / FACTS} cannot be read: {fault}. Run `lifeworth run` again.") from fault
    if not (path / FEATURES).exists() or sha256_of(path / FEATURES) != facts.features_sha256:
        raise DataError(f"{path / FEATURES} is missing or not what the run wrote. Run `lifeworth run` again.")
    models = path / LEARNED
    learned = tuple(from_json(_read(models), what=str(models))) if models.exists() else ()
    missing = set(facts.names) - {PURCHASE, CONTRACT} - {model.name for model in learned}
    if missing:
        raise DataError(f"{models} lacks {', '.join(sorted(missing))}. Run `lifeworth run` again.")
    return Kept(facts, learned, path / FEATURES)


def slug(name: str) -> str:
    """The name of a method inside a column name."""
    return "".join(letter if letter.isalnum() else "_" for letter in name.lower())


def _chosen_rows(behind: Behind) -> tuple[Places, Floats]:
    """Positions of the customers kept, ascending, and what each stands for among the references (0: for none)."""
    count = len(behind.value)
    ranked = np.argsort(-behind.carried.revenue, kind="stable")
    stands = np.zeros(count)
    top = ranked[: min(TOP_REFERENCES, count)]
    others = ranked[len(top) :]
    some = others[np.unique(np.linspace(0, len(others) - 1, min(REFERENCES - len(top), len(others))).astype(np.intp))]
    stands[top] = 1.0
    stands[some] = len(others) / max(len(some), 1)
    kept = stands > 0
    kept[np.argsort(-behind.value, kind="stable")[:MOST]] = True
    place = np.flatnonzero(kept)
    return place, stands[place]


def _write_rows(
    engine: Engine,
    path: Path,
    behind: Behind,
    forecaster: Forecaster,
    place: Places,
    weight: Floats,
    plan: Plan | None,
) -> None:
    keys = engine.arrays(
        "SELECT customer_key FROM ledger_keys SEMI JOIN ledger_histories USING (customer_id) ORDER BY customer_key"
    )["customer_key"]
    columns: dict[str, NDArray[Any]] = {
        "customer_key": np.asarray(keys)[place],
        "place": behind.places[place].astype(np.int8),
        "reference_weight": weight,
        "p_alive": forecaster.p_alive()[place],
        "blended_revenue": behind.blended.revenue[place],
        "carried_revenue": behind.carried.revenue[place],
    }
    for name, said in behind.expected.items():
        for part in ("chance", "orders", "revenue"):
            columns[f"{slug(name)}_{part}"] = getattr(said, part)[place]
    engine.write(_KEPT, columns)
    wanted, joined = "", ""
    if plan is not None:
        wanted = "".join(f', f."{feature.name}" AS "feature_{feature.name}"' for feature in plan.features)
        joined = f'JOIN "{FEATURES_NOW}" f USING (customer_key)'
    mine = ", ".join(f'v."{name}"' for name in columns if name not in ("customer_key", "place"))
    situations = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(SITUATIONS))
    engine.to_parquet(
        f"SELECT k.customer_id, CASE v.place {situations} END AS situation, {mine}{wanted} "
        f"FROM {_KEPT} v JOIN ledger_keys k USING (customer_key) {joined} ORDER BY v.customer_key",
        path,
    )
    engine.execute(f"DROP TABLE {_KEPT}")
    engine.execute(f'DROP TABLE IF EXISTS "{FEATURES_NOW}"')


def _columns(plan: Plan | None) -> tuple[Column, ...]:
    if plan is None:
        return ()
    return tuple(Column(f.name, f.unit, f.meaning, f.kind, tuple(plan.levels.get(f.name, ()))) for f in plan.features)


def _facts(
    behind: Behind,
    choice: Choice | None,
    columns: tuple[Column, ...],
    as_of: date,
    horizon_days: int,
    in_profit: bool,
    sha256: str,
) -> Facts:
    names = choice.blend.names if choice else (PURCHASE,)
    weights = choice.blend.weights if choice else np.ones((len(SITUATIONS), 1))
    return Facts(
        kind=choice.kind if choice else ALONE,
        rule=choice.name if choice else "",
        as_of=as_of.isoformat(),
        window_days=behind.window_days,
        horizon_days=horizon_days,
        in_profit=in_profit,
        customers=len(behind.value),
        kept=min(len(behind.value), MOST),
        names=names,
        weights={name: tuple(map(float, row)) for name, row in zip(SITUATIONS, weights, strict=True)},
        means={name: float(behind.expected[name].revenue.mean()) for name in names},
        scales=_scales(behind, names, weights),
        mean_blended=float(behind.blended.revenue.mean()),
        mean_carried=float(behind.carried.revenue.mean()),
        total_factor=float(behind.total_factor),
        columns=columns,
        features_sha256=sha256,
    )


def _scales(behind: Behind, names: Sequence[str], weights: Floats) -> dict[str, tuple[float, float]]:
    """The factors by which a :class:`~lifeworth.models.blend.Blend` brings its methods to one total."""
    levelled = level(behind.expected, tuple(names))
    weight, base = weights[behind.places], behind.expected[PURCHASE]
    found = {name: [1.0, 1.0] for name in names}
    for number, part in enumerate(("revenue", "orders")):
        mixed = sum(float((weight[:, k] * getattr(one, part)).sum()) for k, one in enumerate(levelled))
        to_base = float(getattr(base, part).sum()) / mixed if mixed > 0 else 1.0
        for name, one in zip(names, levelled, strict=True):
            own = float(getattr(behind.expected[name], part).sum())
            found[name][number] = to_base * float(getattr(one, part).sum()) / own if own > 0 else 1.0
    return {name: (factors[0], factors[1]) for name, factors in found.items()}


def _facts_from(body: Mapping[str, Any]) -> Facts:
    given = {name: body[name] for name in Facts.__dataclass_fields__}
    given["names"] = tuple(given["names"])
    given["weights"] = {name: tuple(row) for name, row in given["weights"].items()}
    given["scales"] = {name: (float(pair[0]), float(pair[1])) for name, pair in given["scales"].items()}
    given["columns"] = tuple(Column(**{**column, "levels": tuple(column["levels"])}) for column in given["columns"])
    return Facts(**given)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise DataError(f"{path} cannot be read: {fault}. Run `lifeworth run` again.") from fault


def _write_private(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
