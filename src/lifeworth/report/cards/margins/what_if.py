"""What a lever would change."""

from lifeworth.answers.margins import Lever, Margins
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.amounts import in_currency
from lifeworth.report.voice import Voice
from lifeworth.report.words import sentence, set_well


def what_if_cards(found: Margins, voice: Voice) -> tuple[Card, ...]:
    """Every lever of the settings, the largest change in the title; nothing where none can be reckoned."""
    known = [lever for lever in found.levers if lever.change is not None]
    if not known:
        return ()
    return (
        Card(
            key="margins-what-if",
            title=_title(known, voice),
            caption="One lever at a time; changes cannot be added up, for one changes what the next would do.",
            shown=_table(known, voice),
            details=_assumptions(known, voice),
            details_name="What each takes for granted",
            legend=tuple(
                (_pulled(lever), set_well(f"It cannot be said what would change. {lever.assumption}."))
                for lever in found.levers
                if lever.change is None
            ),
            footer="What each takes for granted opens below the table. Levers, how far they are pulled and the elasticity are settings: what_if, elasticity. "
            "Next step: try the largest on a part of the customers before all.",
            wide=True,
        ),
    )


def _title(known: list[Lever], voice: Voice) -> str:
    fair = [lever for lever in known if lever.reckoned != "at average cost"]
    sure = [lever for lever in fair if lever.change and not lever.change.low <= 0 <= lever.change.high]
    best = max(sure or fair or known, key=lambda lever: lever.change.mean if lever.change else 0.0)
    assert best.change is not None
    way = "bring" if best.change.mean >= 0 else "cost"
    return f"{_as_noun(best)} would {way} {voice.money.about(abs(best.change.mean))}{_if(best)}"


def _if(lever: Lever) -> str:
    """The supposition that a price makes and the title must not hide."""
    return " if nobody bought less for it" if lever.assumption.startswith("An elasticity of 0:") else ""


def _as_noun(lever: Lever) -> str:
    size = f"{100 * abs(lever.by):g}"
    match lever.lever:
        case "retention":
            return f"{sentence(size)} {'point' if size == '1' else 'points'} {'more' if lever.by >= 0 else 'fewer'} of the customers buying at all"
        case "returns":
            return f"{size} % {'more' if lever.by >= 0 else 'fewer'} returns"
        case "price":
            return f"Prices {size} % {'higher' if lever.by >= 0 else 'lower'}"
        case "acquisition_cost":
            return f"Winning customers for {size} % {'more' if lever.by >= 0 else 'less'}"
        case _:
            return f"Moving {size} % of the budget of {lever.channel} to {lever.to}"


def _pulled(lever: Lever) -> str:
    """The beginning of the lever's sentence: If prices were 2 % higher."""
    return set_well(lever.sentence.split(", the ", 1)[0].split(": it cannot", 1)[0])


def _assumptions(levers: list[Lever], voice: Voice) -> Table:
    return Table(
        caption="What each lever takes for granted",
        columns=(Column("Lever"), Column("Taken for granted")),
        rows=tuple(
            (_pulled(lever), in_currency(set_well(f"{sentence(lever.assumption)}."), voice.money)) for lever in levers
        ),
    )


def _table(levers: list[Lever], voice: Voice) -> Table:
    bars = range_bars([lever.change for lever in levers if lever.change], voice.money, voice.level)
    return Table(
        caption="What levers would change",
        columns=(
            Column("Lever"),
            *numbers("Change"),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range"),
            Column("Of", phone=False),
            *numbers("As it stands", phone=False),
        ),
        rows=tuple(_row(lever, bar, voice) for lever, bar in zip(levers, bars, strict=True)),
    )


def _row(lever: Lever, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    assert lever.change is not None
    return (
        _pulled(lever),
        voice.money.exact(lever.change.mean),
        bar,
        range_words(lever.change, voice.money),
        lever.what_changes,
        voice.money.exact(lever.before),
    )
