"""What every open lead is worth: chance of winning x what it then brings. Writes ``values_leads`` and what stands behind it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from lifeworth.ledger.tables import drop, has_rows
from lifeworth.models.forecast import Forecaster
from lifeworth.store.engine import Engine
from lifeworth.values.leads import words
from lifeworth.values.leads.banned import ban
from lifeworth.values.leads.learning import learn
from lifeworth.values.leads.like import learn_like
from lifeworth.values.leads.rows import ROWS
from lifeworth.values.leads.scorer import Scorer
from lifeworth.values.leads.states import STATES, write_states
from lifeworth.values.leads.tables import make_empty
from lifeworth.values.leads.writing import write_learned, write_open


def value_leads(
    engine: Engine,
    *,
    as_of: date,
    horizon_days: int,
    level: float,
    in_profit: bool,
    seed: int,
    forecaster: Forecaster | None = None,
    leave_out: Collection[str] = (),
    protected: Collection[str] = (),
) -> tuple[str, ...]:
    """Write ``values_leads``, one row per lead open on the day; returns what there is to warn of.

    The chance is that of ever being won, from this day on. What a lead then brings is that of newcomers like it over
    the horizon from their first order on, not discounted. The range is that of the *average* of many such leads: a single
    one mostly brings nothing. No rows, and the reason, where fewer than 30 earlier leads have had their time.

    Parameters
    ----------
    as_of : date
        Nothing from this day on is known: a lead created later does not exist, one closed later is open.
    horizon_days : int
        How long a won lead is followed from its first order.
    level : float
        Share of plausible averages a range holds.
    in_profit : bool
        Whether money is profit, else net revenue.
    forecaster, leave_out
        As in :func:`lifeworth.values.newcomers.newcomers`.
    protected : collection of str
        Columns that may score nobody, beside those whose names say so (``features/protected.py``).
    """
    make_empty(engine)
    if not has_rows(engine, "sources_leads"):
        return ()
    states = write_states(engine, as_of)
    said = words.of_states(states)
    if states.keys() & {"open", "won", "lost", "lost some day"}:
        learned, warnings = learn(engine, as_of, leave_out, ban(protected))
        said += warnings
        if learned is not None:
            terms: dict[str, Any] = {
                "as_of": as_of,
                "horizon_days": horizon_days,
                "in_profit": in_profit,
                "forecaster": forecaster,
            }
            worth = learn_like(engine, learned.chosen, level=level, **terms)
            if worth is None:
                said.append(words.NO_NEWCOMERS)
            else:
                currency = engine.value("SELECT currency FROM ledger_facts")
                scorer = Scorer(as_of, level, in_profit, currency, seed, learned.chance, worth[0])
                write_learned(engine, learned, scorer, worth[1])
                write_open(engine, learned, scorer)
    if not states.get("open"):
        said = [*words.of_states(states), words.none_open(as_of)]
    drop(engine, STATES, ROWS)
    return tuple(said)
