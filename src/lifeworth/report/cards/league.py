"""Every method that forecast the same stretch, side by side."""

from math import isfinite

from lifeworth.answers.proof import Contender, Proof, Verdict
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.days import off_by
from lifeworth.report.cards.methods import KINDS, does, quoted
from lifeworth.report.cards.standing import best_at, better_and_worse
from lifeworth.report.numbers import Figure, count, day, decimals, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, set_well, span, too_much_or_little


def league_card(proof: Proof, verdict: Verdict, voice: Voice) -> Card:
    """Ours, each model and each simple rule at the newest past day, with what every column means."""
    rows = proof.newest
    days = len({row.cut for row in proof.league})
    return Card(
        key="league",
        title=_title(proof, verdict),
        caption=side_by_side(proof, voice),
        shown=_table(proof, days, voice) if rows else None,
        empty="" if rows else "The league table is empty.",
        legend=_columns(days) if rows else (),
        details=_methods(rows) if rows else None,
        details_name="What each method does",
        footer=proof.definition,
        wide=True,
        tone="warn" if proof.rival_won else "",
    )


def _title(proof: Proof, verdict: Verdict) -> str:
    if proof.no_signal:
        return f"Nothing did clearly better than “{verdict.winner}”"
    if proof.rival_won:
        return f"“{verdict.winner}” did better than every model, so it is used"
    return best_at(proof.league, verdict.cut) if isfinite(verdict.bias) else "lifeworth beside the simple rules"


def side_by_side(proof: Proof, voice: Voice) -> str:
    """The miss on the total of ours, the purchase model and the closest simple rule, in one sentence."""
    verdict = proof.verdict
    assert verdict is not None
    rows = [row for row in proof.newest if isfinite(row.bias)]
    if not rows or not isfinite(verdict.bias):
        return set_well(verdict.sentence)
    rules = [row for row in rows if row.kind == "floor" and not row.winner]
    said = [row for row in rows if row.kind == "ours" or row.model == "purchase model" or row.winner]
    said += sorted(rules, key=lambda row: abs(row.bias))[:1]
    misses = listed([f"{quoted(row.model)} was {too_much_or_little(row.bias)}" for row in said])
    came = voice.money.fine(verdict.actual_total)
    text = f"On the total of the {span(verdict.horizon_days)} from {day(verdict.cut)} ({came} came), {misses}."
    won, _ = better_and_worse(proof.league, verdict.cut)
    if proof.rival_won and not proof.no_signal and won:
        text += f" On that day lifeworth was closer on {listed(won)}."
    return text


def _table(proof: Proof, days: int, voice: Voice) -> Table:
    verdict = proof.verdict
    assert verdict is not None
    return Table(
        caption=f"Every method on {span(verdict.horizon_days)} from {day(verdict.cut)}",
        columns=(
            Column("Method"),
            Column("Kind", phone=False),
            *numbers("Days ahead", phone=False),
            *numbers("Off by"),
            *(numbers("Off by, middle of its past days", "Past days", phone=False) if days > 1 else ()),
            *numbers("Ranking", "Best tenth"),
            *numbers("Mean miss", "Range held", phone=False),
        ),
        rows=tuple(_row(row, proof, days, voice) for row in proof.newest),
    )


def _row(row: Contender, proof: Proof, days: int, voice: Voice) -> tuple[Cell, ...]:
    usual = proof.usual_miss(row.model)
    return (
        row.model + (" ★ used" if row.winner else ""),
        KINDS.get(row.kind, row.kind),
        count(row.horizon_days),
        off_by(row.bias),
        *(
            (percent(usual / 100) if isfinite(usual) else "–", count(len(proof.over_days(row.model))))
            if days > 1
            else ()
        ),
        decimals(row.gini, 2) if isfinite(row.gini) else "–",
        Figure(percent(row.top_decile / 100), row.top_decile, unit="%") if isfinite(row.top_decile) else "–",
        voice.money.exact(row.mae),
        percent(row.coverage / 100) if isfinite(row.coverage) else "gives none",
    )


def _columns(days: int) -> tuple[tuple[str, str], ...]:
    """A plain word for each column."""
    return (
        ("Days ahead", "How far each forecast looked ahead from its past day."),
        ("Off by", "How far the total of all customers was from what came: + is too much, − too little."),
        *(
            (
                (
                    "Middle of its past days",
                    "The same without its sign, on the middle one of the past days on which the method could be asked: half were closer. Learned methods need a finished stretch first, so theirs are fewer.",
                ),
            )
            if days > 1
            else ()
        ),
        ("Ranking", "Whether those who brought more stood higher (Gini): 1 is the perfect order, 0 is chance."),
        ("Best tenth", "What the tenth ranked highest brought, in percent of what the best possible tenth did."),
        (
            "Mean miss",
            "Average distance per customer. Saying nothing for everybody often does well here: never judge by it alone.",
        ),
        ("Range held", "Customers with something to expect whose range held what came. Only lifeworth gives ranges."),
    )


def _methods(rows: tuple[Contender, ...]) -> Table:
    return Table(
        caption="What each method does",
        columns=(Column("Method"), Column("Kind", phone=False), Column("What it does", "why")),
        rows=tuple((row.model, KINDS.get(row.kind, row.kind), does(row.model)) for row in rows),
    )
