"""What each coming week should bring, for the customers known today: ``values_weeks``.

Later runs hold these weeks against what came.
"""

from datetime import date

import numpy as np

from lifeworth.models.forecast import Forecaster
from lifeworth.store.engine import Engine

MOST_WEEKS = 52
FEWEST_WEEKS = 26
SAMPLE = 20_000


def expect_weeks(
    engine: Engine, forecaster: Forecaster, as_of: date, horizon_days: int, orders: float, revenue: float
) -> None:
    """Expected purchases and revenue week by week, at the totals of the forecast over its horizon.

    The curve is the purchase model's, on an even sample of its distinct histories where there are many.
    """
    weeks = int(np.clip(-(-horizon_days // 7), FEWEST_WEEKS, MOST_WEEKS))
    rows, weight = forecaster.rows_, forecaster.weights_
    place = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE)).astype(np.intp))
    some, counted = rows.take(place), weight[place]
    model = forecaster.purchases_
    ends = np.append(7.0 * np.arange(weeks + 1), float(horizon_days))
    reached = np.array(
        [float(np.asarray(model.expected_purchases(t, some.x, some.t_x, some.T)) @ counted) for t in ends]
    )
    scale = orders / reached[-1] if reached[-1] > 0 else 0.0
    each = revenue / orders if orders > 0 else 0.0
    expected = np.diff(reached[:-1]) * scale
    engine.write(
        "values_weeks_ahead",
        {
            "week": np.arange(1, weeks + 1, dtype=np.int32),
            "begins": 7 * np.arange(weeks, dtype=np.int32),
            "expected_orders": expected,
            "expected_revenue": expected * each,
        },
    )
    engine.execute(
        """CREATE OR REPLACE TABLE values_weeks AS
        SELECT week, CAST(CAST(? AS DATE) + begins AS DATE) AS week_start, expected_orders, expected_revenue
        FROM values_weeks_ahead ORDER BY week""",
        [as_of],
    )
    engine.execute("DROP TABLE values_weeks_ahead")
