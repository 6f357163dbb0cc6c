"""A model as a private JSON file and back, to the last bit. Nothing in such a file is ever run."""

import math
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from numbers import Integral, Real
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from lifeworth.errors import UsageError
from lifeworth.models.sealing import refuse, seal, unseal

KIND = "lifeworth model"
#: Raised whenever files written earlier could no longer be read.
SCHEMA_VERSION = 1
_REMEDY = "Save the model again with model.save(path)."
_ARRAYS = {"float64", "int64", "bool"}


def write_state(path: str | os.PathLike[str], name: str, state: Mapping[str, Any]) -> None:
    """Write the class and attributes of a model; the file is there whole or not at all, and only its owner reads it."""
    held = {"class": name, "state": {key: _plain(value) for key, value in state.items()}}
    _replace(Path(path), seal(KIND, held, version=SCHEMA_VERSION))


def read_state(path: str | os.PathLike[str]) -> tuple[str, dict[str, Any]]:
    """Class and attributes that :func:`write_state` wrote.

    Raises
    ------
    UsageError
        There is no such file.
    DataError
        The file is damaged, something else, or of another schema version.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        unreadable(path, "it is not JSON")
    except OSError as fault:
        raise UsageError(
            f"{path} cannot be opened: {fault.strerror}. Give a file written by model.save(path)."
        ) from None
    body = unseal(KIND, text, str(path), version=SCHEMA_VERSION, remedy=_REMEDY)
    try:
        return str(body["class"]), {str(key): _restored(value) for key, value in body["state"].items()}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        unreadable(path, f"a part is missing or has another shape ({type(fault).__name__}: {fault})")


def unreadable(path: str | os.PathLike[str], why: str) -> NoReturn:
    """Say that a file of a model cannot be read, and why."""
    refuse(str(path), why, _REMEDY)


def _replace(path: Path, text: str) -> None:
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner alone
    except OSError as fault:
        raise UsageError(f"{path} cannot be written: {fault.strerror}. Give a file in a folder that exists.") from None
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as fault:
        with suppress(OSError):
            os.unlink(beside)
        raise UsageError(f"{path} cannot be written: {fault.strerror}.") from None


def _plain(value: object) -> Any:
    """An attribute as JSON: what JSON has no word for carries a name."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if math.isfinite(number) else {"number": repr(number)}
    if isinstance(value, np.ndarray) and value.dtype.name in _ARRAYS:
        flat = [_plain(each) for each in value.ravel().tolist()]
        return {"array": flat, "shape": list(value.shape), "dtype": value.dtype.name}
    if isinstance(value, Mapping):
        return {"pairs": [[_plain(key), _plain(each)] for key, each in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_plain(each) for each in value]}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "number" in value:
        return float(value["number"])
    if "tuple" in value:
        return tuple(_restored(each) for each in value["tuple"])
    if "pairs" in value:
        return {_restored(key): _restored(each) for key, each in value["pairs"]}
    if value["dtype"] not in _ARRAYS:
        raise ValueError(f"arrays of {value['dtype']} are not known")
    flat = [_restored(each) for each in value["array"]]
    return np.array(flat, dtype=value["dtype"]).reshape(value["shape"])
