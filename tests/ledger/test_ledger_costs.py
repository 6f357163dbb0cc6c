"""What an order costs: one spec a rule. These are the examples of docs/how-to/costs.md."""

import pytest
from ledger_spec import add_up, books, expect, the_day_after

SPECS = {
    "with no cost at all, profit is revenue and says so": (
        """
        orders
        order_id | customer_id | ordered_on | gross | discount | shipping_charged
        A1       | ana         | 2024-01-05 | 100   | 10       | 5
        """,
        "",
        """
        ledger_orders
        order_id | net_sale | goods_cost | goods_basis | fee_basis | profit_sale
        A1       | 95       | 0          | missing     | missing   | 95
        ledger_facts
        basis   | currency
        revenue | EUR
        """,
    ),
    "an overall margin leaves a share of net goods money, shipping charged apart": (
        """
        orders
        order_id | customer_id | ordered_on | gross | discount | shipping_charged
        A1       | ana         | 2024-01-05 | 100   | 10       | 5
        """,
        "costs = [{cost = 'margin', rate = 0.4}]",
        """
        ledger_orders
        order_id | net_sale | goods_cost | goods_basis | profit_sale
        A1       | 95       | 54         | ruled       | 41
        ledger_facts
        basis  | merged_same_day
        profit | 0
        """,
    ),
    "the margin of a day is the one that holds on it": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2023-12-31 | 100
        A2       | ana         | 2024-01-01 | 100
        A3       | ana         | 2024-06-30 | 100
        A4       | ana         | 2024-07-01 | 100
        """,
        """
        costs = [{cost = 'margin', rate = 0.5, valid_from = 2024-01-01, valid_to = 2024-07-01},
                 {cost = 'margin', rate = 0.4}]
        """,
        """
        ledger_orders
        order_id | goods_cost
        A1       | 60
        A2       | 50
        A3       | 50
        A4       | 60
        """,
    ),
    "a margin for the category goes before the overall one, and discounts are spread by amount": (
        """
        orders
        order_id | customer_id | ordered_on | gross | discount
        A1       | ana         | 2024-01-05 | 100   | 10
        A2       | ana         | 2024-01-06 | 50    | 0
        order_lines
        order_id | line_no | product_id | category | kind     | amount
        A1       | 1       | tea        | Drinks   | goods    | 75
        A1       | 2       | cup        | -        | goods    | 25
        A1       | 3       | -          | -        | shipping | 5
        """,
        "costs = [{cost = 'margin', rate = 0.5}, {cost = 'margin', rate = 0.2, category = 'drinks'}]",
        """
        ledger_orders
        order_id | goods_cost | goods_basis
        A1       | 65.25      | ruled
        A2       | 25         | ruled
        """,
    ),
    "a unit cost on the line, then in the catalogue on that day, goes before any margin": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 30
        A2       | ana         | 2024-02-05 | 30
        A3       | ana         | 2024-02-06 | 30
        order_lines
        order_id | product_id | quantity | amount | unit_cost_given
        A1       | tea        | 3        | 30     | -
        A2       | tea        | 3        | 30     | -
        A3       | tea        | 3        | 30     | 1
        products
        product_id | unit_cost | valid_from | valid_to
        tea        | 4         | -          | -
        tea        | 5         | 2024-02-01 | 2024-03-01
        """,
        "costs = [{cost = 'margin', rate = 0.9}]",
        """
        ledger_orders
        order_id | goods_cost | goods_basis
        A1       | 12         | actual
        A2       | 15         | actual
        A3       | 3          | actual
        """,
    ),
    "when a dated cost runs out, the undated one holds again": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-03-01 | 30
        order_lines
        order_id | product_id | quantity | amount
        A1       | tea        | 3        | 30
        products
        product_id | unit_cost | valid_from | valid_to
        tea        | 4         | -          | -
        tea        | 5         | 2024-02-01 | 2024-03-01
        """,
        "",
        """
        ledger_orders
        order_id | goods_cost | goods_basis
        A1       | 12         | actual
        """,
    ),
    "in a partly known catalogue the rest costs what its category has cost so far, else what all has": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-01 | 100
        A2       | ana         | 2024-01-02 | 200
        A3       | ana         | 2024-01-03 | 10
        A4       | ana         | 2024-01-04 | 100
        order_lines
        order_id | product_id | category | quantity | amount
        A1       | tea        | drinks   | 1        | 100
        A2       | mug        | kitchen  | 1        | 200
        A3       | cocoa      | drinks   | 1        | 10
        A3       | hat        | -        | 1        | 0
        A4       | hat        | clothes  | 1        | 100
        products
        product_id | unit_cost
        tea        | 50
        mug        | 40
        """,
        "",
        """
        ledger_orders
        order_id | goods_cost | goods_basis
        A1       | 50         | actual
        A2       | 40         | actual
        A3       | 5          | allocated
        A4       | 30         | allocated
        ledger_coverage where cost = 'goods'
        basis     | orders | amount | share
        actual    | 2      | 90     | 0.731707
        allocated | 2      | 35     | 0.268293
        """,
    ),
    "a later sale does not change what an earlier one was taken to cost; before the first, the first known rate": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-01 | 100
        A2       | ana         | 2024-01-02 | 100
        A3       | ana         | 2024-01-03 | 100
        A4       | ana         | 2024-01-04 | 300
        A5       | ana         | 2024-01-05 | 100
        order_lines
        order_id | product_id | quantity | amount
        A1       | hat        | 1        | 100
        A2       | tea        | 1        | 100
        A3       | hat        | 1        | 100
        A4       | tea        | 6        | 300
        A5       | hat        | 1        | 100
        products
        product_id | unit_cost
        tea        | 40
        """,
        "",
        """
        ledger_orders
        order_id | goods_cost | goods_basis
        A1       | 40         | allocated
        A2       | 40         | actual
        A3       | 40         | allocated
        A4       | 240        | actual
        A5       | 70         | allocated
        """,
    ),
    "goods known for less than half of net revenue are not enough for profit": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-01 | 49
        A2       | ana         | 2024-01-02 | 51
        """,
        "costs = [{cost = 'margin', rate = 0.5, valid_to = 2024-01-02}]",
        """
        ledger_facts
        basis   | first_day  | last_day
        revenue | 2024-01-01 | 2024-01-02
        ledger_coverage where cost = 'goods'
        basis   | orders | amount | share
        missing | 1      | 0      | 0.51
        ruled   | 1      | 24.5   | 0.49
        """,
    ),
    "a profit given with the order is the profit; only recorded costs still come off": (
        """
        orders
        order_id | customer_id | ordered_on | gross | discount | shipping_charged | profit_given
        A1       | ana         | 2024-01-05 | 100   | 10       | 5                | -20
        A2       | ana         | 2024-01-06 | 100   | 0        | 0                | 30
        order_costs
        order_id | cost_type    | amount
        A2       | payment_fee  | 2
        """,
        """
        costs = [{cost = 'payment_fee', rate = 0.03}, {cost = 'shipping', fixed = 4},
                 {cost = 'margin', rate = 0.9}]
        """,
        """
        ledger_orders
        order_id | net_sale | goods_cost | payment_fee | shipping_cost | fee_basis | profit_sale
        A1       | 95       | 115        | 0           | 0             | actual    | -20
        A2       | 100      | 70         | 2           | 0             | actual    | 28
        """,
    ),
    "profit given line by line": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        order_lines
        order_id | line_no | product_id | amount | profit_given
        A1       | 1       | tea        | 60     | 15
        A1       | 2       | cup        | 40     | -5
        """,
        "",
        """
        ledger_orders
        order_id | goods_cost | goods_basis | profit_sale
        A1       | 90         | actual      | 10
        """,
    ),
    "fees on what was paid, parcels and pieces by rule; a free order pays no fee": (
        """
        orders
        order_id | customer_id | ordered_on | gross | shipping_charged | tax | payment_method
        A1       | ana         | 2024-01-05 | 100   | 10               | 20  | card
        A2       | ana         | 2024-01-06 | 100   | 0                | 0   | Invoice
        A3       | ana         | 2024-01-07 | 0     | 0                | 0   | card
        order_lines
        order_id | line_no | product_id | quantity | amount
        A1       | 1       | tea        | 3        | 60
        A1       | 2       | cup        | 1        | 40
        """,
        """
        costs = [{cost = 'payment_fee', rate = 0.02, fixed = 0.30},
                 {cost = 'payment_fee', fixed = 1, payment_method = 'invoice'},
                 {cost = 'shipping', fixed = 4, rate = 0.01},
                 {cost = 'pick_pack', fixed = 1, per_unit = 0.25}]
        """,
        """
        ledger_orders
        order_id | payment_fee | fulfilment | shipping_cost | fee_basis | fulfilment_basis | shipping_basis
        A1       | 2.9         | 2          | 5.1           | ruled     | ruled            | ruled
        A2       | 1           | 1.25       | 5             | ruled     | ruled            | ruled
        A3       | 0           | 1.25       | 4             | ruled     | ruled            | ruled
        """,
    ),
    "recorded costs go before rules, order by order": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        A2       | ana         | 2024-01-06 | 100
        order_costs
        order_id | cost_type       | amount
        A1       | shipping_paid   | 6
        A1       | shipping_paid   | 1
        A1       | pick_pack       | 2
        A1       | marketplace_fee | 8
        A1       | commission      | 3
        A1       | other           | 0.5
        GONE     | payment_fee     | 9
        """,
        "costs = [{cost = 'shipping', fixed = 4}]",
        """
        ledger_orders
        order_id | payment_fee | fulfilment | shipping_cost | commission | fee_basis | shipping_basis | profit_sale
        A1       | 0           | 2          | 7             | 11.5       | missing   | actual         | 79.5
        A2       | 0           | 0          | 4             | 0          | missing   | ruled          | 96
        ledger_reconciliation where check_name = 'Recorded order costs'
        source_total | ledger_total | difference
        29.5         | 20.5         | 9
        ledger_unreconciled where check_name = 'Recorded order costs'
        id   | amount | reason
        GONE | 9      | no such order: payment_fee
        """,
    ),
    "a gift card sold has no goods in it": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        order_lines
        order_id | line_no | product_id | kind      | amount
        A1       | 1       | tea        | goods     | 50
        A1       | 2       | card50     | gift_card | 50
        """,
        "costs = [{cost = 'margin', rate = 0.4}]",
        """
        ledger_orders
        order_id | goods_cost
        A1       | 30
        """,
    ),
}


@pytest.mark.parametrize("title", SPECS)
def test_an_order_costs_what_is_known(title: str) -> None:
    given, rules, expected = SPECS[title]
    engine = books(given, rules)
    expect(engine, expected)
    add_up(engine, the_day_after(engine))


def test_of_rules_that_hold_together_the_latest_wins() -> None:
    rules = """
    costs = [{cost = 'shipping', fixed = 1, valid_from = 2024-02-01}, {cost = 'shipping', fixed = 2},
             {cost = 'shipping', fixed = 3}, {cost = 'shipping', fixed = 4, valid_from = 2024-03-01}]
    """
    engine = books(
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        A2       | ana         | 2024-02-05 | 100
        A3       | ana         | 2024-03-05 | 100
        """,
        rules,
    )
    expect(
        engine,
        """
        ledger_orders
        order_id | shipping_cost
        A1       | 3
        A2       | 1
        A3       | 4
        """,
    )
