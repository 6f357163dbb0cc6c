"""Predictions whose time has come, against what happened: ``monitoring_matured``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.stats import binom

from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.models.forecast.terms import DAYS_PER_YEAR
from lifeworth.monitoring.tables import insert
from lifeworth.store.archive import Archived
from lifeworth.store.engine import Engine, one_file

FEWEST_DAYS = 28
MOST_WHOLE, MOST_PART = 2, 3
FINE_LOW, FINE_HIGH = 0.9, 1.1
BAND = 0.999
SHORT, FAR_SHORT = 0.02, 0.10
SAMPLE = 50_000

# Days of a customer and what came after are added up exactly: a sum of floating numbers would depend on their order.
_KNOWN = """
CREATE OR REPLACE TABLE monitoring_known AS
SELECT customer_key, min(day) AS first_day FROM ledger_days GROUP BY customer_key"""

_SALES = """
SELECT COALESCE(sum(purchases), 0)::BIGINT, CAST(COALESCE(sum(revenue), 0) AS DOUBLE),
       CAST(COALESCE(sum({worth}), 0) AS DOUBLE)
FROM (SELECT day, count(*) AS purchases, sum({net}) AS revenue, sum({amount}) AS amount
      FROM ledger_days JOIN monitoring_known USING (customer_key)
      WHERE first_day < $start AND day >= $start AND day < $end GROUP BY day)"""

_AFTER = """
SELECT CAST(COALESCE(sum(revenue), 0) AS DOUBLE), CAST(COALESCE(sum({worth}), 0) AS DOUBLE)
FROM (SELECT e.happened_on AS day, sum(e.revenue_effect) AS revenue, sum(e.{amount}) AS amount
      FROM ledger_events e JOIN ledger_keys k USING (customer_id) JOIN monitoring_known f USING (customer_key)
      WHERE f.first_day < $start AND e.happened_on >= $start AND e.happened_on < $end GROUP BY e.happened_on)"""

_SAID = """
SELECT count(*), CAST(COALESCE(sum(CAST(revenue_mean AS DECIMAL(18,2))), 0) AS DOUBLE),
       CAST(COALESCE(sum(CAST(value_mean AS DECIMAL(18,2))), 0) AS DOUBLE)
FROM read_parquet({file}, hive_partitioning = false)"""

_MONEY = """
SELECT customer_id, ordered_on AS day, net_sale AS revenue, {sale} AS amount FROM ledger_orders
WHERE ordered_on >= $start AND ordered_on < $end AND {chosen}
UNION ALL
SELECT customer_id, happened_on, revenue_effect, {later} FROM ledger_events
WHERE happened_on >= $start AND happened_on < $end AND {chosen}"""

_RANGES = """
WITH money AS ({money}),
came AS (SELECT customer_id, sum(revenue) AS revenue, sum({worth}) AS worth FROM money GROUP BY customer_id),
held AS (
  SELECT p.*, COALESCE(c.revenue, 0) AS revenue, COALESCE(c.worth, 0) AS worth
  FROM (SELECT * FROM read_parquet({file}, hive_partitioning = false) WHERE {chosen}) p
  LEFT JOIN came c USING (customer_id))
SELECT count(*) FILTER (revenue_high > 0),
       count(*) FILTER (revenue_high > 0 AND revenue BETWEEN revenue_low AND revenue_high),
       count(*) FILTER (value_high > 0), count(*) FILTER (value_high > 0 AND worth BETWEEN value_low AND value_high)
