"""What is learned of leads: which columns may speak, how the chance is reckoned, and how well that did blind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.store.engine import Engine
from lifeworth.values.leads import words
from lifeworth.values.leads.ageing import Ageing, learn_ageing
from lifeworth.values.leads.banned import Ban
from lifeworth.values.leads.chance import BY_ALL, BY_SOURCE, Chance, learn_chance
from lifeworth.values.leads.choosing import Chosen, ask_columns, choose_columns, written_later
from lifeworth.values.leads.finished import Finished, read_finished
from lifeworth.values.leads.folds import Blind, tell_blind
from lifeworth.values.leads.judging import Judged, judge
from lifeworth.values.leads.reasons import usual_parts
from lifeworth.values.leads.rows import ROWS, SOURCE, Window, find_window, write_rows
from lifeworth.values.leads.states import STATES

FEWEST = 30


@dataclass(frozen=True)
class Counts:
    """Finished leads, and how many of them were won in time."""

    finished: int
    won: int


@dataclass(frozen=True)
class Learned:
    """The chance of winning, what it was learned from, and how it did on leads it had not seen.

    ``raw`` says where each column's text stands in ``values_lead_rows``; ``usual`` is what each column adds to the log odds
    of a finished lead on average.
    """

    counts: Counts
    chance: Chance
    chosen: Chosen
    raw: dict[str, str]
    finished: Finished
    blind: Blind | None
    judged: Judged | None
    usual: FloatArray


def learn(engine: Engine, as_of: date, leave_out: Collection[str], protected: Ban) -> tuple[Learned | None, list[str]]:
    """Learn the chance from leads that have had their time; none, and why, where they are too few."""
    window = find_window(engine, as_of, _age(engine))
    asked = ask_columns(engine, leave_out, protected)
    raw = write_rows(engine, asked.texts, window)
    [(finished, won)] = engine.rows(f"SELECT count(*), count(*) FILTER (won) FROM {ROWS} WHERE finished")
    if finished < FEWEST:
        return None, [words.too_few(finished, FEWEST)]
    if not won:
        return None, [words.none_won(finished)]
    chosen = choose_columns(engine, asked, raw, window)
    later = list(written_later(chosen.left_out))
    told = read_finished(engine, chosen)
    learned = _choose_way(Counts(finished, won), told, chosen, raw, (_age(engine, window), window.followed))
    return learned, [words.written_later(later)] if later else []


def _choose_way(
    counts: Counts, finished: Finished, chosen: Chosen, raw: dict[str, str], time: tuple[Ageing, int]
) -> Learned:
    """Everything known where it told later leads apart better than the source alone, beyond chance; else the source."""
    blind = tell_blind(finished) if set(finished.names) - {SOURCE} else None
    judged = judge(blind) if blind else None
    way = BY_ALL if judged is not None and judged.better else BY_SOURCE
    strength = blind.strength if blind else 1.0
    chance = learn_chance(finished, way, strength, *time)
    codes = finished.only([column.name for column in chance.columns]).codes
    return Learned(counts, chance, chosen, raw, finished, blind, judged, usual_parts(chance, codes))


def _age(engine: Engine, window: Window | None = None) -> Ageing:
    """Leads by the days they took; those lost on an unknown day were not won as long as they have been known."""
    since = f"created_on >= DATE '{window.recent.isoformat()}'" if window else "TRUE"
    rows = engine.rows(
        f"SELECT CASE WHEN state IN ('won', 'lost') THEN state ELSE 'open' END, days, count(*) FROM {STATES}"
        f" WHERE state NOT IN ('customer', 'won some day') AND {since} GROUP BY 1, 2"
    )
    size = 1 + max((days for _, days, _ in rows), default=0)
    counts = {state: np.zeros(size, dtype=np.int64) for state in ("won", "lost", "open")}
    for state, days, count in rows:
        counts[state][days] += count
    return learn_ageing(counts["won"], counts["lost"], counts["open"])
