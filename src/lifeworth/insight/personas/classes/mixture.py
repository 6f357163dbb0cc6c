"""Latent classes: people come in kinds, and within a kind the columns have nothing to do with one another.

Lazarsfeld and Henry (1968), *Latent Structure Analysis*; fitted by EM (Dempster, Laird and Rubin 1977) with the Bayes
constants of Vermunt and Magidson (2016, *Technical Guide for Latent GOLD 5.1*, section 7.3): one made-up person, spread over
the classes as the base is, keeps chances off zero and one. A cell that is empty says nothing of its person.

Many fits run side by side: the same people, each fit with its own weights. Products are sparse, so the order of every sum is
fixed whatever the number of cores.
"""

from dataclasses import dataclass

import numpy as np

from lifeworth.insight.personas.classes.shown import Shown
from lifeworth.maths.arrays import FloatArray, IntArray

STARTS = 4
SHORT_STEPS = 8
MOST_STEPS = 300
ENOUGH = 1e-6
_MADE_UP = 1.0
_LEAST = 1e-9


@dataclass(frozen=True)
class Fits:
    """Mixtures fitted side by side.

    Attributes
    ----------
    shares : array, shape (fits, classes)
        Chance of belonging to each class.
    chances : array, shape (fits, classes, levels)
        Chance of each level in each class.
    log_likelihood : array, shape (fits,)
        Weighted, of the people fitted to.
    """

    shares: FloatArray
    chances: FloatArray
    log_likelihood: FloatArray

    def take(self, fits: IntArray) -> "Fits":
        """Some of the fits."""
        return Fits(self.shares[fits], self.chances[fits], self.log_likelihood[fits])


@dataclass(frozen=True)
class Classes:
    """One mixture: ``shares`` (classes,) and ``chances`` (classes, levels), the largest class first."""

    shares: FloatArray
    chances: FloatArray

    def __len__(self) -> int:
        return len(self.shares)

    def belong(self, shown: Shown) -> FloatArray:
        """Chance of each person to belong to each class, shape (classes, people)."""
        belong, _ = expect(shown, Fits(self.shares[None], self.chances[None], np.zeros(1)))
        return belong[:, :, 0]


def expect(shown: Shown, fits: Fits) -> tuple[FloatArray, FloatArray]:
    """The E step: chances to belong (classes, people, fits), and each person's log-likelihood (people, fits).

    Chances are kept off zero so far that no product of two dozen columns is lost.
    """
    count, classes = fits.shares.shape
    logs = np.log(np.maximum(fits.chances, _LEAST)).transpose(2, 1, 0).reshape(-1, classes * count)
    joint = np.exp(shown.ones @ logs).reshape(len(shown), classes, count).transpose(1, 0, 2)
    joint = joint * fits.shares.T[:, None, :]
    total = joint.sum(0)
    joint /= total
    return joint, np.log(total)


def maximise(shown: Shown, belong: FloatArray, usual: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The M step: shares and chances from weighted belonging; ``usual`` (fits, levels) is the base's own spread."""
    classes = len(belong)
    seen = np.stack([shown.ones.T @ each for each in belong]).transpose(2, 0, 1)
    seen = seen + usual[:, None, :] * (_MADE_UP / classes)
    shares = belong.sum(1).T + _MADE_UP / classes
    return shares / shares.sum(-1, keepdims=True), seen / shown.sum_columns(seen)


def fit_many(shown: Shown, weights: FloatArray, classes: int, rng: np.random.Generator) -> Fits:
    """The best of several starts for each row of weights.

    Short runs from every start, then the likeliest is carried on (Biernacki, Celeux and Govaert 2003).

    Parameters
    ----------
    weights : array, shape (fits, people)
        Who counts, and how much, in each fit.
    """
    usual = _usual(shown, weights)
    started = np.repeat(np.arange(len(weights)), STARTS if classes > 1 else 1)
    fits = _start(shown, weights, usual, started, classes, rng)
    for _ in range(SHORT_STEPS if classes > 1 else 0):
        fits = _step(shown, fits, weights[started], usual[started])
    best = fits.log_likelihood.reshape(len(weights), -1).argmax(1) + np.arange(len(weights)) * (
        len(started) // len(weights)
    )
    return carry_on(shown, fits.take(best), weights)


def carry_on(shown: Shown, fits: Fits, weights: FloatArray) -> Fits:
    """EM from where the fits stand until the log-likelihood no longer rises."""
    usual, active = _usual(shown, weights), np.arange(len(weights))
    shares, chances = fits.shares.copy(), fits.chances.copy()
    before = np.full(len(weights), -np.inf)
    for _ in range(MOST_STEPS):
        stepped = _step(shown, Fits(shares[active], chances[active], before[active]), weights[active], usual[active])
        shares[active], chances[active] = stepped.shares, stepped.chances
        settled = stepped.log_likelihood - before[active] < ENOUGH * np.abs(stepped.log_likelihood)
        before[active] = stepped.log_likelihood
        active = active[~settled]
        if not len(active):
            break
    return Fits(shares, chances, before)


def _usual(shown: Shown, weights: FloatArray) -> FloatArray:
    seen = (shown.ones.T @ weights.T).T + 1e-9
    return np.asarray(seen / shown.sum_columns(seen))


def _step(shown: Shown, fits: Fits, weights: FloatArray, usual: FloatArray) -> Fits:
    belong, likelihood = expect(shown, fits)
    belong *= weights.T
    return Fits(*maximise(shown, belong, usual), np.einsum("fp,pf->f", weights, likelihood))


def _start(
    shown: Shown, weights: FloatArray, usual: FloatArray, started: IntArray, classes: int, rng: np.random.Generator
) -> Fits:
    """Each class begins half as the base, half as a person drawn at random."""
    chances = np.empty((len(started), classes, usual.shape[1]))
    for place, fit in enumerate(started):
        counted = np.flatnonzero(weights[fit] > 0)
        drawn = shown.take(rng.choice(counted, classes, replace=len(counted) < classes)).ones.toarray()
        known = shown.sum_columns(drawn) > 0
        chances[place] = np.where(known, (drawn + usual[fit]) / 2, usual[fit])
    shares = np.full((len(started), classes), 1.0 / classes)
    return Fits(shares, chances, np.full(len(started), -np.inf))
