"""What was to be expected of customers on the day they were assigned, knowing nothing later."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lifeworth import ledger
from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import drop
from lifeworth.maths.unique_rows import unique_rows
from lifeworth.models import BGNBD, ShrunkenMean
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

SAMPLE = 30_000
FEWEST = 20
HISTORIES = "experiments_histories"
# The shares of a base's expected value at which its tiers end, as everywhere in insight.
TIER_SHARES = (0.5, 0.8, 0.95)
_BLOCK = 200_000


@dataclass(frozen=True)
class Known:
    """What was known of each customer on their own day: (customers,) arrays.

    ``purchases`` are purchase days, zero for who was no customer yet; ``recency`` and ``T`` in days; ``money`` and
    ``money_lately`` (of a year) in the run's basis; ``window`` is how long they are then watched, in days.
    """

    purchases: Floats
    recency: Floats
    T: Floats
    money: Floats
    money_lately: Floats
    window: Floats

    @property
    def silence(self) -> Floats:
        """Days since the last purchase."""
        return self.T - self.recency

    @property
    def is_customer(self) -> NDArray[np.bool_]:
        """Whether they had bought before."""
        return self.purchases > 0

    def take(self, which: NDArray[np.bool_]) -> "Known":
        """The same for some."""
        return Known(*(part[which] for part in vars(self).values()))


@dataclass(frozen=True)
class Learned:
    """What a day had taught: how customers buy, what a purchase brings.

    Attributes
    ----------
    base_gap : float
        Median of the customers' own mean gaps, in days; infinite where nobody had come back.
    tier_edges : tuple of float
        Expected money over the horizon from which a customer belongs to the core, the solid, the small.
    """

    purchases: BGNBD
    money: ShrunkenMean
    base_gap: float
    tier_edges: tuple[float, float, float]

    def expect(self, known: Known, days: Floats) -> Floats:
        """Expected money of each customer over their own number of days; nothing of who was no customer yet."""
        each = self.money.posterior(known.purchases, known.money).mean
        return np.where(known.is_customer, self.orders(known, days) * each, 0.0)

    def p_alive(self, known: Known) -> Floats:
        """Chance that each is still a customer; after one purchase the model cannot tell and says 1."""
        return np.asarray(self.purchases.p_alive(*_history(known)))

    def orders(self, known: Known, days: Floats) -> Floats:
        """Expected purchase days of each over their own number of days."""
        rows = unique_rows(*_history(known), days, inverse=True)
        assert rows.inverse is not None
        x, recency, T, ahead = (column.values[column.codes] for column in rows.columns)
        found = np.empty(len(x))
        for start in range(0, len(x), _BLOCK):
            part = slice(start, start + _BLOCK)
            found[part] = self.purchases.expected_purchases(ahead[part], x[part], recency[part], T[part])
        return found[rows.inverse]


def _history(known: Known) -> tuple[Floats, Floats, Floats]:
    """Frequency, recency and T; whoever was no customer yet has a blank one."""
    x = np.maximum(known.purchases - 1, 0.0)
    return x, np.where(x > 0, known.recency, 0.0), known.T


@dataclass(frozen=True)
class Blind:
    """Looks at past days with nothing that happened later, through at most some 30,000 customers, evenly over their numbers.

    Attributes
    ----------
    every : int
        Of so many customers one is looked at.
    books : Books
        The purchase days and events of those looked at.
    """

    engine: Engine
    frame: Frame
    every: int
    books: ledger.Books

    @classmethod
    def prepare(cls, engine: Engine, frame: Frame) -> "Blind":
        """Choose who is looked at."""
        every = max(int(engine.value("SELECT count(*) FROM ledger_keys")) // SAMPLE, 1)
        if every == 1:
            return cls(engine, frame, every, ledger.WHOLE)
        asked = f"SELECT customer_key FROM ledger_keys WHERE customer_key % {every} = 0"
        return cls(engine, frame, every, ledger.copy_part(engine, "experiments_part", asked))

    def learn(self, day: date) -> Learned | None:
        """Models of those who were customers before a day; none where they were under twenty."""
        ledger.histories(self.engine, day, HISTORIES, books=self.books)
        columns = {name: np.ma.filled(values, 0) for name, values in self.engine.arrays(_READ).items()}
        drop(self.engine, HISTORIES)
        seen = {name: values.astype(np.float64) for name, values in columns.items()}
        if len(seen["frequency"]) < FEWEST:
            return None
        return _fit(seen, self.frame.horizon_days)

    def close(self) -> None:
        """Drop what was made on the way."""
        ledger.drop_part(self.engine, self.books)


_READ = f"""
SELECT frequency, recency_days, T_days, day_profit_sum AS money, day_profit_sumsq AS squares FROM {HISTORIES}"""


def _fit(seen: dict[str, Floats], horizon_days: int) -> Learned:
    x, recency, T = seen["frequency"], seen["recency_days"], seen["T_days"]
    purchases = BGNBD(restarts=0).fit(x, recency, T)
    money = ShrunkenMean().fit(x + 1, seen["money"], seen["squares"])
    back = x > 0
    gap = float(np.median(recency[back] / x[back])) if back.any() else float("inf")
    learned = Learned(purchases, money, gap, (0.0, 0.0, 0.0))
    known = Known(x + 1, recency, T, seen["money"], seen["money"], T)
    value = learned.expect(known, np.full(len(x), float(horizon_days)))
    return Learned(purchases, money, gap, _edges(value))


def _edges(value: Floats) -> tuple[float, float, float]:
    """The value at which each tier ends, going down from the highest."""
    ordered = np.sort(value[value > 0])[::-1]
    if not len(ordered):
        return float("inf"), float("inf"), float("inf")
    above = (np.cumsum(ordered) - ordered) / ordered.sum()
    core, solid, small = (float(ordered[np.flatnonzero(above < share)[-1]]) for share in TIER_SHARES)
    return core, solid, small
