"""Shops for the audit: purchases written down by hand or drawn, in the tables the room reads."""

import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from insight_shop import AS_OF, plain_frame, small_shop

from lifeworth.insight import audit
from lifeworth.insight.ground import create

SHARED = Path(os.environ.get("LIFEWORTH_DATA", Path(__file__).parents[3] / "shared" / "data"))


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path


def shop_of(purchases, events=(), *, cost=0.6, value=30.0, newcomers=None, spend=(), books=False, **framed):
    """Engine and frame of a shop whose customers bought as written.

    ``purchases``: (customer number, day, gross) each, several a day are several orders; ``cost`` is the goods' share of gross.
    ``events``: (customer number, day, revenue effect, profit effect). ``newcomers``: value, low, high of ``values_newcomers``.
    ``spend``: (day, amount, purpose). ``books``: write ``ledger_facts`` too, so that past days can be asked.
    """
    engine, _ = small_shop([])
    first = min(day for _, day, _ in purchases)
    frame = plain_frame(**({"first_day": first} | framed))
    who, days, gross = (list(column) for column in zip(*purchases, strict=True))
    engine.execute(
        """CREATE TABLE written AS
            SELECT customer, day, count(*)::INTEGER AS orders, sum(CAST(gross AS DECIMAL(18,4))) AS gross
            FROM (SELECT unnest(?) AS customer, unnest(?)::DATE AS day, unnest(?) AS gross) GROUP BY ALL ORDER BY ALL""",
        [who, days, gross],
    )
    engine.execute(
        f"""INSERT INTO ledger_days SELECT customer + 1, day, orders, CAST(gross AS DECIMAL(18,4)), 0, 0,
            CAST(round(gross * {cost}, 4) AS DECIMAL(18,4)), 0, 0, 0, 0 FROM written ORDER BY customer, day"""
    )
    people = sorted({*who, *(event[0] for event in events)})
    engine.execute(
        "INSERT INTO ledger_keys SELECT c + 1, 'C' || lpad(c::VARCHAR, 6, '0') FROM (SELECT unnest(?) AS c) ORDER BY 1",
        [people],
    )
    engine.execute(
        f"""INSERT INTO insight_customers BY NAME
            SELECT 'C' || lpad(customer::VARCHAR, 6, '0') AS customer_id, sum(orders)::INTEGER AS orders, count(*) - 1 AS frequency,
                   max(day) - min(day) AS recency_days, DATE '{frame.as_of}' - min(day) AS T_days, DATE '{frame.as_of}' - max(day) AS days_since_last,
                   min(day) AS first_order_at, max(day) AS last_order_at, sum(gross) AS past_revenue, sum(gross) * {1 - cost} AS past_profit,
                   0.7 AS p_alive, 1.0 AS orders_mean, {value} / {1 - cost} AS revenue_mean, {value} AS value_mean, 0.0 AS value_low,
                   2 * {value} AS value_high, {value} AS value_sd, 3 * {value} AS residual_value_mean
            FROM written WHERE day < DATE '{frame.as_of}' GROUP BY customer ORDER BY customer"""
    )
    for customer, day, revenue, profit in events:
        engine.execute(
            "INSERT INTO ledger_events VALUES (NULL, 'C' || lpad(?::VARCHAR, 6, '0'), NULL, ?, 'refund', ?, 0, 0, ?, 'actual', TRUE)",
            [customer, day, revenue, profit],
        )
    if newcomers:
        engine.execute(
            "CREATE TABLE values_newcomers (grouped_by VARCHAR, member VARCHAR, value_mean DOUBLE, value_low DOUBLE, value_high DOUBLE, horizon_days INTEGER, interval_level DOUBLE)"
        )
        engine.execute(
            "INSERT INTO values_newcomers VALUES ('all newcomers', 'all newcomers', ?, ?, ?, 365, 0.8)", list(newcomers)
        )
    for day, amount, purpose in spend:
        engine.execute(
            "INSERT INTO sources_spend BY NAME SELECT ?::DATE AS spent_on, 'search' AS channel, ? AS amount, ? AS purpose",
            [day, amount, purpose],
        )
    if books:
        basis = "profit" if frame.in_profit else "revenue"
        engine.execute(f"CREATE TABLE ledger_facts AS SELECT '{basis}' AS basis, 'EUR' AS currency")
    create(engine, *audit.TABLES)
    return engine, frame


def built(purchases, events=(), **framed):
    """The same with the room's tables filled."""
    engine, frame = shop_of(purchases, events, **framed)
    audit.build(engine, frame)
    return engine, frame


def draw_shop(months=36, a_month=40.0, growth=0.0, seed=1, rate=1 / 60, leaving=(0.7, 2.5), amount=40.0, until=AS_OF):
    """Purchases of a shop of so many months whose customers buy and leave at chance: (customer, day, gross)."""
    rng = np.random.default_rng([seed, months])
    days = round(months * 365 / 12)
    counts = rng.poisson(a_month * np.exp(growth * (np.arange(months) - months + 1) / 12))
    joined = np.sort((np.repeat(np.arange(months), counts) + rng.uniform(0, 1, counts.sum()) - months) * 365 / 12)
    people = len(joined)
    own, leaves = np.maximum(rng.gamma(0.6, rate / 0.6, people), 1e-9), rng.beta(*leaving, people)
    who, when, there, now = [np.arange(people)], [joined], np.arange(people), joined.copy()
    while len(there):
        now[there] += rng.exponential(1, len(there)) / own[there]
        there = there[now[there] < 0]
        who.append(there)
        when.append(now[there].copy())
        there = there[rng.random(len(there)) >= leaves[there]]
    customer, day = np.concatenate(who), np.clip(np.floor(np.concatenate(when)).astype(int), -days, -1)
    money = np.round(rng.gamma(4.0, amount / 4, len(customer)), 2) + 0.01
    return [(int(c), until + timedelta(days=int(d)), float(m)) for c, d, m in zip(customer, day, money, strict=True)]


def table(engine, name, order="ALL"):
    return engine.records(f"SELECT * FROM audit_{name} ORDER BY {order}")


def on(year, month, day=15):
    return date(year, month, day)
