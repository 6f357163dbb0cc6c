"""Does the model fit this company, and did any column know the future?"""

from lifeworth.answers.fit import Fit
from lifeworth.report.card import Card
from lifeworth.report.numbers import count
from lifeworth.report.words import agree, listed, many, number_word, sentence, set_well


def fit_cards(fit: Fit) -> tuple[Card, ...]:
    """What the model does not know of this company, and the columns left out; nothing where nothing was asked."""
    return (*_checks(fit), *_columns(fit))


def _checks(fit: Fit) -> tuple[Card, ...]:
    if not fit.checks:
        return ()
    warned = fit.warnings
    return (
        Card(
            key="fit",
            title=_title(fit),
            caption="Does the model fit this company? Said only where it is beyond chance and large enough to matter.",
            points=(*(f"{sentence(check.name)}: {set_well(check.sentence)}" for check in warned), *_rest(fit)),
            footer="These are suppositions of the purchase model. What they cost stands in Proof; other methods in the "
            "blend may make up for part of it, and “Total” above says whether today’s total is corrected."
            if warned
            else "",
            wide=True,
        ),
    )


def _title(fit: Fit) -> str:
    warned = len(fit.warnings)
    if warned:
        things = f"{number_word(warned)} {agree(warned, 'thing', 'things')}"
        return f"The purchase model does not know {things} about this company: {listed([w.name for w in fit.warnings])}"
    return (
        "The purchase model fits this company, as far as could be checked"
        if fit.calm
        else "The fit could not be checked"
    )


def _rest(fit: Fit) -> list[str]:
    said = []
    if fit.calm:
        other = "other check" if fit.warnings else "check"
        said.append(f"{many(fit.calm, other)} found nothing.")
    if fit.not_asked:
        had = agree(fit.not_asked, "check", "checks")
        said.append(f"{count(fit.not_asked)} {had} had too little to go on.")
    return said


def _columns(fit: Fit) -> tuple[Card, ...]:
    if not fit.left_out:
        return ()
    names = listed([f"“{found.column}”" for found in fit.left_out])
    return (
        Card(
            key="leaks",
            title=f"{many(len(fit.left_out), 'column')} of your customer list {agree(len(fit.left_out), 'was', 'were')} "
            f"left out: {names}",
            caption=f"{agree(len(fit.left_out), 'It holds', 'They hold')} what only became known later, so a model that reads "
            f"{agree(len(fit.left_out), 'it', 'them')} would look better than it is.",
            points=tuple(set_well(found.sentence) for found in fit.left_out),
            wide=True,
            tone="warn",
        ),
    )
