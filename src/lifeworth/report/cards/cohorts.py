"""Groups of new customers over time: what they brought by age, and when their cost was earned back."""

from math import ceil
from statistics import median

from lifeworth.answers.cohorts import EQUAL_AGES, Cohort, Cohorts
from lifeworth.report.card import Card, Cell, Column, Shade, Table, numbers
from lifeworth.report.cards.trend import FEW, Compared, compared
from lifeworth.report.numbers import count, month
from lifeworth.report.voice import Voice
from lifeworth.report.words import number_word, sentence

_HEAT_AGES = (0, 1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)
_PHONE_AGES, _YOUNG = (0, 3, 6, 12, 24, 48), 6
_MOST_LINES = 12


def cohorts_cards(cohorts: Cohorts, voice: Voice) -> tuple[Card, ...]:
    """Curves of money by age, and the same figures as a heat table."""
    if not cohorts.cohorts:
        return (
            Card(key="cohorts", title="No groups of customers yet", empty="There are no first purchases to group."),
        )
    if not any(value for c in cohorts.cohorts for value in c.per_customer):
        return (Card(key="cohorts", title="No group has brought anything yet", empty="The files hold no money."),)
    return (_curves(cohorts, voice), _heat(cohorts, voice))


def cohort_name(cohort: Cohort, grain: str) -> str:
    """A group's name: Sep 2011, Q3 2011, 2011."""
    if grain == "month":
        return month(cohort.start)
    if grain == "quarter":
        return f"Q{(cohort.start.month + 2) // 3}\u00a0{cohort.start.year}"
    return str(cohort.start.year)


def _curves(cohorts: Cohorts, voice: Voice) -> Card:
    what = "profit" if cohorts.in_profit else "revenue"
    drawn = cohorts.oldest_age > 0
    return Card(
        key="cohorts",
        title=_title(cohorts, voice),
        caption=_caption(cohorts, voice),
        chart=_chart(cohorts, voice) if drawn else None,
        chart_label=f"Lines of {what} per customer by months since the first purchase, one line per group: "
        + "; ".join(
            f"{cohort_name(c, cohorts.grain)} {voice.money.short(c.per_customer[-1])} by {len(c.per_customer) - 1}"
            for c in _drawn(cohorts)
        ),
        details=_table(cohorts, voice) if drawn else None,
        footer=cohorts.definition + _left_out(cohorts),
        wide=True,
        empty="" if drawn else "No group is older than a month yet, so there is no curve to draw.",
    )


def _title(cohorts: Cohorts, voice: Voice) -> str:
    what = "profit" if cohorts.in_profit else "revenue"
    found = compared(cohorts)
    if found is None:
        return _alone(cohorts, voice, what)
    by = f"by month {number_word(found.age)}" if found.age else "on the first day"
    if found.trend == 0:
        low, high = voice.money.about(min(found.each)), voice.money.about(max(found.each))
        if low == high:
            return f"Whenever they were won, new customers brought {low} of {what} {by}"
        return f"No clear trend: new customers brought {low} to {high} of {what} {by}"
    now, then = voice.money.about(found.later), voice.money.about(found.earlier)
    more = "more" if found.trend > 0 else "less"
    return f"Customers won later bring {more}: {now} of {what} {by}, against {then} from those won earlier"


def _alone(cohorts: Cohorts, voice: Voice, what: str) -> str:
    """A title where no two groups can be compared: the oldest group at its first day and at a later age."""
    group = max(cohorts.cohorts, key=lambda c: len(c.per_customer))
    age = next(age for age in EQUAL_AGES if age < len(group.per_customer))
    said = f"An average new customer brought {voice.money.about(group.per_customer[0])} of {what} on the first day"
    if age == 0:
        return said
    if abs(group.per_customer[age] - group.per_customer[0]) <= 0.005 * abs(group.per_customer[0]):
        return f"{said}, and no more by month {number_word(age)}"
    return f"{said}, {voice.money.about(group.per_customer[age])} by month {number_word(age)}"


def _caption(cohorts: Cohorts, voice: Voice) -> str:
    found, parts = compared(cohorts), []
    if found:
        first, last = cohort_name(found.groups[0], cohorts.grain), cohort_name(found.groups[-1], cohorts.grain)
        parts.append(
            f"{_all_of(found)} groups from {first} to {last} that reached that age are compared; "
            f"the {_halves(found)[0]} {voice.money.about(found.earlier)}, the {_halves(found)[1]} {voice.money.about(found.later)}."
        )
    parts.append(_payback(cohorts, voice))
    return " ".join(part for part in parts if part)


def _all_of(found: Compared) -> str:
    return "Both" if len(found.groups) == 2 else f"All {number_word(len(found.groups))}"


def _halves(found: Compared) -> tuple[str, str]:
    half = len(found.groups) // 2
    return (
        ("first averages", "last") if half == 1 else (f"first {number_word(half)} average", f"last {number_word(half)}")
    )


