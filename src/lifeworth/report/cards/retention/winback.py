"""Whom to win back, and how many contacts pay."""

from lifeworth.answers.retention import Retention
from lifeworth.answers.retention.winback import CurvePoint, WinBack, WinBackLine
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.cards.amounts import in_currency
from lifeworth.report.cards.retention.risk import score, tells_nothing
from lifeworth.report.numbers import chance, count, decimals
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, many, set_well, shorten

_OUTDOES = (
    "That is more than all customers together should bring by themselves: the effect assumed makes this figure, not what is known of these "
    "customers. Measure it on a few before you believe it."
)
_GROUNDS = ("brings_back", "contact_cost", "budget", "consent")


def curve_cards(found: Retention, voice: Voice) -> tuple[Card, ...]:
    """The net gain by number of contacts; none where no rhythm is known."""
    if "brings_back" not in found.grounds:
        return ()
    return (_curve(found, voice) if found.winback.curve else _nobody(found, voice),)


def list_cards(found: Retention, voice: Voice) -> tuple[Card, ...]:
    """The first customers worth a contact; none where nobody is."""
    return (_list(found, voice),) if found.winback.lines else ()


def _nobody(found: Retention, voice: Voice) -> Card:
    return Card(
        key="retention-budget",
        title="There is nobody to win back",
        empty="No customer who may be written to is past their own usual gap and likelier than not to stay away.",
        points=_assumptions(found, voice),
    )


def _curve(found: Retention, voice: Voice) -> Card:
    back = found.winback
    return Card(
        key="retention-budget",
        title=_curve_title(found, voice),
        caption=_curve_caption(back, voice),
        chart=_chart(back, voice),
        chart_label=f"Line of the expected net gain by number of contacts, best first; {_peak_words(back, voice)}",
        details=_points(back, voice),
        points=_assumptions(found, voice),
        footer="Net gain of a contact: the chance that it brings back somebody who would not come otherwise, times what they bring over "
        f"{voice.ahead} once back, less its cost. Asked are customers past their own usual gap, likelier than not to stay away, who may be "
        f"written to. The {voice.level} range holds what single customers do by chance, what is unsure of the effect where it was measured, "
        "and how far off all values may be together. Next step: keep a tenth back by lot, and measure it.",
    )


def _curve_title(found: Retention, voice: Voice) -> str:
    back, peak = found.winback, found.winback.peak
    what = "as assumed" if found.grounds["brings_back"].is_assumed else "as measured"
    best = back.budget or peak
    if best is None or peak is None or peak.contacts == 0:
        return f"Writing to customers past their usual gap should cost more than it brings, if it works {what}"
    if back.budget is not None and back.budget.contacts == 0:
        return "The budget does not pay for a single contact"
    who = many(best.contacts, "customer past the usual gap", "customers past their usual gap")
    within = (
        " is what the budget pays for, and" if back.budget is not None and back.budget.contacts < peak.contacts else ""
    )
    return f"Writing to {who}{within} should bring {voice.money.about(best.net.mean)} more than it costs, if it works {what}"


def _curve_caption(back: WinBack, voice: Voice) -> str:
    best, money = back.budget or back.peak, voice.money
    if best is None or best.contacts == 0:
        return f"Not one of {many(back.reachable, 'customer past the usual gap', 'customers past their usual gap')} who may be written to promises more than a contact costs."
    said = (
        f"{voice.level} range {money.range(best.net.low, best.net.high)}. It costs {money.about(best.spend)} and should bring back "
        f"{_people(best.brought_back)} of them. {_peak_words(back, voice).capitalize()}."
    )
    if back.budget is not None and back.budget.contacts and best.bound == best.bound:
        said += f" No choice within the budget can bring more than {money.about(best.bound)}."
    return said


def _people(expected: float) -> str:
    return f"about {count(expected)}" if expected >= 9.5 else decimals(expected, 1)


def _peak_words(back: WinBack, voice: Voice) -> str:
    peak = back.peak
    if peak is None or peak.contacts == 0:
        return "no contact gains"
    if peak.contacts >= back.reachable:
        return f"all {count(back.reachable)} customers past their usual gap who may be written to are worth it"
    return f"beyond {many(peak.contacts, 'contact')} of {count(back.reachable)} a further one costs more than it should bring"


def _chart(back: WinBack, voice: Voice) -> dict[str, object]:
    everybody, peak = max(back.reachable, 1), back.peak
    at = [0.0, 0.0] if peak is None else [round(100 * peak.contacts / everybody, 2), round(peak.net.mean, 2)]
    label = (
        "" if peak is None or peak.contacts == 0 else f"{voice.money.short(peak.net.mean)} at {count(peak.contacts)}"
    )
    return {
        "kind": "whale",
        "percent": False,
        "x": "customers written to, largest gain first",
        "colour": "worth" if peak is not None and peak.net.mean > 0 else "loss",
        "top": None,
        "name": "net gain of the campaign",
        "points": [[round(100 * p.contacts / everybody, 2), round(p.net.mean, 2)] for p in back.curve],
        "says": [_says(point, voice) for point in back.curve],
        "peak": {"at": at, "label": label},
        "end": "",
        "end_short": "",
    }


