"""Who is worth what: tiers, the life cycle, the grid of recency and frequency, moves, and the company's own segments."""

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.segments import GridCell, Move, OwnLine, SegmentLine, Segments
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Shade, Table, numbers
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, sentence

_ADD_UP = "The segments part the base: customers and values add up to it."
_AGE_ALONE = (
    "Everybody is given the mean of customers as old as they, so a tier tells the age of its customers and nothing more. Equal customers "
    "stand in one tier, which may so hold more than its share."
)
_LIFE, _LIFE_OF_BILLS = "new, gone, quiet, growing or cooling, steady", "new, gone, growing or cooling, steady"
_FIFTHS = (5, 4, 3, 2, 1)
_NOTHING = Estimate(0.0, 0.0, 0.0)
_TOO_FEW = "Moves of too few people to be shown are hidden, and are counted in no sum here."


def segments_cards(found: Segments, voice: Voice) -> tuple[Card, ...]:
    """One card per way of parting the base that says anything; none where no customer was valued."""
    tiers = found.schemes.get("tier", ())
    if not tiers:
        return ()
    return (
        _tiers(found, voice),
        _life_cycle(found, voice),
        *_moves(found, voice),
        *(() if voice.bills else (_grid(found, voice),)),
        *_own(found.own, voice),
    )


def _tiers(found: Segments, voice: Voice) -> Card:
    return Card(
        key="segments-tier",
        title=_tiers_title(found, voice),
        caption=_AGE_ALONE if voice.no_signal else _loss_words(found, voice),
        shown=None if voice.no_signal else _tiers_table(found, voice),
        details=_tiers_table(found, voice) if voice.no_signal else None,
        details_name="The tiers all the same",
        legend=() if voice.no_signal else _legend(found.schemes["tier"]),
        footer=f"Tiers go down the list of customers, the most valuable first. {_ADD_UP}",
        wide=True,
        tone="warn" if voice.no_signal else "",
    )


def _tiers_table(found: Segments, voice: Voice) -> Table:
    return _table(found.schemes["tier"], "Customers by their share of the expected value", voice)


def _tiers_title(found: Segments, voice: Voice) -> str:
    core = found.line("tier", "core")
    if voice.no_signal:
        return f"{voice.alike}: no tier stands out"
    if core is not None and core.customers is None:
        return f"Those who bring half of the expected {voice.worth} are too few to be shown"
    if core is None or core.customers is None or core.share_of_value != core.share_of_value:
        return f"No customer is expected to bring any {voice.worth}"
    who = many(core.customers, "customer")
    return f"{who} ({percent(core.share_of_customers)}) {agree(core.customers, 'brings', 'bring')} half of the expected {voice.worth}"


def _loss_words(found: Segments, voice: Voice) -> str:
    loss = found.line("tier", "loss")
    if loss is None or loss.customers is None or loss.value is None:
        return ""
    who = many(loss.customers, "customer")
    return f"{sentence(who)} {agree(loss.customers, 'is', 'are')} expected to cost {voice.money.short(-loss.value.mean)} more than they bring."


def _life_cycle(found: Segments, voice: Voice) -> Card:
    lines = found.schemes["life cycle"]
    return Card(
        key="segments-life-cycle",
        title=_life_title(found, voice),
        caption=_life_caption(found, voice),
        shown=_table(lines, f"Customers by where they stand in their life with the {_place(voice)}", voice),
        legend=_legend(lines),
        footer=f"A customer belongs to the first of these that holds: {_LIFE_OF_BILLS if voice.bills else _LIFE}. {_ADD_UP}",
        wide=True,
    )


def _place(voice: Voice) -> str:
    return "company" if voice.bills else "shop"


def _life_title(found: Segments, voice: Voice) -> str:
    quiet = found.line("life cycle", "quiet")
    if quiet is None or quiet.customers is None or quiet.value is None or quiet.value.mean <= 0:
        return f"Where customers stand in their life with the {_place(voice)}"
    who = many(quiet.customers, "customer")
    said = f"{sentence(who)} {agree(quiet.customers, 'is', 'are')} quiet: silent for more than twice their average gap"
    if voice.no_signal:
        return f"{said}; what they will bring cannot be told apart"
    return f"{said}; {agree(quiet.customers, 'this one', 'they')} should still bring {voice.money.about(quiet.value.mean)} of {voice.worth}"


def _life_caption(found: Segments, voice: Voice) -> str:
    said = []
    for name in ("growing", "cooling", "gone"):
        line = found.line("life cycle", name)
        if line is not None and line.customers is not None and line.value is not None:
            said.append(f"{count(line.customers)} {name} ({voice.money.short(line.value.mean)})")
    return f"Others: {listed(said)}." if said else ""


