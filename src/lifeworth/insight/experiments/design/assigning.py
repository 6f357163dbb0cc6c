"""Customers put into the arms of an experiment by a lot that anybody can draw again: ``experiments_assignment``.

Every customer has a number, the SHA-256 of seed, experiment and id. Within a stratum the customers stand in the order of
their numbers and the first so many go to the first arm. So the order of a file is of no account, and who comes or leaves
moves, in their own stratum, at most one other customer across each border between arms; strata themselves rest on each
customer's own value and tier, never on ranks. Where shares do not come out even, a number of the stratum's own decides
which way it is rounded, so that everybody's chance of each arm is exactly its share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import accumulate, pairwise
from math import floor

from lifeworth.ledger.tables import make_table, text
from lifeworth.store.engine import Engine

TABLE = "experiments_assignment"
_STRATA = "experiments_strata"
_HEX = 13


@dataclass(frozen=True)
class Share:
    """An arm, the part of the customers it gets, and what treating one of them costs."""

    arm: str
    share: float
    cost: float | None = None


@dataclass(frozen=True)
class Draw:
    """What decides an assignment: the experiment's name, its arms in order, the seed, first and last day."""

    name: str
    arms: tuple[Share, ...]
    seed: int
    assigned_on: date
    ended_on: date | None


# A stratum is a tier and an octave of expected value: what a customer is worth decides it, not who else is there.
_STRATIFIED = """
SELECT c.customer_id, c.value_mean, c.tier || ', worth ' || CASE
         WHEN c.value_mean < 0 THEN 'less than 0' WHEN c.value_mean < 1 THEN '0 to 1'
         ELSE (1::BIGINT << c.octave) || ' to ' || (1::BIGINT << (c.octave + 1)) END AS stratum,
       sha256({key} || ':' || c.customer_id) AS number
FROM (SELECT customer_id, v.value_mean, s.tier,
             least(floor(log2(greatest(v.value_mean, 1))), 50)::INTEGER AS octave
      FROM insight_customers v JOIN segments_customers s USING (customer_id) SEMI JOIN {chosen} USING (customer_id)) c"""

_ASSIGNED = """
WITH placed AS (
  SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY number, customer_id) - 1 AS place FROM {strata})
SELECT {name} AS experiment_id, p.customer_id, b.arm, DATE '{first}' AS assigned_on, {last} AS ended_on,
       CAST(b.cost AS DECIMAL(18,4)) AS treatment_cost, p.stratum, round(p.value_mean, 2) AS predicted_value
FROM placed p JOIN experiments_borders b ON b.stratum = p.stratum AND p.place >= b.first AND p.place < b.after
ORDER BY p.customer_id"""


def assign(engine: Engine, draw: Draw, chosen: str) -> None:
    """Write ``experiments_assignment``: the customers of a table with a column ``customer_id``, sorted by id.

    Reads ``insight_customers`` (expected value) and ``segments_customers`` (tier).
    """
    make_table(engine, _STRATA, _STRATIFIED.format(chosen=chosen, key=text(f"{draw.seed}:{draw.name}")))
    sizes = engine.rows(f"SELECT stratum, count(*) FROM {_STRATA} GROUP BY 1 ORDER BY 1")
    _write_borders(engine, draw, sizes)
    last = f"DATE '{draw.ended_on.isoformat()}'" if draw.ended_on else "NULL::DATE"
    named = {"name": text(draw.name), "first": draw.assigned_on.isoformat(), "last": last, "strata": _STRATA}
    make_table(engine, TABLE, _ASSIGNED.format(**named))
    engine.execute(f"DROP TABLE {_STRATA}")
    engine.execute("DROP TABLE experiments_borders")


def _write_borders(engine: Engine, draw: Draw, sizes: Sequence[tuple[str, int]]) -> None:
    engine.execute(
        "CREATE OR REPLACE TABLE experiments_borders (stratum VARCHAR, arm VARCHAR, cost DOUBLE, first BIGINT, after BIGINT)"
    )
    rows = []
    for stratum, size in sizes:
        edges = borders(size, [one.share for one in draw.arms], _rounding(draw, stratum))
        rows += [
            [stratum, one.arm, one.cost, first, after]
            for one, (first, after) in zip(draw.arms, pairwise(edges), strict=True)
        ]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        engine.execute(
            "INSERT INTO experiments_borders SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::DOUBLE[]), "
            "unnest(?::BIGINT[]), unnest(?::BIGINT[])",
            columns,
        )


def borders(size: int, shares: Sequence[float], rounding: float) -> list[int]:
    """Where each arm begins and ends among the customers of a stratum.

    ``rounding`` is evenly spread over 0 to 1, so that each arm's expected size is exactly its share.

    Examples
    --------
    >>> borders(10, [0.25, 0.75], 0.2), borders(10, [0.25, 0.75], 0.7)
    ([0, 2, 10], [0, 3, 10])
    """
    upto = list(accumulate(shares))
    return [0, *(min(floor(size * share + rounding), size) for share in upto[:-1]), size]


def _rounding(draw: Draw, stratum: str) -> float:
    digest = sha256(f"{draw.seed}:{draw.name}:{stratum}".encode()).hexdigest()
    return int(digest[:_HEX], 16) / float(16**_HEX)
