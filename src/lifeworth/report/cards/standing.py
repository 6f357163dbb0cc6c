"""On which measures lifeworth was better than the simple rules, and on which it was not."""

from collections.abc import Callable
from datetime import date
from math import isfinite

from lifeworth.answers.proof import OURS, Contender
from lifeworth.report.words import listed


def _whole(value: float) -> float:
    return float(round(value)) if isfinite(value) else value


# As precise as the table shows them, so that what looks equal there is not called better.
_MEASURES: tuple[tuple[str, Callable[[Contender], float]], ...] = (
    ("the total", lambda row: round(abs(row.bias), 1)),
    ("single customers", lambda row: row.mae),
    ("the ranking", lambda row: -round(row.gini, 2)),
    ("the best tenth", lambda row: -_whole(row.top_decile)),
)
# Saying nothing for everybody has a small miss and is of no use to anyone.
_NO_FORECAST = ("zero",)


def better_and_worse(league: tuple[Contender, ...], cut: date) -> tuple[list[str], dict[str, list[str]]]:
    """The measures lifeworth was best on, and those a simple rule was, by rule."""
    rows = [row for row in league if row.cut == cut and row.kind != "model" and row.model not in _NO_FORECAST]
    won: list[str] = []
    lost: dict[str, list[str]] = {}
    for name, miss in _MEASURES:
        known = {row.model: miss(row) for row in rows if isfinite(miss(row))}
        if OURS not in known or len(known) < 2:
            continue
        best = min(known, key=lambda model: (known[model], model != OURS))
        if best == OURS:
            won.append(name)
        else:
            lost.setdefault(best, []).append(name)
    return won, lost


def best_at(league: tuple[Contender, ...], cut: date) -> str:
    """A title that claims no more than the table shows."""
    won, lost = better_and_worse(league, cut)
    if not won and not lost:
        return "lifeworth beside the simple rules"
    if not lost:
        return f"lifeworth was better than the simple rules on {listed(won)}"
    theirs = "; ".join(f"“{model}” on {listed(names)}" for model, names in lost.items())
    return f"lifeworth was best on {listed(won)}, {theirs}" if won else f"Better than lifeworth: {theirs}"
