"""How much do customers bring by age, and do newer groups do better than older ones?"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

from lifeworth.answers.estimate import number
from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.engine import Engine

MONTH_DAYS = 30
MOST_AGES = 60
EQUAL_AGES = (12, 6, 3, 1, 0)
_GRAINS = (("month", 460), ("quarter", 1500), ("year", 36600))

_SIZES = """
SELECT CAST(date_trunc('{grain}', first_order_on) AS DATE) AS cohort, count(*), max(first_order_on),
       coalesce(sum(acquisition), 0)
FROM ledger_customers WHERE first_order_on IS NOT NULL GROUP BY 1 ORDER BY 1
"""

_AGED = """
WITH born AS (
    SELECT customer_id, first_order_on, CAST(date_trunc('{grain}', first_order_on) AS DATE) AS cohort
    FROM ledger_customers WHERE first_order_on IS NOT NULL
), money AS (
    SELECT customer_id, ordered_on AS day, {order_amount} AS amount FROM ledger_orders WHERE ordered_on < ?
    UNION ALL
    SELECT customer_id, happened_on, {event_amount} FROM ledger_events WHERE happened_on < ?
), aged AS (
    SELECT cohort, customer_id, greatest(0, least({cap}, (day - first_order_on + {month} - 1) // {month})) AS age, amount
    FROM money JOIN born USING (customer_id)
)"""

_MONEY = "SELECT cohort, age, sum(amount) FROM aged GROUP BY 1, 2"

_SCATTER = """
SELECT cohort, count(*), {sums}
FROM (SELECT cohort, customer_id, {reached} FROM aged GROUP BY 1, 2) GROUP BY 1"""


@dataclass(frozen=True)
class Cohort:
    """Customers who first bought in one period.

    ``per_customer[m]`` is what an average one brought by age ``m`` months (30 days each; 0 is the day of the
    first purchase), only for ages every customer of the group has reached. ``acquisition_cost`` is per customer,
    None when unknown; ``payback_months`` the first age at which it is earned back, None when not yet. ``errors`` holds
    the standard error of the average at the ages at which groups are held against each other, where it is known.
    """

    start: date
    customers: int
    per_customer: tuple[float, ...]
    acquisition_cost: float | None
    payback_months: int | None
    errors: tuple[tuple[int, float], ...] = ()

    def error(self, age: int) -> float | None:
        """Standard error of what an average one brought by an age."""
        return dict(self.errors).get(age)


@dataclass(frozen=True)
class Cohorts:
    """Groups of customers by when they first bought; ``grain`` is month, quarter or year."""

    grain: str
    in_profit: bool
    cohorts: tuple[Cohort, ...]
    definition: str

    @property
    def oldest_age(self) -> int:
        """The highest age in months any group has reached as a whole."""
        return max((len(cohort.per_customer) - 1 for cohort in self.cohorts), default=0)


def acquisition_cohorts(engine: Engine, facts: RunFacts) -> Cohorts:
    """What groups of new customers brought by age, at equal ages, so that old and new can be compared."""
    grain = _grain(engine, facts.as_of)
    money = _money_by_age(engine, facts, grain)
    errors = _errors_by_age(engine, facts, grain)
    rows = engine.rows(_SIZES.format(grain=grain))
    cohorts = tuple(
        _cohort(start, int(customers), last, number(cost), money[start], errors.get(start, ()), facts)
        for start, customers, last, cost in rows
    )
    what = "profit before the cost of winning them" if facts.in_profit else "net revenue (no costs are known)"
    return Cohorts(
        grain=grain,
        in_profit=facts.in_profit,
        cohorts=cohorts,
        definition=(
            f"Customers grouped by the {grain} of their first purchase; {what} added up by age and divided by all "
            f"customers of the group, those who left included. A month of age is {MONTH_DAYS} days. A figure "
            "stands only where every customer of the group has reached that age. The first group may hold customers "
            "who had bought before the files begin, so it is not compared."
        ),
    )


def _grain(engine: Engine, as_of: date) -> str:
    first = engine.value("SELECT min(first_order_on) FROM ledger_customers")
    span_days = (as_of - first).days if first is not None else 0
    return next((grain for grain, most_days in _GRAINS if span_days <= most_days), "year")


def _money_by_age(engine: Engine, facts: RunFacts, grain: str) -> dict[date, dict[int, float]]:
    sql = _aged(facts, grain) + _MONEY
    money: dict[date, dict[int, float]] = defaultdict(dict)
    for cohort, age, amount in engine.rows(sql, [facts.as_of, facts.as_of]):
        money[cohort][int(age)] = 0.0 if amount is None else float(amount)
    return money


def _aged(facts: RunFacts, grain: str) -> str:
    return _AGED.format(
        grain=grain,
        cap=MOST_AGES + 1,
        month=MONTH_DAYS,
        order_amount="profit_sale" if facts.in_profit else "net_sale",
        event_amount="profit_effect" if facts.in_profit else "revenue_effect",
    )


def _errors_by_age(engine: Engine, facts: RunFacts, grain: str) -> dict[date, tuple[tuple[int, float], ...]]:
    """Standard error of a cohort's average at each of the ages compared; none for a single customer."""
    reached = ", ".join(f"COALESCE(sum(amount) FILTER (age <= {age}), 0)::DOUBLE AS m{age}" for age in EQUAL_AGES)
    sums = ", ".join(
        f"sum(CAST(m{age} AS DECIMAL(38, 4)))::DOUBLE, sum(CAST(least(m{age} * m{age}, 1e28) AS DECIMAL(38, 4)))::DOUBLE"
        for age in EQUAL_AGES
    )
    found = {}
    for start, size, *moments in engine.rows(
        _aged(facts, grain) + _SCATTER.format(sums=sums, reached=reached), [facts.as_of, facts.as_of]
    ):
        pairs = zip(EQUAL_AGES, moments[::2], moments[1::2], strict=True)
        if size > 1:
            found[start] = tuple((age, _error(int(size), total, squares)) for age, total, squares in pairs)
    return found


def _error(size: int, total: float, squares: float) -> float:
    """Standard error of a mean from a sum and a sum of squares."""
    return sqrt(max(squares - total * total / size, 0.0) / (size - 1) / size)


def _cohort(
    start: date,
    customers: int,
    last: Any,
    cost: float,
    by_age: dict[int, float],
    errors: tuple[tuple[int, float], ...],
    facts: RunFacts,
) -> Cohort:
    reached_days = (facts.as_of - timedelta(days=1) - last).days
    ages = range(min(max(reached_days, 0) // MONTH_DAYS, MOST_AGES) + 1)
    total, per_customer = 0.0, []
    for age in ages:
        total += by_age.get(age, 0.0)
        per_customer.append(total / customers)
    spent = cost / customers if cost > 0 and facts.in_profit else None
    paid_back = [age for age in ages if spent is not None and per_customer[age] >= spent]
    known = tuple((age, error) for age, error in errors if age < len(per_customer))
    return Cohort(start, customers, tuple(per_customer), spent, paid_back[0] if paid_back else None, known)
