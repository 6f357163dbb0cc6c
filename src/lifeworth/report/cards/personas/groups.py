"""The kinds of customers side by side, or why there are none."""

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.personas import ALONE, BASE, OPPOSITE, REST, TELLS, ColumnLine, Persona, Personas
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.numbers import count, decimals, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, many, number_word, sentence, shorten

_LONGEST = 60
_TOLD = 5
_NOBODY = (
    "A persona would be a group of people who share several columns and are worth clearly more. There is none here, and none was "
    "made up."
)


def worth_word(voice: Voice) -> str:
    """What a value is: profit, revenue, or plainly value where a list gave it."""
    return voice.worth if voice.facts.horizon_days else "value"


def _expected(voice: Voice) -> str:
    return f"expected {voice.worth}" if voice.facts.horizon_days else "value"


def groups_card(found: Personas, voice: Voice) -> Card:
    """Personas, their opposite, everybody else and the base, by what one of them is worth."""
    return Card(
        key="personas",
        title=_title(found, voice),
        caption=f"The base comes in {number_word(found.kinds)} kinds of people. {_opposite_words(found, voice)}",
        shown=_groups(found, voice),
        footer=_groups_footer(found, voice),
        wide=True,
    )


def _title(found: Personas, voice: Voice) -> str:
    shown = [persona for persona in found.ideal if persona.customers is not None]
    people, value = sum(p.share_of_customers for p in shown), sum(p.share_of_value for p in shown)
    kinds = f"{sentence(number_word(len(found.ideal)))} {agree(len(found.ideal), 'kind', 'kinds')} of customers"
    if value != value or not shown:
        return f"{kinds} {agree(len(found.ideal), 'is', 'are')} worth clearly more than the base"
    verb = (
        agree(len(found.ideal), "brings", "bring")
        if voice.facts.horizon_days
        else agree(len(found.ideal), "holds", "hold")
    )
    return f"{kinds}, {percent(people)} of the base, {verb} {percent(value)} of the {_expected(voice)}"


def _opposite_words(found: Personas, voice: Voice) -> str:
    opposite = next((each for each in found.groups if each.role == OPPOSITE and each.customers is not None), None)
    if opposite is None:
        return "No kind is worth clearly less than the base."
    return (
        f"The opposite, “{opposite.name}”, is worth {voice.money.exact(opposite.worth_each.mean)} each: "
        f"{percent(opposite.share_of_customers)} of customers, {percent(opposite.share_of_value)} of the {_expected(voice)}."
    )


def _groups(found: Personas, voice: Voice) -> Table:
    nothing = Estimate(0.0, 0.0, 0.0)
    shown = [nothing if group.customers is None else group.worth_each for group in found.groups]
    bars = range_bars(shown, voice.money, voice.level)
    return Table(
        caption="Kinds of customers and what they are worth",
        columns=(
            Column("Who"),
            Column("", phone=False),
            *numbers("Customers"),
            *numbers("Share", phone=False),
            *numbers("Each"),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range", phone=False),
            *numbers(f"Share of {worth_word(voice)}", phone=False),
            *numbers("Against the base"),
        ),
        rows=tuple(_row(group, bar, voice) for group, bar in zip(found.groups, bars, strict=True)),
    )


def _row(group: Persona, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    role = "" if group.role in (BASE, REST) else group.role
    if group.customers is None:
        return (_name(group), role, "hidden", "", "", "", "", "", "")
    return (
        _name(group),
        role,
        count(group.customers),
        percent(group.share_of_customers),
        voice.money.exact(group.worth_each.mean),
        bar,
        range_words(group.worth_each, voice.money),
        percent(group.share_of_value),
        "" if group.role == BASE else above_words(group),
    )


def _name(group: Persona) -> Name:
    said = {BASE: "All customers", REST: "Everybody else"}.get(group.role, group.name)
    return Name(shorten(sentence(said), _LONGEST), said)


def above_words(group: Persona) -> str:
    """By how much one of a group is worth more or less than a customer of the base: 63 % more."""
    if group.lift != group.lift:
        return ""
    more = group.lift - 1
    return f"{percent(abs(more))} {'more' if more >= 0 else 'less'}"


def _groups_footer(found: Personas, voice: Voice) -> str:
    looked = (
        ""
        if found.looked_at >= found.customers
        else f" Learned from {count(found.looked_at)} customers, evenly over the base."
    )
    both = ", in what should come and in what came" if voice.facts.horizon_days else ""
    return (
        "Kinds are latent classes: groups within which the columns used have nothing more to do with each other. Taken is the largest "
        "number of them that other customers confirm and that comes back in both halves of the base. Worth plays no part in "
        "making them; a persona is a kind whose customers are worth at least a tenth more than all others, beyond chance (5 %, "
        f"corrected for the number of kinds){both}.{looked} Next: win more like them, by the conditions below."
    )


def none_card(found: Personas, voice: Voice) -> Card:
    """Why there are no personas, and what tells worth apart all the same."""
    told = [each for each in found.columns if each.part in (ALONE, TELLS)]
    return Card(
        key="personas",
        title=f"No personas: {_short_reason(found)}",
        caption=f"{sentence(found.reason or '')}.",
        empty="" if told else _NOBODY,
        points=tuple(_told_words(each, voice) for each in told[:_TOLD]),
        footer="Which columns were looked at, and what each tells, stands below. Next: ask customers a few questions that could tell "
        "them apart, and name the columns in the setting attributes.",
        wide=True,
    )


def _told_words(each: ColumnLine, voice: Voice) -> str:
    strength = each.strength
    return (
        f"{sentence(each.name.replace('_', ' '))} tells {worth_word(voice)} apart: {decimals(strength.mean, 2)} on a scale from 0, "
        f"nothing, to 1, all ({voice.level} range {decimals(strength.low, 2)} … {decimals(strength.high, 2)})."
    )


def _short_reason(found: Personas) -> str:
    if found.kinds > 1:
        return f"{number_word(found.kinds)} kinds of customers, none worth clearly more"
    if any(each.part in (ALONE, TELLS) for each in found.columns):
        return "what tells customers apart does not make kinds of people"
    return f"nothing known of {many(found.customers, 'customer')} tells who is worth more"
