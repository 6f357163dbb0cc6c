"""May an experiment be believed? Arms that are not what the lot made of them tell of a fault, not of an effect."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lifeworth.insight.experiments.reading.arms import in_words, planned_shares
from lifeworth.insight.experiments.reading.assigned import Experiment

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# As usual for this check: a false alarm here throws away a good experiment (Fabijan and others 2019, KDD).
WARN = 0.001
_PARTS = (5, 3, 2)
CONTROL, RATIO, ALIKE, WATCHED, SEVERAL = "control", "sample ratio", "alike before", "watched alike", "several arms"


@dataclass(frozen=True)
class Check:
    """One check: ``warns`` when chance does not explain what was found."""

    name: str
    sentence: str
    warns: bool
    statistic: float | None = None
    p_value: float | None = None


def check_experiment(experiment: Experiment, arm: Ints, predicted: Floats, days: Floats) -> tuple[Check, ...]:
    """Every check that the data allow.

    Parameters
    ----------
    arm : (customers,) ints
        Place of each customer's arm among the experiment's.
    predicted : (customers,) floats
        What was expected of each before the assignment.
    days : (customers,) floats
        How long each is watched.
    """
    counts = np.bincount(arm, minlength=len(experiment.arms))
    found = [check_control(experiment), check_ratio(experiment, counts)]
    found += [check_alike(arm, predicted, len(counts)), check_watched(arm, days, len(counts))]
    found.append(check_several(experiment))
    return tuple(check for check in found if check is not None)


def check_control(experiment: Experiment) -> Check | None:
    """Whether one arm is known to be the untreated one."""
    if experiment.control is not None:
        return None
    names = ", ".join(arm.name for arm in experiment.arms)
    return Check(
        CONTROL,
        f"No arm, or more than one, is called control or holdout ({names}); nothing can be compared. Name the untreated arm "
        f"control, or say which it is in the setting experiments.",
        True,
    )


def check_ratio(experiment: Experiment, counts: NDArray[np.intp]) -> Check | None:
    """Whether the arms have the sizes that were planned (chi-square)."""
    if len(counts) < 2 or counts.min() < 1:
        return None
    by_name = {each.name: int(count) for each, count in zip(experiment.arms, counts, strict=True)}
    shares, stated = planned_shares(by_name, experiment.plan)
    expected = np.array([shares[name] for name in by_name]) * counts.sum()
    statistic, p_value = (float(part) for part in stats.chisquare(counts, expected))
    sizes = " : ".join(f"{count:,}" for count in by_name.values())
    against = f"{'the plan' if stated else 'the nearest plain shares'}, {in_words(shares)}"
    if p_value < WARN:
        said = (
            f"The arms hold {sizes} customers; against {against}, chance does that less than once in a thousand. Some "
            f"customers were lost or added after the lot was drawn: find out where before believing any effect."
        )
        return Check(RATIO, said, True, statistic, p_value)
    return Check(
        RATIO, f"The arms hold {sizes} customers, as chance would have it for {against}.", False, statistic, p_value
    )


def check_alike(arm: Ints, predicted: Floats, arms: int) -> Check | None:
    """Whether customers who were expected to bring much fell into all arms alike (chi-square over fifths, or halves)."""
    tables = (_by_parts(arm, predicted, arms, parts) for parts in _PARTS)
    table = next((found for found in tables if found is not None), None)
    if table is None:
        return None
    found = stats.chi2_contingency(table, correction=False)
    statistic, p_value = float(found.statistic), float(found.pvalue)
    if p_value < WARN:
        said = (
            "Customers expected to bring much were not spread over the arms by lot: chance does that less than once in a "
            "thousand. See how the arms were drawn; the effect cannot be told from the difference there was before."
        )
        return Check(ALIKE, said, True, statistic, p_value)
    said = "By what was expected of them before, the arms are alike but for chance."
    return Check(ALIKE, said, False, statistic, p_value)


def _by_parts(arm: Ints, predicted: Floats, arms: int, parts: int) -> NDArray[np.intp] | None:
    """Customers by arm and part of the list of predictions, as equal as ties allow."""
    if len(predicted) == 0:
        return None
    edges = np.unique(np.quantile(predicted, np.arange(1, parts) / parts))
    return _cross(arm, np.searchsorted(edges, predicted, side="left"), arms, len(edges) + 1)


def _cross(arm: Ints, group: Ints, arms: int, groups: int) -> NDArray[np.intp] | None:
    """Customers by arm and group without empty lines; none where a chi-square would not hold."""
    table = np.bincount(arm * groups + group, minlength=arms * groups).reshape(arms, groups)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return None
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return table if expected.min() >= 5 else None


def check_watched(arm: Ints, days: Floats, arms: int) -> Check | None:
    """Whether the arms were watched for equally long (analysis of variance); silent where everybody was."""
    sides = [days[arm == each] for each in range(arms)]
    sides = [side for side in sides if len(side) > 1]
    if len(sides) < 2 or np.ptp(days) == 0:
        return None
    if all(np.ptp(side) == 0 for side in sides):
        statistic, p_value = None, 0.0
    else:
        statistic, p_value = (float(part) for part in stats.f_oneway(*sides))
    means = " : ".join(f"{side.mean():,.1f}" for side in sides)
    if p_value < WARN:
        said = (
            f"The arms were watched for {means} days on average, less alike than chance allows once in a thousand. Give every "
            f"arm the same first and last day."
        )
        return Check(WATCHED, said, True, statistic, p_value)
    return Check(WATCHED, f"The arms were watched for {means} days on average.", False, statistic, p_value)


def check_several(experiment: Experiment) -> Check | None:
    """Whether customers stood in more than one arm; they were left out."""
    if not experiment.crossed:
        return None
    people = f"{experiment.crossed:,} customer{'s stand' if experiment.crossed > 1 else ' stands'}"
    said = (
        f"{people} in more than one arm and were left out. See how that came about; many of them spoil the comparison."
    )
    return Check(SEVERAL, said, False)


def warn(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks that warn."""
    return tuple(check for check in checks if check.warns)
