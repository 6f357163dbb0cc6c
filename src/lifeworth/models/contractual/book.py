"""Contracts as known on a day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Book:
    """Every contract that paid before ``day``; one entry per contract in every array, ordered by customer.

    Attributes
    ----------
    day : datetime64[D]
        Nothing that happened on it or later is in the book.
    customers : int
        How many customers are asked about, with a contract or without.
    customer : (n,) ints
        Whose it is, from 0 to ``customers`` − 1, ascending.
    plan : (n,) ints
        Codes from 0.
    months : (n,) ints
        From one bill to the next.
    bill : (n,) floats
        Money of each bill.
    began : (n,) datetime64[D]
        The day of the first bill.
    ended : (n,) datetime64[D]
        The first day it no longer ran; NaT while it runs.
    leaves : (n,) datetime64[D]
        The day a contract that was called off before ``day`` will end; NaT where none was.
    """

    day: np.datetime64
    customers: int
    customer: Ints
    plan: Ints
    months: Ints
    bill: Floats
    began: Days
    ended: Days
    leaves: Days

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def runs(self) -> Bools:
        """Which contracts run on ``day``."""
        return np.asarray(np.isnat(self.ended))

    @property
    def monthly(self) -> Floats:
        """What each brings a month."""
        return np.asarray(self.bill / self.months)

    @property
    def history_days(self) -> int:
        """Days since the first contract began."""
        return int((self.day - self.began.min()).astype(np.int64)) if len(self) else 0

    @property
    def has_contract(self) -> Bools:
        """(customers,) who has or had a contract."""
        return np.asarray(np.bincount(self.customer, minlength=self.customers) > 0)

    def of_customers(self, first: int, after: int) -> "Book":
        """The contracts of some customers in a row, who are counted from 0 again."""
        start, stop = np.searchsorted(self.customer, [first, after])
        some = slice(int(start), int(stop))
        return Book(
            day=self.day,
            customers=after - first,
            customer=self.customer[some] - first,
            plan=self.plan[some],
            months=self.months[some],
            bill=self.bill[some],
            began=self.began[some],
            ended=self.ended[some],
            leaves=self.leaves[some],
        )

    def per_customer(self, money: Floats, who: Bools) -> Floats:
        """(customers,) the sum of something over some of the contracts."""
        return np.asarray(np.bincount(self.customer[who], weights=money[who], minlength=self.customers), np.float64)
