"""Costs that a group causes beyond its comparables, and prices that somebody sets."""

from lifeworth.answers.margins import CostFinding, Margins
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.margins.words import group_cell, group_words
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, many, sentence

_SHOWN = 8


def leaks_cards(found: Margins, voice: Voice) -> tuple[Card, ...]:
    """The leaks, and the terms of trade beside them; nothing where nothing could be compared."""
    cards = []
    if found.tested:
        cards.append(_leaks(found, voice))
    if found.terms:
        cards.append(_terms(found, voice))
    return tuple(cards)


def _leaks(found: Margins, voice: Voice) -> Card:
    return Card(
        key="margins-leaks",
        title=_title(found, voice),
        caption=_caption(found, voice),
        shown=_table(found.leaks[:_SHOWN], "Costs beyond those of comparables", voice) if found.leaks else None,
        points=tuple(_points(found, voice)),
        details=_details(found.leaks, voice) if found.leaks else None,
        details_name="Whom each was held against, and the next step",
        footer=_footer(found, voice),
        wide=True,
    )


def _title(found: Margins, voice: Voice) -> str:
    if not found.leaks:
        return "No group costs more than its comparables beyond chance"
    first = found.leaks[0]
    more = voice.money.about(first.excess.mean)
    return f"{sentence(_subject(first, voice))} cost about {more} a year more than comparable ones would"


def _subject(finding: CostFinding, voice: Voice) -> str:
    of = {"returns": "of", "discounts": "on", "shipping": "of", "payment fees": "on", "commission": "on"}
    return f"{finding.cost} {of.get(finding.cost, 'for')} {group_words(finding.names, voice.money)}"


def _caption(found: Margins, voice: Voice) -> str:
    verb = agree(found.tested, "was", "were")
    asked = f"{sentence(many(found.tested, 'cost'))} of groups {verb} held against those of comparable ones"
    if not found.leaks:
        return f"{asked}; what differs may be chance."
    first = found.leaks[0]
    rates = f"{_rate(first, first.rate, voice)} against {_short(first, first.comparable_rate, voice)}"
    return (
        f"{voice.level} range {voice.money.exact_range(first.excess.low, first.excess.high)}: {rates} at the rate of {first.comparables}. "
        f"{asked}; {many(len(found.leaks), 'difference')} {agree(len(found.leaks), 'is', 'are')} beyond chance."
    )


def _rate(finding: CostFinding, rate: float, voice: Voice) -> str:
    if "order" in finding.unit:
        return f"{voice.money.exact(rate)} an order"
    return f"{percent(rate)} of {finding.unit.removeprefix('share of ')}"


def _points(found: Margins, voice: Voice) -> list[str]:
    said = []
    for finding in found.leaks[:_SHOWN]:
        if finding.worst_within:
            said.append(
                f"{sentence(_subject(finding, voice))} are worse still {finding.worst_within}: "
                f"{voice.money.about(finding.worst_excess)} a year more than elsewhere."
            )
        if finding.within is not None:
            said.append(
                f"Among customers who bought both {group_words(finding.names, voice.money)} and comparable goods the excess is "
                f"{voice.money.about(finding.within.mean)} ({voice.money.exact_range(finding.within.low, finding.within.high)}), so it is not "
                "the kind of customer."
            )
    return said


def _table(findings: tuple[CostFinding, ...], caption: str, voice: Voice) -> Table:
    bars = range_bars([finding.excess for finding in findings], voice.money, voice.level)
    return Table(
        caption=caption,
        columns=(
            Column("Cost"),
            Column("Of"),
            *numbers("More a year"),
            Column("", "range", phone=False),
            *numbers("from … to", phone=False),
            *numbers("Rate", "Comparables"),
        ),
        rows=tuple(_row(finding, bar, voice) for finding, bar in zip(findings, bars, strict=True)),
    )


def _row(finding: CostFinding, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    return (
        sentence(finding.cost),
        group_cell(finding.names, voice.money),
        voice.money.exact(finding.excess.mean),
        bar,
        range_words(finding.excess, voice.money),
        _short(finding, finding.rate, voice),
        _short(finding, finding.comparable_rate, voice),
    )


def _short(finding: CostFinding, rate: float, voice: Voice) -> str:
    return voice.money.exact(rate) if "order" in finding.unit else percent(rate)


def _details(findings: tuple[CostFinding, ...], voice: Voice) -> Table:
    return Table(
        caption="Leaks and their comparables",
        columns=(
            Column("Cost"),
            Column("Of"),
            *numbers("More a year", "All of it", "Orders", "Customers"),
            Column("At the rate of"),
            Column("Alike in"),
            *numbers("False alarms"),
            Column("Next step"),
        ),
        rows=tuple(
            (
                sentence(finding.cost),
                group_cell(finding.names, voice.money),
                voice.money.exact(finding.excess.mean),
                voice.money.exact(finding.amount),
                count(finding.orders),
                count(finding.customers),
                finding.comparables,
                finding.matched_on,
                percent(finding.q_value),
                finding.what_to_do,
            )
            for finding in findings
        ),
    )


def _footer(found: Margins, voice: Voice) -> str:
    asked = f" of one customer in {count(found.one_in)}" if found.one_in > 1 else ""
    looked = f"Orders of the last {count(found.days)} days" if found.days else "Orders of the last year"
    said = (
        f"{looked}{asked}, money a year. What a group cost, less what it would have cost at the rate of "
        f"comparables alike in what drives value; ranges ({voice.level}) count customers, not orders. Of what is reported one in twenty may "
        "be a false alarm. A difference is no proof of a cause. Everything tested: tables/margins_tested.csv."
    )
    return f"{said} Next step: {found.leaks[0].what_to_do}" if found.leaks else said


def _terms(found: Margins, voice: Voice) -> Card:
    first = found.terms[0]
    return Card(
        key="margins-terms",
        title=f"Terms of trade: {_subject(first, voice)} {'take' if first.cost[-1] == 's' else 'takes'} {voice.money.about(first.excess.mean)} a year more than elsewhere",
        caption="Prices that a contract, a tariff or an offer of your own sets. They are no leak, but they can be changed.",
        shown=_table(found.terms[:_SHOWN], "Terms of trade, against comparable orders", voice),
        details=_terms_details(found.terms, voice),
        details_name="Every one of them, and what may be done",
        footer=f"Against orders alike in what drives value but under other terms, money a year. Next step: {first.what_to_do}",
        wide=True,
    )


def _terms_details(findings: tuple[CostFinding, ...], voice: Voice) -> Table:
    return Table(
        caption="Terms of trade and what may be done",
        columns=(
            Column("Cost"),
            Column("Of"),
            *numbers("More a year", "All of it", "Orders"),
            Column("Alike in"),
            Column("What may be done"),
        ),
        rows=tuple(
            (
                sentence(finding.cost),
                group_cell(finding.names, voice.money),
                voice.money.exact(finding.excess.mean),
                voice.money.exact(finding.amount),
                count(finding.orders),
                finding.matched_on,
                finding.what_to_do,
            )
            for finding in findings
        ),
    )
