"""How wrong the method was on past days, and how simple rules did."""

from math import isfinite

from lifeworth.answers.chosen import Chosen, Correction
from lifeworth.answers.proof import OURS, Proof, Verdict
from lifeworth.report.card import Card
from lifeworth.report.cards.bias import bias_card
from lifeworth.report.cards.days import days_card
from lifeworth.report.cards.deciles import deciles_card
from lifeworth.report.cards.held import held_card
from lifeworth.report.cards.league import league_card, side_by_side
from lifeworth.report.cards.steps import steps_card
from lifeworth.report.cards.tracking import tracking_card, within
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import clause, many, set_well, span, too_much_or_little


def proof_cards(proof: Proof, correction: Correction | None, voice: Voice) -> tuple[Card, ...]:
    """The league of methods, the total on each past day, weekly tracking, tenths, how ranges held, steps ahead, groups."""
    verdict = proof.verdict
    if verdict is None:
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
        *days_card(proof, verdict, voice),
        *(() if voice.bills else (tracking_card(proof, verdict, correction, voice),)),
        deciles_card(proof, verdict, voice),
        *held_card(proof, verdict, voice),
        *steps_card(proof, verdict, voice),
        *bias_card(proof, verdict, voice),
        league_card(proof, verdict, voice),
    )


def rival_card(proof: Proof, chosen: Chosen, voice: Voice) -> Card | None:
    """What to say first when a simple rule is used, or when nothing tells customers apart."""
    verdict = proof.verdict
    if not proof.rival_won or verdict is None:
        return None
    if proof.no_signal:
        return Card(
            key="rival",
            title=voice.alike,
            caption=_no_signal(verdict, len(chosen.decided), voice),
            tone="warn",
            wide=True,
        )
    return Card(
        key="rival",
        title=f"Read this first: a simple rule, “{verdict.winner}”, did better than every model here, so it is used",
        caption=f"{side_by_side(proof, voice)} Treat single customers' figures with care, and the total as a rough guide.",
        tone="warn",
        wide=True,
    )


def _no_signal(verdict: Verdict, decided: int, voice: Voice) -> str:
    days = f"On {many(decided, 'past day')}" if decided > 1 else "On the past day that could be asked"
    return (
        f"Read this first. {days} no method told single customers apart better than “{verdict.winner}”. "
        "So everybody is given the mean of customers as old as they, with a wide range. Use the total and its range; do not "
        f"choose customers by the {voice.worth} expected of them. More customers, a longer history or a shorter horizon may "
        "change this."
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
        f"{_inside_or_not(verdict, voice)}.{_over_days(proof)}"
    )


def _over_days(proof: Proof) -> str:
    """The middle of all past days, where there were several."""
    days = len(proof.over_days(OURS))
    if days < 2:
        return ""
    return f" Over {count(days)} such days it was off by {percent(proof.usual_miss(OURS) / 100)} in the middle."


def _inside_or_not(verdict: Verdict, voice: Voice) -> str:
    inside = within(verdict)
    if inside is None:
        return ""
    ranged = voice.money.fine_range(verdict.predicted.low, verdict.predicted.high)
    return f", inside its range of {ranged}" if inside else f", which lay outside its range of {ranged}"
