"""Who is a newcomer, and whose first stretch has finished by a day."""

from datetime import date, timedelta

from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import drop, make_table
from lifeworth.store.engine import Engine

FEWEST = 30
MOST_ASKED = 200_000
WARM_UP_DAYS = 84
CROWDED = 1.5
YEAR = 365
ENOUGH_OF_A_YEAR = 500
SHORTEST_DAYS = 28
FINISHED_SHARE = 0.2
SHORTENED_SHARE = 1 / 3
FIRST_DAYS = "values_newcomer_days"


def find_newcomers(engine: Engine, as_of: date, horizon_days: int, since: date | None = None) -> int | None:
    """Write the first day of every newcomer whose stretch has finished; how long the stretch is.

    Without a day ``since``, these are the newcomers of the last year that could finish it where they are enough, and
    not those of the first weeks where the data begin in the middle of a business.
    """
    moment, born = day_literal(as_of), f"{FIRST_DAYS}_all"
    make_table(
        engine,
        born,
        f"SELECT customer_key, min(day) AS first_day FROM ledger_days WHERE day < {moment} GROUP BY customer_key",
    )
    days = _stretch_days(engine, f"SELECT {moment} - first_day AS age FROM {born}", horizon_days)
    if days is not None:
        start = since or _first_asked(engine, born, as_of - timedelta(days=days))
        kept = f"b.first_day + {days} <= {moment} AND b.first_day >= {day_literal(start)}"
        make_table(
            engine,
            FIRST_DAYS,
            f"SELECT b.*, k.customer_id FROM {born} b JOIN ledger_keys k USING (customer_key) WHERE {kept}",
        )
    drop(engine, born)
    return days


def _first_asked(engine: Engine, born: str, last: date) -> date:
    """The first day whose newcomers count: a year back where a year has enough, and after a crowded beginning.

    Where the first twelve weeks have half as many newcomers again as the twelve that follow, the data begin in the
    middle of a business, and many of the first had bought before.
    """
    begin: date = engine.value(f"SELECT min(first_day) FROM {born}")
    warm, settled = begin + timedelta(days=WARM_UP_DAYS), begin + timedelta(days=2 * WARM_UP_DAYS)
    year = max(warm, last - timedelta(days=YEAR - 1))
    counts = f"""SELECT count(*) FILTER (first_day < {day_literal(warm)}),
                        count(*) FILTER (first_day >= {day_literal(warm)} AND first_day < {day_literal(settled)}),
                        count(*) FILTER (first_day <= {day_literal(last)}),
                        count(*) FILTER (first_day BETWEEN {day_literal(warm)} AND {day_literal(last)}),
                        count(*) FILTER (first_day BETWEEN {day_literal(year)} AND {day_literal(last)})
                 FROM {born}"""
    [(first, second, finished, after, recent)] = engine.rows(counts)
    crowded = first > CROWDED * second and after >= max(FEWEST, FINISHED_SHARE * finished)
    if recent >= ENOUGH_OF_A_YEAR and last - timedelta(days=YEAR - 1) > begin:
        return year
    return warm if crowded else begin


def _stretch_days(engine: Engine, ages: str, horizon_days: int) -> int | None:
    """The horizon where enough newcomers finished it, else the longest stretch that a third of them did."""
    [(known, finished, third)] = engine.rows(
        f"SELECT count(*), count(*) FILTER (age >= {horizon_days}), quantile_disc(age, {1 - SHORTENED_SHARE}) FROM ({ages})"
    )
    if finished >= max(FEWEST, FINISHED_SHARE * known):
        return horizon_days
    if third is None or third < SHORTEST_DAYS or SHORTENED_SHARE * known < FEWEST:
        return None
    return min(int(third), horizon_days)


def keep_sample(engine: Engine, customers: int) -> int:
    """Leave one newcomer in so many, evenly over their numbers, where there are too many to ask all."""
    every = max(customers // MOST_ASKED, 1)
    if every > 1:
        make_table(engine, FIRST_DAYS, f"SELECT * FROM {FIRST_DAYS} WHERE customer_key % {every} = 0")
    return every
