"""The bills that running contracts will write, one after the other."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.contractual.anniversaries import Days, anniversary, month_and_part
from lifeworth.models.contractual.book import Book
from lifeworth.models.contractual.survival import Survival

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Due:
    """The next bill of every running contract that has one left; one entry per contract in every array.

    Attributes
    ----------
    customer, months, group : (n,) ints
        Whose it is, months from bill to bill, row of the survival.
    bill : (n,) floats
    began, stops : (n,) datetime64[D]
        The first bill; the first day on which no bill counts any more.
    age : (n,) ints
        Months from the first bill to this one.
    given : (n,) floats
        Log of the chance to reach an age beyond that of ``survival``: that it runs today is known. NaN where it is known
        to run until ``stops``.
    """

    today: np.datetime64
    survival: Survival
    customer: Ints
    months: Ints
    group: Ints
    bill: Floats
    began: Days
    stops: Days
    age: Ints
    given: Floats

    @classmethod
    def first(cls, book: Book, survival: Survival, days: int) -> "Due":
        """The first bill of each, from the book's day on, if it comes within ``days``.

        A bill of that very day is still to come.
        """
        live = np.flatnonzero(book.runs)
        months, began, leaves = book.months[live], book.began[live], book.leaves[live]
        end, called_off = book.day + np.timedelta64(days, "D"), ~np.isnat(leaves)
        group = survival.group(months, book.plan[live])
        month, part = month_and_part(began, np.full(len(live), book.day))
        given = survival.rest_of_month(group, month, part) - survival.log_stayed[group, month]
        return cls(
            book.day,
            survival,
            book.customer[live],
            months,
            group,
            book.bill[live],
            began,
            np.where(called_off, np.minimum(leaves, end), end),
            -(-month // months) * months,
            np.where(called_off, np.nan, given),
        )._left()

    def next(self) -> "Due":
        """The bills that follow."""
        return replace(self, age=self.age + self.months)._left()

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def ahead(self) -> Ints:
        """Days from today."""
        return np.asarray((anniversary(self.began, self.age) - self.today).astype(np.int64))

    @property
    def chance(self) -> Floats:
        """That the contract still runs when the bill is due."""
        reaches = np.exp(self.given + self.survival.log_stayed[self.group, self.age])
        return np.where(np.isnan(reaches), 1.0, reaches)

    def _left(self) -> "Due":
        kept = anniversary(self.began, self.age) < self.stops
        each = ("customer", "months", "group", "bill", "began", "stops", "age", "given")
        return replace(self, **{name: getattr(self, name)[kept] for name in each})
