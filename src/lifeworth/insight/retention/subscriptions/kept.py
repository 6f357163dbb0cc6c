"""How much of a year-old base is left: net and gross revenue retention and logo churn over twelve months: ``retention_nrr``."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST, Frame, fill
from lifeworth.insight.retention.shares import share_range
from lifeworth.insight.retention.subscriptions.levels import TABLE
from lifeworth.insight.retention.tables import NRR
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

SHOWN_MONTHS, DRAWS, MOST_PARTS = 13, 500, 1_000
_STREAM = 71

# Customers of one part are drawn together; with up to 1,000 customers each is a part of their own.
_PARTS = f"""
WITH numbered AS (
  SELECT customer_id, (row_number() OVER (ORDER BY customer_id)) % {MOST_PARTS} AS part
  FROM (SELECT DISTINCT customer_id FROM {TABLE})),
was AS (
  SELECT customer_id, level FROM {TABLE}
  WHERE month <= ?::DATE AND (until IS NULL OR until > ?::DATE) AND level > 0),
is_now AS (
  SELECT customer_id, level FROM {TABLE} WHERE month <= ?::DATE AND (until IS NULL OR until > ?::DATE) AND level > 0)
SELECT n.part, count(*) AS customers, sum(w.level) AS mrr_then, coalesce(sum(i.level), 0) AS now,
       sum(least(coalesce(i.level, 0), w.level)) AS kept, count(*) FILTER (i.level IS NULL) AS lost
FROM was w JOIN numbered n USING (customer_id) LEFT JOIN is_now i USING (customer_id)
GROUP BY n.part ORDER BY n.part"""

_MONTHS = """
SELECT month, closes_on FROM retention_mrr WHERE is_whole ORDER BY month DESC LIMIT ?"""


def write_kept(engine: Engine, frame: Frame) -> None:
    """The last thirteen months that have a month twelve before them."""
    rows = []
    for month, closes_on in reversed(engine.rows(_MONTHS, [SHOWN_MONTHS])):
        then = date(month.year - 1, month.month, 1)
        parts = engine.rows(_PARTS, [then, then, month, month])
        if sum(int(part[1]) for part in parts) >= FEWEST:
            rows.append(_line(frame, month, closes_on, then, parts))
    fill(engine, NRR, rows)


def _line(frame: Frame, month: date, closes_on: date, then: date, parts: list[tuple[Any, ...]]) -> list[Any]:
    customers, mrr_then = (sum(part[place] for part in parts) for place in (1, 2))
    sums = np.array([[float(value) for value in part[1:]] for part in parts])
    stream = [frame.seed, _STREAM, month.year * 12 + month.month]
    figures = kept_shares(sums, np.random.default_rng(stream), frame.interval_level)
    figures = _never_sure(figures, int(customers), sums, frame.interval_level)
    ranges = [value for triple in figures for value in triple]
    since = _close_of(then)
    return [month, since, closes_on, int(customers), mrr_then, *ranges, frame.interval_level]


Figure = tuple[float, float, float]


def _never_sure(figures: tuple[Figure, ...], customers: int, parts: Floats, level: float) -> tuple[Figure, ...]:
    """Ranges that do not close where nothing was lost yet: drawing the same customers again cannot show what did not happen.

    Logo churn has the range of a share. Where nobody pays less than then, as many may lose all as that range leaves open.
    """
    net, gross, lost = figures
    gone = int(round(float(parts[:, 4].sum())))
    low, high = share_range(gone, customers, level)
    if gone == 0 and float(parts[:, 3].sum()) >= float(parts[:, 1].sum()):
        net, gross = ((mean, min(least, mean - high), most) for mean, least, most in (net, gross))
    return net, gross, (lost[0], low, high)


def _close_of(month: date) -> date:
    """The last day of a month."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def kept_shares(parts: Floats, rng: np.random.Generator, level: float) -> tuple[tuple[float, float, float], ...]:
    """Net and gross retention and logo churn, each with the ends of its range.

    Parameters
    ----------
    parts : (parts, 5)
        Customers, revenue then, revenue now, the smaller of the two customer by customer, customers lost; one row per part
        of the base that is drawn together (Efron 1979).
    rng : numpy Generator
    level : float
        Share of ranges that hold the truth.
    """
    count = len(parts)
    drawn = rng.multinomial(count, np.full(count, 1.0 / count), DRAWS) @ parts
    found = []
    for above, below in ((2, 1), (3, 1), (4, 0)):
        shares = drawn[:, above] / np.maximum(drawn[:, below], 1e-12)
        mean = float(parts[:, above].sum() / parts[:, below].sum())
        low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
        found.append((mean, min(float(low), mean), max(float(high), mean)))
    return tuple(found)
