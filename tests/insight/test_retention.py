"""Retention: who is quiet, what hangs on it, whom consent protects, when a reminder is due, and shops that go wrong."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF, sell, small_shop
from retention_shop import rhythmic_shop, simulate_days, table

from lifeworth.insight import retention, segments
from lifeworth.insight.ground import create
from lifeworth.insight.retention.rhythm import Days, learn_rhythm, read_days
from lifeworth.insight.retention.rhythm.gaps import gap_quantile, overdue
from lifeworth.insight.retention.rhythm.regularity import regularity_of
from lifeworth.settings import Contact, Settings


def built(customers, *, with_segments=True, **framed):
    engine, frame = small_shop(customers, **framed)
    create(engine, *retention.TABLES)
    if with_segments:
        segments.build(engine, frame)
    else:
        engine.execute("DROP TABLE segments_customers")
    retention.build(engine, frame)
    return engine


def risk_of(engine, scheme="whole base"):
    return [row for row in table(engine, "retention_risk", "scheme, place") if row["scheme"] == scheme]


@pytest.fixture(scope="module")
def days():
    return simulate_days(250, k=1.5, seed=5)[0]


@pytest.fixture(scope="module")
def shop(days):
    people = {place: {"consent_email": (True, False, None)[place % 3]} for place in range(250)}
    engine, frame = rhythmic_shop(days, people=people)
    segments.build(engine, frame)
    retention.build(engine, frame)
    return engine, frame


# --- against the own rhythm


def test_every_customer_is_held_against_their_own_gaps(shop, days):
    engine, frame = shop
    rhythm = learn_rhythm(days, regularity_of(days, frame.interval_level))
    seen = days.histories()
    rows = table(engine, "retention_customers", "customer_id")
    assert len(rows) == 250
    assert [row["overdue"] for row in rows] == pytest.approx(overdue(rhythm, seen.x, seen.t_x, seen.silence), abs=1e-4)
    usual = gap_quantile(rhythm, seen.x, seen.t_x, 0.5)
    for row, gap, silence in zip(rows, usual, seen.silence, strict=True):
        last = AS_OF - timedelta(days=int(silence))
        assert row["usual_gap_days"] == pytest.approx(gap, abs=0.06)
        assert row["gap_low_days"] <= row["usual_gap_days"] <= row["gap_high_days"]
        assert row["window_from"] == last + timedelta(days=int(row["gap_low_days"] + 0.5))
        assert row["window_from"] <= row["remind_from"] <= row["window_to"] + timedelta(days=1)
        state = (
            "overdue" if row["overdue"] >= 0.9 else "past the usual gap" if row["overdue"] >= 0.5 else "within rhythm"
        )
        assert row["state"] == state
        assert 0 <= row["chance_anyway"] <= 1


def test_nobody_is_expected_more_surely_than_the_run_expects_orders(days):
    engine, frame = rhythmic_shop(days, people={3: {"orders_mean": 0.01}, 4: {"orders_mean": 0.0}})
    retention.build(engine, frame)
    chances = dict(engine.rows("SELECT customer_id, chance_anyway FROM retention_customers"))
    assert chances["C0003"] <= 0.01 and chances["C0004"] == 0


def test_the_future_changes_nothing(days):
    tables = []
    for later in (False, True):
        engine, frame = rhythmic_shop(days)
        if later:
            for key in range(1, 150):
                sell(engine, key, AS_OF + timedelta(days=key % 5), 500)
            engine.execute(
                f"""INSERT INTO ledger_events VALUES ('x', 'C0001', DATE '{AS_OF}' - 300, DATE '{AS_OF}', 'refund', -9, 0, 0, -9, 'actual', true)"""
            )
        retention.build(engine, frame)
        tables.append([table(engine, each.name) for each in retention.TABLES])
    assert tables[0] == tables[1]


def test_the_order_of_rows_and_threads_change_nothing(days):
    found = []
    for threads, order in ((1, "customer_key, day"), (2, "hash(customer_key), day DESC")):
        engine, frame = rhythmic_shop(days)
        engine.execute(f"SET threads = {threads}")
        engine.execute(f"CREATE TABLE mixed AS SELECT * FROM ledger_days ORDER BY {order}")
        engine.execute("DROP TABLE ledger_days")
        engine.execute("ALTER TABLE mixed RENAME TO ledger_days")
        retention.build(engine, replace(frame, threads=threads))
        found.append([table(engine, each.name) for each in retention.TABLES])
    assert found[0] == found[1]


def test_what_a_day_brought_holds_what_came_back_of_it():
    engine, frame = small_shop([{}, {}])
    day = AS_OF - timedelta(days=40)
    sell(engine, 1, day, 100, goods_cost=60)
    sell(engine, 2, day, 50)
    sell(engine, 2, AS_OF - timedelta(days=4), 30)
    event = "INSERT INTO ledger_events VALUES ('a', 'C0000', ?, ?, 'refund', -30, 18, 0, -12, 'actual', true)"
    engine.execute(event, [day, AS_OF - timedelta(days=10)])
    engine.execute(event, [day, AS_OF])
    found = read_days(engine, frame)
    assert (found.customer.tolist(), found.day.tolist(), found.money.tolist()) == (
        [0, 1, 1],
        [-40, -40, -4],
        [28, 50, 30],
    )
    plain = read_days(engine, replace(frame, in_profit=False))
    assert plain.money.tolist() == [70, 50, 30]


# --- value at risk


def test_value_at_risk_is_value_times_the_chance_of_having_left():
    people = [{"value_mean": 100.0, "value_low": 20.0, "value_high": 300.0, "p_alive": 0.6}] * 11
    people[1] = {"value_mean": 50.0, "p_alive": 1.0, "frequency": 0}
    people[2] = {"value_mean": -40.0, "value_low": -90.0, "value_high": 0.0, "p_alive": 0.5}
    people[3] = {"value_mean": 80.0, "p_alive": 0.25, "frequency": 0}
    engine = built(people)
    row = {r["customer_id"]: r for r in table(engine, "retention_customers")}
    assert row["C0000"]["value_at_risk"] == pytest.approx(40.0)
    assert (row["C0000"]["value_at_risk_low"], row["C0000"]["value_at_risk_high"]) == pytest.approx((8.0, 120.0))
    assert row["C0001"]["value_at_risk"] is None
    assert row["C0002"]["value_at_risk"] == 0
    assert row["C0003"]["value_at_risk"] == pytest.approx(60.0)
    [whole] = risk_of(engine)
    assert (whole["customers"], whole["untold"]) == (10, 1)
    assert whole["at_risk_mean"] == pytest.approx(8 * 40 + 60)
    assert whole["value"] == pytest.approx(8 * 100 + 80)
    assert whole["share_at_risk"] == pytest.approx(380 / 880)
    spread = np.sqrt(8 * 100**2 * 0.24 + 80**2 * 0.25 * 0.75 + (0.05 * 380) ** 2)
    assert whole["at_risk_high"] == pytest.approx(380 + 1.2815516 * spread)
    assert whole["at_risk_low"] == pytest.approx(380 - 1.2815516 * spread)


@hypothesis_settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(-50, 400), st.integers(0, 20), st.integers(0, 4)), min_size=10, max_size=70))
def test_what_is_at_risk_adds_up_however_the_base_is_parted(people):
    engine = built(
        [
            {"value_mean": v / 4, "value_low": v / 4 - 9, "value_high": v / 4 + 9, "p_alive": p / 20, "frequency": f}
            for v, p, f in people
        ]
    )
    [whole] = risk_of(engine)
    each = engine.value("SELECT sum(CAST(value_at_risk AS DECIMAL(38,4))) FROM retention_customers")
    assert whole["at_risk_mean"] == pytest.approx(float(each or 0), abs=1e-6)
    for scheme in ("tier", "life cycle"):
        rows = risk_of(engine, scheme)
        if all(row["customers"] is not None for row in rows):
            for name in ("at_risk_mean", "value"):
                assert sum(row[name] for row in rows) == pytest.approx(whole[name], abs=1e-6)
            assert sum(row["customers"] + row["untold"] for row in rows) == len(people)
        hidden = [row for row in rows if row["customers"] is None]
        assert len(hidden) != 1 or all(row["customers"] == 0 for row in rows if row not in hidden)
        assert all(row["at_risk_mean"] is None and row["value"] is None for row in hidden)
    engine.close()


def test_personas_part_what_is_at_risk_where_there_are_any():
    engine, frame = small_shop([{"value_mean": 10.0 + place, "p_alive": 0.5} for place in range(40)])
    create(engine, *retention.TABLES)
    segments.build(engine, frame)
    engine.execute("CREATE OR REPLACE TABLE personas_customers (customer_id VARCHAR, persona VARCHAR)")
    engine.execute(
        "INSERT INTO personas_customers SELECT customer_id, CASE WHEN customer_id < 'C0015' THEN 'buys for work' END FROM insight_customers"
    )
    retention.build(engine, frame)
    rows = risk_of(engine, "persona")
    assert [(row["member"], row["customers"]) for row in rows] == [("buys for work", 15), ("none", 25)]
    assert sum(row["at_risk_mean"] for row in rows) == pytest.approx(risk_of(engine)[0]["at_risk_mean"])


# --- consent


@pytest.mark.parametrize(
    ("stated", "may"),
    [
        ({}, [True, True, True]),
        ({0: {"consent_email": True}}, [True, False, False]),
        ({0: {"consent_email": True}, 1: {"consent_email": False}}, [True, False, False]),
        ({2: {"consent_ads": True}}, [False, False, False]),
    ],
)
def test_what_is_not_stated_counts_as_no_once_anything_is(stated, may):
    engine = built([stated.get(place, {}) for place in range(3)])
    assert [row["may_contact"] for row in table(engine, "retention_customers", "customer_id")] == may
    [ground] = [row for row in table(engine, "retention_grounds") if row["name"] == "consent"]
    assert ground["is_assumed"] is (not stated)


def test_only_who_may_be_written_to_is_on_a_list(shop):
    engine, _ = shop
    for name in ("retention_winback", "retention_offer_list"):
        assert (
            engine.value(
                f"SELECT count(*) FROM {name} JOIN retention_customers USING (customer_id) WHERE NOT may_contact"
            )
            == 0
        )
    assert engine.value("SELECT count(*) FROM retention_winback") > 0


# --- reminders


def test_reminders_fall_into_the_week_in_which_the_usual_gap_ends(shop):
    engine, _ = shop
    for row in table(engine, "retention_moments", "place"):
        if row["place"] == 0:
            due = "overdue >= 0.5 AND remind_from <= ? AND window_to >= ?"
        else:
            assert row["week_to"] - row["week_from"] == timedelta(days=6)
            assert row["week_from"] == AS_OF + timedelta(days=7 * row["place"] - 6)
            due = "remind_from >= ? AND remind_from <= ?"
        [(every, may)] = engine.rows(
            f"SELECT count(*), count(*) FILTER (may_contact) FROM retention_customers WHERE {due}",
            [row["week_from"], row["week_to"]],
        )
        hidden = any(0 < people < 10 for people in (every, may, every - may))
        assert (row["due"], row["due_may"]) == ((None, None) if hidden else (every, may))
        if not hidden:
            assert 0 <= row["silent_low"] <= row["silent_mean"] <= row["silent_high"] <= may
    assert len(table(engine, "retention_moments")) == 14


def test_as_many_stay_silent_until_the_reminder_as_were_expected():
    """Nobody leaves here, so the chance is the rhythm's alone; who is silent at the reminder is counted in the future."""
    whole, _ = simulate_days(2_000, k=1.5, seed=8, span=1_200, leaves=None)
    cut = -200.0
    past = whole.before(cut)
    kept = np.unique(whole.customer[whole.day < cut])
    engine, frame = rhythmic_shop(past, people={place: {"p_alive": 1.0} for place in range(past.customers)})
    retention.build(engine, frame)
    expected, silent = 0.0, 0
    rows = {int(r["customer_id"][1:]): r for r in table(engine, "retention_customers")}
    first_after = {}
    for who, day in zip(whole.customer.tolist(), whole.day.tolist(), strict=True):
        if day >= cut:
            first_after.setdefault(who, day - cut)
    for place, who in enumerate(kept.tolist()):
        row = rows[place]
        ahead = (row["remind_from"] - AS_OF).days
        if 0 < ahead <= 91:
            expected += min(0.5 / max(1 - row["overdue"], 0.5), 1)
            silent += first_after.get(who, 10_000) >= ahead
    assert silent == pytest.approx(expected, abs=4 * np.sqrt(expected))
    listed = [
        row["silent_mean"]
        for row in table(engine, "retention_moments")
        if row["place"] and row["silent_mean"] is not None
    ]
    assert sum(listed) == pytest.approx(expected, rel=0.05)


