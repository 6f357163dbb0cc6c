"""What every segment is worth together, and the grid of recency and frequency."""

from collections.abc import Iterator, Sequence
from typing import Any

from lifeworth.insight.ground import Frame, fill, worth_columns, worth_of
from lifeworth.insight.segments import tables
from lifeworth.insight.segments.schemes import SCHEMES, Scheme, segment_words
from lifeworth.insight.segments.showing import GRID, Group, cell_name
from lifeworth.store.engine import Engine

_PARTED = """
SELECT "{column}" AS segment, {worth}, sum(CAST(past_revenue AS DECIMAL(38, 4))) AS past_revenue,
       sum(CAST({past} AS DECIMAL(38, 4))) AS past_money, avg(CAST(orders_mean AS DECIMAL(18, 6))) AS orders_each
FROM insight_customers JOIN segments_customers USING (customer_id) GROUP BY 1 ORDER BY 1"""

_CELLS = """
SELECT recency_score, frequency_score, any_value(rfm) AS name, count(*) AS customers,
       sum(CAST(past_revenue AS DECIMAL(38, 4))) AS past_revenue, avg(CAST(value_mean AS DECIMAL(38, 6))) AS worth_each
FROM insight_customers JOIN segments_customers USING (customer_id) GROUP BY ALL ORDER BY ALL"""


_FIGURES = len(tables.GROUPS.columns) - 5


def write_groups(engine: Engine, frame: Frame, shown: Sequence[Group]) -> None:
    """``segments_groups``: customers, money so far and expected value of every segment of every scheme that may be shown."""
    for scheme in SCHEMES:
        seen = {group.name for group in shown if group.scheme == scheme.name}
        fill(engine, tables.GROUPS, _rows(engine, frame, scheme, seen))


def _rows(engine: Engine, frame: Frame, scheme: Scheme, shown: set[str]) -> Iterator[list[Any]]:
    sql = _PARTED.format(column=scheme.column, worth=worth_columns(), past=frame.past_money)
    found = {row["segment"]: row for row in engine.records(sql)}
    everybody = sum(int(row["size"]) for row in found.values())
    total = sum(float(row["mean"]) for row in found.values())
    for place, segment in enumerate(scheme.segments, 1):
        if segment.name not in found:
            continue
        told = list(segment_words(scheme.name, segment, orders_are_bills=frame.orders_are_bills))
        if segment.name not in shown:
            yield [scheme.name, place, segment.name, *([None] * _FIGURES), *told]
            continue
        row = found[segment.name]
        worth = worth_of(frame, row)
        yield [
            scheme.name,
            place,
            segment.name,
            worth.customers,
            worth.customers / everybody,
            row["past_revenue"],
            row["past_money"],
            worth.mean,
            worth.low,
            worth.high,
            worth.mean / total if total > 0 else None,
            worth.mean / worth.customers,
            float(row["orders_each"]),
            *told,
        ]


def write_grid(engine: Engine, shown: Sequence[Group]) -> None:
    """``segments_rfm``: five by five cells, those of few people hidden with as many others as would give them away."""
    cells = engine.records(_CELLS)
    seen = {group.name for group in shown if group.scheme == GRID}
    figures = ("customers", "past_revenue", "worth_each")
    fill(
        engine,
        tables.RFM,
        (
            [cell["recency_score"], cell["frequency_score"], cell["name"]]
            + [
                cell[name] if cell_name(cell["recency_score"], cell["frequency_score"]) in seen else None
                for name in figures
            ]
            for cell in cells
        ),
    )
