"""Which open leads first?"""

from lifeworth.answers.prospects import SHOWN_LEADS, LeadLine, Prospects
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.numbers import chance, count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, set_well, shorten

_SHOWN = 10
_LONGEST = 36


def leads_cards(found: Prospects, voice: Voice) -> tuple[Card, ...]:
    """The open leads, the most worth first; none where none is open."""
    if not found.leads:
        return ()
    more = len(found.leads) > _SHOWN
    return (
        Card(
            key="prospects-leads",
            title=_title(found, voice),
            caption=f"Of these {count(found.open.count)}, {count(found.open.wins)} should be won. {set_well(found.leads[0].sentence)}",
            shown=_table(found, found.leads[:_SHOWN], voice),
            details=_table(found, found.leads, voice) if more else None,
            details_name=f"The first {count(min(found.open.count, SHOWN_LEADS))}",
            footer=_footer(voice),
            wide=True,
        ),
    )


def _title(found: Prospects, voice: Voice) -> str:
    all_, money = found.open, voice.money
    together = f"{many(all_.count, 'open lead')} should bring {money.about(all_.value)}"
    if all_.best in (0, all_.count) or all_.value <= 0 or not 0 < all_.best_value < all_.value:
        return together
    return f"{together}; the best {count(all_.best)} bring {percent(all_.best_value / all_.value)} of it"


def _footer(voice: Voice) -> str:
    what = "profit before the cost of winning" if voice.facts.in_profit else "net revenue (no costs are known)"
    return (
        f"Worth: chance that the lead is ever won × what newcomers like it bring over {voice.ahead} from their first order ({what}, not "
        f"discounted). The {voice.level} range is that of the average of many such leads; a single one mostly brings nothing. Add up the worth of leads, "
        "never the ends of ranges. Evidence A to D: half the range is up to 15 %, 35 %, 75 % of the worth, or more. All leads: "
        "tables/prospects_leads.csv. Next step: call from the top; where two have the same worth, the one with the higher chance."
    )


def _table(found: Prospects, leads: tuple[LeadLine, ...], voice: Voice) -> Table:
    bars = range_bars([lead.value for lead in leads], voice.money, voice.level)
    return Table(
        caption="Open leads, the most worth first",
        columns=(
            Column("Lead"),
            Column("Came", phone=False),
            *numbers("Chance"),
            *numbers("If won", phone=False),
            *numbers("Worth"),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range", phone=False),
            Column("What moves the chance", phone=False),
            Column("Evidence", "badge", phone=False),
        ),
        rows=tuple(_row(lead, bar, voice) for lead, bar in zip(leads, bars, strict=True)),
        part="" if len(leads) == found.open.count else f"the first {count(len(leads))} of {count(found.open.count)}",
    )


def _row(lead: LeadLine, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    said = "; ".join(set_well(reason) for reason in lead.reasons)
    return (
        Name(shorten(lead.lead_id), lead.lead_id),
        f"{shorten(lead.source, _LONGEST)}, {day(lead.created_on)}" if lead.source else day(lead.created_on),
        chance(lead.chance.mean),
        voice.money.exact(lead.value_if_won),
        voice.money.exact(lead.value.mean),
        bar,
        range_words(lead.value, voice.money),
        Name(set_well(lead.reasons[0]) if lead.reasons else "", said),
        lead.evidence,
    )
