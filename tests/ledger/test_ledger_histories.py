"""Purchase histories up to a cut."""

from datetime import date

from ledger_spec import books, expect

from lifeworth import ledger
from lifeworth.store.engine import Engine

SHOP = """
    orders
    order_id | customer_id | ordered_on | gross | discount
    A1       | ana         | 2024-01-01 | 100   | 0
    A2       | ana         | 2024-01-01 | 20    | 0
    A3       | ana         | 2024-01-11 | 0     | 0
    A4       | ana         | 2024-01-31 | 50    | 10
    B1       | bob         | 2024-02-09 | 30    | 0
    C1       | cy          | 2024-02-10 | 99    | 0
    refunds
    refund_id | order_id | customer_id | refunded_on | amount | kind
    R1        | A4       | -           | 2024-02-05  | 40     | cancellation
    R2        | -        | ana         | 2024-02-06  | 5      | refund
    R3        | A1       | -           | 2024-02-10  | 100    | cancellation
    service
    ticket_id | customer_id | opened_on  | cost
    T1        | ana         | 2024-01-15 | 4
    T2        | ana         | 2024-02-10 | 4
"""
MARGIN = "costs = [{cost = 'margin', rate = 0.5}]"


def histories(engine: Engine, cut: str) -> Engine:
    ledger.histories(engine, date.fromisoformat(cut), "ledger_histories")
    return engine


def test_days_are_purchases_and_the_cut_is_the_future() -> None:
    engine = histories(books(SHOP, MARGIN), "2024-02-10")
    expect(
        engine,
        """
        ledger_histories
        customer_id | orders | frequency | recency_days | T_days | first_order_at | last_order_at | tickets
        ana         | 4      | 2         | 30           | 40     | 2024-01-01     | 2024-01-31    | 1
        bob         | 1      | 0         | 0            | 1      | 2024-02-09     | 2024-02-09    | 0
        """,
    )


def test_money_follows_its_purchase_day_and_a_refund_never_removes_a_purchase() -> None:
    engine = histories(books(SHOP, MARGIN), "2024-02-10")
    expect(
        engine,
        """
        ledger_histories
        customer_id | revenue | profit | day_revenue_sum | day_revenue_sumsq | day_profit_sum | day_profit_sumsq
        ana         | 115     | 51     | 120             | 14400             | 56             | 3616
        bob         | 30      | 15     | 30              | 900               | 15             | 225
        ledger_histories
        customer_id | day_cross_sum
        ana         | 7200
        bob         | 450
        ledger_histories
        customer_id | paid_days | paid_revenue_sum | repeat_paid_days | repeat_paid_revenue_sum | returned_share
        ana         | 1         | 120              | 0                | 0                       | 0.28125
        bob         | 1         | 30               | 0                | 0                       | 0
        """,
    )


def test_in_revenue_the_profit_columns_repeat_revenue() -> None:
    engine = histories(books(SHOP), "2024-01-20")
    expect(
        engine,
        """
        ledger_histories
        customer_id | revenue | profit | day_profit_sum | day_profit_sumsq | day_cross_sum | tickets
        ana         | 120     | 120    | 120            | 14400            | 14400         | 1
        """,
    )


def test_repeat_money_leaves_the_first_day_out() -> None:
    engine = histories(books(SHOP), "2024-02-01")
    expect(
        engine,
        """
        ledger_histories
        customer_id | paid_days | paid_revenue_sum | repeat_paid_days | repeat_paid_revenue_sum
        ana         | 2         | 160              | 1                | 40
        """,
    )


def test_nothing_before_the_cut_is_an_empty_table() -> None:
    engine = histories(books(SHOP), "2023-01-01")
    assert engine.rows("SELECT * FROM ledger_histories") == []


def test_closing_on_an_earlier_day_forgets_what_came_later() -> None:
    engine = books(SHOP, MARGIN, as_of="2024-02-06")
    expect(
        engine,
        """
        ledger_customers
        customer_id | orders | refunded | net_revenue | goods_cost | service | profit | last_order_on
        ana         | 4      | 40       | 120         | 60         | 4       | 56     | 2024-01-31
        ledger_facts
        merged_same_day | first_day  | last_day
        1               | 2024-01-01 | 2024-01-31
        ledger_reconciliation where check_name like 'Net revenue%'
        check_name                     | source_total | ledger_total | difference
        Net revenue                    | 120          | 120          | 0
        Net revenue from 2024-02-06 on | 24           | 24           | 0
        """,
    )


def test_weeks_count_repeat_purchase_days() -> None:
    engine = books(SHOP)
    weeks = ledger.weekly_repeat_purchases(engine, date(2024, 1, 1), date(2024, 2, 1), date(2024, 1, 2))
    assert weeks == [
        (date(2024, 1, 1), 0),
        (date(2024, 1, 8), 1),
        (date(2024, 1, 15), 0),
        (date(2024, 1, 22), 0),
        (date(2024, 1, 29), 1),
    ]


def test_an_empty_shop_has_empty_books() -> None:
    engine = books("")
    assert ledger.last_day(engine) is None
    assert engine.rows("SELECT * FROM ledger_customers") == []
    histories(engine, "2024-01-01")
    expect(engine, "ledger_facts\nbasis | first_day | merged_same_day\nrevenue | - | 0")


def test_books_can_be_kept_again_in_the_same_database() -> None:
    engine = books(SHOP, MARGIN)
    books(SHOP + "order_costs\norder_id | cost_type | amount\nB1 | payment_fee | 1", engine=engine)
    expect(engine, "ledger_customers where customer_id = 'bob'\norders | profit\n1 | 29")
    books(SHOP, MARGIN, engine=engine)
    expect(engine, "ledger_customers where customer_id = 'bob'\norders | profit\n1 | 15")
