"""What comes after the sale: refunds, handling, service, communications, acquisition."""

import pytest
from ledger_spec import add_up, books, expect, the_day_after

MARGIN = "costs = [{cost = 'margin', rate = 0.4}]"

RETURNS = {
    "a refund that names its order belongs to it, whoever asked": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        refunds
        order_id | customer_id | refunded_on | amount
        A1       | bob         | 2024-02-01  | 30
        """,
        MARGIN,
        """
        ledger_events
        order_id | customer_id | order_day  | happened_on | kind   | revenue_effect | goods_effect | matched
        A1       | ana         | 2024-01-05 | 2024-02-01  | refund | -30            | 0            | yes
        """,
    ),
    "a full refund brings the goods back: the order's money never happened": (
        """
        orders
        order_id | customer_id | ordered_on | gross | shipping_charged
        A1       | ana         | 2024-01-05 | 100   | 5
        refunds
        refund_id | order_id | refunded_on | amount
        R1        | A1       | 2024-02-01  | 40
        R2        | A1       | 2024-03-01  | 65
        """,
        MARGIN,
        """
        ledger_events
        happened_on | revenue_effect | goods_effect | profit_effect | basis
        2024-02-01  | -40            | 0            | -40           | ruled
        2024-03-01  | -65            | 60           | -5            | ruled
        ledger_customers
        customer_id | orders | refunded | net_revenue | goods_cost | profit | returned_share
        ana         | 1      | 105      | 0           | 0          | 0      | 1
        """,
    ),
    "returned goods come back at their own cost, as far as they can be sold again": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 70
        order_lines
        order_id | line_no | product_id | quantity | amount
        A1       | 1       | tea        | 4        | 40
        A1       | 2       | cup        | 1        | 30
        products
        product_id | unit_cost
        tea        | 3
        cup        | 20
        refunds
        order_id | product_id | quantity | refunded_on | amount
        A1       | tea        | 2        | 2024-02-01  | 20
        """,
        "returns_resold = 0.5",
        """
        ledger_events
        order_id | revenue_effect | goods_effect | profit_effect | basis
        A1       | -20            | 3            | -17           | actual
        """,
    ),
    "an order never gets back more goods than went out with it": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        refunds
        refund_id | order_id | refunded_on | amount | kind
        R1        | A1       | 2024-02-01  | 80     | cancellation
        R2        | A1       | 2024-02-02  | 80     | cancellation
        """,
        MARGIN,
        """
        ledger_events
        happened_on | revenue_effect | goods_effect
        2024-02-01  | -80            | 48
        2024-02-02  | -80            | 12
        """,
    ),
    "without an order number, pieces come from the latest order that still has some": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        A2       | ana         | 2024-01-10 | 20
        A3       | ana         | 2024-03-01 | 50
        B1       | bob         | 2024-01-12 | 50
        order_lines
        order_id | product_id | quantity | amount
        A1       | tea        | 10       | 100
        A2       | tea        | 2        | 20
        A3       | tea        | 5        | 50
        B1       | tea        | 5        | 50
        refunds
        refund_id | customer_id | product_id | quantity | refunded_on | amount | kind
        R1        | ana         | tea        | 1        | 2024-01-20  | 10     | cancellation
        R2        | ana         | tea        | 4        | 2024-02-20  | 40     | cancellation
        R3        | ana         | tea        | 2        | 2024-03-01  | 20     | cancellation
        R4        | ana         | tea        | 20       | 2024-04-01  | 200    | cancellation
        R5        | ana         | cup        | 1        | 2024-04-02  | 7      | cancellation
        """,
        "",
        """
        ledger_events
        order_id | customer_id | order_day  | happened_on | revenue_effect | matched
        A2       | ana         | 2024-01-10 | 2024-01-20  | -10            | yes
        A2       | ana         | 2024-01-10 | 2024-02-20  | -10            | yes
        A1       | ana         | 2024-01-05 | 2024-02-20  | -30            | yes
        A3       | ana         | 2024-03-01 | 2024-03-01  | -20            | yes
        A3       | ana         | 2024-03-01 | 2024-04-01  | -30            | yes
        A1       | ana         | 2024-01-05 | 2024-04-01  | -70            | yes
        -        | ana         | -          | 2024-04-01  | -100           | no
        -        | ana         | -          | 2024-04-02  | -7             | no
        """,
    ),
    "pieces already given back by order number are not given back again": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 20
        A2       | ana         | 2024-01-10 | 20
        order_lines
        order_id | product_id | quantity | amount
        A1       | tea        | 2        | 20
        A2       | tea        | 2        | 20
        refunds
        refund_id | order_id | customer_id | product_id | quantity | refunded_on | amount
        R1        | A2       | ana         | tea        | 2        | 2024-01-20  | 20
        R2        | -        | ana         | tea        | 1        | 2024-02-20  | 10
        """,
        "",
        """
        ledger_events
        order_id | happened_on | revenue_effect
        A2       | 2024-01-20  | -20
        A1       | 2024-02-20  | -10
        """,
    ),
    "a return before any purchase is the customer's alone, at the margin; one of nobody is shown apart": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        refunds
        refund_id | order_id | customer_id | product_id | quantity | refunded_on | amount
        R1        | OLD      | zoe         | tea        | 1        | 2024-01-01  | 10
        R2        | -        | -           | tea        | 1        | 2024-01-02  | 25
        """,
        MARGIN,
        """
        ledger_customers
        customer_id | orders | net_revenue | goods_cost | profit
        ana         | 1      | 100         | 60         | 40
        zoe         | 0      | -10         | -6         | -4
        ledger_reconciliation where check_name = 'Net revenue'
        source_total | ledger_total | difference
        65           | 90           | -25
        ledger_unreconciled
        what   | id | customer_id | happened_on | amount | reason
        refund | R2 | -           | 2024-01-02  | -25    | refund without a customer
        """,
    ),
    "postage given back brings no goods back": (
        """
        orders
        order_id | customer_id | ordered_on | gross | shipping_charged
        A1       | ana         | 2024-01-05 | 100   | 8
        order_lines
        order_id | line_no | product_id | kind     | amount
        A1       | 1       | tea        | goods    | 100
        A1       | 2       | POST       | shipping | 8
        refunds
        customer_id | product_id | quantity | refunded_on | amount | kind
        ana         | POST       | 1        | 2024-02-01  | 8      | cancellation
        """,
        MARGIN,
        """
        ledger_events
        order_id | kind         | revenue_effect | goods_effect | matched
        A1       | cancellation | -8             | 0            | yes
        """,
    ),
    "a refund that carries its profit changes profit by exactly that": (
        """
        orders
        order_id | customer_id | ordered_on | gross | profit_given
        A1       | ana         | 2024-01-05 | 100   | 30
        refunds
        order_id | refunded_on | amount | quantity | profit_given
        A1       | 2024-02-01  | 50     | 1        | -18
        """,
        "costs = [{cost = 'returns_handling', fixed = 3}]",
        """
        ledger_events
        kind   | revenue_effect | goods_effect | profit_effect | basis
        refund | -50            | 32           | -18           | actual
        """,
    ),
    "handling is paid once a parcel, by the rule of its day": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        refunds
        refund_id | order_id | product_id | quantity | refunded_on | amount
        R1        | A1       | tea        | 1        | 2024-02-01  | 10
        R2        | A1       | cup        | 1        | 2024-02-01  | 10
        R3        | A1       | hat        | 1        | 2024-02-02  | 10
        R4        | A1       | hat        | 1        | 2024-03-02  | 10
        """,
        "costs = [{cost = 'returns_handling', fixed = 3, valid_to = 2024-03-01}]",
        """
        ledger_events where kind = 'returns_handling'
        order_id | order_day  | happened_on | cost | profit_effect | basis
        A1       | 2024-01-05 | 2024-02-01  | 3    | -3            | ruled
        A1       | 2024-01-05 | 2024-02-02  | 3    | -3            | ruled
        ledger_coverage where cost = 'returns_handling'
        basis   | orders | share
        ruled   | 2      | 0.666667
        missing | 1      | 0.333333
        """,
    ),
    "a refund dated before its order counts from the day of the order": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        refunds
        order_id | refunded_on | amount
        A1       | 2023-12-01  | 100
        """,
        "",
        """
        ledger_events
        order_id | happened_on
        A1       | 2024-01-05
        """,
    ),
}


