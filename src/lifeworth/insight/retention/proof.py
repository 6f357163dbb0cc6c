"""What past waits and a past day say of the score: ``retention_waits`` and ``retention_past_day``."""

from datetime import timedelta

from lifeworth.insight.ground import Frame, fill, too_small
from lifeworth.insight.retention.rhythm import Days, Rhythm, learn_rhythm
from lifeworth.insight.retention.rhythm.gaps import share_above_on_a_day
from lifeworth.insight.retention.rhythm.held import Band, Told, hold_against_past_day, hold_against_waits
from lifeworth.insight.retention.shares import share_range
from lifeworth.insight.retention.tables import PAST_DAY, WAITS
from lifeworth.store.engine import Engine

FOLLOWED_DAYS, LEAST_FOLLOWED_DAYS = 182, 28
# That the score tells something is claimed only where chance makes it look so once in forty.
JUDGED_AT = 0.95


def write_proof(engine: Engine, frame: Frame, days: Days, rhythm: Rhythm) -> Told | None:
    """Hold the score against what happened, where the past is long enough; gives back how well it told people apart."""
    fill(
        engine,
        WAITS,
        [
            [p.score, round(1 - p.score, 6), p.share, p.low, p.high, share_above_on_a_day(rhythm.k, p.score), p.waits]
            for p in hold_against_waits(days, rhythm, frame.interval_level)
        ],
    )
    return _write_past_day(engine, frame, days, rhythm)


def _write_past_day(engine: Engine, frame: Frame, days: Days, rhythm: Rhythm) -> Told | None:
    """Customers as they stood half a year ago, or a third of a shorter history ago, judged by what was known then."""
    followed = min(FOLLOWED_DAYS, int(-days.day.min(initial=0.0)) // 3)
    if followed < LEAST_FOLLOWED_DAYS:
        return None
    blind = learn_rhythm(days.before(-float(followed)), at_once=rhythm.at_once)
    if blind is None:
        return None
    asked_on = frame.as_of - timedelta(days=followed)
    found = hold_against_past_day(days, followed, blind, max(frame.interval_level, JUDGED_AT))
    fill(engine, PAST_DAY, [[asked_on, followed, *_line(band, frame.interval_level)] for band in found.bands])
    return found.told


def _line(band: Band, level: float) -> list[object]:
    if band.customers == 0:
        return [band.low_score, band.high_score, 0, None, None, None, None]
    if too_small(band.customers):
        return [band.low_score, band.high_score, None, None, None, None, None]
    low, high = share_range(band.came, band.customers, level)
    return [
        band.low_score,
        band.high_score,
        band.customers,
        band.came / band.customers,
        low,
        high,
        band.expected / band.customers,
    ]
