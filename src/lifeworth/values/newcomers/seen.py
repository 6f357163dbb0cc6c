"""What is known of the newcomers whose stretch has finished, and how far it carries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from lifeworth.ledger.tables import drop
from lifeworth.models.cold_start import Carry, Cells, drift
from lifeworth.models.forecast import Forecaster
from lifeworth.store.engine import Engine
from lifeworth.values.newcomers.born import FIRST_DAYS, find_newcomers, keep_sample
from lifeworth.values.newcomers.groups import Groups, count_cells, find_groups
from lifeworth.values.newcomers.money import Base, add_up
from lifeworth.values.newcomers.rows import ROWS, write_rows


@dataclass(frozen=True)
class Seen:
    """What is known of newcomers whose stretch of ``days`` has finished.

    ``cells`` counts them by their groups, with the wildest amounts capped; where there are more than 200,000, an even
    sample of one in ``every``.
    """

    base: Base
    cells: Cells
    groups: Groups
    days: int
    every: int


def look_at(
    engine: Engine, as_of: date, horizon_days: int, in_profit: bool, leave_out: Collection[str] = ()
) -> Seen | None:
    """Count the newcomers whose stretch had finished on a day; nothing later is read."""
    days = find_newcomers(engine, as_of, horizon_days)
    if days is None:
        return None
    base = add_up(engine, days, in_profit)
    every = keep_sample(engine, base.customers)
    write_rows(engine, days, in_profit, leave_out)
    groups = find_groups(engine)
    seen = Seen(base, count_cells(engine, groups), groups, days, every)
    drop(engine, ROWS, FIRST_DAYS)
    return seen


def carry_from(seen: Seen, horizon_days: int, forecaster: Forecaster | None) -> Carry:
    """How much more a horizon brings than the stretch that was seen, by the curve for new customers.

    Its doubt is how far the same curve missed from half the stretch to all of it, a doubling of time at a time,
    beside how far later newcomers were from earlier ones.
    """
    moved = drift(seen.cells)
    if seen.days >= horizon_days or forecaster is None:
        return Carry(spread=moved)
    model = forecaster.purchases_
    days = np.array([seen.days // 2, seen.days, horizon_days], dtype=np.float64)
    half, whole, far = np.asarray(model.expected_for_new_customer(days))
    none_whole, none_far = np.asarray(model.probability_of_n(np.zeros(2), days[1:]))
    base = seen.base
    missed = abs(np.log(base.orders / base.half * half / whole)) if base.half > 0 else 1.0
    doublings = float(np.log2(horizon_days / seen.days))
    return Carry(
        float(far / whole),
        float((1.0 - none_far) / max(1.0 - none_whole, 1e-12)),
        float(np.hypot(min(missed * doublings, 1.0), moved)),
    )
