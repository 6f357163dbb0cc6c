"""What each forecasting method does, in plain words."""

from lifeworth.answers.proof import OURS, PURCHASE

KINDS = {"ours": "ours", "model": "model", "floor": "simple rule"}

_DOES = {
    OURS: "What this product would have said on that day: the methods weighed by what was finished by then, the total "
    "corrected.",
    PURCHASE: "How often each customer buys, whether they have left, and what they spend at a time, read from their own "
    "purchases.",
    "contract model": "Bills of the contracts that run, each times the chance that it still runs on its day, and what known customers take out "
    "anew.",
    "two-stage": "Learned from past stretches: the chance that somebody comes back, then the money if they do.",
    "two-stage on purchase model": "The same, told what the purchase model says of each customer.",
    "Tweedie on purchase model": "Learned from past stretches: chance and money in one, told what the purchase model says.",
    "zero": "Nobody brings anything. It often has the smallest mean miss, and is of no use.",
    "cohort mean": "Everybody brings what customers as old as they brought on average in the stretch before.",
    "rate so far": "Everybody goes on at the average pace of their own history.",
    "last stretch": "Everybody repeats their latest stretch of the same length.",
    "RFM cell mean": "Everybody brings what customers with like last purchase, number of purchases and money brought on "
    "average in the stretch before.",
}


def does(method: str) -> str:
    """What a method does; empty for one nobody has described."""
    return _DOES.get(method, "")


def quoted(method: str) -> str:
    """A method's name inside a sentence."""
    if method == OURS:
        return method
    return f"the {method}" if method == PURCHASE else f"“{method}”"
