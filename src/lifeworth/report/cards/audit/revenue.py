"""Revenue of the coming quarters and years, from customers of today and newcomers apart, and such forecasts blind on past days."""

from datetime import date
from statistics import median

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.ahead import EXTRAPOLATED, SEEN, TOGETHER, Coming, RevenueHeld
from lifeworth.answers.estimate import Estimate
from lifeworth.report.bars import range_words
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.audit.words import length_words, to_day
from lifeworth.report.cards.days import off_by
from lifeworth.report.numbers import day, month, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, sentence

_CURRENT = "customers of that day"


def revenue_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """The forecast, and what such forecasts were worth."""
    coming = found.ahead.coming
    quarters = [one for one in coming if one.length == "quarter"]
    years = [one for one in coming if one.length == "year"]
    if not years:
        return ()
    return (
        Card(
            key="audit-revenue",
            title=_title(years[0], voice),
            caption=_caption(quarters, years, voice),
            chart=_chart(quarters, voice),
            chart_label=f"Net revenue by quarter: seen as dots, expected as a line with its {voice.level} range.",
            details=_table([*quarters, *years], voice),
            details_name="Quarters and years, customers of today and newcomers apart",
            footer="Net revenue, not discounted. Customers of today: the run’s own forecast, spread over time as the purchase model has it and by the season of repeat purchases. Newcomers: how many are expected, "
            "times what newcomers brought by age. Next: hold the next quarter against this range when it is over.",
        ),
        *_held(found.ahead.held, voice),
    )


def _title(year: Coming, voice: Voice) -> str:
    said = f"The next twelve months should bring {voice.money.about(year.revenue.mean)} of revenue"
    if year.new is None or year.current is None or year.revenue.mean <= 0:
        return f"{said} from the customers of today"
    return f"{said}, {percent(year.current.mean / year.revenue.mean)} of it from the customers of today"


def _caption(quarters: list[Coming], years: list[Coming], voice: Voice) -> str:
    year, seen = years[0], [one for one in quarters if one.how == SEEN]
    said = f"{voice.level} range {voice.money.fine_range(year.revenue.low, year.revenue.high)}."
    if len(seen) >= 4:
        said += f" The last four quarters brought {voice.money.fine(sum(one.revenue.mean for one in seen[-4:]))}."
    far = [one for one in years if one.how == EXTRAPOLATED]
    if far:
        said += f" Years from {day(far[0].since)} on lie beyond twice the history: extrapolated."
    return said


def _chart(quarters: list[Coming], voice: Voice) -> dict[str, object]:
    return {
        "kind": "tracking",
        "names": [_aligned(one.since) for one in quarters],
        "months": [month(one.since) for one in quarters],
        "actual": [round(one.revenue.mean, 2) if one.how == SEEN else None for one in quarters],
        "predicted": [None if one.how == SEEN else round(one.revenue.mean, 2) for one in quarters],
        "low": [None if one.how == SEEN else round(one.revenue.low, 2) for one in quarters],
        "high": [None if one.how == SEEN else round(one.revenue.high, 2) for one in quarters],
        "cut": None,
        "says": [_says(one, voice) for one in quarters],
        "y": f"net revenue a quarter, {voice.money.name}",
    }


def _aligned(since: date) -> str:
    """A day of the calendar quarter it lies in, so that marks of the axis fall on quarters that begin within a month, too."""
    return f"{since.year:04d}-{(since.month - 1) // 3 * 3 + 1:02d}-01"


def _says(one: Coming, voice: Voice) -> str:
    money = voice.money
    when = f"quarter {to_day(one.until)}"
    if one.how == SEEN:
        return f"{when}\nbrought {money.exact(one.revenue.mean)}"
    return f"{when}\nexpected {money.exact(one.revenue.mean)} ({money.exact_range(one.revenue.low, one.revenue.high)})"


def _table(coming: list[Coming], voice: Voice) -> Table:
    return Table(
        caption="Net revenue seen and to come",
        columns=(
            Column("Span"),
            *numbers("Customers of today", "Newcomers", phone=False),
            *numbers("Together"),
            *numbers(f"{voice.level} range"),
            Column("How", phone=False),
        ),
        rows=tuple(_row(one, voice) for one in coming),
    )


