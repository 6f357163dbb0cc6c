"""Does the score of leads tell what nobody may be scored by?"""

from lifeworth.answers.prospects import Prospects, ProtectedLevel
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.numbers import chance, count
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, shorten

_LONGEST = 36


def fair_cards(found: Prospects, voice: Voice) -> tuple[Card, ...]:
    """Protected levels beside the score; none where leads have no protected column."""
    rows = found.protected
    if not rows:
        return ()
    flagged = [one for one in rows if one.flagged]
    shown = [one for one in rows if one.area is not None]
    title = (
        f"The score of leads tells {many(len(flagged), 'protected level')}: {_level(flagged[0])} among others"
        if len(flagged) > 1
        else f"The score of leads tells 1 protected level: {_level(flagged[0])}"
        if flagged
        else f"The score of leads tells none of {many(len(rows), 'protected level')} beyond chance"
    )
    return (
        Card(
            key="prospects-fairness",
            title=title,
            caption="Protected columns score nobody; they are read for this comparison alone.",
            shown=_table(rows) if shown else None,
            empty="" if shown else "Every level has too few open leads to be shown.",
            footer=(
                "Higher: how often a lead of this level has the higher worth than one that is not; 50 in 100 tells nothing. Flagged where that is beyond 35 to 65, or a level is "
                "among the best fifth less than four fifths as often as the leading one, both beyond chance. Next step: where a level is flagged, let a person decide whom to call."
            ),
            wide=True,
            tone="warn" if flagged else "",
        ),
    )


def _level(one: ProtectedLevel) -> str:
    return shorten(f"{one.name.replace('_', ' ')} {one.level}", _LONGEST)


def _table(rows: tuple[ProtectedLevel, ...]) -> Table:
    return Table(
        caption="Protected levels of open leads beside their score",
        columns=(
            Column("Level"),
            *numbers("Higher"),
            *numbers("from … to", phone=False),
            *numbers("Among the best fifth", "Leads", phone=False),
            Column("Flagged"),
        ),
        rows=tuple(_row(one) for one in rows),
    )


def _row(one: ProtectedLevel) -> tuple[Cell, ...]:
    name = Name(_level(one), f"{one.name}: {one.level}")
    if one.area is None:
        return (name, "hidden", "", "", "hidden", "")
    return (
        name,
        chance(one.area.mean),
        f"{chance(one.area.low)} … {chance(one.area.high)}",
        chance(one.top_share),
        "hidden" if one.leads is None else count(one.leads),
        "yes" if one.flagged else "no",
    )
