"""How the figures were made, so that anyone can make them again."""

from lifeworth.answers.gather import Answers
from lifeworth.answers.groups import HOW_SUMMED
from lifeworth.report.card import Card
from lifeworth.report.cards.lists import ONE_PURCHASE
from lifeworth.report.numbers import day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import sentence, set_well


def method_card(answers: Answers, voice: Voice) -> Card:
    """Definitions, model, seed and run, in the order a careful reader asks."""
    facts = answers.facts
    terms = (
        ("Worth", answers.worth.definition),
        (
            "Known on",
            f"Everything before {day(facts.as_of)}; that day and what follows is the future and played no part.",
        ),
        (
            "Range",
            f"{voice.level} ranges: of ten, about {round(facts.interval_level * 10)} should hold what then happens. "
            + (
                "What a customer should bring may lie below their range: it holds the chance, too, that a contract ends."
                if voice.bills
                else "A customer's range often starts at zero, because not coming back is likely."
            ),
        ),
        ("Range of a sum", HOW_SUMMED.removeprefix("Range of a sum: ").replace("the customers'", "The customers'", 1)),
        (
            "Contract runs" if voice.bills else "Still a customer",
            "Whether any contract of theirs runs; of contracts that is known, not guessed."
            if voice.bills
            else f"The chance that a customer has not silently left, given when and how often they bought. {ONE_PURCHASE}",
        ),
        ("Discount", f"{percent(facts.discount)} a year, counted continuously: money later is worth less."),
        ("Basis", set_well(f"{sentence(facts.basis)}. {sentence(facts.basis_reason.rstrip('.'))}.")),
        ("Currency", facts.currency or "The files never said which currency, so amounts stand without a sign."),
        (
            "Made again",
            f"The same files, settings and seed ({facts.seed}) give the same figures: {facts.run_id}, "
            f"lifeworth {facts.lifeworth_version}, {day(facts.created_at.date())}.",
        ),
    )
    return Card(
        key="method",
        title="The same files and seed give the same figures",
        legend=terms,
        points=tuple(f"Note: {set_well(warning.rstrip('.'))}." for warning in _not_said_yet(answers)),
        wide=True,
    )


def _not_said_yet(answers: Answers) -> list[str]:
    """Warnings of the run without those that have a card of their own."""
    fit = answers.fit
    shown = {check.sentence for check in fit.warnings} | {found.sentence for found in fit.left_out}
    return [warning for warning in answers.facts.warnings if warning not in shown]
