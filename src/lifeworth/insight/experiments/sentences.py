"""The decision in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from lifeworth.insight.experiments.effects import verdicts
from lifeworth.insight.experiments.effects.differing import Grouping
from lifeworth.insight.experiments.effects.effect import LEVEL, Effect
from lifeworth.insight.experiments.effects.verdicts import Decision
from lifeworth.insight.experiments.reading.assigned import Arm, Experiment
from lifeworth.insight.ground import Frame

# Customers it would take, in multiples of those there are, beyond which nobody is told.
_FAR = 20


@dataclass(frozen=True)
class Speech:
    """How one run speaks of its money."""

    frame: Frame

    @property
    def what(self) -> str:
        """Profit or net revenue."""
        return "profit" if self.frame.in_profit else "net revenue"

    def amount(self, value: float) -> str:
        """An amount a customer: 1.30 EUR."""
        return f"{_cents(value)} {self.frame.currency}" if self.frame.currency else _cents(value)

    def between(self, low: float, high: float) -> str:
        """A range: 0.40 to 2.20."""
        return f"{_cents(low)} to {_cents(high)}"


def _cents(value: float) -> str:
    said = f"{value:,.2f}"
    return said.removeprefix("-") if float(said.replace(",", "")) == 0 else said


def state(
    frame: Frame, experiment: Experiment, arm: Arm, effect: Effect | None, found: Decision, days: float, people: int
) -> str:
    """What the arm brought a customer against its cost, and what to do; ``people`` are in both arms."""
    speech = Speech(frame)
    if found.verdict == verdicts.TOO_SMALL:
        return f"{arm.name}: nothing can be told yet; fewer than ten customers, or than ten buyers, are in one of the arms."
    assert effect is not None
    if found.verdict == verdicts.DO_NOT_USE:
        return f"{arm.name}: do not act on this experiment before its warning is cleared; see its checks."
    if found.verdict == verdicts.TOO_EARLY:
        return (
            f"{arm.name}: too early to look. Ranges for those who look before the end begin after the first week in which "
            f"each arm has twenty buyers; decide after the last day."
        )
    assert found.low is not None and found.high is not None
    mean = effect.adjusted.mean
    span = f"{LEVEL:.0%} range {speech.between(found.low, found.high)}".replace("%", " %")
    when = f"in {days:.0f} days" if experiment.ended else f"in {days:.0f} days so far"
    if found.verdict == verdicts.CANNOT_TELL:
        return f"{arm.name}: nothing can be told; {_so_far(speech, mean, experiment, span, when)}.{_size(found, people, mean, speech)}"
    if found.verdict == verdicts.KEEP:
        return f"{arm.name} brought {speech.amount(mean)} ({span}) of {speech.what} a customer more {_than(experiment)}, {when}: keep it."
    return f"{arm.name} took {speech.amount(-mean)} ({_turned(speech, found)}) of {speech.what} a customer {_off(experiment)}, {when}: stop it."


def _than(experiment: Experiment) -> str:
    return "than it cost" if experiment.costs_stated else "than without it, before its cost, which no file states"


def _off(experiment: Experiment) -> str:
    return "after its cost" if experiment.costs_stated else "even before its cost, which no file states"


def _turned(speech: Speech, found: Decision) -> str:
    assert found.low is not None and found.high is not None
    return f"{LEVEL:.0%} range {speech.between(-found.high, -found.low)}".replace("%", " %")


def _so_far(speech: Speech, mean: float, experiment: Experiment, span: str, when: str) -> str:
    cost = "its cost taken off" if experiment.costs_stated else "before its cost, which no file states"
    return f"the difference was {speech.amount(mean)} ({span}) of {speech.what} a customer, {cost}, {when}"


def _size(found: Decision, people: int, mean: float, speech: Speech) -> str:
    """How many customers would show a difference of this size; silent where hardly anybody has so many."""
    if found.customers_needed is None or found.customers_needed > _FAR * people:
        return ""
    return f" Showing an effect of {speech.amount(abs(mean))} would take {found.customers_needed:,} customers."


def untreated_cost(cost: float, frame: Frame) -> str:
    """A word where the file gives the untreated arm a cost, which is then taken off it, too."""
    if cost <= 0:
        return ""
    return f" The untreated arm cost {Speech(frame).amount(cost)} a customer, too, as the file has it."


def differences(found: Sequence[tuple[Grouping, float]], frame: Frame) -> str:
    """For whom it worked, where groups differ beyond chance; else nothing. Each grouping with its adjusted chance."""
    clear = [one for one, p_value in found if p_value < 1 - LEVEL]
    if not clear:
        return ""
    one = min(clear, key=lambda grouping: (grouping.p_value, -_reach(grouping)))
    parts = [
        f"{group.member} {Speech(frame).amount(group.effect)} ({verdicts.verdict_of(*group.range())})"
        for group in one.groups
    ]
    return f" Customers differ by {one.name}: {', '.join(parts)}."


def _reach(grouping: Grouping) -> float:
    """How far apart the groups' effects are."""
    effects = [group.effect for group in grouping.groups]
    return max(effects) - min(effects)
