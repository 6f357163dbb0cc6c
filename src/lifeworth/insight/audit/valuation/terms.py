"""What the company says of itself: costs that hang on no customer, what it owns and owes, its tax."""

from dataclasses import dataclass
from typing import Any

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
    """From the settings; all unknown where they have no ``valuation``."""
    said: Any = getattr(settings, "valuation", None)
    if said is None:
        return Terms()
    found = {name: getattr(said, name, None) for name in Terms.__dataclass_fields__}
    return Terms(**{name: None if value is None else float(value) for name, value in found.items()})
