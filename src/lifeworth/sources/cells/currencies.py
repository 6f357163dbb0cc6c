"""Currencies: which ones a file uses, which one is reported, and how the others get there."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lifeworth.errors import UsageError
from lifeworth.sources.cells.cell import Cell, literal
from lifeworth.store.engine import Engine

_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY"}
# Which currencies write their amounts with a sign.
_SHARED = {
    "USD": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"},
    "JPY": {"JPY", "CNY"},
    "GBP": {"GBP", "EGP"},
}
_RATE = re.compile(r"^([A-Z]{3})(?:@(\d{4}-\d{2}-\d{2}))?$")


@dataclass(frozen=True)
class Rate:
    """One unit of ``currency`` is worth ``value`` of the reported currency, from ``since`` on."""

    currency: str
    value: Decimal
    since: date | None = None


def read_rates(settings: Mapping[str, Decimal]) -> list[Rate]:
    """``{"USD": 0.92, "USD@2024-03-01": 0.93}`` → rates, newest first for each currency."""
    rates = []
    for key, value in settings.items():
        fits = _RATE.match(key)
        if not fits or value <= 0:
            raise UsageError(
                f'rates: {key!r} = {value} is not understood. Write USD = 0.92 or "USD@2024-03-01" = 0.92 '
                "(from that day on): what one unit is worth in the reported currency."
            )
        rates.append(Rate(fits[1], value, _since(key, fits[2])))
    return sorted(rates, key=lambda rate: (rate.currency, -(rate.since or date.min).toordinal()))


def _since(key: str, day: str | None) -> date | None:
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        raise UsageError(f"rates: {key!r} names a day that is in no calendar: {day}.") from None


def code_of(cell: Cell) -> str:
    """SQL: the ISO code of a currency column; a lone sign counts as its code; NULL when empty."""
    signs = " ".join(f"WHEN {literal(sign)} THEN {literal(code)}" for sign, code in _SIGNS.items())
    return f"CASE {cell.trimmed} {signs} ELSE upper({cell.trimmed}) END"


def sign_of(cell: Cell) -> str:
    """SQL: the ISO code of the sign inside an amount such as $90,000; NULL without one."""
    cases = " ".join(
        f"WHEN contains({cell.sql}, {literal(sign)}) THEN {literal(code)}" for sign, code in _SIGNS.items()
    )
    return f"CASE {cases} END"


def named_by_sign(sign: str, default: str | None) -> str | None:
    """The currency of amounts that all carry one sign: the declared one if it fits the sign, else the sign's own.

    A lone dollar sign names no country, so without a declaration it names no currency either.
    """
    if default in _SHARED.get(sign, {sign}):
        return default
    return None if default is None and sign == "USD" else sign


def count_codes(engine: Engine, relation: str, code: str) -> dict[str, int]:
    """How many rows of a relation carry each currency code."""
    rows = engine.rows(f"SELECT {code} AS code, count(*) FROM {relation} GROUP BY 1 ORDER BY 1")
    return {str(name): int(count) for name, count in rows if name is not None}


def most_common(counts: Iterable[Mapping[str, int]]) -> str | None:
    """The currency most rows are in; the alphabet decides a tie."""
    total: dict[str, int] = {}
    for one in counts:
        for code, rows in one.items():
            total[code] = total.get(code, 0) + rows
    valid = [code for code in total if re.fullmatch("[A-Z]{3}", code)]
    return min(valid, key=lambda code: (-total[code], code)) if valid else None


def rate_of(rates: Iterable[Rate], reported: str, currency: str, moment: str | None) -> str:
    """SQL: the factor into the reported currency; NULL where no rate is known for that day."""
    cases = [f"WHEN {currency} IS NULL OR {currency} = {literal(reported)} THEN 1"]
    for rate in rates:
        when = f"{currency} = {literal(rate.currency)}"
        if rate.since is not None:
            if moment is None:
                continue
            when += f" AND {moment} >= TIMESTAMP '{rate.since}'"
        cases.append(f"WHEN {when} THEN {rate.value}")
    return f"CAST(CASE {' '.join(cases)} END AS DECIMAL(18,8))"
