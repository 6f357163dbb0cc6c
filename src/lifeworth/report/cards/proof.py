"""How wrong the method was last time, and how simple rules did."""

from math import isfinite

from lifeworth.answers.proof import OURS, Contender, Proof, Verdict, Week
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.standing import best_at, better_and_worse
from lifeworth.report.numbers import Figure, count, day, decimals, month, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, clause, listed, many, sentence, set_well, span, too_much_or_little

_NO_RANKING = 0.12
_EXAMPLES = 2


def proof_cards(proof: Proof, voice: Voice) -> tuple[Card, ...]:
    """Weekly tracking, tenths of customers, and the league table with two simple rules."""
    if proof.verdict is None:
        return (
            Card(
                key="proof",
                title="This run could not be tested against the past",
                empty=f"No blind test: {clause(proof.absent)}. Believe the figures as far as the model deserves, no further.",
                wide=True,
                tone="warn",
            ),
        )
    return (
        _tracking(proof, proof.verdict, voice),
        _deciles(proof, proof.verdict, voice),
        _league(proof, proof.verdict, voice),
    )


def rival_card(proof: Proof) -> Card | None:
    """What to say first when a simple rule predicted better."""
    if not proof.rival_won or proof.verdict is None:
        return None
    return Card(
        key="rival",
        title=f"Read this first: a simple rule, “{proof.verdict.winner}”, predicted better than lifeworth",
        caption=f"{_side_by_side(proof)} Treat single customers' figures with care, and the total as a rough guide.",
        tone="warn",
        wide=True,
    )


def last_time(proof: Proof, voice: Voice) -> str:
    """How wrong the method was last time, in a sentence, and whether the truth lay inside the range it gave."""
    verdict = proof.verdict
    if verdict is None:
        return f"How wrong the method is could not be tested: {clause(proof.absent)}."
    if not isfinite(verdict.bias):
        return set_well(verdict.sentence)
    said, came = voice.money.fine(verdict.predicted.mean), voice.money.fine(verdict.actual_total)
    return (
        f"Last time, over {span(verdict.horizon_days)} it had not seen, the same method was "
        f"{too_much_or_little(verdict.bias)} on {verdict.measured}: it said {said}, and {came} came"
        f"{_inside_or_not(verdict, voice)}."
    )


def _inside_or_not(verdict: Verdict, voice: Voice) -> str:
    within = _within(verdict)
    if within is None:
        return ""
    ranged = voice.money.fine_range(verdict.predicted.low, verdict.predicted.high)
    return f", inside its range of {ranged}" if within else f", which lay outside its range of {ranged}"


def _within(verdict: Verdict) -> bool | None:
    """Whether what happened lay inside the range given for the total; None where no range was given."""
    low, high = verdict.predicted.low, verdict.predicted.high
    if not (isfinite(low) and isfinite(high) and isfinite(verdict.actual_total)):
        return None
    return low <= verdict.actual_total <= high


def _side_by_side(proof: Proof) -> str:
    """Every method's miss on the total, in one sentence."""
    verdict = proof.verdict
    assert verdict is not None
    rows = [row for row in proof.league if row.cut == verdict.cut]
    if not rows or not isfinite(verdict.bias):
        return set_well(verdict.sentence)
    misses = [f"{_name(row.model)} was {too_much_or_little(row.bias)}" for row in rows]
    said = f"On the total of the {span(verdict.horizon_days)} from {day(verdict.cut)}, {listed(misses)}."
    won, _ = better_and_worse(proof.league, verdict.cut)
    if proof.rival_won and won:
        said += f" lifeworth was closer on {listed(won)}."
    return said


def _name(model: str) -> str:
    return model if model == OURS else f"“{model}”"


