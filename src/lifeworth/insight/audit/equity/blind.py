"""A past day seen with the eyes of that day: what its customers were expected to bring in the months after, and what they brought.

The same purchase and spend models as the run's, learned from an even sample of fewer than 20,000 customers and nothing that
happened on the day or later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.money import MONTHS, PEOPLE
from lifeworth.insight.audit.months import Calendar
from lifeworth.insight.ground import Frame
from lifeworth.ledger import Books, copy_part, histories
from lifeworth.ledger.tables import drop
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.pareto_nbd import ParetoNBD
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

MOST_ASKED = 10_000
FEWEST_CUSTOMERS, FEWEST_REPEATS = 50, 30
_HISTORIES = "audit_blind"

_CAME = """
SELECT h.customer_id, {sums} FROM {histories} h JOIN ledger_keys k USING (customer_id) LEFT JOIN {months} m USING (customer_key)
GROUP BY h.customer_id ORDER BY h.customer_id"""


@dataclass(frozen=True)
class Blind:
    """Net revenue of a past day's customers over spans of months after it, one row per span.

    Attributes
    ----------
    cut : int
        Month number the day begins.
    expected, came : (spans, customers) floats
    share : float
        Part of all customers of the day that was asked.
    model : BGNBD or ParetoNBD
        How purchases fade, learned on that day.
    """

    cut: int
    expected: Floats
    came: Floats
    share: float
    model: BGNBD | ParetoNBD

    def for_newcomer(self, days: Floats) -> Floats:
        """Repeat purchases a newcomer was expected to make by each age in days."""
        return np.asarray(self.model.expected_for_new_customer(days))

    def log_ratio(self, span: int) -> tuple[float, float] | None:
        """Logarithm of what came over what was expected, and its variance by the chance of single customers; none where either is nothing."""
        expected, came = self.expected[span], self.came[span]
        if expected.sum() <= 0 or came.sum() <= 0:
            return None
        level = float(came.sum() / expected.sum())
        return float(np.log(level)), float(((came - level * expected) ** 2).sum() / came.sum() ** 2)


@dataclass(frozen=True)
class Asked:
    """Who is asked about past days: their books, and what part of all customers they are."""

    books: Books
    share: float


def choose_asked(engine: Engine) -> Asked:
    """An even sample over the customers' numbers."""
    people = int(engine.value(f"SELECT count(*) FROM {PEOPLE} WHERE cohort IS NOT NULL"))
    every = max(people // MOST_ASKED, 1)
    asked = f"SELECT customer_key FROM {PEOPLE} WHERE customer_key % {every} = 0"
    return Asked(copy_part(engine, "audit_part", asked), 1.0 / every)


def see_day(
    engine: Engine, frame: Frame, calendar: Calendar, cut: int, spans: Sequence[tuple[int, int]], asked: Asked
) -> Blind | None:
    """Look from the first day of a month at spans of months after it; none where too little was known on that day.

    Parameters
    ----------
    spans : sequence of (int, int)
        First month and the month after the last, counted from the cut.
    """
    if "ledger_facts" not in engine.tables():
        return None
    histories(engine, calendar.edges[cut], _HISTORIES, books=asked.books)
    names = ", ".join(CustomerHistory.__dataclass_fields__)
    columns = engine.arrays(f"SELECT {names} FROM {_HISTORIES} ORDER BY customer_id")
    history = CustomerHistory.from_columns({name: np.ma.filled(values, 0) for name, values in columns.items()})
    if len(history) < FEWEST_CUSTOMERS or history.frequency.sum() < FEWEST_REPEATS:
        drop(engine, _HISTORIES)
        return None
    forecaster = Forecaster(frame.seed, frame.threads, fast=True, family="BG/NBD").fit(history)
    each = np.asarray(forecaster.revenue_.mean_)
    edges = [(calendar.edges[cut + month] - calendar.edges[cut]).days for span in spans for month in span]
    reached = {days: forecaster.expected_orders(days) if days else np.zeros(len(history)) for days in set(edges)}
    expected = [(reached[end] - reached[start]) * each for start, end in zip(edges[::2], edges[1::2], strict=True)]
    came = _came(engine, cut, spans)
    drop(engine, _HISTORIES)
    return Blind(cut, np.array(expected), came, asked.share, forecaster.purchases_)


def _came(engine: Engine, cut: int, spans: Sequence[tuple[int, int]]) -> Floats:
    sums = ", ".join(
        f"COALESCE(sum(CASE WHEN m.month >= {cut + start} AND m.month < {cut + end} THEN m.revenue END), 0)::DOUBLE AS span{place}"
        for place, (start, end) in enumerate(spans)
    )
    found = engine.arrays(_CAME.format(sums=sums, histories=_HISTORIES, months=MONTHS))
    return np.array([np.ma.filled(found[f"span{place}"], 0.0) for place in range(len(spans))], dtype=np.float64)
