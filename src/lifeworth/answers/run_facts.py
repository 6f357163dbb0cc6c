"""What a run decided and found about itself, as every door repeats it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class RunFacts:
    """The frame around every number of a run: when it was known, how far it looks, in what money.

    ``base`` holds the totals of the whole customer base with central ranges from shared draws:
    ``customers`` and ``value_mean/_low/_high``, ``revenue_*``, ``orders_*``, ``residual_value_*`` (missing where
    no method can tell it).
    ``basis`` is ``"profit"`` or ``"revenue"``. ``interval_level`` is a share (0.8); ``discount`` an annual,
    continuous-time rate (0.10). ``currency`` is an ISO code or None when the files never said.
    ``orders_are_bills`` says that every order is the bill of a subscription.
    ``succession`` says whether the served method stays or another took over, and why; None when nothing was decided.
    """

    run_id: str
    lifeworth_version: str
    as_of: date
    horizon_days: int
    interval_level: float
    discount: float
    currency: str | None
    basis: str
    basis_reason: str
    seed: int
    base: dict[str, float]
    model_chosen: str
    model_reason: str
    warnings: tuple[str, ...]
    created_at: datetime
    succession: str | None = None
    orders_are_bills: bool = False

    @property
    def in_profit(self) -> bool:
        """Whether values are profit; otherwise they are revenue and every surface says so."""
        return self.basis == "profit"
