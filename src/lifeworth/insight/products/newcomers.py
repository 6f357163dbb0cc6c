"""Newcomers who are old enough to say what their first purchase led to, and what each brought: ``products_newcomers``."""

from dataclasses import dataclass
from datetime import date, timedelta

from lifeworth.insight.ground import Frame
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import MONEY, day, drop, make_table
from lifeworth.store.engine import Engine

NEWCOMERS = "products_newcomers"
FIRST_DAYS = "products_first_days"
FEWEST_ASKED = 100
MOST_ASKED = 300_000
_YEAR, _SHORTEST = 365, 28
_FINISHED_SHARE, _SHORTENED_SHARE = 0.2, 1 / 3
_WARM_UP_DAYS, _CROWDED = 84, 1.5

_FIRST = """
SELECT customer_key, min(day) AS first_day, count(*) AS days FROM ledger_days WHERE day < {as_of} GROUP BY customer_key"""

_SALES = """
SELECT d.customer_key, any_value(f.first_day) AS first_day,
       sum({sale}) FILTER (d.day = f.first_day) AS first, COALESCE(sum({sale}) FILTER (d.day > f.first_day), 0) AS later,
       sum({net}) FILTER (d.day = f.first_day) AS sold
FROM ledger_days d JOIN {firsts} f USING (customer_key)
WHERE {kept} AND d.day < f.first_day + {days} GROUP BY d.customer_key"""

_AFTER = """
SELECT f.customer_key, COALESCE(sum(e.{effect}) FILTER (e.order_day = f.first_day), 0) AS first,
       COALESCE(sum(e.{effect}) FILTER (e.order_day IS DISTINCT FROM f.first_day), 0) AS later
FROM ledger_events e JOIN ledger_keys k USING (customer_id) JOIN {firsts} f USING (customer_key)
WHERE {kept} AND e.happened_on >= f.first_day AND e.happened_on < f.first_day + {days} GROUP BY f.customer_key"""

_NEWCOMERS = """
SELECT s.customer_key, s.first_day, CAST(s.sold AS {money}) AS sold, lower(trim(i.channel)) AS channel,
       CAST(s.later + COALESCE(a.later, 0) AS {money}) AS later,
       CAST(s.first + s.later + COALESCE(a.first, 0) + COALESCE(a.later, 0) AS {money}) AS total
FROM ({sales}) s LEFT JOIN ({after}) a USING (customer_key)
JOIN ledger_keys k USING (customer_key) LEFT JOIN insight_customers i USING (customer_id)
ORDER BY s.customer_key"""


@dataclass(frozen=True)
class Asked:
    """Which newcomers are asked.

    Attributes
    ----------
    since : date
        First day whose newcomers count.
    days : int
        How long each is watched, from the day of the first order.
    customers : int
        Newcomers whose days are over.
    every : int
        One in so many of them is asked.
    """

    since: date
    days: int
    customers: int
    every: int


def find_first_days(engine: Engine, frame: Frame) -> date | None:
    """Write the first day and the number of purchase days of every customer; the first day whose newcomers are new.

    Where the first twelve weeks have half as many newcomers again as the twelve that follow, the data begin in the middle of a
    business: many of the first had bought before, and none of them counts. None where nobody ordered.
    """
    make_table(engine, FIRST_DAYS, _FIRST.format(as_of=day(frame.as_of)))
    begin: date | None = engine.value(f"SELECT min(first_day) FROM {FIRST_DAYS}")
    if begin is None:
        return None
    warm, settled = (begin + timedelta(days=times * _WARM_UP_DAYS) for times in (1, 2))
    [(first, second, every)] = engine.rows(
        f"""SELECT count(*) FILTER (first_day < {day(warm)}),
                   count(*) FILTER (first_day >= {day(warm)} AND first_day < {day(settled)}), count(*) FROM {FIRST_DAYS}"""
    )
    crowded = first > _CROWDED * second and every - first >= max(FEWEST_ASKED, _FINISHED_SHARE * every)
    return warm if crowded else begin


def find_newcomers(engine: Engine, frame: Frame, since: date) -> Asked | None:
    """Write what each newcomer brought in the first days; none where fewer than 100 were seen for four weeks.

    Newcomers are watched for 365 days where a fifth of all have been known for so long, else for the longest stretch that
    a third of them finished.
    """
    found = _stretch(engine, frame.as_of, since)
    if found is None:
        return None
    days, customers = found
    every = max(customers // MOST_ASKED, 1)
    kept = f"f.first_day + {days} <= {day(frame.as_of)} AND f.first_day >= {day(since)}"
    kept += f" AND f.customer_key % {every} = 0" if every > 1 else ""
    sale, effect = (f"({PROFIT_SALE})", "profit_effect") if frame.in_profit else (f"({NET_SALE})", "revenue_effect")
    filled = {"kept": kept, "days": days, "firsts": FIRST_DAYS}
    sales = _SALES.format(sale=sale, net=f"({NET_SALE})", **filled)
    after = _AFTER.format(effect=effect, **filled)
    make_table(engine, NEWCOMERS, _NEWCOMERS.format(sales=sales, after=after, money=MONEY))
    return Asked(since, days, customers, every)


def _stretch(engine: Engine, as_of: date, since: date) -> tuple[int, int] | None:
    """How long newcomers are watched, and how many of them there are."""
    ages = f"SELECT {day(as_of)} - first_day AS age FROM {FIRST_DAYS} WHERE first_day >= {day(since)}"
    [(known, finished, third)] = engine.rows(
        f"SELECT count(*), count(*) FILTER (age >= {_YEAR}), quantile_disc(age, {1 - _SHORTENED_SHARE}) FROM ({ages})"
    )
    if finished >= max(FEWEST_ASKED, _FINISHED_SHARE * known):
        return _YEAR, int(finished)
    if third is None or third < _SHORTEST:
        return None
    days = min(int(third), _YEAR)
    seen = int(engine.value(f"SELECT count(*) FROM ({ages}) WHERE age >= {days}"))
    return (days, seen) if seen >= FEWEST_ASKED else None


def forget_newcomers(engine: Engine) -> None:
    """Drop what was written here."""
    drop(engine, NEWCOMERS, FIRST_DAYS)
