"""Every euro spent on winning customers, by channel and month: who shares it, and what nobody does."""

import numpy as np

from lifeworth.insight.acquisition.channels import NOT_STATED, pool_of
from lifeworth.insight.ground import Frame, hide_grid
from lifeworth.ledger.tables import TOTAL, day, drop, has_rows, make_table, text
from lifeworth.store.engine import Engine

_STEP = "acquisition_months"

# The ledger shares what a channel cost in a month among the customers it won then. In the month that is still running it
# shares the whole month's spend; what was paid on as_of or later is no spend yet, and `still_open` is the difference.
_MONTHS = """
WITH money AS (
  SELECT {pool} AS pool, trim(channel) AS name, date_trunc('month', spent_on)::DATE AS month, sum(amount) AS spend
  FROM sources_spend WHERE purpose = 'acquire' AND spent_on < {as_of} GROUP BY ALL),
people AS (
  SELECT {pool} AS pool, trim(channel) AS name, date_trunc('month', acquired_on)::DATE AS month, count(*) AS newcomers,
         sum(cost) AS attributed
  FROM ledger_acquisition WHERE acquired_on < {as_of} GROUP BY ALL),
told AS (
  SELECT pool, name, month, spend, 0 AS newcomers, 0 AS attributed FROM money
  UNION ALL SELECT pool, name, month, 0, newcomers, attributed FROM people),
named AS (SELECT pool, arg_max(name, (newcomers, name)) AS name FROM told GROUP BY pool)
SELECT t.pool, CASE WHEN t.pool = '' THEN {not_stated} ELSE any_value(n.name) END AS channel, t.month,
       CAST(sum(t.spend) AS {total}) AS spend, sum(t.newcomers)::BIGINT AS newcomers,
       CAST(sum(t.attributed) AS {total}) AS attributed
FROM told t JOIN named n USING (pool) GROUP BY t.pool, t.month ORDER BY t.pool, t.month"""

_WRITTEN = """
INSERT INTO acquisition_spend BY NAME
SELECT channel, month, spend, CASE WHEN NOT hidden THEN newcomers END AS newcomers, attributed,
       CAST(CASE WHEN newcomers = 0 THEN spend ELSE 0 END AS {total}) AS unattributed,
       CAST(attributed + CASE WHEN newcomers = 0 THEN spend ELSE 0 END - spend AS {total}) AS still_open,
       CASE WHEN newcomers > 0 AND NOT hidden AND spend > 0 THEN CAST(spend AS DOUBLE) / newcomers END AS cac,
       CASE WHEN month + INTERVAL 1 MONTH > {as_of} AND attributed <> spend AND newcomers > 0
              THEN 'the month is still running: the books share all of its spend, also what is dated later'
            WHEN spend > 0 AND newcomers = 0 THEN 'spend without a newcomer: nobody shares it'
            WHEN spend = 0 AND newcomers > 0 THEN 'newcomers without spend'
            ELSE 'shared by the newcomers of the month' END AS note
FROM {step} POSITIONAL JOIN acquisition_hidden ORDER BY pool, month"""

_CHECKS = """
INSERT INTO acquisition_books BY NAME
WITH spent AS (
  SELECT COALESCE(sum(amount) FILTER (purpose = 'acquire' AND spent_on < {as_of}), 0) AS acquire,
         COALESCE(sum(amount) FILTER (purpose = 'acquire' AND spent_on >= {as_of}), 0) AS later,
         COALESCE(sum(amount) FILTER (purpose <> 'acquire' AND spent_on < {as_of}), 0) AS keeping FROM sources_spend),
shared AS (SELECT COALESCE(sum(attributed), 0) AS attributed, COALESCE(sum(unattributed), 0) AS unattributed,
                  COALESCE(sum(still_open), 0) AS still_open FROM acquisition_spend),
booked AS (SELECT COALESCE(sum(cost), 0) AS cost FROM ledger_acquisition WHERE acquired_on < {as_of})
SELECT place, step, CAST(amount AS {total}) AS amount, says FROM (
  SELECT 1 AS place, 'spent on winning customers' AS step, acquire AS amount,
         'sources_spend, purpose acquire, before the day asked' AS says FROM spent
  UNION ALL SELECT 2, 'shared among newcomers', attributed, 'acquisition cost of the books, customer by customer' FROM shared
  UNION ALL SELECT 3, 'shared by nobody', unattributed, 'months and channels with spend and no newcomer' FROM shared
  UNION ALL SELECT 4, 'month still running', -still_open,
         'spend of the month of the day asked that the books shared with another day in mind' FROM shared
  UNION ALL SELECT 5, 'difference', acquire - attributed - unattributed + still_open, 'nothing, when the books add up'
         FROM spent, shared
  UNION ALL SELECT 6, 'difference from the books', attributed - cost,
         'shared among newcomers, less ledger_acquisition; nothing, when the books add up' FROM shared, booked
  UNION ALL SELECT 7, 'spend dated later', later, 'on the day asked or after it: not counted anywhere here' FROM spent
  UNION ALL SELECT 8, 'spent on keeping customers', keeping, 'sources_spend, any other purpose, before the day asked' FROM spent)
ORDER BY place"""


def write_books(engine: Engine, frame: Frame) -> None:
    """``acquisition_spend`` and ``acquisition_books``: all spend on winning customers, to the cent; empty without any."""
    as_of = day(frame.as_of)
    if not has_rows(engine, "sources_spend", f"purpose = 'acquire' AND amount <> 0 AND spent_on < {as_of}"):
        return
    pool = pool_of("channel")
    make_table(engine, _STEP, _MONTHS.format(pool=pool, as_of=as_of, total=TOTAL, not_stated=text(NOT_STATED)))
    _mark_small_cells(engine)
    engine.execute(_WRITTEN.format(as_of=as_of, total=TOTAL, step=_STEP))
    drop(engine, _STEP, "acquisition_hidden")
    engine.execute(_CHECKS.format(as_of=as_of, total=TOTAL))


def _mark_small_cells(engine: Engine) -> None:
    """Which rows of the step hold too few newcomers to be shown, in the order of the step."""
    found = engine.arrays(
        f"""SELECT dense_rank() OVER (ORDER BY pool) - 1 AS row, dense_rank() OVER (ORDER BY month) - 1 AS place, newcomers
            FROM {_STEP} ORDER BY pool, month"""
    )
    row, place, newcomers = (np.ma.filled(found[name], 0).astype(np.int64) for name in ("row", "place", "newcomers"))
    people = np.zeros((row.max(initial=-1) + 1, place.max(initial=-1) + 1), dtype=np.int64)
    people[row, place] = newcomers
    hidden = hide_grid(people)[row, place] if people.size else np.zeros(0, dtype=bool)
    engine.write("acquisition_hidden", {"hidden": hidden})
