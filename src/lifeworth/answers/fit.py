"""Does the model fit this company, and does any column know the future?"""

from dataclasses import dataclass
from typing import Any

from lifeworth.answers.tables import flags, rows_of
from lifeworth.store.engine import Engine


@dataclass(frozen=True)
class Check:
    """One question asked of the data; ``asked`` is False where there was too little to ask it on."""

    name: str
    asked: bool
    warns: bool
    sentence: str


@dataclass(frozen=True)
class LeftOut:
    """A column of the company's customer list that knows what happened later, and is therefore not used."""

    column: str
    kind: str
    evidence: str
    sentence: str


@dataclass(frozen=True)
class Fit:
    """Where the model's suppositions fail here, and which columns were left out; both empty where nothing was asked."""

    checks: tuple[Check, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def warnings(self) -> tuple[Check, ...]:
        """Findings beyond chance that are large enough to matter."""
        return tuple(check for check in self.checks if check.warns)

    @property
    def calm(self) -> int:
        """Checks that found nothing."""
        return sum(check.asked and not check.warns for check in self.checks)

    @property
    def not_asked(self) -> int:
        """Checks with too little to go on."""
        return sum(not check.asked and not check.warns for check in self.checks)


def model_fit(engine: Engine) -> Fit:
    """What the run found about its own suppositions and about the columns it was given."""
    return Fit(
        checks=tuple(_check(row) for row in rows_of(engine, "backtest_diagnostics", "name")),
        left_out=tuple(_left_out(row) for row in rows_of(engine, "backtest_leaks", "column_name")),
    )


def _check(row: dict[str, Any]) -> Check:
    return Check(str(row["name"]), row["p_value"] is not None, flags(row, "warns"), str(row["sentence"] or ""))


def _left_out(row: dict[str, Any]) -> LeftOut:
    return LeftOut(*(str(row[name] or "") for name in ("column_name", "kind", "evidence", "sentence")))
