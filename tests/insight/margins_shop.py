"""Shops whose books are kept by the ledger itself, and facts of a year drawn at random without any ledger."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from insight_shop import AS_OF, plain_frame

from lifeworth import ledger, sources
from lifeworth.contract.registry import create_tables
from lifeworth.insight import margins, segments
from lifeworth.insight.ground import create
from lifeworth.insight.margins.leaks.codes import Codes
from lifeworth.insight.margins.leaks.costs import CATEGORY, CHANNEL, COUNTRY, COUPON, PAYMENT, WON_BY
from lifeworth.insight.margins.leaks.facts import GROUPS, SIZES, Facts
from lifeworth.insight.margins.leaks.orders import Span
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

USUAL = {
    "orders": {"currency": "EUR", "gross": 0, "discount": 0, "shipping_charged": 0, "tax": 0, "file_no": 1},
    "order_lines": {"kind": "goods", "quantity": 1, "line_no": 1},
    "refunds": {"kind": "refund", "refund_id": "R", "currency": "EUR", "date_is_known": True, "file_no": 1},
    "spend": {"purpose": "acquire", "currency": "EUR"},
}

_GROUND = """
CREATE OR REPLACE TABLE insight_customers AS
SELECT c.customer_id, c.orders, c.orders - 1 AS frequency, (c.last_order_on - c.first_order_on)::INTEGER AS recency_days,
       (DATE '{as_of}' - c.first_order_on)::INTEGER AS T_days, (DATE '{as_of}' - c.last_order_on)::INTEGER AS days_since_last,
       NULL::DOUBLE AS gap, 40.0 AS order_value, c.first_order_on AS first_order_at, c.last_order_on AS last_order_at,
       c.net_revenue::DECIMAL(18,2) AS past_revenue, c.profit::DECIMAL(18,2) AS past_profit, c.returned_share, c.tickets,
       0.7::DOUBLE AS p_alive, 1.2::DOUBLE AS orders_mean, 50::DOUBLE AS revenue_mean, ({value})::DOUBLE AS value_mean, ({value} - 15)::DOUBLE AS value_low,
       ({value} + 30)::DOUBLE AS value_high, 9::DOUBLE AS value_sd, 30::DOUBLE AS residual_value_mean, NULL::DATE AS next_order_mean,
       NULL::DATE AS next_order_low, NULL::DATE AS next_order_high, 'C' AS evidence, nullif(trim(a.channel), '') AS channel,
       l.country, a.cost AS acquisition_cost, a.basis AS acquisition_basis, NULL::VARCHAR AS first_order_id,
       NULL::BOOLEAN AS consent_email, NULL::BOOLEAN AS consent_ads
FROM ledger_customers c LEFT JOIN ledger_acquisition a USING (customer_id)
LEFT JOIN (SELECT customer_id, max(country) AS country FROM sources_orders GROUP BY 1) l USING (customer_id)
WHERE c.orders > 0 ORDER BY c.customer_id"""


def add(engine, table, rows):
    """Rows of a source table, dictionaries with what is not usual."""
    rows = [USUAL.get(table, {}) | row for row in rows]
    for row in rows:
        if table == "orders":
            row.setdefault("ordered_at", row["ordered_on"])
        if table == "refunds":
            row.setdefault("refunded_at", row["refunded_on"])
    names = list(dict.fromkeys(name for row in rows for name in row))
    if rows:
        columns = [[row.get(name) for row in rows] for name in names]
        kinds = engine.columns(f"sources_{table}")
        parts = ", ".join(f'CAST(unnest(?) AS {kinds[name]}) AS "{name}"' for name in names)
        engine.execute(f"INSERT INTO sources_{table} BY NAME SELECT {parts}", columns)


def kept(shop, costs=(), *, value="20.0", as_of=AS_OF, threads=1, **settings):
    """Engine and frame of a shop: source tables by name, each a list of rows; its books kept and closed."""
    engine = DuckDB(threads=threads)
    create_tables(engine)
    for table, rows in shop.items():
        add(engine, table, rows)
    return _close(engine, Settings(costs=list(costs), **settings), as_of, value)


def loaded(path, settings):
    """The same of a real file, on the day after its last order."""
    return loaded_files({None: path}, settings, None)


def loaded_files(files, settings, as_of):
    """The same of files by kind."""
    engine = DuckDB(threads=2)
    with TemporaryDirectory() as scratch:
        asked = [FileRequest(path, kind) for kind, path in files.items()]
        sources.load(engine, asked, settings, as_of=as_of, scratch=Path(scratch))
    return _close(engine, settings, as_of, "20.0")


def _close(engine, settings, as_of, value):
    ledger.keep_books(engine, settings)
    as_of = as_of or ledger.last_day(engine) + timedelta(days=1)
    facts = ledger.close_books(engine, as_of)
    engine.execute(_GROUND.format(as_of=as_of, value=value))
    frame = plain_frame(
        as_of=as_of,
        settings=settings,
        in_profit=facts.basis == "profit",
        first_day=facts.first_day or as_of,
        currency=facts.currency,
    )
    create(engine, *segments.TABLES, *margins.TABLES)
    segments.build(engine, frame)
    return engine, frame


def built(shop, costs=(), **said):
    """The same with the room's tables filled."""
    engine, frame = kept(shop, costs, **said)
    margins.build(engine, frame)
    return engine


