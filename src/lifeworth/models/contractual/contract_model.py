"""What each customer with a contract will bill: running contracts as long as they last, and what is taken out anew."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.contractual.book import Book
from lifeworth.models.contractual.due import Due
from lifeworth.models.contractual.new_business import NewBusiness, learn_new_business
from lifeworth.models.contractual.survival import Survival, learn_survival
from lifeworth.models.learned.window import LEAST_CHANCE, Expectation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AT_ONCE = 100_000
MONTH_DAYS = 365.25 / 12


@dataclass
class ContractModel:
    """Survival of running contracts × their bills, plus the new contracts of known customers.

    Contracts of a customer end independently of each other, given their plan, interval and age.

    Examples
    --------
    >>> import numpy as np
    >>> from lifeworth.models.contractual import Book, ContractModel
    >>> began = np.array(["2023-01-15"] * 40, dtype="datetime64[D]")
    >>> ended = np.array(["2023-06-15"] * 10 + ["NaT"] * 30, dtype="datetime64[D]")
    >>> one = np.ones(40, dtype=np.int64)
    >>> nothing = np.full(40, np.datetime64("NaT"), dtype="datetime64[D]")
    >>> book = Book(np.datetime64("2024-01-01"), 40, np.arange(40), 0 * one, one, 10.0 * one, began, ended, nothing)
    >>> expected = ContractModel().fit(book, 90).predict(book, 90)
    >>> [round(float(money), 1) for money in expected.revenue[[0, 39]]]
    [0.0, 28.8]
    """

    name = "contract model"
    survival_: Survival = field(init=False)
    new_: NewBusiness = field(init=False)

    def fit(self, book: Book, days: int) -> "ContractModel":
        """Learn how long contracts last and what is taken out anew, for a forecast of ``days``."""
        self.survival_ = learn_survival(book, int((book.history_days + days) / MONTH_DAYS) + 3)
        self.new_ = learn_new_business(book, days)
        return self

    def predict(self, book: Book, days: int) -> Expectation:
        """Bills of the ``days`` from the book's day on, for every customer of the book; nothing of those without a contract."""
        parts = [
            self._some(book.of_customers(first, min(first + AT_ONCE, book.customers)), days)
            for first in range(0, max(book.customers, 1), AT_ONCE)
        ]
        return Expectation(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in ("chance", "orders", "revenue"))
        )

    def _some(self, book: Book, days: int) -> Expectation:
        none, orders, revenue = self._running(book, days)
        rate = self.new_.rate(book.per_customer(book.monthly, book.runs), book.has_contract)
        money, bills = self._new(days)
        taken = rate / self.new_.size
        none *= np.exp(-taken * days)
        chance = np.where(book.has_contract, np.clip(1.0 - none, LEAST_CHANCE, 1.0), 0.0)
        return Expectation(chance, orders + taken * bills, revenue + rate * money)

    def _running(self, book: Book, days: int) -> tuple[Floats, Floats, Floats]:
        """Of contracts that run: the chance of no bill, billing days and money of each customer."""
        due = Due.first(book, self.survival_, days)
        none, revenue = np.ones(book.customers), np.zeros(book.customers)
        np.multiply.at(none, due.customer, 1.0 - due.chance)
        rows: list[tuple[Ints, Floats]] = []
        while len(due):
            revenue += np.bincount(due.customer, weights=due.chance * due.bill, minlength=book.customers)
            rows.append((due.customer * days + due.ahead, due.chance))
            due = due.next()
        return none, _billing_days(rows, book.customers, days), revenue

    def _new(self, days: int) -> tuple[float, float]:
        """Money and bills over ``days`` of one unit of monthly revenue, and one contract, taken out per day."""
        new, money, bills = self.new_, 0.0, 0.0
        for months, plan, share in zip(new.intervals.tolist(), new.plans.tolist(), new.shares.tolist(), strict=True):
            age = np.arange(0, int(days / MONTH_DAYS) + 1, months)
            left = np.maximum(days - age * MONTH_DAYS, 0.0)
            spans = share * float(self.survival_.reached(months, plan, age) @ left)
            money, bills = money + months * spans, bills + spans
        return money, bills


def _billing_days(rows: list[tuple[Ints, Floats]], customers: int, days: int) -> Floats:
    """Expected days with a bill: contracts that bill on one day make one order."""
    if not rows:
        return np.zeros(customers)
    key = np.concatenate([key for key, _ in rows])
    chance = np.concatenate([chance for _, chance in rows])
    found, place = np.unique(key, return_inverse=True)
    none = np.zeros(len(found))
    np.add.at(none, place, np.log1p(-np.minimum(chance, 1.0 - 1e-15)))
    expected = np.bincount(found // days, weights=-np.expm1(none), minlength=customers)
    return np.asarray(expected, dtype=np.float64)
