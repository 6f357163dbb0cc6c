"""What the best customers have in common.

Comes in: :class:`lifeworth.answers.personas.Personas`. Goes out: cards: the groups side by side (``groups.py``), one for each persona
(``one.py``), what goes with satisfaction (``satisfied.py``), which columns were used and which not (``columns.py``).
"""

from lifeworth.answers.personas import Personas
from lifeworth.report.card import Card
from lifeworth.report.cards.personas.columns import columns_card
from lifeworth.report.cards.personas.groups import groups_card, none_card
from lifeworth.report.cards.personas.one import persona_card
from lifeworth.report.cards.personas.satisfied import satisfied_card
from lifeworth.report.voice import Voice

_SHOWN = 4

__all__ = ["personas_cards"]


def personas_cards(found: Personas | None, voice: Voice) -> tuple[Card, ...]:
    """The groups side by side, a card for each persona, what goes with satisfaction, and the columns; none where nobody asked."""
    if found is None:
        return ()
    first = groups_card(found, voice) if found.ideal else none_card(found, voice)
    each = tuple(persona_card(found, persona, place, voice) for place, persona in enumerate(found.ideal[:_SHOWN], 1))
    return (first, *each, *satisfied_card(found, voice), *columns_card(found, voice))
