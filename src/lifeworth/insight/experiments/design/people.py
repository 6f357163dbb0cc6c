"""Who may take part in the next experiment: ``experiments_customers``."""

from collections.abc import Sequence

from lifeworth.insight.experiments.reading.assigned import PEOPLE, Experiment
from lifeworth.ledger.tables import text
from lifeworth.store.engine import Engine

_NOBODY = "SELECT NULL::VARCHAR AS customer_id, NULL::VARCHAR AS name LIMIT 0"

_HELD = """
SELECT p.customer_id, min(n.name) AS name FROM {people} p
JOIN (VALUES {controls}) n(experiment_no, control, name) ON n.experiment_no = p.experiment_no AND n.control = p.arm
GROUP BY p.customer_id"""

_WRITTEN = """
INSERT INTO experiments_customers BY NAME
SELECT c.customer_id, c.channel, c.country, c.consent_email, c.consent_ads, h.name AS held_out_by
FROM insight_customers c LEFT JOIN ({held}) h USING (customer_id) ORDER BY c.customer_id"""


def write_customers(engine: Engine, experiments: Sequence[Experiment]) -> None:
    """Every customer with what decides on taking part; those kept untreated by an experiment that still runs are named."""
    controls = [
        f"({one.number}, {text(one.control.key)}, {text(one.name)})"
        for one in experiments
        if one.control is not None and not one.ended
    ]
    held = _HELD.format(people=PEOPLE, controls=", ".join(controls)) if controls else _NOBODY
    engine.execute(_WRITTEN.format(held=held))
