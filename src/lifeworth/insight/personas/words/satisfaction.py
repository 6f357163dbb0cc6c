"""Whether satisfied customers, and those who speak of a theme, are worth more: the rows of ``personas_satisfaction``.

Each difference stands twice: as it is, and among customers known equally long. The second is a regression on the band with a level
for each stratum of time known (Frisch and Waugh 1933: both sides less their stratum's mean), with standard errors that
allow for unequal spread (White 1980).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from lifeworth.insight.ground import FEWEST, Frame
from lifeworth.insight.personas import ranges
from lifeworth.insight.personas.ranges import Ranged
from lifeworth.insight.personas.ranks import control, strata_of
from lifeworth.insight.personas.words.themes import Theme
from lifeworth.ledger.tables import day, text
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.store.engine import Engine

CHANCE = 0.05
MOST_THEMES = 15
POINT, THEME = "one point more", "theme"
TENURE, NOTHING = "how long customers have been known", "nothing"
FEWEST_ANSWERS = 30

_SCORES = """
SELECT i.customer_id, arg_max(s.score, (s.answered_on, s.answer_id)) AS score, any_value(coalesce(i.value_mean, 0)) AS value,
       any_value(coalesce(i.T_days, 0)) AS known_days
FROM sources_surveys s JOIN insight_customers i USING (customer_id)
WHERE s.instrument = {instrument} AND s.score IS NOT NULL AND isfinite(s.score) AND s.answered_on < {as_of}
GROUP BY i.customer_id ORDER BY i.customer_id"""

_WORTH = """
SELECT coalesce(i.value_mean, 0) AS value, coalesce(i.T_days, 0) AS known_days
FROM personas_said s JOIN insight_customers i USING (customer_id) ORDER BY s.place"""


@dataclass(frozen=True)
class Tied:
    """What goes with a band of a score or with a theme."""

    what: str
    band: str
    adjusted_for: str
    people: int
    others: int
    worth: Ranged | None
    difference: Ranged
    p: float


def tie_scores(engine: Engine, frame: Frame) -> Iterator[Tied]:
    """Bands of every instrument's scores, and a point more, against worth."""
    if "sources_surveys" not in engine.tables():
        return
    instruments = engine.rows(
        f"SELECT DISTINCT instrument FROM sources_surveys WHERE score IS NOT NULL AND answered_on < {day(frame.as_of)} ORDER BY 1"
    )
    for (instrument,) in instruments:
        found = engine.arrays(_SCORES.format(instrument=text(str(instrument)), as_of=day(frame.as_of)))
        score, value, known = (np.asarray(found[name], dtype=np.float64) for name in ("score", "value", "known_days"))
        if len(score) < FEWEST_ANSWERS or np.ptp(score) == 0:
            continue
        for band, inside in bands(score):
            yield from _tie(str(instrument), band, inside.astype(np.float64), value, known, frame.interval_level)
        yield from _tie(str(instrument), POINT, score, value, known, frame.interval_level)


def tie_themes(engine: Engine, frame: Frame, themes: Sequence[Theme]) -> Iterator[Tied]:
    """The themes most people speak of, against worth, among those who wrote."""
    if not themes:
        return
    found = engine.arrays(_WORTH)
    value, known = (np.asarray(found[name], dtype=np.float64) for name in ("value", "known_days"))
    for theme in themes[:MOST_THEMES]:
        yield from _tie(THEME, theme.name, theme.speaks.astype(np.float64), value, known, frame.interval_level)


