"""Whether the forecast is the further off the further ahead it looks."""

from math import hypot, isfinite

from lifeworth.answers.bias import Bias
from lifeworth.answers.proof import Proof, Verdict
from lifeworth.report.bars import miss_bars
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.days import off_by
from lifeworth.report.numbers import SPACE, Figure, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, sentence, span, too_much_or_little

_WHOLE, _ANYTHING = 10.0, 1000.0

CHANCE = (
    "Chance explains: how far the luck of single customers alone moves such a figure, in about nineteen cases of twenty "
    "(two standard errors); what happens to all customers at once, such as a good season, is not in it."
)


def steps_card(proof: Proof, verdict: Verdict, voice: Voice) -> tuple[Card, ...]:
    """Each step ahead held against what came; none where no step can be compared."""
    steps = tuple(step for step in proof.steps if isfinite(step.bias))
    if len(steps) < 2:
        return ()
    return (
        Card(
            key="steps",
            title=_title(steps),
            caption=f"The {span(verdict.horizon_days)} from {day(verdict.cut)} in steps: what was said of each, held against "
            f"what came ({verdict.measured}). Taken together, the forecast was {too_much_or_little(verdict.bias)}.",
            shown=_table(steps, voice),
            wide=True,
            footer=f"{CHANCE} The total is shared out over the steps by the purchase model, which knows no season, so a step "
            f"may be off because of its months and not because it is far away.{_untested(verdict, voice)}",
        ),
    )


def _title(steps: tuple[Bias, ...]) -> str:
    wrong = [step for step in steps if step.wrong]
    if not wrong:
        return "No step ahead was off by more than chance explains"
    first, last = steps[0], steps[-1]
    misses = [abs(step.bias) for step in steps]
    if last.wrong and misses == sorted(misses) and misses[-1] - misses[0] > hypot(first.chance, last.chance):
        return (
            f"The further ahead, the further off: {roughly_off(first)} on {days_words(first)}, "
            f"{roughly_off(last)} on {days_words(last)}"
        )
    return "Off by more than chance explains: " + listed(
        [f"{days_words(step)} ({roughly_off(step)})" for step in wrong]
    )


def days_words(step: Bias) -> str:
    """A step ahead as days: days 31 to 60."""
    return step.member.replace("day ", "days ", 1)


def roughly_off(found: Bias) -> str:
    """A miss as a title says it: 18 % too high."""
    if abs(found.bias) < _WHOLE or abs(found.bias) >= _ANYTHING:
        return too_much_or_little(found.bias)
    return f"{percent(abs(found.bias) / 100)} too {'high' if found.bias > 0 else 'low'}"


def chance_words(chance: float) -> str:
    """What chance explains, for a table cell: ± 12 %."""
    if not isfinite(chance):
        return "–"
    return Figure(f"±{SPACE}{percent(chance / 100)}" if chance < _ANYTHING else "anything", chance, unit="%")


def judged(found: Bias) -> str:
    """Whether a miss says anything: within chance, too high, too low."""
    if not isfinite(found.chance):
        return "cannot be judged"
    if not found.wrong:
        return "within chance"
    return "too high" if found.bias > 0 else "too low"


def _untested(verdict: Verdict, voice: Voice) -> str:
    if verdict.horizon_days >= voice.facts.horizon_days:
        return ""
    return f" Beyond {span(verdict.horizon_days)} nothing could be tested; the values look {voice.ahead} ahead."


def _table(steps: tuple[Bias, ...], voice: Voice) -> Table:
    several = max(step.days for step in steps) > 1
    bars = miss_bars([(step.bias, step.chance) for step in steps])
    return Table(
        caption="How far off the forecast was by step ahead",
        columns=(
            Column("Step ahead"),
            *numbers("Happened", "We said", phone=False),
            *numbers("Off by", "Chance explains"),
            Column("", "range", phone=False),
            Column("Verdict"),
            *(numbers("Usually off by", phone=False) if several else ()),
        ),
        rows=tuple(
            (*_row(step, bar, voice), *((percent(step.usual_miss / 100),) if several else ()))
            for step, bar in zip(steps, bars, strict=True)
        ),
    )


def _row(step: Bias, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    return (
        sentence(days_words(step)),
        voice.money.fine(step.actual_total),
        voice.money.fine(step.predicted_total),
        off_by(step.bias),
        chance_words(step.chance),
        bar,
        judged(step),
    )
