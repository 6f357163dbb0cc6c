"""A made-up shop written straight into the tables the answers read: seasons, channels, returns, loss-makers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np

from lifeworth.answers.run_facts import RunFacts
from lifeworth.backtest import tables as backtest_tables
from lifeworth.backtest.diagnostics.finding import Finding
from lifeworth.backtest.diagnostics.table import write_diagnostics
from lifeworth.models.blend import SITUATIONS
from lifeworth.monitoring import tables as monitoring_tables
from lifeworth.store.duckdb.engine import DuckDB

AS_OF = date(2025, 9, 1)
FIRST = date(2023, 3, 1)
HORIZON = 365
ROOMS_EMPTY = {
    "sources_files": "file_no INTEGER, path VARCHAR, name VARCHAR, sha256 VARCHAR, kind VARCHAR, preset VARCHAR, rows_read BIGINT,"
    " rows_loaded BIGINT, rows_duplicate BIGINT, rows_quarantined BIGINT, rows_ignored BIGINT",
    "sources_reasons": "file_no INTEGER, verdict VARCHAR, reason VARCHAR, rows BIGINT, amount DECIMAL(38,4), currency VARCHAR, first_line BIGINT",
    "sources_order_lines": "order_id VARCHAR, line_no INTEGER, kind VARCHAR, amount DECIMAL(18,4)",
    "sources_refunds": "refund_id VARCHAR, kind VARCHAR, amount DECIMAL(18,4)",
    "ledger_orders": "order_id VARCHAR, customer_id VARCHAR, ordered_on DATE, channel VARCHAR, country VARCHAR, gross DECIMAL(18,4),"
    " discount DECIMAL(18,4), shipping_charged DECIMAL(18,4), net_sale DECIMAL(18,4), goods_cost DECIMAL(18,4), payment_fee DECIMAL(18,4),"
    " fulfilment DECIMAL(18,4), shipping_cost DECIMAL(18,4), commission DECIMAL(18,4), profit_sale DECIMAL(18,4), goods_basis VARCHAR,"
    " fee_basis VARCHAR, fulfilment_basis VARCHAR, shipping_basis VARCHAR",
    "ledger_events": "order_id VARCHAR, customer_id VARCHAR, order_day DATE, happened_on DATE, kind VARCHAR, revenue_effect DECIMAL(18,4),"
    " goods_effect DECIMAL(18,4), cost DECIMAL(18,4), profit_effect DECIMAL(18,4), basis VARCHAR, matched BOOLEAN",
    "ledger_acquisition": "customer_id VARCHAR, acquired_on DATE, channel VARCHAR, cost DECIMAL(18,4), basis VARCHAR",
    "ledger_coverage": "cost VARCHAR, basis VARCHAR, orders BIGINT, amount DECIMAL(38,4), share DOUBLE",
    "ledger_waterfall": "position INTEGER, step VARCHAR, amount DECIMAL(38,4), kind VARCHAR, actual_share DOUBLE, ruled_share DOUBLE,"
    " allocated_share DOUBLE, missing_share DOUBLE",
    "ledger_reconciliation": "check_name VARCHAR, source_total DECIMAL(38,4), ledger_total DECIMAL(38,4), difference DECIMAL(38,4), explanation VARCHAR",
    "ledger_facts": "basis VARCHAR, basis_reason VARCHAR, currency VARCHAR, merged_same_day BIGINT, first_day DATE, last_day DATE",
}
CUSTOMERS_SQL = """
CREATE OR REPLACE TABLE ledger_customers AS
WITH sales AS (
    SELECT customer_id, count(*)::INTEGER AS orders, min(ordered_on) AS first_order_on, max(ordered_on) AS last_order_on,
           sum(gross) AS gross, sum(discount) AS discount, sum(shipping_charged) AS shipping_charged, sum(net_sale) AS net_sale,
           sum(goods_cost) AS goods_cost, sum(payment_fee) AS payment_fee, sum(fulfilment) AS fulfilment,
           sum(shipping_cost) AS shipping_cost, sum(commission) AS commission, sum(profit_sale) AS profit_sale
    FROM ledger_orders GROUP BY 1
), after AS (
    SELECT customer_id, sum(revenue_effect) AS back, sum(goods_effect) AS goods_back, sum(profit_effect) AS effect,
           sum(cost) FILTER (WHERE kind = 'returns_handling') AS handling, sum(cost) FILTER (WHERE kind = 'service') AS service,
           count(*) FILTER (WHERE kind = 'service')::INTEGER AS tickets
    FROM ledger_events GROUP BY 1
)
SELECT s.customer_id, orders, first_order_on, last_order_on, gross, discount, -coalesce(back, 0) AS refunded, shipping_charged,
       net_sale + coalesce(back, 0) AS net_revenue, goods_cost - coalesce(goods_back, 0) AS goods_cost, payment_fee, fulfilment,
       shipping_cost, commission, coalesce(handling, 0) AS returns_handling, coalesce(service, 0) AS service,
       0::DECIMAL(18,4) AS contact, coalesce(q.cost, 0) AS acquisition, net_sale - goods_cost AS profit_cm1, profit_sale AS profit_cm2,
       profit_sale + coalesce(effect, 0) AS profit, profit_sale + coalesce(effect, 0) - coalesce(q.cost, 0) AS profit_after_acquisition,
       CASE WHEN net_sale > 0 THEN (-coalesce(back, 0) / net_sale)::DOUBLE ELSE 0 END AS returned_share, coalesce(tickets, 0) AS tickets
