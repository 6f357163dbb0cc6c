"""What moved since the last run, and whether its predictions came true."""

from math import isfinite

from lifeworth.answers.moved import ALARM, FINE, HELD, BridgeStep, Matured, Moved
from lifeworth.report.bars import range_words
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, sentence, set_well

_PARTS = {
    "new customers": "New customers",
    "kept customers": "Kept customers",
    "customers who stayed away": "Customers who stayed away",
    "customers gone": "Customers gone",
    "cost": "Costs",
    "price": "Spend per order",
    "model": "The model",
    "remainder": "Remainder",
}
_STATES = {FINE: "as said", "watch": "watch", ALARM: "alarm", HELD: "held"}
_NOTHING = 0.005


def moved_cards(moved: Moved, voice: Voice) -> tuple[Card, ...]:
    """The bridge from the last run's value to this one's, and earlier predictions against what came."""
    return (_bridge(moved, voice), *_matured(moved, voice))


def _bridge(moved: Moved, voice: Voice) -> Card:
    parts = [part for part in moved.parts if abs(part.amount) >= _NOTHING]
    return Card(
        key="moved",
        title=_title(moved, voice),
        caption=_caption(moved, voice),
        chart=_chart(moved, parts, voice) if parts else None,
        chart_label="Bars of what moved the value of the base: "
        + ", ".join(f"{_name(part)} {voice.money.short(part.amount)}" for part in parts),
        details=_table(moved, voice) if parts else None,
        points=tuple(set_well(f"{sentence(alarm.state)}: {alarm.said}") for alarm in moved.alarms),
        footer="The parts add up to the change to the cent. A kept customer's change is shared out among orders, spend per "
        "order and costs; the model is what it says differently of the very same purchase histories."
        if parts
        else "",
        wide=True,
        tone="warn" if moved.state in (ALARM, HELD) else "",
    )


def _change(moved: Moved) -> float:
    return moved.after - moved.before


_BEYOND = ("held", "alarm", "watch")


def _title(moved: Moved, voice: Voice) -> str:
    change = _change(moved)
    if not isfinite(change):
        return (
            "This run cannot be held against the last one" if moved.incomparable else "Nothing to compare values with"
        )
    if abs(change) < _NOTHING:
        return "The base is worth what it was worth in the last run"
    verb = "gained" if change > 0 else "lost"
    said = f"The base {verb} {voice.money.short(abs(change))} since the last run"
    return f"{said} ({percent(abs(change) / moved.before)})" if moved.before > 0 else said


def _caption(moved: Moved, voice: Voice) -> str:
    said = []
    if isfinite(moved.before):
        then = set_well(moved.before_said).removeprefix("Value of the base on ").rstrip(".")
        ranged = f"{voice.money.fine(moved.before)} on {then}" if then else voice.money.fine(moved.before)
        said.append(f"From {ranged} to {voice.money.fine(moved.after)} now.")
    if moved.incomparable:
        said.append(set_well(moved.incomparable))
    if not moved.incomparable or moved.state in _BEYOND:
        said.append(_verdict(moved))
    return " ".join(said)


def _verdict(moved: Moved) -> str:
    match moved.state:
        case "held":
            return "Held: a condition for publishing is not met."
        case "alarm":
            return "Alarm: something went beyond chance; read below before trusting totals."
        case "watch":
            return "Watch: some things have moved."
        case _:
            return "Nothing that was checked asks for your attention."


def _name(part: BridgeStep) -> str:
    return _PARTS.get(part.part, sentence(part.part))


def _chart(moved: Moved, parts: list[BridgeStep], voice: Voice) -> dict[str, object]:
    """The change alone, part by part: beside the whole value most parts would be too thin to see."""
    rows, level = [], 0.0
    for part in parts:
        start, level = level, level + part.amount
        rows.append(_bar(_name(part), start, level, part.amount, "worth" if part.amount > 0 else "loss", voice))
    change = _change(moved)
    rows.append(_bar("Change in all", 0.0, change, change, "rest", voice))
    return {"kind": "waterfall", "rows": rows}


def _bar(name: str, start: float, end: float, amount: float, colour: str, voice: Voice) -> dict[str, object]:
    sign = "+" if amount > 0 else ""
    return {
        "name": name,
        "full": name,
        "from": round(min(start, end), 2),
        "to": round(max(start, end), 2),
        "short": f"{sign}{voice.money.fine(amount)}",
        "note": "",
        "colour": colour,
        "guess": False,
    }


def _table(moved: Moved, voice: Voice) -> Table:
    money = voice.money
    steps = tuple(
        (_name(part), money.exact(part.amount), count(part.customers) if part.customers else "–", set_well(part.said))
        for part in moved.parts
    )
    return Table(
        caption="From the last run's value of the base to this one's",
        columns=(Column("Part"), *numbers("Amount"), *numbers("Customers", phone=False), Column("What it is", "why")),
        rows=(
            ("Then", money.exact(moved.before), "", set_well(moved.before_said)),
            *steps,
            ("Now", money.exact(moved.after), "", f"Value of the base on {day(voice.facts.as_of)}."),
        ),
    )


def _matured(moved: Moved, voice: Voice) -> tuple[Card, ...]:
    if not moved.matured:
        return ()
    return (
        Card(
            key="matured",
            title=_matured_title(moved.matured),
            caption="What earlier runs said, held against what came since.",
            shown=Table(
                caption="Earlier predictions against what came",
                columns=(
                    Column("Made on"),
                    Column("Of what"),
                    *numbers("Said"),
                    *numbers("Range", phone=False),
                    *numbers("Came"),
                    *numbers("Customers' ranges held", phone=False),
                    Column("Verdict", phone=False),
                ),
                rows=tuple(_row(found, voice) for found in moved.matured),
            ),
            footer="A prediction is judged when its whole horizon has passed, and from four weeks on for the part that has.",
            wide=True,
        ),
    )


def _matured_title(matured: tuple[Matured, ...]) -> str:
    bad = sum(found.state != FINE for found in matured)
    if bad:
        return f"{count(bad)} of {many(len(matured), 'earlier prediction')} did not come true as said"
    if len(matured) == 1:
        return "The earlier prediction came true within what was said"
    all_of = "Both" if len(matured) == 2 else f"All {count(len(matured))}"
    return f"{all_of} earlier predictions came true within what was said"


def _row(found: Matured, voice: Voice) -> tuple[Cell, ...]:
    purchases = found.measure == "purchases"
    tell = count if purchases else voice.money.exact
    ranged = isfinite(found.predicted.low) and isfinite(found.predicted.high)
    low, high = found.predicted.low, found.predicted.high
    said = (
        (f"{count(low)} … {count(high)}" if purchases else range_words(found.predicted, voice.money)) if ranged else "–"
    )
    over = "" if found.whole else f", first {count(found.days_passed)} days"
    return (
        day(found.made_on),
        f"{found.measure}{over}",
        tell(found.predicted.mean),
        said,
        tell(found.actual),
        percent(found.coverage) if isfinite(found.coverage) else "–",
        _STATES[found.state],
    )
