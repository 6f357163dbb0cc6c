"""Columns that describe nobody: worth itself, time known, protected columns in disguise, and what other columns say already."""

from collections.abc import Sequence

import numpy as np

from lifeworth.insight.personas.attributes import Attribute, LeftOut, Reading
from lifeworth.insight.personas.auc import tell_apart
from lifeworth.insight.personas.people import People
from lifeworth.insight.personas.ranks import rank_scores, tell
from lifeworth.insight.personas.scores import Scores
from lifeworth.insight.personas.together import follows, tie
from lifeworth.maths.arrays import FloatArray, IntArray

THE_SAME = 0.9
FOLLOWS = 0.95


def thin_out(reading: Reading, people: People, scores: Scores) -> tuple[list[Attribute], list[LeftOut]]:
    """Without columns that are worth itself, tell how long somebody has been known, are protected in disguise, or repeat another."""
    kept: list[Attribute] = []
    out: list[LeftOut] = []
    for attribute in reading.candidates:
        reason = _disguised(attribute, reading.protected) or _is_worth(attribute, people, scores)
        if reason:
            out.append(_leave(attribute, reason))
        else:
            kept.append(attribute)
    return _without_repeats(kept, out), out


def _disguised(attribute: Attribute, protected: Sequence[Attribute]) -> str:
    for hidden in protected:
        found = tell_apart([attribute.codes], hidden.codes, 0.8)
        if found.mean >= THE_SAME:
            return f"it tells {hidden.name}, which is protected, almost surely (area under the curve {found.mean:.2f})"
    return ""


def _is_worth(attribute: Attribute, people: People, scores: Scores) -> str:
    outcomes = [("what customers should bring", people.value, scores.everybody)]
    if scores.has_past:
        outcomes += [
            ("what customers have brought", people.past, scores.everybody),
            ("the number of orders", people.orders, scores.everybody),
        ]
        outcomes += [("how long a customer has been known", people.known_days, scores.everybody)]
    for words, outcome, everybody in outcomes:
        if np.ptp(outcome) == 0:
            continue
        strength = _rank_tie(attribute, outcome, everybody)
        if strength >= THE_SAME:
            return f"it repeats {words} (correlation of ranks {strength:.2f}), so it describes nobody"
    return ""


def _rank_tie(attribute: Attribute, outcome: FloatArray, everybody: IntArray) -> float:
    if attribute.numbers is None:
        return tell(attribute.codes, rank_scores(outcome, everybody), everybody).strength
    known = np.isfinite(attribute.numbers)
    first, second = (rank_scores(each[known], everybody[known]) for each in (attribute.numbers, outcome))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return abs(float(np.corrcoef(first, second)[0, 1]))


def _without_repeats(attributes: list[Attribute], out: list[LeftOut]) -> list[Attribute]:
    """A column that follows from a finer one is kept and the finer one goes; of two that say the same the first is kept."""
    kept = list(attributes)
    for fine in sorted(attributes, key=_fineness, reverse=True):
        coarse = next((each for each in kept if _fineness(each) < _fineness(fine) and _follows(fine, each)), None)
        if coarse is not None:
            kept.remove(fine)
            out.append(_leave(fine, f"{coarse.name} follows from it and says the same more plainly"))
    for second in list(kept):
        first = next(
            (each for each in kept[: kept.index(second)] if tie(each.codes, second.codes).strength >= THE_SAME), None
        )
        if first is not None:
            kept.remove(second)
            out.append(_leave(second, f"it says the same as {first.name}"))
    return kept


def _fineness(attribute: Attribute) -> tuple[int, int]:
    """How many different values a column has; of two with equally many the later one counts as finer."""
    return len(np.unique(attribute.fine)), attribute.place


def _follows(fine: Attribute, coarse: Attribute) -> bool:
    return fine.numbers is None and follows(fine.fine, coarse.codes) >= FOLLOWS


def _leave(attribute: Attribute, reason: str) -> LeftOut:
    return LeftOut(attribute.name, attribute.origin, reason, attribute.known_share, len(attribute.levels))
