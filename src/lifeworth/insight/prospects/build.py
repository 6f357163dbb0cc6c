"""The prospects of a run: leads, what moves them, what they may cost, whom to look for."""

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.prospects import tables
from lifeworth.insight.prospects.ceilings import ceiling_rows
from lifeworth.insight.prospects.columns import column_rows
from lifeworth.insight.prospects.effects import effect_rows
from lifeworth.insight.prospects.fairness import fairness_rows
from lifeworth.insight.prospects.leads import write_leads
from lifeworth.insight.prospects.proof import calibration_rows, proof_rows
from lifeworth.insight.prospects.seed import write_seed
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``prospects_`` tables; those of leads stay empty where no lead could be valued."""
    if has_leads(engine):
        write_leads(engine, frame)
        fill(engine, tables.PROOF, proof_rows(engine))
        fill(engine, tables.CALIBRATION, calibration_rows(engine))
        fill(engine, tables.COLUMNS, column_rows(engine))
        fill(engine, tables.EFFECTS, effect_rows(engine, frame))
        fill(engine, tables.FAIRNESS, fairness_rows(engine, frame))
    fill(engine, tables.CEILINGS, ceiling_rows(engine, frame))
    write_seed(engine, frame)


def has_leads(engine: Engine) -> bool:
    """Whether anything was learned of leads."""
    return "values_lead_judged" in engine.tables() and bool(engine.value("SELECT count(*) FROM values_lead_judged"))
