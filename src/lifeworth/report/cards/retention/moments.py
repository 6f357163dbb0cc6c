"""In which week is a reminder due, and for how many?"""

from lifeworth.answers.retention import Retention
from lifeworth.answers.retention.next_steps import Moment
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import count, day
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, many, sentence


def moments_cards(found: Retention, voice: Voice) -> tuple[Card, ...]:
    """Reminders by week; none where no rhythm is known or nothing falls due."""
    weeks = [moment for moment in found.moments if moment.place]
    if not any(moment.may or moment.may is None for moment in found.moments):
        return ()
    return (
        Card(
            key="retention-moments",
            title=_title(found.moments[0], weeks),
            caption=_caption(found.moments[0], weeks),
            shown=_table(found.moments, voice),
            footer="A reminder is due once the customer’s own usual gap is over: half of such waits have ended by then, so an earlier one "
            "reaches many who would order anyway; from the long gap on (three in four have ended) it is winning back. Still silent: how many are "
            f"expected not to have ordered by then, with its {voice.level} range. That reminding at this moment works best is a rule, not a measurement. "
            "Each customer’s day: remind_from in tables/retention_customers.csv. Next step: send the first week’s.",
        ),
    )


def _title(today: Moment, weeks: list[Moment]) -> str:
    week = next((moment for moment in weeks if moment.may), None)
    if week is None:
        return f"Reminders are due today for {many(today.may or 0, 'customer')}"
    who = sentence(many(week.may or 0, "customer"))
    return f"{who} should be reminded in the week from {day(week.first)}, if still silent"


def _caption(today: Moment, weeks: list[Moment]) -> str:
    known = [moment.may for moment in weeks if moment.may is not None]
    least = "At least " if len(known) < len(weeks) else ""
    said = f"{least}{many(sum(known), 'reminder')} {agree(sum(known), 'falls', 'fall')} due in {len(weeks)} weeks."
    if least:
        said += " Weeks with too few people to be shown are hidden."
    if today.may:
        verb = agree(today.may, "stands", "stand")
        said += f" {count(today.may)} {verb} between their usual and their long gap today."
    return said


def _table(moments: tuple[Moment, ...], voice: Voice) -> Table:
    return Table(
        caption="Reminders falling due by week",
        columns=(
            Column("Week"),
            *numbers("Due", phone=False),
            *numbers("May be written to", "Still silent"),
            *numbers(f"{voice.level} range", phone=False),
        ),
        rows=tuple(_row(moment) for moment in moments),
    )


def _row(moment: Moment) -> tuple[Cell, ...]:
    name = "Today" if moment.place == 0 else f"from {day(moment.first)}"
    if moment.due is None or moment.may is None:
        return (name, "hidden", "hidden", "", "")
    silent = moment.silent
    return (
        name,
        count(moment.due),
        count(moment.may),
        count(silent.mean),
        f"{count(silent.low)} … {count(silent.high)}" if moment.place else "",
    )