FROM sales s LEFT JOIN after a USING (customer_id) LEFT JOIN ledger_acquisition q USING (customer_id) ORDER BY customer_id
"""
WATERFALL = (
    ("Gross sales", "gross", 1, "start"), ("Discounts", "discount", -1, "minus"), ("Shipping charged", "shipping_charged", 1, "plus"),
    ("Refunds", "refunded", -1, "minus"), ("Net revenue", "net_revenue", 1, "total"), ("Goods", "goods_cost", -1, "minus"),
    ("Payment fees", "payment_fee", -1, "minus"), ("Fulfilment", "fulfilment", -1, "minus"), ("Shipping", "shipping_cost", -1, "minus"),
    ("Commission", "commission", -1, "minus"), ("Returns handling", "returns_handling", -1, "minus"), ("Service", "service", -1, "minus"),
    ("Communications", "contact", -1, "minus"), ("Profit before winning customers", "profit", 1, "total"),
    ("Winning customers", "acquisition", -1, "minus"), ("Profit", "profit_after_acquisition", 1, "total"),
)  # fmt: skip
SHARES = {
    "Goods": (0.94, 0.0, 0.0, 0.06), "Payment fees": (0.0, 1.0, 0.0, 0.0), "Fulfilment": (0.0, 1.0, 0.0, 0.0), "Shipping": (0.7, 0.3, 0.0, 0.0),
    "Returns handling": (0.0, 1.0, 0.0, 0.0), "Service": (0.39, 0.61, 0.0, 0.0), "Communications": (0.0, 0.0, 0.0, 1.0),
    "Winning customers": (0.0, 0.0, 1.0, 0.0),
}  # fmt: skip


def empty_tables(engine: DuckDB) -> None:
    for table, columns in ROOMS_EMPTY.items():
        engine.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
    backtest_tables.make_empty(engine)
    monitoring_tables.make_empty(engine)
    write_diagnostics(engine, ())


def made_up_shop(
    engine: DuckDB, customers: int = 3000, *, basis: str = "profit", currency: str | None = "GBP", seed: int = 7
) -> RunFacts:
    """Fill every table the answers read; return the facts of the made-up run."""
    rng = np.random.default_rng(seed)
    empty_tables(engine)
    people = _people(rng, customers)
    _orders(engine, rng, people)
    _events(engine)
    _acquisition(engine)
    engine.execute(CUSTOMERS_SQL)
    if basis == "revenue":
        engine.execute("UPDATE ledger_customers SET profit = net_revenue")
    _values(engine, people, basis, currency)
    _ledger_tables(engine, basis, currency)
    _sources(engine, currency or "")
    _backtest(engine, rng, customers)
    return facts_of(engine, basis, currency)


def facts_of(engine: DuckDB, basis: str = "profit", currency: str | None = "GBP") -> RunFacts:
    [row] = engine.records(
        """SELECT count(*) AS customers, coalesce(sum(value_mean), 0) AS value, coalesce(sum(revenue_mean), 0) AS revenue,
        coalesce(sum(orders_mean), 0) AS orders, coalesce(sum(residual_value_mean), 0) AS residual_value FROM values_customers"""
    )
    base = {"customers": float(row["customers"]), "shared_spread": 0.03}
    for name in ("value", "revenue", "orders", "residual_value"):
        middle = float(row[name])
        base |= {
            f"{name}_mean": middle,
            f"{name}_low": middle - abs(middle) * 0.11,
            f"{name}_high": middle + abs(middle) * 0.13,
        }
    return RunFacts(
        run_id="20250901-101500-3f9c", lifeworth_version="0.1.0", as_of=AS_OF, horizon_days=HORIZON, interval_level=0.8, discount=0.10,
        currency=currency, basis=basis,
        basis_reason="94 % of net revenue has a cost of goods" if basis == "profit" else "no file or rule says what goods cost",
        seed=1, base=base, model_chosen="BG/NBD with Gamma-Gamma spend", model_reason="predicted the hidden stretch best of three",
        warnings=("The last week of the history is shorter than seven days.",), created_at=datetime(2025, 9, 1, 10, 15, tzinfo=UTC),
    )  # fmt: skip


def _people(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    span = (AS_OF - FIRST).days
    born = np.sort(rng.integers(0, span, n))
    rate = rng.gamma(0.9, 1 / 70, n) * (1 + 0.3 * (born > span / 2))
    life = rng.exponential(rng.gamma(2.0, 260, n))
    basket = np.exp(rng.normal(3.6, 0.7, n))
    repeats = np.minimum(rng.poisson(rate * np.minimum(span - born, life)), 120)
    margin = np.where(rng.random(n) < 0.12, rng.uniform(-0.25, 0.05, n), rng.uniform(0.12, 0.55, n))
    return {
        "born": born,
        "rate": rate,
        "life": life,
        "basket": basket,
        "repeats": repeats,
        "margin": margin,
        "span": np.full(n, span),
    }


def _orders(engine: DuckDB, rng: np.random.Generator, people: dict[str, np.ndarray]) -> None:
    n, counts = len(people["born"]), people["repeats"] + 1
    who = np.repeat(np.arange(n), counts)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    room = np.minimum(people["span"] - people["born"] - 1, people["life"])
    day = people["born"][who] + rng.random(len(who)) * np.maximum(room[who], 0)
    day[first] = people["born"]
    gross = people["basket"][who] * np.exp(rng.normal(0, 0.35, len(who)))
    engine.write(
        "made_up",
        {
            "who": who,
            "day": day.astype(np.int64),
            "gross": gross,
            "margin": people["margin"][who],
            "luck": rng.random(len(who)),
        },
    )
    engine.execute(
        f"""INSERT INTO ledger_orders BY NAME
        SELECT 'O' || row_number() OVER () AS order_id, 'C' || lpad(who::VARCHAR, 6, '0') AS customer_id,
               DATE '{FIRST}' + day::INTEGER AS ordered_on, CASE WHEN who % 3 = 0 THEN 'search' ELSE 'social' END AS channel, 'GB' AS country,
               gross, gross * 0.07 AS discount, 3.5 AS shipping_charged, gross * 0.93 + 3.5 AS net_sale,
               (gross * 0.93) * (0.82 - margin) AS goods_cost, gross * 0.02 + 0.3 AS payment_fee, 1.4 AS fulfilment, 4.1 AS shipping_cost,
               0 AS commission,
               gross * 0.93 + 3.5 - gross * 0.93 * (0.82 - margin) - gross * 0.02 - 0.3 - 1.4 - 4.1 AS profit_sale,
               'actual' AS goods_basis, 'ruled' AS fee_basis, 'ruled' AS fulfilment_basis, 'actual' AS shipping_basis
        FROM made_up"""
    )


def _events(engine: DuckDB) -> None:
    engine.execute(
        f"""INSERT INTO ledger_events BY NAME
        WITH back AS (SELECT * FROM ledger_orders WHERE hash(order_id) % 100 < 8 AND ordered_on + 9 < DATE '{AS_OF}')
        SELECT order_id, customer_id, ordered_on AS order_day, ordered_on + 9 AS happened_on, 'refund' AS kind, -net_sale * 0.8 AS revenue_effect,
               goods_cost * 0.6 AS goods_effect, 0 AS cost, -net_sale * 0.8 + goods_cost * 0.6 AS profit_effect, 'actual' AS basis, true AS matched FROM back
        UNION ALL SELECT order_id, customer_id, ordered_on, ordered_on + 10, 'returns_handling', 0, 0, 3.2, -3.2, 'ruled', true FROM back
        UNION ALL SELECT order_id, customer_id, ordered_on, ordered_on + 3, 'service', 0, 0, 5.5, -5.5, 'ruled', true
        FROM ledger_orders WHERE hash(order_id) % 100 >= 95 AND ordered_on + 3 < DATE '{AS_OF}'"""
    )


def _acquisition(engine: DuckDB) -> None:
    engine.execute(
        """INSERT INTO ledger_acquisition
        SELECT customer_id, min(ordered_on), any_value(channel), CASE WHEN any_value(channel) = 'search' THEN 9.0 ELSE 16.0 END, 'allocated'
        FROM ledger_orders GROUP BY 1"""
    )


def _values(engine: DuckDB, people: dict[str, np.ndarray], basis: str, currency: str | None) -> None:
    money = "past_profit" if basis == "profit" else "past_revenue"
    engine.execute(
        f"""CREATE OR REPLACE TABLE values_customers AS
        WITH known AS (
            SELECT customer_id, orders, orders - 1 AS frequency, (last_order_on - first_order_on)::INTEGER AS recency_days,
                   (DATE '{AS_OF}' - first_order_on)::INTEGER AS T_days, first_order_on AS first_order_at, last_order_on AS last_order_at,
                   net_revenue::DOUBLE AS past_revenue, profit::DOUBLE AS past_profit, returned_share, tickets
            FROM ledger_customers
        ), rhythm AS (
            SELECT *, (DATE '{AS_OF}' - last_order_at)::INTEGER AS days_since_last,
                   (0.55 + frequency) / (120.0 + T_days) AS rate, exp(-0.9 * (T_days - recency_days) * (0.35 + frequency) / (90.0 + T_days)) AS p_alive
            FROM known
        ), ahead AS (
            SELECT *, 0.82 * p_alive * rate * {HORIZON} AS orders_mean, {money} / orders AS per_order, past_revenue / orders AS revenue_per_order FROM rhythm
        ), shrunk AS (
            SELECT *, (per_order * orders + 8.0 * 3) / (orders + 3) AS worth_per_order FROM ahead
        )
        SELECT customer_id, DATE '{AS_OF}' AS as_of, {HORIZON} AS horizon_days, 0.8 AS interval_level, {f"'{currency}'" if currency else "NULL::VARCHAR"} AS currency,
               '{basis}' AS basis, orders, frequency, recency_days, T_days, days_since_last, first_order_at, last_order_at, past_revenue,
               {"past_profit" if basis == "profit" else "NULL::DOUBLE"} AS past_profit, p_alive,
               orders_mean, CASE WHEN orders_mean < 0.12 THEN 0 ELSE floor(orders_mean * 0.3) END AS orders_low,
               CASE WHEN orders_mean < 0.12 THEN 0 ELSE ceil(orders_mean * 1.7) END AS orders_high,
               orders_mean * revenue_per_order AS revenue_mean, floor(orders_mean * 0.3) * revenue_per_order AS revenue_low,
               CASE WHEN orders_mean < 0.12 THEN 0 ELSE ceil(orders_mean * 1.7) * revenue_per_order END AS revenue_high,
               orders_mean * worth_per_order AS value_mean,
               CASE WHEN orders_mean < 0.12 THEN 0 WHEN worth_per_order < 0 THEN orders_mean * worth_per_order * 1.9
                    ELSE orders_mean * worth_per_order * (0.15 + 0.6 * (1 - 1 / sqrt(1 + frequency / 3.0))) END AS value_low,
               CASE WHEN orders_mean < 0.12 THEN 0 WHEN worth_per_order < 0 THEN 0 ELSE orders_mean * worth_per_order * (1.25 + 1.2 / sqrt(1 + frequency / 3.0)) END AS value_high,
               CASE WHEN orders_mean > 0.8 THEN DATE '{AS_OF}' + (1 / rate)::INTEGER END AS next_order_mean,
               CASE WHEN orders_mean > 0.8 THEN DATE '{AS_OF}' + (0.2 / rate)::INTEGER END AS next_order_low,
               CASE WHEN orders_mean > 0.8 THEN DATE '{AS_OF}' + (2.1 / rate)::INTEGER END AS next_order_high,
               CASE WHEN frequency >= 8 THEN 'A' WHEN frequency >= 3 THEN 'B' WHEN frequency >= 1 THEN 'C' ELSE 'D' END AS evidence,
               CASE WHEN frequency >= 8 THEN 'orders about every ' || greatest(1, (recency_days / frequency)::INTEGER) || ' days'
                    WHEN frequency >= 1 THEN (frequency + 1) || ' purchases so far' ELSE 'one purchase so far: judged by what others like it did' END AS reason_1,
               CASE WHEN days_since_last > 2 * recency_days / greatest(frequency, 1) THEN 'quiet for ' || days_since_last || ' days'
                    ELSE 'last bought ' || days_since_last || ' days ago' END AS reason_2,
               CASE WHEN returned_share > 0.2 THEN round(100 * returned_share)::INTEGER || ' % returned' WHEN tickets > 0 THEN tickets || ' service tickets' ELSE '' END AS reason_3,
               '' AS segment, '' AS persona, 'BG/NBD' AS model, '1' AS model_version, '20250901-101500-3f9c' AS run_id,
               orders_mean * worth_per_order * 1.8 AS residual_value_mean, 0.0 AS residual_value_low, abs(orders_mean * worth_per_order) * 4 AS residual_value_high,
               {money} + orders_mean * worth_per_order * 1.8 AS lifetime_value_mean, {money} AS lifetime_value_low,
               {money} + abs(orders_mean * worth_per_order) * 4 AS lifetime_value_high, 0.8 * abs(orders_mean * worth_per_order) AS value_sd
        FROM shrunk ORDER BY customer_id"""
    )


def _ledger_tables(engine: DuckDB, basis: str, currency: str | None) -> None:
    rows = WATERFALL if basis == "profit" else WATERFALL[:5]
    for position, (step, column, sign, kind) in enumerate(rows):
        shares = SHARES.get(step, (1.0, 0.0, 0.0, 0.0))
        engine.execute(
            f"INSERT INTO ledger_waterfall SELECT ?, ?, {sign} * coalesce(sum({column}), 0), ?, ?, ?, ?, ? FROM ledger_customers",
            [position, step, kind, *shares],
        )
    costs = {"goods": "Goods", "payment_fee": "Payment fees", "fulfilment": "Fulfilment", "shipping": "Shipping",
             "returns_handling": "Returns handling", "service": "Service", "contact": "Communications", "acquisition": "Winning customers"}  # fmt: skip
    for cost, step in costs.items():
        known = SHARES[step] if basis == "profit" else (0.0, 0.0, 0.0, 1.0)
        for name, share in zip(("actual", "ruled", "allocated", "missing"), known, strict=True):
            if share:
                engine.execute("INSERT INTO ledger_coverage VALUES (?, ?, 100, 1234.5, ?)", [cost, name, share])
    engine.execute(
        "INSERT INTO ledger_facts SELECT ?, 'as the fixture says', ?, 31, min(ordered_on), max(ordered_on) FROM ledger_orders",
        [basis, currency],
    )
    total = engine.value("SELECT coalesce(sum(net_sale), 0) FROM ledger_orders")
    engine.execute("INSERT INTO ledger_reconciliation VALUES ('net sales', ?, ?, 0, '')", [total, total])


def _sources(engine: DuckDB, currency: str) -> None:
    lines = engine.value("SELECT count(*) FROM ledger_orders")
    engine.execute(
        f"""INSERT INTO sources_files VALUES
        (1, 'data/orders.csv', 'orders.csv', 'ab', 'order_lines', 'generic', {lines * 2 + 412}, {lines * 2}, 301, 17, 94),
        (2, 'data/products.csv', 'products.csv', 'cd', 'products', 'generic', 240, 240, 0, 0, 0),
        (3, 'data/service.csv', 'service.csv', 'ef', 'service', 'generic', 733, 731, 2, 0, 0)"""
    )
    engine.execute(
        """INSERT INTO sources_reasons VALUES (1, 'duplicate', 'same order line read before', 301, 9412.5, $1, 118),
        (1, 'quarantined', 'amount is not a number', 17, 0, $1, 9913), (1, 'ignored', 'no customer: a guest sale nobody can be credited with', 81, 4120.75, $1, 77),
        (1, 'ignored', 'test order', 13, 13, $1, 4051), (3, 'duplicate', 'same ticket read before', 2, 11, $1, 60)""",
        [currency],
    )


def wholesale_codes(engine: DuckDB) -> None:
    """A file whose rows are not all goods, a third of them of nobody, as in a wholesaler's export."""
    engine.execute(
        "INSERT INTO sources_order_lines VALUES ('1', 1, 'goods', 900), ('1', 2, 'shipping', 20), ('2', 1, 'manual', 55)"
    )
    engine.execute("INSERT INTO sources_refunds VALUES ('r', 'cancellation', 120)")
    engine.execute("INSERT INTO sources_reasons VALUES (1, 'ignored', 'no customer', 235287, 2566093.08, 'GBP', 264)")
    engine.execute(
        "INSERT INTO sources_reasons VALUES (1, 'ignored', 'this version does not use leads yet', 1050, NULL, NULL, 2)"
    )


