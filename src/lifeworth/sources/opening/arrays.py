"""Columns of Python values → arrays the engine can take, keeping numbers, dates and text apart."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from lifeworth.store.engine import Array


def as_array(values: Sequence[Any]) -> Array:
    """One column: numbers if all are numbers, timestamps if all are dates, else text; None where empty."""
    filled = [value for value in values if value is not None and value != ""]
    if filled and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in filled):
        return np.array([np.nan if v is None or v == "" else float(v) for v in values], dtype=np.float64)
    if filled and all(isinstance(v, date) for v in filled):
        stamps = [np.datetime64("NaT") if v is None or v == "" else _stamp(v) for v in values]
        return np.array(stamps, dtype="datetime64[us]")
    return np.array([None if v is None or v == "" else as_text(v) for v in values], dtype=object)


def _stamp(value: date) -> np.datetime64:
    plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    return np.datetime64(plain.isoformat(), "us")


def as_text(value: Any) -> str:
    """A cell as a person would write it: 13085, not 13085.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
