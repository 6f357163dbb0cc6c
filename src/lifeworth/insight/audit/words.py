"""What is said of the audit in a sentence."""

from lifeworth.insight.ground import Frame


def money(frame: Frame, amount: float) -> str:
    """An amount with its currency, whole."""
    return f"{amount:,.0f}" + (f" {frame.currency}" if frame.currency else "")


def worth(frame: Frame) -> str:
    """What money is in this run."""
    return "profit" if frame.in_profit else "revenue"


def percent(share: float) -> str:
    """A share in percent, one decimal below ten."""
    size = abs(100 * share)
    return f"{'-' if share < 0 else ''}{size:.1f} %" if size < 9.95 else f"{'-' if share < 0 else ''}{size:,.0f} %"


def went(change: float) -> str:
    """Up 12 %, down 3.4 %, unchanged."""
    if abs(change) < 0.0005:
        return "unchanged"
    return f"{'up' if change > 0 else 'down'} {percent(abs(change))}"


def span_words(months: int) -> str:
    """The last twelve months, the last 9 months, the last month."""
    if months == 12:
        return "the last twelve months"
    return "the last month" if months == 1 else f"the last {months} months"


def by_chance(chance: float) -> str:
    """How often chance alone shows as much."""
    if chance < 0.001:
        return "chance alone shows as much less than once in a thousand"
    return f"chance alone shows as much in {percent(chance)} of cases"
