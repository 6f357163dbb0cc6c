"""When the cost of winning a customer comes back."""

from math import ceil

from lifeworth.answers.acquisition import Acquisition
from lifeworth.answers.acquisition_parts import ALL, CHANNEL, EVERYBODY, PAID, WON_IN, Payback
from lifeworth.report.card import Card, Column, Name, Shade, Table, numbers
from lifeworth.report.cards.acquisition_tables import short
from lifeworth.report.numbers import SPACE, count
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, number_word

_AGES = (0, 1, 2, 3, 6, 9, 12, 18, 24, 36)
_PHONE_AGES = (0, 6, 12)


def payback_cards(found: Acquisition, voice: Voice) -> tuple[Card, ...]:
    """Money of a newcomer less its cost, month by month; none where no cost is known."""
    members = [(EVERYBODY, PAID), *((CHANNEL, v.channel) for v in found.verdicts)]
    known = [p for kind, name in members if (p := found.payback(kind, name)) is not None]
    if not known:
        return ()
    ages = [
        age for age in _AGES if any(age == m for p in known for m, *_ in found.curves.get((p.grouped_by, p.name), ()))
    ]
    return (
        Card(
            key="acquisition-payback",
            title=_payback_title(found, known),
            caption="What an average newcomer has brought up to each month, less what winning one cost. Above zero it is earned back.",
            shown=_payback_table(found, known, ages, voice),
            details=_cohort_table(found, voice) if any(p.grouped_by == WON_IN for p in found.paybacks) else None,
            details_name="By when they were won",
            footer=(
                "Months of 30 days since the first order. Each month is the average of everybody who reached it in the days judged; "
                "* predicted, because fewer than 30 newcomers have. Back in month: the first above zero, with the "
                f"{voice.level} range. Next: what comes back late ties up money; pay for such channels only what you can wait for."
            ),
            wide=True,
        ),
    )


def _payback_title(found: Acquisition, known: list[Payback]) -> str:
    whole = found.payback(EVERYBODY, PAID) or found.payback(EVERYBODY, ALL)
    late = [p for p in known if p.grouped_by == CHANNEL and p.month is None]
    if whole is None:
        return "When the cost of winning a customer comes back"
    first = f"The cost of a paid newcomer comes back {_when(whole.month, whole.within)}"
    if late:
        return f"{first}; that of {listed([short(p.name) for p in late[:3]])} not within {late[0].within} months"
    slow = max((p for p in known if p.grouped_by == CHANNEL), key=lambda p: p.month or 0, default=None)
    if slow is not None and (slow.month or 0) > (whole.month or 0):
        return f"{first}, that of {short(slow.name)} {_when(slow.month, slow.within)}"
    return first


def _when(at: int | None, within: int) -> str:
    if at is None:
        return f"not within {within} months"
    return "with the first order" if at == 0 else f"by month {number_word(at)}"


def _payback_table(found: Acquisition, known: list[Payback], ages: list[int], voice: Voice) -> Table:
    rows, every = [], []
    for each in known:
        curve = {
            age: (worth.mean - each.cac, seen)
            for age, worth, seen in found.curves.get((each.grouped_by, each.name), ())
        }
        rows.append((each, curve))
        every += [abs(curve[age][0]) for age in ages if age in curve]
    most = max(every, default=0.0) or 1.0
    return Table(
        caption="Profit of a newcomer less the cost of winning one, by months since the first order",
        columns=(
            Column("Channel"),
            *numbers("Cost each", phone=False),
            *(Column("first day" if age == 0 else f"month {age}", "heat", age in _PHONE_AGES) for age in ages),
            *numbers("Back in month"),
            *numbers("Range", phone=False),
        ),
        rows=tuple(
            (
                Name(short(each.name), each.name),
                voice.money.exact(each.cac),
                *(_shade(curve.get(age), most, voice) for age in ages),
                _month(each.month, each.within),
                _months(each),
            )
            for each, curve in rows
        ),
        heat=True,
    )


def _shade(point: tuple[float, bool] | None, most: float, voice: Voice) -> Shade:
    if point is None:
        return Shade("", 0)
    amount, seen = point
    level = max(1, min(5, ceil(5 * abs(amount) / most)))
    said = voice.money.short(amount) + ("" if seen else "*")
    return Shade(said, level if amount > 0 else -level)


def _month(at: int | None, within: int) -> str:
    """A month since the first order: first day, 4, over 36."""
    return f"over{SPACE}{within}" if at is None else "first day" if at == 0 else count(at)


def _months(each: Payback) -> str:
    """The range of the month in which a cost comes back."""
    low, high = _month(each.low, each.within), _month(each.high, each.within)
    return low if low == high else f"{low}{SPACE}… {high}"


def _cohort_table(found: Acquisition, voice: Voice) -> Table:
    rows = sorted((p for p in found.paybacks if p.grouped_by == WON_IN), key=lambda p: p.name)
    return Table(
        caption="When the cost of winning comes back, by when customers were won",
        columns=(
            Column("Won in"),
            *numbers("Newcomers", "Cost each", "Back in month"),
            *numbers("Range", phone=False),
            Column("Known as", phone=False),
        ),
        rows=tuple(
            (
                p.name,
                count(p.customers),
                voice.money.exact(p.cac),
                _month(p.month, p.within),
                _months(p),
                "seen" if p.seen else "predicted",
            )
            for p in rows
        ),
    )
