"""Which persona every customer belongs to: ``personas_customers``."""

import numpy as np

from lifeworth.insight.ground import Frame
from lifeworth.insight.personas.attributes import Attribute, Reading, texts_sql
from lifeworth.insight.personas.classes import Classes
from lifeworth.insight.personas.finding import Finding, place_of
from lifeworth.insight.personas.roles import belong
from lifeworth.ledger.tables import drop, text
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.store.engine import Engine

AT_ONCE = 100_000
_PLACES = "personas_places"

_NOBODY = """
INSERT INTO personas_customers BY NAME
SELECT customer_id, NULL::VARCHAR AS persona, NULL::DOUBLE AS membership FROM insight_customers ORDER BY customer_id"""

_EVERYBODY = """
INSERT INTO personas_customers BY NAME
SELECT c.customer_id, CASE p.place {names} END AS persona, p.membership
FROM (SELECT customer_id FROM insight_customers ORDER BY customer_id) c POSITIONAL JOIN {places} p"""


def write_belonging(engine: Engine, frame: Frame, reading: Reading, finding: Finding) -> None:
    """One row per customer in the order of ids; nobody belongs anywhere where there are no personas."""
    if finding.classes is None:
        engine.execute(_NOBODY)
        return
    codes = _codes(engine, frame, reading, finding.used)
    member, chance = _belong(finding.classes, codes, finding.used)
    engine.write(_PLACES, {"place": place_of(member, finding.groups), "membership": np.round(chance, 6)})
    names = " ".join(f"WHEN {place} THEN {text(group.name)}" for place, group in enumerate(finding.groups))
    engine.execute(f"UPDATE {_PLACES} SET membership = NULL WHERE isnan(membership)")
    engine.execute(_EVERYBODY.format(names=names, places=_PLACES))
    drop(engine, _PLACES)


def _codes(engine: Engine, frame: Frame, reading: Reading, used: tuple[Attribute, ...]) -> list[IntArray]:
    """Levels of all customers, column by column."""
    told = {each.place: f"CAST({each.levels.code_sql(each.reading)} AS TINYINT)" for each in used}
    codes = texts_sql(engine, frame, reading.columns, told, "insight_customers", told)
    found = engine.arrays(f"SELECT {', '.join(f't{place}' for place in told)} FROM ({codes}) ORDER BY customer_id")
    return [np.ma.filled(found[f"t{each.place}"], _unsaid(each)) for each in used]


def _unsaid(attribute: Attribute) -> int:
    return len(attribute.levels) - 1 if attribute.levels.silence else -1


def _belong(classes: Classes, codes: list[IntArray], used: tuple[Attribute, ...]) -> tuple[IntArray, FloatArray]:
    people = len(codes[0])
    member, chance = np.empty(people, dtype=np.intp), np.empty(people)
    for start in range(0, people, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        member[part], chance[part] = belong(classes, [column[part].astype(np.intp) for column in codes], used)
    return member, chance
