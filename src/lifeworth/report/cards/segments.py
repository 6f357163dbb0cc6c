"""Who is worth what: tiers, the life cycle, the grid of recency and frequency, moves, and the company's own segments."""

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.segments import GridCell, Move, OwnLine, SegmentLine, Segments
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Shade, Table, numbers
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, sentence

_ADD_UP = "The segments part the base: customers and values add up to it."
_FIFTHS = (5, 4, 3, 2, 1)


def segments_cards(found: Segments, voice: Voice) -> tuple[Card, ...]:
    """One card per way of parting the base that says anything; none where no customer was valued."""
    tiers = found.schemes.get("tier", ())
    if not tiers:
        return ()
    return (
        _tiers(found, voice),
        _life_cycle(found, voice),
        *_moves(found, voice),
        _grid(found, voice),
        *_own(found.own, voice),
    )


def _tiers(found: Segments, voice: Voice) -> Card:
    return Card(
        key="segments-tier",
        title=_tiers_title(found, voice),
        caption=_loss_words(found, voice),
        shown=_table(found.schemes["tier"], "Customers by their share of the expected value", voice),
        legend=_legend(found.schemes["tier"]),
        footer=f"Tiers go down the list of customers, the most valuable first. {_ADD_UP}",
        wide=True,
        tone="warn" if voice.no_signal else "",
    )


def _tiers_title(found: Segments, voice: Voice) -> str:
    core = found.line("tier", "core")
    if voice.no_signal:
        return f"{voice.alike}: no tier stands out"
    if core is None or core.share_of_value != core.share_of_value:
        return f"No customer is expected to bring any {voice.worth}"
    who = many(core.customers, "customer")
    return f"{who} ({percent(core.share_of_customers)}) {agree(core.customers, 'brings', 'bring')} half of the expected {voice.worth}"


def _loss_words(found: Segments, voice: Voice) -> str:
    loss = found.line("tier", "loss")
    if loss is None:
        return ""
    who = many(loss.customers, "customer")
    return f"{sentence(who)} {agree(loss.customers, 'is', 'are')} expected to cost {voice.money.short(-loss.value.mean)} more than they bring."


def _life_cycle(found: Segments, voice: Voice) -> Card:
    lines = found.schemes["life cycle"]
    return Card(
        key="segments-life-cycle",
        title=_life_title(found, voice),
        caption=_life_caption(found, voice),
        shown=_table(lines, "Customers by where they stand in their life with the shop", voice),
        legend=_legend(lines),
        footer=f"A customer belongs to the first of these that holds: new, gone, quiet, growing or cooling, steady. {_ADD_UP}",
        wide=True,
    )


def _life_title(found: Segments, voice: Voice) -> str:
    quiet = found.line("life cycle", "quiet")
    if quiet is None or quiet.value.mean <= 0:
        return "Where customers stand in their life with the shop"
    who = many(quiet.customers, "customer")
    return f"{sentence(who)} {agree(quiet.customers, 'is', 'are')} quiet beyond the usual rhythm, with {voice.money.about(quiet.value.mean)} of {voice.worth} at stake"


def _life_caption(found: Segments, voice: Voice) -> str:
    said = []
    for name in ("growing", "cooling", "gone"):
        line = found.line("life cycle", name)
        if line is not None:
            said.append(f"{count(line.customers)} {name} ({voice.money.short(line.value.mean)})")
    return f"Others: {listed(said)}." if said else ""


def _legend(lines: tuple[SegmentLine, ...]) -> tuple[tuple[str, str], ...]:
    """Who belongs to each segment, and the usual next step."""
    return tuple((line.name, f"{sentence(line.definition)}. {line.what_to_do}") for line in lines)


def _table(lines: tuple[SegmentLine, ...], caption: str, voice: Voice) -> Table:
    bars = range_bars([line.value for line in lines], voice.money, voice.level)
    return Table(
        caption=caption,
        columns=(
            Column("Segment"),
            *numbers("Customers"),
            *numbers("Share", phone=False),
            *numbers(f"Expected {voice.worth}"),
            Column("Range", "range", phone=False),
            *numbers("from … to", phone=False),
            *numbers("Each"),
        ),
        rows=tuple(_row(line, bar, voice) for line, bar in zip(lines, bars, strict=True)),
    )


