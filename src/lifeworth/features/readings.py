"""One column of the list of customers, read in every way in which it could tell something."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from lifeworth.features.attributes import Form, attributes, day_sql, number_sql
from lifeworth.ledger.tables import has_rows
from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.store.engine import Engine

MOST_GROUPS = 64

Values = NDArray[Any]

_OWN_FORM: dict[str, Form] = {"created_on": "day", "country": "text", "acquisition_channel": "text"}
_OWN_FEATURE = {
    "created_on": "days_known_before",
    "country": "home_country",
    "acquisition_channel": "acquisition_channel",
}

_VALUES = """
SELECT k.customer_key, {value} AS value
FROM sources_customers c JOIN ledger_keys k ON k.customer_id = c.customer_id
WHERE k.customer_key IN (SELECT customer_key FROM {sample}) AND {value} IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY k.customer_key ORDER BY {value}) = 1 ORDER BY k.customer_key"""


@dataclass(frozen=True)
class Named:
    """A column that becomes a feature: its name in the company's list, the feature's name, what it holds."""

    name: str
    feature: str
    form: Form
    raw: str


@dataclass(frozen=True)
class Reading:
    """A column's values for the customers of a stretch.

    Attributes
    ----------
    filled : array of bool, shape (customers,)
        For whom it says anything.
    numbers : list of arrays, shape (customers,)
        Orders that its values suggest, those without a value in the middle.
    groups : list of integer arrays, shape (customers,)
        Groups that its values make, those without a value one of them.
    """

    filled: BoolArray
    numbers: list[FloatArray]
    groups: list[NDArray[np.intp]]


def columns(engine: Engine) -> list[Named]:
    """The columns of the list of customers that become features."""
    own = [
        Named(name, _OWN_FEATURE[name], form, f"CAST(c.{name} AS VARCHAR)")
        for name, form in _OWN_FORM.items()
        if has_rows(engine, "sources_customers", f"nullif(trim(CAST({name} AS VARCHAR)), '') IS NOT NULL")
    ]
    return own + [Named(a.key, a.feature.name, a.form, a.raw) for a in attributes(engine)]


def read_values(engine: Engine, column: Named, sample: str) -> tuple[IntArray, Values]:
    """Customer keys for whom the column says something, and what: numbers, day ordinals or texts."""
    value = {"number": number_sql, "day": _ordinal_sql, "text": _text_sql}[column.form](column.raw)
    found = engine.arrays(_VALUES.format(value=value, sample=sample))
    values = np.ma.getdata(found["value"])
    kind = np.object_ if column.form == "text" else np.float64
    return np.ma.getdata(found["customer_key"]).astype(np.intp), values.astype(kind)


def ordinal(day: date) -> int:
    """A day as the number that stands for it in a reading."""
    return (day - date(1970, 1, 1)).days


def _ordinal_sql(raw: str) -> str:
    return f"CAST({day_sql(raw)} - DATE '1970-01-01' AS DOUBLE)"


def _text_sql(raw: str) -> str:
    return f"nullif(trim({raw}), '')"


def read(keys: IntArray, of: IntArray, values: Values) -> Reading:
    """The readings for the customers of a stretch.

    Parameters
    ----------
    keys : array of int, shape (customers,)
        The customers, ascending.
    of, values : arrays, shape (filled,)
        The customers the column says something of, ascending, and what it says.
    """
    filled = np.isin(keys, of, assume_unique=True)
    said = values[np.isin(of, keys, assume_unique=True)]
    if not len(said):
        return Reading(filled, [], [])
    levels, codes = np.unique(said, return_inverse=True)
    order = _natural_order(levels)[codes] if said.dtype == np.object_ else rankdata(said)
    numbers = [_spread(filled, order)]
    if said.dtype != np.object_:
        numbers.append(_spread(filled, said.astype(np.float64)))
    repeated = len(levels) <= max(MOST_GROUPS, len(said) // 2)
    groups = [_spread_codes(filled, codes)] if repeated else []
    return Reading(filled, numbers, groups)


def _spread(filled: BoolArray, values: FloatArray) -> FloatArray:
    spread = np.full(len(filled), float(np.median(values)))
    spread[filled] = values
    return spread


def _spread_codes(filled: BoolArray, codes: NDArray[np.intp]) -> NDArray[np.intp]:
    spread = np.zeros(len(filled), dtype=np.intp)
    spread[filled] = codes + 1
    return spread


def _natural_order(levels: Values) -> FloatArray:
    """Places of texts sorted as people sort them: K9 before K10."""
    keys = [
        [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", str(level))]
        for level in levels
    ]
    places = np.empty(len(levels))
    places[sorted(range(len(levels)), key=keys.__getitem__)] = np.arange(len(levels), dtype=np.float64)
    return places