def bands(score: FloatArray) -> list[tuple[str, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """Bands of a score by its scale: 0 to 10 as for recommending (Reichheld 2003), 1 to 5 in three, others in thirds.

    Examples
    --------
    >>> import numpy as np
    >>> [name for name, _ in bands(np.array([0.0, 7.0, 9.0, 10.0]))]
    ['0 to 6', '7 to 8', '9 to 10']
    """
    whole = bool((score == np.round(score)).all())
    if whole and score.min() >= 0 and 5 < score.max() <= 10:
        edges, names = [7.0, 9.0], ["0 to 6", "7 to 8", "9 to 10"]
    elif whole and score.min() >= 0 and score.max() <= 5:
        edges, names = [3.0, 4.0], ["up to 2", "3", "4 to 5"]
    else:
        edges = sorted(
            {float(edge) for edge in np.quantile(score, [1 / 3, 2 / 3], method="inverted_cdf")} - {float(score.min())}
        )
        cuts = [f"{edge:,.4g}" for edge in edges]
        names = (
            [
                f"under {cuts[0]}",
                *(f"{a} to under {b}" for a, b in zip(cuts, cuts[1:], strict=False)),
                f"{cuts[-1]} and more",
            ]
            if cuts
            else []
        )
    place = np.searchsorted(edges, score, side="right")
    return [(name, place == at) for at, name in enumerate(names)]


def _tie(what: str, band: str, told: FloatArray, value: FloatArray, known: FloatArray, level: float) -> Iterator[Tied]:
    inside = told > 0 if band != POINT else np.ones(len(told), dtype=np.bool_)
    people, others = int(inside.sum()), int((~inside).sum())
    if band != POINT and (people < FEWEST or others < FEWEST):
        return
    worth = None if band == POINT else ranges.mean(value[inside], level)
    for adjusted_for, strata in ((NOTHING, np.zeros(len(told), dtype=np.intp)), (TENURE, strata_of(known))):
        slope, error = within(told, value, strata)
        if error <= 0:
            continue
        half = ranges.reach(level) * error
        p = float(2 * NormalDist().cdf(-abs(slope) / error))
        yield Tied(
            what, band, adjusted_for, people, others, worth, Ranged(slope, slope - half, slope + half, people), p
        )


def within(told: FloatArray, value: FloatArray, strata: IntArray) -> tuple[float, float]:
    """How much the value changes with what is told, stratum held fixed, and its standard error (HC1); 0 where it never varies."""
    left, right = (_less_mean(each, strata) for each in (told, value))
    spread = float((left**2).sum())
    freedom = len(told) - len(np.unique(strata)) - 1
    if spread <= 1e-12 or freedom < 1:
        return 0.0, 0.0
    slope = float((left * right).sum()) / spread
    rest = right - slope * left
    return slope, float(np.sqrt((left**2 * rest**2).sum() * len(told) / freedom)) / spread


def _less_mean(values: FloatArray, strata: IntArray) -> FloatArray:
    people = np.bincount(strata)
    return np.asarray(values - (np.bincount(strata, values) / np.maximum(people, 1))[strata])


def satisfaction_rows(tied: Sequence[Tied], frame: Frame) -> Iterator[list[Any]]:
    """Rows of the table, with false discoveries under control."""
    adjusted = control([each.p for each in tied])
    for each, q in zip(tied, adjusted, strict=True):
        worth = (each.worth.mean, each.worth.low, each.worth.high) if each.worth else (None, None, None)
        apart, differs = each.difference, bool(q < CHANCE)
        yield [
            each.what,
            each.band,
            each.adjusted_for,
            each.people,
            each.others,
            *worth,
            apart.mean,
            apart.low,
            apart.high,
            each.p,
            float(q),
            differs,
            _sentence(each, differs, frame),
        ]


def _sentence(each: Tied, differs: bool, frame: Frame) -> str:
    """What goes with it, in plain words: a difference that chance could make is said to be one."""
    apart, among = each.difference, "" if each.adjusted_for == NOTHING else ", among customers known equally long"
    unit = f" {frame.currency}" if frame.currency else ""
    size = f"{abs(apart.mean):,.2f}{unit} {'more' if apart.mean >= 0 else 'less'}"
    level = f"{frame.interval_level:.0%}".replace("%", " %")
    reach = f"{level} range {apart.low:,.2f} to {apart.high:,.2f}"
    if each.band == POINT:
        said = f"One point more of {each.what} goes with {size} expected value ({reach}){among}"
    elif each.what == THEME:
        said = f"Customers who write of “{each.band}” are worth {size} than others who wrote ({reach}){among}"
    else:
        said = (
            f"Customers who gave {each.band} ({each.what}) are worth {size} than others who answered ({reach}){among}"
        )
    return said + ("." if differs else ": no more than chance could make.")
