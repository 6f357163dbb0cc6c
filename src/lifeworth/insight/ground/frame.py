"""What is the same for every figure of a run."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lifeworth.settings import Settings


@dataclass(frozen=True)
class Frame:
    """The day, how far ahead, in which money, how sure, and what the company decided.

    Attributes
    ----------
    as_of : date
        What happened on it or later is the future.
    first_day : date
        Day of the first order in the books.
    interval_level : float
        Share of possible futures a range holds.
    discount : float
        Annual rate, continuous.
    in_profit : bool
        Whether values are profit; otherwise they are net revenue.
    shared_spread : float
        Relative spread that all customers' values have in common.
    seed : int
        Root of every random number.
    previous : Path, optional
        Folder of the last published result, to say who moved.
    no_signal : bool
        Nothing told customers apart on past days: everybody has the mean.
    orders_are_bills : bool
        Every order is the bill of a subscription, so when it comes tells nothing of the customer.
    """

    as_of: date
    first_day: date
    horizon_days: int
    interval_level: float
    discount: float
    currency: str | None
    in_profit: bool
    shared_spread: float
    seed: int
    threads: int = 1
    settings: Settings = field(default_factory=Settings)
    previous: Path | None = None
    no_signal: bool = False
    orders_are_bills: bool = False

    @property
    def past_money(self) -> str:
        """The column that holds what a customer has brought so far, in the run's basis."""
        return "past_profit" if self.in_profit else "past_revenue"
