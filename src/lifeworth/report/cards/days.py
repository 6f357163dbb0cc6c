"""How far off the total was on each past day."""

from datetime import date
from math import isfinite

from lifeworth.answers.proof import OURS, PURCHASE, Contender, Proof, Verdict
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import SPACE, Figure, count, day, decimals, month, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import span, too_much_or_little

# Percent beyond which a dot is set at the edge: one absurd day must not flatten the others.
_EDGE = 150.0
_BEYOND = 1000.0
_TENTH = 0.05


def days_card(proof: Proof, verdict: Verdict, voice: Voice) -> tuple[Card, ...]:
    """One dot per past day, ours and the purchase model's; none where no total can be compared."""
    ours = proof.over_days(OURS)
    if not ours:
        return ()
    model = {row.cut: row for row in proof.over_days(PURCHASE)}
    return (
        Card(
            key="days",
            title=_title(proof, ours),
            caption=_caption(ours, voice),
            chart=_chart(ours, model, voice),
            chart_label="How far off the total was on each past day: "
            + ", ".join(f"{day(row.cut)} {too_much_or_little(row.bias)}" for row in ours),
            details=_table(ours, model, voice),
            footer=f"Each dot: the total of {span(verdict.horizon_days)} from that day, forecast blind, in percent of what "
            f"came; zero is right. The line through a dot of ours is the {voice.level} range given for the total. "
            "Stretches overlap where the days lie closer than their length.",
        ),
    )


def _title(proof: Proof, ours: tuple[Contender, ...]) -> str:
    usual = percent(proof.usual_miss(OURS) / 100)
    if len(ours) == 1:
        return f"On the one past day that could be asked, the total was {too_much_or_little(ours[0].bias)}"
    said = f"Over {count(len(ours))} past days the total was off by {usual} in the middle"
    plain = proof.usual_miss(PURCHASE)
    return f"{said}; the purchase model alone by {percent(plain / 100)}" if isfinite(plain) else said


def _caption(ours: tuple[Contender, ...], voice: Voice) -> str:
    ranged = [row for row in ours if isfinite(row.predicted.low) and isfinite(row.predicted.high)]
    held = sum(row.predicted.low <= row.actual_total <= row.predicted.high for row in ranged)
    worst = max(ours, key=lambda row: abs(row.bias))
    return f"{_inside(held, len(ranged), len(ours), voice)}Furthest off: {too_much_or_little(worst.bias)}, from {day(worst.cut)} on."


def _inside(held: int, ranged: int, days: int, voice: Voice) -> str:
    """On how many days what came lay inside the range; early days may have had none."""
    if not ranged:
        return ""
    if ranged == 1:
        one = "On the one day that had a range, what came lay" if days > 1 else "What came lay"
        return f"{one} {'inside' if held else 'outside'} our {voice.level} range for the total. "
    some = f"the {count(ranged)} days that had one" if ranged < days else f"{count(ranged)} days"
    return f"What came lay inside our {voice.level} range for the total on {count(held)} of {some}. "


def _chart(ours: tuple[Contender, ...], model: dict[date, Contender], voice: Voice) -> dict[str, object]:
    return {
        "kind": "days",
        "names": [row.cut.isoformat() for row in ours],
        "months": [month(row.cut) for row in ours],
        "ours": [_kept(row.bias) for row in ours],
        "model": [_kept(model[row.cut].bias) if row.cut in model else None for row in ours],
        "ranges": [_ends(row) for row in ours],
        "says": [_says(row, model.get(row.cut)) for row in ours],
        "y": "total off by",
    }


def _kept(bias: float) -> float:
    return round(max(-_EDGE, min(_EDGE, bias)), 2)


def _ends(row: Contender) -> list[float] | None:
    """The range of the total in percent of what came."""
    low, high = row.predicted.low, row.predicted.high
    if not (isfinite(low) and isfinite(high)) or row.actual_total <= 0:
        return None
    return [_kept(100 * (end / row.actual_total - 1)) for end in (low, high)]


def _says(row: Contender, model: Contender | None) -> str:
    beside = f"\npurchase model: {too_much_or_little(model.bias)}" if model else ""
    return f"from {day(row.cut)}\nlifeworth: {too_much_or_little(row.bias)}{beside}"


def _table(ours: tuple[Contender, ...], model: dict[date, Contender], voice: Voice) -> Table:
    return Table(
        caption="How far off the total was on each past day",
        columns=(
            Column("From"),
            *numbers("Happened", "We said"),
            *numbers("Range", phone=False),
            *numbers("Off by"),
            *numbers("Purchase model off by", phone=False),
        ),
        rows=tuple(_row(row, model.get(row.cut), voice) for row in reversed(ours)),
    )


def _row(row: Contender, model: Contender | None, voice: Voice) -> tuple[Cell, ...]:
    money, ranged = voice.money, isfinite(row.predicted.low) and isfinite(row.predicted.high)
    return (
        day(row.cut),
        money.fine(row.actual_total),
        money.fine(row.predicted.mean),
        money.fine_range(row.predicted.low, row.predicted.high) if ranged else "gave none",
        off_by(row.bias),
        off_by(model.bias) if model else "–",
    )


def off_by(bias: float) -> str:
    """A bias for a table cell: +2.3 %, −20.1 %; words where it is beyond sense."""
    if not isfinite(bias):
        return "–"
    words = (
        f"{'+' if bias >= _TENTH else ''}{decimals(bias)}{SPACE}%" if abs(bias) < _BEYOND else too_much_or_little(bias)
    )
    return Figure(words, bias, unit="%")
