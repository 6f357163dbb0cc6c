"""Numbers as they stand in ``planted.json``."""

from typing import Any

import numpy as np

DIGITS = 6


def rounded(value: Any) -> Any:
    """The same structure with plain numbers of six digits, which any machine writes alike."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
    return value


def ratio(part: float, whole: float) -> float | None:
    """A share or mean, or nothing where there is nothing to divide by."""
    return float(part) / float(whole) if whole else None
