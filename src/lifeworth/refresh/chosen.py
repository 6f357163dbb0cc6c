"""The chosen forecast in a few words, as every surface repeats them."""

from lifeworth.backtest import Proof
from lifeworth.backtest.candidates import PURCHASE
from lifeworth.backtest.choice import FLOOR, MODEL, NO_SIGNAL
from lifeworth.models.forecast import Forecaster


def model_words(forecaster: Forecaster, proof: Proof) -> str:
    """What stands in the ``model`` column."""
    choice, own = proof.choice, forecaster.model_name_
    if choice is None or choice.kind == MODEL:
        return own
    if choice.by_rule:
        return f"{choice.name} ({choice.kind})"
    others = [name for name in choice.blend.names if name != PURCHASE]
    if len(choice.blend.names) == 1:
        return others[0]
    return f"blend of {', '.join([own, *others] if PURCHASE in choice.blend.names else others)}"


def reason_words(forecaster: Forecaster, proof: Proof) -> str:
    """Why that one."""
    choice = proof.choice
    if choice is None:
        return f"{forecaster.reason_}; the history was too short to compare with others"
    days = f"{choice.windows} finished {'stretch' if choice.windows == 1 else 'stretches'} of the past"
    if choice.kind == NO_SIGNAL:
        return f"over {days} nothing told customers apart better than the mean of their cohort"
    if choice.kind == FLOOR:
        return f"over {days} this simple rule was clearly sharper than every model"
    if choice.kind == MODEL:
        return f"{forecaster.reason_}; checked on {days}"
    if len(choice.blend.names) == 1:
        return f"over {days} nothing else was of use"
    return f"weights per situation of the customer, learned on {days}; {forecaster.chosen_}: {forecaster.reason_}"