# --- shops that go wrong


@pytest.mark.parametrize(
    "customers",
    [
        [],
        [{}],
        [{"frequency": 0, "recency_days": 0, "gap": None, "orders": 1, "p_alive": 1.0}] * 40,
        [
            {
                "value_mean": 0.0,
                "value_low": 0.0,
                "value_high": 0.0,
                "value_sd": 0.0,
                "past_profit": 0.0,
                "past_revenue": 0.0,
            }
        ]
        * 40,
        [{"value_mean": -5.0, "value_low": -9.0, "value_high": 0.0, "past_profit": -100.0}] * 40,
        [{"p_alive": 0.0, "orders_mean": 0.0}] * 40,
        [{"value_mean": 1e12, "value_high": 3e12, "value_sd": 1e12}] * 40,
    ],
)
@pytest.mark.parametrize("with_segments", [True, False])
def test_odd_shops_leave_tables_empty_and_nothing_breaks(customers, with_segments):
    engine = built(customers, with_segments=with_segments)
    assert engine.value("SELECT count(*) FROM retention_customers") == len(customers)
    assert engine.value("SELECT count(*) FROM retention_customers WHERE overdue IS NOT NULL") == 0
    for name in ("winback", "budget", "moments", "offers", "offer_list", "waits", "past_day"):
        assert engine.value(f"SELECT count(*) FROM retention_{name}") == 0
    assert "nobody's rhythm" in " ".join(row["sentence"] for row in table(engine, "retention_grounds"))