def _tracking(proof: Proof, verdict: Verdict, voice: Voice) -> Card:
    inside = f"{count(verdict.weeks_inside)} of {many(verdict.weeks, 'week')} fell inside the {voice.level} range"
    return Card(
        key="tracking",
        title=_tracking_title(verdict, inside, voice),
        caption=_tracking_caption(proof, verdict, inside, voice),
        chart=_tracking_chart(proof, verdict) if proof.weeks else None,
        chart_label=f"Repeat purchases a week: predicted as a line with its range, actual as dots. {sentence(inside)}.",
        empty="" if proof.weeks else "The test stretch is shorter than a week, so there is no weekly curve.",
        details=_tracking_table(proof) if proof.weeks else None,
        footer="Repeat purchases a week. Dots: what happened. Line and band: predicted. " + proof.definition,
    )


def _tracking_title(verdict: Verdict, inside: str, voice: Voice) -> str:
    if _within(verdict) is False:
        return f"The total fell outside our {voice.level} range"
    if verdict.weeks:
        return sentence(inside)
    return "The total fell inside our range" if _within(verdict) else "What we said and what happened"


def _tracking_caption(proof: Proof, verdict: Verdict, inside: str, voice: Voice) -> str:
    fitted = f"Fitted on everything before {day(verdict.cut)}, then blind."
    if not isfinite(verdict.bias):
        return f"{fitted} {set_well(verdict.sentence)}"
    said = (
        f"{fitted} Over {span(verdict.horizon_days)} the total was {too_much_or_little(verdict.bias)}: "
        f"{voice.money.fine(verdict.predicted.mean)} predicted "
        f"({voice.money.fine_range(verdict.predicted.low, verdict.predicted.high)}), "
        f"{voice.money.fine(verdict.actual_total)} happened ({verdict.measured})."
    )
    said += f" Purchases: {inside}." if verdict.weeks and _within(verdict) is False else ""
    return f"{said} {_seasons(proof)}".rstrip()


def _seasons(proof: Proof) -> str:
    """What the model does not see, where the weeks it was fitted on show it."""
    far = proof.far_above
    if not far:
        return ""
    highest = sorted(far, key=lambda week: week.predicted.mean - week.actual)[:_EXAMPLES]
    such = listed([day(week.start) for week in sorted(highest, key=lambda week: week.start)])
    seen = sum(week.phase == "fit" for week in proof.weeks)
    return (
        f"Seasons are not part of this model yet: {count(len(far))} of the {many(seen, 'week')} it was fitted on, such as "
        f"{agree(len(highest), 'that', 'those')} of {such}, {agree(len(far), 'was', 'were')} outside, with more than "
        "one and a half times the purchases it says."
    )


def _tracking_chart(proof: Proof, verdict: Verdict) -> dict[str, object]:
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


def _tracking_table(proof: Proof) -> Table:
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
                _weekly_range(week),
                "no, blind" if week.phase == "holdout" else "yes",
            )
            for week in reversed(proof.weeks)
        ),
    )


def _weekly_range(week: Week) -> str:
    low, high = week.predicted.low, week.predicted.high
    words = f"{count(low)} … {count(high)}"
    return Figure(words, low, high) if isfinite(low) and isfinite(high) else words


def _deciles(proof: Proof, verdict: Verdict, voice: Voice) -> Card:
    if not any(decile.predicted_total or decile.actual_total for decile in proof.deciles):
        few = (
            "There were too few customers to make tenths." if not proof.deciles else "No money came, and none was said."
        )
        return Card(key="deciles", title="Ranking could not be tested", empty=few)
    return Card(
        key="deciles",
        title=_deciles_title(proof),
        caption=f"Customers in tenths by what was predicted. Bar: predicted; dot: happened ({verdict.measured}).",
        chart=_deciles_chart(proof, voice),
        chart_label="Predicted and actual money per customer by tenth: "
        + ", ".join(
            f"{d.decile}: {voice.money.about(d.predicted_mean)} and {voice.money.about(d.actual_mean)}"
            for d in proof.deciles
        ),
        details=_deciles_table(proof, voice),
        footer=f"{sentence(verdict.measured)} per customer over {span(verdict.horizon_days)} from {day(verdict.cut)}. "
        + _held(verdict, voice),
    )


