"""What current customers and those still to come are worth together."""

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.ahead import BY_RULE, COMING, CURRENT, EQUITY, WINNING, EquityPart
from lifeworth.report.bars import range_bars
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import SPACE, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import number_word, set_well

_YEARS = (1, 3, 5, None)
_FAR_APART = 1.5


def equity_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """Customer equity over one, three, five years and without end."""
    whole = [found.ahead.part(EQUITY, years) for years in _YEARS]
    if any(part is None for part in whole):
        return ()
    bars = range_bars([part.value for part in whole if part], voice.money, voice.level)
    return (
        Card(
            key="audit-equity",
            title=_title(found, voice),
            caption=_caption(found, voice),
            shown=Table(
                caption="Customer equity by how far ahead it looks",
                columns=(
                    Column("Money of"),
                    *numbers("Current customers"),
                    *numbers("Customers to come", "Cost of winning", phone=False),
                    *numbers("Customer equity"),
                    Column("", "range", phone=False),
                    *numbers(f"{voice.level} range", phone=False),
                    *numbers("Extrapolated", "Current, by the keeping rate", phone=False),
                ),
                rows=tuple(_row(found, years, bar, voice) for years, bar in zip(_YEARS, bars, strict=True)),
            ),
            points=tuple(set_well(note) for note in found.ahead.notes.get("equity", ())),
            footer=f"Customer equity: {found.definitions['customer equity']}, in {voice.worth}. Discounted at {percent(voice.facts.discount)} a year. Customers to come: those who join within the years of the row; "
            f"without end, those of five years with all they bring. Extrapolated: comes {found.definitions['extrapolated']}. Keeping rate: {found.definitions['keeping rate']}; its figure goes on "
            "like that and knows no model. The range holds the level of purchases, their fading beyond a year, the number and worth of newcomers, and chance. "
            "Next: decide on the years you can see; use the figure without end only beside its range.",
            wide=True,
        ),
    )


def _part(found: Audit, part: str, years: int | None) -> EquityPart | None:
    return found.ahead.part(part, years)


def _title(found: Audit, voice: Voice) -> str:
    five, current = _part(found, EQUITY, 5), _part(found, CURRENT, 5)
    assert five is not None and current is not None
    money = voice.money
    if _part(found, COMING, 5) is None:
        return f"Today’s customers should bring {money.about(current.value.mean)} of {voice.worth} in five years; those to come cannot be told"
    return f"Customers should bring {money.about(five.value.mean)} of {voice.worth} in five years, {money.about(current.value.mean)} of it those of today"


def _caption(found: Audit, voice: Voice) -> str:
    five, forever, ruled = _part(found, EQUITY, 5), _part(found, CURRENT, None), _part(found, BY_RULE, None)
    assert five is not None and forever is not None
    money = voice.money
    said = f"Present value; {voice.level} range over five years {money.fine_range(five.value.low, five.value.high)}."
    if forever.extrapolated:
        said += f" Without end, today’s customers are worth {money.about(forever.value.mean)}, of which {percent(forever.extrapolated)} is extrapolated"
        if ruled is not None and ruled.value.mean > 0 and forever.value.mean > _FAR_APART * ruled.value.mean:
            said += f"; were they to go on at last year’s keeping rate, {money.about(ruled.value.mean)}"
        said += "."
    return said


def _row(found: Audit, years: int | None, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    whole = _part(found, EQUITY, years)
    assert whole is not None
    name = (
        f"all{SPACE}years"
        if years is None
        else f"one{SPACE}year"
        if years == 1
        else f"{number_word(years)}{SPACE}years"
    )
    beyond = whole.extrapolated
    return (
        name,
        _amount(_part(found, CURRENT, years), voice),
        _amount(_part(found, COMING, years), voice),
        _amount(_part(found, WINNING, years), voice),
        voice.money.exact(whole.value.mean),
        bar,
        voice.money.fine_range(whole.value.low, whole.value.high),
        percent(beyond) if beyond is not None else "",
        _amount(_part(found, BY_RULE, years), voice),
    )


def _amount(part: EquityPart | None, voice: Voice) -> str:
    return voice.money.exact(part.value.mean) if part is not None else "not known"
