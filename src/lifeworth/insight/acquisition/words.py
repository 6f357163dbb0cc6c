"""What is said of acquisition in a sentence."""

from lifeworth.insight.ground import Frame


def money(frame: Frame, amount: float) -> str:
    """An amount with its currency."""
    return f"{amount:,.2f}" + (f" {frame.currency}" if frame.currency else "")


def one(frame: Frame) -> str:
    """One unit of money: 1 EUR."""
    return f"1 {frame.currency}" if frame.currency else "one unit of money"


def level(frame: Frame) -> str:
    """The level of ranges: 80 % range."""
    return f"{100 * frame.interval_level:.0f} % range"


def month_words(month: int | None, within: int) -> str:
    """When something is reached: with the first order, in month 4, not within 36 months."""
    if month is None:
        return f"not within {within} months"
    return "with the first order" if month == 0 else f"in month {month}"


def payback_words(frame: Frame, name: str, price: float, ends: list[int | None], within: int, how: str) -> str:
    """When a group has brought back what winning one cost."""
    mean, low, high = ends
    said = f"{name}: winning one costs {money(frame, price)}; an average newcomer brings it back {month_words(mean, within)}"
    if (low, high) != (mean, mean):
        first = "first order" if low == 0 else f"month {low}" if low is not None else month_words(low, within)
        last = f"month {high}" if high is not None else month_words(high, within)
        said += f" ({level(frame)}: {first} to {last})"
    return said + (". Part of the way is predicted." if how == "predicted" else ".")


def verdict_words(
    frame: Frame,
    name: str,
    price: float | None,
    newcomers: int | None,
    ends: list[list[float | None]],
    verdicts: list[str],
) -> str:
    """What the average and the last euro of a channel bring."""
    if not frame.in_profit:
        return f"{name}: no costs are known, so nobody can say what {one(frame)} brings beyond itself."
    if newcomers == 0:
        return f"{name}: its spend brought no newcomer in these days."
    if price is None:
        return f"{name}: too few newcomers to say anything."
    if ends[0][0] is None:
        return f"{name}: winning one costs {money(frame, price)}; too few newcomers were seen to say what they bring."
    said = f"{name}: {one(frame)} spent brought {_beyond(frame, ends[0])} within {frame.horizon_days} days on average"
    said += {"earns": ", so it earns", "loses": ", so it loses"}.get(verdicts[0], "; whether it earns cannot be told")
    if ends[1][0] is None:
        return f"{said}. What the last one brings cannot be told: not enough months with spend."
    told = {"earns": "it earns", "loses": "it loses"}.get(verdicts[1], "whether it earns cannot be told")
    return f"{said}. The last one brings {_beyond(frame, ends[1])}: {told}."


def _beyond(frame: Frame, ends: list[float | None]) -> str:
    """What one unit of money returns, itself included, with its range."""
    mean, low, high = (1 + (end or 0.0) for end in ends)
    return f"{mean:,.2f} ({level(frame)} {low:,.2f} to {high:,.2f})"


def winning_words(frame: Frame, everybody: bool, cost: float, ends: list[float | None]) -> str:
    """What next year's profit costs when customers are won."""
    whom = "all newcomers, those who cost nothing among them," if everybody else "the newcomers of channels with spend"
    if ends[0] is None:
        return (
            f"{money(frame, cost)} spent on winning customers stands against no profit of {whom} in their first year."
        )
    return (
        f"Winning: {money(frame, cost)} stands against what {whom} should bring in their first year, so {one(frame)} of it costs"
        f" {_costs(frame, ends)}."
    )


def keeping_words(frame: Frame, cost: float, days: int, ends: list[float | None]) -> str:
    """What profit costs when customers are kept."""
    spent = f"{money(frame, cost)} of communications and spend on keeping customers in {days} days"
    if ends[0] is None:
        return f"Keeping: {spent} stands against no profit of repeat orders."
    return (
        f"Keeping: {spent} stands against the profit of repeat orders, so {one(frame)} of it costs {_costs(frame, ends)}. Most of these"
        " orders would have come anyway: only an experiment says what a letter causes."
    )


def caused_words(frame: Frame, name: str, cost: float, ends: list[float | None]) -> str:
    """What profit costs where an experiment measured what a letter or offer causes."""
    if ends[0] is None:
        return f"Experiment {name}: {money(frame, cost)} of treatment caused no profit that could be seen."
    return f"Experiment {name}: {money(frame, cost)} of treatment caused profit at {_costs(frame, ends)} for {one(frame)} of it."


def ratio_words(frame: Frame, ends: list[float | None], caused: bool) -> str:
    """How many times as much winning costs; the figure everybody quotes is a habit."""
    mean, low, high = ends
    if mean is None or low is None:
        return "How winning compares with keeping cannot be told."
    upto = "no upper end" if high is None else f"{high:,.1f}"
    habit = "lies inside" if low <= 5 and (high is None or high >= 5) else "lies outside"
    if caused:
        return (
            f"What was spent on winning for {one(frame)} of newcomers' profit is {mean:,.1f} times ({level(frame)} {low:,.1f} to {upto}) what this"
            f" treatment cost for {one(frame)} that it caused. What winning causes was not measured, so the two are no like for like."
        )
    return (
        f"For {one(frame)} of profit {mean:,.1f} times as much was spent on winning as on keeping ({level(frame)} {low:,.1f} to {upto})."
        f" The often quoted five times is a habit without a measurement behind it; it {habit} this range. Neither figure is what more"
        " money would cause."
    )


def _costs(frame: Frame, ends: list[float | None]) -> str:
    mean, low, high = ends
    upto = "no upper end" if high is None else f"{high:,.3f}"
    return f"{mean or 0.0:,.3f} ({level(frame)} {low or 0.0:,.3f} to {upto})"
