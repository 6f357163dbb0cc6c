"""How newcomers are told apart, and how many there are by every combination of groups."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lifeworth.ledger.tables import drop, money, text
from lifeworth.models.cold_start import Cells
from lifeworth.models.cold_start.cells import SUMS
from lifeworth.models.cold_start.lead import OTHERS
from lifeworth.models.cold_start.newcomer import MONTH
from lifeworth.store.engine import Engine
from lifeworth.values.newcomers.born import FEWEST
from lifeworth.values.newcomers.rows import FIRST_ORDER, MOST_MEMBERS, ROWS

NOT_STATED = "not stated"
OUTLIERS = 0.999
FIFTHS = (0.2, 0.4, 0.6, 0.8)


# Squares are rounded before they are added, so that the order of adding changes nothing.
_CELLS = """
WITH capped AS (
  SELECT {codes}, orders, least(first, {cap_first}) AS first, least(later, {cap_later}) AS later FROM {rows})
SELECT {names}, count(*)::DOUBLE AS customers,
       count(*) FILTER (orders > 0)::DOUBLE AS returned,
       sum(first)::DOUBLE AS first, sum(CAST(first::DOUBLE ** 2 AS DECIMAL(38,4)))::DOUBLE AS first_squares,
       sum(later)::DOUBLE AS later, sum(CAST(later::DOUBLE ** 2 AS DECIMAL(38,4)))::DOUBLE AS later_squares,
       sum(orders)::DOUBLE AS orders, sum(orders * orders)::DOUBLE AS orders_squares
FROM capped GROUP BY ALL ORDER BY ALL"""


@dataclass(frozen=True)
class Groups:
    """How newcomers are told apart: dimensions and their members, and the SQL that finds a member's code."""

    dimensions: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    codes: tuple[str, ...]


def find_groups(engine: Engine) -> Groups:
    """Members with at least 30 newcomers, the rest folded into others; dimensions that tell nobody apart go."""
    names = engine.rows(f"SELECT place, name FROM {ROWS}_names WHERE place >= 0 ORDER BY place")
    drop(engine, f"{ROWS}_names")
    found = [(name, *member_codes(engine, ROWS, f"g{place}")) for place, name in names]
    found.append((FIRST_ORDER, *_size_codes(engine)))
    kept = [each for each in found if len(each[1]) > 1 or each[0] == MONTH]
    return Groups(tuple(k[0] for k in kept), tuple(k[1] for k in kept), tuple(k[2] for k in kept))


def member_codes(engine: Engine, table: str, column: str) -> tuple[tuple[str, ...], str]:
    """Members that at least 30 rows of a table name, the rest as others, and the SQL of a row's code.

    Where there are no others, a text that no row of the table has gets a code beyond the last.
    """
    said = f"COALESCE({column}, {text(NOT_STATED)})"
    counts = engine.rows(f"SELECT {said} AS member, count(*) FROM {table} GROUP BY 1 ORDER BY 2 DESC, 1")
    large = [member for member, count in counts[:MOST_MEMBERS] if count >= FEWEST and member != OTHERS]
    members = (*large, OTHERS) if len(large) < len(counts) else tuple(large)
    cases = " ".join(f"WHEN {text(member)} THEN {code}" for code, member in enumerate(large))
    return members, f"CASE {said} {cases} ELSE {len(large)} END" if large else "0"


def _size_codes(engine: Engine) -> tuple[tuple[str, ...], str]:
    """Fifths of the first order as it was sold."""
    found = engine.value(f"SELECT quantile_cont(sold, {list(FIFTHS)}) FROM {ROWS}")
    edges = sorted({round(float(edge), 2) for edge in found})
    cases = " ".join(f"WHEN sold <= {edge!r} THEN {code}" for code, edge in enumerate(edges))
    spans = [f"{low:,.2f} to {high:,.2f}" for low, high in zip(edges, edges[1:], strict=False)]
    return (f"up to {edges[0]:,.2f}", *spans, f"above {edges[-1]:,.2f}"), f"CASE {cases} ELSE {len(edges)} END"


def count_cells(engine: Engine, groups: Groups) -> Cells:
    """Newcomers by combination of groups, the wildest one in a thousand amounts capped."""
    [(cap_first, cap_later)] = engine.rows(
        f"SELECT quantile_disc(first, {OUTLIERS}), quantile_disc(later, {OUTLIERS}) FILTER (orders > 0) FROM {ROWS}"
    )
    codes = ", ".join(f"CAST({sql} AS SMALLINT) AS c{place}" for place, sql in enumerate(groups.codes))
    names = ", ".join(f"c{place}" for place in range(len(groups.codes)))
    caps = {"cap_first": money(cap_first), "cap_later": money(cap_later or Decimal(0))}
    columns = engine.arrays(_CELLS.format(codes=codes, names=names, rows=ROWS, **caps))
    arrays = {name: np.ma.filled(values, 0).astype(np.float64) for name, values in columns.items()}
    places = np.column_stack([arrays[f"c{place}"] for place in range(len(groups.codes))]).astype(np.intp)
    return Cells(groups.dimensions, groups.members, places, **{name: arrays[name] for name in SUMS})
