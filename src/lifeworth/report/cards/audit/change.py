"""Lens 2: what changed between the two spans, by who was active and by what money is made of; who climbed and who fell."""

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.lenses import AFTER, BEFORE, BY_WHO, FACTORS, FACTORS_KEPT, TOTAL, Move, Part, Span
from lifeworth.report.card import Card, Cell, Column, Shade, Table, numbers
from lifeworth.report.cards.audit.words import length_words, span_months
from lifeworth.report.numbers import count, decimals, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, sentence

KEPT, LOST, NEW, BACK = "active in both", "only before", "new", "back"
_SHORT = {
    KEPT: "Active in both",
    LOST: "Stopped ordering",
    NEW: "New",
    BACK: "Came back",
    "in neither": "No order in either",
    "small groups together": "Small groups together",
}
_ORDER = (LOST, KEPT, BACK, NEW)
_PARTS = {10: "tenth", 5: "fifth", 2: "half"}


def change_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """The bridge from one span to the next, and the moves between parts; none where there are not two spans."""
    spans = found.lenses.spans
    if BEFORE not in spans or not found.lenses.change.get(BY_WHO):
        return ()
    return (_bridge(found, spans[BEFORE], spans[AFTER], voice), *_moves(found, voice))


def _bridge(found: Audit, before: Span, after: Span, voice: Voice) -> Card:
    parts = sorted(found.lenses.change[BY_WHO], key=lambda part: _ORDER.index(part.name) if part.name in _ORDER else 9)
    return Card(
        key="audit-change",
        title=_title(before, after, parts, voice),
        caption=_caption(found, voice),
        chart=_chart(before, after, parts, voice),
        chart_label=f"Bars from {voice.worth} before to {voice.worth} after: "
        + ", ".join(f"{_SHORT.get(part.name, part.name)} {voice.money.short(part.change)}" for part in parts),
        points=tuple(_points(found, voice)),
        details=_table(found, parts, voice),
        details_name="Every part of the change",
        footer=_footer(found, after, voice),
    )


def _title(before: Span, after: Span, parts: list[Part], voice: Voice) -> str:
    change = after.money - before.money
    money = voice.money
    if abs(change) < 0.005 * abs(before.money or 1):
        said = f"{sentence(voice.worth)} stayed at {money.about(after.money)}"
    else:
        said = f"{sentence(voice.worth)} {'rose' if change > 0 else 'fell'} by {money.about(abs(change))}"
    named = {part.name: part for part in parts}
    told = []
    if NEW in named:
        told.append(f"newcomers brought {money.about(named[NEW].change)}")
    if LOST in named:
        told.append(f"those who stopped took {money.about(-named[LOST].change)}")
    return f"{said}: {listed(told)}" if told else said


def _caption(found: Audit, voice: Voice) -> str:
    total = next((part for part in found.lenses.change.get(TOTAL, ())), None)
    before, after = found.lenses.spans[BEFORE], found.lenses.spans[AFTER]
    months = length_words(span_months(after.since, after.until))
    said = f"The last {months} against the {months} before: {voice.money.exact(before.money)}, then {voice.money.exact(after.money)}."
    if total is not None and total.by_chance is not None:
        low, high = total.by_chance.low, total.by_chance.high
        said += f" With other customers like these, the change might have been {voice.money.fine_range(low, high)} ({voice.level} range)."
    return said


def _chart(before: Span, after: Span, parts: list[Part], voice: Voice) -> dict[str, object]:
    rows: list[dict[str, object]] = [_total("Before", before.money, voice)]
    level = before.money
    for part in parts:
        start, level = level, level + part.change
        rows.append(
            {
                "name": _SHORT.get(part.name, part.name),
                "full": _SHORT.get(part.name, part.name),
                "from": round(min(start, level), 2),
                "to": round(max(start, level), 2),
                "short": voice.money.fine(part.change),
                "note": f"{count(part.customers)} customers" if part.customers is not None else "",
                "colour": "worth" if part.change >= 0 else "cost",
                "guess": False,
            }
        )
    rows.append(_total("After", after.money, voice))
    return {"kind": "waterfall", "rows": rows}


def _total(name: str, amount: float, voice: Voice) -> dict[str, object]:
    return {
        "name": name,
        "full": f"{name}: {voice.worth} of the span",
        "from": round(min(amount, 0.0), 2),
        "to": round(max(amount, 0.0), 2),
        "short": voice.money.fine(amount),
        "note": "",
        "colour": "revenue",
        "guess": False,
    }


