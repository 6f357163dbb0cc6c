"""Each business question on a handful of customers whose answer can be worked out by hand."""

from datetime import date
from math import isnan, log, nan

import pytest
from answers_small_tables import add_value, small_shop
from report_made_up_shop import (
    AS_OF,
    an_earlier_run,
    last_years_season,
    made_up_shop,
    no_proof,
    nothing_tells_apart,
    rival_wins,
)

from lifeworth.answers.chosen import chosen_forecast
from lifeworth.answers.cohorts import acquisition_cohorts
from lifeworth.answers.distribution import value_distribution
from lifeworth.answers.fit import model_fit
from lifeworth.answers.gather import gather
from lifeworth.answers.held import HeldGroup
from lifeworth.answers.lists import LENGTH, lists_to_act_on
from lifeworth.answers.moved import moved_since
from lifeworth.answers.proof import proof
from lifeworth.answers.readiness import data_readiness
from lifeworth.answers.spenders import SAMPLE, valuable_or_spending
from lifeworth.answers.whale import whale_curve
from lifeworth.answers.worth import base_worth
from lifeworth.monitoring import tables as monitoring_tables
from lifeworth.store.duckdb.engine import DuckDB


@pytest.fixture(scope="module")
def shop():
    engine = DuckDB()
    return engine, made_up_shop(engine, 3000)


@pytest.mark.parametrize(
    ("values", "half"),
    [
        ([50, 30, 20], 1),
        ([40, 30, 20, 10], 2),
        ([10, 10, 10, 10], 2),
        ([100], 1),
        ([60, 50, -10], 1),
        ([0, 0], None),
        ([-5, 1], 1),
        ([30, 30, 20, -40], 2),
    ],
)
def test_the_fewest_customers_who_bring_half(values, half):
    engine, facts = small_shop([])
    for place, value in enumerate(values):
        add_value(engine, f"c{place}", (value, min(value, 0), max(value, 0)))
    facts.base["customers"] = float(len(values))
    answer = base_worth(engine, facts)
    assert answer.half_customers == half
    assert answer.half_share == (None if half is None else pytest.approx(half / len(values)))


def test_spenders_are_told_from_earners():
    engine, facts = small_shop([])
    for place in range(8):
        add_value(engine, f"rest{place}", (1.0, 0.0, 3.0), past_revenue=5.0)
    add_value(engine, "spender", (0.5, 0.0, 1.0), past_revenue=900.0)
    add_value(engine, "earner", (80.0, 40.0, 120.0), past_revenue=4.0)
    answer = valuable_or_spending(engine, facts)
    assert [line.customer_id for line in answer.merely_spend.examples] == ["spender"]
    assert [line.customer_id for line in answer.quietly_valuable.examples][0] == "earner"
    assert answer.merely_spend.value.mean == pytest.approx(0.5)
    assert answer.value_missed == pytest.approx(answer.quietly_valuable.value.mean - 0.5)


def test_groups_of_spenders_hold_every_customer(shop):
    engine, facts = shop
    answer = valuable_or_spending(engine, facts)
    groups = (answer.merely_spend, answer.quietly_valuable, answer.both, answer.neither)
    assert sum(group.customers for group in groups) == 3000
    assert sum(group.value.mean for group in groups) == pytest.approx(facts.base["value_mean"])
    assert len(answer.points) == SAMPLE
    assert answer.points == valuable_or_spending(engine, facts).points


@pytest.mark.parametrize("basis", ["profit", "revenue"])
def test_the_whale_curve_ends_at_the_ledgers_total(basis):
    engine, facts = small_shop(
        [("a", "2025-01-02", 100, 40), ("b", "2025-01-03", 50, 5), ("c", "2025-01-04", 30, -12)], basis=basis
    )
    answer = whale_curve(engine, facts)
    assert answer.total == (33 if basis == "profit" else 180)
    assert (answer.losers, answer.lost) == ((1, -12) if basis == "profit" else (0, 0))
    assert [(point.customers, point.reached) for point in answer.points][:2] == [
        (0, 0),
        (1, 40 if basis == "profit" else 100),
    ]
    assert answer.points[-1].reached == pytest.approx(answer.total)
    assert answer.earned + answer.lost == pytest.approx(answer.total)


def test_cohorts_add_up_by_age_and_leave_out_the_future():
    engine, facts = small_shop(
        [
            ("a", "2025-01-10", 100, 40), ("b", "2025-01-20", 60, 20), ("a", "2025-02-01", 10, 4),
            ("a", "2025-08-31", 50, 10), ("a", "2025-09-01", 999, 999), ("c", "2025-08-30", 20, 8),
        ],
        [("b", "2025-03-30", -60, -30), ("b", "2025-09-02", -500, -500)],
    )  # fmt: skip
    answer = acquisition_cohorts(engine, facts)
    january, august = answer.cohorts
    assert answer.grain == "month"
    assert (january.start, january.customers) == (date(2025, 1, 1), 2)
    assert january.per_customer[:4] == (30.0, 32.0, 32.0, 17.0)
    assert len(january.per_customer) - 1 == (AS_OF - date(2025, 1, 20)).days // 30
    assert [january.error(age) for age in (0, 1, 3)] == pytest.approx([10, 12, 27]), "half the distance of a and b"
    assert august.per_customer == (8.0,) and august.error(0) is None