def outside_its_range(engine: DuckDB) -> None:
    engine.execute(
        "UPDATE backtest_proof SET bias = 10.9, predicted_total = 1810349, predicted_low = 1696371, predicted_high = 1927294, actual_total = 1633001"
    )


CUTS = tuple(AS_OF - timedelta(days=91 + 45 * back) for back in reversed(range(8)))
METHODS = (
    # name, kind, share of what came, ranking, best tenth, mean miss
    ("lifeworth", "ours", 0.971, 0.71, 68.0, 21.0), ("purchase model", "model", 1.11, 0.69, 66.0, 21.9),
    ("two-stage", "model", 0.88, 0.66, 63.0, 22.4), ("Tweedie on purchase model", "model", 0.92, 0.68, 64.0, 22.2),
    ("zero", "floor", 0.0, 0.0, 10.0, 19.0), ("cohort mean", "floor", 1.04, -0.05, 11.0, 41.0),
    ("rate so far", "floor", 1.32, 0.63, 58.0, 29.5), ("last stretch", "floor", 1.12, 0.58, 55.0, 27.1),
    ("RFM cell mean", "floor", 0.95, 0.55, 52.0, 26.0),
)  # fmt: skip
WEIGHTS = {
    "purchase model": (0.7, 0.4, 0.25, 0.5),
    "two-stage": (0.1, 0.35, 0.5, 0.25),
    "Tweedie on purchase model": (0.2, 0.25, 0.25, 0.25),
}


