"""How healthy is the customer base, and what is it worth with the customers still to come?

Comes in: :class:`lifeworth.answers.audit.Audit`. Goes out: cards of two chapters, none where the run made no audit: the health of the base
through five lenses (:func:`health_cards`), and what lies ahead (:func:`worth_cards`); :func:`audit_cards` gives both.
"""

from lifeworth.answers.audit import Audit
from lifeworth.report.card import Card
from lifeworth.report.cards.audit.ages import ages_cards
from lifeworth.report.cards.audit.change import change_cards
from lifeworth.report.cards.audit.cohort import cohort_cards
from lifeworth.report.cards.audit.company import company_cards
from lifeworth.report.cards.audit.differ import differ_cards
from lifeworth.report.cards.audit.equity import equity_cards
from lifeworth.report.cards.audit.newcomers import newcomers_to_come_cards
from lifeworth.report.cards.audit.periods import periods_cards
from lifeworth.report.cards.audit.revenue import revenue_cards
from lifeworth.report.cards.audit.verdict import verdict_cards
from lifeworth.report.voice import Voice


def audit_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """Every card of the audit: the past first, then what lies ahead."""
    return (*health_cards(found, voice), *worth_cards(found, voice))


def health_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """The verdict, then each lens."""
    if not found.known:
        return ()
    return (
        *verdict_cards(found, voice),
        *differ_cards(found, voice),
        *change_cards(found, voice),
        *cohort_cards(found, voice),
        *ages_cards(found, voice),
        *periods_cards(found, voice),
    )


def worth_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """Customer equity, newcomers and revenue to come, the value of the company."""
    if not found.known:
        return ()
    if voice.bills:
        return (*newcomers_to_come_cards(found, voice), *_beyond(found, voice))
    return (
        *equity_cards(found, voice),
        *newcomers_to_come_cards(found, voice),
        *revenue_cards(found, voice),
        *company_cards(found, voice),
    )


def _beyond(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """Why nothing is stated beyond the horizon where orders are bills."""
    notes = found.ahead.notes.get("equity", ())
    title = f"What customers bring beyond {voice.ahead} is not stated"
    return (Card(key="audit-beyond", title=title, empty=notes[0], wide=True),) if notes else ()
