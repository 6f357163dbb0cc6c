"""A column cut into a few levels: words as they are, numbers and days at their quantiles."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import floor, log10

import numpy as np

from lifeworth.insight.ground import FEWEST
from lifeworth.ledger.tables import text
from lifeworth.maths.arrays import FloatArray, IntArray

MOST_LEVELS = 12
FEWEST_SHARE = 0.01
AS_THEY_ARE = 8
CUTS = 4
OTHER, NOT_STATED = "other", "not stated"

_EPOCH = date(1970, 1, 1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Levels:
    """What a column is cut into.

    Attributes
    ----------
    labels : tuple of str
        Names of the levels as a reader meets them; numbers and days in rising order.
    edges : tuple of float
        Of numbers and days: where the second, third … level begins.
    words : tuple of tuple of str
        Of texts: the spellings that make up each level, in small letters; empty for the level of all others.
    condition : tuple of str
        Each level as a condition on the company's own column, as its own segments are written; "" where there is none.
    days : bool
        Whether the edges are days since 1970-01-01.
    silence : bool
        Whether the last level holds those of whom the column says nothing.
    """

    labels: tuple[str, ...]
    edges: tuple[float, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    condition: tuple[str, ...] = ()
    days: bool = False
    silence: bool = False

    def __len__(self) -> int:
        return len(self.labels)

    def with_silence(self) -> "Levels":
        """The same with a last level for those of whom the column says nothing."""
        return replace(self, labels=(*self.labels, NOT_STATED), condition=(*self.condition, "is empty"), silence=True)

    def bound(self, place: int) -> str:
        """An edge of numbers or days as a condition writes it."""
        edge = self.edges[place]
        return (_EPOCH + timedelta(days=int(edge))).isoformat() if self.days else f"{edge:.15g}"

    def code_sql(self, reading: str) -> str:
        """SQL of the level's place; NULL where the column says nothing and silence is no level."""
        nothing = str(len(self) - 1) if self.silence else "NULL"
        if self.words:
            whens = " ".join(
                f"WHEN lower({reading}) IN ({', '.join(text(word) for word in words)}) THEN {place}"
                for place, words in enumerate(self.words)
                if words
            )
            rest = next((str(place) for place, words in enumerate(self.words) if not words), "NULL")
            return f"CASE WHEN {reading} IS NULL THEN {nothing} {whens} ELSE {rest} END"
        whens = " ".join(f"WHEN {reading} < {edge!r} THEN {place}" for place, edge in enumerate(self.edges))
        return f"CASE WHEN {reading} IS NULL THEN {nothing} {whens} ELSE {len(self.edges)} END"


def least(people: int) -> int:
    """How many people a level must hold."""
    return max(FEWEST, int(np.ceil(FEWEST_SHARE * people)))


