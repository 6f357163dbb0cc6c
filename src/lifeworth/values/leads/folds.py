"""What each way of reckoning said of leads that came later than those it had learned from.

Finished leads are cut into five blocks by the day they came; each block from the second on is told by what came before it. The
strength that everything known is given in a block is the one that did best in the blocks before it (Dawid 1984,
*Journal of the Royal Statistical Society A* 147, 278-292), so that no lead helps to choose what it is then judged by.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.values.leads.chance import brought_to_total, learn_effects, stand, usual_effects, weights
from lifeworth.values.leads.finished import Finished
from lifeworth.values.leads.penalised import all_effects, fit
from lifeworth.values.leads.rows import SOURCE

BLOCKS = 5
STRENGTHS = (0.5, 1.0, 2.0)
USUAL = STRENGTHS.index(1.0)
FEWEST_LEADS, FEWEST_WON = 100, 20


@dataclass(frozen=True)
class Blind:
    """One entry per lead that was told blind.

    Attributes
    ----------
    by_source, by_all : (leads,) floats
        Chance of being won that the source alone gave, and that everything known gave.
    won : (leads,) bools
    block : (leads,) ints
    strength : float
        The strength that did best in all blocks together.
    """

    by_source: FloatArray
    by_all: FloatArray
    won: BoolArray
    block: IntArray
    strength: float


def tell_blind(finished: Finished) -> Blind | None:
    """What the source alone and everything known said of later leads; none where too few can be told or learned from."""
    blocks = [each for each in _blocks(finished) if each is not None]
    if len(blocks) < 2 or len(finished.names) == 0:
        return None
    won = np.concatenate([each.won for each in blocks])
    if won.sum() < FEWEST_WON:
        return None
    losses = np.array([[_loss(told, each.won) for told in each.by_all] for each in blocks])
    before = np.vstack([np.zeros(len(STRENGTHS)), np.cumsum(losses, axis=0)])
    best = [_best(each) for each in before]
    return Blind(
        np.concatenate([each.by_source for each in blocks]),
        np.concatenate([each.by_all[place] for each, place in zip(blocks, best[:-1], strict=True)]),
        won > 0,
        np.repeat(np.arange(len(blocks)), [len(each.won) for each in blocks]),
        STRENGTHS[best[-1]],
    )


@dataclass(frozen=True)
class _Block:
    """What was said of the leads of one block, everything known at each strength."""

    by_source: FloatArray
    by_all: tuple[FloatArray, ...]
    won: FloatArray


def _blocks(finished: Finished) -> Iterator[_Block | None]:
    edges = np.linspace(0, len(finished), BLOCKS + 1).astype(np.intp)
    for start, end in zip(edges[1:], edges[2:], strict=False):
        before, there = finished.take(slice(0, start)), finished.take(slice(start, end))
        if len(before) < FEWEST_LEADS or before.won.sum() < FEWEST_WON or before.won.all():
            yield None
        else:
            yield _Block(_by_source(before, there), tuple(_by_all(before, there)), there.won)


def _by_source(before: Finished, there: Finished) -> FloatArray:
    known = before.only((SOURCE,))
    effects = brought_to_total(learn_effects(known), known)
    return np.asarray(expit(stand(effects, there.only((SOURCE,)).codes)))


def _by_all(before: Finished, there: Finished) -> Iterator[FloatArray]:
    design = before.design()
    usual = usual_effects(design, before.won)
    for strength in STRENGTHS:
        spreads = usual.spreads * weights(before.names, strength)
        effects = fit(design, before.won, spreads, all_effects(usual))
        yield np.asarray(expit(stand(brought_to_total(effects, before), there.codes)))


def _loss(told: FloatArray, won: FloatArray) -> float:
    return float(losses_of(told, won).sum())


def losses_of(told: FloatArray, won: FloatArray | BoolArray) -> FloatArray:
    """Log loss of each chance, by whether the lead was won: (leads,)."""
    kept = np.clip(told, 1e-9, 1.0 - 1e-9)
    return np.asarray(-np.where(won > 0, np.log(kept), np.log1p(-kept)))


def _best(losses: FloatArray) -> int:
    """Place of the smallest loss; the usual strength where nothing says otherwise."""
    least = int(np.argmin(losses))
    return least if losses[least] < losses[USUAL] else USUAL