def _points(found: Audit, voice: Voice) -> list[str]:
    said = []
    for parting, whose in ((FACTORS, "Of the whole change"), (FACTORS_KEPT, "Of the change of those active in both")):
        parts = [
            part for part in found.lenses.change.get(parting, ()) if part.name != "customers" or parting == FACTORS
        ]
        if parts:
            told = [f"{part.name} {voice.money.fine(part.change)} ({_level(part, voice)})" for part in parts]
            said.append(f"{whose}: {'; '.join(told)}.")
    return said


def _level(part: Part, voice: Voice) -> str:
    before, after = part.levels
    if part.name == "customers":
        return f"{count(before)} → {count(after)}"
    if part.name == "margin":
        return f"{percent(before)} → {percent(after)}"
    if part.name == "orders each":
        return f"{decimals(before, 2)} → {decimals(after, 2)}"
    return f"{voice.money.exact(before)} → {voice.money.exact(after)}"


def _table(found: Audit, parts: list[Part], voice: Voice) -> Table:
    money = voice.money
    rows: list[tuple[Cell, ...]] = [
        (
            _SHORT.get(part.name, part.name),
            count(part.customers),
            money.exact(part.before),
            money.exact(part.after),
            money.exact(part.change),
            money.exact_range(part.by_chance.low, part.by_chance.high) if part.by_chance else "",
        )
        for part in (*parts, *found.lenses.change.get(TOTAL, ()))
    ]
    rows[-1] = ("All", *rows[-1][1:])
    return Table(
        caption="The change by who was active",
        columns=(
            Column("Customers"),
            *numbers("How many", phone=False),
            *numbers("Before", "After", phone=False),
            *numbers("Change"),
            *numbers("by chance from … to", phone=False),
        ),
        rows=tuple(rows),
    )


def _footer(found: Audit, after: Span, voice: Voice) -> str:
    del after
    return (
        f"Active: {found.definitions['customers']}; new: first order in the later span; money of customers with no order in either, such as late refunds, stands apart. "
        "Parts add up to the change to the last digit. Factors share it by Shapley’s value: the mean over every order in which they could have changed. Customers "
        "won during the earlier span were there for a part of it only. Next: look at the largest part first, for newcomers at what winning them cost, for those who "
        "stopped at Retention."
    )


def _moves(found: Audit, voice: Voice) -> tuple[Card, ...]:
    moves = found.lenses.moves
    if not moves:
        return ()
    parts = moves[0].parts
    cells = {(move.was, move.became): move for move in moves}
    rows, columns = [*range(1, parts + 1), 0], [0, *range(1, parts + 1)]
    return (
        Card(
            key="audit-moves",
            title=_moves_title(cells, parts, voice),
            caption="Each row: customers by where they stood in the span before; across: where they stand now. Shares are of the row, the last row’s of those not active before.",
            shown=Table(
                caption=f"From {_PARTS[parts]}s of the span before to {_PARTS[parts]}s now",
                columns=(Column("Before ↓ now →"), *(Column(_part_name(became, parts), "heat") for became in columns)),
                rows=tuple(
                    (_part_name(was, parts), *(_shade(cells.get((was, became))) for became in columns)) for was in rows
                ),
                heat=True,
            ),
            footer=f"Active customers in {_PARTS[parts]}s by {voice.worth}, the best first. Cells of fewer than ten people are hidden, and with them as many as would give them "
            "away. Next: ask the best who stopped why they did.",
            wide=True,
        ),
    )


def _moves_title(cells: dict[tuple[int, int], Move], parts: int, voice: Voice) -> str:
    stayed, gone = cells.get((1, 1)), cells.get((1, 0))
    best = f"the best {_PARTS[parts]}"
    if stayed is not None and stayed.share is not None and gone is not None and gone.share is not None:
        return f"Of {best} before, {percent(stayed.share)} are among the best again and {percent(gone.share)} did not order"
    if gone is not None and gone.share is not None:
        return f"Of {best} before, {percent(gone.share)} did not order again"
    return "Who climbed and who fell"


def _part_name(part: int, parts: int) -> str:
    if part == 0:
        return "not active"
    return f"best {_PARTS[parts]}" if part == 1 else f"{_PARTS[parts]} {part}"


def _shade(move: Move | None) -> Cell:
    if move is None:
        return ""
    if move.share is None:
        return Shade("hidden", 0)
    return Shade(percent(move.share), max(0, min(5, round(10 * move.share))))
