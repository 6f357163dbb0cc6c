"""What an experiment of winning back measured, where the company made one.

An experiment counts as one of winning back when more than half of its customers were past their own usual gap on the day they
were assigned: what it is called does not matter. Its effect is the share with an order, treated less untreated; customers who
come anyway cannot be brought back, so among the others the effect is that difference over the share who did not come untreated.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST, Frame
from lifeworth.insight.retention.rhythm import Rhythm
from lifeworth.insight.retention.rhythm.gaps import overdue
from lifeworth.insight.retention.winback.effect import Effect, assumed_effect, measured_effect
from lifeworth.insight.retention.winback.gain import PAST_USUAL
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

RESULTS = "experiments_results"
_NEEDED = frozenset(
    "experiment_id arm state customers control_customers bought_share control_bought_share may_be_believed".split()
)

_ENDED = f"""
SELECT experiment_id, arm, customers, control_customers, bought_share, control_bought_share
FROM {RESULTS}
WHERE state = 'ended' AND may_be_believed AND bought_share IS NOT NULL AND control_bought_share IS NOT NULL
  AND customers >= {FEWEST} AND control_customers >= {FEWEST}
ORDER BY customers + control_customers DESC, experiment_id, arm"""

_BEFORE = """
SELECT count(d.day) - 1 AS x, max(d.day) - min(d.day) AS t_x, any_value(a.assigned_on) - max(d.day) AS silence
FROM (SELECT k.customer_key, e.assigned_on FROM sources_experiments e JOIN ledger_keys k USING (customer_id)
      WHERE e.experiment_id = ? AND e.assigned_on < {as_of}) a
JOIN ledger_days d ON d.customer_key = a.customer_key AND d.day < a.assigned_on
GROUP BY a.customer_key ORDER BY a.customer_key"""


@dataclass(frozen=True)
class Outcome:
    """Customers with and without a contact, and the share of each with an order."""

    treated: int
    untreated: int
    treated_share: float
    untreated_share: float

    @property
    def effect(self) -> float:
        """Share with an order, treated less untreated."""
        return self.treated_share - self.untreated_share

    @property
    def error(self) -> float:
        """Its standard error."""
        shares = ((self.treated_share, self.treated), (self.untreated_share, self.untreated))
        return sqrt(sum(share * (1 - share) / people for share, people in shares))


def find_effect(engine: Engine, frame: Frame, rhythm: Rhythm, comes: Floats) -> Effect:
    """The effect of a contact as an experiment measured it, else as the settings suppose it.

    Parameters
    ----------
    comes : (customers past their usual gap,)
        Chance of each to come without a contact.
    """
    found = _largest_winback(engine, frame, rhythm)
    if found is None:
        absent = float(1.0 - comes.mean()) if len(comes) else 1.0
        return assumed_effect(float(frame.settings.contact.brings_back), absent)
    name, outcome = found
    reach = NormalDist().inv_cdf((1 + frame.interval_level) / 2) * outcome.error
    return measured_effect(
        outcome.effect,
        outcome.effect - reach,
        outcome.effect + reach,
        outcome.error,
        outcome.untreated_share,
        name,
        outcome.treated + outcome.untreated,
    )


def _largest_winback(engine: Engine, frame: Frame, rhythm: Rhythm) -> tuple[str, Outcome] | None:
    """The finished experiment of winning back with the most customers."""
    if RESULTS not in engine.tables() or not _NEEDED <= set(engine.columns(RESULTS)):
        return None
    for row in engine.records(_ENDED):
        if _were_past_it(engine, frame, rhythm, str(row["experiment_id"])):
            return f"{row['experiment_id']}, {row['arm']}", _outcome(row)
    return None


def _outcome(row: dict[str, Any]) -> Outcome:
    people = int(row["customers"]), int(row["control_customers"])
    return Outcome(*people, float(row["bought_share"]), float(row["control_bought_share"]))


def _were_past_it(engine: Engine, frame: Frame, rhythm: Rhythm, experiment: str) -> bool:
    """Whether most of an experiment's customers were past their usual gap when they were assigned."""
    found = engine.arrays(_BEFORE.format(as_of=day(frame.as_of)), [experiment])
    x, t_x, silence = (np.asarray(np.ma.filled(found[name], 0), np.float64) for name in ("x", "t_x", "silence"))
    return len(x) >= FEWEST and float((overdue(rhythm, x, t_x, silence) >= PAST_USUAL).mean()) > 0.5
