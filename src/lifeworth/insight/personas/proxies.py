"""What gives protected columns away: the rows of ``personas_proxies``.

Protected columns are read for this report alone. A column that tells one of them is no proof of wrong, but whoever acts on personas
made of it should know.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lifeworth.insight.ground import Frame
from lifeworth.insight.personas.attributes import Reading
from lifeworth.insight.personas.auc import Area, tell_apart
from lifeworth.insight.personas.finding import Finding
from lifeworth.insight.personas.people import People
from lifeworth.insight.personas.telling import Telling
from lifeworth.maths.arrays import IntArray

FLAGGED = 0.65
TOGETHER, PERSONA, VALUE = "all columns used, together", "the persona", "the value"
_STRATA = 10


def find_proxies(
    reading: Reading, telling: Telling, people: People, finding: Finding, frame: Frame
) -> Iterator[list[Any]]:
    """Every candidate column, all used ones together, the persona and the value, against every protected column."""
    used = [each.codes for each in telling.used] if finding.groups else []
    predictors: list[tuple[str, bool, list[IntArray]]] = [
        (each.name, any(each.name == one.name for one in telling.used) and bool(used), [each.codes])
        for each in reading.candidates
    ]
    if used:
        predictors += [(TOGETHER, True, used), (PERSONA, True, [finding.member + 1])]
    if len(np.unique(people.value)) > 1:
        predictors.append((VALUE, False, [_tenths(people)]))
    for hidden in reading.protected:
        for name, is_used, columns in predictors:
            found = tell_apart(columns, hidden.codes, frame.interval_level)
            flagged = found.mean > FLAGGED and found.low > 0.5
            yield [
                hidden.name,
                name,
                is_used,
                found.mean,
                found.low,
                found.high,
                found.people,
                flagged,
                _sentence(hidden.name, name, found, flagged),
            ]


def _tenths(people: People) -> IntArray:
    edges = np.unique(np.quantile(people.value, np.arange(1, _STRATA) / _STRATA, method="inverted_cdf"))
    return np.searchsorted(edges, people.value, side="right").astype(np.intp)


def _sentence(hidden: str, name: str, found: Area, flagged: bool) -> str:
    figures = f"area under the curve {found.mean:.2f}, {found.low:.2f} to {found.high:.2f}"
    if flagged:
        return f"{name} gives {hidden} away ({figures}): who acts on it acts on {hidden} as well."
    return f"{name} does not give {hidden} away ({figures})."
