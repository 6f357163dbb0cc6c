"""What kinds of rows the figures are made of: goods, postage, manual entries, cancellations."""

from dataclasses import dataclass

from lifeworth.answers.estimate import number
from lifeworth.store.engine import Engine

_LINES = "SELECT kind, count(*), sum(amount) FROM sources_order_lines GROUP BY 1"
_REFUNDS = "SELECT kind, count(*), -sum(amount) FROM sources_refunds GROUP BY 1"
_ORDER = ("goods", "shipping", "manual", "discount", "gift_card", "sample", "cancellation", "refund")


@dataclass(frozen=True)
class RowKind:
    """Loaded rows of one kind and their money; what was given back counts below zero."""

    kind: str
    rows: int
    amount: float


def rows_by_kind(engine: Engine) -> tuple[RowKind, ...]:
    """The loaded order lines and refunds by kind, goods first; nothing where the files hold whole orders only."""
    there = set(engine.tables())
    if not {"sources_order_lines", "sources_refunds"} <= there:
        return ()
    lines = engine.rows(_LINES)
    if not lines:
        return ()
    found = {str(kind): RowKind(str(kind), int(rows), number(amount)) for kind, rows, amount in lines}
    found |= {str(kind): RowKind(str(kind), int(rows), number(amount)) for kind, rows, amount in engine.rows(_REFUNDS)}
    return tuple(sorted(found.values(), key=lambda row: (_place(row.kind), row.kind)))


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
