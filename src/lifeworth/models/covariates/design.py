"""Columns about customers as numbers: numbers as they are, categories against their largest level."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.models.arguments import read_column

#: A category of more levels than this is rather a name of the customer.
_MOST_LEVELS = 100


@dataclass(frozen=True)
class Design:
    """How columns become coefficients.

    Attributes
    ----------
    columns : tuple of str
        In the order given when learning.
    levels : dict of str to tuple of str
        Of every category, the largest first: it has no coefficient, the others are compared with it.
    """

    columns: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """One a coefficient: `age` for a number, `channel=web` for a level of a category."""
        return tuple(name for column in self.columns for name in self._names_of(column))

    def _names_of(self, column: str) -> list[str]:
        return [f"{column}={level}" for level in self.levels[column][1:]] if column in self.levels else [column]

    def matrix(self, given: object, what: str) -> FloatArray:
        """Numbers of each customer, (rows, coefficients).

        Parameters
        ----------
        given : frame, or mapping of str to column
        what : str
            How the argument is called, to say what is wrong with it.
        """
        found = read_columns(given, what)
        if lacking := [column for column in self.columns if column not in found]:
            raise UsageError(
                f"{what} lacks {', '.join(lacking)}; the model was learned with {', '.join(self.columns) or 'none'}"
            )
        if extra := [column for column in found if column not in self.columns]:
            raise UsageError(
                f"{what} holds {', '.join(extra)}; the model was learned with {', '.join(self.columns) or 'none'}"
            )
        numbers = [part for column in self.columns for part in self._numbers(column, found[column], what)]
        return np.column_stack(numbers) if numbers else np.zeros((0, 0))

    def _numbers(self, column: str, values: npt.NDArray[Any], what: str) -> Iterator[FloatArray]:
        name = f"{what}[{column!r}]"
        if column not in self.levels:
            if _is_category(values):
                raise UsageError(f"{name} held numbers when the model was learned; found text")
            yield read_column(name, values, negative=True)
            return
        words, known = _words(name, values), self.levels[column]
        if strange := sorted(set(words) - set(known)):
            raise UsageError(
                f"{name} holds {str(strange[0])!r}, never seen when learning; known are {', '.join(known)}"
            )
        for level in known[1:]:
            yield as_floats(words == level)


def learn_design(given: object, what: str, weight: FloatArray) -> Design:
    """Tell numbers from categories, and find the largest level of each category.

    Raises
    ------
    UsageError
        A column differs for nobody, holds empty cells or too many levels, or follows from the others.
    """
    columns, levels = read_columns(given, what), {}
    for column, values in columns.items():
        name = f"{what}[{column!r}]"
        if values.shape != weight.shape:
            raise UsageError(
                f"{name} has shape {values.shape}, frequency has {weight.size} rows; give one per customer"
            )
        if _is_category(values):
            levels[column] = _levels_of(name, values, weight)
    design = Design(tuple(columns), levels)
    _require_differing(what, [column for column, known in levels.items() if len(known) < 2])
    if columns:
        _require_telling(design, design.matrix(given, what)[weight > 0], what)
    return design


def read_columns(given: object, what: str) -> dict[str, npt.NDArray[Any]]:
    """Columns of a mapping or of a pandas, polars or pyarrow frame, by name."""
    if given is None:
        return {}
    frame: Any = given
    names = frame if isinstance(given, Mapping) else getattr(given, "column_names", getattr(given, "columns", None))
    if names is None:
        raise UsageError(f"{what} must be a frame or a mapping of names to columns; found {type(given).__name__}")
    found = {str(name): np.atleast_1d(np.asarray(frame[name])) for name in names}
    lengths = ", ".join(f"{name} has {len(values)}" for name, values in found.items())
    if len({values.shape for values in found.values()}) > 1:
        raise UsageError(f"the columns of {what} differ in length: {lengths}")
    return found


def _is_category(values: npt.NDArray[Any]) -> bool:
    if values.dtype.kind in "biuf":
        return False
    return values.dtype.kind != "O" or any(isinstance(each, str) for each in values.tolist())


def _words(name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    empty = [place for place, each in enumerate(values.tolist()) if _is_empty(each)]
    if empty:
        raise UsageError(
            f"{name} is empty in {len(empty)} rows, the first is row {empty[0]}; fill it, for instance with 'unknown'"
        )
    return np.array([str(each) for each in values.tolist()])


def _is_empty(value: object) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType") or value != value


def _levels_of(name: str, values: npt.NDArray[Any], weight: FloatArray) -> tuple[str, ...]:
    words, codes = np.unique(_words(name, values), return_inverse=True)
    size = np.bincount(codes, weights=weight)
    order = [place for place in np.argsort(-size, kind="stable") if size[place] > 0]
    if len(order) > _MOST_LEVELS:
        raise UsageError(
            f"{name} has {len(order)} levels, more than {_MOST_LEVELS}; join small ones, or leave out what names customers"
        )
    return tuple(str(words[place]) for place in order)


def _require_telling(design: Design, matrix: FloatArray, what: str) -> None:
    """Refuse columns that cannot have a coefficient of their own."""
    spread = matrix.std(axis=0)
    _require_differing(what, [name for name, each in zip(design.names, spread, strict=True) if not each > 0])
    standard = (matrix - matrix.mean(axis=0)) / spread
    if np.linalg.matrix_rank(standard, tol=1e-7 * np.sqrt(matrix.shape[0])) < len(design.names):
        raise UsageError(f"{what}: some of {', '.join(design.names)} follow from the others; leave one out")


def _require_differing(what: str, lonely: list[str]) -> None:
    if lonely:
        raise UsageError(f"{what}: {', '.join(lonely)} is the same for everybody and tells nobody apart; leave it out")
