"""What loading says about the files: exact accounts, what was understood, what is missing."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lifeworth.sources.billing import Billing


@dataclass(frozen=True)
class Reason:
    """Why some rows of a file were not loaded, how many, and their money."""

    verdict: str
    reason: str
    rows: int
    amount: Decimal | None
    currency: str | None
    first_line: int


@dataclass(frozen=True)
class RowClass:
    """Rows of one class (goods, shipping, fee, test…): how many, and their money before any ruling."""

    name: str
    rows: int
    amount: Decimal | None


@dataclass(frozen=True)
class FileReading:
    """How a file was understood: its shape, its columns, its notation.

    ``fields`` maps each field to the column it was read from; ``unused`` are the columns that
    neither a field nor an attribute the company asked for was read from.
    """

    file: str
    kind: str
    preset: str
    encoding: str
    delimiter: str | None
    decimal: str | None
    date_order: str | None
    fields: dict[str, str]
    unused: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileAccount:
    """The fate of every row of one file: the four parts add up to ``rows_read``."""

    file_no: int
    path: str
    name: str
    sha256: str
    kind: str
    preset: str
    rows_read: int
    rows_loaded: int
    rows_duplicate: int
    rows_quarantined: int
    rows_ignored: int
    reasons: tuple[Reason, ...] = ()
    classes: tuple[RowClass, ...] = ()


@dataclass(frozen=True)
class SetAside:
    """Rows that name no customer: kept out of every customer's value, their money shown."""

    rows: int
    amount: Decimal
    currency: str | None


@dataclass(frozen=True)
class LoadReport:
    """Everything the later rooms and the reader need to know about the input.

    ``has_money`` is False when no file says what an order was worth. ``conflicts`` counts orders that
    came in several versions. ``orders_after`` counts orders on or after ``as_of``. ``orders`` counts bills made of
    subscriptions too; ``billing`` says how many they are, None where there are no subscriptions.
    """

    files: tuple[FileAccount, ...]
    readings: tuple[FileReading, ...]
    warnings: tuple[str, ...]
    currency: str | None
    set_aside: SetAside
    has_money: bool
    conflicts: int
    first_day: date | None
    last_day: date | None
    orders: int
    orders_after: int
    billing: Billing | None = None

    @property
    def orders_are_bills(self) -> bool:
        """Whether every order is the bill of a subscription; one order of another kind, and purchases count."""
        return self.billing is not None and 0 < self.billing.bills == self.orders


@dataclass(frozen=True)
class Gap:
    """Something the files do not say, and what that does to the result."""

    missing: str
    effect: str
    remedy: str


@dataclass(frozen=True)
class Readiness:
    """May these data be believed? What was understood, what is missing, what it means."""

    report: LoadReport
    gaps: tuple[Gap, ...] = field(default_factory=tuple)
