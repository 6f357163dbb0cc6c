"""A finding in plain words."""

from collections.abc import Sequence

from lifeworth.insight.ground import Frame
from lifeworth.insight.margins.leaks.candidates import Candidate, Group
from lifeworth.insight.margins.leaks.codes import Codes
from lifeworth.insight.margins.leaks.costs import AN_ORDER, CATEGORY, CHANNEL, COUNTRY, COUPON, OF_LIST, PAYMENT
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.leaks.finding import Finding

_SUBJECT = {
    "returns": "Returns of",
    "discounts": "Discounts on",
    "shipping": "Shipping, less what customers pay for it, of",
    "payment fees": "Payment fees on",
    "commission": "Commission on",
    "service": "Service for",
    "communications": "Communications after",
}
_MOST_PEERS = 3


def name_of(facts: Facts, dimension: str, code: int) -> str:
    """A group's name."""
    codes: Codes = facts.codes[dimension]
    if code < len(codes.names):
        return codes.names[code]
    return "others" if code == codes.others else "not stated"


def group_words(facts: Facts, group: Group) -> str:
    """Whose cost it is: Cups and glasses ordered through marketplace."""
    parts = [(group.dimension, name_of(facts, group.dimension, group.code))]
    if group.second is not None and group.second_code is not None:
        parts.append((group.second, name_of(facts, group.second, group.second_code)))
    goods = next((name for dimension, name in parts if dimension == CATEGORY), None)
    how = [_how(dimension, name) for dimension, name in parts if dimension != CATEGORY]
    if goods is None:
        return " ".join(["orders", *how])
    return " ".join([goods, "ordered", *how]) if how else goods


def _how(dimension: str, name: str) -> str:
    match dimension:
        case "channel":
            return f"through {name}"
        case "country":
            return f"from {name}"
        case "payment":
            return f"paid by {name}"
        case "coupon":
            return f"with the coupon {name}"
        case _:
            return f"of customers won through {name}"


def comparables_words(facts: Facts, one: Candidate) -> str:
    """Whom it was held against."""
    group = one.group
    if group.second is not None:
        return (
            " and ".join(_others(dimension) for dimension in (group.dimension, group.second)) + ", whichever cost more"
        )
    if group.dimension == CATEGORY:
        names = [name_of(facts, CATEGORY, code) for code in one.peers]
        return f"goods of their sort ({listed(names)})"
    return _others(group.dimension)


def _others(dimension: str) -> str:
    return {
        CATEGORY: "other goods of the same kind of order",
        CHANNEL: "comparable orders through other channels",
        COUNTRY: "comparable orders from other countries",
        PAYMENT: "comparable orders paid otherwise",
        COUPON: "comparable orders without it",
    }.get(dimension, "comparable orders of customers won otherwise")


def listed(names: Sequence[str]) -> str:
    """Several names as one, the first three and how many more."""
    if len(names) > _MOST_PEERS:
        return f"{', '.join(names[:_MOST_PEERS])} and {len(names) - _MOST_PEERS} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def sentence(facts: Facts, frame: Frame, finding: Finding) -> str:
    """What it costs a year beyond its comparables, with range and rates."""
    one, unit = finding.one, f" {frame.currency}" if frame.currency else ""
    low, high = one.ends(frame.interval_level)
    level = f"{100 * frame.interval_level:.0f} % range {low:,.0f} to {high:,.0f}"
    verb = "cost" if one.cost.plural else "costs"
    said = (
        f"{_SUBJECT[one.cost.name]} {group_words(facts, one.group)} {verb} {one.mean:,.0f}{unit} a year more than at the rate of "
        f"{comparables_words(facts, one)} ({level}): {rates_words(one)}."
    )
    if finding.worst is not None:
        worst = worst_words(facts, finding)
        said += f" It is worse still {worst}: {finding.worst.mean:,.0f}{unit} a year more than elsewhere."
    if finding.apart_from_others:
        said += " Orders of larger findings are left out of it."
    if facts.span.one_in > 1:
        said += f" Reckoned from one customer in {facts.span.one_in}."
    return said


def rates_words(one: Candidate) -> str:
    """The group's rate against that of its comparables, in the unit of its cost."""
    if one.cost.unit == AN_ORDER:
        return f"{one.excess.rate:,.2f} an order against {one.excess.comparable:,.2f}"
    of_what = "the list price" if one.cost.unit == OF_LIST else "what is sold"
    return f"{100 * one.excess.rate:.1f} % of {of_what} against {100 * one.excess.comparable:.1f} %"


def worst_words(facts: Facts, finding: Finding) -> str:
    """The part of the group where it is worse still: through marketplace, for Cups and glasses."""
    worst = finding.worst
    if worst is None:
        return ""
    group = worst.group
    dimension, code = group.dimension, group.code
    if dimension == finding.one.group.dimension:
        assert group.second is not None and group.second_code is not None
        dimension, code = group.second, group.second_code
    name = name_of(facts, dimension, code)
    return f"for {name}" if dimension == CATEGORY else _how(dimension, name)
