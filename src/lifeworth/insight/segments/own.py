"""The company's own segments, as the setting ``segments`` says: ``segments_own``."""

from collections.abc import Sequence
from typing import Any

from lifeworth.insight.ground import FEWEST, Frame, Worth, fill, worth_columns, worth_of
from lifeworth.insight.segments import tables
from lifeworth.insight.segments.condition import ConditionError, Known, known_columns, parse
from lifeworth.insight.segments.guard import Guard
from lifeworth.insight.segments.showing import CUSTOMERS, Group, count_atoms, told_elsewhere
from lifeworth.settings import OwnSegment
from lifeworth.store.engine import Engine

_FLAGS = """
CREATE OR REPLACE TABLE segments_flags AS
SELECT c.customer_id, {flags} FROM insight_customers c JOIN segments_customers s USING (customer_id)
LEFT JOIN (SELECT customer_id, max(attributes) AS attributes FROM sources_customers GROUP BY customer_id) l
  USING (customer_id)"""


def write_own(engine: Engine, frame: Frame, shown: Sequence[Group]) -> None:
    """Count and value of every own segment that may be shown beside the published groups that are.

    Raises
    ------
    ConditionError
        A condition that cannot be read; names the segment.
    """
    own = frame.settings.segments
    if not own:
        return
    flags = ", ".join(f"({sql}) AS f{place}" for place, sql in enumerate(read_conditions(engine, own)))
    engine.execute(_FLAGS.format(flags=flags))
    try:
        verdicts = _may_be_shown(engine, [group.sql for group in shown], len(own))
        total = float(engine.value("SELECT sum(CAST(value_mean AS DECIMAL(38, 4))) FROM insight_customers") or 0)
        everybody = int(engine.value("SELECT count(*) FROM segments_flags"))
        rows = []
        for place, (segment, safe) in enumerate(zip(own, verdicts, strict=True)):
            found = _figures(engine, frame, f"f{place}") if safe else None
            rows.append(_row(place + 1, segment, found, everybody, total, frame))
        fill(engine, tables.OWN, rows)
    finally:
        engine.execute("DROP TABLE segments_flags")


def read_conditions(engine: Engine, own: Sequence[OwnSegment]) -> list[str]:
    """The conditions of own segments as SQL; can be asked as soon as the files are read.

    Raises
    ------
    ConditionError
        One that cannot be read; names the segment, its setting, and the place in the condition.
    """
    known = known_columns(engine) if own else {}
    return [_sql(place, segment, known) for place, segment in enumerate(own)]


def _sql(place: int, segment: OwnSegment, known: dict[str, Known]) -> str:
    try:
        return parse(segment.where, known)
    except ConditionError as fault:
        raise ConditionError(
            f"segment {segment.name!r}: {fault.what}",
            column=f"segments.{place}.where",
            found=fault.found,
            remedy=fault.remedy,
        ) from None


def _may_be_shown(engine: Engine, shown: Sequence[str], own: int) -> list[bool]:
    """Each own segment in turn, against everything shown before it: see :mod:`lifeworth.insight.segments.guard`."""
    given = [*shown, *told_elsewhere(engine)]
    atoms = count_atoms(engine, f"{CUSTOMERS} JOIN segments_flags f USING (customer_id)", [*given, *_own_flags(own)])
    guard = Guard(atoms.people)
    for members in atoms.members[: len(given)]:
        guard.remember(members)
    return [guard.show(members) for members in atoms.members[len(given) :]]


def _own_flags(own: int) -> list[str]:
    return [f"f.f{place}" for place in range(own)]


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
            f"{segment.name}: not shown. Together with the other groups shown it would tell of fewer than {FEWEST} customers, "
            "which would say too much of each of them."
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
