"""Open leads, the most worth first: ``prospects_leads``."""

from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import text
from lifeworth.store.engine import Engine

_LEADS = """
INSERT INTO prospects_leads BY NAME
SELECT row_number() OVER (ORDER BY v.value_mean DESC, v.lead_id) AS place, v.lead_id, v.created_on, v.source,
       v.chance_of_winning AS chance_mean, s.chance_low, s.chance_high, v.value_if_won_mean,
       v.value_mean, v.value_low, v.value_high, v.evidence, s.reason_1, s.reason_2, v.sentence,
       {level}::DOUBLE AS interval_level, {basis} AS basis
FROM values_leads v JOIN values_lead_scores s USING (lead_id) ORDER BY place"""


def write_leads(engine: Engine, frame: Frame) -> None:
    """Every open lead with its place, its chance, its value and what moves the chance."""
    basis = text("profit" if frame.in_profit else "revenue")
    engine.execute(_LEADS.format(level=repr(frame.interval_level), basis=basis))
