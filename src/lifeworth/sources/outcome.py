"""What became of a lead: the one place that reads won, lost and open out of what people write."""

from dataclasses import dataclass

from lifeworth.sources.cells import yes_no
from lifeworth.sources.shape import Ask, Rule

YES = (*yes_no.YES, "won", "closed won", "converted")
NO = (*yes_no.NO, "lost", "closed lost", "not converted")

# A stage is named by its company; these words in it leave no doubt.
_LOST = r"\b(lost|disqualified|unqualified|not[ -]?(won|converted))\b"
_WON = r"\b(won|converted)\b"


@dataclass(frozen=True)
class Outcome:
    """SQL of whether a lead was won (NULL while open), of the day it was closed, and the rules of its columns."""

    won: str
    closed_on: str
    rules: tuple[Rule, ...]


def read_outcome(has: frozenset[str], ask: Ask) -> Outcome:
    """A column for it first, then the words of the stage.

    Many systems write "not won" while a lead is open, and the day they hope to close it as its closing day. So "no"
    is a loss only where the lead is closed: as a column or the stage says so, or, where neither ever tells, because a
    closing day is filled; a file without any of them means what it says. The closing day of an open lead is dropped.
    Where nothing but a day of winning is there, a filled one is a lead won on that day.
    """
    if "won_on" in has and not has & {"won", "closed", "closed_on", "stage"}:
        return Outcome("CASE WHEN v_won_on IS NOT NULL THEN true END", "CAST(v_won_on AS DATE)", ())
    lost_stage, won_stage = (_in_stage(has, words) for words in (_LOST, _WON))
    yes, no = (_said(has, "won", words) for words in (YES, NO))
    closed = _closed(has, ask, lost_stage)
    won = (
        f"CASE WHEN {lost_stage} THEN false WHEN {yes} OR ({won_stage} AND NOT {no}) THEN true"
        f" WHEN {no} AND {closed} THEN false END"
    )
    day = "CAST(v_closed_on AS DATE)" if "closed_on" in has else "NULL::DATE"
    silent = not has & {"won", "closed"} and not (ask(f"bool_or({lost_stage} OR {won_stage})") or False)
    finished = "true" if silent else f"({won}) IS NOT NULL OR {_said(has, 'closed', YES)}"
    return Outcome(won, f"CASE WHEN {finished} THEN {day} END", _rules(has))


def _in_stage(has: frozenset[str], words: str) -> str:
    if "stage" not in has:
        return "false"
    if words == _WON:
        return f"(coalesce(regexp_matches(lower(v_stage), '{_WON}'), false) AND NOT {_in_stage(has, _LOST)})"
    return f"coalesce(regexp_matches(lower(v_stage), '{words}'), false)"


def _said(has: frozenset[str], name: str, words: tuple[str, ...]) -> str:
    if name not in has:
        return "false"
    listed = ", ".join(f"'{word}'" for word in words)
    return f"coalesce(lower(v_{name}) IN ({listed}), false)"


def _closed(has: frozenset[str], ask: Ask, lost_stage: str) -> str:
    """SQL: a lead that is not won is no longer open."""
    if "closed" in has:
        return _said(has, "closed", YES)
    if ask(f"bool_or({lost_stage})"):
        return "false"
    return "v_closed_on IS NOT NULL" if "closed_on" in has else "true"


def _rules(has: frozenset[str]) -> tuple[Rule, ...]:
    listed = ", ".join(f"'{word}'" for word in (*YES, *NO))
    return tuple(
        Rule(f"lower(v_{name}) NOT IN ({listed})", "quarantined", f"{words} is neither yes nor no")
        for name, words in (("won", "won"), ("closed", "closed"))
        if name in has
    )