def _says(point: CurvePoint, voice: Voice) -> str:
    money = voice.money
    return f"{many(point.contacts, 'contact')}: {money.short(point.net.mean)}\n{voice.level} range {money.range(point.net.low, point.net.high)}"


def _points(back: WinBack, voice: Voice) -> Table:
    step = max(1, len(back.curve) // 15)
    chosen = {*back.curve[::step], back.curve[-1], *(p for p in (back.peak, back.budget) if p)}
    money = voice.money
    return Table(
        caption="Net gain by number of contacts",
        columns=(
            *numbers("Contacts", "Cost"),
            *numbers("Brought back", phone=False),
            *numbers("Net gain", f"{voice.level} range"),
            Column("", phone=False),
        ),
        rows=tuple(
            (
                count(p.contacts),
                money.exact(p.spend),
                decimals(p.brought_back, 1),
                money.exact(p.net.mean),
                range_words(p.net, money),
                ", ".join(name for name, mark in (("the peak", back.peak), ("the budget", back.budget)) if p == mark),
            )
            for p in sorted(chosen, key=lambda point: point.contacts)
        ),
    )


def _assumptions(found: Retention, voice: Voice) -> tuple[str, ...]:
    said = [
        in_currency(set_well(found.grounds[name].sentence), voice.money) for name in _GROUNDS if name in found.grounds
    ]
    if _outdoes_the_base(found, voice):
        said.insert(0, _OUTDOES)
    if not voice.facts.in_profit:
        said.insert(
            0, "No costs are known, so what comes back is counted in revenue: take your margin off before you decide."
        )
    return tuple(said)


def _outdoes_the_base(found: Retention, voice: Voice) -> bool:
    """Whether an effect nobody measured would bring more than the whole base is expected to."""
    best = found.winback.budget or found.winback.peak
    whole = voice.facts.base.get("value_mean")
    if best is None or not isinstance(whole, int | float):
        return False
    return found.grounds["brings_back"].is_assumed and best.net.mean > max(whole, 0.0)


def _list(found: Retention, voice: Voice) -> Card:
    back = found.winback
    return Card(
        key="retention-winback",
        title=_list_title(back, voice),
        shown=_table(back, voice),
        footer=f"If back: what they bring over {voice.ahead}, the order they come back with included, with its {voice.level} range. Gain: the chance that "
        "the contact brings them back times that, less its cost; its range is that of the expectation, for a single contact mostly "
        f"brings nothing. Segments leaves those who are gone in peace; here stand the ones among them for whom a single contact should still pay. {_rest(back)} Next step: take the list from tables/retention_winback.csv.",
        wide=True,
        tone="warn" if voice.no_signal or tells_nothing(found) else "",
    )


def _list_title(back: WinBack, voice: Voice) -> str:
    if voice.no_signal:
        return f"{voice.alike}: the order of this list is no finding"
    first = back.lines[0]
    worth = max(back.listed, back.peak.contacts if back.peak else 0)
    who = agree(worth, "One customer past the usual gap is", f"{count(worth)} customers past their usual gap are")
    return f"{who} worth a contact; the first promises {voice.money.about(first.gain.mean)} beyond its cost"


def _rest(back: WinBack) -> str:
    return (
        f"The first {count(len(back.lines))} of {count(back.listed)} listed." if back.listed > len(back.lines) else ""
    )


def _table(back: WinBack, voice: Voice) -> Table:
    bars = range_bars([line.if_back for line in back.lines], voice.money, voice.level)
    return Table(
        caption="Customers worth writing to, largest expected gain first",
        columns=(
            Column("Customer", "id"),
            *numbers("Gain"),
            *numbers("from … to", phone=False),
            *numbers("If back"),
            Column(f"{voice.level} range", "range", phone=False),
            *numbers("If back from … to", phone=False),
            *numbers("Brought back", "Comes anyway", phone=False),
            *numbers("Silent for"),
            *numbers("Usual gap", "Overdue", phone=False),
        ),
        rows=tuple(_row(line, bar, voice) for line, bar in zip(back.lines, bars, strict=True)),
        part=f"the first {count(len(back.lines))} of {count(back.listed)}; more stand in tables/retention_winback.csv"
        if back.listed > len(back.lines)
        else "",
    )


def _row(line: WinBackLine, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    return (
        Name(shorten(line.customer_id), line.customer_id),
        money.exact(line.gain.mean),
        range_words(line.gain, money),
        money.exact(line.if_back.mean),
        bar,
        range_words(line.if_back, money),
        chance(line.chance_brought),
        chance(line.chance_anyway),
        many(line.silent_days, "day"),
        many(line.usual_gap_days, "day"),
        score(line.overdue),
    )
