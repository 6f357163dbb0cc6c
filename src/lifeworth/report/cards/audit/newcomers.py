"""How many newcomers are to come, month by month, and how such forecasts did on past days."""

from statistics import median

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.ahead import NewcomersHeld, NewcomersOfMonth
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.audit.words import length_words, span_months
from lifeworth.report.cards.days import off_by
from lifeworth.report.numbers import Figure, count, day, month, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, set_well

YEAR, _DRAWN_AHEAD, _DRAWN_BACK = 12, 24, 48
_METHODS = {
    "model": "the model",
    "same month of last year": "the same month of last year",
    "mean of the last year": "the mean of the last year",
}


def newcomers_to_come_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """One card; where newcomers cannot be forecast it says why."""
    months = found.ahead.newcomers
    ahead = [one for one in months if not one.seen]
    notes = tuple(set_well(note) for note in found.ahead.notes.get("newcomers", ()))
    if not ahead:
        why = notes[0] if notes else "Nothing is known of newcomers."
        return (
            (Card(key="audit-newcomers", title="Customers still to come cannot be forecast", empty=why),)
            if months
            else ()
        )
    return (
        Card(
            key="audit-newcomers",
            title=_title(months, ahead, voice),
            caption=_caption(found, ahead),
            chart=_chart(months),
            chart_label=f"Newcomers a month: seen as dots, expected as a line with its {voice.level} range.",
            points=notes,
            details=_held(found.ahead.newcomers_held, voice) if found.ahead.newcomers_held else None,
            details_name="Every method, blind on past days",
            footer="Newcomers a month of the last four years and the next two. Expected: a level that drifts, with a growth that fades, months of the year and what a month has of its own, "
            "learned from the months seen; drawn to what is usual for shops where they are few. Next: plan stock and service for the "
            "high end, budgets for the low.",
        ),
    )


def _title(months: tuple[NewcomersOfMonth, ...], ahead: list[NewcomersOfMonth], voice: Voice) -> str:
    seen = [one for one in months if one.seen][-YEAR:]
    coming = sum(one.newcomers.mean for one in ahead[:YEAR])
    last = sum(one.newcomers.mean for one in seen)
    against = f", against {count(last)} in the last {length_words(len(seen))}" if len(seen) > 1 else ""
    return f"{many(coming, 'newcomer')} expected in the next twelve months{against}"


def _caption(found: Audit, ahead: list[NewcomersOfMonth]) -> str:
    method = _METHODS.get(ahead[0].method, ahead[0].method)
    held = found.ahead.newcomers_held
    if not held:
        return f"Expected by {method}."
    said = []
    for name, words in _METHODS.items():
        misses = [abs(one.off) for one in held if one.method == name and one.off is not None]
        if misses:
            said.append(f"{words} {percent(median(misses))}")
    days = len({one.since for one in held})
    return f"Expected by {method}. Blind on {many(days, 'past day')}, forecasts of {length_words(held[0].months)} were off in the middle by: {', '.join(said)}."


def _chart(months: tuple[NewcomersOfMonth, ...]) -> dict[str, object]:
    seen = [one for one in months if one.seen][-_DRAWN_BACK:]
    drawn = [*seen, *[one for one in months if not one.seen][:_DRAWN_AHEAD]]
    return {
        "kind": "tracking",
        "names": [one.since.isoformat() for one in drawn],
        "months": [month(one.since) for one in drawn],
        "actual": [one.newcomers.mean if one.seen else None for one in drawn],
        "predicted": [None if one.seen else round(one.newcomers.mean, 2) for one in drawn],
        "low": [None if one.seen else round(one.newcomers.low, 2) for one in drawn],
        "high": [None if one.seen else round(one.newcomers.high, 2) for one in drawn],
        "cut": None,
        "says": [_says(one) for one in drawn],
        "y": "newcomers a month",
    }


def _says(one: NewcomersOfMonth) -> str:
    when = f"month from {day(one.since)}"
    if one.seen:
        other = (
            f" ({count(one.came)} look new)"
            if one.came is not None and abs(one.came - one.newcomers.mean) >= 0.5
            else ""
        )
        return f"{when}\ncame {count(one.newcomers.mean)}{other}"
    return f"{when}\nexpected {count(one.newcomers.mean)} ({count(one.newcomers.low)} … {count(one.newcomers.high)})"


def _held(held: tuple[NewcomersHeld, ...], voice: Voice) -> Table:
    return Table(
        caption="Newcomers said, blind, and come",
        columns=(
            Column("From"),
            Column("Method"),
            *numbers("Said"),
            *numbers(f"{voice.level} range", phone=False),
            *numbers("Came", "Off by"),
        ),
        rows=tuple(_row(one) for one in held),
    )


def _row(one: NewcomersHeld) -> tuple[Cell, ...]:
    has_range = one.said.low == one.said.low
    ends = Figure(f"{count(one.said.low)} … {count(one.said.high)}", one.said.low, one.said.high) if has_range else ""
    return (
        f"{day(one.since)}, {length_words(span_months(one.since, one.until))}",
        f"{one.method}{' (used)' if one.used else ''}",
        count(one.said.mean),
        ends,
        count(one.came),
        off_by(100 * one.off) if one.off is not None else "",
    )
