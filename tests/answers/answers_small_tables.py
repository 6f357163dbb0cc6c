"""Tables of a handful of customers, written out by hand."""

from datetime import date
from typing import Any

from report_made_up_shop import AS_OF, CUSTOMERS_SQL, empty_tables, facts_of, made_up_shop

from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.duckdb.engine import DuckDB


def small_shop(
    orders: list[tuple[Any, ...]], events: list[tuple[Any, ...]] = (), *, basis: str = "profit"
) -> tuple[DuckDB, RunFacts]:
    """Orders as (customer, day, net sale, profit), events as (customer, day, revenue effect, profit effect)."""
    engine = DuckDB()
    made_up_shop(engine, 2)
    shapes = {name: engine.columns(name) for name in ("values_customers",)}
    empty_tables(engine)
    for place, (customer, day, net, profit) in enumerate(orders):
        engine.execute(
            """INSERT INTO ledger_orders BY NAME SELECT $1 AS order_id, $2 AS customer_id, $3::DATE AS ordered_on, $4 AS gross, 0 AS discount,
            0 AS shipping_charged, $4 AS net_sale, $4 - $5 AS goods_cost, 0 AS payment_fee, 0 AS fulfilment, 0 AS shipping_cost, 0 AS commission,
            $5 AS profit_sale""",
            [f"O{place}", customer, day, net, profit],
        )
    for customer, day, revenue, profit in events:
        engine.execute(
            """INSERT INTO ledger_events BY NAME SELECT $1 AS customer_id, $2::DATE AS happened_on, 'refund' AS kind, $3 AS revenue_effect,
            0 AS goods_effect, $3 - $4 AS cost, $4 AS profit_effect""",
            [customer, day, revenue, profit],
        )
    engine.execute(CUSTOMERS_SQL)
    engine.execute("DELETE FROM values_customers")
    assert engine.columns("values_customers") == shapes["values_customers"]
    return engine, facts_of(engine, basis)


def add_value(engine: DuckDB, customer: str, value: tuple[float, float, float], **others: Any) -> None:
    """One line of values_customers: mean, low, high and whatever else matters."""
    row: dict[str, Any] = {
        "customer_id": customer, "as_of": AS_OF, "horizon_days": 365, "interval_level": 0.8, "currency": "GBP", "basis": "profit",
        "orders": 1, "frequency": 0, "recency_days": 0, "T_days": 200, "days_since_last": 200, "first_order_at": date(2025, 1, 1),
        "last_order_at": date(2025, 1, 1), "past_revenue": 10.0, "past_profit": 5.0, "p_alive": 0.5, "evidence": "D", "reason_1": "one order",
        "value_mean": value[0], "value_low": value[1], "value_high": value[2],
    } | others  # fmt: skip
    names = ", ".join(f"${place} AS {name}" for place, name in enumerate(row, 1))
    engine.execute(f"INSERT INTO values_customers BY NAME SELECT {names}", list(row.values()))
