"""Some customers' part of the books, copied once where it is read again and again."""

from dataclasses import dataclass

from lifeworth.ledger.tables import drop, make_table
from lifeworth.store.engine import Engine


@dataclass(frozen=True)
class Books:
    """Names of the tables of numbered customers, of their purchase days and of what followed."""

    keys: str = "ledger_keys"
    days: str = "ledger_days"
    events: str = "ledger_events"


#: The books of all customers.
WHOLE = Books()


def copy_part(engine: Engine, name: str, keys: str) -> Books:
    """Write the books of the customers whose ``customer_key`` a query gives, as tables that begin with ``name``."""
    part = Books(f"{name}_keys", f"{name}_days", f"{name}_events")
    make_table(engine, part.keys, f"SELECT * FROM ledger_keys WHERE customer_key IN ({keys}) ORDER BY customer_key")
    who = f"SELECT customer_key FROM {part.keys}"
    make_table(engine, part.days, f"SELECT * FROM ledger_days WHERE customer_key IN ({who}) ORDER BY customer_key, day")
    ids = f"SELECT customer_id FROM {part.keys}"
    make_table(engine, part.events, f"SELECT * FROM ledger_events WHERE customer_id IN ({ids})")
    return part


def drop_part(engine: Engine, books: Books) -> None:
    """Remove an excerpt; the books themselves stay."""
    if books != WHOLE:
        drop(engine, books.keys, books.days, books.events)
