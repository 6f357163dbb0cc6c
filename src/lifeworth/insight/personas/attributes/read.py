"""Every column of the people looked at, as levels, or left out with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lifeworth.features.protected import DECLARED, protected_as, tells_birth
from lifeworth.insight.ground import FEWEST, Frame
from lifeworth.insight.personas.attributes.banned import tells_what_they_did
from lifeworth.insight.personas.attributes.columns import OWN, SURVEY, Column, find_columns, texts_sql
from lifeworth.insight.personas.attributes.forms import Form, Read, find_forms
from lifeworth.insight.personas.attributes.levels import Levels, number_levels, words_levels
from lifeworth.insight.personas.people import SEEN, People
from lifeworth.ledger.tables import drop, make_table
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.store.engine import Engine

TEXTS = "personas_texts"
FILLED = 0.05
COVERED = 0.5

_CODES = """
SELECT {code} AS code, CASE WHEN {raw} IS NOT NULL THEN dense_rank() OVER (ORDER BY lower({raw}) NULLS LAST) - 1 END AS fine
FROM {table} ORDER BY customer_id"""


@dataclass(frozen=True)
class Attribute:
    """A column with a level for each person looked at.

    Attributes
    ----------
    codes : array, shape (seen,)
        Place of the person's level; −1 where the column says nothing.
    fine : array, shape (seen,)
        The same before anything was pooled or cut: one code for each different value.
    numbers : array, shape (seen,), optional
        Its numbers, or days since 1970-01-01; NaN where it says nothing.
    reading : str
        SQL of its text, number or day from the text column ``t{place}``.
    plain : bool
        Whether conditions of own segments read the column as it is read here.
    protected : str, optional
        What it is protected as.
    """

    name: str
    origin: str
    form: Form
    place: int
    reading: str
    plain: bool
    levels: Levels
    codes: IntArray
    fine: IntArray
    numbers: FloatArray | None = None
    protected: str | None = None

    @property
    def known_share(self) -> float:
        """Share of people of whom it says anything."""
        return float((self.codes >= 0).mean()) if len(self.codes) else 0.0

    def with_silence(self) -> "Attribute":
        """The same with a level for those of whom the column says nothing."""
        codes = np.where(self.codes < 0, len(self.levels), self.codes)
        return replace(self, levels=self.levels.with_silence(), codes=codes)


@dataclass(frozen=True)
class LeftOut:
    """A column that is not used, and why, in plain words."""

    name: str
    origin: str
    reason: str
    known_share: float
    levels: int = 0
    protected: bool = False


@dataclass(frozen=True)
class Reading:
    """All columns of a company: those that may describe customers, protected ones, and the rest with reasons."""

    columns: tuple[Column, ...]
    candidates: tuple[Attribute, ...]
    protected: tuple[Attribute, ...]
    left_out: tuple[LeftOut, ...]


def read(engine: Engine, frame: Frame, people: People, value: Sequence[str] = ()) -> Reading:
    """Read every column once; what a name forbids is never a candidate.

    Parameters
    ----------
    value : sequence of str
        Own columns that the value was made of.
    """
    columns = find_columns(engine, frame, SEEN)
    make_table(engine, TEXTS, texts_sql(engine, frame, columns, range(len(columns)), SEEN))
    try:
        found = [
            _read(engine, column, form, place, len(people))
            for place, (column, form) in enumerate(
                zip(columns, find_forms(engine, TEXTS, columns, frame.as_of), strict=True)
            )
        ]
    finally:
        drop(engine, TEXTS)
    return _sort(columns, found, frame.settings.protected, frozenset(value), given=not people.has_past)


def _sort(
    columns: tuple[Column, ...],
    found: Sequence[Attribute | LeftOut],
    declared: list[str],
    value: frozenset[str],
    *,
    given: bool,
) -> Reading:
    candidates, protected, left_out = [], [], []
    for item in found:
        ground = protected_as(item.name, declared) if item.origin in (OWN, SURVEY) else None
        if ground:
            said = ground if ground == DECLARED else f"it tells {ground}"
            left_out.append(_out(item, f"protected: {said}. It never describes a persona", protected=True))
            if isinstance(item, Attribute):
                protected.append(replace(item, protected=ground))
        elif reason := _forbidden(item, value, given):
            left_out.append(_out(item, reason))
        elif isinstance(item, LeftOut):
            left_out.append(item)
        else:
            candidates.append(item)
    return Reading(columns, tuple(candidates), tuple(protected), tuple(left_out))


def _forbidden(item: Attribute | LeftOut, value: frozenset[str], given: bool) -> str:
    if item.origin == OWN and item.name in value:
        return "the value is made of it"
    if item.origin == OWN and tells_what_they_did(item.name):
        return "says what customers did, not who they are: such columns hold the value itself or come after it"
    if given and isinstance(item, Attribute) and item.form == "day" and not tells_birth(item.name):
        return "a date may say how long a value had to come together, and this list does not tell"
    return ""


def _out(item: Attribute | LeftOut, reason: str, *, protected: bool = False) -> LeftOut:
    levels = item.levels if isinstance(item, LeftOut) else len(item.levels)
    return LeftOut(item.name, item.origin, reason, item.known_share, levels, protected)


def _read(engine: Engine, column: Column, form: Read, place: int, people: int) -> Attribute | LeftOut:
    return (_read_words if form.form == "text" else _read_numbers)(engine, column, form, place, people)


def _read_numbers(engine: Engine, column: Column, form: Read, place: int, people: int) -> Attribute | LeftOut:
    numbers = _floats(engine.arrays(f"SELECT {form.reading} AS number FROM {TEXTS} ORDER BY customer_id")["number"])
    known = np.isfinite(numbers)
    different = np.unique(numbers[known])
    out = _Out(column, int(known.sum()), people, len(different))
    if out.too_little:
        return out.because(out.too_little)
    levels = number_levels(numbers[known], days=form.form == "day") if len(different) > 1 else None
    if levels is None or len(levels) == 1:
        return out.because("the same for everybody, or nearly")
    codes = np.where(known, np.searchsorted(levels.edges, np.nan_to_num(numbers), side="right"), -1)
    fine = np.where(known, np.searchsorted(different, np.nan_to_num(numbers)), -1)
    return Attribute(
        column.name, column.origin, form.form, place, form.reading, form.plain, levels, codes, fine, numbers
    )


def _read_words(engine: Engine, column: Column, form: Read, place: int, people: int) -> Attribute | LeftOut:
    raw = f"t{place}"
    counted = engine.rows(f"SELECT {raw}, count(*) FROM {TEXTS} WHERE {raw} IS NOT NULL GROUP BY 1 ORDER BY 1")
    counts = np.array([count for _, count in counted], dtype=np.intp)
    out = _Out(column, int(counts.sum()), people, len(counted))
    if out.too_little:
        return out.because(out.too_little)
    if len(counted) > out.filled / 2:
        return out.because(f"{len(counted):,} different values for {out.filled:,} people: an id or free text")
    levels, covered = words_levels([str(word) for word, _ in counted], counts)
    if covered < COVERED:
        return out.because(f"{len(counted):,} different values, most of them of few people")
    if len(levels) == 1:
        return out.because("the same for everybody, or nearly")
    found = engine.arrays(_CODES.format(code=levels.code_sql(raw), raw=raw, table=TEXTS))
    codes, fine = (np.nan_to_num(_floats(found[name]), nan=-1).astype(np.intp) for name in ("code", "fine"))
    return Attribute(column.name, column.origin, form.form, place, raw, form.plain, levels, codes, fine)


def _floats(found: object) -> FloatArray:
    return np.asarray(np.ma.filled(np.ma.asarray(found).astype(np.float64), np.nan))


@dataclass(frozen=True)
class _Out:
    """A column on its way out, should there be a reason."""

    column: Column
    filled: int
    people: int
    different: int

    @property
    def too_little(self) -> str:
        if self.filled >= max(2 * FEWEST, FILLED * self.people):
            return ""
        return "empty" if not self.filled else f"filled for {self.filled:,} of {self.people:,} people only"

    def because(self, reason: str) -> LeftOut:
        share = self.filled / self.people if self.people else 0.0
        return LeftOut(self.column.name, self.column.origin, reason, share, self.different)
