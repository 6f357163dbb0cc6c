"""Customers who buy as BG/NBD says and spend as skewed as real ones do, for experiments whose truth is known."""

import json
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from insight_shop import AS_OF, plain_frame

from lifeworth.contract.registry import create_tables
from lifeworth.insight import experiments
from lifeworth.insight.experiments.reading.watched import Watched
from lifeworth.insight.ground import create
from lifeworth.models import BGNBD, ShrunkenMean
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.publishing import Publisher, deliver

RATE, ALPHA, A, B = 0.6, 60.0, 0.7, 2.5
MARGIN, PARCEL = 0.35, 3.0


@dataclass(frozen=True)
class Crowd:
    """Customers seen from the day of assignment; purchases before it have negative days.

    ``who, day, profit`` are purchases; ``x, recency, T, past`` what was known on the day; ``expected`` the blind prediction
    of profit over the window.
    """

    window: int
    who: np.ndarray
    day: np.ndarray
    profit: np.ndarray
    x: np.ndarray
    recency: np.ndarray
    T: np.ndarray
    past: np.ndarray
    expected: np.ndarray

    def __len__(self):
        return len(self.x)

    def brought(self, days=None):
        """Profit of each customer in the first days since assignment, the whole window by default."""
        seen = (self.day >= 0) & (self.day < (days or self.window))
        return np.bincount(self.who[seen], weights=self.profit[seen], minlength=len(self))

    def bought(self, days=None):
        seen = (self.day >= 0) & (self.day < (days or self.window))
        return np.bincount(self.who[seen], minlength=len(self)) > 0

    @property
    def covariates(self):
        return np.column_stack([self.expected, np.ones(len(self)), self.past])


def crowd(people, seed, *, heavy=False, window=60, before=540):
    """So many customers; ``heavy`` draws their levels of spend lognormal with a spread of 1.2."""
    rng = np.random.default_rng([seed, people, window])
    age = rng.integers(30, before, people).astype(float)
    rate, leaves = rng.gamma(RATE, 1 / ALPHA, people), rng.beta(A, B, people)
    level = rng.lognormal(3.0, 1.2, people) if heavy else 30.0 * 3 / rng.gamma(4, 1, people)
    who, day, now, active = [np.arange(people)], [-age], -age.copy(), np.arange(people)
    while len(active):
        now[active] += rng.exponential(1 / np.maximum(rate[active], 1e-9))
        active = active[now[active] < window]
        who.append(active)
        day.append(now[active].copy())
        active = active[rng.random(len(active)) >= leaves[active]]
    who, day = np.concatenate(who), np.floor(np.concatenate(day))
    profit = np.round(MARGIN * level[who] * rng.gamma(4, 0.25, len(who)) - PARCEL, 2)
    return known(people, window, who, day, profit)