def _deciles_title(proof: Proof) -> str:
    total = sum(decile.actual_total for decile in proof.deciles)
    if not proof.deciles or total <= 0:
        return "Ranking could not be tested"
    top = proof.deciles[0].actual_total / total
    if top <= _NO_RANKING:
        return f"The ranking did not work: the tenth ranked highest brought {percent(top)} of what came"
    return f"The tenth ranked highest brought {percent(top)} of what came"


def _held(verdict: Verdict, voice: Voice) -> str:
    """How often single customers' ranges held, with and without something to expect."""
    parts = []
    if isfinite(verdict.coverage):
        parts.append(f"{percent(verdict.coverage / 100)} of customers with something to expect")
    if isfinite(verdict.coverage_zero):
        parts.append(f"{percent(verdict.coverage_zero / 100)} of those with nothing to expect")
    if not parts:
        return ""
    promised = f"({voice.level} was promised; checked on {many(verdict.sample, 'customer')})"
    return f"Ranges held for {listed(parts)} {promised}."


def _deciles_chart(proof: Proof, voice: Voice) -> dict[str, object]:
    return {
        "kind": "deciles",
        "names": [str(decile.decile) for decile in proof.deciles],
        "predicted": [round(decile.predicted_mean, 2) for decile in proof.deciles],
        "actual": [round(decile.actual_mean, 2) for decile in proof.deciles],
        "says": [
            f"tenth {d.decile}, {count(d.customers)} customers\npredicted {voice.money.about(d.predicted_mean)} each\n"
            f"happened {voice.money.about(d.actual_mean)} each"
            for d in proof.deciles
        ],
        "x": "tenths of customers, 1 = predicted to bring most",
        "y": "per customer",
    }


def _deciles_table(proof: Proof, voice: Voice) -> Table:
    return Table(
        caption="Predicted and actual money by tenth of customers",
        columns=(
            Column("Tenth"),
            *numbers("Customers", "Predicted each", "Happened each"),
            *numbers("Predicted in all", "Happened in all", phone=False),
        ),
        rows=tuple(
            (
                str(d.decile),
                count(d.customers),
                voice.money.exact(d.predicted_mean),
                voice.money.exact(d.actual_mean),
                voice.money.exact(d.predicted_total),
                voice.money.exact(d.actual_total),
            )
            for d in proof.deciles
        ),
    )


def _league(proof: Proof, verdict: Verdict, voice: Voice) -> Card:
    title = f"“{verdict.winner}” did better than lifeworth"
    if not proof.rival_won:
        known = isfinite(verdict.bias)
        title = best_at(proof.league, verdict.cut) if known else "lifeworth beside the simple rules"
    several = len({contender.cut for contender in proof.league}) > 1
    return Card(
        key="league",
        title=title,
        caption=_side_by_side(proof),
        shown=Table(
            caption="League table of the blind test",
            columns=(
                Column("Method"),
                *((Column("Cut", phone=False),) if several else ()),
                *numbers("Predicted"),
                *numbers("Range", phone=False),
                *numbers("Happened", "Off by"),
                *numbers("Mean miss each", "Ranking (Gini)", "Range held", phone=False),
            ),
            rows=tuple(_league_row(contender, several, voice) for contender in proof.league),
        ),
        empty="" if proof.league else "The league table is empty.",
        footer="Off by: the total, above zero is too much. Mean miss: average distance per customer. Ranking: 1 would "
        "put every customer in the right order, 0 is chance. " + proof.definition,
        wide=True,
        tone="warn" if proof.rival_won else "",
    )


def _league_row(contender: Contender, several: bool, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    ranged = isfinite(contender.predicted.low) and isfinite(contender.predicted.high)
    return (
        contender.model + (" ★ best" if contender.winner else ""),
        *((day(contender.cut),) if several else ()),
        money.exact(contender.predicted.mean),
        money.fine_range(contender.predicted.low, contender.predicted.high) if ranged else "gives none",
        money.exact(contender.actual_total),
        Figure(too_much_or_little(contender.bias), contender.bias, unit="%") if isfinite(contender.bias) else "–",
        money.about(contender.mae),
        decimals(contender.gini, 2) if isfinite(contender.gini) else "–",
        percent(contender.coverage / 100) if isfinite(contender.coverage) else "",
    )
