"""Somebody who sees all that is shown and works out what is not: sums and differences, written without a look at the guard."""

from collections import Counter
from itertools import product

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

FEW = range(1, 10)
EXACT = 1e-7


def attack(schemes, own, *, thorough):
    """How fewer than ten people can be told of, and by which way of asking; empty where in none.

    Parameters
    ----------
    schemes : list of array of bool, shape (cells, customers)
        The whole base, and the cells shown of every way of parting it.
    own : array of bool, shape (groups, customers)
        Groups that overlap as they like.
    thorough : bool
        Whether to search for the smallest difference as well (linear programmes; slower).
    """
    rows = np.vstack([*schemes, own])
    atoms, people = np.unique(rows, axis=1, return_counts=True)
    ends = np.cumsum([len(cells) for cells in schemes])
    cells = [part for part in np.split(atoms[: ends[-1]], ends[:-1]) if len(part)]
    groups = atoms[ends[-1] :]
    found = Counter()
    found["one atom"] = _single(atoms, people)
    found["differences"] = _differences(atoms, groups, people)
    found["cells taken away"] = _peeled(cells, groups, people)
    if thorough:
        found["smallest difference"] = _smallest(atoms, len(groups), people)
    return +found


def _single(atoms, people):
    """Atoms of few people whose own sum is a combination of shown ones: their leverage is exactly one."""
    members = atoms.astype(float)
    sizes, turned = np.linalg.eigh(members @ members.T)
    kept = sizes > 1e-9 * sizes[-1]
    leverage = ((turned[:, kept].T @ members) ** 2 / sizes[kept, None]).sum(axis=0)
    return int(((people < 10) & (leverage > 1 - EXACT)).sum())


def _differences(atoms, groups, people):
    """Every sum and difference of an own group and up to two others."""
    signed = np.vstack([np.zeros_like(atoms[:1], dtype=np.int8), atoms.astype(np.int8), -atoms.astype(np.int8)])
    return sum(
        int(_few((signed[place:] + signed[place] + group.astype(np.int8)) != 0, people))
        for group in groups
        for place in range(len(signed))
    )


def _peeled(cells, groups, people):
    """Sums and differences of all own groups, less as many times each cell of a scheme as most of its people are in it."""
    found = 0
    for signs in product((-1, 0, 1), repeat=min(len(groups), 4)):
        mixed = np.tensordot(signs, groups[: len(signs)].astype(int), axes=1)
        for parts in cells:
            rest = mixed.copy()
            for cell in parts:
                values = mixed[cell]
                usual = max(set(values.tolist()), key=lambda value: people[cell][values == value].sum())
                rest[cell] -= usual
            found += int(_few((rest != 0)[None, :], people))
    return found


def _smallest(atoms, count, people):
    """The combination of all others nearest to each own group, in people times difference (basis pursuit; Candès and Tao 2005)."""
    found = 0
    for place in range(len(atoms) - count, len(atoms)):
        others = csr_array(np.delete(atoms, place, axis=0).T.astype(float))
        slack = eye_array(len(people), format="csr")
        sides = vstack([hstack([others, -slack]), hstack([-others, -slack])], format="csr")
        limits = np.concatenate([atoms[place], -atoms[place].astype(float)])
        costs = np.concatenate([np.zeros(others.shape[1]), people])
        bounds = [(None, None)] * others.shape[1] + [(0, None)] * len(people)
        answer = linprog(costs, A_ub=sides, b_ub=limits, bounds=bounds, method="highs")
        assert answer.status == 0, answer.message
        rest = atoms[place] - others @ answer.x[: others.shape[1]]
        found += int(_few((np.abs(rest) > EXACT)[None, :], people))
    return found


def _few(differs, people):
    """How many of the rows concern one to nine people."""
    concerned = differs.astype(np.float32) @ people.astype(np.float32)
    return ((concerned >= FEW.start) & (concerned < FEW.stop)).sum()
