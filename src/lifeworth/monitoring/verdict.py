"""What monitoring says at the end: one word, and sentences that carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from lifeworth.monitoring.tables import TABLES
from lifeworth.store.engine import Engine

State = Literal["ok", "watch", "held"]


@dataclass(frozen=True)
class Verdict:
    """The state of a run.

    Attributes
    ----------
    state : str
        ``ok``, ``watch`` (published, look at it) or ``held`` (not published).
    alarm : bool
        Whether a check beyond chance says that predictions went wrong, published or not.
    sentences : tuple of str
        Plain words, the most urgent first.
    tables : mapping
        Rows of the ``monitoring_`` tables by name, ready for JSON.
    """

    run_id: str
    as_of: date
    state: State
    alarm: bool
    sentences: tuple[str, ...]
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    accepted: str | None = None

    @property
    def may_be_published(self) -> bool:
        """Whether the run may take the place of the served version."""
        return self.state != "held"

    @property
    def exit_code(self) -> int:
        """For schedulers: 0 when nothing asks for a human today, 3 when held or alarmed."""
        return 3 if self.alarm or self.state == "held" else 0

    def as_json(self) -> dict[str, Any]:
        """What ``monitoring.json`` holds."""
        return {
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "state": self.state,
            "alarm": self.alarm,
            "exit_code": self.exit_code,
            "accepted": self.accepted,
            "sentences": list(self.sentences),
            **{name: [dict(row) for row in rows] for name, rows in self.tables.items()},
        }


def plain_tables(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """The room's tables as JSON takes them: money as exact text, days as ISO text; without ``monitoring_``."""
    return {
        name.removeprefix("monitoring_"): [
            {column: _plain(value) for column, value in row.items()} for row in engine.records(f"SELECT * FROM {name}")
        ]
        for name in TABLES
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value
