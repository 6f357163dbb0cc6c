"""Everybody who is a customer, as the run values them, in the order of ``insight_customers``."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.insight.retention.rhythm import Histories
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# After one purchase a model may be unable to tell whether somebody has left; it then says 1.
TOLD = "(frequency > 0 OR p_alive < 1)"

_READ = """
SELECT frequency, recency_days, T_days, CAST({past} AS DOUBLE) AS past, p_alive, orders_mean,
       CASE WHEN {any_consent} THEN COALESCE(consent_email, FALSE) ELSE TRUE END AS may
FROM insight_customers"""

_STATED = "SELECT count(*) FILTER (consent_email IS NOT NULL OR consent_ads IS NOT NULL) FROM insight_customers"


@dataclass(frozen=True)
class People:
    """One entry per customer.

    ``past`` is money brought so far in the run's basis, ``p_alive`` the run's chance that they are still there,
    ``orders_mean`` the orders it expects over the horizon, ``may`` whether they may be written to.
    """

    seen: Histories
    past: Floats
    p_alive: Floats
    orders_mean: Floats
    may: Bools

    def __len__(self) -> int:
        return len(self.past)

    @property
    def purchases(self) -> Floats:
        """Purchase days so far."""
        return self.seen.x + 1.0


def consent_is_known(engine: Engine) -> bool:
    """Whether the files say of anybody whether they may be written to; then what they do not say counts as no."""
    return bool(engine.value(_STATED))


def read_people(engine: Engine, frame: Frame) -> People:
    """The customers of ``insight_customers``, row by row."""
    known = consent_is_known(engine)
    found = engine.arrays(_READ.format(past=frame.past_money, any_consent="TRUE" if known else "FALSE"))
    x, t_x, T = (_floats(found[name]) for name in ("frequency", "recency_days", "T_days"))
    past, p_alive, orders = (_floats(found[name]) for name in ("past", "p_alive", "orders_mean"))
    return People(Histories(x, t_x, T), past, p_alive, orders, np.ma.filled(found["may"], False).astype(np.bool_))


def _floats(column: Any) -> Floats:
    return np.asarray(np.ma.filled(column, 0), dtype=np.float64)
