"""What was spent on winning customers in the last 365 days, who came, and what such newcomers are worth."""

from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

YEAR_DAYS, MONTHS = 365, 12
EVERYBODY = "all newcomers"

_SPEND = """
SELECT lower(trim(COALESCE(channel, ''))) AS pool,
       datediff('month', {first}, date_trunc('month', spent_on)::DATE) AS month, spent_on >= {since} AS lately, sum(amount) AS amount
FROM sources_spend WHERE purpose = 'acquire' AND spent_on < {as_of} GROUP BY ALL ORDER BY ALL"""

_WON = """
SELECT lower(trim(COALESCE(channel, ''))) AS pool, datediff('month', {first}, date_trunc('month', acquired_on)::DATE) AS month,
       acquired_on >= {since} AS lately, sum(customers) AS customers
FROM (SELECT channel, acquired_on, count(*) AS customers FROM ledger_acquisition WHERE acquired_on < {as_of} GROUP BY ALL)
GROUP BY ALL ORDER BY ALL"""


@dataclass(frozen=True)
class Worth:
    """What a newcomer brings over the horizon, before the cost of winning them, with its standard error."""

    mean: float
    error: float


@dataclass(frozen=True)
class Pool:
    """A channel: spend and newcomers of the last 365 days, and by calendar month of all days (whole months only)."""

    name: str
    spend: float
    newcomers: float
    spend_by_month: Floats
    newcomers_by_month: Floats


@dataclass(frozen=True)
class Winning:
    """Channels by pool (small letters), and what newcomers are worth: of everybody and by pool."""

    pools: dict[str, Pool]
    worth: dict[str, Worth]

    @property
    def spend(self) -> float:
        """Of all channels in the last 365 days."""
        return sum(pool.spend for pool in self.pools.values())

    @property
    def newcomers(self) -> float:
        """Of all channels in the last 365 days."""
        return sum(pool.newcomers for pool in self.pools.values())

    def yearly_doubt(self) -> float:
        """Relative error of next year's number of newcomers, by how the last twelve whole months differed."""
        months = [pool.newcomers_by_month[-MONTHS:] for pool in self.pools.values()]
        total = np.sum(months, axis=0) if months else np.zeros(0)
        if len(total) < 3 or total.mean() <= 0:
            return float(np.sqrt(2 / max(self.newcomers, 1.0)))
        spread = float(total.std(ddof=1)) / float(total.mean()) / np.sqrt(len(total))
        return float(spread * np.sqrt(2))


def read_winning(engine: Engine, frame: Frame) -> Winning:
    """From ``sources_spend``, ``ledger_acquisition`` and ``values_newcomers``; nobody is counted where nothing was spent."""
    first = frame.first_day.replace(day=1)
    last = frame.as_of.replace(day=1)
    months = max((last.year - first.year) * MONTHS + last.month - first.month, 0)
    places = {
        "first": day(first),
        "since": day(frame.as_of - timedelta(days=YEAR_DAYS)),
        "as_of": day(frame.as_of),
    }
    spent = engine.records(_SPEND.format(**places))
    won = engine.records(_WON.format(**places)) if spent else []
    pools: dict[str, Pool] = {}
    for rows, column in ((spent, "amount"), (won, "customers")):
        for row in rows:
            pool = pools.get(row["pool"]) or Pool(str(row["pool"]), 0.0, 0.0, np.zeros(months), np.zeros(months))
            pools[pool.name] = _with(pool, column, float(row[column]), int(row["month"]), bool(row["lately"]))
    return Winning(dict(sorted(pools.items())), _worth(engine))


def _with(pool: Pool, column: str, amount: float, month: int, lately: bool) -> Pool:
    """A pool with some more spend or newcomers; the month that has not ended counts only for the last 365 days."""
    by_month = pool.spend_by_month if column == "amount" else pool.newcomers_by_month
    if 0 <= month < len(by_month):
        by_month[month] += amount
    if not lately:
        return pool
    if column == "amount":
        return replace(pool, spend=pool.spend + amount)
    return replace(pool, newcomers=pool.newcomers + amount)


def _worth(engine: Engine) -> dict[str, Worth]:
    """What newcomers are worth, under the name of their channel in small letters."""
    if "values_newcomers" not in engine.tables():
        return {}
    rows = engine.records(
        f"""SELECT CASE WHEN grouped_by = 'channel' THEN lower(trim(member)) ELSE '{EVERYBODY}' END AS name, value_mean,
                   value_low, value_high, interval_level
            FROM values_newcomers WHERE grouped_by IN ('channel', '{EVERYBODY}') ORDER BY ALL"""
    )
    found = {}
    for row in rows:
        reach = NormalDist().inv_cdf((1 + float(row["interval_level"])) / 2)
        width = (float(row["value_high"]) - float(row["value_low"])) / 2
        found[str(row["name"])] = Worth(float(row["value_mean"]), width / reach)
    return found