FROM held"""

_PART_SAID = """
SELECT count(*), sum(expected_orders), sum(expected_revenue) FROM read_parquet({file}, hive_partitioning = false)
WHERE week_start + 7 <= $as_of"""


@dataclass(frozen=True)
class Coverage:
    """Customers inside their range, of those whose range reaches above zero, and the shares chance allows."""

    judged: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Matured:
    """One measure of one prediction held against what came."""

    prediction: Archived
    days_passed: int
    whole: bool
    measure: str
    predicted: float
    actual: float
    low: float | None = None
    high: float | None = None
    coverage: Coverage | None = None

    @property
    def ratio(self) -> float | None:
        """Actual over predicted; none where nothing was predicted."""
        return self.actual / self.predicted if self.predicted > 0 else None

    @property
    def state(self) -> str:
        """The worse of the total's state and the ranges' state."""
        return max(self._total_state(), self._ranges_state(), key=("fine", "watch", "alarm").index)

    def _total_state(self) -> str:
        if self.ratio is None or FINE_LOW <= self.ratio <= FINE_HIGH:
            return "fine"
        outside = self.low is not None and self.high is not None and not self.low <= self.actual <= self.high
        return "alarm" if outside else "watch"

    def _ranges_state(self) -> str:
        found, level = self.coverage, self.prediction.facts.interval_level
        if found is None or found.share >= min(found.low, level - SHORT):
            return "fine"
        return "alarm" if found.share < min(found.low, level - FAR_SHORT) else "watch"

    @property
    def said(self) -> str:
        """One sentence a shop owner reads."""
        facts = self.prediction.facts
        unit = "" if self.measure == "purchases" else f" {facts.currency or ''} of {self.measure}".replace("  ", " ")
        what = " purchases" if self.measure == "purchases" else unit
        span = f"the {self.days_passed} days since" if not self.whole else f"its whole {facts.horizon_days} days"
        text = f"The forecast of {facts.as_of} said {self.predicted:,.0f}{what} for {span}; {self.actual:,.0f} came"
        if self.ratio is not None:
            text += f" ({self.ratio:.2f} of it)"
        if self.low is not None and self.high is not None:
            inside = "inside" if self.low <= self.actual <= self.high else "outside"
            text += f", {inside} the range given then ({self.low:,.0f} to {self.high:,.0f})"
        if self.coverage is not None:
            text += f"; {self.coverage.share:.1%} of {self.coverage.judged:,} customers' ranges held, {facts.interval_level:.0%} were promised"
        return text + "."

    def row(self) -> list[object]:
        """As ``monitoring_matured`` holds it."""
        facts, found = self.prediction.facts, self.coverage
        judged = [found.judged, found.share, found.low, found.high] if found else [0, None, None, None]
        about = [facts.run_id, facts.as_of, facts.horizon_days, self.days_passed, self.whole, self.measure]
        numbers = [self.predicted, self.low, self.high, self.actual, self.ratio]
        return [*about, *numbers, *judged, self.state, self.said]


def judge_matured(engine: Engine, kept: Sequence[Archived], as_of: date) -> list[Matured]:
    """Hold earlier predictions against the ledger and write ``monitoring_matured``, newest first.

    Judged are the two newest whose whole horizon has passed and the three newest of which at least four weeks
    have, each at least four weeks apart: nightly runs do not say the same thing thirty times.
    """
    found: list[Matured] = []
    engine.execute(_KNOWN)
    for prediction in to_judge(kept, as_of, whole=True):
        found += _whole(engine, prediction)
    for prediction in to_judge(kept, as_of, whole=False):
        found += _part(engine, prediction, as_of)
    engine.execute("DROP TABLE monitoring_known")
    insert(engine, "monitoring_matured", (m.row() for m in found))
    return found


def to_judge(kept: Sequence[Archived], as_of: date, *, whole: bool) -> list[Archived]:
    """Which predictions are judged, newest first."""
    chosen: list[Archived] = []
    for prediction in reversed(kept):
        passed = (as_of - prediction.facts.as_of).days
        if passed < FEWEST_DAYS or (passed >= prediction.facts.horizon_days) != whole:
            continue
        if not chosen or (chosen[-1].facts.as_of - prediction.facts.as_of).days >= FEWEST_DAYS:
            chosen.append(prediction)
    return chosen[: MOST_WHOLE if whole else MOST_PART]


def _whole(engine: Engine, prediction: Archived) -> Iterator[Matured]:
    facts, in_profit = prediction.facts, prediction.facts.basis == "profit"
    [(customers, revenue_said, worth_said)] = engine.rows(_SAID.format(file=one_file(prediction.customers)))
    purchases, revenue, worth = _came(engine, prediction, facts.horizon_days)
    ranges = _ranges(engine, prediction, customers)
    level, base = facts.interval_level, facts.base
    common = (prediction, facts.horizon_days, True)
    if "orders_mean" in base:
        ends = base.get("orders_low"), base.get("orders_high")
        yield Matured(*common, "purchases", base["orders_mean"], purchases, *ends)
    ends = base.get("revenue_low"), base.get("revenue_high")
    yield Matured(*common, "revenue", revenue_said, revenue, *ends, judged_coverage(ranges[0], ranges[1], level))
    if in_profit:
        ends = base.get("value_low"), base.get("value_high")
        yield Matured(*common, "profit", worth_said, worth, *ends, judged_coverage(ranges[2], ranges[3], level))


def _came(engine: Engine, prediction: Archived, days: int) -> tuple[float, float, float]:
    """Purchases, net revenue and worth that customers known on the day of a prediction brought in the days after it."""
    facts, in_profit = prediction.facts, prediction.facts.basis == "profit"
    span = {"start": facts.as_of, "end": facts.as_of + timedelta(days=days)}
    worth = _worth(facts.discount)
    sales = _SALES.format(worth=worth, net=NET_SALE, amount=PROFIT_SALE if in_profit else NET_SALE)
    after = _AFTER.format(worth=worth, amount="profit_effect" if in_profit else "revenue_effect")
    [(purchases, sold, earned)] = engine.rows(sales, span)
    [(back, lost)] = engine.rows(after, span)
    return float(purchases), sold + back, earned + lost


def _ranges(engine: Engine, prediction: Archived, customers: int) -> tuple[int, int, int, int]:
    """Ranges judged and held, of revenue and of value, for 50,000 customers at most, chosen by their ids."""
    facts, in_profit = prediction.facts, prediction.facts.basis == "profit"
    chosen = f"hash(customer_id) % {max(1, round(customers / SAMPLE))} = 0"
    sale, later = ("profit_sale", "profit_effect") if in_profit else ("net_sale", "revenue_effect")
    money = _MONEY.format(sale=sale, later=later, chosen=chosen)
    file = one_file(prediction.customers)
    sql = _RANGES.format(money=money, worth=_worth(facts.discount), file=file, chosen=chosen)
    span = {"start": facts.as_of, "end": facts.as_of + timedelta(days=facts.horizon_days)}
    [(judged, held, judged_value, held_value)] = engine.rows(sql, span)
    return judged, held, judged_value, held_value


def _worth(discount: float) -> str:
    """An amount in the money of the day of the prediction, as ``value`` is."""
    delta = float(np.log1p(discount)) / DAYS_PER_YEAR
    return "amount" if delta == 0 else f"CAST(amount * exp(-{delta!r} * (day - $start)) AS DECIMAL(38,4))"


def _part(engine: Engine, prediction: Archived, as_of: date) -> Iterator[Matured]:
    said = _PART_SAID.format(file=one_file(prediction.weeks))
    [(weeks, orders, revenue_said)] = engine.rows(said, {"as_of": as_of})
    days = 7 * int(weeks)
    if days < FEWEST_DAYS:
        return
    purchases, revenue, _ = _came(engine, prediction, days)
    yield Matured(prediction, days, False, "purchases", float(orders), purchases)
    yield Matured(prediction, days, False, "revenue", float(revenue_said), revenue)


def judged_coverage(judged: int, inside: int, level: float) -> Coverage | None:
    """Share of ranges that held, and the exact binomial 99.9 % band around the promised level.

    Examples
    --------
    >>> found = judged_coverage(200, 160, 0.8)
    >>> found.share, round(found.low, 3), round(found.high, 3)
    (0.8, 0.705, 0.89)
    """
    if judged == 0:
        return None
    low, high = (float(binom.ppf(p, judged, level)) / judged for p in ((1 - BAND) / 2, (1 + BAND) / 2))
    return Coverage(judged, inside / judged, low, high)
