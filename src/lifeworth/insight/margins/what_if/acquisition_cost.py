"""Acquisition cost: as many newcomers as last year, each for so much less."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.margins.what_if.change import Change, spread_of
from lifeworth.insight.margins.what_if.winning import EVERYBODY, Winning


def cheaper_to_win(frame: Frame, winning: Winning, by: float) -> Change:
    """Change of what next year's newcomers leave after acquisition when winning one costs a share ``by`` more or less."""
    money = "profit" if frame.in_profit else "revenue"
    what = f"{money} after acquisition of next year's newcomers"
    if winning.spend <= 0:
        return Change(what, None, None, 0.0, "No spend on winning customers in the last 365 days is known")
    worth = winning.worth.get(EVERYBODY)
    before = None if worth is None else winning.newcomers * worth.mean - winning.spend
    mean = -by * winning.spend
    said = (
        "" if worth is None else f", each bringing {worth.mean:,.2f} over {frame.horizon_days} days before acquisition"
    )
    return Change(
        what,
        before,
        mean,
        spread_of(mean, winning.yearly_doubt()),
        f"As many newcomers as in the last 365 days ({winning.newcomers:,.0f} for {winning.spend:,.0f}){said}, of the same kind. The range is "
        "how far a year's number of newcomers is left open by how the last twelve months differed",
    )
