"""How well did the chance of winning tell later leads apart?"""

from lifeworth.answers.prospects import FifthTold, LeadProof, Prospects
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import SPACE, Figure, chance, count, decimals
from lifeworth.report.voice import Voice
from lifeworth.report.words import number_word, set_well


def lead_proof_cards(found: Prospects, voice: Voice) -> tuple[Card, ...]:
    """The proof of the chance, blind on leads that came later; none where nothing was learned of leads."""
    proof = found.proof
    if proof is None:
        return ()
    return (
        Card(
            key="prospects-proof",
            title=_title(proof),
            caption=set_well(proof.sentence),
            shown=_fifths(found.fifths, voice) if found.fifths else None,
            details=_ways(proof) if proof.judged else None,
            details_name="The source alone beside everything known",
            points=_held(found.fifths, voice),
            footer=(
                f"Finished leads are told in blocks of time, each by what came before it; a lead has had its time after {count(proof.days)}{SPACE}days. Told apart: "
                "of two leads of the same block, one won and one not, how often the won one had the higher chance (area under the curve). Everything known is used only where it is "
                "better beyond chance. Next step: where 50 in 100 is near, ask for more at the first contact; a score cannot know what nobody asked."
            ),
            wide=True,
        ),
    )


def _title(proof: LeadProof) -> str:
    area = proof.area_by_all if proof.by_all else proof.area_by_source
    if not proof.judged or area is None:
        return f"Too few leads to judge the chance: {count(proof.finished)} have had their time"
    by = "everything known" if proof.by_all else "the source alone"
    return f"By {by}, a won lead had the higher chance {count(100 * area.mean)} times in 100"


def _held(fifths: tuple[FifthTold, ...], voice: Voice) -> tuple[str, ...]:
    if not fifths:
        return ()
    held = sum(fifth.holds for fifth in fifths)
    return (
        f"In {number_word(held)} of {number_word(len(fifths))} groups the expected share lies inside what the wins leave open ({voice.level}); about "
        f"{number_word(round(voice.facts.interval_level * len(fifths)))} should, if leads are won as often as before.",
    )


def _fifths(fifths: tuple[FifthTold, ...], voice: Voice) -> Table:
    return Table(
        caption="Leads told blind, in fifths by their chance, against what came",
        columns=(
            Column("Chance"),
            *numbers("Expected", "Came"),
            *numbers(f"{voice.level} range", phone=False),
            *numbers("Leads", "Won", phone=False),
            Column("Holds"),
        ),
        rows=tuple(_fifth(fifth, len(fifths)) for fifth in fifths),
    )


def _fifth(fifth: FifthTold, parts: int) -> tuple[Cell, ...]:
    known = fifth.leads and fifth.won is not None
    return (
        "lowest" if fifth.place == 1 else "highest" if fifth.place == parts else f"group {fifth.place}",
        chance(fifth.expected),
        chance((fifth.won or 0) / (fifth.leads or 1)) if known else "hidden",
        f"{chance(fifth.came[0])} … {chance(fifth.came[1])}" if known else "hidden",
        "hidden" if fifth.leads is None else count(fifth.leads),
        "hidden" if fifth.won is None else count(fifth.won),
        "yes" if fifth.holds else "no",
    )


def _ways(proof: LeadProof) -> Table:
    rows = (
        ("The source alone", proof.area_by_source, proof.loss_by_source, not proof.by_all),
        ("Everything known", proof.area_by_all, proof.loss_by_all, proof.by_all),
    )
    return Table(
        caption="The source alone beside everything known, on the same leads",
        columns=(
            Column("By"),
            *numbers("Told apart"),
            *numbers("from … to", phone=False),
            *numbers("Log loss"),
            Column("Used"),
        ),
        rows=tuple(
            (
                way,
                decimals(100 * area.mean) if area else "",
                Figure(f"{100 * area.low:.1f} … {100 * area.high:.1f}", 100 * area.low, 100 * area.high)
                if area
                else "",
                decimals(loss, 4) if loss is not None else "",
                "yes" if used else "no",
            )
            for way, area, loss, used in rows
        ),
    )
