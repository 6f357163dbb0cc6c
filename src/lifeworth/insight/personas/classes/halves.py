"""Whether groups come back: fitted on both halves of the people, do they part them alike?"""

from dataclasses import dataclass

import numpy as np

from lifeworth.insight.personas.classes.mixture import expect, fit_many
from lifeworth.insight.personas.classes.shown import Shown
from lifeworth.maths.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Halves:
    """Fits on halves of the people, two by two.

    Attributes
    ----------
    held_out : array, shape (2 × splits,)
        Mean log-likelihood of a person of the other half.
    agreement : array, shape (splits,)
        Adjusted Rand index between the two partings of all people; 0 for one class.
    """

    held_out: FloatArray
    agreement: FloatArray


def halve(people: int, splits: int, rng: np.random.Generator) -> FloatArray:
    """Weights of ones and zeros, shape (2 × splits, people): row 2s is one half, row 2s + 1 the other."""
    weights = np.zeros((2 * splits, people))
    for split in range(splits):
        dealt = rng.permutation(people)
        weights[2 * split, dealt[: people // 2]] = 1
        weights[2 * split + 1, dealt[people // 2 :]] = 1
    return weights


def try_classes(shown: Shown, halves: FloatArray, classes: int, rng: np.random.Generator) -> Halves:
    """Fit so many classes on every half."""
    fits = fit_many(shown, halves, classes, rng)
    belong, likelihood = expect(shown, fits)
    others = 1.0 - halves
    held = np.einsum("fp,pf->f", others, likelihood) / np.maximum(others.sum(1), 1.0)
    if classes == 1:
        return Halves(held, np.zeros(len(halves) // 2))
    parted = belong.argmax(0)
    agreement = [adjusted_rand(parted[:, place], parted[:, place + 1]) for place in range(0, len(halves), 2)]
    return Halves(held, np.array(agreement))


def adjusted_rand(first: IntArray, second: IntArray) -> float:
    """How far two partings of the same people agree: 1 wholly, 0 as chance would (Hubert and Arabie 1985, equation 5).

    Examples
    --------
    >>> import numpy as np
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    rows, columns = int(first.max(initial=0)) + 1, int(second.max(initial=0)) + 1
    table = np.bincount(first * columns + second, minlength=rows * columns).reshape(rows, columns).astype(np.float64)
    together, of_first, of_second, pairs = (_pairs(part) for part in (table, table.sum(1), table.sum(0), table.sum()))
    expected = of_first * of_second / pairs if pairs else 0.0
    most = (of_first + of_second) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _pairs(people: FloatArray) -> float:
    return float((people * (people - 1) / 2).sum())
