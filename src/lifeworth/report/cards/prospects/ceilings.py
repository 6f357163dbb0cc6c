"""What may one more lead or newcomer cost?"""

from lifeworth.answers.prospects import CHANNEL, SOURCE, Ceiling, Prospects
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.numbers import chance, count
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, set_well, shorten

_LONGEST = 36
_SHOWN = 12
_PRICE = (*numbers("Paid now", phone=False), Column("On average it"))


def ceilings_cards(found: Prospects, voice: Voice) -> tuple[Card, ...]:
    """A card for leads by source and one for newcomers by channel; each only where anything is known."""
    sources = tuple(one for one in found.ceilings if one.grouped_by == SOURCE and one.lead is not None)
    channels = tuple(one for one in found.ceilings if one.grouped_by == CHANNEL)
    cards = []
    if sources:
        cards.append(_of_leads(tuple(sorted(sources, key=lambda one: -_lead(one))), voice))
    if channels:
        cards.append(_of_newcomers(channels, voice))
    return tuple(cards)


def _lead(one: Ceiling) -> float:
    return one.lead.mean if one.lead else 0.0


def _of_leads(sources: tuple[Ceiling, ...], voice: Voice) -> Card:
    best, money = sources[0], voice.money
    assert best.lead is not None
    if voice.facts.in_profit and best.lead.mean > 0:
        title = f"Pay at most {money.exact(best.lead.mean)} for one more lead from {shorten(best.member, _LONGEST)}"
    else:
        title = (
            f"A new lead from {shorten(best.member, _LONGEST)} brings {money.exact(best.lead.mean)} of {voice.worth}"
        )
    return Card(
        key="prospects-ceilings-leads",
        title=title,
        caption=set_well(best.sentence),
        shown=_leads_table(sources, voice),
        footer=f"{_definition('lead', voice)} Leads of the last year as if each came today. {_next(sources, 'lead', voice)}",
        wide=True,
    )


def _of_newcomers(channels: tuple[Ceiling, ...], voice: Voice) -> Card:
    return Card(
        key="prospects-ceilings-newcomers",
        title=_newcomers_title(channels, voice),
        caption=set_well(channels[0].sentence),
        shown=_newcomers_table(channels[:_SHOWN], len(channels), voice),
        footer=f"{_definition('newcomer', voice)} {_next(channels, 'newcomer', voice)}",
        wide=True,
    )


def _newcomers_title(channels: tuple[Ceiling, ...], voice: Voice) -> str:
    best, least = channels[0], channels[-1]
    of_best = f"{voice.money.exact(best.newcomer.mean)} for one more newcomer through {shorten(best.member, _LONGEST)}"
    of_least = f"{voice.money.exact(least.newcomer.mean)} through {shorten(least.member, _LONGEST)}"
    if not voice.facts.in_profit or best.newcomer.mean <= 0:
        said = f"A newcomer through {shorten(best.member, _LONGEST)} brings {voice.money.exact(best.newcomer.mean)} of {voice.worth}"
        other = f", one through {shorten(least.member, _LONGEST)} {voice.money.exact(least.newcomer.mean)}"
        return said + (other if best is not least else "")
    return f"Pay at most {of_best}" + (f", {of_least}" if best is not least and least.newcomer.mean > 0 else "")


def _definition(part: str, voice: Voice) -> str:
    if not voice.facts.in_profit:
        return f"What one more {part} brings in net revenue over {voice.ahead}; without costs nobody can say what one may cost."
    return (
        f"Ceiling: what one more {part} brings on average in profit over {voice.ahead} before the cost of winning, not discounted; paying that much leaves "
        f"nothing. To be cautious: the low end of its {voice.level} range. Paid now: advertising of the last 365 days over those it brought. "
        "That the next ones are like the last is an assumption; a higher bid often brings worse ones."
    )


def _next(ceilings: tuple[Ceiling, ...], part: str, voice: Voice) -> str:
    if not voice.facts.in_profit:
        return "Next step: state costs, so that ceilings can be reckoned."
    dear = [shorten(one.member, _LONGEST) for one in ceilings if one.verdict == "does not pay"]
    if dear:
        return f"Next step: cut bids in {listed(dear)}, where an average {part} costs more than it brings."
    if not any(one.spend for one in ceilings):
        return f"Next step: give the spend by name of the {'source' if part == 'lead' else 'channel'}, so that the ceiling stands beside what is paid."
    return "Next step: set the cautious ceiling as the highest bid."


def _leads_table(sources: tuple[Ceiling, ...], voice: Voice) -> Table:
    values = [one.lead or one.newcomer for one in sources]
    bars = range_bars(values, voice.money, voice.level)
    priced = any(one.paid_lead is not None for one in sources)
    return Table(
        caption="What one more lead brings, by source",
        columns=(
            Column("Source"),
            *numbers(_head(voice)),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range"),
            *numbers("Chance", "If won", "Leads", phone=False),
            *(_PRICE if priced else ()),
        ),
        rows=tuple(
            (
                Name(shorten(one.member, _LONGEST), one.member),
                voice.money.exact(value.mean),
                bar,
                range_words(value, voice.money),
                chance(one.chance.mean) if one.chance else "",
                voice.money.exact(one.newcomer.mean),
                _count(one.leads),
                *(_price(one, one.paid_lead, voice) if priced else ()),
            )
            for one, value, bar in zip(sources, values, bars, strict=True)
        ),
    )


def _newcomers_table(channels: tuple[Ceiling, ...], all_of_them: int, voice: Voice) -> Table:
    bars = range_bars([one.newcomer for one in channels], voice.money, voice.level)
    priced = any(one.paid_newcomer is not None for one in channels)
    return Table(
        caption="What one more newcomer brings, by channel",
        columns=(
            Column("Channel"),
            *numbers(_head(voice)),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range"),
            *numbers("Seen", phone=False),
            *(_PRICE if priced else ()),
        ),
        rows=tuple(
            (*_newcomer(one, bar, voice), *(_price(one, one.paid_newcomer, voice) if priced else ()))
            for one, bar in zip(channels, bars, strict=True)
        ),
        part="" if len(channels) == all_of_them else f"the first {count(len(channels))} of {count(all_of_them)}",
    )


def _newcomer(one: Ceiling, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    return (
        Name(shorten(one.member, _LONGEST), one.member),
        voice.money.exact(one.newcomer.mean),
        bar,
        range_words(one.newcomer, voice.money),
        _count(one.newcomers),
    )


def _head(voice: Voice) -> str:
    return "Pay at most" if voice.facts.in_profit else "Brings"


def _count(people: int | None) -> str:
    return "hidden" if people is None else count(people)


def _price(one: Ceiling, paid: float | None, voice: Voice) -> tuple[Cell, Cell]:
    return ("" if paid is None else voice.money.exact(paid), one.verdict or "")
