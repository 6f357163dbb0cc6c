"""May I believe this? What was read, what was set aside, what is missing and what that does to the figures."""

from dataclasses import dataclass
from datetime import date

from lifeworth.answers.beside import Beside, Consent, consents, rows_beside
from lifeworth.answers.composition import RowKind, rows_by_kind
from lifeworth.answers.estimate import number
from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.engine import Engine

_FILES = """
SELECT name, kind, preset, rows_read, rows_loaded, rows_duplicate, rows_quarantined, rows_ignored
FROM sources_files ORDER BY lower(name), file_no
"""
_REASONS = """
SELECT r.verdict, r.reason, sum(r."rows"), sum(r.amount), r.currency, count(DISTINCT r.file_no),
       any_value(f.name), min(r.first_line)
FROM sources_reasons r LEFT JOIN sources_files f USING (file_no)
GROUP BY r.verdict, r.reason, r.currency ORDER BY sum(r."rows") DESC, 1, 2
"""
_COVERAGE = """
SELECT cost, sum(share) FILTER (WHERE basis = 'actual'), sum(share) FILTER (WHERE basis = 'ruled'),
       sum(share) FILTER (WHERE basis = 'allocated'), sum(share) FILTER (WHERE basis = 'missing'),
       sum(amount), sum(orders) FILTER (WHERE basis = 'missing') / nullif(sum(orders), 0)
FROM ledger_coverage GROUP BY 1
"""
_CHECKS = """
SELECT check_name, source_total, ledger_total, difference, explanation FROM ledger_reconciliation ORDER BY 1
"""

_WORDS = {
    "goods": ("Goods", "a product file with unit_cost, or --margin"),
    "payment_fee": ("Payment fees", "an order cost file, or a payment_fee rule"),
    "fulfilment": ("Picking and packing", "an order cost file, or a pick_pack rule"),
    "shipping": ("Shipping paid", "an order cost file, or a shipping rule"),
    "commission": ("Commissions", "an order cost file"),
    "returns_handling": ("Returns handling", "a returns_handling rule"),
    "service": ("Service", "a service file with cost, or a service_ticket rule"),
    "contact": ("Communications", "a touches file with unit_cost, or a contact rule"),
    "acquisition": ("Winning customers", "a spend file"),
}


# Costs that many orders or customers do not have by nature: nothing recorded may well be nothing paid.
_MAY_BE_NONE = {
    "commission": "No commission is recorded for {share} of orders; if there was one, profit is lower.",
    "acquisition": (
        "No cost of winning is recorded for {share} of customers; if there was one, profit after winning them is lower."
    ),
}


@dataclass(frozen=True)
class FileRead:
    """One input file: every row read is loaded, duplicate, quarantined or ignored."""

    name: str
    kind: str
    preset: str
    read: int
    loaded: int
    duplicate: int
    quarantined: int
    ignored: int


@dataclass(frozen=True)
class SetAside:
    """Rows not loaded for one reason; ``file`` is one file where it happened.

    ``amount`` is the money they carry, NaN where such rows carry none (leads, answers).
    """

    verdict: str
    reason: str
    rows: int
    amount: float
    currency: str
    files: int
    file: str
    first_line: int


@dataclass(frozen=True)
class CostCoverage:
    """How far one kind of cost is known, as shares (0 to 1) of what it applies to; ``effect`` in plain words."""

    cost: str
    actual: float
    ruled: float
    allocated: float
    missing: float
    amount: float
    effect: str


@dataclass(frozen=True)
class Check:
    """One total of the files held against the ledger's."""

    name: str
    source_total: float
    ledger_total: float
    difference: float
    explanation: str


