"""What a euro of profit costs where an experiment has measured what keeping customers causes."""

from decimal import Decimal

import numpy as np

from lifeworth.insight.acquisition.chain import DRAWS
from lifeworth.insight.acquisition.ways import Way
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

MOST = 20

# The difference has the treatment's cost taken off already; what it caused is the difference before it.
_MEASURED = """
SELECT experiment_id, arm, customers, cost_each - COALESCE(control_cost_each, 0) AS cost_each, difference_mean, standard_error
FROM experiments_results
WHERE state = 'ended' AND measure = 'profit' AND may_be_believed AND cost_is_stated AND customers >= 10
  AND cost_each > COALESCE(control_cost_each, 0) AND difference_mean IS NOT NULL AND standard_error IS NOT NULL
ORDER BY experiment_id, arm LIMIT {most}"""


def measured_ways(engine: Engine, frame: Frame) -> list[tuple[str, Way]]:
    """Every treated arm of an ended experiment that may be believed and states what it cost; none where there is no such."""
    if "experiments_results" not in engine.tables():
        return []
    found = engine.rows(_MEASURED.format(most=MOST))
    noise = np.random.default_rng([frame.seed, 44]).standard_normal((len(found), DRAWS))
    ways = []
    for (experiment, arm, customers, cost_each, net, error), drawn in zip(found, noise, strict=True):
        gain, spread = customers * (float(net) + float(cost_each)), customers * float(error)
        cost = Decimal(str(round(customers * float(cost_each), 4)))
        ways.append((f"{experiment}, {arm}", Way(cost, gain, gain + spread * drawn)))
    return ways