@pytest.mark.parametrize(
    ("first", "grain"), [("2024-08-01", "month"), ("2022-08-01", "quarter"), ("2010-01-01", "year")]
)
def test_cohorts_are_as_long_as_the_history_asks(first, grain):
    engine, facts = small_shop([("a", first, 10, 4), ("b", "2025-08-01", 10, 4)])
    assert acquisition_cohorts(engine, facts).grain == grain


def test_payback_is_the_age_at_which_the_cost_of_winning_is_earned():
    engine, facts = small_shop([("a", "2025-01-10", 100, 10), ("a", "2025-02-20", 60, 20)])
    engine.execute("UPDATE ledger_customers SET acquisition = 25")
    [cohort] = acquisition_cohorts(engine, facts).cohorts
    assert (cohort.acquisition_cost, cohort.payback_months) == (25.0, 2)
    engine.execute("UPDATE ledger_customers SET acquisition = 2500")
    assert acquisition_cohorts(engine, facts).cohorts[0].payback_months is None


@pytest.mark.parametrize(
    "values", [[0.0, 0.0], [-12e6, -3.0], [1e-6, 1e12], [5.0] * 30, [0.01, 0.02, 3.0, 700.0, 12000.0], [-1.0, 0.0, 1.0]]
)
def test_bands_hold_every_customer_and_all_the_value(values):
    engine, facts = small_shop([])
    for place, value in enumerate(values):
        add_value(engine, f"c{place}", (value, min(value, 0), max(value, 0)))
    answer = value_distribution(engine, facts)
    assert sum(band.customers for band in answer.bands) == len(values)
    assert sum(band.total for band in answer.bands) == pytest.approx(sum(values), abs=1e-3)
    assert sum(band.customers for band in answer.evidence) == len(values)
    assert all(before.upper == after.lower for before, after in zip(answer.bands, answer.bands[1:], strict=False))
    assert len(answer.bands) <= 12


def test_the_quiet_are_measured_by_their_own_rhythm():
    engine, facts = small_shop([])
    add_value(
        engine, "weekly, silent", (50, 10, 90), frequency=10, recency_days=70, days_since_last=20, T_days=90, orders=11
    )
    add_value(
        engine,
        "yearly, on time",
        (50, 10, 90),
        frequency=2,
        recency_days=700,
        days_since_last=300,
        T_days=1000,
        orders=3,
    )
    add_value(
        engine,
        "silent, worth little",
        (1, 0, 3),
        frequency=10,
        recency_days=70,
        days_since_last=60,
        T_days=130,
        orders=11,
    )
    found = lists_to_act_on(engine, facts, valuable_or_spending(engine, facts))["gone_quiet"]
    assert [line.customer_id for line in found.lines] == ["weekly, silent"]
    assert found.lines[0].average_gap_days == 7
    assert found.customers == 1 and found.value.mean == 50


def test_lists_are_short_ordered_and_counted_in_full(shop):
    engine, facts = shop
    lists = lists_to_act_on(engine, facts, valuable_or_spending(engine, facts))
    assert all(len(found.lines) == min(LENGTH, found.customers) for found in lists.values())
    best = [line.value.mean for line in lists["most_valuable"].lines]
    assert best == sorted(best, reverse=True)
    losses = [line.past_profit for line in lists["loss_makers"].lines]
    assert losses == sorted(losses) and losses[-1] < 0
    assert lists["loss_makers"].past == pytest.approx(whale_curve(engine, facts).lost)


def test_every_row_read_is_accounted_for(shop):
    engine, facts = shop
    ready = data_readiness(engine, facts)
    assert all(f.read == f.loaded + f.duplicate + f.quarantined + f.ignored for f in ready.files)
    assert sum(f.read - f.loaded for f in ready.files) == sum(reason.rows for reason in ready.set_aside)
    contact = next(cost for cost in ready.coverage if cost.cost == "Communications")
    assert contact.missing == 1 and "too high" in contact.effect and "touches" in contact.effect


def test_a_rival_that_won_and_a_missing_proof_are_said():
    engine = DuckDB()
    made_up_shop(engine, 200)
    assert not proof(engine).rival_won
    rival_wins(engine)
    assert proof(engine).rival_won
    no_proof(engine, "too short")
    assert proof(engine).verdict is None and proof(engine).absent == "too short"
    engine.execute("DROP TABLE backtest_absent")
    assert proof(engine).absent


