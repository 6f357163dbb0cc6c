"""Who is valuable against who merely spends."""

from lifeworth.answers.spenders import SpenderGroup, SpenderPoint, Spenders
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import count, percent
from lifeworth.report.scale import MoneyScale
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, many, shorten

FEWEST = 10


def spenders_card(spenders: Spenders, voice: Voice) -> Card:
    """The top fifth by spending held against the top fifth by worth."""
    if spenders.customers < FEWEST:
        return Card(
            key="spenders",
            title="Too few customers to tell spenders from earners",
            empty=f"With {many(spenders.customers, 'customer')} there is no top fifth to compare; {FEWEST} are needed.",
        )
    merely, quiet = spenders.merely_spend, spenders.quietly_valuable
    if voice.no_signal:
        alike = "Each is given the mean of customers as old as they, so there is no top fifth by worth to compare with."
        return Card(key="spenders", title=voice.alike, empty=alike, tone="warn")
    if untold := _untold(spenders):
        return Card(key="spenders", title="Spenders cannot be told from earners yet", empty=untold)
    return Card(
        key="spenders",
        title=_title(spenders, voice),
        caption=_caption(spenders, voice),
        chart=_chart(spenders, voice),
        chart_label=(
            f"Scatter of customers by money spent so far and expected {voice.worth}: {count(merely.customers)} spend "
            f"much and bring little, {count(quiet.customers)} spend little and bring much."
        ),
        details=_table(spenders, voice),
        footer=spenders.definition + _sampled(spenders),
    )


def _untold(spenders: Spenders) -> str:
    """Why a comparison would say nothing; empty when it says something."""
    if spenders.merely_spend.customers + spenders.both.customers == 0:
        return "No customer has spent anything so far."
    alike = spenders.quietly_valuable.customers + spenders.both.customers
    if alike > 0.5 * spenders.customers:
        return f"{many(alike, 'customer')} share about the same expected value, so there is no top fifth by worth."
    return ""


def _title(spenders: Spenders, voice: Voice) -> str:
    big = spenders.merely_spend.customers + spenders.both.customers
    if spenders.merely_spend.customers == 0:
        return "Who spends most is also worth most"
    if spenders.both.customers + spenders.quietly_valuable.customers == 0:
        return "Nobody is expected to bring anything, big spenders included"
    share = spenders.merely_spend.customers / big
    if share >= 0.1:
        return f"{percent(share)} of the biggest spenders are not among the most valuable{_why(spenders.merely_spend)}"
    return "Who spends is mostly, not always, who pays off"


def _why(group: SpenderGroup) -> str:
    """What most of them have in common; nothing where neither holds for most."""
    if group.probably_gone > 0.5 * group.customers:
        return f": {_how_many(group.probably_gone, group.customers)} of these are probably gone"
    if group.still_there > 0.5 * group.customers:
        return f": {_how_many(group.still_there, group.customers)} of these are still there but bring little"
    return ""


def _how_many(some: int, everybody: int) -> str:
    return "all" if some == everybody else "more than half"


def _split(group: SpenderGroup) -> str:
    rest = group.customers - group.probably_gone - group.still_there
    parts = (
        (group.probably_gone, "probably gone"),
        (group.still_there, "still there but bringing little"),
        (rest, "of whom the model cannot tell"),
    )
    return listed([f"{'all' if size == group.customers else count(size)} {what}" for size, what in parts if size])


def _caption(spenders: Spenders, voice: Voice) -> str:
    merely, quiet, money = spenders.merely_spend, spenders.quietly_valuable, voice.money
    if merely.customers == 0 and quiet.customers == 0:
        return "The top fifth by spending and the top fifth by worth are the same customers."
    if quiet.customers + spenders.both.customers == 0:
        return (
            f"{many(merely.customers, 'customer')} spent {money.short(merely.past_revenue)} and should bring "
            f"{money.short(merely.value.mean)}."
        )
    return (
        f"{many(merely.customers, 'customer')} spent {money.short(merely.past_revenue)} but should bring only "
        f"{money.short(merely.value.mean)} ({_split(merely)}); {many(quiet.customers, 'other')} spent {money.short(quiet.past_revenue)} "
        f"and should bring {money.short(quiet.value.mean)}. Choosing the best by sales would miss "
        f"{money.short(spenders.value_missed)} of {voice.worth}."
    )


def _sampled(spenders: Spenders) -> str:
    shown = len(spenders.points)
    return (
        ""
        if shown >= spenders.customers
        else (f" Drawn: {count(shown)} of {count(spenders.customers)} customers, chosen at random; counts are of all.")
    )


def _chart(spenders: Spenders, voice: Voice) -> dict[str, object]:
    across = MoneyScale.around([point.past_revenue for point in spenders.points])
    up = MoneyScale.around([point.value.mean for point in spenders.points])
    groups: dict[str, list[list[object]]] = {"rest": [], "both": [], "merely": [], "quiet": []}
    for point in spenders.points:
        groups[_kind(point)].append([across.place(point.past_revenue), up.place(point.value.mean), _says(point, voice)])
    money = voice.money
    return {
        "kind": "scatter",
        "x": {
            "name": "spent so far",
            "ends": across.ends(),
            "line": across.place(spenders.revenue_line),
            "ticks": [[across.place(tick), money.short(tick)] for tick in across.ticks()],
        },
        "y": {
            "name": f"expected {voice.worth}",
            "ends": up.ends(),
            "line": up.place(spenders.value_line),
            "ticks": [[up.place(tick), money.short(tick)] for tick in up.ticks()],
        },
        "groups": groups,
    }


def _kind(point: SpenderPoint) -> str:
    if point.big_spender:
        return "both" if point.valuable else "merely"
    return "quiet" if point.valuable else "rest"


def _says(point: SpenderPoint, voice: Voice) -> str:
    money = voice.money
    return (
        f"{shorten(point.customer_id, 28)}\nspent {money.exact(point.past_revenue)}\n"
        f"expected {money.exact(point.value.mean)}\n{money.exact_range(point.value.low, point.value.high)}"
    )


def _table(spenders: Spenders, voice: Voice) -> Table:
    groups = (
        ("▲ spent much, should bring little", spenders.merely_spend),
        ("◆ spent little, should bring much", spenders.quietly_valuable),
        ("● spent much, should bring much", spenders.both),
        ("○ neither", spenders.neither),
    )
    return Table(
        caption=f"Customers by spending so far and expected {voice.worth}",
        columns=(
            Column("Group"),
            *numbers("Customers", "Spent so far", f"Expected {voice.worth}"),
            *numbers("Range of the sum", phone=False),
            Column("For example", phone=False),
        ),
        rows=tuple(_row(name, group, voice) for name, group in groups),
    )


def _row(name: str, group: SpenderGroup, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    return (
        name,
        count(group.customers),
        money.exact(group.past_revenue),
        money.exact(group.value.mean),
        money.exact_range(group.value.low, group.value.high),
        ", ".join(shorten(line.customer_id, 24) for line in group.examples),
    )
