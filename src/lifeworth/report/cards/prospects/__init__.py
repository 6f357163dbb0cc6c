"""Where are the next good customers? Leads to call first, what goes with a good one, what one more may cost, how far to believe it, whom to look for.

Comes in: :class:`lifeworth.answers.prospects.Prospects`. Goes out: cards, none where this run knows nothing of the question.
"""

from lifeworth.answers.prospects import Prospects
from lifeworth.report.card import Card
from lifeworth.report.cards.prospects.ceilings import ceilings_cards
from lifeworth.report.cards.prospects.drivers import drivers_cards
from lifeworth.report.cards.prospects.fair import fair_cards
from lifeworth.report.cards.prospects.leads import leads_cards
from lifeworth.report.cards.prospects.proof import lead_proof_cards
from lifeworth.report.cards.prospects.seed import seed_cards
from lifeworth.report.voice import Voice


def prospects_cards(found: Prospects, voice: Voice) -> tuple[Card, ...]:
    """The cards of the chapter, what can be done today first."""
    if not found.known:
        return ()
    return (
        *leads_cards(found, voice),
        *ceilings_cards(found, voice),
        *drivers_cards(found, voice),
        *lead_proof_cards(found, voice),
        *seed_cards(found, voice),
        *fair_cards(found, voice),
    )
