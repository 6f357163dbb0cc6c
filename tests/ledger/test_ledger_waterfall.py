"""From gross sales to profit, and in what values are counted."""

from ledger_spec import books, expect


def test_the_waterfall_shows_each_step_and_how_it_is_known() -> None:
    engine = books(
        """
        orders
        order_id | customer_id | ordered_on | gross | discount | shipping_charged
        A1       | ana         | 2024-01-05 | 100   | 10       | 5
        A2       | bob         | 2024-01-06 | 100   | 0        | 0
        order_costs
        order_id | cost_type     | amount
        A1       | shipping_paid | 6
        refunds
        order_id | refunded_on | amount | kind
        A2       | 2024-01-20  | 100    | cancellation
        """,
        "costs = [{cost = 'margin', rate = 0.4}, {cost = 'returns_handling', fixed = 3}]",
    )
    expect(
        engine,
        """
        ledger_waterfall
        position | step                            | amount | kind  | actual_share | ruled_share | missing_share
        1        | Gross sales                     | 200    | start | 1            | 0           | 0
        2        | Discounts                       | -10    | minus | 1            | 0           | 0
        3        | Shipping charged                | 5      | plus  | 1            | 0           | 0
        4        | Refunds                         | -100   | minus | 1            | 0           | 0
        5        | Net revenue                     | 95     | total | 1            | 0           | 0
        6        | Goods                           | -54    | minus | 0            | 1           | 0
        7        | Payment fees                    | 0      | minus | 0            | 0           | 1
        8        | Fulfilment                      | 0      | minus | 0            | 0           | 1
        9        | Shipping                        | -6     | minus | 0.487179     | 0           | 0.512821
        10       | Commission                      | 0      | minus | 0            | 0           | 1
        11       | Returns handling                | -3     | minus | 0            | 1           | 0
        12       | Service                         | 0      | minus | 0            | 0           | 1
        13       | Communications                  | 0      | minus | 0            | 0           | 1
        14       | Profit before winning customers | 32     | total | -            | -           | -
        15       | Winning customers               | 0      | minus | 0            | 0           | 1
        16       | Profit after winning customers  | 32     | total | -            | -           | -
        """,
    )


def test_the_reason_of_a_basis_names_what_is_missing() -> None:
    order = "orders\norder_id | customer_id | ordered_on | gross\nA1 | ana | 2024-01-05 | 100"
    [revenue] = books(order).records("SELECT * FROM ledger_facts")
    assert "no product costs, no margin rule" in revenue["basis_reason"]
    [profit] = books(order, "costs = [{cost = 'margin', rate = 0.4}]").records("SELECT * FROM ledger_facts")
    assert profit["basis_reason"].startswith("The cost of goods is known for 100 % of net revenue (100 % ruled)")
    assert "payment fees" in profit["basis_reason"]
