"""How was this forecast chosen, and how is its total corrected?"""

from dataclasses import dataclass
from datetime import date
from math import exp, isfinite
from typing import Any

from lifeworth.answers.estimate import number
from lifeworth.answers.proof import Proof
from lifeworth.answers.run_facts import RunFacts
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

SITUATIONS = ("new", "one order", "regular", "lapsing")


@dataclass(frozen=True)
class Correction:
    """What the sum of all customers is multiplied by, and why.

    ``last_year`` is how much more (0.44) or less customers brought a year before
    than the purchase model had expected of them, None where the history does not reach back; ``returned`` the share of
    that (in logarithms) which is expected back; ``level`` what remains on every past day, as a share. ``spread`` is
    the relative standard deviation that is left open, ``windows`` how many finished stretches spoke.
    """

    spread: float
    last_year: float | None
    returned: float
    level: float
    windows: int

    @property
    def factor(self) -> float:
        """What the total is multiplied by: the part of last year's ratio that is expected back, times the level."""
        return float((1 + (self.last_year or 0.0)) ** self.returned * (1 + self.level))


@dataclass(frozen=True)
class Chosen:
    """The way this forecast is made.

    ``kind`` is blend, purchase model, floor, no signal or empty where nothing could be compared; ``methods`` are the
    methods in the blend, ``weights`` their shares by situation of the customer, each (situations × methods) row
    adding up to one; ``dropped`` the methods left out and why. ``days`` are all past days that were asked, ``decided``
    those on which every method could be asked, which alone decide; each is followed by ``window_days``; ``horizon_days`` is how far the values look.
    ``succession`` says why the served method stayed or was replaced, None when nothing was decided.
    """

    kind: str
    used: str
    model: str
    reason: str
    methods: tuple[str, ...]
    weights: dict[str, tuple[float, ...]]
    dropped: tuple[tuple[str, str], ...]
    days: tuple[date, ...]
    decided: tuple[date, ...]
    window_days: int
    horizon_days: int
    correction: Correction | None
    succession: str | None = None

    @property
    def shortened(self) -> bool:
        """Whether past stretches were shorter than the horizon, so that a model carries the rest."""
        return bool(self.days) and self.window_days < self.horizon_days

    @property
    def blended(self) -> bool:
        """Whether more than one method has a say."""
        return len(self.methods) > 1


def chosen_forecast(engine: Engine, facts: RunFacts, proof: Proof) -> Chosen:
    """Which methods stand in the forecast with what weight, what was left out, and how the total is corrected."""
    methods, weights = _weights(rows_of(engine, "backtest_weights"))
    verdict = proof.verdict
    dropped = rows_of(engine, "backtest_dropped")
    days = tuple(sorted({row.cut for row in proof.league}))
    return Chosen(
        kind=verdict.kind if verdict else "",
        used=verdict.winner if verdict else "",
        model=facts.model_chosen,
        reason=facts.model_reason,
        methods=methods,
        weights=weights,
        dropped=tuple((str(row["model"]), str(row["reason"])) for row in dropped),
        days=days,
        decided=_decided(proof, days, {*methods, *(str(row["model"]) for row in dropped)}),
        window_days=verdict.horizon_days if verdict else 0,
        horizon_days=facts.horizon_days,
        correction=_correction(rows_of(engine, "backtest_total")),
        succession=facts.succession,
    )


def _weights(rows: list[dict[str, Any]]) -> tuple[tuple[str, ...], dict[str, tuple[float, ...]]]:
    """Methods by their whole weight, and each situation's weights in that order."""
    found = {(str(row["situation"]), str(row["model"])): number(row["weight"]) for row in rows}
    whole: dict[str, float] = {}
    for (_, model), weight in found.items():
        whole[model] = whole.get(model, 0.0) + weight
    methods = tuple(sorted(whole, key=lambda model: (-whole[model], model)))
    places = [*SITUATIONS, *sorted({name for name, _ in found} - set(SITUATIONS))]
    named = {name for name, _ in found}
    return methods, {name: tuple(found.get((name, m), 0.0) for m in methods) for name in places if name in named}


def _decided(proof: Proof, days: tuple[date, ...], methods: set[str]) -> tuple[date, ...]:
    """Days on which every method has a forecast; all days where there is none such."""
    asked: dict[date, set[str]] = {}
    for row in proof.league:
        asked.setdefault(row.cut, set()).add(row.model)
    return tuple(cut for cut in days if methods <= asked[cut]) or days


def _correction(rows: list[dict[str, Any]]) -> Correction | None:
    if not rows:
        return None
    row = rows[-1]
    last_year = number(row["last_year"])
    return Correction(
        spread=number(row["spread"]),
        last_year=exp(last_year) - 1 if isfinite(last_year) else None,
        returned=number(row["returned"]),
        level=exp(number(row["level"])) - 1,
        windows=int(row["windows"] or 0),
    )
