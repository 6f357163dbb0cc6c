"""What a euro of next year's profit costs when customers are won, and when they are kept."""

from typing import Any

import numpy as np

from lifeworth.insight.acquisition import tables
from lifeworth.insight.acquisition.caused import measured_ways
from lifeworth.insight.acquisition.chain import draw_buckets
from lifeworth.insight.acquisition.costs import Prices
from lifeworth.insight.acquisition.curves import EVERYBODY, Learned
from lifeworth.insight.acquisition.ways import Way, three
from lifeworth.insight.acquisition.won import BUCKETS, WON, Won
from lifeworth.insight.acquisition.words import caused_words, keeping_words, ratio_words, winning_words
from lifeworth.insight.ground import Frame, fill
from lifeworth.ledger.days import PROFIT_SALE
from lifeworth.ledger.tables import day, has_rows
from lifeworth.store.engine import Engine

NEXT_YEAR = 365
WINNING, WINNING_ALL = "winning customers", "winning customers, all newcomers counted"
KEEPING, RATIO = "keeping customers", "winning over keeping"

_SPENT = """
SELECT COALESCE(sum(amount), 0) FROM sources_spend
WHERE (purpose = 'acquire') = {acquire} AND spent_on >= {since} AND spent_on < {as_of}"""

_WRITTEN = """
SELECT COALESCE(sum(cost), 0) FROM ledger_events
WHERE kind = 'contact' AND happened_on >= {since} AND happened_on < {as_of}"""

# What customers brought on purchase days after their first, and what followed from those, before communications.
_REPEATS = """
SELECT bucket, sum(CAST(amount AS DECIMAL(38, 4)))::DOUBLE AS profit FROM (
  SELECT w.bucket, {profit} AS amount FROM ledger_days d JOIN {won} w USING (customer_key)
  WHERE d.day > w.first_day AND d.day >= {since} AND d.day < {as_of}
  UNION ALL
  SELECT w.bucket, e.profit_effect FROM ledger_events e JOIN {won} w USING (customer_id)
  WHERE e.kind <> 'contact' AND e.order_day > w.first_day AND e.happened_on >= {since} AND e.happened_on < {as_of})
GROUP BY bucket ORDER BY bucket"""


def write_keeping(engine: Engine, frame: Frame, won: Won, learned: Learned, prices: Prices) -> None:
    """``acquisition_or_keeping``: empty in revenue, and where neither spend nor communications cost anything."""
    if not frame.in_profit:
        return
    winning = [_winning(engine, won, learned, prices, row) for row in (1, 0)]
    keeping = _keeping(engine, frame, won)
    rows = [
        _row(
            frame, name, way, "observed", winning_words(frame, name == WINNING_ALL, float(way.cost), _each(frame, way))
        )
        for name, way in zip((WINNING, WINNING_ALL), winning, strict=True)
        if way is not None
    ]
    if keeping is not None:
        said = keeping_words(frame, float(keeping.cost), won.days, _each(frame, keeping))
        rows.append(_row(frame, KEEPING, keeping, "observed", said))
        rows += [_ratio(frame, RATIO, winning[0], keeping, "observed")] if winning[0] else []
    for name, way in measured_ways(engine, frame):
        rows.append(
            _row(
                frame,
                f"{KEEPING}: {name}",
                way,
                "experiment",
                caused_words(frame, name, float(way.cost), _each(frame, way)),
            )
        )
        rows += [_ratio(frame, f"{RATIO}: {name}", winning[0], way, "experiment")] if winning[0] else []
    fill(engine, tables.KEEPING, ([place, *row] for place, row in enumerate(rows, 1)))


def _winning(engine: Engine, won: Won, learned: Learned, prices: Prices, row: int) -> Way | None:
    """Spend of the days judged against what their newcomers should bring in their first year."""
    if not prices.known or (prices.paid, prices.blended)[1 - row] is None:
        return None
    [member] = [each for each in learned.of(EVERYBODY) if each.row == row]
    value, drawn, _ = learned.at(member, NEXT_YEAR)
    if not np.isfinite(value):
        return None
    paid = [code for code, spend in enumerate(prices.spend) if spend > 0 or row == 0]
    codes = ", ".join(str(code) for code in paid)
    people = engine.value(f"SELECT count(*) FROM {WON} WHERE first_day >= {day(won.since)} AND channel IN ({codes})")
    cost = engine.value(_SPENT.format(acquire="TRUE", since=day(won.since), as_of=day(won.as_of)))
    return Way(cost, people * value, people * drawn)


def _keeping(engine: Engine, frame: Frame, won: Won) -> Way | None:
    """Communications and spend on keeping customers against what repeat orders brought."""
    names = {"since": day(won.since), "as_of": day(won.as_of), "won": WON}
    cost = engine.value(_SPENT.format(acquire="FALSE", **names))
    if has_rows(engine, "ledger_events"):
        cost += engine.value(_WRITTEN.format(**names))
    if not cost:
        return None
    by_bucket = np.zeros(BUCKETS)
    for bucket, profit in engine.rows(_REPEATS.format(profit=PROFIT_SALE, **names)):
        by_bucket[bucket] = profit
    return Way(cost, float(by_bucket.sum()), draw_buckets(BUCKETS, frame.seed) @ by_bucket)


def _row(frame: Frame, name: str, way: Way, how: str, said: str) -> list[Any]:
    profit = three(way.profit, way.draws, frame.interval_level)
    return [name, way.cost, *profit, *_each(frame, way), how, frame.interval_level, said]


def _each(frame: Frame, way: Way) -> list[float | None]:
    return three(*way.of_one, frame.interval_level)


def _ratio(frame: Frame, name: str, winning: Way, keeping: Way, how: str) -> list[Any]:
    """How many times as much a euro of profit costs by winning as by keeping."""
    ends = three(*winning.times(keeping), frame.interval_level)
    said = ratio_words(frame, ends, how == "experiment")
    return [name, None, None, None, None, *ends, how, frame.interval_level, said]
