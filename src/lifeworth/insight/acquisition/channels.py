"""Which channels are told apart by name, and which are too small and go together."""

from dataclasses import dataclass
from datetime import date

from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

ALL, PAID = "all channels", "channels with spend"
NOT_STATED, OTHERS = "no channel stated", "other channels"
MOST_NAMED, FEWEST_NAMED = 40, 30

_POOLS = """
WITH people AS (
  SELECT {customer_pool} AS pool, trim(channel) AS name, count(*) AS customers
  FROM insight_customers WHERE first_order_at < {as_of} GROUP BY ALL),
money AS (
  SELECT {spend_pool} AS pool, trim(channel) AS name, sum(amount) AS spend,
         COALESCE(sum(amount) FILTER (spent_on >= {since}), 0) AS lately
  FROM sources_spend WHERE purpose = 'acquire' AND spent_on < {as_of} GROUP BY ALL),
told AS (
  SELECT pool, name, customers, 0 AS spend, 0 AS lately FROM people
  UNION ALL SELECT pool, name, 0, spend, lately FROM money)
SELECT pool, arg_max(name, (customers, name)) AS name, sum(customers)::BIGINT AS customers,
       sum(spend) AS spend, sum(lately) AS lately
FROM told GROUP BY pool ORDER BY spend DESC, customers DESC, pool"""


@dataclass(frozen=True)
class Channels:
    """The channels that have a name of their own in every table, by code; the last code holds all others.

    Attributes
    ----------
    names : tuple of str
        One per code; as most customers' records spell it.
    codes : dict of str to int
        From the pool of the books (small letters, no blanks around) to the code.
    paid : tuple of bool
        Whether anything was spent on it over the days that are judged.
    folded : int
        How many channels the last code holds.
    """

    names: tuple[str, ...]
    codes: dict[str, int]
    paid: tuple[bool, ...]
    folded: int

    @property
    def others(self) -> int:
        """Code of the channels that go together."""
        return len(self.names) - 1


def pool_of(channel: str) -> str:
    """SQL of the pool a channel's spend goes into: as the ledger writes it."""
    return f"lower(trim(COALESCE({channel}, '')))"


def name_channels(engine: Engine, as_of: date, since: date) -> Channels:
    """Channels with at least 30 newcomers or any spend have a name, up to 40 of them; the rest go together."""
    sql = _POOLS.format(
        customer_pool=pool_of("channel"), spend_pool=pool_of("channel"), as_of=day(as_of), since=day(since)
    )
    rows = engine.rows(sql)
    kept = [row for row in rows if row[0] == "" or row[2] >= FEWEST_NAMED or row[3] > 0][:MOST_NAMED]
    pools = [row[0] for row in kept]
    folded = [row for row in rows if row[0] not in set(pools)]
    return Channels(
        (*(row[1] if row[0] else NOT_STATED for row in kept), OTHERS),
        {pool: code for code, pool in enumerate(pools)},
        (*(row[4] > 0 for row in kept), any(row[4] > 0 for row in folded)),
        len(folded),
    )
