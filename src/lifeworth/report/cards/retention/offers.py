"""What do comparable customers buy that others do not yet?"""

from lifeworth.answers.retention import Retention
from lifeworth.answers.retention.next_steps import Offer, OfferLine
from lifeworth.report.bars import range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.numbers import chance, count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, set_well, shorten, span

_SHOWN = 12
_LONGEST = 36
NEW = "new category"


def offers_cards(found: Retention, voice: Voice) -> tuple[Card, ...]:
    """Offers by group of comparable customers, and the first customers to make them to; none without categories."""
    if not found.offers:
        return ()
    best = found.offers[0]
    return (
        Card(
            key="retention-offers",
            title=_title(best, voice),
            caption=_caption(found, voice),
            shown=_groups(found.offers[:_SHOWN], len(found.offers), voice),
            details=_lines(found.offer_lines, voice) if found.offer_lines else None,
            details_name="The first customers, each with the offer that promises most",
            footer=_footer(best, voice),
            wide=True,
        ),
    )


def _what(offer: Offer | OfferLine) -> str:
    category = shorten(offer.category, _LONGEST)
    return category if offer.offer == NEW else f"{category}, dearer kind"


def _title(best: Offer, voice: Voice) -> str:
    did = f"{percent(best.chance.mean)} of customers like them took it up in {span(best.window_days)}"
    without = "do not buy" if best.offer == NEW else "do not buy the dearer kind of"
    who = f"{many(best.candidates, 'customer')} ({best.tier}, {best.rhythm})"
    return f"{who} {without} {shorten(best.category, _LONGEST)} yet: {did}"


def _caption(found: Retention, voice: Voice) -> str:
    best, money = found.offers[0], voice.money
    said = (
        f"Taken up by as many of these, it should bring {money.about(best.extra.mean)} ({voice.level} range "
        f"{money.range(best.extra.low, best.extra.high)})."
    )
    ground = found.grounds.get("offers")
    together = f" {set_well(ground.sentence)}" if ground else ""
    return f"{said}{together} {_held(found.offers)}".rstrip()


def _held(offers: tuple[Offer, ...]) -> str:
    """How many took something up in the last window, and how many had been expected to."""
    shown = [(offer.took_up, offer.expected_then) for offer in offers if offer.took_up is not None]
    if not shown:
        return ""
    took, expected = (sum(part) for part in zip(*shown, strict=True))
    which = "of all these offers" if len(shown) == len(offers) else "of the offers whose number may be shown"
    return f"In the last {span(offers[0].window_days)} {count(took)} {which} were taken up; {count(expected)} had been expected."


def _footer(best: Offer, voice: Voice) -> str:
    return (
        "Comparable: the same tier by money spent in the 365 days before (core brings the first half of it, solid the next three tenths, small "
        f"the rest) and the same rhythm. Chance: what such customers did unasked in the last {span(best.window_days)}, small groups drawn to all. "
        f"Brings: {voice.worth} of the category in the first {span(best.brings_days)} after; it may take the place of other purchases. A dearer kind counts beyond the usual "
        "line of the category. What asking adds is not known. Next step: offer it to half of a group by lot."
    )


def _groups(offers: tuple[Offer, ...], all_of_them: int, voice: Voice) -> Table:
    return Table(
        caption="Offers to groups of comparable customers, the largest expected sum first",
        columns=(
            Column("Offer"),
            Column("To"),
            *numbers("Customers"),
            *numbers("Chance", "from … to", "Took it up", phone=False),
            *numbers("Brings each", phone=False),
            *numbers("Together"),
            *numbers("Together from … to", phone=False),
        ),
        rows=tuple(_group(offer, voice) for offer in offers),
        part="" if len(offers) == all_of_them else f"the first {count(len(offers))} of {count(all_of_them)}",
    )


def _group(offer: Offer, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    return (
        Name(_what(offer), f"{offer.offer}: {offer.category}"),
        f"{offer.tier}, {offer.rhythm}",
        count(offer.candidates),
        chance(offer.chance.mean),
        f"{chance(offer.chance.low)} … {chance(offer.chance.high)}",
        "hidden" if offer.took_up is None else f"{count(offer.took_up)} of {count(offer.comparable)}",
        money.exact(offer.brings.mean),
        money.exact(offer.extra.mean),
        range_words(offer.extra, money),
    )


def _lines(lines: tuple[OfferLine, ...], voice: Voice) -> Table:
    money = voice.money
    return Table(
        caption="Customers and the offer that promises most",
        columns=(
            Column("Customer", "id"),
            Column("Offer"),
            *numbers("Chance"),
            *numbers("Brings", phone=False),
            *numbers("Expected"),
            *numbers(f"{voice.level} range", phone=False),
        ),
        rows=tuple(
            (
                Name(shorten(line.customer_id), line.customer_id),
                Name(_what(line), f"{line.offer}: {line.category}"),
                chance(line.chance),
                money.exact(line.brings),
                money.exact(line.extra.mean),
                range_words(line.extra, money),
            )
            for line in lines
        ),
        part=f"the first {count(len(lines))}; more stand in tables/retention_offer_list.csv",
    )