@pytest.mark.parametrize("money", ["refunded", "losses", "huge", "all alike", "one day each"])
def test_odd_money_and_odd_days_break_nothing(money):
    days, _ = simulate_days(150, seed=4)
    amounts = {
        "refunded": 0 * days.money,
        "losses": -days.money,
        "huge": days.money * 1e8,
        "all alike": 0 * days.money + 7,
    }.get(money, days.money)
    day = np.where(np.arange(len(days.day)) % 2, -1.0, -2.0) if money == "one day each" else days.day
    if money == "one day each":
        first = np.unique(days.customer, return_index=True)[1]
        days, amounts, day = Days(days.customer[first], days.day[first], days.money[first]), amounts[first], day[first]
    engine, frame = rhythmic_shop(Days(days.customer, day, np.asarray(amounts)))
    segments.build(engine, frame)
    retention.build(engine, frame)
    assert engine.value("SELECT count(*) FROM retention_customers") == 150
    for each in retention.TABLES:
        for column in each.columns:
            if column.type == "DOUBLE":
                assert (
                    engine.value(f"SELECT count(*) FROM {each.name} WHERE isnan({column.name}) OR isinf({column.name})")
                    == 0
                )
    if money in ("refunded", "losses"):
        assert engine.value("SELECT count(*) FROM retention_winback") == 0
        assert engine.value("SELECT contacts FROM retention_budget WHERE mark = 'peak'") == 0


