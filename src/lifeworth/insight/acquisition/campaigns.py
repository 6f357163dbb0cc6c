"""What each campaign cost, and whom it won where something says so."""

from collections.abc import Iterator
from typing import Any

from lifeworth.features.attributes import attributes
from lifeworth.insight.acquisition import tables
from lifeworth.insight.acquisition.channels import pool_of
from lifeworth.insight.acquisition.won import WON, Won
from lifeworth.insight.ground import fill, hide
from lifeworth.ledger.tables import day, has_rows
from lifeworth.store.engine import Engine

UNNAMED = "no campaign stated"
MOST = 200
FEWEST_TIED = 10
_BLAME = (
    "The files do not say which campaign won whom, so its cost a newcomer is not known: keep the campaign of each customer"
    " in the list of customers, under a column whose name holds the word campaign."
)

_SPENT = """
SELECT {pool} AS pool, any_value(trim(channel)) AS channel, lower(trim(COALESCE(campaign, ''))) AS key,
       COALESCE(max(nullif(trim(campaign), '')), {unnamed}) AS campaign, sum(amount) AS spend
FROM sources_spend WHERE purpose = 'acquire' AND spent_on >= {since} AND spent_on < {as_of}
GROUP BY 1, 3 ORDER BY spend DESC, pool, key"""

_SAID = {
    "coupon": """
  SELECT w.customer_id, arg_min(lower(trim(o.coupon)), (o.ordered_at, o.order_id)) AS key
  FROM sources_orders o JOIN {won} w ON w.customer_id = o.customer_id AND o.ordered_on = w.first_day
  WHERE w.first_day >= {since} GROUP BY 1""",
    "attribute": """
  SELECT w.customer_id, min(lower({raw})) AS key FROM sources_customers c JOIN {won} w USING (customer_id)
  WHERE w.first_day >= {since} GROUP BY 1""",
}

# A campaign of the same name in two channels is told apart by the customer's channel.
_TIED = """
SELECT p.pool, s.key, count(*) FROM ({said}) s
JOIN (SELECT customer_id, {pool} AS pool FROM insight_customers) p USING (customer_id)
WHERE s.key <> '' GROUP BY ALL"""


def write_campaigns(engine: Engine, won: Won) -> None:
    """``acquisition_campaigns``: spend by campaign over the days judged, and newcomers where something ties them to one.

    What ties is the first of these that names campaigns of the spend for at least ten newcomers: a column of the company's own
    whose name holds "campaign", then the coupon of the first order.
    """
    names = {"pool": pool_of("channel"), "since": day(won.since), "as_of": day(won.as_of), "won": WON}
    spent = engine.rows(_SPENT.format(unnamed=f"'{UNNAMED}'", **names))
    if not any(key for _, _, key, _, _ in spent):
        return
    tie, people = _tie(engine, {(pool, key) for pool, _, key, _, _ in spent if key}, names)
    fill(engine, tables.CAMPAIGNS, list(_rows(won, spent, tie, people))[:MOST])


def _tie(
    engine: Engine, campaigns: set[tuple[str, str]], names: dict[str, str]
) -> tuple[str | None, dict[tuple[str, str], int]]:
    """What ties newcomers to campaigns, and how many to each."""
    for said, sql in _sayings(engine):
        found = engine.rows(_TIED.format(said=sql.format(**names), pool=names["pool"]))
        tied = {(pool, key): int(count) for pool, key, count in found if (pool, key) in campaigns}
        if sum(tied.values()) >= FEWEST_TIED:
            return said, tied
    return None, {}


def _sayings(engine: Engine) -> Iterator[tuple[str, str]]:
    for each in attributes(engine):
        if "campaign" in each.key.lower():
            # What is bound later must not meet braces or names from the files.
            raw = each.raw.replace("{", "{{").replace("}", "}}")
            yield f"column {each.key}", _SAID["attribute"].replace("{raw}", raw)
    if has_rows(engine, "sources_orders", "trim(coupon) <> ''"):
        yield "coupon of the first order", _SAID["coupon"]


def _rows(
    won: Won, spent: list[tuple[Any, ...]], tie: str | None, people: dict[tuple[str, str], int]
) -> Iterator[list[Any]]:
    together = sum(spend for *_, spend in spent)
    counts = [people.get((pool, key), 0) if key else 0 for pool, _, key, _, _ in spent]
    hidden = hide(counts)
    for (_, channel, key, campaign, spend), count, is_hidden in zip(spent, counts, hidden, strict=True):
        shown = count if tie and key and not is_hidden else None
        note = _BLAME if tie is None else _note(bool(key), is_hidden, count, tie)
        share = float(spend / together) if together else None
        cac = float(spend / shown) if shown else None
        yield [channel, campaign, won.since, won.as_of, spend, share, shown, cac, tie if key else None, note]


def _note(named: bool, hidden: bool, count: int, tie: str) -> str:
    if not named:
        return "The spend names no campaign, so nobody can be tied to it."
    if hidden:
        return "Too few newcomers are tied to it to be shown."
    if not count:
        return f"Nobody is tied to it by {tie}: all of its spend stays unattributed."
    return f"Newcomers tied by {tie}; others of the channel may have come through it unseen."
