"""How value is spread over customers, and how wide the ranges are."""

from math import isinf

from lifeworth.answers.distribution import Distribution, EvidenceBand, ValueBand
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many

_MEANING = {
    "A": "own history carries the estimate",
    "B": "mostly own history",
    "C": "some own history",
    "D": "judged by what others like it did",
}


def distribution_card(spread: Distribution, voice: Voice) -> Card:
    """How many customers are worth how much."""
    if spread.customers == 0:
        return Card(key="distribution", title="No customers yet", empty="There are no values to spread out.")
    several = spread.customers > 1 and any(band.total for band in spread.bands)
    return Card(
        key="distribution",
        title=_title(spread, voice),
        caption=_alike(voice) + _caption(spread, voice),
        chart=_chart(spread, voice) if several else None,
        chart_label=f"Bars of customers and of {voice.worth} by expected {voice.worth} per customer: "
        + ", ".join(f"{_name(band, voice)} {count(band.customers)} customers" for band in spread.bands),
        details=_table(spread, voice) if several else None,
        footer=spread.definition,
    )


def evidence_card(spread: Distribution, voice: Voice) -> Card:
    """How wide the ranges are, by how much history a customer has."""
    if spread.customers == 0:
        return Card(key="evidence", title="No ranges yet", empty="There are no ranges to show.", wide=True)
    bars = range_bars([band.average for band in spread.evidence], voice.money, voice.level)
    return Card(
        key="evidence",
        title=_evidence_title(spread, voice),
        caption=f"The average customer of each letter: expected {voice.worth} (dot) and {voice.level} range (band).",
        shown=Table(
            caption="The average customer's range by weight of evidence",
            columns=(
                Column("Evidence", "badge"),
                *numbers("Customers", phone=False),
                *numbers("Each"),
                Column(f"{voice.level} range", "range"),
                *numbers("from … to"),
                *numbers("Share of value", phone=False),
            ),
            rows=tuple(
                _evidence_row(band, bar, spread, voice) for band, bar in zip(spread.evidence, bars, strict=True)
            ),
        ),
        points=tuple(f"{letter}: {meaning}" for letter, meaning in _MEANING.items()),
        wide=True,
    )


def _alike(voice: Voice) -> str:
    return f"{voice.alike}; the bands hold customers of different age, nothing else. " if voice.no_signal else ""


def _evidence_title(spread: Distribution, voice: Voice) -> str:
    """Whether long histories make for narrower ranges here, measured against what a customer is worth."""
    widths = [
        (band.average.high - band.average.low) / band.average.mean
        for band in spread.evidence
        if band.average.mean > 0 and band.evidence in _MEANING
    ]
    if len(widths) > 1 and widths[-1] > 1.2 * widths[0]:
        return "The shorter a customer's own history, the wider the range beside their value"
    if widths and min(widths) > 1:
        return "What one customer brings is uncertain, even with a long history"
    return "How much of each estimate rests on the customer's own history"


def _evidence_row(band: EvidenceBand, bar: Cell, spread: Distribution, voice: Voice) -> tuple[Cell, ...]:
    total = sum(other.total for other in spread.evidence)
    return (
        band.evidence,
        count(band.customers),
        voice.money.exact(band.average.mean),
        bar,
        range_words(band.average, voice.money),
        percent(band.total / total) if total > 0 else "",
    )


def _total(spread: Distribution) -> float:
    return sum(band.total for band in spread.bands)


def _title(spread: Distribution, voice: Voice) -> str:
    total, customers, held = _total(spread), 0, 0.0
    if spread.customers == 1:
        return "One customer holds everything there is to expect"
    if voice.no_signal:
        return _typical(spread, voice)
    if total <= 0 or spread.customers < 10:
        return _typical(spread, voice)
    for band in reversed(spread.bands):
        customers, held = customers + band.customers, held + band.total
        if held >= 0.4 * total:
            break
    if customers > 0.6 * spread.customers:
        return _typical(spread, voice)
    above = f"above {voice.money.short(band.lower)}" if band.lower > 0 else "above nothing"
    return (
        f"{percent(customers / spread.customers)} of customers, each {above}, hold {percent(held / total)} of the value"
    )


def _typical(spread: Distribution, voice: Voice) -> str:
    if spread.median < 0:
        return f"The typical customer should cost {voice.money.about(-spread.median)} more than they bring"
    if spread.median == 0:
        return "The typical customer should bring nothing"
    return f"The typical customer should bring {voice.money.about(spread.median)}"


def _caption(spread: Distribution, voice: Voice) -> str:
    if spread.customers == 1:
        return f"Expected: {voice.money.about(spread.median)} in {voice.ahead}."
    if not any(band.total for band in spread.bands):
        return f"No {voice.worth} is expected from anybody in {voice.ahead}."
    middle = f"{voice.money.about(spread.median)} or less" if spread.median else "nothing"
    half = f"Half of the customers should bring {middle} in {voice.ahead}."
    nothing = spread.nothing_expected / spread.customers
    rest = (
        f" For {'all' if nothing == 1 else f'{percent(nothing)} of all'} customers nothing at all is the likeliest: their whole {voice.level} range is zero."
        if nothing
        else ""
    )
    loss = f" {many(spread.below_zero, 'customer')} should cost more than they bring." if spread.below_zero else ""
    return half + rest + loss


def _name(band: ValueBand, voice: Voice) -> str:
    if isinf(band.lower):
        return "below 0"
    if isinf(band.upper):
        return f"{voice.money.short(band.lower)} +"
    return f"{voice.money.short(band.lower)}–{_bare(band.upper, voice)}"


def _bare(value: float, voice: Voice) -> str:
    return voice.money.short(value).removeprefix(voice.money.before)


def _chart(spread: Distribution, voice: Voice) -> dict[str, object]:
    total = _total(spread)
    return {
        "kind": "bands",
        "names": [_name(band, voice) for band in spread.bands],
        "customers": [round(band.customers / spread.customers * 100, 2) for band in spread.bands],
        "value": [round(band.total / total * 100, 2) for band in spread.bands] if total > 0 else None,
        "x": f"expected {voice.worth} per customer, {voice.ahead}",
        "value_name": f"of all expected {voice.worth}",
        "says": [
            f"{_name(band, voice)}\n{many(band.customers, 'customer')}\n{voice.money.short(band.total)} together\n"
            f"average {voice.money.about(band.average.mean)} ({voice.money.range(band.average.low, band.average.high)})"
            for band in spread.bands
        ],
    }


def _table(spread: Distribution, voice: Voice) -> Table:
    total = _total(spread)
    return Table(
        caption=f"Customers by expected {voice.worth}",
        columns=(
            Column(f"Expected {voice.worth}"),
            *numbers("Customers"),
            *numbers("Of customers", phone=False),
            *numbers("Together"),
            *numbers("Of the value", phone=False),
            *numbers(f"Average {voice.level} range"),
        ),
        rows=tuple(
            (
                _name(band, voice),
                count(band.customers),
                percent(band.customers / spread.customers),
                voice.money.exact(band.total),
                percent(band.total / total) if total > 0 else "",
                voice.money.exact_range(band.average.low, band.average.high) if band.customers else "",
            )
            for band in spread.bands
        ),
    )
