"""Loss-making groups and customers in plain words."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.losses.groups import LosingGroup
from lifeworth.insight.margins.losses.told_by import DELIVERY, SIZE


def group_words(names: tuple[tuple[str, str], ...]) -> str:
    """Which orders: orders from CH with free delivery."""
    return " ".join(["orders", *(_how(dimension, name) for dimension, name in names)])


def _how(dimension: str, name: str) -> str:
    match dimension:
        case "channel":
            return f"through {name}"
        case "country":
            return f"from {name}"
        case "payment":
            return f"paid by {name}"
        case "category":
            return f"of {name}"
        case _ if dimension == DELIVERY:
            return "with free delivery" if name == "free" else "with delivery charged"
        case _ if dimension == SIZE:
            return f"worth {name}"
        case _:
            return f"with {dimension} {name}"


def sentence(facts: Facts, frame: Frame, group: LosingGroup, cost: str, share: float, usual: float) -> str:
    """What an order loses, what all lose a year, and on what."""
    unit, scale = f" {frame.currency}" if frame.currency else "", facts.span.a_year
    loss, reach = group.loss.mean, group.loss.reach(frame.interval_level)
    orders = group.orders * scale
    said = (
        f"{_raised(group_words(group.told.names))} lose {loss:,.2f}{unit} each on average ({100 * frame.interval_level:.0f} % range {loss - reach:,.2f} to "
        f"{loss + reach:,.2f}), {loss * orders:,.0f}{unit} a year on {orders:,.0f} orders. Furthest above the usual: {cost}, "
        f"{100 * share:.0f} % of the list price against {100 * usual:.0f} %."
    )
    return said + (f" Reckoned from one customer in {facts.span.one_in}." if facts.span.one_in > 1 else "")


def _raised(text: str) -> str:
    return text[:1].upper() + text[1:]


COST_WORDS = {
    "goods": "the goods",
    "discounts": "discounts",
    "returns": "returns",
    "payment fees": "payment fees",
    "fulfilment": "packing",
    "shipping": "shipping beyond what was paid for it",
    "commission": "commission",
    "service": "service",
    "communications": "messages",
}


def reason(frame: Frame, cost: str, amount: float, excess: float, gross: float, orders: int) -> str:
    """Why a customer lost money: the cost furthest above that of customers alike."""
    unit = f" {frame.currency}" if frame.currency else ""
    what = COST_WORDS[cost]
    if orders == 0:
        return f"No order, but {what} of {_figure(amount)}{unit}."
    if gross <= 0:
        return f"{_raised(what)} took {_figure(amount)}{unit}, on orders without a list price."
    usual = f"{_figure(max(amount - excess, 0))}{unit} is usual for customers alike with as much"
    return f"{_raised(what)} took {_figure(amount)}{unit}, list prices came to {_figure(gross)}{unit}; {usual}."


def _figure(amount: float) -> str:
    """Whole money from a hundred up, cents below."""
    return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:,.2f}"