def _row(one: Coming, voice: Voice) -> tuple[Cell, ...]:
    seen = one.how == SEEN
    return (
        sentence(f"{one.length} {to_day(one.until)}"),
        "" if seen else _mean(one.current, voice),
        "" if seen else _mean(one.new, voice),
        voice.money.exact(one.revenue.mean),
        "" if seen else range_words(one.revenue, voice.money),
        one.how,
    )


def _mean(value: Estimate | None, voice: Voice) -> str:
    return "not known" if value is None else voice.money.exact(value.mean)


def _held(held: tuple[RevenueHeld, ...], voice: Voice) -> tuple[Card, ...]:
    if not held:
        return ()
    together = [one for one in held if one.part == TOGETHER] or [one for one in held if one.part == _CURRENT]
    return (
        Card(
            key="audit-held",
            title=_held_title(together, voice),
            caption=_held_caption(held),
            shown=_days(held, together, voice),
            details=_parts(held, voice),
            details_name="Customers of the day and newcomers apart",
            footer="On each day the models knew nothing of what came later. Ranges hold how far such forecasts that were over by then had missed, beside a usual miss of 15 %. Windows overlap, so days are not "
            "independent. Next: where newcomers are the part that misses, plan with their range, not their mean.".replace(
                " %", "\u00a0%"
            ),
            wide=True,
        ),
    )


def _held_title(together: list[RevenueHeld], voice: Voice) -> str:
    misses = [abs(one.off) for one in together if one.off is not None]
    inside = sum(one.inside for one in together)
    days = many(len(together), "past day")
    within = f"inside its {voice.level} range on {inside} of {days}"
    months = length_words(together[0].months)
    if not misses:
        return f"Blind forecasts of {months}: {within}"
    return f"Blind forecasts of {months} of revenue were off by {percent(median(misses))} in the middle, {within}"


def _held_caption(held: tuple[RevenueHeld, ...]) -> str:
    said = []
    for part in (_CURRENT, "newcomers"):
        misses = [one.off for one in held if one.part == part and one.off is not None]
        if misses:
            said.append(f"{part}: {percent(median(abs(miss) for miss in misses))} in the middle, {_side(misses)}")
    return f"{sentence('; '.join(said))}." if said else ""


def _side(misses: list[float]) -> str:
    """On which side most forecasts were."""
    low = sum(miss < 0 for miss in misses)
    side, days = ("low", low) if 2 * low >= len(misses) else ("high", len(misses) - low)
    return f"too {side} on {days} of {len(misses)}"


def _days(held: tuple[RevenueHeld, ...], together: list[RevenueHeld], voice: Voice) -> Table:
    """One row a day."""
    parts = {(one.since, one.part): one.off for one in held}
    return Table(
        caption="Revenue said, blind on past days, and come",
        columns=(
            Column("Asked on"),
            *numbers("Said", f"{voice.level} range", "Came", phone=False),
            *numbers("Off by"),
            *numbers("Customers of the day", "Newcomers", phone=False),
            Column("Inside the range"),
        ),
        rows=tuple(
            (
                day(one.since),
                voice.money.exact(one.said.mean),
                range_words(one.said, voice.money),
                voice.money.exact(one.came),
                _off(one.off),
                _off(parts.get((one.since, _CURRENT))),
                _off(parts.get((one.since, "newcomers"))),
                "yes" if one.inside else "no",
            )
            for one in together
        ),
    )


def _parts(held: tuple[RevenueHeld, ...], voice: Voice) -> Table:
    return Table(
        caption="Revenue said and come, part by part",
        columns=(
            Column("Asked on"),
            Column("Of"),
            *numbers("Said"),
            *numbers(f"{voice.level} range", phone=False),
            *numbers("Came"),
        ),
        rows=tuple(
            (
                day(one.since),
                one.part,
                voice.money.exact(one.said.mean),
                range_words(one.said, voice.money),
                voice.money.exact(one.came),
            )
            for one in held
        ),
    )


def _off(off: float | None) -> str:
    return off_by(100 * off) if off is not None else ""