def _row(line: SegmentLine, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    return (
        line.name,
        count(line.customers),
        percent(line.share_of_customers),
        money.exact(line.value.mean),
        bar,
        range_words(line.value, money),
        money.exact(line.worth_each),
    )


def _grid(found: Segments, voice: Voice) -> Card:
    cells = {(cell.recency, cell.frequency): cell for cell in found.grid}
    most = max((abs(cell.worth_each or 0.0) for cell in found.grid), default=0.0) or 1.0
    rows = tuple(
        (
            f"recency {recency}",
            *(_shade(cells.get((recency, frequency)), most, voice) for frequency in reversed(_FIFTHS)),
        )
        for recency in _FIFTHS
    )
    hidden = sum(cell.customers is None for cell in found.grid)
    return Card(
        key="segments-rfm",
        title="The grid of recency and frequency, by what a customer in each cell is worth",
        caption="Each cell: customers, and expected value of one. Recency 5 bought most lately, frequency 1 only once.",
        shown=Table(
            caption="Customers by fifths of recency and frequency",
            columns=(
                Column(""),
                *numbers(*(f"frequency {frequency}" for frequency in reversed(_FIFTHS))),
            ),
            rows=rows,
            heat=True,
        ),
        details=_table(found.schemes["rfm"], "The cells by their usual names", voice),
        details_name="The cells by their usual names",
        footer="Equal customers have equal scores, so a fifth may hold more than a fifth."
        + (f" {sentence(many(hidden, 'cell'))} {agree(hidden, 'is', 'are')} hidden: too few people." if hidden else ""),
        wide=True,
    )


def _shade(cell: GridCell | None, most: float, voice: Voice) -> Shade | str:
    if cell is None:
        return ""
    if cell.customers is None or cell.worth_each is None:
        return Shade("hidden", 0)
    level = max(1, min(5, round(5 * abs(cell.worth_each) / most)))
    said = f"{count(cell.customers)} · {voice.money.short(cell.worth_each)}"
    return Shade(said, level if cell.worth_each > 0 else -level if cell.worth_each < 0 else 0)


def _moves(found: Segments, voice: Voice) -> tuple[Card, ...]:
    moves = found.moves.get("tier", ())
    if not moves:
        return ()
    up, down = (_together(moves, way) for way in ("up", "down"))
    shown = sorted((m for m in moves if m.direction != "stayed"), key=lambda m: (-abs(m.change), m.before, m.now))
    return (
        Card(
            key="segments-moves",
            title=f"{sentence(many(up[0], 'customer'))} moved to a better tier, {count(down[0])} to a worse one",
            caption=f"Moving up brought {voice.money.short(up[1])}, moving down took {voice.money.short(-down[1])} of expected {voice.worth}.",
            shown=_moves_table(tuple(shown[:10]), voice) if shown else None,
            details=_moves_table(moves, voice),
            details_name="Every move, and who stayed",
            footer="Against the last published run. Changes of everybody, who stayed included, add up to the change of the base's value.",
            wide=True,
        ),
    )


def _together(moves: tuple[Move, ...], way: str) -> tuple[int, float]:
    chosen = [move for move in moves if move.direction == way]
    return sum(move.customers for move in chosen), sum(move.change for move in chosen)


def _moves_table(moves: tuple[Move, ...], voice: Voice) -> Table:
    return Table(
        caption="Customers by tier in the last run and now",
        columns=(Column("Then"), Column("Now"), *numbers("Customers", f"Change of {voice.worth}")),
        rows=tuple((m.before, m.now, count(m.customers), voice.money.exact(m.change)) for m in moves),
    )


def _own(lines: tuple[OwnLine, ...], voice: Voice) -> tuple[Card, ...]:
    if not lines:
        return ()
    nothing = Estimate(0.0, 0.0, 0.0)
    bars = range_bars([line.value or nothing for line in lines], voice.money, voice.level)
    return (
        Card(
            key="segments-own",
            title=f"Your own {many(len(lines), 'segment')}",
            shown=Table(
                caption="The company's own segments",
                columns=(
                    Column("Segment"),
                    *numbers("Customers", f"Expected {voice.worth}"),
                    Column("Range", "range", phone=False),
                    *numbers("from … to", phone=False),
                    Column("Condition", phone=False),
                ),
                rows=tuple(_own_row(line, bar, voice) for line, bar in zip(lines, bars, strict=True)),
            ),
            footer="Own segments may overlap. One is hidden when it, its rest or its difference from another holds fewer than ten people.",
            wide=True,
        ),
    )


def _own_row(line: OwnLine, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    name = Name(line.name, line.name)
    if line.customers is None or line.value is None:
        return (name, "hidden", "", "", "", line.condition)
    money = voice.money
    return (
        name,
        count(line.customers),
        money.exact(line.value.mean),
        bar,
        range_words(line.value, money),
        line.condition,
    )
