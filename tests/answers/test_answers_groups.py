"""The range of what a group of customers brings together."""

from dataclasses import replace
from math import sqrt
from statistics import NormalDist

import pytest
from answers_small_tables import add_value, small_shop

from lifeworth.answers.composition import rows_by_kind
from lifeworth.answers.customer import explain_customer
from lifeworth.answers.groups import SEE_METHOD, sum_columns, sum_range
from lifeworth.answers.lines import p_alive_known
from lifeworth.answers.lists import lists_to_act_on
from lifeworth.answers.spenders import valuable_or_spending
from lifeworth.answers.waterfall import profit_waterfall
from lifeworth.answers.whale import whale_curve
from lifeworth.answers.worth import base_worth


def facts_with(facts, shared):
    return replace(facts, base={**facts.base, "shared_spread": shared})


@pytest.mark.parametrize("shared", [0.0, 0.03, 0.5])
def test_the_sum_has_the_spread_of_a_sum(shared):
    engine, facts = small_shop([])
    for place, spread in enumerate((3.0, 4.0, 12.0)):
        add_value(engine, f"c{place}", (100.0, 50.0, 150.0), value_sd=spread, T_days=10)
    found = base_worth(engine, facts_with(facts, shared)).new_value
    reach = NormalDist().inv_cdf(0.9) * sqrt(9 + 16 + 144 + (shared * 300) ** 2)
    assert (found.mean, found.low, found.high) == pytest.approx((300, 300 - reach, 300 + reach))


def test_a_sum_of_customers_who_cannot_lose_does_not_go_below_zero():
    engine, facts = small_shop([])
    for place in range(2):
        add_value(engine, f"c{place}", (1.0, 0.0, 2.0), value_sd=50.0, T_days=10)
    assert base_worth(engine, facts).new_value.low == 0
    add_value(engine, "loser", (1.0, -0.5, 2.0), value_sd=50.0, T_days=10)
    assert base_worth(engine, facts).new_value.low < -50


def test_one_customer_keeps_their_own_range():
    engine, facts = small_shop([])
    add_value(engine, "only", (10.0, 2.0, 31.0), value_sd=50.0, T_days=10)
    value = base_worth(engine, facts).new_value
    assert (value.mean, value.low, value.high) == (10.0, 2.0, 31.0)


def test_old_tables_and_facts_without_spreads_give_a_range_of_no_width():
    engine, facts = small_shop([])
    for place in range(2):
        add_value(engine, f"c{place}", (5.0, 0.0, 9.0), T_days=10)
    engine.execute("ALTER TABLE values_customers DROP COLUMN value_sd")
    bare = replace(facts, base={"customers": 2.0})
    [row] = engine.rows(f"SELECT {sum_columns(engine)} FROM values_customers")
    found = sum_range(bare, *row)
    assert (found.mean, found.low, found.high) == (10.0, 10.0, 10.0)
    assert valuable_or_spending(engine, bare).customers == 2


def test_sums_have_a_range_and_refer_to_how_it_is_made():
    engine, facts = small_shop([])
    for place in range(12):
        add_value(engine, f"c{place}", (5.0 + place, 0.0, 9.0), value_sd=1.0, past_revenue=float(place))
    spenders = valuable_or_spending(engine, facts)
    lists = lists_to_act_on(engine, facts, spenders)
    assert spenders.definition.endswith(SEE_METHOD) and "independent" not in spenders.definition
    assert lists["most_valuable"].value.low < lists["most_valuable"].value.mean < lists["most_valuable"].value.high


@pytest.mark.parametrize(
    ("model", "frequency", "known"),
    [
        ("BG/NBD + Gamma-Gamma", 0, False),
        ("BG/NBD", 1, True),
        ("MBG/NBD", 0, True),
        ("Pareto/NBD", 0, True),
        (None, 0, True),
        ("blend of BG/NBD + Gamma-Gamma, two-stage", 0, False),
        ("blend of Pareto/NBD + Gamma-Gamma, two-stage", 0, True),
    ],
)
def test_after_one_purchase_bg_nbd_cannot_tell(model, frequency, known):
    assert p_alive_known(model, frequency) is known
    engine, _ = small_shop([("a", "2025-01-01", 10, 5)])
    row = {name: 0.0 for name in ("orders", "revenue", "residual_value", "lifetime_value")}
    ends = {f"{name}_{end}": value for name, value in row.items() for end in ("mean", "low", "high")}
    add_value(engine, "a", (1.0, 0.0, 2.0), model=model, frequency=frequency, **ends)
    assert explain_customer(engine, "a").p_alive_known is known


