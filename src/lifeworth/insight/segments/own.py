"""The company's own segments, as the setting ``segments`` says: ``segments_own``."""

from collections.abc import Sequence
from typing import Any

from lifeworth.insight.ground import FEWEST, Frame, Worth, fill, worth_columns, worth_of
from lifeworth.insight.segments import tables
from lifeworth.insight.segments.condition import ConditionError, known_columns, parse
from lifeworth.insight.segments.schemes import SCHEMES
from lifeworth.settings import OwnSegment
from lifeworth.store.engine import Engine

_JOINED = """
SELECT c.customer_id{flags} FROM insight_customers c JOIN segments_customers s USING (customer_id)
LEFT JOIN (SELECT customer_id, max(attributes) AS attributes FROM sources_customers GROUP BY customer_id) l
  USING (customer_id)"""


def write_own(engine: Engine, frame: Frame) -> None:
    """Count and value of every own segment that may be shown.

    Raises
    ------
    ConditionError
        A condition that cannot be read; names the segment.
    """
    own = frame.settings.segments
    if not own:
        return
    conditions = [_sql(engine, segment) for segment in own]
    published = [f"s.\"{s.column}\" = '{part.name}'" for s in SCHEMES for part in s.segments]
    flags = "".join(f", ({sql}) AS f{place}" for place, sql in enumerate([*published, *conditions]))
    engine.execute(f"CREATE OR REPLACE TABLE segments_flags AS {_JOINED.format(flags=flags)}")
    try:
        shown = _may_be_shown(engine, len(published), len(own))
        total = float(engine.value("SELECT sum(CAST(value_mean AS DECIMAL(38, 4))) FROM insight_customers") or 0)
        everybody = int(engine.value("SELECT count(*) FROM segments_flags"))
        rows = []
        for place, (segment, safe) in enumerate(zip(own, shown, strict=True)):
            found = _figures(engine, frame, f"f{len(published) + place}") if safe else None
            rows.append(_row(place + 1, segment, found, everybody, total, frame))
        fill(engine, tables.OWN, rows)
    finally:
        engine.execute("DROP TABLE segments_flags")


def _sql(engine: Engine, segment: OwnSegment) -> str:
    try:
        return parse(segment.where, known_columns(engine))
    except ConditionError as fault:
        raise ConditionError(
            f"segment {segment.name!r}: {fault.what}", found=fault.found, remedy=fault.remedy
        ) from None


def _may_be_shown(engine: Engine, published: int, own: int) -> list[bool]:
    """Each own segment in turn, against the base, the schemes' segments and the own ones shown before it.

    What two shown groups differ by, where one lies inside the other, is known to whoever sees both: it must hold
    nobody, or at least ten people.
    """
    sizes, both = _overlaps(engine, published + own)
    everybody = int(engine.value("SELECT count(*) FROM segments_flags"))
    shown, verdicts = list(range(published)), []
    for place in range(published, published + own):
        safe = not _few(sizes[place]) and not _few(everybody - sizes[place])
        for other in shown if safe else ():
            common = both[min(place, other)][max(place, other)]
            if common in (sizes[place], sizes[other]) and _few(abs(sizes[place] - sizes[other])):
                safe = False
        verdicts.append(safe)
        if safe:
            shown.append(place)
    return verdicts


def _few(people: int) -> bool:
    return 0 < people < FEWEST


def _overlaps(engine: Engine, flags: int) -> tuple[Sequence[int], list[list[int]]]:
    """How many belong to each group, and to each two."""
    both = [[0] * flags for _ in range(flags)]
    for first in range(flags):
        wanted = ", ".join(f"count(*) FILTER (f{first} AND f{second})" for second in range(first, flags))
        [found] = engine.rows(f"SELECT {wanted} FROM segments_flags")
        both[first][first:] = [int(count) for count in found]
    return [both[place][place] for place in range(flags)], both


def _figures(engine: Engine, frame: Frame, flag: str) -> tuple[Worth, Any]:
    sql = f"""
        SELECT {worth_columns()}, sum(CAST(past_revenue AS DECIMAL(38, 4))) AS past_revenue
        FROM insight_customers JOIN segments_flags USING (customer_id) WHERE {flag}"""
    [row] = engine.records(sql)
    return worth_of(frame, row), row["past_revenue"]


def _row(
    place: int,
    segment: OwnSegment,
    found: tuple[Worth, Any] | None,
    everybody: int,
    total: float,
    frame: Frame,
) -> list[Any]:
    if found is None:
        said = (
            f"{segment.name}: not shown. It, what is left of the base, or its difference from another group holds fewer than "
            f"{FEWEST} customers, which would say too much of each of them."
        )
        return [place, segment.name, segment.where, False, *([None] * 7), said]
    worth, past = found
    if worth.customers == 0:
        said = f"{segment.name}: nobody belongs to it."
        return [place, segment.name, segment.where, True, 0, 0.0, 0, 0.0, 0.0, 0.0, 0.0, said]
    money = "profit" if frame.in_profit else "revenue"
    unit = f" {frame.currency}" if frame.currency else ""
    said = (
        f"{segment.name}: {worth.customers:,} customers ({100 * worth.customers / everybody:.1f} %), expected to bring "
        f"{worth.mean:,.0f}{unit} of {money} in {frame.horizon_days} days ({frame.interval_level:.0%} range "
        f"{worth.low:,.0f} to {worth.high:,.0f})."
    ).replace("% range", " % range")
    share = worth.mean / total if total > 0 else None
    figures = [worth.customers, worth.customers / everybody, past, worth.mean, worth.low, worth.high, share]
    return [place, segment.name, segment.where, True, *figures, said]