def _legend(lines: tuple[SegmentLine, ...]) -> tuple[tuple[str, str], ...]:
    """Who belongs to each segment, and the usual next step."""
    return tuple((line.name, f"{sentence(line.definition)}. {line.what_to_do}") for line in lines)


def _table(lines: tuple[SegmentLine, ...], caption: str, voice: Voice) -> Table:
    bars = range_bars([line.value or _NOTHING for line in lines], voice.money, voice.level)
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
    if line.customers is None or line.value is None:
        return (line.name, "hidden", "", "", "", "", "")
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
            str(recency),
            *(_shade(cells.get((recency, frequency)), most, voice) for frequency in reversed(_FIFTHS)),
        )
        for recency in _FIFTHS
    )
    hidden = sum(cell.customers is None for cell in found.grid)
    return Card(
        key="segments-rfm",
        title=f"{voice.alike}: cells of the grid differ by age alone"
        if voice.no_signal
        else "The grid of recency and frequency, by what a customer in each cell is worth",
        caption="Each cell: customers, and expected value of one. Down: recency, 5 bought most lately. Across: frequency, 1 only once, 5 most often.",
        shown=Table(
            caption="Customers by fifths of recency and frequency",
            columns=(
                Column("Recency ↓ Frequency →"),
                *numbers(*(str(frequency) for frequency in reversed(_FIFTHS))),
            ),
            rows=rows,
            heat=True,
        ),
        details=_table(found.schemes["rfm"], "The cells by their usual names", voice),
        details_name="The cells by their usual names",
        footer="Equal customers have equal scores, so a fifth may hold more than a fifth."
        + (f" {sentence(many(hidden, 'cell'))} {agree(hidden, 'is', 'are')} hidden: too few people." if hidden else ""),
        wide=True,
        tone="warn" if voice.no_signal else "",
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
    shown = sorted(
        (m for m in moves if m.direction != "stayed" and m.customers is not None),
        key=lambda m: (-abs(m.change or 0.0), m.before, m.now),
    )
    return (
        Card(
            key="segments-moves",
            title=_moves_title(up[0], down[0], any(move.customers is None for move in moves)),
            caption=_moves_caption(up, down, voice),
            shown=_moves_table(tuple(shown[:10]), voice) if shown else None,
            details=_moves_table(moves, voice),
            details_name="Every move, and who stayed",
            footer="Against the last published run. Changes of everybody, who stayed included, add up to the change of the base's value."
            + (f" {_TOO_FEW}" if any(move.customers is None for move in moves) else ""),
            wide=True,
        ),
    )


def _together(moves: tuple[Move, ...], way: str) -> tuple[int, float]:
    chosen = [move for move in moves if move.direction == way]
    return sum(move.customers or 0 for move in chosen), sum(move.change or 0.0 for move in chosen)


def _moves_title(up: int, down: int, hidden: bool) -> str:
    if not up and not down:
        return "Too few customers moved between tiers to be shown" if hidden else "Nobody moved to another tier"
    return f"{sentence(many(up, 'customer'))} moved to a better tier, {count(down)} to a worse one"


def _moves_caption(up: tuple[int, float], down: tuple[int, float], voice: Voice) -> str:
    said = []
    if up[0]:
        said.append(f"moving up brought {voice.money.short(up[1])}")
    if down[0]:
        said.append(f"moving down took {voice.money.short(-down[1])}")
    return f"{sentence(listed(said))} of expected {voice.worth}." if said else ""


def _moves_table(moves: tuple[Move, ...], voice: Voice) -> Table:
    return Table(
        caption="Customers by tier in the last run and now",
        columns=(Column("Then"), Column("Now"), *numbers("Customers", f"Change of {voice.worth}")),
        rows=tuple(_move_row(move, voice) for move in moves),
    )


def _move_row(move: Move, voice: Voice) -> tuple[Cell, ...]:
    if move.customers is None or move.change is None:
        return (move.before, move.now, "hidden", "")
    return (move.before, move.now, count(move.customers), voice.money.exact(move.change))


def _own(lines: tuple[OwnLine, ...], voice: Voice) -> tuple[Card, ...]:
    if not lines:
        return ()
    bars = range_bars([line.value or _NOTHING for line in lines], voice.money, voice.level)
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
            footer="Own segments may overlap. One is hidden where it would tell of fewer than ten people, alone or with what else is shown.",
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
