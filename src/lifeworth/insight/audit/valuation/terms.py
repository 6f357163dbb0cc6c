"""What the company says of itself: costs that hang on no customer, what it owns and owes, its tax."""

from dataclasses import dataclass
from decimal import Decimal

from lifeworth.settings import Settings


@dataclass(frozen=True)
class Terms:
    """The setting ``valuation``, in money of the run.

    Attributes
    ----------
    fixed_costs : float or None
        A year; None where the settings do not say.
    non_operating_assets, net_debt : float or None
        Today; net debt below zero is cash. None where the settings do not say, and then counted as nothing.
    tax_rate : float or None
        On a year's profit where it is above zero; None: before tax.
    """

    fixed_costs: float | None = None
    non_operating_assets: float | None = None
    net_debt: float | None = None
    tax_rate: float | None = None


def terms_of(settings: Settings) -> Terms:
    """From the settings; what they do not state is unknown."""
    said = settings.valuation
    return Terms(*map(_amount, (said.fixed_costs, said.non_operating_assets, said.net_debt, said.tax_rate)))


def _amount(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
