"""The ratio of gamma functions whose arguments lie any distance apart, without cancellation."""

import numpy as np
import numpy.typing as npt

from lifeworth.maths.arrays import FloatArray

#: Stirling's series needs arguments of at least this; smaller ones are stepped up to it.
_STEPS = 16
#: B_2k / (2k (2k - 1)) for k = 1 … 6.
_SERIES = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)


def log_gamma_ratio(z: npt.ArrayLike, a: npt.ArrayLike) -> FloatArray:
    """Logarithm of Gamma(z + a) / Gamma(z) for z > 0 and a >= 0.

    The difference of the two logarithms loses as many digits as they are large; the difference of their Stirling series,
    taken term by term, does not.
    """
    low, gap = np.broadcast_arrays(np.asarray(z, dtype=np.float64), np.asarray(a, dtype=np.float64))
    steps = np.arange(_STEPS, dtype=np.float64)[:, None]
    stepped = np.log1p(gap.ravel() / (low.ravel() + steps)).sum(axis=0).reshape(low.shape)
    far = low + _STEPS
    main = (far - 0.5) * np.log1p(gap / far) + gap * (np.log(far + gap) - 1.0)
    return np.asarray(main + _correction(far + gap) - _correction(far) - stepped)


def _correction(z: FloatArray) -> FloatArray:
    total, power = np.zeros(z.shape), 1.0 / z
    for factor in _SERIES:
        total, power = total + factor * power, power / z**2
    return total