def _league(engine: DuckDB, actual: float, customers: int) -> None:
    """Every method at eight past days; the newest as ``METHODS`` says, ranges from the third day on."""
    for place, cut in enumerate(CUTS):
        for name, kind, share, gini, best, mae in METHODS:
            said = actual * (share + 0.03 * (len(CUTS) - 1 - place) * (1 if place % 2 else -1) * (kind != "floor"))
            ranged = kind == "ours" and place >= 2
            engine.execute(
                """INSERT INTO backtest_league BY NAME SELECT $1 AS model, $2 AS kind, $3::DATE AS cut, 91 AS horizon_days, $4 AS customers,
                $5 AS actual_total, $6 AS predicted_total, $7 AS total_low, $8 AS total_high, 100 * ($6::DOUBLE / $5::DOUBLE - 1) AS bias, $9 AS gini,
                $10 AS top_decile, $11 AS mae, $12 AS coverage, $13 AS winner""",
                [name, kind, cut, customers, actual, said, said * 0.93 if ranged else None, said * 1.08 if ranged else None, gini, best,
                 mae, 80.6 if kind == "ours" else None, name == "lifeworth"],
            )  # fmt: skip


def _choice(engine: DuckDB, customers: int) -> None:
    for name, shares in WEIGHTS.items():
        for situation, share in zip(SITUATIONS, shares, strict=True):
            backtest_tables.insert(engine, "backtest_weights", [situation, name, share])
    backtest_tables.insert(
        engine,
        "backtest_dropped",
        ["two-stage on purchase model", "ranks customers no better than chance on the past (Gini 0.02)"],
    )
    members = [("predicted tenth", f"{tenth:02d}", 82.0 - 0.5 * tenth) for tenth in range(1, 11)]
    members += [
        ("last purchase", name, 79.0) for name in ("30 to 90 days", "90 to 365 days", "over a year", "within 30 days")
    ]
    for by, member, held in members:
        zero = 90.0 if member in ("09", "10", "over a year") else None
        row = [CUTS[-1], by, member, customers // 10, 100.0, 97.0, -3.0, 2.0, held, zero, 55.5]
        backtest_tables.insert(engine, "backtest_groups", row)
    add_biases(engine)
    add_newcomers(engine)
    findings = [
        Finding("season", 31.0, 1e-6, 0.3, True, "Repeat orders peak in November (+44 % against the other months)."),
        *(Finding(name, 1.0, 0.5, 0.0, False, "calm") for name in ("leaving", "pace", "prices", "segments")),
        Finding(
            "regularity",
            float("nan"),
            float("nan"),
            float("nan"),
            False,
            "Too few customers bought three times or more.",
        ),
    ]
    write_diagnostics(engine, findings)


BIASES = (
    # by, member, customers, bias, its standard error
    ("channel", "search", 400, -4.0, 6.0), ("channel", "social", 300, 77.3, 21.0), ("channel", "others", 20, 12.0, 30.0),
    ("situation", "new", 60, -12.0, 15.0), ("situation", "one order", 200, -17.8, 9.8), ("situation", "regular", 250, 4.7, 6.6),
    ("situation", "lapsing", 90, 1400.0, 800.0), ("cohort", "2024 Q4", 80, 3.0, 9.0), ("cohort", "2025 Q1", 70, -40.0, 8.0),
    ("horizon step", "day 1 to 30", 600, 2.0, 4.0), ("horizon step", "day 31 to 61", 600, -9.0, 4.0),
    ("horizon step", "day 62 to 91", 600, -31.0, 5.0),
)  # fmt: skip
NEWCOMERS = (
    # by, member, customers, mean, low, high, chance of a second order, share drawn to chance
    ("all newcomers", "all newcomers", 1000, 40.0, 37.0, 43.0, 0.69, 0.0),
    ("channel", "referral", 100, 70.0, 60.0, 80.0, 0.74, 0.26), ("channel", "search", 500, 42.0, 36.5, 46.0, 0.7, 0.24),
    ("channel", "social", 300, 25.0, 22.0, 28.0, 0.6, 0.25), ("channel", "others", 100, 90.0, 70.0, 110.0, 0.6, 0.3),
    ("country", "IT", 500, 39.0, 35.0, 43.0, 0.69, 0.9), ("country", "FR", 500, 41.0, 37.0, 45.0, 0.69, 0.9),
    ("household_size", "5+", 200, 79.0, 65.0, 94.0, 0.9, 0.3), ("household_size", "1", 800, 30.0, 27.0, 33.0, 0.5, 0.3),
    ("first order", "up to 4.86", 500, 10.0, 8.0, 12.0, 0.69, 0.2), ("first order", "above 4.86", 500, 70.0, 60.0, 80.0, 0.69, 0.2),
    ("first month", "2025-01", 1000, 10.0, 8.0, 12.0, 0.69, 0.2),
)  # fmt: skip


def add_biases(engine: DuckDB) -> None:
    """How far off groups and steps ahead were at the newest day; some of them at the day before too."""
    for cut in CUTS[-2:]:
        for by, member, customers, bias, error in BIASES:
            came = 100.0 * customers
            if cut == CUTS[-1] or by != "horizon step":
                row = [cut, by, member, customers, came, came * (1 + bias / 100), bias, error, 79.0, None, 50.0]
                backtest_tables.insert(engine, "backtest_groups", row)


def add_newcomers(engine: DuckDB) -> None:
    """What newcomers bring by what is known on the first day."""
    engine.execute(
        """CREATE OR REPLACE TABLE values_newcomers (grouped_by VARCHAR, member VARCHAR, customers BIGINT, value_mean DOUBLE,
        value_low DOUBLE, value_high DOUBLE, chance_of_second DOUBLE, first_order_mean DOUBLE, shrunk_share DOUBLE, sentence VARCHAR,
        as_of DATE, horizon_days INTEGER, seen_days INTEGER, interval_level DOUBLE)"""
    )
    for by, member, customers, mean, low, high, again, drawn in NEWCOMERS:
        engine.execute(
            "INSERT INTO values_newcomers VALUES (?, ?, ?, ?, ?, ?, ?, 12.28, ?, '', ?, ?, 180, 0.8)",
            [by, member, customers, mean, low, high, again, drawn, AS_OF, HORIZON],
        )


def _backtest(engine: DuckDB, rng: np.random.Generator, customers: int) -> None:
    cut, horizon = CUTS[-1], 91
    actual = Decimal("1.0") * customers * 11
    _league(engine, float(actual), customers)
    _choice(engine, customers)
    weeks = 104
    season = (
        customers
        / 33
        * (
            1
            + 0.18 * np.sin(np.arange(weeks) / 52 * 2 * np.pi)
            + 0.5 * np.exp(-(((np.arange(weeks) % 52 - 15) / 2.5) ** 2))
        )
    )
    trend = customers / 33 * (1 + 0.18 * np.sin(np.arange(weeks) / 52 * 2 * np.pi)) * 1.04
    seen = np.maximum(season + rng.normal(0, np.sqrt(np.maximum(season, 1))), 0).round()
    for week in range(weeks):
        hold = week >= weeks - 13
        spread = 1.4 * np.sqrt(trend[week]) * (1 + (0.06 * (week - 90) if hold else 0))
        engine.execute(
            "INSERT INTO backtest_tracking VALUES (?, ?, ?, ?, ?, ?, ?)",
            [cut - timedelta(weeks=weeks - 13 - week), week, "holdout" if hold else "fit", float(seen[week]), float(trend[week]),
             float(max(trend[week] - spread, 0)), float(trend[week] + spread)],
        )  # fmt: skip
    for decile in range(1, 11):
        predicted = 62.0 * 0.62 ** (decile - 1)
        engine.execute(
            "INSERT INTO backtest_deciles VALUES (?, ?, ?, ?, ?, ?)",
            [
                decile,
                customers // 10,
                predicted,
                predicted * (1.1 - 0.03 * decile),
                predicted * customers / 10,
                predicted * customers / 10 * (1.1 - 0.03 * decile),
            ],
        )
    engine.execute(
        "INSERT INTO backtest_proof VALUES (?, ?, ?, 'net revenue', ?, ?, ?, ?, -2.9, 80.6, 91.2, ?, 12, 13, 'lifeworth', ?, 8, 'blend')",
        [cut, horizon, customers, float(actual), float(actual) * 0.971, float(actual) * 0.90, float(actual) * 1.05, min(customers, 2000),
         "Blind to the last 91 days, the method was 2.9 % too low; the actual total lies inside its range."],
    )  # fmt: skip


def rival_wins(engine: DuckDB) -> None:
    engine.execute(
        "UPDATE backtest_proof SET winner = 'rate so far', kind = 'floor', bias = -21.4, weeks_inside = 4, verdict = 'The rate so far was closer: 6 % off against 21 % off.'"
    )
    engine.execute("UPDATE backtest_league SET winner = (model = 'rate so far')")
    engine.execute(
        "UPDATE backtest_league SET bias = -21.4, predicted_total = actual_total * 0.786, mae = 33.0 WHERE model = 'lifeworth'"
    )
    engine.execute(
        "UPDATE backtest_league SET bias = 6.1, predicted_total = actual_total * 1.061 WHERE model = 'rate so far'"
    )


def nothing_tells_apart(engine: DuckDB) -> None:
    """No signal: the mean of a cohort is used, for everybody alike."""
    engine.execute(
        "UPDATE backtest_proof SET winner = 'cohort mean', kind = 'no signal', verdict = 'No signal: no method does better.'"
    )
    engine.execute("UPDATE backtest_league SET winner = (model = 'cohort mean')")
    engine.execute(
        "UPDATE values_customers SET model = 'cohort mean (no signal)', value_mean = 10 + T_days / 100.0, value_low = 0, value_high = 90"
    )


def last_years_season(engine: DuckDB) -> None:
    """A total that is raised because of last year, and a column that knew the future."""
    backtest_tables.insert(engine, "backtest_total", [1.42, 0.06, 0.3646, 0.97, -0.0042, 11])
    engine.execute(
        "INSERT INTO backtest_leaks VALUES ('last_contact', 'recorded later', '88 of 90', 'The column last_contact holds days after 2025-06-02.')"
    )


def an_earlier_run(engine: DuckDB, *, alarm: bool = False) -> None:
    """The bridge from the run before, a matured prediction and the conditions for publishing."""
    steps = [("before", 10000), ("new customers", 1200.5), ("kept customers", 800), ("customers who stayed away", -2400.25), ("customers gone", 0),
             ("cost", 0), ("price", 150), ("model", -30), ("remainder", -0.25), ("after", 9720)]  # fmt: skip
    for place, (part, amount) in enumerate(steps):
        money = Decimal(str(amount))
        said = (
            f"Value of the base on 2025-06-0{place % 9 + 1}."
            if part in ("before", "after")
            else f"What {part} did. {money:+,.2f} GBP."
        )
        monitoring_tables.insert(engine, "monitoring_bridge", [[place, part, money, 12 if place % 2 else 0, said]])
    state, actual = ("alarm", 700.0) if alarm else ("fine", 1010.0)
    matured = [
        "run-1",
        date(2025, 5, 1),
        90,
        90,
        True,
        "revenue",
        1000.0,
        900.0,
        1100.0,
        actual,
        actual / 1000,
        300,
        0.81,
        0.75,
        0.86,
        state,
    ]
    part = [
        "run-2",
        date(2025, 7, 1),
        365,
        56,
        False,
        "purchases",
        120.0,
        None,
        None,
        118.0,
        0.98,
        0,
        None,
        None,
        None,
        "fine",
    ]
    monitoring_tables.insert(
        engine, "monitoring_matured", [[*matured, "The forecast of 2025-05-01 said 1,000 GBP."], [*part, "As said."]]
    )
    week = ["run-1", date(2025, 5, 1), 1, date(2025, 8, 18), 20.0, 5.0, 4.0, -3.7, 0.0, 6.0, "fewer" if alarm else ""]
    monitoring_tables.insert(engine, "monitoring_cusum", [week])
    monitoring_tables.insert(
        engine, "monitoring_gates", [["value", "pass", "-2.8%", "a move of 25%", "The value moved by -3%.", ""]]
    )


def no_proof(engine: DuckDB, reason: str = "the history spans 40 days, and a blind test needs at least 90") -> None:
    for table in engine.tables():
        if table.startswith("backtest_"):
            engine.execute(f"DELETE FROM {table}")
    engine.execute("INSERT INTO backtest_absent VALUES (?)", [reason])
