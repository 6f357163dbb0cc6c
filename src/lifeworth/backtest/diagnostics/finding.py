"""What a diagnostic says."""

from dataclasses import dataclass
from math import nan


@dataclass(frozen=True)
class Finding:
    """One line of ``backtest_diagnostics``.

    Attributes
    ----------
    statistic, p_value : float
        The test and its chance under the fitted model, before allowing for the number of tests; NaN when there was
        too little to test on.
    size_of_effect : float
        How far off, in the unit the test's own page names; NaN when there was too little.
    warns : bool
        Beyond chance with all tests counted, and large enough to matter.
    """

    name: str
    statistic: float
    p_value: float
    size_of_effect: float
    warns: bool
    sentence: str


@dataclass(frozen=True)
class Evidence:
    """A test before it is judged together with the others.

    ``matters``: the effect is large enough to move a forecast. ``found`` is said when the finding warns, ``calm``
    when it does not.
    """

    name: str
    statistic: float
    p_value: float
    size: float
    matters: bool
    found: str
    calm: str


def too_little(name: str, why: str) -> Evidence:
    """No test was possible, and why."""
    return Evidence(name, nan, nan, nan, False, "", why)
