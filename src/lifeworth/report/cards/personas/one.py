"""One persona: what its people share, how they come and return, what they say, two of them."""

from lifeworth.answers.personas import OTHERS, REST, Persona, Personas, RuleLine, Shared, StepLine, VoiceLine
from lifeworth.report.bars import range_words
from lifeworth.report.card import Card, Column, Name, Table, numbers
from lifeworth.report.cards.personas.groups import above_words
from lifeworth.report.numbers import chance, count, decimals
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, many, sentence, shorten

_LEVELS = 8
_STEPS = 8
_LONGEST = 60


def persona_card(found: Personas, persona: Persona, place: int, voice: Voice) -> Card:
    """A persona with its figures, conditions, journey, voices and examples."""
    above = f", {above_words(persona)} than the base" if persona.lift == persona.lift else ""
    if persona.customers is None:
        title = f"“{persona.name}” is not shown: too few customers"
    else:
        title = f"“{persona.name}”: {many(persona.customers, 'customer')} worth {voice.money.exact(persona.worth_each.mean)} each{above}"
    return Card(
        key=f"personas-{place}",
        title=title,
        caption=f"More common among them than among all: {listed(list(persona.traits[:4]))}." if persona.traits else "",
        shown=_contrast(found, persona, voice),
        legend=tuple(_journey(persona.steps, voice)),
        points=tuple(_points(persona)),
        details=_examples(persona, voice),
        details_name="Two typical histories, without names",
        footer=_persona_footer(persona, voice),
        wide=True,
    )


def _contrast(found: Personas, persona: Persona, voice: Voice) -> Table | None:
    told = [each for each in persona.shared if each.level != OTHERS and each.differs and each.difference.mean > 0]
    chosen = told[:_LEVELS]
    if not chosen:
        return None
    against = "others" if found.against == REST else "the opposite"
    return Table(
        caption=f"What “{persona.name}” have more often than {found.against}",
        columns=(
            Column("What they have"),
            *numbers("Of them", f"Of {against}", "More by"),
            *numbers(f"{voice.level} range", phone=False),
        ),
        rows=tuple(
            (
                _level_name(each),
                chance(each.share.mean),
                chance(each.other.mean),
                _points_more(each.difference.mean),
                f"{decimals(100 * each.difference.low, 0)} … {_points_more(each.difference.high)}",
            )
            for each in chosen
        ),
    )


def _level_name(each: Shared) -> Name:
    full = f"{each.attribute.replace('_', ' ')}: {each.level}"
    return Name(shorten(sentence(full), _LONGEST), full)


def _points_more(share: float) -> str:
    return f"{decimals(100 * share, 0)} points"


def _journey(steps: tuple[StepLine, ...], voice: Voice) -> list[tuple[str, str]]:
    """What differs from everybody else, step by step, names of one step together; at most eight."""
    said: dict[str, list[str]] = {}
    for each in steps:
        if each.differs:
            said.setdefault(each.step, []).append(_step_words(each, voice))
    return [(sentence(step), "; ".join(parts)) for step, parts in list(said.items())[:_STEPS]]


def _step_words(each: StepLine, voice: Voice) -> str:
    mine, others = (_figure(figure.mean, each.unit, voice) for figure in (each.figure, each.others))
    low, high = (_figure(end, each.unit, voice) for end in (each.figure.low, each.figure.high))
    name = f"{each.detail}: " if each.detail else ""
    return f"{name}{mine} ({low} … {high}), against {others} of everybody else"


def _figure(value: float, unit: str, voice: Voice) -> str:
    match unit:
        case "share":
            return chance(value)
        case "currency":
            return voice.money.exact(value)
        case "days":
            return f"{decimals(value, 0)} days"
        case _:
            return decimals(value)


def _points(persona: Persona) -> list[str]:
    said = [_rule_words(rule) for rule in persona.rules]
    spoken = [voice for voice in persona.voices if voice.quotes]
    return said + [_voice_words(voice) for voice in spoken[:3]]


def _rule_words(rule: RuleLine) -> str:
    condition = f" As an own segment: {rule.condition}." if rule.condition else ""
    return (
        f"{sentence(rule.words)}: {chance(rule.confidence.mean)} of such customers belong here ({chance(rule.confidence.low)} … "
        f"{chance(rule.confidence.high)}), {decimals(rule.lift.mean)} times the share in the base; it finds {chance(rule.coverage.mean)} of "
        f"this kind.{condition}"
    )


def _voice_words(voice: VoiceLine) -> str:
    more = "more than others do" if voice.differs and voice.difference.mean > 0 else "much as others do"
    quotes = " ".join(f"“{quote}”" for quote in voice.quotes)
    return f"{chance(voice.share.mean)} of those who wrote speak of {voice.theme}, {more}: {quotes}"


def _examples(persona: Persona, voice: Voice) -> Table | None:
    if not persona.examples:
        return None
    return Table(
        caption=f"Two typical histories of “{persona.name}”",
        columns=(
            Column("Who"),
            *numbers("Month"),
            Column("What happened"),
            Column("", phone=False),
            *numbers("Amount"),
        ),
        rows=tuple(
            (
                each.pseudonym,
                "" if each.month is None else count(each.month),
                each.event,
                each.detail or "",
                "" if each.amount is None else voice.money.about(each.amount),
            )
            for each in persona.examples
        ),
    )


def _persona_footer(persona: Persona, voice: Voice) -> str:
    said = [
        f"Above the base by {voice.money.exact(persona.above.mean)} each ({voice.level} range {range_words(persona.above, voice.money)})."
    ]
    if persona.rules:
        said.append("Conditions were found on one half of the customers and measured on the other.")
    if any(each.quotes for each in persona.voices):
        said.append("Quoted are only texts of which every word is used by at least ten customers.")
    if persona.examples:
        said.append("Histories are real, with amounts rounded; what they have in common at least ten share.")
    return f"{' '.join(said)} Next: use a condition as an own segment, and look for more people like them."
