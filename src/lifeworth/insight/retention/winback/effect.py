"""How often does a contact bring back somebody who would not have come?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """Chance that a contact brings back one of those who would not come otherwise.

    Attributes
    ----------
    mean, low, high : float
        The chance and its range; all three the same where it is an assumption, whose doubt nobody knows.
    sd : float
        Standard error of ``mean``.
    source : str
        The experiment that measured it, or empty where it is the setting's.
    sample : int
        Customers in that experiment.
    stated : float
        The same as a share of all who are written to, those who would come anyway among them: as the setting or the
        experiment states it.
    """

    mean: float
    low: float
    high: float
    sd: float
    source: str
    sample: int
    stated: float

    @property
    def is_measured(self) -> bool:
        """Whether an experiment measured it."""
        return bool(self.source)


def assumed_effect(brings_back: float, absent: float) -> Effect:
    """The setting's share of customers past their usual gap who come back because of a contact, among those who would not come otherwise.

    Parameters
    ----------
    brings_back : float
        Share of all customers past their usual gap written to.
    absent : float
        Mean chance of a customer past the usual gap not to come without a contact.
    """
    chance = min(brings_back / absent, 1.0) if absent > 0 else 0.0
    return Effect(chance, chance, chance, 0.0, "", 0, brings_back)


def measured_effect(
    effect: float, low: float, high: float, sd: float, control: float, source: str, sample: int
) -> Effect:
    """What an experiment found: of those who would not have come, the share that a contact brought.

    Parameters
    ----------
    effect, low, high, sd : float
        Share of customers with an order, with a contact less without, its range and standard error.
    control : float
        Share with an order in the arm without a contact: they come anyway.
    """
    absent = max(1.0 - control, 1e-9)
    mean, least, most = (min(max(each / absent, -1.0), 1.0) for each in (effect, low, high))
    return Effect(mean, least, most, sd / absent, source, sample, effect)
