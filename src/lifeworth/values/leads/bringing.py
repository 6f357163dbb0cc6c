"""What goes with the money a newcomer brings: every column and level of leads, one at a time.

Whether a column's levels differ is asked by ranks among newcomers of the same month (the test of mean scores of Landis, Heyman and
Koch 1978, *International Statistical Review* 46, 237-254), because a few large customers decide any mean; how much a level brings
is its mean beside that of the same months. Chances are corrected for how many columns, and how many levels, were asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.stats import chi2, rankdata

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.models.cold_start import Carry
from lifeworth.store.engine import Engine
from lifeworth.values.leads.columns import Column
from lifeworth.values.leads.telling import SURE, control
from lifeworth.values.newcomers.rows import ROWS

FEWEST = 30


@dataclass(frozen=True)
class LevelBrings:
    """What newcomers of a level bring, and by how much that differs from others of the same months; money, with ranges."""

    name: str
    newcomers: int
    mean: float
    low: float
    high: float
    effect: float
    effect_low: float
    effect_high: float
    p: float
    q: float
    tells: bool


@dataclass(frozen=True)
class Brings:
    """A column: the chance of such differences if it told nothing, and its levels.

    ``former_leads`` says that only customers who had been leads are known by it.
    """

    name: str
    former_leads: bool
    p: float
    q: float
    tells: bool
    levels: tuple[LevelBrings, ...]


def ask_newcomers(
    engine: Engine, columns: Mapping[int, Column], of_leads: frozenset[str], carry: Carry, level: float
) -> tuple[Brings, ...]:
    """Ask every column of ``values_newcomer_rows`` what goes with the money of the horizon.

    Parameters
    ----------
    columns : mapping of int to Column
        By place: its level stands in the column g<place>.
    of_leads : frozenset of str
        Columns known of former leads alone; who had been none is left out there.
    """
    if not columns:
        return ()
    listed = ", ".join(f"CAST({each.code_sql(f'g{place}')} AS SMALLINT) AS c{place}" for place, each in columns.items())
    nothing = ", ".join(f"g{place} IS NULL AS n{place}" for place in columns)
    found = engine.arrays(f"SELECT g0 AS month, first::DOUBLE AS first, later::DOUBLE AS later, {listed}, {nothing} FROM {ROWS} ORDER BY customer_key")  # fmt: skip
    arrays = {name: np.asarray(np.ma.getdata(values)) for name, values in found.items()}
    value = arrays["first"] + arrays["later"] * carry.orders
    month = np.unique(arrays["month"].astype(str), return_inverse=True)[1]
    asked = []
    for place, column in columns.items():
        code = arrays[f"c{place}"].astype(np.intp)
        if column.name in of_leads:
            code = np.where(arrays[f"n{place}"].astype(np.bool_), -1, code)
        asked.append((column, code, *ask_ranks(code, len(column.members), value, month)))
    together = control([p for _, _, p, _ in asked])
    every = iter(control(np.concatenate([each for *_, each in asked])) if asked else ())
    answers = []
    for (column, code, p, each), q in zip(asked, together, strict=True):
        tells = bool(q < SURE)
        figures = _levels(column.members, code, value, month, level)
        levels = tuple(
            LevelBrings(*one, p=float(own), q=(mine := float(next(every))), tells=tells and mine < SURE)
            for one, own in zip(figures, each, strict=True)
        )
        answers.append(Brings(column.name, column.name in of_leads, p, float(q), tells, levels))
    return tuple(answers)


def ask_ranks(code: IntArray, levels: int, value: FloatArray, month: IntArray) -> tuple[float, FloatArray]:
    """Chance that levels differ as much in the ranks of an outcome if they told nothing: of all together, of each.

    Parameters
    ----------
    code : (people,) ints
        Level of each; -1 is left out.
    """
    known = code >= 0
    code, value, month = code[known], value[known], month[known]
    excess, variance = np.zeros(levels), np.zeros((levels, levels))
    for stratum in np.unique(month):
        inside = month == stratum
        people, ranks = np.bincount(code[inside], minlength=levels).astype(np.float64), rankdata(value[inside])
        total = float(people.sum())
        if total < 2:
            continue
        score = ranks / total - (total + 1) / (2 * total)
        excess += np.bincount(code[inside], score, levels)
        variance += float(score.var(ddof=1)) * (np.diag(people) - np.outer(people, people) / total)
    alone = np.diag(variance)
    seen = (alone > 1e-9) & (np.bincount(code, minlength=levels) >= FEWEST)
    each = np.ones(levels)
    each[seen] = chi2.sf(excess[seen] ** 2 / alone[seen], 1)
    kept = np.flatnonzero(alone > 1e-9)[:-1]
    if not len(kept):
        return 1.0, each
    statistic = float(excess[kept] @ np.linalg.pinv(variance[np.ix_(kept, kept)], hermitian=True) @ excess[kept])
    return float(chi2.sf(max(statistic, 0.0), len(kept))), each


def _levels(
    members: tuple[str, ...], code: IntArray, value: FloatArray, month: IntArray, level: float
) -> Iterator[tuple[str, int, float, float, float, float, float, float]]:
    known = code >= 0
    code, value, month = code[known], value[known], month[known]
    z, people = NormalDist().inv_cdf((1 + level) / 2), max(len(value), 1)
    usual = float(value.mean()) if len(value) else 0.0
    of_month = np.bincount(month, value) / np.maximum(np.bincount(month), 1) if len(value) else np.zeros(1)
    apart = value - of_month[month]
    for number, name in enumerate(members):
        own = apart[code == number]
        if len(own) < 2:
            yield name, len(own), usual, usual, usual, 0.0, 0.0, 0.0
            continue
        effect = float(own.mean())
        alone = z * float(own.std(ddof=1)) / np.sqrt(len(own))
        reach = alone * np.sqrt(max(1.0 - len(own) / people, 0.0))
        yield (
            name,
            len(own),
            usual + effect,
            usual + effect - alone,
            usual + effect + alone,
            effect,
            effect - reach,
            effect + reach,
        )
