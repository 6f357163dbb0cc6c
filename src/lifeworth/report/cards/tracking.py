"""Purchases week by week: what was said and what happened."""

from math import isfinite

from lifeworth.answers.chosen import Correction
from lifeworth.answers.proof import Proof, Verdict, Week
from lifeworth.report.card import Card, Column, Table, numbers
from lifeworth.report.cards.chosen import total_words
from lifeworth.report.numbers import Figure, count, day, month
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, sentence, set_well, span, too_much_or_little

_EXAMPLES = 2


def within(verdict: Verdict) -> bool | None:
    """Whether what happened lay inside the range given for the total; None where no range was given."""
    low, high = verdict.predicted.low, verdict.predicted.high
    if not (isfinite(low) and isfinite(high) and isfinite(verdict.actual_total)):
        return None
    return low <= verdict.actual_total <= high


def tracking_card(proof: Proof, verdict: Verdict, correction: Correction | None, voice: Voice) -> Card:
    """The weekly curve with the stretch the model did not see."""
    inside = f"{count(verdict.weeks_inside)} of {many(verdict.weeks, 'week')} fell inside the {voice.level} range"
    return Card(
        key="tracking",
        title=_title(verdict, inside, voice),
        caption=_caption(proof, verdict, inside, correction, voice),
        chart=_chart(proof) if proof.weeks else None,
        chart_label=f"Repeat purchases a week: predicted as a line with its range, actual as dots. {sentence(inside)}.",
        empty="" if proof.weeks else "There is no weekly curve: too few weeks, or no purchases in them.",
        details=_table(proof) if proof.weeks else None,
        footer="Repeat purchases a week. Dots: what happened. Line and band: predicted by the purchase model. "
        + proof.definition,
    )


def _title(verdict: Verdict, inside: str, voice: Voice) -> str:
    if within(verdict) is False:
        return f"The total fell outside our {voice.level} range"
    if verdict.weeks:
        return sentence(inside)
    return "The total fell inside our range" if within(verdict) else "What we said and what happened"


def _caption(proof: Proof, verdict: Verdict, inside: str, correction: Correction | None, voice: Voice) -> str:
    fitted = f"Fitted on everything before {day(verdict.cut)}, then blind."
    if not isfinite(verdict.bias):
        return f"{fitted} {set_well(verdict.sentence)}"
    said = (
        f"{fitted} Over {span(verdict.horizon_days)} the total was {too_much_or_little(verdict.bias)}: "
        f"{voice.money.fine(verdict.predicted.mean)} predicted"
    )
    if within(verdict) is not None:
        said += f" ({voice.money.fine_range(verdict.predicted.low, verdict.predicted.high)})"
    said += f", {voice.money.fine(verdict.actual_total)} happened ({verdict.measured})."
    said += f" Purchases: {inside}." if verdict.weeks and within(verdict) is False else ""
    return f"{said} {_seasons(proof, correction)}".rstrip()


def _seasons(proof: Proof, correction: Correction | None) -> str:
    """What the weekly curve does not see, where the weeks it was fitted on show it."""
    far = proof.far_above
    if not far:
        return ""
    highest = sorted(far, key=lambda week: week.predicted.mean - week.actual)[:_EXAMPLES]
    such = listed([day(week.start) for week in sorted(highest, key=lambda week: week.start)])
    seen = sum(week.phase == "fit" for week in proof.weeks)
    instead = (
        f" {total_words(correction)} Why: see Method."
        if correction is not None and correction.last_year is not None
        else ""
    )
    return (
        f"This curve knows no season: {count(len(far))} of the {many(seen, 'week')} it was fitted on, such as "
        f"{agree(len(highest), 'that', 'those')} of {such}, {agree(len(far), 'was', 'were')} outside, with more than "
        f"one and a half times the purchases it says.{instead}"
    )


def _chart(proof: Proof) -> dict[str, object]:
    return {
        "kind": "tracking",
        "names": [week.start.isoformat() for week in proof.weeks],
        "months": [month(week.start) for week in proof.weeks],
        "actual": [_or_none(week.actual) for week in proof.weeks],
        "predicted": [_or_none(week.predicted.mean) for week in proof.weeks],
        "low": [_or_none(week.predicted.low) if week.phase == "holdout" else None for week in proof.weeks],
        "high": [_or_none(week.predicted.high) if week.phase == "holdout" else None for week in proof.weeks],
        "cut": next((place for place, week in enumerate(proof.weeks) if week.phase == "holdout"), None),
        "says": [
            f"week of {day(week.start)}\nhappened {count(week.actual)}\npredicted {count(week.predicted.mean)} "
            f"({count(week.predicted.low)} … {count(week.predicted.high)})"
            for week in proof.weeks
        ],
        "y": "repeat purchases a week",
    }


def _or_none(value: float) -> float | None:
    return round(value, 1) if isfinite(value) else None


def _table(proof: Proof) -> Table:
    return Table(
        caption="Repeat purchases a week",
        columns=(
            Column("Week of"),
            *numbers("Happened", "Predicted", "Range"),
            Column("Seen by the model?", phone=False),
        ),
        rows=tuple(
            (
                day(week.start),
                count(week.actual),
                count(week.predicted.mean),
                _range(week),
                "no, blind" if week.phase == "holdout" else "yes",
            )
            for week in reversed(proof.weeks)
        ),
    )


def _range(week: Week) -> str:
    low, high = week.predicted.low, week.predicted.high
    words = f"{count(low)} … {count(high)}"
    return Figure(words, low, high) if isfinite(low) and isfinite(high) else words
