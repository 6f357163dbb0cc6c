"""How this run speaks of its money: profit or revenue, in which currency, over which span."""

from dataclasses import dataclass
from functools import cached_property

from lifeworth.answers.run_facts import RunFacts
from lifeworth.report.numbers import Money, percent
from lifeworth.report.words import span


@dataclass(frozen=True)
class Voice:
    """The words every card of one run shares; ``no_signal`` when single customers cannot be told apart."""

    facts: RunFacts
    no_signal: bool = False

    @cached_property
    def money(self) -> Money:
        """Amounts in the currency of the run."""
        return Money(self.facts.currency)

    @property
    def worth(self) -> str:
        """What a value is in this run: profit or revenue."""
        return "profit" if self.facts.in_profit else "revenue"

    @property
    def bills(self) -> bool:
        """Whether every order is the bill of a subscription: rhythm, silence and coming back say nothing then."""
        return self.facts.orders_are_bills

    @property
    def ahead(self) -> str:
        """How far values look: twelve months."""
        return span(self.facts.horizon_days)

    @property
    def alike(self) -> str:
        """What stands wherever single customers are listed by value and nothing tells them apart; else nothing."""
        return "No signal: these customers cannot be told apart" if self.no_signal else ""

    @property
    def level(self) -> str:
        """The level of ranges: 80 %."""
        return percent(self.facts.interval_level)
