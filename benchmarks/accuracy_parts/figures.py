"""How figures are printed. Ours are always rounded to the worse side, everyone else's to the nearest."""

import math

PLACES = {"gini": 3, "spearman": 3, "top10": 1, "mae": 2, "bias": 1}


def _down(value: float, places: int) -> float:
    return math.floor(value * 10**places + 1e-9) / 10**places


def _up(value: float, places: int) -> float:
    return math.ceil(value * 10**places - 1e-9) / 10**places


def figure(measure: str, value: float | None, ours: bool = False) -> str:
    """One figure of a table; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    places = PLACES[measure]
    if ours and measure in ("gini", "spearman", "top10"):
        value = _down(value, places)
    elif ours and measure == "mae":
        value = _up(value, places)
    elif ours and measure == "bias":
        value = math.copysign(_up(abs(value), places), value)
    return f"{value:+,.{places}f}" if measure == "bias" else f"{value:,.{places}f}"


def coverage(value: float | None, aim: float = 80.0) -> str:
    """A share of ranges that held, in percent, rounded away from the aim."""
    if value is None:
        return "–"
    return f"{_down(value, 1) if value < aim else _up(value, 1):.1f}"


def at_least(value: float | None) -> str:
    """A share that should be high, rounded down."""
    return "–" if value is None else f"{_down(value, 1):.1f}"


def money(value: float) -> str:
    """A total, to the nearest unit."""
    return f"{value:,.0f}"
