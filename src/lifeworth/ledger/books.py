"""Keeping the books: everything that does not depend on the day they are closed."""

from collections.abc import Callable

from lifeworth.ledger.acquisition import share_spend
from lifeworth.ledger.days import merge_days
from lifeworth.ledger.events import record_events
from lifeworth.ledger.goods import price_lines
from lifeworth.ledger.orders import cost_orders
from lifeworth.ledger.returns import match_returns
from lifeworth.settings import Settings
from lifeworth.store.engine import Engine


def keep_books(engine: Engine, settings: Settings, *, tell: Callable[[str], None] | None = None) -> None:
    """Profit of every order, what came after it, and what its customer cost to win.

    Writes ``ledger_orders``, ``ledger_events``, ``ledger_acquisition``, ``ledger_goods``, ``ledger_days``
    and ``ledger_keys``.
    """
    say = tell or _silence
    say("Costing the goods")
    by_line = price_lines(engine, settings)
    cost_orders(engine, settings, by_line=by_line)
    say("Matching returns to their orders")
    match_returns(engine)
    record_events(engine, settings)
    share_spend(engine)
    say("Merging the orders of a day")
    merge_days(engine)


def _silence(text: str) -> None:
    """Say nothing."""
