"""What the next newcomers and leads are worth: the table, and the model for leads."""

from collections.abc import Collection
from dataclasses import astuple
from datetime import date

import numpy as np

from lifeworth.models.cold_start import LeadModel
from lifeworth.models.forecast import Forecaster
from lifeworth.store.engine import Engine
from lifeworth.values.newcomers.rows import AFTER_THE_ORDER
from lifeworth.values.newcomers.seen import carry_from, look_at
from lifeworth.values.newcomers.telling import Newcomer, everybody, members_of_all
from lifeworth.values.newcomers.words import Told

DRAWS = 2000


_COLUMNS = """grouped_by VARCHAR, member VARCHAR, customers BIGINT, value_mean DOUBLE, value_low DOUBLE,
    value_high DOUBLE, chance_of_second DOUBLE, first_order_mean DOUBLE, shrunk_share DOUBLE, sentence VARCHAR,
    as_of DATE, horizon_days INTEGER, seen_days INTEGER, interval_level DOUBLE"""


def _unit(engine: Engine) -> str:
    currency = engine.value("SELECT currency FROM ledger_facts")
    return f" {currency}" if currency else ""


def newcomers(
    engine: Engine,
    *,
    as_of: date,
    horizon_days: int,
    level: float,
    in_profit: bool,
    seed: int,
    forecaster: Forecaster | None = None,
    leave_out: Collection[str] = (),
) -> tuple[Newcomer, ...]:
    """Write ``values_newcomers`` and return its rows: everybody first, then group by group, the best first.

    Reckoned from the newcomers of the last year whose horizon has finished, or of all years where a year has few.
    Where fewer than a fifth of all newcomers are a horizon old, the longest stretch that a third of them
    finished is used, and carried to the horizon by the purchase model's curve for new customers when a forecaster is
    given; without one, values are of that stretch and ``horizon_days`` says so. No rows where fewer than 30
    newcomers were seen for four weeks.

    Parameters
    ----------
    level : float
        Share of plausible averages a range holds.
    in_profit : bool
        Whether money is profit, else net revenue; not discounted, without the cost of winning the customer.
    leave_out : collection of str
        Attributes of the company's own not to group by, such as those that leak.
    """
    engine.execute(f"CREATE OR REPLACE TABLE values_newcomers ({_COLUMNS})")
    seen = look_at(engine, as_of, horizon_days, in_profit, leave_out)
    if seen is None:
        return ()
    carry = carry_from(seen, horizon_days, forecaster)
    told = Told(
        as_of,
        horizon_days if forecaster or seen.days >= horizon_days else seen.days,
        seen.days,
        level,
        _unit(engine),
        seen.every,
    )
    noise = np.random.default_rng([seed, 23]).standard_normal((4, DRAWS))
    found = (everybody(seen, carry, told, noise), *members_of_all(seen, carry, told, noise))
    for row in found:
        engine.execute(
            f"INSERT INTO values_newcomers VALUES ({', '.join('?' * len(astuple(row)))})", list(astuple(row))
        )
    return found


def lead_model(
    engine: Engine,
    *,
    as_of: date,
    horizon_days: int,
    level: float,
    in_profit: bool,
    seed: int,
    forecaster: Forecaster | None = None,
    leave_out: Collection[str] = (),
) -> LeadModel | None:
    """What values leads before their first order; ask it with ``lead_value``. None where too little was seen.

    Arguments are those of :func:`newcomers`.
    """
    seen = look_at(engine, as_of, horizon_days, in_profit, leave_out)
    if seen is None:
        return None
    before = [name for name in seen.cells.dimensions if name not in AFTER_THE_ORDER]
    carry = carry_from(seen, horizon_days, forecaster)
    days = horizon_days if forecaster or seen.days >= horizon_days else seen.days
    return LeadModel(seen.cells.only(*before), carry, days, level, seed)
