"""Where does the money go between gross sales and profit?"""

from dataclasses import dataclass

from lifeworth.answers.estimate import number
from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.engine import Engine

_STEPS = """
SELECT step, amount, kind, actual_share, ruled_share, allocated_share, missing_share
FROM ledger_waterfall ORDER BY position
"""


BEFORE_WINNING = "Profit before winning customers"
WINNING = "Winning customers"
AFTER_WINNING = "Profit after winning customers"

# One name for one thing, whichever name an older run wrote.
_NAMES = {
    "Fulfilment": "Picking and packing",
    "Shipping": "Shipping paid",
    "Commission": "Commissions",
    "Profit": AFTER_WINNING,
}


@dataclass(frozen=True)
class WaterfallStep:
    """One step down (or up) from gross sales.

    ``kind`` is start, minus, plus or total. The shares say how the step is known: recorded, by a rule,
    spread from a pool, or not at all (0 to 1).
    """

    step: str
    amount: float
    kind: str
    actual_share: float
    ruled_share: float
    allocated_share: float
    missing_share: float


@dataclass(frozen=True)
class Waterfall:
    """From gross sales to profit, one step per kind of money."""

    steps: tuple[WaterfallStep, ...]
    in_profit: bool
    definition: str


def profit_waterfall(engine: Engine, facts: RunFacts) -> Waterfall:
    """How gross sales become profit, step by step, and how each step is known."""
    steps = tuple(
        WaterfallStep(
            _NAMES.get(str(step), str(step)), number(amount), str(kind), *(number(share or 0) for share in shares)
        )
        for step, amount, kind, *shares in engine.rows(_STEPS)
    )
    steps = _without_empty_end(steps) if facts.in_profit else _until_revenue(steps)
    return Waterfall(
        steps=steps,
        in_profit=facts.in_profit,
        definition=(
            "All orders before the as-of date. Recorded: a file holds the cost. By rule: priced by the "
            "configuration. Spread: shared out from a pool. Tax stands apart and is not revenue."
            if facts.in_profit
            else "All orders before the as-of date. Tax stands apart and is not revenue."
        ),
    )


def _without_empty_end(steps: tuple[WaterfallStep, ...]) -> tuple[WaterfallStep, ...]:
    """Where winning customers cost nothing that is known, there is only one profit."""
    if any(step.step == WINNING and step.amount for step in steps):
        return steps
    if not any(step.step == BEFORE_WINNING for step in steps):
        return steps
    return tuple(
        step for step in steps if step.step != AFTER_WINNING and (step.step != WINNING or step.missing_share > 0)
    )


def _until_revenue(steps: tuple[WaterfallStep, ...]) -> tuple[WaterfallStep, ...]:
    """Without costs the steps end where revenue ends: what would follow is not known."""
    names = [step.step for step in steps]
    return steps[: names.index("Net revenue") + 1] if "Net revenue" in names else steps
