"""Price: so many percent more for the goods, with fewer or as many pieces sold, as the elasticity says.

With prices up by a share p, pieces change by q = (1 + p)^ε − 1 (constant elasticity ε) and goods money by v = (1 + p)(1 + q) − 1.
Fees and commission go with money, everything else with pieces. So per unit of net revenue the change is

    goods money · v + shipping charged · q − (fees + commission) · v − (goods + packing + shipping + handling + service + messages) · q.
"""

import numpy as np

from lifeworth.insight.ground import Frame
from lifeworth.insight.margins.what_if.base import Base
from lifeworth.insight.margins.what_if.change import Change, spread_of
from lifeworth.insight.margins.what_if.rates import Rates, with_error

_BY_PIECE = ("goods_cost", "fulfilment", "shipping_cost", "handling", "service", "contact")


def dearer(frame: Frame, base: Base, rates: Rates, by: float, elasticity: float) -> Change:
    """Change of the base's value when prices change by a share ``by``, elasticity in percent of purchases per percent of price."""
    what, revenue = f"value of the base over {frame.horizon_days} days", float(base.revenue.sum())
    if not rates.known:
        return Change(
            what, float(base.value.sum()), None, 0.0, "There was no revenue in the last 365 days to hold costs against"
        )
    if by <= -1:
        return Change(what, float(base.value.sum()), None, 0.0, "At a price of nothing, nothing can be said")
    unit = f" {frame.currency}" if frame.currency else ""
    pieces = (1 + by) ** elasticity - 1
    money_of_goods = (1 + by) * (1 + pieces) - 1
    money = rates.money
    goods = money["gross"] - money["discount"] - money["refunded"]
    change = goods * money_of_goods + money["shipping_charged"] * pieces
    if frame.in_profit:
        change = change - (money["payment_fee"] + money["commission"]) * money_of_goods
        change = change - (sum(money[name] for name in _BY_PIECE) - money["goods_back"]) * pieces
    rate, error = with_error(np.asarray(change / rates.revenue))
    mean = rate * revenue * base.worth
    return Change(
        what,
        float(base.value.sum()),
        mean,
        spread_of(mean, frame.shared_spread, error / rate if rate else 0.0),
        f"An elasticity of {elasticity:g}: {_pieces_words(pieces)}. Fees and commission go with the money, all other "
        f"costs with the pieces, at the rates of the last 365 days, on the {revenue:,.0f}{unit} of net revenue expected as if it came "
        "in the middle of the horizon. The range does not hold the doubt of the elasticity, which is a setting",
    )


def _pieces_words(change: float) -> str:
    return "nobody buys less or more" if change == 0 else f"pieces sold change by {100 * change:+.1f} %"
