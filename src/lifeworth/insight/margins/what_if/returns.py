"""Returns: a share fewer of them, at what they cost per unit of revenue in the last year."""

import numpy as np

from lifeworth.insight.ground import Frame
from lifeworth.insight.margins.what_if.base import Base
from lifeworth.insight.margins.what_if.change import Change, spread_of
from lifeworth.insight.margins.what_if.rates import Rates, with_error


def fewer_returns(frame: Frame, base: Base, rates: Rates, by: float) -> Change:
    """Change of the base's value when returns change by a share ``by`` (−0.10: a tenth fewer)."""
    what, revenue = f"value of the base over {frame.horizon_days} days", float(base.revenue.sum())
    unit = f" {frame.currency}" if frame.currency else ""
    if not rates.known:
        return Change(
            what,
            float(base.value.sum()),
            None,
            0.0,
            "There was no revenue in the last 365 days to hold returns against",
        )
    money = rates.money
    cost = money["refunded"] - money["goods_back"] + money["handling"] if frame.in_profit else money["refunded"]
    rate, error = with_error(np.asarray(cost / rates.revenue))
    if rate == 0:
        return Change(what, float(base.value.sum()), None, 0.0, "No returns in the last 365 days are known")
    mean = -by * rate * revenue * base.worth
    counted = (
        "refunds and handling less the goods regained" if frame.in_profit else "refunds alone, for costs are not known"
    )
    return Change(
        what,
        float(base.value.sum()),
        mean,
        spread_of(mean, frame.shared_spread, error / rate),
        f"Returns took {100 * rate:.2f} % of net revenue in the last 365 days ({counted}) and would go on to take as much of the "
        f"{revenue:,.0f}{unit} expected; revenue counts as if it came in the middle of the horizon. Nobody buys less because of it, "
        "and what it takes to lower returns is not taken off",
    )