def known(people, window, who, day, profit):
    seen = day < 0
    count = np.bincount(who[seen], minlength=people)
    first, last = np.full(people, np.inf), np.full(people, -np.inf)
    np.minimum.at(first, who[seen], day[seen])
    np.maximum.at(last, who[seen], day[seen])
    x, recency, T = count - 1.0, last - first, -first
    x = np.where(recency > 0, x, 0.0)
    past = np.bincount(who[seen], weights=profit[seen], minlength=people)
    squares = np.bincount(who[seen], weights=profit[seen] ** 2, minlength=people)
    few = slice(None, 20_000)
    model = BGNBD(restarts=0).fit(x[few], recency[few], T[few])
    each = ShrunkenMean().fit(count, past, squares).posterior(count, past).mean
    blocks = np.array_split(np.arange(people), max(people // 20_000, 1))
    orders = np.concatenate([model.expected_purchases(window, x[b], recency[b], T[b]) for b in blocks])
    return Crowd(window, who, day, profit, x, recency, T, past, orders * each)


def lot(rng, people, share):
    """Arms by lot: 1 is treated with this chance."""
    return (rng.random(people) < share).astype(np.intp)


def watched(found, chosen, arm, brought=None, cost=0.0):
    """Some customers of a crowd as an experiment sees them."""
    money = found.brought()[chosen] if brought is None else brought
    paid = np.where(arm > 0, cost, 0.0)
    return Watched(arm, money, paid, found.bought()[chosen], found.covariates[chosen])


# --- the same in tables

_TABLES = (
    "CREATE TABLE ledger_facts AS SELECT 'profit' AS basis",
    "CREATE TABLE ledger_keys (customer_key INTEGER, customer_id VARCHAR)",
    """CREATE TABLE ledger_days (customer_key INTEGER, day DATE, orders INTEGER, gross DECIMAL(18,4), discount DECIMAL(18,4),
       shipping_charged DECIMAL(18,4), goods_cost DECIMAL(18,4), payment_fee DECIMAL(18,4), fulfilment DECIMAL(18,4),
       shipping_cost DECIMAL(18,4), commission DECIMAL(18,4))""",
    """CREATE TABLE ledger_events (order_id VARCHAR, customer_id VARCHAR, order_day DATE, happened_on DATE, kind VARCHAR,
       revenue_effect DECIMAL(18,4), goods_effect DECIMAL(18,4), cost DECIMAL(18,4), profit_effect DECIMAL(18,4),
       basis VARCHAR, matched BOOLEAN)""",
    "CREATE TABLE ledger_lines (order_id VARCHAR, category VARCHAR, net DECIMAL(18,4))",
    """CREATE TABLE insight_customers (customer_id VARCHAR, channel VARCHAR, country VARCHAR, first_order_at DATE,
       first_order_id VARCHAR, value_mean DOUBLE, value_sd DOUBLE, orders_mean DOUBLE, consent_email BOOLEAN, consent_ads BOOLEAN)""",
)


def empty_shop(threads=1, **framed):
    """Every table the room reads, without a row, and a frame."""
    engine = DuckDB(threads=threads)
    create_tables(engine)
    for sql in _TABLES:
        engine.execute(sql)
    create(engine, *experiments.TABLES)
    return engine, plain_frame(**({"first_day": AS_OF - timedelta(days=2_000)} | framed))


def buys(engine, *purchases):
    """Purchase days: customer, day, profit and, where there is one, the cost of goods; in the order of customers' ids."""
    rows = [(*each, 0)[:4] for each in purchases]
    who, when, profit, cost = (list(column) for column in zip(*rows, strict=True))
    engine.execute(
        "CREATE OR REPLACE TABLE bought_in AS SELECT unnest(?::VARCHAR[]) AS customer_id, unnest(?::DATE[]) AS day, "
        "unnest(?::DECIMAL(18,4)[]) AS profit, unnest(?::DECIMAL(18,4)[]) AS cost",
        [who, when, profit, cost],
    )
    engine.execute(
        """INSERT INTO ledger_keys SELECT (SELECT count(*) FROM ledger_keys) + row_number() OVER (ORDER BY customer_id), customer_id
           FROM (SELECT DISTINCT customer_id FROM bought_in ANTI JOIN ledger_keys USING (customer_id))"""
    )
    engine.execute(
        """INSERT INTO ledger_days SELECT k.customer_key, b.day, count(*), sum(b.profit + b.cost), 0, 0, sum(b.cost), 0, 0, 0, 0
           FROM bought_in b JOIN ledger_keys k USING (customer_id) GROUP BY 1, 2 ORDER BY 1, 2"""
    )
    engine.execute("DROP TABLE bought_in")
    engine.execute("DELETE FROM insight_customers")
    engine.execute(
        f"""INSERT INTO insight_customers SELECT k.customer_id, 'search', 'DE', min(d.day), NULL, 10, 5, 1, NULL, NULL
            FROM ledger_keys k JOIN ledger_days d USING (customer_key) WHERE d.day < DATE '{AS_OF}' GROUP BY ALL ORDER BY 1"""
    )


def happens(engine, customer, kind, day, effect, order_day=None):
    """A refund, a ticket, a letter."""
    engine.execute(
        "INSERT INTO ledger_events VALUES (NULL, ?, ?, ?, ?, ?, 0, 0, ?, 'actual', TRUE)",
        [customer, order_day, day, kind, effect if kind == "refund" else 0, effect],
    )


def joins(engine, *assigned):
    """Rows of the file of experiments: experiment, customer, arm, day and, where given, last day, cost and offer."""
    rows = [(*each, None, None, None)[:7] for each in assigned]
    columns = [list(column) for column in zip(*rows, strict=True)]
    engine.execute(
        "INSERT INTO sources_experiments SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::DATE[]), "
        "unnest(?::DATE[]), unnest(?::DECIMAL(18,4)[]), unnest(?::VARCHAR[]), 'EUR', 1",
        columns,
    )


def lay_out(
    found,
    arm,
    *,
    name="letter test",
    arms=("control", "letter"),
    cost=1.0,
    days_ago=None,
    ended=True,
    threads=1,
    shuffled=None,
):
    """A crowd in tables, all of it in one experiment that ended the day before the run (or ``days_ago`` days before)."""
    engine, frame = empty_shop(threads)
    ago = found.window if days_ago is None else days_ago
    start = np.datetime64(AS_OF) - np.timedelta64(ago, "D")
    ids = np.array([f"C{place:06d}" for place in range(len(found))], dtype=object)
    engine.write("keys_in", {"customer_key": np.arange(1, len(found) + 1).astype(np.int32), "customer_id": ids})
    engine.execute("INSERT INTO ledger_keys SELECT * FROM keys_in")
    profit = found.profit.copy()
    when = (start + found.day.astype("timedelta64[D]")).astype("datetime64[us]")
    engine.write("days_in", {"customer_key": (found.who + 1).astype(np.int32), "day": when, "profit": profit})
    engine.execute(
        """INSERT INTO ledger_days SELECT customer_key, CAST(day AS DATE), count(*), sum(CAST(profit AS DECIMAL(18,4))),
           0, 0, 0, 0, 0, 0, 0 FROM days_in GROUP BY 1, 2 ORDER BY 1, 2"""
    )
    last = start + np.timedelta64(found.window - 1, "D")
    given = {
        "customer_id": ids,
        "arm": np.array(arms, dtype=object)[arm],
        "cost": np.where(arm > 0, cost, 0.0),
        "assigned_on": np.full(len(ids), start).astype("datetime64[us]"),
    }
    engine.write("given_in", given)
    ends = f"DATE '{last}'" if ended else "NULL"
    engine.execute(
        f"""INSERT INTO sources_experiments SELECT '{name}', customer_id, arm, CAST(assigned_on AS DATE), {ends},
            CAST(cost AS DECIMAL(18,4)), 'offer', 'EUR', 1 FROM given_in {"" if shuffled is None else f"ORDER BY hash(customer_id || {shuffled})"}"""
    )
    engine.execute(
        f"""INSERT INTO insight_customers SELECT k.customer_id, 'c' || (k.customer_key % 3), 'DE', min(d.day), NULL, 10 + k.customer_key % 40, 5, 1,
            NULL, NULL FROM ledger_keys k JOIN ledger_days d USING (customer_key) WHERE d.day < DATE '{AS_OF}' GROUP BY ALL ORDER BY 1"""
    )
    for table in ("keys_in", "days_in", "given_in"):
        engine.execute(f"DROP TABLE {table}")
    return engine, frame


# --- a published result


def publish(engine, frame, out):
    """What a run would publish of the room, of the segments and of the customers, delivered into a folder."""
    publisher = Publisher(out / "store")
    folder = publisher.workplace()
    (folder / "tables").mkdir()
    engine.execute(
        """CREATE OR REPLACE TABLE customer_value AS SELECT customer_id, value_mean, orders_mean, first_order_at, 1 AS orders
           FROM insight_customers ORDER BY customer_id"""
    )
    engine.execute(
        """CREATE OR REPLACE TABLE segments_customers AS SELECT customer_id, CASE WHEN value_mean >= 40 THEN 'core' WHEN value_mean >= 15
           THEN 'solid' ELSE 'small' END AS tier, 'the rest' AS quadrant, CASE WHEN hash(customer_id) % 3 = 0 THEN 'quiet' ELSE 'steady' END
           AS life_cycle, 1 AS recency_score, 1 AS frequency_score, 1 AS money_score, 'loyal' AS rfm FROM insight_customers ORDER BY 1"""
    )
    engine.to_parquet("SELECT * FROM customer_value", folder / "customer_value.parquet")
    for table in ("segments_customers", "experiments_customers", "experiments_windows"):
        engine.to_parquet(f"SELECT * FROM {table}", folder / "tables" / f"{table}.parquet")
    record = {
        "as_of": frame.as_of.isoformat(),
        "currency": frame.currency,
        "basis": "profit" if frame.in_profit else "revenue",
    }
    (folder / "run.json").write_text(json.dumps(record))
    deliver(publisher.publish(folder), out)
    return out
