"""How this forecast was chosen: the methods in it, what was left out, and how its total is corrected."""

from collections.abc import Iterator

from lifeworth.answers.chosen import Chosen, Correction
from lifeworth.answers.proof import CONTRACT, FLOOR, NO_SIGNAL, PURCHASE
from lifeworth.report.card import Card, Cell, Column, Shade, Table
from lifeworth.report.cards.methods import does, quoted
from lifeworth.report.numbers import count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, sentence, set_well, span

SITUATIONS = {
    "new": "new: known under 60 days",
    "one order": "one order so far",
    "regular": "regular: probably still there (50 % or more)",
    "lapsing": "lapsing: probably gone (less than 50 % there)",
}
_SMALL = 0.005


def chosen_card(chosen: Chosen, voice: Voice) -> Card:
    """The model card: methods and weights, what was dropped, the days that decided, the correction of the total."""
    weighed = chosen.blended and chosen.kind != NO_SIGNAL
    return Card(
        key="chosen",
        title=_title(chosen),
        caption="How this forecast was chosen: by what each method would have said on past days, held against what came.",
        shown=_weights(chosen) if weighed else None,
        legend=tuple(_terms(chosen, voice)),
        details=_methods(chosen) if weighed else None,
        details_name="What each method does",
        footer=_footer(chosen) if weighed else "",
        wide=True,
        tone="warn" if chosen.kind in (NO_SIGNAL, FLOOR) else "",
    )


def _title(chosen: Chosen) -> str:
    match chosen.kind:
        case "no signal":
            return "No signal: everybody is given the mean of customers as old as they"
        case "floor":
            return f"The simple rule “{chosen.used}” says who brings how much"
        case "":
            return "One model, not compared with any other"
        case _ if chosen.blended:
            return f"A blend of {count(len(chosen.methods))} methods, weighed by what they got right before"
        case _:
            return f"{sentence(chosen.methods[0]) if chosen.methods else chosen.model} alone"


def _terms(chosen: Chosen, voice: Voice) -> Iterator[tuple[str, str]]:
    yield "Used", f"{sentence(chosen.model)}: {set_well(chosen.reason.rstrip('.'))}."
    if chosen.days:
        yield "Decided by", _days(chosen)
    if chosen.kind:
        yield "Left out", _left_out(chosen)
    if chosen.succession:
        yield (
            "Stays or changes",
            f"Today another kind of method looked better than the one in use. {sentence(set_well(chosen.succession.rstrip('.')))}.",
        )
    if chosen.shortened:
        yield (
            "Shorter stretches",
            f"The history is too short for past stretches of {span(chosen.horizon_days)}. {sentence(span(chosen.window_days))} "
            f"were tested, and the {_carrier(chosen)} carries the forecast from there to the horizon: that last part is not proved.",
        )
    if chosen.correction is not None:
        yield "Total", correction_words(chosen.correction)
        yield "How wide that stays", _left_open(chosen.correction, voice)


def _carrier(chosen: Chosen) -> str:
    """Who extends a tested stretch to the horizon: contracts where they took the purchase model's place."""
    took = CONTRACT in chosen.methods and PURCHASE not in chosen.methods
    return CONTRACT if took else PURCHASE


def _days(chosen: Chosen) -> str:
    days, after = chosen.decided, f"{span(chosen.window_days)} that had finished"
    fewer = len(days) < len(chosen.days)
    some = f", those of {count(len(chosen.days))} on which every method could be asked" if fewer else ""
    if len(days) == 1:
        return f"One past day, {day(days[0])}, followed by {after}{some.replace('those', 'the one', 1)}."
    return f"{many(len(days), 'past day')} from {day(days[0])} to {day(days[-1])}, each followed by {after}{some}."


def _left_out(chosen: Chosen) -> str:
    if chosen.kind == NO_SIGNAL:
        return f"Every method: none did clearly better than “{chosen.used}”."
    if chosen.dropped:
        return " ".join(f"{sentence(name)}: {set_well(why.rstrip('.'))}." for name, why in chosen.dropped)
    if len(chosen.methods) == 1:
        return "Nothing; the purchase model was the only method asked."
    return "No method; all that were asked have a say."


def correction_words(correction: Correction) -> str:
    """What the total is multiplied by, and what last year has to do with it."""
    return f"{_last_year(correction)} {total_words(correction)}"


def total_words(correction: Correction) -> str:
    """What is done to today's total, in the same words wherever it is said."""
    by = correction.factor - 1
    if abs(by) < _SMALL:
        return "Today’s total is left as it is."
    return f"In all, today’s total is {'raised' if by > 0 else 'lowered'} by {percent(abs(by))}."


def _last_year(correction: Correction) -> str:
    if correction.last_year is None:
        return (
            "The history does not reach back to this season of last year, so no season is known. What the purchase model "
            "usually missed on past days is made up for."
        )
    more = correction.last_year
    if abs(more) < _SMALL:
        return "Last year at this season customers brought what the purchase model, which knows no season, expected."
    side = "more" if more > 0 else "less"
    return (
        f"Last year at this season customers brought {percent(abs(more))} {side} than their usual pace, which is what the "
        f"purchase model knows; {percent(correction.returned)} of that is expected back."
    )


def _left_open(correction: Correction, voice: Voice) -> str:
    return (
        f"About ± {percent(correction.spread)} of the total in two forecasts of three, for all customers at once, after "
        f"{many(correction.windows, 'finished stretch', 'finished stretches')}; the {voice.level} range of the total holds it."
    )


def _weights(chosen: Chosen) -> Table:
    places = list(chosen.weights)
    return Table(
        caption="Weight of each method by situation of the customer",
        columns=(Column("Method"), *(Column(sentence(place), "heat") for place in places)),
        rows=tuple(_row(method, place, chosen) for place, method in enumerate(chosen.methods)),
        heat=True,
    )


def _row(method: str, place: int, chosen: Chosen) -> tuple[Cell, ...]:
    return (sentence(method), *(_shade(weights[place]) for weights in chosen.weights.values()))


def _shade(weight: float) -> Shade:
    return Shade(percent(weight), 0 if weight < _SMALL else min(5, 1 + int(weight * 5)))


def _methods(chosen: Chosen) -> Table:
    return Table(
        caption="What each method in the forecast does",
        columns=(Column("Method"), Column("What it does", "why")),
        rows=tuple((sentence(method), does(method)) for method in chosen.methods),
    )


def _footer(chosen: Chosen) -> str:
    known = [SITUATIONS.get(place, place) for place in chosen.weights]
    said = f"Weights of one situation add up to {percent(1.0)}. {sentence('; '.join(known))}."
    if chosen.kind == FLOOR:
        return f"{said} Money follows {quoted(chosen.used)}; the weights decide the chance and the number of purchases."
    return said