def _payback(cohorts: Cohorts, voice: Voice) -> str:
    known = [c for c in cohorts.cohorts if c.acquisition_cost is not None]
    if not known:
        return (
            "What winning them cost is not known." if cohorts.in_profit else "In revenue, because no costs are known."
        )
    customers = sum(c.customers for c in known)
    cost = sum((c.acquisition_cost or 0.0) * c.customers for c in known) / customers
    back = [c.payback_months for c in known if c.payback_months is not None]
    won = f"Winning one cost {voice.money.about(cost)} on average"
    if not back:
        return f"{won}; no group has earned that back yet."
    middle = round(median(back))
    when = "with the first purchase" if middle == 0 else f"by month {number_word(middle)}"
    all_of = "every group" if len(back) == len(known) else f"{count(len(back))} of {count(len(known))} groups"
    return f"{won}; {all_of} earned it back, typically {when}."


def _chart(cohorts: Cohorts, voice: Voice) -> dict[str, object]:
    lines = _drawn(cohorts)
    known = [c for c in cohorts.cohorts if c.acquisition_cost is not None]
    cost = (
        sum((c.acquisition_cost or 0.0) * c.customers for c in known) / sum(c.customers for c in known)
        if known
        else None
    )
    return {
        "kind": "curves",
        "lines": [
            {
                "name": cohort_name(c, cohorts.grain),
                "points": [round(value, 2) for value in c.per_customer],
                "says": [voice.money.exact(value) for value in c.per_customer],
            }
            for c in lines
        ],
        "cost": None if cost is None else round(cost, 2),
        "cost_label": None if cost is None else f"cost of winning one: {voice.money.about(cost)}",
        "x": "months since the first purchase",
        "y": f"{'profit' if cohorts.in_profit else 'revenue'} per customer so far",
        "ages": max(len(c.per_customer) for c in lines) - 1,
    }


def _drawn(cohorts: Cohorts) -> list[Cohort]:
    """The groups drawn as lines: those large enough to mean something, the newest of them."""
    old = [c for c in cohorts.cohorts if len(c.per_customer) > 1]
    large = [c for c in old if c.customers >= FEW]
    return (large if len(large) > 1 else old)[-_MOST_LINES:]


def _left_out(cohorts: Cohorts) -> str:
    old = [c for c in cohorts.cohorts if len(c.per_customer) > 1]
    if len(_drawn(cohorts)) == len(old):
        return ""
    return f" Drawn: the newest groups of at least {FEW} customers; the table holds all."


def _ages(cohorts: Cohorts) -> list[int]:
    return [age for age in _HEAT_AGES if age <= cohorts.oldest_age]


def _heat(cohorts: Cohorts, voice: Voice) -> Card:
    ages = _ages(cohorts)
    shown = [c.per_customer[a] for c in cohorts.cohorts for a in ages if a < len(c.per_customer)]
    top, bottom = max([0.0, *shown]), min([0.0, *shown])
    what = "profit" if cohorts.in_profit else "revenue"
    priced = any(c.acquisition_cost is not None for c in cohorts.cohorts)
    return Card(
        key="cohort-table",
        title=f"{sentence(what)} per customer by age and by when they were won",
        caption="Read along a row to follow one group as it ages; down a column to compare groups at equal age.",
        shown=Table(
            caption=f"{sentence(what)} per customer so far, by months since the first purchase",
            columns=(
                Column("Won in"),
                *numbers("Customers", phone=False),
                *(Column(_age_name(a), "heat", a in _PHONE_AGES or ages[-1] <= _YOUNG) for a in ages),
                *(numbers("Cost to win", "Earned back", phone=False) if priced else ()),
            ),
            rows=tuple(
                (*_heat_row(c, cohorts.grain, ages, top, bottom, voice), *(_won(c, voice) if priced else ()))
                for c in cohorts.cohorts
            ),
            heat=True,
        ),
        footer=f"Per customer, {voice.money.name}. The stronger the colour, the more. Columns are months since the first purchase.",
        wide=True,
    )


def _age_name(age: int) -> str:
    return "first day" if age == 0 else f"month {age}"


def _heat_row(cohort: Cohort, grain: str, ages: list[int], top: float, bottom: float, voice: Voice) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for age in ages:
        if age >= len(cohort.per_customer):
            cells.append(Shade("", 0))
            continue
        value = cohort.per_customer[age]
        cells.append(Shade(voice.money.short(value), _level(value, top, bottom)))
    return (cohort_name(cohort, grain), count(cohort.customers), *cells)


def _won(cohort: Cohort, voice: Voice) -> tuple[Cell, Cell]:
    """What winning one of the group cost, and the age at which that was earned back."""
    if cohort.acquisition_cost is None:
        return ("not known", "")
    back = cohort.payback_months
    return (voice.money.exact(cohort.acquisition_cost), "not yet" if back is None else _age_name(back))


def _level(value: float, top: float, bottom: float) -> int:
    if value > 0 and top > 0:
        return max(1, ceil(5 * value / top))
    if value < 0 and bottom < 0:
        return -max(1, ceil(5 * value / bottom))
    return 0


def _table(cohorts: Cohorts, voice: Voice) -> Table:
    ages = _ages(cohorts)
    return Table(
        caption="Money per customer so far, by months since the first purchase",
        columns=(Column("Won in"), *(Column(_age_name(age), "number") for age in ages)),
        rows=tuple(
            (
                cohort_name(c, cohorts.grain),
                *(voice.money.exact(c.per_customer[age]) if age < len(c.per_customer) else "" for age in ages),
            )
            for c in cohorts.cohorts
        ),
    )
