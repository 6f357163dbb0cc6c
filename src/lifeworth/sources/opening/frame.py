"""Into a frame in memory: pandas, polars, pyarrow, through narwhals."""

import hashlib
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from lifeworth.errors import InputError, UsageError
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.request import FrameRequest
from lifeworth.store.engine import Array, Engine


def open_frame(engine: Engine, request: FrameRequest, relation: str) -> Opened:
    """Put the columns of a frame into ``relation``; ``line`` counts its rows from 1."""
    frame = _eager(request)
    names = tuple(str(name) for name in frame.columns)
    if not len(frame):
        raise InputError("the frame has no rows", file=request.label, found=", ".join(names))
    columns: dict[str, Array] = {"line": np.arange(1, len(frame) + 1, dtype=np.int64)}
    for i in range(len(names)):
        columns[f"c{i}"] = _column(frame[:, i])
    engine.write(relation, columns)
    types = engine.columns(relation)
    print_ = _fingerprint(engine, relation, names)
    kinds = tuple(types[f"c{i}"] for i in range(len(names)))
    return Opened(relation, names, kinds, len(frame), print_, print_, "frame")


def _eager(request: FrameRequest) -> "nw.DataFrame[Any]":
    try:
        frame = nw.from_native(request.frame)
    except TypeError:
        raise UsageError(
            f"{type(request.frame).__name__} is no table. Give a file path or a pandas, polars or pyarrow frame."
        ) from None
    return frame.collect() if isinstance(frame, nw.LazyFrame) else frame


def _column(series: "nw.Series[Any]") -> Array:
    """Numbers without gaps and dates stay what they are; integers with gaps would lose digits as floats."""
    kind = series.dtype
    if kind.is_float() or (kind.is_integer() and not series.is_null().any()):
        return np.asarray(series.to_numpy())
    if kind in (nw.Date, nw.Datetime) and getattr(kind, "time_zone", None) is None:
        return np.asarray(series.cast(nw.Datetime("us")).to_numpy()).astype("datetime64[us]")
    if kind.is_decimal():
        return np.array(series.to_list(), dtype=object)
    texts = series.to_list() if kind in (nw.Object, nw.String) else series.cast(nw.String).to_list()
    return np.array([None if _is_missing(v) else str(v) for v in texts], dtype=object)


def _is_missing(value: object) -> bool:
    try:
        return value is None or bool(value != value)
    except TypeError:  # pandas.NA has no truth value
        return True


def _fingerprint(engine: Engine, relation: str, names: tuple[str, ...]) -> str:
    total = engine.value(f"SELECT sum(hash(t)::HUGEINT) FROM {relation} AS t")
    return hashlib.sha256(f"{names}{total}".encode()).hexdigest()
