"""Lens 1: how customers differ in the last span."""

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.lenses import AFTER, Band, Span, Tenth
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.audit.words import last_span
from lifeworth.report.numbers import count, decimals, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, sentence

_PARTS = {10: "tenth", 5: "fifth", 2: "half"}


def differ_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """Customers by how many orders they had, and in equal parts by what they brought; none where nobody was active."""
    span = found.lenses.spans.get(AFTER)
    if span is None or not span.customers:
        return ()
    bands = [band for band in found.lenses.bands.get(AFTER, ()) if band.customers is not None]
    tenths = found.lenses.tenths.get(AFTER, ())
    drawn = len(bands) > 1 and span.money > 0
    return (
        Card(
            key="audit-differ",
            title=_title(span, tenths, voice),
            caption=_caption(found, span, voice),
            chart=_chart(bands, voice) if drawn else None,
            chart_label="Bars of customers and of what they brought by number of orders: "
            + ", ".join(f"{_band_name(band)} {percent(band.share_of_customers)} of customers" for band in bands)
            if drawn
            else "",
            details=_table(tenths, voice) if tenths else None,
            details_name="Customers in equal parts, the best first",
            footer=_footer(found, span, voice),
        ),
    )


def _title(span: Span, tenths: tuple[Tenth, ...], voice: Voice) -> str:
    once = f"{percent(span.one_time_share)} of customers ordered once"
    if tenths and tenths[0].share is not None:
        part = _PARTS[tenths[0].parts]
        best = f"The best {part} of customers brings {percent(tenths[0].share)} of {voice.worth}"
        return best if voice.bills else f"{best}; {once}"
    return sentence(once)


def _caption(found: Audit, span: Span, voice: Voice) -> str:
    money = voice.money
    parts = [
        many(span.customers, "customer"),
        f"{decimals(span.orders_each, 2)} orders each",
        f"{money.exact(span.order_value)} an order",
    ]
    if span.margin is not None:
        parts.append(f"{percent(span.margin)} margin")
    said = f"{sentence(last_span(found.lenses))}: {' × '.join(parts)} = {money.exact(span.money)} of {voice.worth}."
    before = found.lenses.spans.get("before")
    if before is not None and before.top_tenth is not None and span.top_tenth is not None:
        said += f" In the span before, the best tenth brought {percent(before.top_tenth)}."
    return said


def _chart(bands: list[Band], voice: Voice) -> dict[str, object]:
    return {
        "kind": "bands",
        "names": [_band_name(band) for band in bands],
        "customers": [round(100 * (band.share_of_customers or 0.0), 2) for band in bands],
        "value": [round(100 * (band.share_of_money or 0.0), 2) for band in bands],
        "value_name": f"of {voice.worth}",
        "x": "orders in the span",
        "says": [
            f"{_band_name(band)} {'bills' if voice.bills else 'orders'}\n{count(band.customers)} customers ({percent(band.share_of_customers)})\n"
            f"{voice.money.exact(band.money)} of {voice.worth} ({percent(band.share_of_money)})"
            for band in bands
        ],
    }


def _band_name(band: Band) -> str:
    if band.orders_to is None:
        return f"{band.orders_from}+"
    return str(band.orders_from) if band.orders_to == band.orders_from else f"{band.orders_from}–{band.orders_to}"


def _table(tenths: tuple[Tenth, ...], voice: Voice) -> Table:
    part = _PARTS[tenths[0].parts]
    return Table(
        caption=f"Customers of the span by {part}s of {voice.worth}",
        columns=(
            Column(sentence(part)),
            *numbers("Customers", phone=False),
            *numbers(sentence(voice.worth), "Each"),
            *numbers("Share", "Share so far"),
        ),
        rows=tuple(_row(tenth, voice) for tenth in tenths),
    )


def _row(tenth: Tenth, voice: Voice) -> tuple[Cell, ...]:
    return (
        "best" if tenth.part == 1 else str(tenth.part),
        count(tenth.customers),
        voice.money.exact(tenth.money),
        voice.money.exact(tenth.each),
        percent(tenth.share),
        percent(tenth.share_so_far),
    )


def _footer(found: Audit, span: Span, voice: Voice) -> str:
    gini = ""
    if span.gini is not None:
        beyond = ", above 1 where losses eat up what others bring" if span.gini > 1 else ""
        gini = f" Gini {decimals(span.gini, 2)}: 0 all alike, near 1 one brings everything{beyond}."
    lost = ""
    if span.losing and span.lost is not None:
        lost = (
            f" {sentence(many(span.losing, 'customer'))} took {voice.money.exact(-span.lost)} more than they brought."
        )
    return (
        f"Customers: {found.definitions['customers']}. Order value: {found.definitions['order value']}.{gini}{lost} Bands of fewer than ten customers are "
        f"not shown. Next: know the best tenth by name (Lists){'' if voice.bills else ', and ask what would bring those who ordered once back'}."
    )
