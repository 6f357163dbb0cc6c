"""A file's raw cells → typed values ``v_<field>``, with the notation proven and every unsound value named."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lifeworth.errors import InputError
from lifeworth.settings import Settings
from lifeworth.sources.cells.cell import Cell, id_of, literal, text_of, untidy_text
from lifeworth.sources.cells.currencies import Rate, code_of, count_codes, most_common, named_by_sign, rate_of, sign_of
from lifeworth.sources.cells.dates import DateNotation, date_faults, moment_of, prove_dates
from lifeworth.sources.cells.numbers import Notation, number_faults, number_of, prove_decimal, untidy_number
from lifeworth.sources.fields import Field
from lifeworth.sources.opening.opened import Opened
from lifeworth.store.engine import Engine

Faults = list[tuple[str, str]]


@dataclass(frozen=True)
class Mapped:
    """One opened file whose columns have been given their fields."""

    opened: Opened
    label: str
    fields: Mapping[str, tuple[Field, Cell]]
    is_utc: bool = False

    def cell(self, name: str) -> Cell | None:
        """The column of a field, if the file has it."""
        return self.fields[name][1] if name in self.fields else None

    def of_type(self, *types: str) -> list[tuple[Field, Cell]]:
        """Fields of the types named, with their columns."""
        return [pair for pair in self.fields.values() if pair[0].type in types]


@dataclass(frozen=True)
class Written:
    """How a file is written: decimal mark, dates of each date field, currencies with their rows."""

    notation: Notation
    dates: Mapping[str, DateNotation]
    code: str
    codes: Mapping[str, int]

    @property
    def date_order(self) -> str | None:
        """Order of day and month, where some date needed one."""
        return next((d.order for d in self.dates.values() if d.order), None)


def understand(engine: Engine, mapped: Mapped, settings: Settings, currency: str | None) -> tuple[Mapped, Written]:
    """Prove how numbers and dates are written, and count the currencies. ``currency`` is the format's own.

    The columns come back marked where they are proven to need no cleaning: most do not, and cleaning is slow.
    """
    opened = mapped.opened
    numbers = [cell for _, cell in mapped.of_type("money", "number")]
    for cell in numbers:
        if not (cell.is_text or cell.is_number):
            raise InputError(
                f"this column holds {cell.type.lower()} values, not amounts", file=mapped.label, column=cell.header,
                remedy="Name the right column, such as --map amount=COLUMN.",
            )  # fmt: skip
    notation = prove_decimal(engine, opened.relation, numbers, settings.decimal, mapped.label)
    dates = {
        field.name: prove_dates(
            engine,
            opened.relation,
            cell,
            declared=settings.date_order,
            zone=settings.time_zone,
            file=mapped.label,
            is_spreadsheet=opened.is_spreadsheet,
            is_utc=mapped.is_utc,
        )
        for field, cell in mapped.of_type("date")
    }
    code, codes = _currencies(engine, mapped, settings.currency or currency)
    return _tidied(engine, mapped, notation, dates), Written(notation, dates, code, codes)


def _tidied(engine: Engine, mapped: Mapped, notation: Notation, dates: Mapping[str, DateNotation]) -> Mapped:
    checks: dict[str, str] = {}
    for name, (field, cell) in mapped.fields.items():
        if cell.is_text and field.type in ("id", "text"):
            checks[name] = untidy_text(cell)
        elif cell.is_text and field.type in ("money", "number") and notation.decimal != ",":
            checks[name] = untidy_number(cell)
    tidy = {name for name, date in dates.items() if "plain" in date.shapes}
    if checks:
        counts = ", ".join(f"count_if({check})" for check in checks.values())
        [row] = engine.rows(f"SELECT {counts} FROM {mapped.opened.relation}")
        tidy |= {name for name, count in zip(checks, row, strict=True) if count == 0}
    fields = {name: (field, replace(cell, is_tidy=name in tidy)) for name, (field, cell) in mapped.fields.items()}
    return replace(mapped, fields=fields)


def _currencies(engine: Engine, mapped: Mapped, default: str | None) -> tuple[str, dict[str, int]]:
    """The currency of a row as SQL, and how many rows each currency has."""
    relation, cell = mapped.opened.relation, mapped.cell("currency")
    if cell is not None:
        counts = count_codes(engine, relation, code_of(cell))
        if counts and most_common([counts]) is None:
            raise InputError(
                "no value of this column is a currency code", file=mapped.label, column=cell.header,
                found=", ".join(counts)[:200], remedy="Write ISO codes such as EUR.",
            )  # fmt: skip
        only = next(iter(counts)) if len(counts) == 1 else None
        return f"coalesce({code_of(cell)}, {literal(only)})", counts
    for _, money in mapped.of_type("money"):
        counts = count_codes(engine, relation, sign_of(money)) if money.is_text else {}
        if len(counts) > 1:
            return sign_of(money), counts
        if counts:
            default = named_by_sign(next(iter(counts)), default)
    rows = {default: mapped.opened.rows} if default else {}
    return f"{literal(default)}::VARCHAR", rows


def typed_sql(mapped: Mapped, written: Written, reported: str | None, rates: list[Rate]) -> str:
    """SQL: every raw cell, plus ``v_<field>`` typed, money in the reported currency, and ``v_currency``."""
    values = {}
    for name, (field, cell) in mapped.fields.items():
        if field.type == "id":
            values[name] = id_of(cell)
        elif field.type == "text":
            values[name] = text_of(cell)
        elif field.type == "date":
            values[name] = moment_of(cell, written.dates[name])
        elif field.type in ("money", "number"):
            values[name] = number_of(cell, written.notation)
    # A file that never says its currency is in the one the others are in (the report says so).
    values["currency"] = f"coalesce({written.code}, {literal(reported)})" if not written.codes else written.code
    listed = ", ".join(f"{sql} AS v_{name}" for name, sql in values.items())
    plain = f"SELECT *, {listed} FROM {mapped.opened.relation}"
    foreign = [rate for rate in rates if rate.currency in written.codes and rate.currency != reported]
    return _converted(plain, mapped, reported, foreign) if reported and foreign else plain


def _converted(plain: str, mapped: Mapped, reported: str, rates: list[Rate]) -> str:
    moment = next((f"v_{field.name}" for field, _ in mapped.of_type("date")), None)
    rate = rate_of(rates, reported, "v_currency", moment)
    money = ", ".join(
        f"TRY_CAST(v_{f.name} * coalesce(v_rate, 1) AS DECIMAL(18,4)) AS v_{f.name}" for f, _ in mapped.of_type("money")
    )
    known = f"CASE WHEN v_rate IS NULL THEN v_currency ELSE {literal(reported)} END AS v_currency"
    replaced = ", ".join(part for part in (money, known) if part)
    return f"SELECT * REPLACE ({replaced}) FROM (SELECT *, {rate} AS v_rate FROM ({plain}))"


def value_faults(
    mapped: Mapped, written: Written, reported: str | None, latest: str, required: frozenset[str]
) -> Faults:
    """SQL conditions under which a row cannot be used, each with its reason, strongest first."""
    faults: Faults = []
    for field, cell in mapped.of_type("date"):
        faults += date_faults(
            cell, f"v_{field.name}", latest, field.words, required=field.required or field.name in required
        )
    for field, cell in mapped.of_type("money", "number"):
        faults += number_faults(cell, f"v_{field.name}", field.words, required=field.name in required)
    return faults + _currency_faults(written, reported)


def _currency_faults(written: Written, reported: str | None) -> Faults:
    """Rows in a currency without a rate are never added to the others."""
    if reported is None or set(written.codes) <= {reported}:
        return []
    wrong = "NOT regexp_full_match(v_currency, '[A-Z]{3}')"
    named = [code for code in sorted(written.codes) if code != reported and len(code) == 3]
    return [
        ("v_currency IS NULL", "no currency"),
        (wrong, "currency is not understood"),
        *((f"v_currency = {literal(code)}", f"currency {code} without a rate to {reported}") for code in named),
    ]
