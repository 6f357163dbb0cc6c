"""The whole audit, asked once."""

from dataclasses import dataclass

from lifeworth.answers.audit.ahead import Ahead, ahead
from lifeworth.answers.audit.lenses import Lenses, lenses
from lifeworth.store.engine import Engine

DEFINITIONS = {
    "customers": "customers with an order in the span",
    "order value": "net revenue, late refunds taken off, over orders",
    "margin": "profit before the cost of winning customers, over net revenue",
    "cohort": "everybody whose first order fell into one period",
    "kept": "ordered in the period before, too; returning customers ordered earlier, not in the period before",
    "customer equity": (
        "present value of what current customers and those still to come bring, less what winning those costs (Rust, Lemon and Zeithaml 2004)"
    ),
    "keeping rate": "what the customers of a year ago brought in the last year, over what all brought in the year before",
    "operating value": "customer equity without end, less costs that hang on no customer, less tax",
    "shareholder value": "operating value, plus assets outside the business, less net debt (McCarthy, Fader and Hardie 2017)",
    "extrapolated": "later than twice the history is long",
}


@dataclass(frozen=True)
class Audit:
    """How healthy the base is, what it is worth with the customers still to come, and what every word means."""

    lenses: Lenses
    ahead: Ahead
    definitions: dict[str, str]

    @property
    def known(self) -> bool:
        """Whether the run made an audit."""
        return self.lenses.verdict is not None


def customer_base_audit(engine: Engine) -> Audit:
    """The audit of a run, from the ``audit_`` tables."""
    return Audit(lenses(engine), ahead(engine), DEFINITIONS)