def words_levels(spellings: list[str], people: IntArray) -> tuple[Levels, float]:
    """The most frequent words, all others pooled; the share of filled cells that are not pooled.

    Parameters
    ----------
    spellings : list of str
        Every different text; those that differ in capitals alone are one level.
    people : array, shape (spellings,)
        How many say so.
    """
    together: dict[str, dict[str, int]] = {}
    for spelling, count in zip(spellings, people, strict=True):
        together.setdefault(spelling.lower(), {})[spelling] = int(count)
    filled, floor_ = int(people.sum()), least(int(people.sum()))
    ranked = sorted(together.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    kept = [item for item in ranked if sum(item[1].values()) >= floor_][:MOST_LEVELS]
    covered = sum(sum(found.values()) for _, found in kept)
    kept.sort()
    labels = [max(found, key=lambda spelling: (found[spelling], spelling)) for _, found in kept]
    words: list[tuple[str, ...]] = [(word,) for word, _ in kept]
    conditions = [f"= '{label.replace(chr(39), chr(39) * 2)}'" for label in labels]
    if filled - covered >= floor_:
        labels, words, conditions = [*labels, _unused(labels)], [*words, ()], [*conditions, ""]
    return Levels(tuple(labels), (), tuple(words), tuple(conditions)), covered / max(filled, 1)


def _unused(labels: list[str]) -> str:
    name = OTHER
    while name in labels:
        name = f"any {name}"
    return name


def number_levels(values: FloatArray, *, days: bool = False) -> Levels:
    """Numbers of few different values as they are, others cut at quartiles; thin levels join their neighbour.

    Parameters
    ----------
    values : array, shape (people who have one,)
        Finite numbers, or days since 1970-01-01.
    """
    different = np.unique(values)
    edges = different[1:] if len(different) <= AS_THEY_ARE and not days else _quartiles(values, days)
    edges = _thick(values, edges)
    labels, conditions = [], []
    bounds = [-np.inf, *edges, np.inf]
    for low, high in zip(bounds[:-1], bounds[1:], strict=True):
        inside = different[(different >= low) & (different < high)]
        labels.append(_label(low, high, inside, days, different))
        conditions.append(_condition(low, high, inside, days))
    return Levels(tuple(labels), tuple(float(edge) for edge in edges), (), tuple(conditions), days)


def _quartiles(values: FloatArray, days: bool) -> FloatArray:
    shares = np.arange(1, CUTS) / CUTS
    exact = np.quantile(values, shares, method="inverted_cdf")
    round_ = np.array([_month_start(edge) if days else _round(edge) for edge in exact])
    for edges in (round_, exact):
        edges = np.unique(edges)
        sizes = np.histogram(values, [-np.inf, *edges, np.inf])[0]
        if len(edges) == CUTS - 1 and sizes.min() >= len(values) / CUTS / 2:
            break
    return np.asarray(edges[(edges > values.min()) & (edges <= values.max())])


def _round(edge: float) -> float:
    """The number with two leading digits."""
    if edge == 0 or abs(edge) < 10 and edge == int(edge):
        return float(edge)
    if edge == int(edge) and 1800 <= edge <= 2200:
        return float(edge)
    return float(round(edge, 1 - floor(log10(abs(edge)))))


def _month_start(edge: float) -> float:
    found = _EPOCH + timedelta(days=int(edge))
    return float((found.replace(day=1) - _EPOCH).days)


def _thick(values: FloatArray, edges: FloatArray) -> FloatArray:
    """Without the edges between a thin level and its thinner neighbour."""
    kept = list(edges)
    while kept:
        sizes = np.histogram(values, [-np.inf, *kept, np.inf])[0]
        thin = int(sizes.argmin())
        if sizes[thin] >= least(len(values)):
            break
        left = thin > 0 and (thin == len(sizes) - 1 or sizes[thin - 1] <= sizes[thin + 1])
        kept.pop(thin - 1 if left else thin)
    return np.array(kept, dtype=np.float64)


def _label(low: float, high: float, inside: FloatArray, days: bool, different: FloatArray) -> str:
    if days:
        return _day_label(low, high)
    years = bool(
        (different == different.astype(np.int64)).all() and different.min() >= 1800 and different.max() <= 2200
    )
    first, last = (_number(end, years) for end in (inside[0], inside[-1]))
    if len(inside) == 1:
        return first
    if not np.isfinite(low) and not np.isfinite(high):
        return f"{first} to {last}"
    if not np.isfinite(low):
        return f"up to {last}" if len(different) <= AS_THEY_ARE else f"under {_number(high, years)}"
    if not np.isfinite(high):
        return f"{_number(low, years)} and more"
    if len(different) <= AS_THEY_ARE:
        return f"{first} to {last}"
    return f"{_number(low, years)} to under {_number(high, years)}"


def _day_label(low: float, high: float) -> str:
    first, last = (None if not np.isfinite(end) else _EPOCH + timedelta(days=int(end)) for end in (low, high))
    named = [None if end is None else f"{end.day} {_MONTHS[end.month - 1]} {end.year}" for end in (first, last)]
    if named[0] is None:
        return f"before {named[1]}" if named[1] else "any day"
    return f"{named[0]} or later" if named[1] is None else f"{named[0]} to before {named[1]}"


def _number(value: float, plain: bool) -> str:
    if value == int(value):
        return f"{int(value)}" if plain else f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _condition(low: float, high: float, inside: FloatArray, days: bool) -> str:
    if days:
        edges = [
            None if not np.isfinite(end) else (_EPOCH + timedelta(days=int(end))).isoformat() for end in (low, high)
        ]
    else:
        edges = [None if not np.isfinite(end) else f"{end:.15g}" for end in (low, high)]
        if len(inside) == 1:
            return f"= {inside[0]:.15g}"
    parts = ([f">= {edges[0]}"] if edges[0] else []) + ([f"< {edges[1]}"] if edges[1] else [])
    return " and {column} ".join(parts)
