"""The method of the served result stays until another has earned its place."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest import Choice, Proof
from lifeworth.backtest.choice import BLEND, FLOOR, MODEL, NO_SIGNAL, insist
from lifeworth.backtest.trials import Trial
from lifeworth.models.scoring import crps
from lifeworth.monitoring.champion import Contender, Decision, compare

Floats = NDArray[np.float64]


def defend(proof: Proof, served: Path | None, seed: int) -> tuple[Choice | None, Decision | None]:
    """The choice to use: the new one, or the served result's kind of method where the new one has not earned its place.

    Nothing is decided on a first run, when the kind is the same, or when the old kind cannot be asked today.
    """
    choice, trials = proof.choice, proof.trials
    if choice is None or trials is None or served is None:
        return choice, None
    before = _served_method(served)
    if before is None or (before["kind"], before["floor"]) == (choice.kind, choice.floor):
        return choice, None
    champion = insist(trials.graded, proof.names, str(before["kind"]), before["floor"])
    tested = [t for t in trials.graded if set(choice.blend.names) <= set(t.expected)]
    if champion is None or not tested:
        return choice, None
    tested = [t for t in tested if _can(champion, t) and _can(choice, t)]
    decision = compare(_contender(champion, tested), _contender(choice, tested), seed)
    return (choice if decision.replace else champion), decision


def _served_method(folder: Path) -> dict[str, Any] | None:
    """Kind and floor of the served result; none when an older version made it, or a run that asked for speed."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    if record.get("fast"):
        return None
    model = record.get("model", {})
    kind = model.get("kind")
    return {"kind": kind, "floor": model.get("floor")} if kind in (BLEND, FLOOR, NO_SIGNAL, MODEL) else None


def _can(choice: Choice, trial: Trial) -> bool:
    return not choice.by_rule or choice.name in trial.floors


def _contender(choice: Choice, trials: list[Trial]) -> Contender:
    came = [t.came.value for t in trials]
    stated = [choice.expect(t)[1] for t in trials]
    losses = crps(stated, came)
    _, who = np.unique(np.concatenate([t.stretch.ids for t in trials]), return_inverse=True)
    flat = np.concatenate(losses)
    per_customer = np.bincount(who, flat) / np.bincount(who)
    return Contender(
        choice.name,
        np.array([loss.mean() for loss in losses]),
        per_customer,
        float(sum(c.sum() for c in came)),
        float(sum(s.sum() for s in stated)),
    )
