"""What each customer has under contract, where every order is the bill of a subscription.

Of contracts it is known whether they run, so nobody's chance of still being a customer is guessed: it is one with a running
contract, nought without. What comes beyond the horizon is left empty: few files are old enough to show how long contracts last, and no
finished stretch could confirm it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.contractual import Book

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contracts:
    """Contracts that run and what they bring a month: (customers,) each, in the order of the histories."""

    running: Floats
    monthly: Floats

    @property
    def alive(self) -> Floats:
        """The chance of still being a customer: whether any contract runs."""
        return np.asarray((self.running > 0).astype(np.float64))


def running(book: Book) -> Contracts:
    """Add up the contracts of a book that run on its day."""
    return Contracts(
        book.per_customer(np.ones(len(book)), book.runs),
        book.per_customer(book.monthly, book.runs),
    )
