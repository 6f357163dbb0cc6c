"""Closing the books on a day: everything that depends on it."""

from datetime import date

from lifeworth.ledger.coverage import cover_costs
from lifeworth.ledger.customers import add_up_customers
from lifeworth.ledger.facts import LedgerFacts, state_facts
from lifeworth.ledger.reconciliation import reconcile
from lifeworth.ledger.waterfall import draw_waterfall
from lifeworth.store.engine import Engine


def close_books(engine: Engine, as_of: date) -> LedgerFacts:
    """What every customer brought in and cost before a day, whether it adds up, and how much of it is known.

    Reads what ``keep_books`` wrote; what happened on ``as_of`` or later is the future and stays out. Writes
    ``ledger_customers``, ``ledger_coverage``, ``ledger_waterfall``, ``ledger_reconciliation``,
    ``ledger_unreconciled`` and ``ledger_facts``.
    """
    add_up_customers(engine, as_of)
    cover_costs(engine, as_of)
    draw_waterfall(engine)
    reconcile(engine, as_of)
    return state_facts(engine, as_of)
