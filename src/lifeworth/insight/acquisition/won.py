"""Who was won when and through which channel, and over which days the next newcomer is judged: ``acquisition_won``."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lifeworth.insight.acquisition.channels import Channels, name_channels, pool_of
from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import day, drop, make_table
from lifeworth.store.engine import Engine

WON = "acquisition_won"
YEAR, ENOUGH_OF_A_YEAR = 365, 500
WARM_UP_DAYS, CROWDED = 84, 1.5
BUCKETS = 200
_MONTHLY_UP_TO = 460

# Buckets are dealt by a digest of the id: the same whatever the order of the files, and independent of everything else.
_WON = """
SELECT k.customer_key, c.customer_id, c.first_order_at AS first_day, COALESCE(n.code, {others})::SMALLINT AS channel,
       CAST(date_trunc('{grain}', c.first_order_at) AS DATE) AS cohort, c.first_order_at >= {settled} AS is_new,
       ('0x' || substr(md5(c.customer_id || {salt}), 1, 8))::BIGINT % {buckets} AS bucket
FROM insight_customers c JOIN ledger_keys k USING (customer_id) LEFT JOIN {names} n ON n.pool = {pool}
WHERE c.first_order_at < {as_of} ORDER BY k.customer_key"""

_BEGINNING = """
SELECT count(*), min(first_order_at), count(*) FILTER (first_order_at < b.start + {warm}),
       count(*) FILTER (first_order_at >= b.start + {warm} AND first_order_at < b.start + 2 * {warm}),
       count(*) FILTER (first_order_at >= {as_of} - {year})
FROM insight_customers, (SELECT min(first_order_at) AS start FROM insight_customers) b WHERE first_order_at < {as_of}"""


@dataclass(frozen=True)
class Won:
    """The newcomers of a run.

    Attributes
    ----------
    customers : int
        Everybody with a first order before ``as_of``.
    since : date
        First of the days that are judged: the last 365 where they brought 500 newcomers or more, else all.
    settled : date
        Who first bought before it may have been a customer before the data begin, and is no newcomer.
    grain : str
        "month" or "quarter": how newcomers are grouped by when they were won.
    """

    customers: int
    channels: Channels
    as_of: date
    first_day: date
    since: date
    settled: date
    grain: str

    @property
    def days(self) -> int:
        """How many days are judged."""
        return (self.as_of - self.since).days


def find_newcomers(engine: Engine, frame: Frame) -> Won | None:
    """Write ``acquisition_won``, one row per customer; none where nobody has bought."""
    sql = _BEGINNING.format(as_of=day(frame.as_of), warm=WARM_UP_DAYS, year=YEAR)
    [(customers, first_day, early, next_after, of_a_year)] = engine.rows(sql)
    if not customers:
        return None
    settled = _settled(first_day, customers, early, next_after)
    since = frame.as_of - timedelta(days=YEAR)
    if of_a_year < ENOUGH_OF_A_YEAR or since < settled:
        since = settled
    grain = "month" if (frame.as_of - first_day).days <= _MONTHLY_UP_TO else "quarter"
    channels = name_channels(engine, frame.as_of, since)
    _write(engine, frame, channels, settled, grain)
    return Won(int(customers), channels, frame.as_of, first_day, since, settled, grain)


def _settled(first_day: date, customers: int, early: int, next_after: int) -> date:
    """Where the data begin in the middle of a business, the first to be seen had often bought before."""
    crowded = early > CROWDED * next_after and next_after > 0 and customers - early >= customers / 5
    return first_day + timedelta(days=WARM_UP_DAYS) if crowded else first_day


def _write(engine: Engine, frame: Frame, channels: Channels, settled: date, grain: str) -> None:
    names = "acquisition_codes"
    rows = [(pool, code) for pool, code in sorted(channels.codes.items())]
    engine.execute(f"CREATE OR REPLACE TABLE {names} (pool VARCHAR, code SMALLINT)")
    if rows:
        columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
        engine.execute(f"INSERT INTO {names} SELECT unnest(?), unnest(?)", columns)
    sql = _WON.format(
        others=channels.others,
        grain=grain,
        settled=day(settled),
        salt=f"' {frame.seed}'",
        buckets=BUCKETS,
        names=names,
        pool=pool_of("c.channel"),
        as_of=day(frame.as_of),
    )
    make_table(engine, WON, sql)
    drop(engine, names)
