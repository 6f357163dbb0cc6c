"""The plain rule beside the model: customers go on bringing each year the share of the last that they kept last year.

    value = first year · Σ (r / (1 + d))^k

(Gupta and Lehmann 2003, *Journal of Interactive Marketing* 17). r is what customers known a year ago brought in the last year over what all brought in
the year before; it counts those who left and those who bought more. It knows no purchase model, so where both are far apart the value of
the distant future hangs on the model.
"""

from dataclasses import dataclass
from decimal import Decimal

from lifeworth.insight.audit.lenses.spans import SPANS, Spans
from lifeworth.insight.audit.months import YEAR
from lifeworth.store.engine import Engine

MOST = 0.999


@dataclass(frozen=True)
class Keeping:
    """Share of a year's money that the same customers brought in the next; none where it cannot be told."""

    share: float | None

    def years(self, first: float, discount: float, years: int | None) -> float | None:
        """Present value of so many years, or of all; None where the share is not known, or never falls and no end is asked for.

        Parameters
        ----------
        first : float
            Present value of the first year.

        Examples
        --------
        >>> round(Keeping(0.5).years(100.0, 0.0, 2), 2), round(Keeping(0.55).years(100.0, 0.10, None), 2)
        (150.0, 200.0)
        """
        if self.share is None:
            return None
        ratio = self.share / (1 + discount)
        if years is None:
            return first / (1 - ratio) if self.share <= MOST else None
        return first * sum(ratio**year for year in range(years))


def keeping_rate(engine: Engine, spans: Spans) -> Keeping:
    """From the two spans, where they are years and the first brought something."""
    if spans.before is None or spans.after.months < YEAR:
        return Keeping(None)
    sql = f"""SELECT COALESCE(sum(money_before), 0), COALESCE(sum(money_after) FILTER (cohort < {spans.after.first}), 0) FROM {SPANS}"""
    [(before, after)] = engine.rows(sql)
    kept = Decimal(after) / Decimal(before) if before > 0 else None
    return Keeping(float(kept) if kept is not None and kept > 0 else None)