def test_the_tables_are_as_described(shop):
    engine, _ = shop
    for each in retention.TABLES:
        assert list(engine.columns(each.name)) == list(each.names)
        for column in each.required:
            assert engine.value(f"SELECT count(*) FROM {each.name} WHERE {column} IS NULL") == 0, (each.name, column)
        assert each.grain and all(column.meaning for column in each.columns)


def test_ranges_hold_their_estimate(shop):
    engine, _ = shop
    for each in retention.TABLES:
        for column in each.names:
            stem = column.removesuffix("_mean")
            if column.endswith("_mean") and f"{stem}_low" in each.names:
                assert (
                    engine.value(
                        f"SELECT count(*) FROM {each.name} WHERE {stem}_low > {column} OR {column} > {stem}_high"
                    )
                    == 0
                ), (each.name, column)


def test_grounds_say_what_is_assumed(days):
    settings = Settings(contact=Contact(cost=Decimal("0.40"), budget=Decimal("20"), brings_back=Decimal("0.05")))
    engine, frame = rhythmic_shop(days, settings)
    retention.build(engine, frame)
    said = {row["name"]: row for row in table(engine, "retention_grounds")}
    assert (
        said["brings_back"]["is_assumed"]
        and "5 % of the customers past their usual gap" in said["brings_back"]["sentence"]
    )
    assert said["contact_cost"]["figure"] == 0.4 and said["budget"]["figure"] == 20
    assert (
        not said["regularity"]["is_assumed"]
        and said["regularity"]["low"] < said["regularity"]["figure"] < said["regularity"]["high"]
    )
    assert "No file says who may be written to" in said["consent"]["sentence"]
