"""Whether satisfied customers, and those who speak of a theme, are worth more."""

from lifeworth.answers.personas import POINT, Personas, TiedLine
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Column, Name, Table, numbers
from lifeworth.report.numbers import count
from lifeworth.report.voice import Voice
from lifeworth.report.words import shorten

_SHOWN = 12
_THEMES = 4
_LONGEST = 60
_THEME = "theme"


def satisfied_card(found: Personas, voice: Voice) -> tuple[Card, ...]:
    """What goes with scores and themes in worth; nothing where nobody was asked."""
    bands = [each for each in found.satisfaction if each.band != POINT]
    if not bands:
        return ()
    shown = _chosen(bands)
    bars = range_bars([each.difference for each in shown], voice.money, voice.level)
    return (
        Card(
            key="personas-satisfaction",
            title=_title(bands, voice),
            caption=_point_words(found, voice),
            shown=Table(
                caption="What goes with scores and themes in worth",
                columns=(
                    Column("Answer"),
                    *numbers("Customers", "Each"),
                    *numbers("Against others who answered"),
                    Column("", "range", phone=False),
                    *numbers(f"{voice.level} range", "Known equally long", phone=False),
                    Column("Beyond chance", phone=False),
                ),
                rows=tuple(
                    (
                        Name(shorten(f"{each.what}: {each.band}", _LONGEST), f"{each.what}: {each.band}"),
                        count(each.people),
                        voice.money.exact(each.worth_each.mean),
                        voice.money.exact(each.difference.mean),
                        bar,
                        range_words(each.difference, voice.money),
                        voice.money.exact(each.adjusted.mean),
                        "yes" if each.differs else "no",
                    )
                    for each, bar in zip(shown, bars, strict=True)
                ),
            ),
            footer="The latest answer of each customer; “known equally long” compares customers of the same age. Beyond chance: both differ, "
            "false discoveries under control at 5 %. What goes with an answer need not come from it. Next: look into what the least satisfied "
            "name, before asking for more scores.",
            wide=True,
        ),
    )


def _chosen(bands: list[TiedLine]) -> list[TiedLine]:
    """Every band of a score, then the themes that go with worth, or else those most people write of."""
    scores = [each for each in bands if each.what != _THEME]
    themes = sorted((each for each in bands if each.what == _THEME), key=lambda each: (not each.differs, -each.people))
    sure = [each for each in themes if each.differs]
    return [*scores[:_SHOWN], *(sure or themes[:_THEMES])[:_SHOWN]]


def _title(bands: list[TiedLine], voice: Voice) -> str:
    sure = [each for each in bands if each.differs and each.what != _THEME]
    if not sure:
        return f"Satisfied customers are worth no more than others beyond chance, among {count(sum(b.people for b in bands if b.what != _THEME))} answers"
    best = max(sure, key=lambda each: abs(each.difference.mean))
    way = "more" if best.difference.mean > 0 else "less"
    return f"Customers who gave {best.band} ({best.what}) are worth {voice.money.about(abs(best.difference.mean))} {way} than others who answered"


def _point_words(found: Personas, voice: Voice) -> str:
    said = [
        f"One point more of {each.what} goes with {voice.money.exact(each.difference.mean)} ({voice.level} range {range_words(each.difference, voice.money)})"
        for each in found.satisfaction
        if each.band == POINT
    ]
    return f"{'. '.join(said)}." if said else ""
