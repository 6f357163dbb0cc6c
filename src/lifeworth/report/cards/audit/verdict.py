"""How healthy is the base? The verdict and its reasons, each from a lens."""

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.lenses import Reason, Verdict
from lifeworth.report.card import Card, Column, Table, numbers
from lifeworth.report.numbers import chance, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, set_well

_SAID = {
    "getting stronger": "The customer base is getting stronger",
    "weakening": "The customer base is weakening",
    "mixed": "The customer base shows mixed signs",
    "steady": "The customer base is steady: nothing has changed beyond chance",
    "too young": "The history is too young to say how healthy the customer base is",
}
_SIGNS = {"good": "better", "bad": "worse", "open": "may\u00a0be\u00a0chance", "fact": ""}
_MOST = 2
# Chance never shows as much "in 0 %" of cases.
_LEAST = 1e-6


def verdict_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """One card: the verdict as title, the reasons in a table."""
    verdict = found.lenses.verdict
    if verdict is None:
        return ()
    return (
        Card(
            key="audit-verdict",
            title=_title(verdict),
            caption=_caption(verdict),
            shown=_table(verdict),
            points=tuple(set_well(note) for note in found.ahead.notes.get("lenses", ())),
            footer=_footer(found),
            wide=True,
            tone="" if found.lenses.adds_up and verdict.sign != "weakening" else "warn",
        ),
    )


def _title(verdict: Verdict) -> str:
    parts = [_SAID[verdict.sign]]
    told = [reason for reason in verdict.reasons if reason.sign in ("good", "bad") and reason.change is not None]
    chosen = sorted(told, key=lambda reason: reason.sign == "good")
    first = [next((r for r in chosen if r.sign == sign), None) for sign in ("good", "bad")]
    named = [reason for reason in first if reason is not None]
    named += [reason for reason in told if reason not in named][: _MOST - len(named)]
    if named:
        parts.append(listed([_change(reason) for reason in named]))
    return ": ".join(parts)


def _change(reason: Reason) -> str:
    change = reason.change or 0.0
    return f"{reason.about} {'up' if change > 0 else 'down'} {percent(abs(change))}"


def _caption(verdict: Verdict) -> str:
    judged = [reason for reason in verdict.reasons if reason.sign != "fact"]
    counts = [(sign, sum(reason.sign == sign for reason in judged)) for sign in ("good", "bad", "open")]
    if not judged:
        return "The facts are below; none can be held against an earlier year yet."
    said = [f"{number} {agree(number, 'says', 'say')} {_SIGNS[sign]}" for sign, number in counts[:2] if number]
    said += [f"{counts[2][1]} may be chance"] if counts[2][1] else []
    return f"Of {many(len(judged), 'sign')} held against chance, {listed(said)}."


def _table(verdict: Verdict) -> Table:
    return Table(
        caption="Reasons for the verdict, each from a lens",
        columns=(
            Column("What"),
            Column("Sign"),
            *numbers("Chance shows as much", phone=False),
            *numbers("Lens", phone=False),
        ),
        rows=tuple(
            (
                set_well(_short(reason)),
                _SIGNS[reason.sign],
                chance(max(reason.chance, _LEAST)) if reason.chance is not None else "",
                str(reason.lens),
            )
            for reason in verdict.reasons
        ),
    )


def _short(reason: Reason) -> str:
    """The sentence without what it says of chance, which has a column of its own."""
    return reason.sentence.split(": chance alone", 1)[0].rstrip(".") + "."


def _footer(found: Audit) -> str:
    sums = (
        "Every lens adds up to the ledger to the last digit."
        if found.lenses.adds_up
        else "WARNING: a lens does not add up to the ledger; see tables/audit_books.csv and do not rely on it."
    )
    return (
        "Lenses: 1 how customers differ, 2 what changed, 3 how one cohort evolves, 4 how cohorts compare, 5 how healthy the base is (Fader, Hardie and "
        f"Ross, The Customer-Base Audit, 2022). A sign counts when the change is at least 2 % and chance alone shows as much in fewer than one in twenty "
        f"cases, the number of signs allowed for. {sums} Next: read the card of the lens whose sign surprises you most."
    ).replace(" %", "\u00a0%")
