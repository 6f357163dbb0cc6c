"""How much longer contracts are expected to last, by how long they have lasted."""

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.beta_discrete_weibull import log_survival
from lifeworth.maths.remaining_lifetime import discounted_renewals
from lifeworth.maths.unique_rows import on_distinct
from lifeworth.models.arguments import read_column


def renewals_to_come(
    shape: tuple[float, float, float],
    survived: npt.ArrayLike,
    speed: npt.ArrayLike,
    discount_per_period: float,
    horizon: float | None,
) -> FloatArray:
    """Discounted expected renewals of contracts that have outlasted so many periods (rows,).

    Parameters
    ----------
    shape : alpha, beta, c
    survived : (rows,) whole numbers
    speed : (rows,) or number
        e^(eta x) of each contract; 1 without covariates.
    discount_per_period, horizon : float
        As the models take them.
    """
    alpha, beta, c = shape
    k, times, rate = read_column("periods_survived", survived), np.asarray(speed, dtype=np.float64), discount_per_period
    if np.any(k != np.floor(k)):
        raise UsageError("periods_survived counts periods and must be whole numbers")
    if not (np.isfinite(rate) and rate >= 0):
        raise UsageError(f"discount_per_period must be finite and 0 or more; found {rate}")
    last = np.inf if horizon is None else float(horizon)
    if not (last >= 0 and (np.isinf(last) or last == np.floor(last))):
        raise UsageError(f"horizon must be a whole number of periods or None; found {horizon}")

    def outlast(t: FloatArray, v: FloatArray) -> FloatArray:
        return log_survival(alpha, beta, v * t**c)

    def renewals(kept: FloatArray, fast: FloatArray) -> FloatArray:
        return discounted_renewals(outlast, kept, fast, float(rate), last, (c, alpha * c))

    return on_distinct(renewals, *(as_floats(column) for column in np.broadcast_arrays(k, times)))
