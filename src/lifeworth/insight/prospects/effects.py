"""What each level does to the chance and goes with in money: ``prospects_effects``."""

from collections.abc import Iterator
from typing import Any

from lifeworth.insight.ground import Frame, hide
from lifeworth.insight.prospects import tables
from lifeworth.insight.prospects.words import of_effect
from lifeworth.store.engine import Engine

_EFFECTS = """
SELECT COALESCE(e.name, w.name) AS name, COALESCE(e.level, w.level) AS level, e.leads, e.chance_mean, e.chance_low,
       e.chance_high, e.effect_mean AS chance_effect_mean, e.effect_low AS chance_effect_low,
       e.effect_high AS chance_effect_high, e.q AS q_chance, COALESCE(e.tells, false) AS tells_chance,
       w.newcomers, w.value_mean, w.value_low, w.value_high, w.effect_mean AS value_effect_mean,
       w.effect_low AS value_effect_low, w.effect_high AS value_effect_high, w.q AS q_value,
       COALESCE(w.tells, false) AS tells_value, COALESCE(w.former_leads, false) AS former_leads
FROM values_lead_effects e FULL JOIN values_lead_worth w USING (name, level) ORDER BY name, level"""

_ENDS = ("mean", "low", "high")
_OF_LEADS = ("leads", *(f"{part}_{end}" for part in ("chance", "chance_effect") for end in _ENDS), "q_chance")
_OF_NEWCOMERS = ("newcomers", *(f"{part}_{end}" for part in ("value", "value_effect") for end in _ENDS), "q_value")


def effect_rows(engine: Engine, frame: Frame) -> Iterator[list[Any]]:
    """Levels column by column; counts of too few people are hidden, and so are those that would give them away."""
    rows = engine.records(_EFFECTS)
    for name in dict.fromkeys(row["name"] for row in rows):
        own = [row for row in rows if row["name"] == name]
        for column, cleared in (("leads", _OF_LEADS), ("newcomers", _OF_NEWCOMERS)):
            hidden = hide([int(row[column] or 0) for row in own])
            for row, is_hidden in zip(own, hidden, strict=True):
                if is_hidden:
                    row.update(dict.fromkeys(cleared))
        for row in own:
            yield [*(row[each] for each in tables.EFFECTS.names[:-1]), of_effect(row, frame)]