def test_no_signal_is_neither_a_floor_nor_a_blend():
    engine = DuckDB()
    made_up_shop(engine, 200)
    assert (proof(engine).no_signal, proof(engine).verdict.kind) == (False, "blend")
    nothing_tells_apart(engine)
    found = proof(engine)
    assert found.no_signal and found.rival_won and found.verdict.winner == "cohort mean"


def test_the_league_is_in_order_and_its_middle_miss_is_the_median():
    engine = DuckDB()
    made_up_shop(engine, 200)
    found = proof(engine)
    assert [row.kind for row in found.newest] == ["ours"] + ["model"] * 3 + ["floor"] * 5
    misses = sorted(abs(row.bias) for row in found.over_days("lifeworth"))
    assert len(misses) == 8 and found.usual_miss("lifeworth") == pytest.approx((misses[3] + misses[4]) / 2)
    assert isnan(found.usual_miss("nobody"))
    assert [group.member for group in found.held][:2] == ["01", "02"]
    assert [group.member for group in found.held][-4:] == [
        "within 30 days",
        "30 to 90 days",
        "90 to 365 days",
        "over a year",
    ]


@pytest.mark.parametrize(("coverage", "least"), [(50.0, 2), (100.0, 1), (100 * 403 / 499, 499), (nan, 0), (0.0, 1)])
def test_a_share_tells_how_many_it_was_made_of_at_least(coverage, least):
    assert HeldGroup("predicted tenth", "01", 500, 1.0, 1.0, 0.0, coverage, nan, 1.0).least_judged == least


def test_how_the_forecast_was_chosen():
    engine = DuckDB()
    facts = made_up_shop(engine, 200)
    found = chosen_forecast(engine, facts, proof(engine))
    assert found.methods == ("purchase model", "two-stage", "Tweedie on purchase model")
    assert [sum(weights) for weights in found.weights.values()] == pytest.approx([1.0] * 4)
    assert list(found.weights) == ["new", "one order", "regular", "lapsing"]
    assert found.shortened and len(found.days) == 8 and found.correction is None
    engine.execute("DELETE FROM backtest_dropped")
    engine.execute("DELETE FROM backtest_league WHERE model = 'two-stage' AND cut < '2025-01-01'")
    fewer = chosen_forecast(engine, facts, proof(engine))
    assert fewer.decided == tuple(day for day in found.days if day >= date(2025, 1, 1)) and len(fewer.days) == 8
    last_years_season(engine)
    total = chosen_forecast(engine, facts, proof(engine)).correction
    assert (total.last_year, total.level) == pytest.approx((0.44, -0.0042), abs=1e-3)
    assert log(total.factor) == pytest.approx(0.97 * 0.3646 - 0.0042)


def test_what_moved_adds_up_and_is_none_on_a_first_run():
    engine = DuckDB()
    made_up_shop(engine, 50)
    assert moved_since(engine) is None
    an_earlier_run(engine)
    found = moved_since(engine)
    assert sum(part.amount for part in found.parts) == pytest.approx(found.after - found.before)
    assert found.parts[0].said == "What new customers did." and found.state == "fine"
    assert [row.whole for row in found.matured] == [False, True]


@pytest.mark.parametrize(
    ("table", "row", "state"),
    [
        ("monitoring_gates", ["segments", "held", "12 points", "10 points", "The mix moved.", "Look."], "held"),
        (
            "monitoring_gates",
            ["segments", "accepted", "12 points", "10 points", "Published all the same.", ""],
            "watch",
        ),
        (
            "monitoring_stability",
            ["orders", "input", 9, 9, 0.3, 0.001, "alarm", "Orders: far from the last run."],
            "alarm",
        ),
        (
            "monitoring_stability",
            ["orders", "input", 9, 9, 0.0, 0.9, "fine", "Orders: much as in the last run."],
            "fine",
        ),
    ],
)
def test_the_worst_finding_is_the_state(table, row, state):
    engine = DuckDB()
    made_up_shop(engine, 50)
    an_earlier_run(engine)
    monitoring_tables.insert(engine, table, [row])
    assert moved_since(engine).state == state


def test_checks_that_could_not_be_made_did_not_find_nothing():
    engine = DuckDB()
    made_up_shop(engine, 50)
    found = model_fit(engine)
    assert ([check.name for check in found.warnings], found.calm, found.not_asked) == (["season"], 4, 1)
    last_years_season(engine)
    assert [column.column for column in model_fit(engine).left_out] == ["last_contact"]


def test_all_answers_are_the_same_twice(shop):
    engine, facts = shop
    assert gather(engine, facts).lists == gather(engine, facts).lists
    assert gather(engine, facts).whale == gather(engine, facts).whale
