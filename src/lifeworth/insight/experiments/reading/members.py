"""Who belongs to which group of a grouping."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Members:
    """The groups' names, and the place of each customer's group among them: ``codes`` is (customers,) ints."""

    names: tuple[str, ...]
    codes: Ints

    def take(self, which: Bools | Ints) -> "Members":
        """The same for some customers."""
        return Members(self.names, self.codes[which])

    def of(self, name: str) -> Bools:
        """Who belongs to a group; nobody where there is none of the name."""
        if name not in self.names:
            return np.zeros(len(self.codes), dtype=bool)
        return np.asarray(self.codes == self.names.index(name))

    def count(self, among: Bools | None = None) -> Ints:
        """Customers of each group."""
        codes = self.codes if among is None else self.codes[among]
        return np.bincount(codes, minlength=len(self.names))

    @classmethod
    def choose(cls, names: tuple[str, ...], conditions: list[Bools]) -> "Members":
        """The first condition that holds names the group, the last name where none does."""
        codes = np.select(conditions, range(len(conditions)), len(conditions)).astype(np.intp)
        return cls(names, codes)

    @classmethod
    def together(cls, parts: "list[tuple[Members, Bools]]", customers: int, otherwise: str) -> "Members":
        """Groups of several sets of customers as one; ``otherwise`` for who is in none."""
        names = tuple(dict.fromkeys([otherwise, *(name for part, _ in parts for name in part.names)]))
        codes = np.zeros(customers, dtype=np.intp)
        for part, which in parts:
            codes[which] = np.array([names.index(name) for name in part.names], dtype=np.intp)[part.codes]
        return cls(names, codes)
