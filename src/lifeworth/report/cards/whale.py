"""Who earned the profit so far, and who gave some back."""

from lifeworth.answers.whale import WhaleCurve
from lifeworth.report.card import Card, Column, Table, numbers
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, in_a_hundred, many, sentence

_FEW = 10
_WORTH_A_TITLE = 0.02


def whale_card(whale: WhaleCurve, voice: Voice) -> Card:
    """Past profit added up from the best customer to the worst."""
    if whale.customers == 0:
        return Card(key="whale", title="No customers yet", empty="There is no past to add up.")
    if not whale.earners and not whale.losers:
        return Card(key="whale", title=_title(whale, voice), empty="The files hold no money to add up.")
    if whale.customers == 1:
        return Card(key="whale", title=_title(whale, voice), empty="There is nobody else to compare with.")
    return Card(
        key="whale",
        title=_title(whale, voice),
        caption=_caption(whale, voice),
        chart=_chart(whale, voice),
        chart_label=(
            f"Line of {voice.worth} so far, added up from the best customer to the worst: "
            f"{count(whale.earners)} of {count(whale.customers)} earned {voice.money.short(whale.earned)}, "
            f"{count(whale.losers)} gave back {voice.money.short(-whale.lost)}."
        ),
        details=_table(whale, voice),
        footer=whale.definition,
    )


def half_share(whale: WhaleCurve) -> float | None:
    """The share of customers who together reached half of the total; None without a positive total."""
    if whale.total <= 0:
        return None
    point = next((p for p in whale.points if p.reached >= whale.total / 2), None)
    return point.customers / whale.customers if point else None


def _title(whale: WhaleCurve, voice: Voice) -> str:
    if whale.total <= 0:
        less = f"cost {voice.money.about(-whale.total)} more than they brought"
        return f"So far the customers together {less}" if whale.total else f"So far nobody brought any {voice.worth}"
    if -whale.lost >= _WORTH_A_TITLE * whale.earned:
        return _losers_title(whale, voice)
    if whale.customers < _FEW:
        return f"{many(whale.customers, 'customer')} brought {voice.money.about(whale.total)} so far"
    half = half_share(whale)
    return sentence(f"{in_a_hundred(half or 1.0)} customers brought half of the {voice.worth} so far")


def _losers_title(whale: WhaleCurve, voice: Voice) -> str:
    share = in_a_hundred(whale.losers / whale.customers)
    one = share.startswith("one ")
    if voice.facts.in_profit:
        return sentence(f"{share} customers {'gives' if one else 'give'} profit back")
    return sentence(f"{share} customers {'was' if one else 'were'} refunded more than they bought")


def _caption(whale: WhaleCurve, voice: Voice) -> str:
    money = voice.money
    best = f"{many(whale.earners, 'customer')} brought {money.short(whale.earned)}"
    if not whale.losers:
        return f"{best} in all; nobody brought less than nothing."
    if whale.earners == 0:
        return f"Not one of the {many(whale.customers, 'customer')} has brought more than they cost."
    again = f"{many(whale.losers, 'customer')} took {money.short(-whale.lost)} of it away again"
    share = f", {percent(-whale.lost / whale.earned)}" if whale.earned > 0 else ""
    only = whale.without_purchase
    lone = (
        f" {count(only)} of these {agree(only, 'has', 'have')} only refunds in the files, no purchase." if only else ""
    )
    return f"{best}; {again}{share}.{lone}"


def _chart(whale: WhaleCurve, voice: Voice) -> dict[str, object]:
    in_percent = whale.total > 0
    unit = whale.total / 100 if in_percent else 1.0
    peak_share = whale.earners / whale.customers * 100
    label = percent(whale.earned / whale.total) if in_percent else voice.money.short(whale.earned)
    peak = f"{label} from the first {percent(whale.earners / whale.customers)}" if whale.losers and in_percent else ""
    lost = whale.losers > 0 and in_percent
    last = percent(whale.losers / whale.customers)
    return {
        "kind": "whale",
        "percent": in_percent,
        "x": f"customers, from most to least {voice.worth}",
        "colour": "worth" if whale.total > 0 else "loss",
        "top": 100 if in_percent and not whale.losers else None,
        "name": f"share of {voice.worth} so far" if in_percent else f"{voice.worth} so far",
        "points": [[round(p.customers / whale.customers * 100, 2), round(p.reached / unit, 3)] for p in whale.points],
        "says": [
            f"best {percent(p.customers / whale.customers)} of customers\n{voice.money.short(p.reached)} together"
            for p in whale.points
        ],
        "peak": {"at": [round(peak_share, 2), round(whale.earned / unit, 3)], "label": peak},
        "end": f"the last {last} take {voice.money.short(-whale.lost)} back" if lost else "",
        "end_short": f"last {last}: {voice.money.short(whale.lost)}" if lost else "",
    }


def _table(whale: WhaleCurve, voice: Voice) -> Table:
    step = max(1, len(whale.points) // 20)
    chosen = [*whale.points[step:-1:step], whale.points[-1]]
    return Table(
        caption=f"{sentence(voice.worth)} so far, best customers first",
        columns=(Column("Best customers"), *numbers("Customers", f"{sentence(voice.worth)} so far", "Of the total")),
        rows=tuple(
            (
                percent(point.customers / whale.customers),
                count(point.customers),
                voice.money.exact(point.reached),
                percent(point.reached / whale.total) if whale.total > 0 else "",
            )
            for point in chosen
        ),
    )
