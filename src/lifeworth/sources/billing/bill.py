"""From subscriptions to orders: one per customer and billing day."""

from dataclasses import replace
from datetime import date

from lifeworth.contract.table import MONEY
from lifeworth.errors import DataError
from lifeworth.sources.billing.billing import Billing
from lifeworth.sources.billing.days import Span, span
from lifeworth.sources.billing.deciding import Wish, decide
from lifeworth.sources.billing.terms import ARE_BILLS, TERMS
from lifeworth.store.engine import Engine

_BILLED = "sources_ruled_bills"  # leaves with the other working tables of a load

# Months are counted from the first bill, so the 31st stays the last day of a month whatever comes between.
_EVERY_BILL = f"""
CREATE OR REPLACE TABLE {_BILLED} AS
WITH terms AS ({TERMS}),
running AS (SELECT *, least(coalesce(ended_on, $before), $before) AS stops_on FROM terms),
counted AS (
  SELECT *, unnest(range(0, date_diff('month', pays_from, stops_on) // months + 1)) AS number
  FROM running WHERE stops_on > pays_from)
SELECT * EXCLUDE (day), day, 'bill ' || customer_id || ' ' || strftime(day, '%Y-%m-%d') AS order_id
FROM (SELECT *, CAST(pays_from + to_months(CAST(number * months AS INTEGER)) AS DATE) AS day FROM counted)
WHERE day < stops_on"""

_ORDERS = f"""
INSERT INTO sources_orders BY NAME
SELECT order_id, customer_id, CAST(day AS TIMESTAMP) AS ordered_at, day AS ordered_on, currency,
       c.acquisition_channel AS channel, c.country AS country, gross, discount, 0 AS shipping_charged, 0 AS tax, file_no
FROM (SELECT order_id, customer_id, day, min(currency) AS currency, CAST(sum(bill + discount) AS {MONEY}) AS gross,
             CAST(sum(discount) AS {MONEY}) AS discount, min(file_no) AS file_no
      FROM {_BILLED} GROUP BY ALL) b
LEFT JOIN sources_customers c USING (customer_id)"""

# A piece is a seat for a month, so that prices and unit costs of monthly and yearly bills can be held side by side.
_LINES = f"""
INSERT INTO sources_order_lines BY NAME
SELECT order_id, row_number() OVER (PARTITION BY order_id ORDER BY subscription_id) AS line_no, plan AS product_id,
       plan AS product_name, 'goods' AS kind, TRY_CAST(seats * months AS {MONEY}) AS quantity,
       TRY_CAST((bill + discount) / (seats * months) AS {MONEY}) AS unit_price, discount, bill AS amount
FROM {_BILLED}"""

_REASONS = f"""
SELECT count(*) FILTER (coalesce(is_trial, FALSE) AND trial_ends_on IS NULL) AS trials,
       count(*) FILTER (mrr IS NULL AND NOT (coalesce(is_trial, FALSE) AND trial_ends_on IS NULL)) AS unpriced,
       count(*) FILTER (mrr = 0 AND NOT (coalesce(is_trial, FALSE) AND trial_ends_on IS NULL)) AS free
FROM sources_subscriptions WHERE subscription_id NOT IN (SELECT subscription_id FROM {_BILLED})"""

_BESIDE = f"""
SELECT count(*), count(*) FILTER (contracts > 1), coalesce(max(contracts), 0)
FROM (SELECT count(*) AS contracts FROM ({TERMS})
      WHERE pays_from <= $last AND (ended_on IS NULL OR ended_on > $last) GROUP BY customer_id)"""


def bill(engine: Engine, wish: Wish, as_of: date | None, *, has_sales: bool) -> Billing | None:
    """Turn subscriptions into ``sources_orders`` and ``sources_order_lines`` where that is wanted; none without any.

    Parameters
    ----------
    engine : Engine
        Holds every other loaded table; ``sources_files`` too.
    wish : bool or "auto"
        The setting ``bill_subscriptions``.
    as_of : date, optional
        The day asked about. Bills are made up to it, or up to the last day known where that is later: those are the
        future of a holdout.
    has_sales : bool
        Whether a file of orders was given, loaded or not.

    Raises
    ------
    DataError
        A bill would have the id of an order of the files.
    """
    billing = decide(engine, wish, has_sales)
    if billing is None or not billing.wanted:
        return billing
    when = span(engine, as_of)
    engine.execute(_EVERY_BILL, {"before": when.before})
    _refuse_clashes(engine)
    engine.execute(_ORDERS)
    engine.execute(_LINES)
    return _counted(engine, billing, when)


def _refuse_clashes(engine: Engine) -> None:
    taken = engine.value(f"SELECT min(order_id) FROM sources_orders SEMI JOIN {_BILLED} USING (order_id)")
    if taken is not None:
        raise DataError(
            f"A bill made of a subscription would have the id of an order of the files: {taken!r}. Give that order "
            "another id, or switch bills off: bill_subscriptions = false."
        )


def _counted(engine: Engine, billing: Billing, when: Span) -> Billing:
    [(billed,)] = engine.rows(f"SELECT count(DISTINCT subscription_id) FROM {_BILLED}")
    [(bills, customers)] = engine.rows(
        f"SELECT count(*), count(DISTINCT customer_id) FROM sources_orders WHERE {ARE_BILLS}"
    )
    [(trials, unpriced, free)] = engine.rows(_REASONS)
    [(running, several, most)] = engine.rows(_BESIDE, {"last": when.known_until})
    return replace(
        billing,
        billed=billed,
        bills=bills,
        customers=customers,
        known_until=when.known_until,
        before=when.before,
        silent_from=when.silent_from,
        trials=trials,
        unpriced=unpriced,
        free=free,
        running=running,
        several=several,
        most=most,
        too_short=billing.subscriptions - billed - trials - unpriced - free,
    )
