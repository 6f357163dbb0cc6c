"""Which parameters the data leave open, from the flattest direction of the likelihood."""

from dataclasses import dataclass

import numpy as np

from lifeworth.maths.maximise import Optimum


@dataclass(frozen=True)
class OpenDirection:
    """A direction in log-parameters the data say little about."""

    names: frozenset[str]  # parameters that take part
    spread: float  # standard error along it, in e-folds; infinite when there is no peak


def open_directions(optimum: Optimum, names: tuple[str, ...], above: float) -> list[OpenDirection]:
    """List the directions with a standard error above so many e-folds, the most open first."""
    bends, axes = np.linalg.eigh(-optimum.hessian)
    floor = 1e-10 * max(float(bends[-1]), 1e-10)
    found = []
    for bend, axis in zip(bends, axes.T, strict=True):
        spread = float(1.0 / np.sqrt(bend)) if bend > floor else float("inf")
        part = frozenset(name for name, share in zip(names, np.abs(axis), strict=True) if share > 0.3)
        if spread > above:
            found.append(OpenDirection(part, spread))
    return found


def fallback_words(reasons: list[str]) -> str:
    """Say that the weak prior was needed, and why."""
    reason = "; ".join(dict.fromkeys(reasons)) or "the likelihood has no clear peak"
    return (
        f"{reason[:1].upper()}{reason[1:]}. The data alone do not settle the model, so a weak prior, weighing as "
        "much as a single customer, keeps the estimate finite."
    )
