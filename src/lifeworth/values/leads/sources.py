"""What the next leads of each source should bring, from those of the last year as if each came today."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np

from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import text
from lifeworth.models.cold_start.lead import OTHERS
from lifeworth.store.engine import Engine
from lifeworth.values.leads.averages import Ranged, average
from lifeworth.values.leads.reading import Raw, read_leads
from lifeworth.values.leads.rows import ROWS, SOURCE, YEAR
from lifeworth.values.leads.scorer import Scorer
from lifeworth.values.newcomers.groups import NOT_STATED

MOST_LEADS = 20_000
FEWEST = 30
MOST_SOURCES = 100
_KNOWN = "state NOT IN ('customer', 'won some day')"


def source_rows(engine: Engine, scorer: Scorer, raw: Raw) -> Iterator[list[Any]]:
    """Rows of ``values_lead_sources``, the most leads first."""
    recent = f"{_KNOWN} AND created_on >= {day_literal(scorer.as_of - timedelta(days=YEAR))}"
    counts = _counts(engine, raw[SOURCE], recent)
    together = _together(counts)
    count = sum(leads for leads, _, _ in counts.values())
    every = max(-(-count // MOST_LEADS), 1)
    some = (
        f"(SELECT * REPLACE (0 AS age_days) FROM (SELECT *, row_number() OVER (ORDER BY created_on, lead_id) AS nth"
        f" FROM {ROWS} WHERE {recent}) WHERE nth % {every} = 0)"
    )
    leads = read_leads(engine, scorer, raw, table=some)
    told = np.array([NOT_STATED if source is None else source for source in leads.source], dtype=object)
    told[[source not in together for source in told]] = OTHERS
    for source in sorted(together, key=lambda name: (-together[name][0], name)):
        own = np.flatnonzero(told == source)
        if len(own):
            found = average(scorer, leads.levels.take(own))
            figures = (*_ends(found.chance), *_ends(found.if_won), *_ends(found.value))
            yield [source, *together[source], *figures]


def _counts(engine: Engine, raw: str, recent: str) -> dict[str, tuple[int, int, int]]:
    """Leads of the last year, finished ones and those won in time by source."""
    rows = engine.rows(
        f"SELECT COALESCE({raw}, {text(NOT_STATED)}), count(*) FILTER ({recent}), count(*) FILTER (finished),"
        f" count(*) FILTER (finished AND won) FROM {ROWS} GROUP BY 1 ORDER BY 3 DESC, 1"
    )
    return {source: (leads, finished, won) for source, leads, finished, won in rows}


def _together(counts: dict[str, tuple[int, int, int]]) -> dict[str, tuple[int, ...]]:
    """The same with sources of few finished leads as others."""
    named = [name for name, (_, finished, _) in counts.items() if finished >= FEWEST and name != OTHERS][:MOST_SOURCES]
    sums = {name: np.zeros(3, dtype=np.int64) for name in (*named, OTHERS)}
    for name, three in counts.items():
        sums[name if name in sums else OTHERS] += np.array(three)
    return {name: tuple(map(int, three)) for name, three in sums.items() if three.any()}


def _ends(figure: Ranged) -> tuple[float, float, float]:
    return figure.mean, figure.low, figure.high
