"""Lens 3: how one cohort evolves, and how customers go on from purchase to purchase."""

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.lenses import EVERYBODY, FOLLOWED, CohortPeriod, Repeat
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.audit.words import period_label, to_day
from lifeworth.report.numbers import count, day, decimals, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, span

_MOST_ROWS = 40


def cohort_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """The life of the oldest cohort that can be followed; none where there is none of some size."""
    life = found.lenses.followed
    if not life:
        return ()
    return (
        Card(
            key="audit-cohort",
            title=_title(life, found.lenses.length, voice),
            caption=_caption(found, life),
            shown=_table(found, life[-_MOST_ROWS:], voice),
            details=_repeats(found) if found.lenses.repeats else None,
            details_name="From purchase to purchase",
            footer=f"Cohort: {found.definitions['cohort']}; the oldest whole one of some size is followed. Each so far: {voice.worth} up to then over all acquired, those who left "
            "among them. Every cohort: tables/audit_cohorts.csv. Next: compare with newer cohorts at equal age, in the card that follows.",
            wide=True,
        ),
    )


def _title(life: tuple[CohortPeriod, ...], length: str, voice: Voice) -> str:
    last = life[-1]
    shown = next((cell for cell in reversed(life) if cell.active_share is not None), last)
    who = many(last.acquired, "customer") if last.acquired else "customers"
    won = f"Of {who} won in the {length} {to_day(last.won_until)}"
    still = (
        f"{percent(shown.active_share)} ordered {_when(shown, life, length)}"
        if shown.active_share is not None
        else "too few to show still order"
    )
    each = f"; each has brought {voice.money.about(last.each_so_far)} so far" if last.each_so_far is not None else ""
    return f"{won}, {still}{each}"


def _when(shown: CohortPeriod, life: tuple[CohortPeriod, ...], length: str) -> str:
    """In the last quarter, or in that up to a day."""
    return f"in the last {length}" if shown is life[-1] else f"in the {length} {to_day(shown.until)}"


def _caption(found: Audit, life: tuple[CohortPeriod, ...]) -> str:
    first = life[0]
    said = f"{many(first.acquired or 0, 'customer')} whose first order fell into the {found.lenses.length} from {day(first.won_since)}."
    told: list[Repeat] = []
    for group, who in ((EVERYBODY, "Of all customers"), (FOLLOWED, "Of this cohort")):
        steps = found.lenses.repeats.get(group, ())
        if steps and steps[0] not in told:
            told.append(steps[0])
            said += f" {who}, {_step_words(steps[0])}."
    return said


def _step_words(step: Repeat) -> str:
    waited = f", half of them within {count(step.wait_half)} days" if step.wait_half is not None else ""
    return f"{percent(step.went_on.mean)} bought on a second day within {span(step.within_days)}{waited}"


def _table(found: Audit, life: tuple[CohortPeriod, ...], voice: Voice) -> Table:
    return Table(
        caption="The life of the cohort",
        columns=(
            Column(period_label(found.lenses)),
            *numbers("Active", phone=False),
            *numbers("Share"),
            *numbers("Orders each", phone=False),
            *numbers(f"{voice.worth.capitalize()} of an active one"),
            *numbers("Each so far"),
        ),
        rows=tuple(_row(cell, voice) for cell in life),
    )


def _row(cell: CohortPeriod, voice: Voice) -> tuple[Cell, ...]:
    if cell.active is None:
        return (to_day(cell.until), "hidden", "hidden", "", "", "")
    money = voice.money
    return (
        to_day(cell.until),
        count(cell.active),
        percent(cell.active_share),
        decimals(cell.orders_each, 2) if cell.orders_each is not None else "",
        money.exact(cell.each_active) if cell.each_active is not None else "",
        money.exact(cell.each_so_far) if cell.each_so_far is not None else "",
    )


def _repeats(found: Audit) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for group, name in ((EVERYBODY, "all"), (FOLLOWED, "this cohort")):
        for step in found.lenses.repeats.get(group, ()):
            low, high = step.wait_middle
            waits = f"{count(low)} … {count(high)}" if low is not None and high is not None else ""
            rows.append(
                (
                    f"{_nth(step.purchase)} to {_nth(step.purchase + 1)}, {name}",
                    count(step.customers),
                    percent(step.went_on.mean),
                    f"{percent(step.went_on.low)} … {percent(step.went_on.high)}",
                    count(step.wait_half) if step.wait_half is not None else "",
                    waits,
                )
            )
    within = next(iter(found.lenses.repeats.values()))[0].within_days
    return Table(
        caption=f"Who goes on to the next purchase within {span(within)}, and after how many days",
        columns=(
            Column("Purchase"),
            *numbers("Made it", phone=False),
            *numbers("Went on"),
            *numbers("Range", phone=False),
            *numbers("Half within"),
            *numbers("Middle half", phone=False),
        ),
        rows=tuple(rows),
    )


def _nth(place: int) -> str:
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place, 'th') }"
