"""Which of many small chances are findings: the false discovery rate."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import false_discovery_control

DISCOVERED = 0.05


def q_values(p_values: Sequence[float]) -> tuple[float, ...]:
    """The smallest rate of false discoveries at which each would be reported (Benjamini and Hochberg 1995).

    Examples
    --------
    >>> [round(q, 3) for q in q_values([0.001, 0.9, 0.02])]
    [0.003, 0.9, 0.03]
    """
    if not p_values:
        return ()
    return tuple(float(q) for q in false_discovery_control(np.asarray(p_values, dtype=np.float64), method="bh"))
