"""What newcomers brought by age, added up by group and resampling bucket: what every curve is made of.

Age counts from the day of the first order. A customer counts at an age only where the whole step of it lies in the days
that are judged, so each step has its own customers, and everybody who has reached an age is used at it.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition.won import BUCKETS, WON
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import day, drop, has_rows, make_table
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ages = NDArray[np.int64]

MONTH_DAYS = 30
FLOWS = "acquisition_flows"
_STEPS = "acquisition_steps"

_SALES = """
  SELECT w.channel, w.cohort_no, w.bucket, w.first_day, d.day - w.first_day AS age, {sale} AS amount, d.day > w.first_day AS again
  FROM ledger_days d JOIN {won} w USING (customer_key) WHERE d.day < {as_of} AND w.is_new"""

_AFTER = """
  UNION ALL
  SELECT w.channel, w.cohort_no, w.bucket, w.first_day, greatest(e.happened_on - w.first_day, 0), e.{effect}, FALSE
  FROM ledger_events e JOIN {won} w USING (customer_id) WHERE e.happened_on < {as_of} AND w.is_new"""

_FLOWS = """
SELECT channel, cohort_no, bucket, s.step, first_day + s.opens AS opens_on, first_day + s.closes AS closes_on,
       CAST(amount AS DECIMAL(18, 4)) AS amount, again
FROM ({flows}) JOIN {steps} s USING (age) WHERE first_day + s.closes <= {as_of}"""

_MONEY = """
SELECT {group} AS grp, bucket, step, sum(amount)::DOUBLE AS money, (count(*) FILTER (again))::DOUBLE AS orders
FROM {flows} w WHERE opens_on >= {since} AND closes_on <= {until} GROUP BY ALL ORDER BY ALL"""

_BORN = """
SELECT {group} AS grp, bucket, first_day - DATE '2000-01-01' AS born, count(*)::DOUBLE AS customers
FROM {won} w WHERE is_new GROUP BY ALL ORDER BY ALL"""
_ZERO = date(2000, 1, 1)


@dataclass(frozen=True)
class Sums:
    """Money and customers by group, resampling bucket and step of age.

    Attributes
    ----------
    edges : (steps + 1,) ints
        Ages in days at which steps begin and end; the first step is the day of the first order.
    money : (groups, buckets, steps) floats
        What the customers seen over the whole step brought in it.
    customers : (groups, buckets, steps) floats
        How many these are.
    orders : (groups, buckets, steps) floats
        Their purchase days after the first.
    """

    edges: Ages
    money: Floats
    customers: Floats
    orders: Floats

    def together(self) -> "Sums":
        """All groups as one."""
        return self.pick(np.ones((1, len(self.money))))

    def pick(self, weights: Floats) -> "Sums":
        """Groups made of these groups: (new groups, groups) of ones and zeros."""
        mixed = [np.einsum("ng,gbs->nbs", weights, part) for part in (self.money, self.customers, self.orders)]
        return Sums(self.edges, *mixed)

    def step_at(self, days: int) -> int:
        """How many steps lead up to an age, which must be an edge."""
        return int(np.searchsorted(self.edges, days))


def age_edges(last_day: int, others: tuple[int, ...]) -> Ages:
    """The day of the first order, months of 30 days up to ``last_day``, and other ages of interest, in order."""
    months = range(MONTH_DAYS, max(last_day, MONTH_DAYS) + 1, MONTH_DAYS)
    return np.array(sorted({0, 1, *months, *others}), dtype=np.int64)


def write_flows(engine: Engine, edges: Ages, as_of: date, *, in_profit: bool) -> None:
    """Write ``acquisition_flows``: every sum of money of a newcomer with the step of age it moved in, once for all groups.

    Parameters
    ----------
    edges : (steps + 1,) ints
        As :func:`age_edges` makes them.
    in_profit : bool
        Profit at level 2b (before acquisition), else net revenue; refunds and costs on the day they happened.
    """
    _write_steps(engine, edges)
    sale, effect = (PROFIT_SALE, "profit_effect") if in_profit else (NET_SALE, "revenue_effect")
    flows = _SALES.format(sale=sale, won=WON, as_of=day(as_of))
    if has_rows(engine, "ledger_events", f"happened_on < {day(as_of)}"):
        flows += _AFTER.format(effect=effect, won=WON, as_of=day(as_of))
    make_table(engine, FLOWS, _FLOWS.format(flows=flows, steps=_STEPS, as_of=day(as_of)))
    drop(engine, _STEPS)


def add_up(engine: Engine, group: str, groups: int, edges: Ages, *, since: date, until: date) -> Sums:
    """Add up newcomers' money by age over the days from ``since`` until before ``until``; needs :func:`write_flows`.

    Parameters
    ----------
    group : str
        SQL of the group's number in a row ``w`` of ``acquisition_won`` or ``acquisition_flows``, from 0 to ``groups`` - 1.
    """
    shape = (groups, BUCKETS, len(edges) - 1)
    money = _columns(engine, _MONEY.format(group=group, flows=FLOWS, since=day(since), until=day(until)))
    amounts, orders = np.zeros(shape), np.zeros(shape)
    place = tuple(money[name].astype(np.intp) for name in ("grp", "bucket", "step"))
    amounts[place], orders[place] = money["money"], money["orders"]
    return Sums(edges, amounts, _customers(engine, group, shape, edges, since, until), orders)


def _customers(engine: Engine, group: str, shape: tuple[int, ...], edges: Ages, since: date, until: date) -> Floats:
    """Customers seen over each whole step: a run of steps from the first that opens to the last that closes in these days."""
    found = _columns(engine, _BORN.format(group=group, won=WON))
    opens, closes = (since - _ZERO).days, (until - _ZERO).days
    born = found["born"].astype(np.int64)
    low = np.searchsorted(edges[:-1], opens - born, side="left")
    high = np.searchsorted(edges[1:], closes - born, side="right")
    changes = np.zeros((shape[0], shape[1], shape[2] + 1))
    place = (found["grp"].astype(np.intp), found["bucket"].astype(np.intp))
    kept = high > low
    for at, sign in ((low, 1.0), (high, -1.0)):
        np.add.at(changes, (place[0][kept], place[1][kept], at[kept]), sign * found["customers"][kept])
    return np.asarray(changes.cumsum(axis=2)[:, :, :-1])


def _write_steps(engine: Engine, edges: Ages) -> None:
    """Which step of age each day of age falls into."""
    steps = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    engine.write(
        _STEPS,
        {
            "age": np.arange(edges[-1], dtype=np.int32),
            "step": steps.astype(np.int32),
            "opens": edges[:-1][steps].astype(np.int32),
            "closes": edges[1:][steps].astype(np.int32),
        },
    )


def _columns(engine: Engine, sql: str) -> dict[str, Floats]:
    found = engine.arrays(sql)
    return {name: np.ma.filled(values, 0).astype(np.float64) for name, values in found.items()}
