"""Which groups may be shown, so that nothing about fewer than ten people can be worked out from what is.

Sums of groups can be added and taken away: A + B − (A or B) tells of everybody in both, A less two groups inside it of who
is left. So a new group is held against every combination of those shown before it, not only against each one.

**The rule.** A group may be shown unless some combination of shown groups agrees with it for everybody except one to nine
people. Where one agrees for everybody, the group tells nothing new.

**Guaranteed.** Take any sums and differences, with any weights, of the counts (or money) of the groups shown: none concerns
one to nine people only, save what followed already from groups taken as given (:meth:`Guard.remember`). Sums over exactly
one to nine people are the special case of weights 0 and 1.

**Not guaranteed.** What follows from anything but addition: knowing that a count cannot be negative, being one of the people
of a group, remembering figures of an earlier run, or tables of other rooms that are not given to the guard. The guard errs
towards hiding: see *Why it holds*.

**Why it holds.** Nine people can never be more than nine of ten sets of people that share nobody. The guard keeps ten such
sets (*bases*), each of which pins down a combination of shown groups once its values are known there. If a combination differs
from the new group on at most nine people, it agrees with it on all of at least one base, is the one that base pins down, and is found by
trying ten. Where ten sets cannot be found, because some sums concern few people as it is, those people are taken as known to
the reader one by one, and no longer count among the ten by whom a group must differ. It is the decoding of a
linear code by information sets (Prange 1962, *IRE Transactions on Information Theory* 8, 5–9), with enough sets to be sure.
"""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.segments.spanning import Base, combine, find_base
from lifeworth.maths.arrays import BoolArray, IntArray

_AT_ONCE = 4_096


class Guard:
    """Remembers what is shown and says what may be shown as well.

    Parameters
    ----------
    people : array of int, shape (atoms,)
        How many customers each atom holds: those who belong to the same groups.

    Examples
    --------
    >>> guard = Guard(np.array([3, 40, 60, 97]))
    >>> guard.show(np.array([True, True, False, False])), guard.show(np.array([False, True, False, False]))
    (True, False)
    """

    def __init__(self, people: IntArray) -> None:
        self._order = np.argsort(-people, kind="stable")
        self._people = people[self._order].astype(np.int64)
        self._rows: BoolArray = np.zeros((0, len(people)), dtype=bool)
        self._known = np.zeros(len(people), dtype=bool)
        self._nobody = np.zeros(len(people), dtype=bool)
        self._whole = find_base(self._rows, np.arange(0))
        self._bases: list[Base] = []
        if self._people.sum() >= FEWEST:
            self.remember(np.ones(len(people), dtype=bool))

    def show(self, members: BoolArray) -> bool:
        """Whether a group may be shown; if so it counts as shown from now on.

        Parameters
        ----------
        members : array of bool, shape (atoms,)
            Which atoms belong to the group.
        """
        group = members[self._order]
        if not self._tells_anything(group):
            return True
        if not self._bases or not self._is_far(group):
            return False
        self._add(group)
        return True

    def remember(self, members: BoolArray) -> None:
        """Take a group as shown, whatever it tells."""
        group = members[self._order]
        if self._tells_anything(group):
            self._add(group)

    def _tells_anything(self, group: BoolArray) -> bool:
        """Whether the group is no combination of the shown ones."""
        return self._differing(self._whole, group, self._nobody, enough=1)[0] > 0

    def _is_far(self, group: BoolArray) -> bool:
        """Whether every combination of shown groups differs from it on at least ten people who are not known."""
        return all(self._differing(base, group, self._known, FEWEST)[0] >= FEWEST for base in self._bases)

    def _differing(self, base: Base, group: BoolArray, known: BoolArray, enough: int) -> tuple[int, IntArray]:
        """How many people tell the group from the combination a base pins down, and their atoms; stops where there are enough."""
        weights = base.pin_down(group)
        people, atoms = 0, list[IntArray]()
        for start in range(0, len(group), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            differs = (combine(weights[None, :], self._rows[:, part])[0] != group[part]) & ~known[part]
            people += int(self._people[part][differs].sum())
            atoms.append(start + np.flatnonzero(differs))
            if people >= enough:
                break
        return people, np.concatenate(atoms) if atoms else np.zeros(0, dtype=np.intp)

    def _add(self, group: BoolArray) -> None:
        whole = self._widened([self._whole], group, self._nobody)
        bases = self._widened(self._bases, group, self._known) if self._bases else None
        self._rows = np.vstack([self._rows, group])
        self._whole = whole[0] if whole else find_base(self._rows, np.arange(len(group)))
        while bases is None:
            bases = self._new_bases()
        self._bases = bases

    def _widened(self, bases: list[Base], group: BoolArray, known: BoolArray) -> list[Base] | None:
        """Bases of the rows shown so far and one more, each by one atom; none where too few people are left for that."""
        left, found = self._left(bases), list[Base]()
        for base in bases:
            _, atoms = self._differing(base, group, known, 2 * FEWEST * FEWEST)
            atoms = atoms[left[atoms] > 0]
            if not len(atoms):
                return None
            atom = int(atoms[0])
            found.append(base.widen(group, atom, self._rows[:, atom]))
            left[atom] -= self._people[atom] < FEWEST
        return found

    def _left(self, bases: list[Base]) -> NDArray[np.int64]:
        """People of each atom who are in no base yet; a large atom may be in all of them."""
        left = self._people.copy()
        for base in bases:
            left[base.atoms] -= self._people[base.atoms] < FEWEST
        return left

    def _new_bases(self) -> list[Base] | None:
        """Ten bases that share nobody; none where people had to be taken as known first."""
        order = self._scarce_last()
        is_large = self._people >= FEWEST
        begun = find_base(self._rows, order[is_large[order]])
        left, bases = self._people.copy(), list[Base]()
        for _ in range(FEWEST):
            base = find_base(self._rows, order[(~is_large & (left > 0))[order]], begun)
            if bases and len(base.atoms) < len(bases[0].atoms):
                self._known |= combine(base.left, self._rows).any(axis=0)
                return None
            left[base.atoms] -= ~is_large[base.atoms]
            bases.append(base)
        return bases

    def _scarce_last(self) -> IntArray:
        """Atoms not known, those last that stand for few people: bases should not use up what others will need."""
        everybody = self._people.sum()
        smaller = np.full(len(self._people), everybody)
        for row in self._rows:
            size = self._people[row].sum()
            np.minimum(smaller, np.where(row, size, everybody - size), out=smaller)
        order = np.lexsort((-self._people, -smaller))
        return order[~self._known[order]]
