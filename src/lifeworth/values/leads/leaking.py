"""Columns that were written as leads were won or lost: they say nothing of one that is open.

A column filled in at the end is filled otherwise for finished leads, or has levels that no open lead has. Levels are held against
each other among leads that came lately, because campaigns end and open leads are young.
"""

import numpy as np

from lifeworth.ledger.tables import text
from lifeworth.store.engine import Engine
from lifeworth.values.leads.rows import ROWS, Window
from lifeworth.values.newcomers.groups import NOT_STATED

APART = 0.2
TIMES = 5
EXPECTED = 10
ENOUGH_LOST = 10


def filled_later(engine: Engine, raw: str) -> bool:
    """Whether a column is filled far more or far less often for finished leads than for open ones."""
    filled = f"count({raw}) FILTER (%s)"
    [(closed, open_, closed_all, open_all)] = engine.rows(
        f"SELECT {filled % _CLOSED}, {filled % _OPEN}, count(*) FILTER ({_CLOSED}), count(*) FILTER ({_OPEN}) FROM {ROWS}"
    )
    if not closed_all or not open_all:
        return False
    then, now = closed / closed_all, open_ / open_all
    chance = 2.0 * np.sqrt(max(then * (1.0 - then), 0.01) / open_all)
    return bool(abs(then - now) > APART + chance) or _gone(closed, closed_all, open_, open_all)


_CLOSED = "finished AND state <> 'open'"
_OPEN = "state = 'open'"


def speaks_later(engine: Engine, level: str, window: Window) -> str:
    """Why a column's levels look written at the end; empty where they do not.

    Asked only where leads are also lost in the files: where nobody ever says so, closed leads are those that were won, and
    a good level would look written at the end.
    """
    counted = engine.rows(
        f"SELECT COALESCE({level}, {text(NOT_STATED)}) AS level, count(*) FILTER (state = 'won'), count(*) FILTER (state = 'lost'),"
        f" count(*) FILTER (state = 'open') FROM {ROWS} WHERE age_days <= {window.followed} GROUP BY 1 ORDER BY 1"
    )
    if sum(lost for _, _, lost, _ in counted) < ENOUGH_LOST:
        return ""
    closed_all, open_all = sum(w + lost for _, w, lost, _ in counted), sum(o for *_, o in counted)
    for name, won, lost, open_ in counted:
        if _gone(won + lost, closed_all, open_, open_all):
            return f"{name!r} is common among leads closed lately and rare among open ones"
        if _gone(open_, open_all, won + lost, closed_all):
            return f"{name!r} is common among open leads and rare among leads closed lately"
    return ""


def _gone(here: int, all_here: int, there: int, all_there: int) -> bool:
    """Whether something seen here should have been seen there ten times, and was five times as rare."""
    if not all_here or not all_there or here < EXPECTED:
        return False
    expected = here / all_here * all_there
    return bool(expected >= EXPECTED and there * TIMES < expected)