def ago(days):
    """A day before the day of the run."""
    return AS_OF - timedelta(days=int(days))


def adds_up(engine):
    """Groupings whose groups do not add up to the ledger's waterfall, step by step; none where all do."""
    return engine.rows(
        """SELECT g.grouping, l.step, l.amount, sum(w.amount)
           FROM (SELECT DISTINCT grouping FROM margins_waterfall) g CROSS JOIN ledger_waterfall l
           LEFT JOIN margins_waterfall w ON w.grouping = g.grouping AND w.position = l.position AND w.step = l.step AND w.kind = l.kind
           GROUP BY ALL HAVING sum(w.amount) IS DISTINCT FROM l.amount"""
    )


def step(engine, grouping, member, name):
    """Money of one step of one group."""
    return engine.value(
        "SELECT amount FROM margins_waterfall WHERE grouping = ? AND member = ? AND step = ?", [grouping, member, name]
    )


# --- facts without a ledger

NAMES = {
    CATEGORY: ("beans", "tea", "cups", "pans", "jars"),
    CHANNEL: ("search", "social", "market"),
    COUNTRY: ("DE", "AT", "CH"),
    PAYMENT: ("card", "invoice"),
    COUPON: (),
    WON_BY: ("search", "social", "market"),
}
SORTS = {"beans": 0.01, "tea": 0.01, "cups": 0.06, "pans": 0.06, "jars": 0.06}


def drawn_year(rng, people=900, *, extra=None, fussy=False, orders_each=4.0):
    """A year of orders of two lines each.

    Consumer goods come back with a chance of 1 %, durable ones with 6 %, whoever buys; ``extra`` gives the chance beyond that from
    (category, channel, country) codes. With ``fussy`` some customers send back six times as much and buy cups more often. Gives the facts and
    what was truly expected beyond the sort's chance, line by line, in money.
    """
    buys = rng.gamma(1.0, orders_each, people).astype(int) + 1
    person = np.repeat(np.arange(people), buys)
    orders = len(person)
    is_fussy = fussy & (rng.random(people) < 0.25)
    channel, country, payment = (rng.integers(0, len(NAMES[name]), people) for name in (CHANNEL, COUNTRY, PAYMENT))
    order = np.repeat(np.arange(orders), 2)
    who = person[order]
    odds = np.where(is_fussy[who], 0.6, 0.2)
    category = np.where(rng.random(len(who)) < odds, 2, rng.choice([0, 1, 3, 4], len(who)))
    price = rng.lognormal(2.5, 0.5, len(who))
    chance = np.array([SORTS[name] for name in NAMES[CATEGORY]])[category]
    chance = chance * np.where(is_fussy[who], 6.0, 1.0) if fussy else chance
    beyond = np.zeros(len(who)) if extra is None else extra(category, channel[who], country[who])
    back = rng.random(len(who)) < chance + beyond
    nothing = np.zeros(len(who))
    gross = np.bincount(order, weights=price)
    edges = np.quantile(gross, np.arange(1, SIZES) / SIZES)
    facts = Facts(
        codes={name: Codes(name, names) for name, names in NAMES.items()},
        group={
            CATEGORY: category,
            CHANNEL: channel[who],
            COUNTRY: country[who],
            PAYMENT: payment[who],
            COUPON: np.full(len(who), 1),
            WON_BY: channel[who],
        },
        value=np.searchsorted(edges, gross)[order],
        price=np.searchsorted(np.quantile(price, [0.25, 0.5, 0.75]), price),
        history=np.minimum(np.concatenate([np.arange(count) for count in buys])[order], 4),
        person=who,
        dealt=who % GROUPS,
        order=order,
        part=price / gross[order],
        money={
            "list_price": price,
            "taken_off": nothing,
            "goods": 0.5 * price,
            "returns": np.where(back, 0.6 * price + 3, 0.0),
            "shipping_charged": nothing,
            "payment_fee": nothing,
            "fulfilment": nothing,
            "shipping_cost": nothing,
            "commission": nothing,
            "service": nothing,
            "contact": nothing,
        },
        known={"fee": np.zeros(len(who), dtype=bool), "shipping": np.zeros(len(who), dtype=bool)},
        came_back=back,
        seen={name: np.ones(len(who)) for name in ("returns", "service", "communications")},
        span=Span(date(2024, 7, 1), 365, 1),
    )
    return facts, beyond * (0.6 * price + 3)
