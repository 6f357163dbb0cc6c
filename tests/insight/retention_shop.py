"""Shops of a known rhythm: customers whose gaps are Gamma(k), written into the tables that retention reads."""

import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from insight_shop import AS_OF, small_shop

from lifeworth.insight.retention import TABLES
from lifeworth.insight.retention.rhythm import Days

SHARED = Path(os.environ.get("LIFEWORTH_DATA", Path(__file__).parents[3] / "shared" / "data"))


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path


def simulate_days(customers, k=1.0, seed=1, span=1095, leaves=(0.7, 2.5), r=0.6, alpha=60.0):
    """Purchase days, and who has left; customers leave after repeat purchases only, with a chance Beta(leaves)."""
    rng = np.random.default_rng([seed, round(10 * k)])
    rate = np.maximum(rng.gamma(r, 1 / alpha, customers), 1e-9)
    leaving = rng.beta(*leaves, customers) if leaves else np.zeros(customers)
    now = rng.uniform(0, span, customers)
    who, when, there, left = [np.arange(customers)], [np.floor(now)], np.arange(customers), np.zeros(customers, bool)
    while len(there):
        now[there] += rng.gamma(k, 1, len(there)) / (k * rate[there])
        there = there[now[there] < span]
        who.append(there)
        when.append(np.floor(now[there]))
        goes = rng.random(len(there)) < leaving[there]
        left[there[goes]] = True
        there = there[~goes]
    pairs = np.unique(np.stack([np.concatenate(who), np.concatenate(when) - span], axis=1), axis=0)
    money = np.round(rng.gamma(4.0, 10.0, len(pairs)), 2)
    return Days(pairs[:, 0].astype(np.int64), pairs[:, 1], money), left


def rhythmic_shop(days, settings=None, people=None, **framed):
    """Engine and frame with ``days`` in the ledger and a customer row for everybody; ``people`` changes rows by number."""
    if settings is not None:
        framed["settings"] = settings
    engine, frame = small_shop([], **framed)
    seen = days.histories()
    engine.write("written", {"customer": days.customer, "ago": days.day.astype(np.int32), "gross": days.money})
    engine.write("histories", {"customer": np.arange(len(seen)), "x": seen.x, "t_x": seen.t_x, "T": seen.T})
    engine.execute(
        f"""INSERT INTO ledger_days SELECT customer + 1, DATE '{AS_OF}' + ago, 1, gross, 0, 0, 0, 0, 0, 0, 0
            FROM written ORDER BY customer, ago"""
    )
    engine.execute(
        f"""INSERT INTO insight_customers BY NAME
            SELECT 'C' || lpad(customer::VARCHAR, 4, '0') AS customer_id, x + 1 AS orders, x AS frequency, t_x AS recency_days, T AS T_days,
                   T - t_x AS days_since_last, t_x / nullif(x, 0) AS gap, DATE '{AS_OF}' - T::INTEGER AS first_order_at,
                   DATE '{AS_OF}' - (T - t_x)::INTEGER AS last_order_at, m.money AS past_revenue, m.money AS past_profit,
                   CASE WHEN x > 0 THEN 0.9 ELSE 1.0 END AS p_alive, 2.0 AS orders_mean, 30.0 + customer % 7 AS value_mean,
                   0.0 AS value_low, 90.0 AS value_high, 20.0 AS value_sd
            FROM histories JOIN (SELECT customer, sum(gross::DECIMAL(38, 4)) AS money FROM written GROUP BY 1) m USING (customer)
            ORDER BY customer"""
    )
    engine.execute(
        "INSERT INTO ledger_keys SELECT customer + 1, 'C' || lpad(customer::VARCHAR, 4, '0') FROM histories ORDER BY 1"
    )
    for name in dict.fromkeys(name for row in (people or {}).values() for name in row):
        said = [(place, row[name]) for place, row in people.items() if name in row]
        ids, values = [f"C{place:04d}" for place, _ in said], [value for _, value in said]
        engine.execute(
            f"""UPDATE insight_customers SET {name} = said.value
                FROM (SELECT unnest(?) AS customer_id, unnest(?) AS value) said WHERE said.customer_id = insight_customers.customer_id""",
            [ids, values],
        )
    engine.execute("CREATE TABLE sorted AS SELECT * FROM insight_customers ORDER BY customer_id")
    engine.execute("DROP TABLE insight_customers")
    engine.execute("ALTER TABLE sorted RENAME TO insight_customers")
    for table in TABLES:
        engine.execute(table.ddl())
    return engine, frame


def buy(engine, order, customer, ago, lines, *, profit=None):
    """An order with lines (category, product, net, cost); its profit is what the lines leave unless said."""
    day = AS_OF - timedelta(days=ago)
    net, cost = sum(line[2] for line in lines), sum(line[3] for line in lines)
    profit = net - cost if profit is None else profit
    engine.execute(
        """INSERT INTO ledger_orders BY NAME SELECT ? AS order_id, ? AS customer_id, ?::DATE AS ordered_on, ?::DECIMAL(18,4) AS net_sale,
           ?::DECIMAL(18,4) AS profit_sale""",
        [order, customer, day, net, profit],
    )
    for number, (category, product, amount, goods) in enumerate(lines, 1):
        engine.execute(
            """INSERT INTO sources_order_lines BY NAME SELECT ? AS order_id, ? AS line_no, ? AS product_id, ? AS category,
               'goods' AS kind, 1 AS quantity, ?::DECIMAL(18,4) AS amount""",
            [order, number, product, category, amount],
        )
        engine.execute(
            "INSERT INTO ledger_lines VALUES (?, ?, ?, ?, 1, ?, ?, 'actual')",
            [order, day, product, category, amount, goods],
        )


def lines_table(engine):
    engine.execute(
        """CREATE TABLE ledger_lines (order_id VARCHAR, ordered_on DATE, product_id VARCHAR, category VARCHAR, quantity DECIMAL(18,4),
           net DECIMAL(18,4), cost DECIMAL(18,4), basis VARCHAR)"""
    )


def table(engine, name, order="ALL"):
    return engine.records(f"SELECT * FROM {name} ORDER BY {order}")
