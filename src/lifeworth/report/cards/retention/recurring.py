"""How monthly recurring revenue moved, and how much of a year-old base is left."""

from math import isfinite

from lifeworth.answers.retention import Retention
from lifeworth.answers.retention.recurring import MOVES, Kept, Month
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import count, day, month, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, many, sentence, set_well

_YEAR, _SHOWN = 12, 4
_TWICE = 2.0
_UNTOLD = "untold"
_NAMES = {
    "new": "New",
    "expansion": "Expansion",
    "reactivation": "Reactivation",
    "contraction": "Contraction",
    "churn": "Churn",
    _UNTOLD: "Moves of few customers",
}


def recurring_cards(found: Retention, voice: Voice) -> tuple[Card, ...]:
    """The bridge over the last twelve whole months, and retention of revenue; none without subscriptions."""
    year = _between_levels([each for each in found.months if each.is_whole][-_YEAR:])
    return (*([_bridge(found, year, voice)] if year else []), *_kept(found, voice))


def _between_levels(months: list[Month]) -> list[Month]:
    """Months from the first whose opening is shown to the last whose closing is."""
    starts = [place for place, each in enumerate(months) if isfinite(each.opening)]
    ends = [place for place, each in enumerate(months) if isfinite(each.closing)]
    return months[starts[0] : ends[-1] + 1] if starts and ends else []


def _bridge(found: Retention, months: list[Month], voice: Voice) -> Card:
    money, opening, closing = voice.money, months[0].opening, months[-1].closing
    sums = {name: sum(each.moves[name] for each in months if isfinite(each.moves[name])) for name in MOVES}
    sums[_UNTOLD] = _rest(months, sums)
    return Card(
        key="retention-mrr",
        title=f"Recurring revenue went from {money.about(opening)} to {money.about(closing)} a month in {many(len(months), 'month')}",
        caption=_bridge_caption(months, sums, voice),
        chart=_chart(opening, sums, closing, voice),
        chart_label=f"Bars from {money.short(opening)} to {money.short(closing)} a month: "
        + ", ".join(
            f"{_NAMES[name].lower()} {money.short(value)}" for name, value in sums.items() if value or name in MOVES
        ),
        details=_months(found.months, voice),
        details_name="Every month",
        footer="Monthly recurring revenue: what all subscriptions that run on the month’s last day bring a month, those of one customer added up; trials "
        "bring nothing. New: never paid before. Reactivation: had paid, stopped, pays again. Expansion and contraction: paid and pays, more or less. Churn: "
        "pays no longer. The moves come from the amounts, not from what a file calls an upgrade, and add up to the closing figure. "
        "Next step: look at the largest step down first.",
        points=tuple(set_well(found.grounds[name].sentence) for name in ("subscriptions",) if name in found.grounds),
        wide=True,
    )


def _bridge_caption(months: list[Month], sums: dict[str, float], voice: Voice) -> str:
    money = voice.money
    came, back, lost = (
        sum(people or 0 for people in each)
        for each in zip(*((m.customers_new, m.customers_back, m.customers_lost) for m in months), strict=True)
    )
    few = sum(not isfinite(move) for each in months for move in each.moves.values())
    untold = (
        f" {sentence(many(few, 'move'))} of few customers in a month {agree(few, 'is', 'are')} not told one by one; together they come to {money.short(sums[_UNTOLD])}."
        if few
        else ""
    )
    return (
        f"{many(came, 'customer')} came ({money.short(sums['new'])}), {count(back)} came back, {count(lost)} left ({money.short(-sums['churn'])}); "
        f"{count(months[-1].customers)} pay on {day(months[-1].closes_on)}.{untold}"
    )


def _rest(months: list[Month], sums: dict[str, float]) -> float:
    """What moves that are not shown come to: none where all are."""
    if all(isfinite(move) for each in months for move in each.moves.values()):
        return 0.0
    return months[-1].closing - months[0].opening - sum(sums.values())


def _chart(opening: float, sums: dict[str, float], closing: float, voice: Voice) -> dict[str, object]:
    rows = [_bar("At the start", 0.0, opening, "revenue", voice, opening)]
    level = opening
    for name, value in sums.items():
        if value:
            rows.append(_bar(_NAMES[name], level, level + value, "worth" if value > 0 else "loss", voice, value))
        level += value
    return {"kind": "waterfall", "rows": [*rows, _bar("At the end", 0.0, closing, "revenue", voice, closing)]}


