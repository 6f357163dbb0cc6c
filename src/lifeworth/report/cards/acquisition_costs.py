"""What winning a customer cost over time, and what keeping one costs beside it."""

from math import isfinite

from lifeworth.answers.acquisition import Acquisition
from lifeworth.answers.acquisition_parts import WON_IN, Cost, Way
from lifeworth.report.card import Card, Column, Table, numbers
from lifeworth.report.cards.acquisition_tables import campaigns_table, one
from lifeworth.report.cards.amounts import in_currency
from lifeworth.report.numbers import SPACE, count, decimals
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, many, sentence


def over_time_card(found: Acquisition, voice: Voice) -> Card:
    """Paid and blended cost by when customers were won, campaigns behind it."""
    rows = [c for c in found.costs if c.grouped_by == WON_IN]
    return Card(
        key="acquisition-costs",
        title=_time_title(rows, voice),
        caption="Paid: over newcomers through channels with spend. Blended: over all newcomers, those who cost nothing among them.",
        shown=Table(
            caption="What winning a customer cost, by when they were won",
            columns=(Column("Won in"), *numbers("Spend", "Newcomers", phone=False), *numbers("Paid", "Blended")),
            rows=tuple(
                (
                    c.won_in or "",
                    voice.money.exact(c.spend),
                    "too few" if c.newcomers is None else count(c.newcomers),
                    voice.money.exact(c.paid),
                    voice.money.exact(c.blended),
                )
                for c in rows
            ),
        ),
        details=campaigns_table(found, voice) if found.campaigns else None,
        details_name="Campaigns",
        footer=_time_footer(found, rows, voice),
    )


def _time_title(rows: list[Cost], voice: Voice) -> str:
    """The last group but one against the first: the last may still be running."""
    known = [c for c in rows if c.blended is not None]
    if not known:
        return "What winning a customer cost"
    if len(known) < 3:
        return f"Winning a customer cost {voice.money.about(known[-1].blended)} in {known[-1].won_in}"
    first, last = known[0], known[-2]
    return (
        f"Winning a customer cost {voice.money.about(last.blended)} in {last.won_in}, against "
        f"{voice.money.about(first.blended)} in {first.won_in}"
    )


def _time_footer(found: Acquisition, rows: list[Cost], voice: Voice) -> str:
    formula = rows[0].formula if rows else ""
    blame = (
        f" {found.campaigns[0].note}" if found.campaigns and all(c.newcomers is None for c in found.campaigns) else ""
    )
    return (
        f"{sentence(formula)}. Spend of a channel and month is shared by the customers whose first order fell into it.{blame} "
        "All spend, to the cent: tables/acquisition_books.csv. Next: compare with what to pay at most per channel above."
    )


def keeping_cards(found: Acquisition, voice: Voice) -> tuple[Card, ...]:
    """Profit by winning beside profit by keeping; none where only one of them has a cost."""
    ways = [way for way in found.ways if not way.compares]
    if len(ways) < 2:
        return ()
    compared = [way for way in found.ways if way.compares]
    return (
        Card(
            key="acquisition-keeping",
            title=_keeping_title(ways, voice),
            caption=_keeping_caption(ways, compared, voice),
            shown=Table(
                caption="What profit costs",
                columns=(
                    Column("Way"),
                    *numbers("Cost", "Profit", phone=False),
                    *numbers(f"Spent for {one(voice)} of it"),
                    *numbers(f"{voice.level} range", phone=False),
                ),
                rows=tuple(
                    (
                        sentence(way.name) + (" (by experiment)" if way.caused else ""),
                        voice.money.exact(way.cost),
                        voice.money.exact(way.profit.mean),
                        decimals(way.of_one.mean, 3),
                        f"{decimals(way.of_one.low, 3)}{SPACE}… {decimals(way.of_one.high, 3)}",
                    )
                    for way in ways
                ),
            ),
            footer=(
                "Winning: spend of the days judged over what their newcomers should bring in the first year. Keeping: communications and "
                "spend on keeping over the profit of repeat orders in the same days, most of which would have come anyway. "
                "Next: let an experiment say what a letter causes before money moves from one to the other."
            ),
        ),
    )


def _keeping_title(ways: list[Way], voice: Voice) -> str:
    """What was spent beside the profit it stands against; no experiment is in it."""
    spent = {
        way.name.split(",")[0].split(":")[0]: way
        for way in reversed(ways)
        if not way.caused and way.of_one.mean == way.of_one.mean
    }
    won, kept = spent.get("winning customers"), spent.get("keeping customers")
    if won is None or kept is None:
        return "What stands against profit by winning and by keeping customers"
    money = voice.money
    return (
        f"{money.exact(won.of_one.mean)} was spent on winning for {one(voice)} of newcomers’ profit, "
        f"{money.exact(kept.of_one.mean)} on keeping for {one(voice)} of repeat orders’"
    )


def _keeping_caption(ways: list[Way], compared: list[Way], voice: Voice) -> str:
    """What spending leaves open, and what experiments measured of keeping."""
    said = "That is what was spent, not what it caused: most repeat orders, and newcomers who cost nothing, would have come anyway."
    measured = [way for way in ways if way.caused]
    sure = [way for way in measured if isfinite(way.of_one.mean) and isfinite(way.of_one.high)]
    if measured:
        told = many(len(measured), "experiment")
        which = agree(len(sure), "is", "are")
        told_apart = (
            f"of {count(len(sure))} of them the cost {which} known within a range"
            if sure
            else "of none is the upper end of the cost known"
        )
        said += f" {sentence(told)} measured what keeping causes; {told_apart}: see the table."
    habit = next((way.sentence for way in compared if not way.caused), "")
    return f"{said} {in_currency(habit, voice.money)}".rstrip()
