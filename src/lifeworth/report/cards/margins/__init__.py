"""Where does profit go? What costs more than it should, who and what loses money, every group's waterfall, and what a lever would change.

Comes in: :class:`lifeworth.answers.margins.Margins`. Goes out: cards, none where this run knows nothing of the question.
"""

from lifeworth.answers.margins import Margins
from lifeworth.report.card import Card
from lifeworth.report.cards.margins.groups import groups_cards
from lifeworth.report.cards.margins.leaks import leaks_cards
from lifeworth.report.cards.margins.losses import losses_cards
from lifeworth.report.cards.margins.what_if import what_if_cards
from lifeworth.report.voice import Voice


def margins_cards(found: Margins, voice: Voice) -> tuple[Card, ...]:
    """The cards of the chapter, what can be stopped first."""
    if found.base is None:
        return ()
    return (
        *leaks_cards(found, voice),
        *losses_cards(found, voice),
        *groups_cards(found, voice),
        *what_if_cards(found, voice),
    )
