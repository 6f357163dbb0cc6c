"""The whole of retention in one answer."""

from dataclasses import dataclass

from lifeworth.answers.retention.next_steps import Moment, Offer, OfferLine, moments, offer_lines, offers
from lifeworth.answers.retention.recurring import Kept, Month, kept, months
from lifeworth.answers.retention.risk import AtRisk, Ground, Proof, at_risk, grounds, proof
from lifeworth.answers.retention.winback import WinBack, win_back
from lifeworth.store.engine import Engine


@dataclass(frozen=True)
class Retention:
    """Every part; a part that this run knows nothing of is empty.

    ``grounds`` are the figures and assumptions behind the others, by name.
    """

    risk: AtRisk
    proof: Proof
    winback: WinBack
    moments: tuple[Moment, ...]
    offers: tuple[Offer, ...]
    offer_lines: tuple[OfferLine, ...]
    months: tuple[Month, ...]
    kept: tuple[Kept, ...]
    grounds: dict[str, Ground]


def retention(engine: Engine) -> Retention:
    """Who is overdue, what hangs on it, whom to write to and when, what to offer, how recurring revenue moved."""
    return Retention(
        at_risk(engine),
        proof(engine),
        win_back(engine),
        moments(engine),
        offers(engine),
        offer_lines(engine),
        months(engine),
        kept(engine),
        grounds(engine),
    )
