"""Whom is it worth writing to? What is at risk, whom to win back, when to remind, what to offer, recurring revenue.

Comes in: :class:`lifeworth.answers.retention.Retention`. Goes out: cards, none where this run knows nothing of the question.
"""

from lifeworth.answers.retention import Retention
from lifeworth.report.card import Card
from lifeworth.report.cards.retention.moments import moments_cards
from lifeworth.report.cards.retention.offers import offers_cards
from lifeworth.report.cards.retention.recurring import recurring_cards
from lifeworth.report.cards.retention.risk import risk_cards
from lifeworth.report.cards.retention.winback import curve_cards, list_cards
from lifeworth.report.voice import Voice


def retention_cards(found: Retention, voice: Voice) -> tuple[Card, ...]:
    """The cards of the chapter, what is at risk first; where orders are bills recurring revenue alone."""
    if voice.bills:
        return (*recurring_cards(found, voice), *_no_rhythm(found))
    return (
        *risk_cards(found, voice),
        *curve_cards(found, voice),
        *moments_cards(found, voice),
        *list_cards(found, voice),
        *offers_cards(found, voice),
        *recurring_cards(found, voice),
    )


def _no_rhythm(found: Retention) -> tuple[Card, ...]:
    """Why nothing is said of silence."""
    ground = found.grounds.get("rhythm")
    title = "Silence says nothing of customers who are billed"
    return (Card(key="retention-rhythm", title=title, empty=ground.sentence, wide=True),) if ground else ()
