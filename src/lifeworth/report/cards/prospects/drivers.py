"""What goes with a lead that is won, and with newcomers who bring much?"""

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.prospects import LevelEffect, Prospects
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.numbers import MINUS, SPACE, Figure, chance, count, decimals
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, sentence, set_well, shorten

_SHOWN = 12
_LONGEST = 44
_NAMED = 4


def drivers_cards(found: Prospects, voice: Voice) -> tuple[Card, ...]:
    """One card for the chance, one for money; none where nothing was learned of leads."""
    if found.proof is None:
        return ()
    return (_chance(found), *_money(found, voice))


def _chance(found: Prospects) -> Card:
    names = [_plain(one.name) for one in found.columns if one.tells_chance]
    asked = [one for one in found.effects if one.chance is not None and one.chance_effect is not None]
    telling = sorted((one for one in asked if one.tells_chance), key=_size_of_chance)
    left = [set_well(one.sentence) for one in found.columns if one.left_out]
    return Card(
        key="prospects-drivers-chance",
        title=_chance_title(names, telling),
        caption=_chance_caption(found),
        shown=_chance_table(telling[:_SHOWN], len(telling)) if telling else None,
        details=_chance_table(asked, len(asked)) if asked else None,
        details_name="Every level of every column",
        points=tuple(sentence(each) for each in left),
        footer=(
            "Would be won: the average chance of all leads if all had this level and were otherwise as they are. Put down to chance: how often a level that "
            "tells nothing looks like this, corrected for how many were asked (false discoveries under 5 %). What goes with a level need not "
            "come from it. Next step: look for more leads of the levels that are won more often, and ask the sales team why others are lost."
        ),
        wide=True,
    )


def _chance_title(names: list[str], telling: list[LevelEffect]) -> str:
    if not names or not telling:
        return "Nothing known of leads goes with being won beyond chance: 0 columns tell them apart"
    best = max(telling, key=lambda one: _mean(one.chance_effect))
    if _mean(best.chance_effect) <= 0:
        best = telling[0]
    tells = f"{sentence(_some(names))} {agree(len(names), 'goes', 'go')} with being won"
    assert best.chance is not None
    return f"{tells}: at best ({shorten(best.words, _LONGEST)}) {chance(best.chance.mean)} would be"


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return listed([*names[:_NAMED], f"{more} more"] if more > 0 else names)


def _chance_caption(found: Prospects) -> str:
    quiet = [_plain(one.name) for one in found.columns if not one.left_out and not one.tells_chance]
    uses = [_plain(one.name) for one in found.columns if one.scores]
    said = f"The chance uses {_some(uses)}." if uses else ""
    more = f" {sentence(_some(quiet))} {agree(len(quiet), 'tells', 'tell')} nothing of being won beyond chance." if quiet else ""  # fmt: skip
    return (said + more).strip()


def _chance_table(rows: list[LevelEffect], all_of_them: int) -> Table:
    return Table(
        caption="Levels and how often their leads are won",
        columns=(
            Column("Level"),
            *numbers("Would be won"),
            *numbers("from … to", phone=False),
            *numbers("Against all"),
            *numbers("Leads", "Put down to chance", phone=False),
        ),
        rows=tuple(_chance_row(one) for one in rows),
        part="" if len(rows) == all_of_them else f"the first {count(len(rows))} of {count(all_of_them)}",
    )


def _chance_row(one: LevelEffect) -> tuple[Cell, ...]:
    assert one.chance is not None and one.chance_effect is not None
    return (
        _named(one),
        chance(one.chance.mean),
        f"{chance(one.chance.low)} … {chance(one.chance.high)}",
        _points(one.chance_effect.mean),
        "hidden" if one.leads is None else count(one.leads),
        chance(one.q_chance),
    )


def _money(found: Prospects, voice: Voice) -> tuple[Card, ...]:
    asked = [one for one in found.effects if one.value is not None and one.value_effect is not None]
    if not asked:
        return ()
    telling = sorted((one for one in asked if one.tells_value), key=lambda one: -abs(_mean(one.value_effect)))
    return (
        Card(
            key="prospects-drivers-value",
            title=_money_title(telling, voice),
            caption="What newcomers who are like leads in one thing bring, beside others who came in the same months.",
            shown=_money_table(telling[:_SHOWN], len(telling), voice) if telling else None,
            details=_money_table(asked, len(asked), voice),
            details_name="Every level of every column",
            footer=(
                f"{sentence(voice.worth)} over {voice.ahead} from the first order, not discounted. Whether levels differ is asked by ranks, because a few large "
                "customers decide any average; corrected for how many were asked (false discoveries under 5 %). What goes with a level need not come from it. "
                "Next step: hold these levels against whom your advertising is shown to."
            ),
            wide=True,
        ),
    )


def _money_title(telling: list[LevelEffect], voice: Voice) -> str:
    best = max(telling, key=lambda one: _mean(one.value_effect), default=None)
    if best is None or best.value is None or _mean(best.value_effect) <= 0:
        return f"{sentence(many(len(telling), 'level'))} of what is known of leads {agree(len(telling), 'goes', 'go')} with more {voice.worth} beyond chance"
    return f"Newcomers with {shorten(best.words, _LONGEST)} bring {voice.money.exact(best.value.mean)} each, {voice.money.exact(_mean(best.value_effect))} more than newcomers on average"


def _money_table(rows: list[LevelEffect], all_of_them: int, voice: Voice) -> Table:
    bars = range_bars([one.value or Estimate(0.0, 0.0, 0.0) for one in rows], voice.money, voice.level)
    return Table(
        caption="Levels and what newcomers who have them bring",
        columns=(
            Column("Level"),
            *numbers("Bring each"),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range", phone=False),
            *numbers("Against others"),
            *numbers("Newcomers", "Put down to chance", phone=False),
        ),
        rows=tuple(_money_row(one, bar, voice) for one, bar in zip(rows, bars, strict=True)),
        part="" if len(rows) == all_of_them else f"the first {count(len(rows))} of {count(all_of_them)}",
    )


def _money_row(one: LevelEffect, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    assert one.value is not None and one.value_effect is not None
    return (
        _named(one),
        voice.money.exact(one.value.mean),
        bar,
        range_words(one.value, voice.money),
        voice.money.exact(one.value_effect.mean),
        "hidden" if one.newcomers is None else count(one.newcomers),
        chance(one.q_value),
    )


def _named(one: LevelEffect) -> Name:
    return Name(shorten(one.words, _LONGEST), one.words)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _size_of_chance(one: LevelEffect) -> float:
    return -abs(_mean(one.chance_effect))


def _mean(found: Estimate | None) -> float:
    return found.mean if found else 0.0


def _points(share: float) -> str:
    """A difference of shares in points, with its sign."""
    sign = MINUS if share < 0 else "+"
    return Figure(f"{sign}{decimals(abs(100 * share))}{SPACE}points", 100 * share)