def _bar(name: str, start: float, end: float, colour: str, voice: Voice, amount: float) -> dict[str, object]:
    ends = sorted((round(start, 2), round(end, 2)))
    short = voice.money.fine(amount)
    return {
        "name": name, "full": name, "from": ends[0], "to": ends[1], "short": short, "note": "", "colour": colour, "guess": False
    }  # fmt: skip


def _months(months: tuple[Month, ...], voice: Voice) -> Table:
    return Table(
        caption="Monthly recurring revenue by month",
        columns=(
            Column("Month"),
            *numbers("Opening", phone=False),
            *numbers("New"),
            *numbers("Expansion", "Reactivation", "Contraction", phone=False),
            *numbers("Churn", "Closing"),
            *numbers("Customers", phone=False),
        ),
        rows=tuple(
            (
                month(each.month) + ("" if each.is_whole else f" to {day(each.closes_on)}"),
                *(_amount(amount, voice) for amount in (each.opening, *(each.moves[n] for n in MOVES), each.closing)),
                "hidden" if each.customers is None else count(each.customers),
            )
            for each in reversed(months)
        ),
    )


def _amount(amount: float, voice: Voice) -> Cell:
    return voice.money.exact(amount) if isfinite(amount) else "hidden"


def _kept(found: Retention, voice: Voice) -> tuple[Card, ...]:
    if not found.kept:
        return ()
    last = found.kept[-1]
    hundred = voice.money.about(100)
    return (
        Card(
            key="retention-nrr",
            title=f"Of every {hundred} a month that was paid on {day(last.since)}, the same customers pay {voice.money.about(round(100 * last.net.mean))} on {day(last.closes_on)}",
            caption=_kept_caption(last, voice),
            shown=_shares(found.kept[-_SHOWN:], voice),
            details=_shares(found.kept, voice) if len(found.kept) > _SHOWN else None,
            details_name="More months",
            points=_beside(found),
            footer="Net revenue retention: what customers who paid twelve months before pay now, over what they paid then. Gross: the same without "
            "anything paid above then. Logo churn: the share of these customers who pay nothing now. "
            f"{voice.level} ranges by drawing the customers again and again. Next step: hold the months after a change of price or plan against those before.",
            wide=True,
        ),
    )


def _beside(found: Retention) -> tuple[str, ...]:
    """Where the same customers pay more than twice as much, what that is and what it is not."""
    if all(each.net.mean <= _TWICE for each in found.kept):
        return ()
    return (
        f"Above {percent(_TWICE)} the same customers pay more than twice what they paid then, mostly by further subscriptions beside the first; "
        "months that follow few customers show it most, and no such pace lasts. Where a new subscription took the place of the one before, the "
        "file lacks the end of the old one, and the figure is too high.",
    )


def _kept_caption(last: Kept, voice: Voice) -> str:
    net, gross, lost = last.net, last.gross, last.logo_churn
    return (
        f"Net revenue retention {percent(net.mean)} ({voice.level} range {percent(net.low)} to {percent(net.high)}), gross {percent(gross.mean)} "
        f"({percent(gross.low)} to {percent(gross.high)}); {percent(lost.mean)} of {many(last.customers, 'customer')} left."
    )


def _shares(kept: tuple[Kept, ...], voice: Voice) -> Table:
    return Table(
        caption="Customers who paid twelve months before",
        columns=(
            Column("Month"),
            *numbers("Customers then", phone=False),
            *numbers("Net retention"),
            *numbers(f"{voice.level} range", phone=False),
            *numbers("Gross retention"),
            *numbers("Gross from … to", phone=False),
            *numbers("Logo churn"),
            *numbers("Logo churn from … to", phone=False),
        ),
        rows=tuple(_share(each) for each in reversed(kept)),
    )


def _share(each: Kept) -> tuple[Cell, ...]:
    cells: list[Cell] = [month(each.month), count(each.customers)]
    for found in (each.net, each.gross, each.logo_churn):
        cells += [percent(found.mean), f"{percent(found.low)} … {percent(found.high)}"]
    return tuple(cells)
