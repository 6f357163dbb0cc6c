"""The parts of the answer about winning customers: values, paybacks, verdicts, costs, ways."""

from dataclasses import dataclass
from datetime import date

from lifeworth.answers.estimate import Estimate

EARNS, LOSES, UNKNOWN = "earns", "loses", "cannot be told"
EVERYBODY, CHANNEL, WON_IN = "everybody", "channel", "won in"
ALL, PAID = "all channels", "channels with spend"


@dataclass(frozen=True)
class Value:
    """What an average newcomer of a group brings within ``horizon_days`` of the first order, its day included.

    ``seen`` says that newcomers have reached that age, else part of it is predicted; ``cac`` is what winning one cost; ``ratio``
    the value over it; ``ceiling`` the most one may pay for one more, at the mean and at the low end; ``run_value`` what the run
    itself values such a newcomer at. None where unknown.
    """

    grouped_by: str
    name: str
    horizon_days: int
    customers: int | None
    value: Estimate
    seen: bool
    cac: float | None
    ratio: Estimate | None
    ceiling: tuple[float, float] | None
    run_value: Estimate | None
    reconciled: str


@dataclass(frozen=True)
class Payback:
    """First month since the first order by which an average newcomer has brought back what winning one cost; 0 is the first day.

    ``month``, ``low`` and ``high`` are None where that is not within ``within`` months; ``chance`` is that of getting there.
    """

    grouped_by: str
    name: str
    customers: int | None
    cac: float
    month: int | None
    low: int | None
    high: int | None
    chance: float
    within: int
    seen: bool
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """What an average and the last euro of a channel bring beyond themselves within the horizon; None where it cannot be said.

    ``best`` is the chance that no channel brings more per average euro.
    """

    channel: str
    spend: float
    newcomers: int | None
    average: Estimate | None
    last: Estimate | None
    average_verdict: str
    verdict: str
    best: float | None
    sentence: str


@dataclass(frozen=True)
class Marginal:
    """What one newcomer more of a channel costs; ``cost.high`` is NaN where it has no upper end. None where months are too few.

    ``from_data`` runs from 0, the elasticity is what was supposed before, to 1, the months alone speak.
    """

    channel: str
    months: int
    elasticity: Estimate | None
    from_data: float | None
    cac: float | None
    cost: Estimate | None
    note: str


@dataclass(frozen=True)
class Cost:
    """What winning a customer cost in some days: of channels with spend, and of all newcomers. None where unknown or too few."""

    grouped_by: str
    channel: str
    won_in: str | None
    since: date
    until: date
    spend: float
    newcomers: int | None
    paid: float | None
    blended: float | None
    formula: str


@dataclass(frozen=True)
class Campaign:
    """What a campaign cost, and a newcomer of it where something ties them together."""

    channel: str
    name: str
    spend: float
    share: float
    newcomers: int | None
    cac: float | None
    note: str


@dataclass(frozen=True)
class Way:
    """A way of getting a euro of next year's profit and what it costs; ``caused`` when an experiment measured it."""

    name: str
    cost: float
    profit: Estimate
    of_one: Estimate
    caused: bool
    sentence: str

    @property
    def compares(self) -> bool:
        """Whether this is one way over another, not a way of its own."""
        return self.cost != self.cost