@dataclass(frozen=True)
class Readiness:
    """Everything about the data a reader should know before believing a figure."""

    files: tuple[FileRead, ...]
    set_aside: tuple[SetAside, ...]
    kinds: tuple[RowKind, ...]
    coverage: tuple[CostCoverage, ...]
    checks: tuple[Check, ...]
    first_day: date | None
    last_day: date | None
    merged_same_day: int
    basis: str
    basis_reason: str
    definition: str
    beside: tuple[Beside, ...] = ()
    consents: tuple[Consent, ...] = ()

    @property
    def read(self) -> int:
        """Rows read over all files."""
        return sum(file.read for file in self.files)

    @property
    def loaded(self) -> int:
        """Rows loaded over all files."""
        return sum(file.loaded for file in self.files)


def data_readiness(engine: Engine, facts: RunFacts) -> Readiness:
    """What was read and set aside, which costs are known, and what each gap does to the figures."""
    days = engine.rows("SELECT first_day, last_day, merged_same_day FROM ledger_facts") or [(None, None, 0)]
    first, last, merged = days[0]
    return Readiness(
        files=tuple(
            FileRead(str(name), str(kind), str(preset or ""), *(int(n or 0) for n in counts))
            for name, kind, preset, *counts in engine.rows(_FILES)
        ),
        set_aside=_set_aside(engine),
        kinds=rows_by_kind(engine),
        coverage=_coverage(engine, facts),
        checks=tuple(
            Check(str(name), number(source), number(ledger), number(difference), str(why or ""))
            for name, source, ledger, difference, why in engine.rows(_CHECKS)
            if facts.in_profit or "profit" not in str(name).lower()
        ),
        first_day=first,
        last_day=last,
        merged_same_day=int(merged or 0),
        basis=facts.basis,
        basis_reason=facts.basis_reason,
        definition=(
            "Every row read is loaded, a duplicate of a row already loaded, quarantined because it cannot be right, "
            "or ignored because it is not a sale. rejected.csv holds each row not loaded, with its line and reason."
        ),
        beside=rows_beside(engine),
        consents=consents(engine),
    )


def _set_aside(engine: Engine) -> tuple[SetAside, ...]:
    return tuple(
        SetAside(
            str(verdict),
            str(reason),
            int(rows or 0),
            number(amount),
            str(currency or ""),
            int(files),
            str(file or ""),
            int(line or 0),
        )
        for verdict, reason, rows, amount, currency, files, file, line in engine.rows(_REASONS)
    )


def _coverage(engine: Engine, facts: RunFacts) -> tuple[CostCoverage, ...]:
    found = {row[0]: row[1:] for row in engine.rows(_COVERAGE)}
    return tuple(_cost(cost, facts, *(number(share or 0) for share in found[cost])) for cost in _WORDS if cost in found)


def _cost(
    cost: str,
    facts: RunFacts,
    actual: float,
    ruled: float,
    allocated: float,
    missing: float,
    amount: float,
    without: float,
) -> CostCoverage:
    name, supply = _WORDS[cost]
    if actual + ruled + allocated + missing == 0:
        effect = "Nothing to price so far."
    elif facts.in_profit and cost in _MAY_BE_NONE and missing > 0.0005:
        effect = _MAY_BE_NONE[cost].format(share=f"{without:.0%}".replace("%", "\u00a0%")) + f" To mend: {supply}."
    else:
        effect = _effect(missing, ruled, allocated, supply) if facts.in_profit else _wanted(missing, supply)
    return CostCoverage(name, actual, ruled, allocated, missing, amount, effect)


def _wanted(missing: float, supply: str) -> str:
    """What a cost needs before values can be profit."""
    return f"Not known. To supply: {supply}." if missing > 0.0005 else "Known, but not enough without the goods."


def _effect(missing: float, ruled: float, allocated: float, supply: str) -> str:
    if missing > 0.995:
        return f"Not known at all and counted as nothing, so profit is too high by it. To mend: {supply}."
    if missing > 0.0005:
        return f"Counted as nothing where it is missing, so profit is too high there. To mend: {supply}."
    if ruled > 0.5:
        return "Mostly priced by your rules: as right as the rules are."
    if allocated > 0.5:
        return "Shared out from a pool: right in total, only roughly right for one customer."
    return "Known."
