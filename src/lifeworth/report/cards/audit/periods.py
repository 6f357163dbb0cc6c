"""Lens 5: what each period was made of, and of which cohorts."""

from itertools import pairwise

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.lenses import CohortPeriod, Lenses, Period
from lifeworth.report.card import Card, Cell, Column, Shade, Table, numbers
from lifeworth.report.cards.audit.words import period_label, to_day
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, many, sentence

_MOST_ROWS, _MOST_COLUMNS = 24, 6


def periods_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """Periods by new, kept and returning customers; details stack money by cohort."""
    periods = [period for period in found.lenses.periods if period.whole]
    if len(periods) < 2:
        return ()
    return (
        Card(
            key="audit-periods",
            title=_title(periods, found.lenses, voice),
            caption=_caption(periods, found.lenses, voice),
            shown=_table(periods[-_MOST_ROWS:], found.lenses, voice),
            details=_stacked(found.lenses, periods, voice),
            details_name=f"{voice.worth.capitalize()} by cohort",
            footer=f"New: first order in the {found.lenses.length}; kept: {found.definitions['kept']}. Shares are of {voice.worth}; what is missing to a hundred is money of customers "
            f"without an order in the {found.lenses.length}, such as late refunds. Each {found.lenses.length} is counted back from the day of the report, so all are whole. Next: where the part "
            "of new customers grows while kept ones bring no more, growth is bought; see Acquisition.",
            wide=True,
        ),
    )


def _title(periods: list[Period], found: Lenses, voice: Voice) -> str:
    last = periods[-1]
    if last.of_new is None or last.money <= 0:
        return f"{sentence(many(last.customers, 'customer'))} ordered in the last {found.length}, bringing {voice.money.about(last.money)} of {voice.worth}"
    old = 1 - last.of_new / last.money
    return f"{percent(old)} of {voice.worth} of the last {found.length} came from customers won before it"


def _caption(periods: list[Period], found: Lenses, voice: Voice) -> str:
    back = {"month": 12, "quarter": 4}.get(found.length, 1)
    last = periods[-1]
    said = f"Of {many(last.customers, 'customer')} active in it"
    if last.new is not None and last.kept is not None and last.returning is not None:
        said += f", {count(last.new)} were new, {count(last.kept)} kept, {count(last.returning)} returning"
    else:
        kinds = ((last.new, "new"), (last.kept, "kept"), (last.returning, "returning"))
        shown = [f"{count(each)} were {word}" for each, word in kinds if each is not None]
        hidden = listed([word for each, word in kinds if each is None])
        said += f", {listed(shown)}" if shown else ""
        said += f"; how many were {hidden} is not shown, for fewer than ten would be given away"
    if len(periods) > back and periods[-1 - back].of_new is not None and periods[-1 - back].money > 0:
        then = periods[-1 - back]
        said += f". A year before, customers won earlier brought {percent(1 - (then.of_new or 0.0) / then.money)}"
    return f"{said}."


def _table(periods: list[Period], found: Lenses, voice: Voice) -> Table:
    rates = {
        b.since: b.kept / a.customers
        for a, b in pairwise(periods)
        if a.until == b.since and a.customers and b.kept is not None
    }
    return Table(
        caption=f"What each {found.length} was made of",
        columns=(
            Column(period_label(found)),
            *numbers("Customers"),
            *numbers("New", "Kept", "Returning", phone=False),
            *numbers("Kept of those before", phone=False),
            *numbers(voice.worth.capitalize()),
            Column("From new", "heat"),
            Column("From kept", "heat", phone=False),
            Column("From returning", "heat", phone=False),
        ),
        rows=tuple(_row(period, rates.get(period.since), voice) for period in reversed(periods)),
        heat=True,
    )


def _row(period: Period, rate: float | None, voice: Voice) -> tuple[Cell, ...]:
    return (
        to_day(period.until),
        count(period.customers),
        *("hidden" if people is None else count(people) for people in (period.new, period.kept, period.returning)),
        percent(rate) if rate is not None else "",
        voice.money.exact(period.money),
        *(_shade(part, period.money) for part in (period.of_new, period.of_kept, period.of_returning)),
    )


def _shade(part: float | None, whole: float) -> Cell:
    if part is None:
        return Shade("hidden", 0)
    if whole <= 0:
        return Shade("", 0)
    share = part / whole
    return Shade(percent(share), max(-5, min(5, round(5 * share))))


def _stacked(found: Lenses, periods: list[Period], voice: Voice) -> Table:
    shown = periods[-_MOST_COLUMNS:]
    cells = {(cell.won_since, cell.since): cell for cell in found.cohorts}
    cohorts = sorted({cell.won_since for cell in found.cohorts})
    untils = {cell.won_since: cell.won_until for cell in found.cohorts}
    return Table(
        caption=f"{voice.worth.capitalize()} of the last periods by when customers were won",
        columns=(Column("Won"), *numbers(*(to_day(period.until) for period in shown))),
        rows=tuple(
            (to_day(untils[won]), *(_amount(cells.get((won, period.since)), voice) for period in shown))
            for won in reversed(cohorts)
        ),
    )


def _amount(cell: CohortPeriod | None, voice: Voice) -> Cell:
    if cell is None:
        return ""
    return "hidden" if cell.money is None else voice.money.exact(cell.money)
