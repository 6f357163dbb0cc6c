"""The pace of a calendar: how much faster than usual time runs on each day, and how much of it has run."""

import numpy as np
from numpy.typing import NDArray

from lifeworth.maths.arrays import FloatArray

Days = NDArray[np.datetime64]

YEAR_DAYS = 365.25
_ANY_YEARS = np.datetime64("2001-01-01") + np.arange(1461)
_EPOCH = np.datetime64("2000-01-01")


def fourier(days: Days, terms: int) -> FloatArray:
    """Yearly waves at every day: (days, 2 terms), sine and cosine of one, two, … waves a year."""
    turn = 2.0 * np.pi * (days - _EPOCH).astype(np.float64) / YEAR_DAYS
    waves = [wave(k * turn) for k in range(1, terms + 1) for wave in (np.sin, np.cos)]
    return np.column_stack(waves) if waves else np.empty((days.size, 0))


def usual_pace(coefficients: FloatArray) -> float:
    """Mean of exp(waves) over whole years: what the pace is divided by, so that a year stays a year long."""
    return float(np.exp(fourier(_ANY_YEARS, coefficients.size // 2) @ coefficients).mean())


def elapsed(pace: FloatArray) -> FloatArray:
    """Time on the clock at the beginning of each day and at the end of the last: (days + 1,)."""
    return np.concatenate([[0.0], np.cumsum(pace)])