@pytest.mark.parametrize("title", RETURNS)
def test_a_return_finds_its_order(title: str) -> None:
    given, rules, expected = RETURNS[title]
    engine = books(given, rules)
    expect(engine, expected)
    add_up(engine, the_day_after(engine).replace(year=2030))


AFTERCARE = {
    "tickets cost what is recorded, else the rule, and belong to an order": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        A2       | ana         | 2024-02-05 | 100
        service
        ticket_id | customer_id | order_id | opened_on  | cost | handle_minutes
        T1        | ana         | A1       | 2024-02-10 | 7    | 10
        T2        | ana         | -        | 2024-02-10 | -    | 10
        T3        | -           | A1       | 2024-02-11 | -    | -
        T4        | ana         | -        | 2024-01-01 | 2    | -
        T5        | -           | -        | 2024-01-01 | 4    | -
        """,
        "costs = [{cost = 'service_ticket', fixed = 1, per_minute = 0.5}]",
        """
        ledger_events
        order_id | customer_id | order_day  | happened_on | kind    | cost | basis  | matched
        A1       | ana         | 2024-01-05 | 2024-02-10  | service | 7    | actual | yes
        A2       | ana         | 2024-02-05 | 2024-02-10  | service | 6    | ruled  | yes
        A1       | ana         | 2024-01-05 | 2024-02-11  | service | 1    | ruled  | yes
        -        | ana         | -          | 2024-01-01  | service | 2    | actual | no
        -        | -           | -          | 2024-01-01  | service | 4    | actual | no
        ledger_customers
        customer_id | service | tickets | profit
        ana         | 16      | 4       | 184
        ledger_reconciliation where check_name = 'Recorded service costs'
        source_total | ledger_total | difference
        13           | 9            | 4
        """,
    ),
    "tickets without a cost or a rule are counted and missing": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        service
        ticket_id | customer_id | opened_on
        T1        | ana         | 2024-02-10
        """,
        "",
        """
        ledger_customers
        customer_id | service | tickets
        ana         | 0       | 1
        ledger_coverage where cost = 'service'
        basis   | orders | amount | share
        missing | 1      | 0      | 1
        """,
    ),
    "a message costs what is recorded, else the rule for its type, else the rule for all": (
        """
        orders
        order_id | customer_id | ordered_on | gross
        A1       | ana         | 2024-01-05 | 100
        touches
        customer_id | touched_on | type  | unit_cost
        ana         | 2024-02-01 | email | -
        ana         | 2024-02-02 | Post  | -
        ana         | 2024-02-03 | post  | 0.8
        ana         | 2024-01-01 | email | -
        """,
        "costs = [{cost = 'contact', fixed = 0.01}, {cost = 'contact', fixed = 0.5, type = 'post'}]",
        """
        ledger_events
        customer_id | order_day  | happened_on | kind    | cost | basis
        ana         | 2024-01-05 | 2024-02-01  | contact | 0.01 | ruled
        ana         | 2024-01-05 | 2024-02-02  | contact | 0.5  | ruled
        ana         | 2024-01-05 | 2024-02-03  | contact | 0.8  | actual
        ana         | -          | 2024-01-01  | contact | 0.01 | ruled
        """,
    ),
    "spend is shared by the customers won that month through that channel, to the last digit": (
        """
        orders
        order_id | customer_id | ordered_on | gross | channel
        A1       | ana         | 2024-01-05 | 100   | Ads
        A2       | ana         | 2024-02-05 | 100   | Mail
        B1       | bob         | 2024-01-31 | 100   | ads
        C1       | cy          | 2024-01-31 | 100   | shop
        D1       | dan         | 2024-02-01 | 100   | ads
        E1       | eve         | 2024-02-01 | 100   | -
        customers
        customer_id | acquisition_channel
        cy          | ads
        spend
        spent_on   | channel | amount | purpose
        2024-01-01 | ads     | 60     | acquire
        2024-01-20 | ADS     | 40     | acquire
        2024-03-20 | ads     | 30     | acquire
        2024-02-20 | mail    | 11     | retain
        """,
        "",
        """
        ledger_acquisition
        customer_id | acquired_on | channel | cost    | basis
        ana         | 2024-01-05  | Ads     | 33.3333 | allocated
        bob         | 2024-01-31  | ads     | 33.3334 | allocated
        cy          | 2024-01-31  | ads     | 33.3333 | allocated
        dan         | 2024-02-01  | ads     | 0       | missing
        eve         | 2024-02-01  | -       | 0       | missing
        ledger_customers
        customer_id | profit | acquisition | profit_after_acquisition
        ana         | 200    | 33.3333     | 166.6667
        bob         | 100    | 33.3334     | 66.6666
        cy          | 100    | 33.3333     | 66.6667
        dan         | 100    | 0           | 100
        eve         | 100    | 0           | 100
        ledger_unreconciled
        check_name                 | id   | happened_on | amount
        Spend on winning customers | ads  | 2024-03-01  | 30
        Spend on keeping customers | mail | 2024-02-01  | 11
        """,
    ),
}


@pytest.mark.parametrize("title", AFTERCARE)
def test_what_comes_after_the_sale_is_charged_to_its_customer(title: str) -> None:
    given, rules, expected = AFTERCARE[title]
    engine = books(given, rules)
    expect(engine, expected)
    add_up(engine, the_day_after(engine).replace(year=2030))