def test_a_chance_of_exactly_one_after_one_purchase_says_nothing_whatever_the_model_is_called():
    assert not p_alive_known("cohort mean (no signal)", 0, 1.0)
    assert p_alive_known("cohort mean (no signal)", 0, 0.99) and p_alive_known("cohort mean (no signal)", 3, 1.0)


def test_without_costs_the_waterfall_ends_at_net_revenue():
    engine, facts = small_shop([("a", "2025-01-01", 10, 5)], basis="revenue")
    steps = ("Gross sales", "Refunds", "Net revenue", "Goods", "Profit")
    for position, step in enumerate(steps):
        engine.execute("INSERT INTO ledger_waterfall VALUES (?, ?, 10, 'total', 1, 0, 0, 0)", [position, step])
    assert [step.step for step in profit_waterfall(engine, facts).steps] == list(steps[:3])


def test_who_has_only_refunds_is_counted_apart():
    engine, facts = small_shop([("a", "2025-01-01", 10, 5)])
    engine.execute(
        "INSERT INTO ledger_customers BY NAME SELECT 'b' AS customer_id, 0 AS orders, -7 AS profit, -7 AS net_revenue"
    )
    found = whale_curve(engine, facts)
    assert (found.losers, found.without_purchase, found.lost) == (1, 1, -7.0)


def test_rows_are_told_apart_by_what_they_are():
    engine, _ = small_shop([])
    assert rows_by_kind(engine) == ()
    engine.execute(
        "INSERT INTO sources_order_lines VALUES ('1', 1, 'manual', 5), ('1', 2, 'goods', 9), ('2', 1, 'goods', 1), ('2', 2, 'odd', 1)"
    )
    engine.execute("INSERT INTO sources_refunds VALUES ('r', 'cancellation', 4)")
    assert [(row.kind, row.rows, row.amount) for row in rows_by_kind(engine)] == [
        ("goods", 2, 10.0), ("manual", 1, 5.0), ("cancellation", 1, -4.0), ("odd", 1, 1.0)
    ]  # fmt: skip


def test_big_spenders_who_are_gone_are_told_from_those_still_there():
    engine, facts = small_shop([])
    for place in range(40):
        add_value(engine, f"small{place:02}", (5.0, 0.0, 9.0), past_revenue=1.0, frequency=2, p_alive=0.9)
    for place in range(9):
        kind = {"model": "BG/NBD", "p_alive": 0.1 if place < 4 else 0.8, "frequency": 0 if place == 8 else 3}
        add_value(engine, f"big{place}", (0.1, 0.0, 0.2), past_revenue=900.0 - place, **kind)
    spenders = valuable_or_spending(engine, facts)
    found = lists_to_act_on(engine, facts, spenders)["merely_spend"]
    group = spenders.merely_spend
    assert (group.customers, group.probably_gone, group.still_there) == (9, 4, 4)
    assert (found.customers, found.probably_gone, found.still_there) == (9, 4, 4)
    assert [line.customer_id for line in found.lines] == [f"big{place}" for place in range(9)]


@pytest.mark.parametrize(
    ("last", "shown"),
    [
        ("Profit", "Profit after winning customers"),
        ("Profit after winning customers", "Profit after winning customers"),
    ],
)
@pytest.mark.parametrize("winning", [0, -4])
def test_profit_after_winning_stands_only_where_winning_cost_something(last, shown, winning):
    engine, facts = small_shop([])
    steps = (
        ("Gross sales", 10),
        ("Fulfilment", -2),
        ("Profit before winning customers", 8),
        ("Winning customers", winning),
    )
    for position, (step, amount) in enumerate((*steps, (last, 8 + winning))):
        engine.execute("INSERT INTO ledger_waterfall VALUES (?, ?, ?, 'minus', 1, 0, 0, 0)", [position, step, amount])
    names = [step.step for step in profit_waterfall(engine, facts).steps]
    assert names[1] == "Picking and packing"
    assert names[-1] == (shown if winning else "Profit before winning customers")


@pytest.mark.parametrize(
    ("cost", "steps"), [(0, "Profit before winning the customer"), (3, "Profit after winning the customer")]
)
def test_a_customers_steps_end_at_the_profit_that_is_known(cost, steps):
    engine, _ = small_shop([("a", "2025-01-01", 10, 5)])
    ends = {
        f"{name}_{end}": 0.0
        for name in ("orders", "revenue", "residual_value", "lifetime_value")
        for end in ("mean", "low", "high")
    }
    add_value(engine, "a", (1.0, 0.0, 2.0), model="BG/NBD", **ends)
    engine.execute("UPDATE ledger_customers SET acquisition = ?", [cost])
    assert explain_customer(engine, "a").waterfall[-1].step == steps
