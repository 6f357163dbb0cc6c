"""Recurring revenue: moves by hand and against a count day by day, and how much of a year-old base is left."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import small_shop
from retention_shop import shared, table

from lifeworth.insight import retention
from lifeworth.insight.ground import create
from lifeworth.insight.retention.subscriptions.kept import kept_shares
from lifeworth.store.duckdb.engine import DuckDB

MOVES = ("new", "expansion", "reactivation", "contraction", "churn")


def billed(subscriptions, as_of=date(2025, 7, 1), **framed):
    """A shop with subscriptions (customer, mrr, first day, first day no longer, more columns)."""
    engine, frame = small_shop([{}], as_of=as_of, **framed)
    create(engine, *retention.TABLES)
    for number, (customer, mrr, start, end, *more) in enumerate(subscriptions):
        row = {
            "subscription_id": f"S{number}",
            "customer_id": customer,
            "mrr": mrr,
            "started_on": start,
            "ended_on": end,
            "file_no": 1,
        }
        row |= more[0] if more else {}
        names = ", ".join(f"?::{kind} AS {name}" for name, kind in _kinds(row).items())
        engine.execute(f"INSERT INTO sources_subscriptions BY NAME SELECT {names}", list(row.values()))
    retention.build(engine, frame)
    return engine


def _kinds(row):
    kinds = {
        "mrr": "DECIMAL(18,4)",
        "started_on": "DATE",
        "ended_on": "DATE",
        "trial_ends_on": "DATE",
        "is_trial": "BOOLEAN",
        "file_no": "INTEGER",
    }
    return {name: kinds.get(name, "VARCHAR") for name in row}


def months(engine):
    return {row["month"]: row for row in table(engine, "retention_mrr", "month")}


def test_every_move_has_its_place():
    day = date
    engine = billed(
        [
            ("a", 100, day(2025, 1, 10), day(2025, 3, 15)),
            ("a", 40, day(2025, 2, 1), None),
            ("a", 30, day(2025, 5, 31), None),
            ("b", 50, day(2025, 1, 31), day(2025, 2, 10)),
            ("b", 20, day(2025, 4, 1), None),
            ("c", 10, day(2025, 6, 30), None),
        ]
    )
    found = months(engine)
    assert list(found) == [day(2025, month, 1) for month in range(1, 7)]
    moves = {m.month: {name: float(row[name]) for name in MOVES if row[name]} for m, row in found.items()}
    assert moves == {
        1: {"new": 150.0},
        2: {"expansion": 40.0, "churn": -50.0},
        3: {"contraction": -100.0},
        4: {"reactivation": 20.0},
        5: {"expansion": 30.0},
        6: {"new": 10.0},
    }
    assert [float(row["closing"]) for row in found.values()] == [150, 140, 40, 60, 90, 100]
    assert [row["customers"] for row in found.values()] == [2, 1, 1, 2, 2, 3]
    assert [(row["customers_new"], row["customers_back"], row["customers_lost"]) for row in found.values()] == [
        (2, 0, 0), (0, 0, 1), (0, 0, 0), (0, 1, 0), (0, 0, 0), (1, 0, 0),
    ]  # fmt: skip
    assert found[day(2025, 6, 1)]["closes_on"] == day(2025, 6, 30) and found[day(2025, 6, 1)]["is_whole"]


@pytest.mark.parametrize(
    ("more", "closing"),
    [
        ({"is_trial": True}, 0),
        ({"is_trial": True, "trial_ends_on": date(2025, 5, 10)}, 60),
        ({"trial_ends_on": date(2025, 7, 1)}, 0),
        ({"trial_ends_on": date(2024, 1, 1)}, 60),
        ({"mrr": None}, 0),
    ],
)
def test_trials_and_unpriced_subscriptions_bring_nothing(more, closing):
    engine = billed([("a", 60, date(2025, 5, 3), None, more), ("b", 1, date(2025, 5, 1), None)])
    assert float(table(engine, "retention_mrr", "month")[-1]["closing"]) == closing + 1
    said = {row["name"]: row["sentence"] for row in table(engine, "retention_grounds")}
    assert ("subscriptions" in said) is ("mrr" in more)


def test_the_future_has_not_happened():
    engine = billed(
        [
            ("a", 60, date(2025, 5, 3), date(2025, 7, 1)),
            ("b", 9, date(2025, 7, 1), None),
            ("c", 5, date(2025, 5, 1), date(2025, 6, 30)),
        ]
    )
    last = table(engine, "retention_mrr", "month")[-1]
    assert (last["month"], float(last["closing"]), float(last["churn"])) == (date(2025, 6, 1), 60, -5)


def test_the_running_month_is_taken_as_far_as_it_is_known():
    engine = billed(
        [("a", 60, date(2025, 5, 3), None), ("a", 10, date(2025, 6, 9), None), ("a", 5, date(2025, 6, 10), None)],
        as_of=date(2025, 6, 10),
    )
    last = table(engine, "retention_mrr", "month")[-1]
    assert (last["closes_on"], last["is_whole"], float(last["closing"])) == (date(2025, 6, 9), False, 70)


def test_what_starts_and_ends_between_two_months_ends_is_not_seen():
    engine = billed(
        [
            ("a", 60, date(2025, 5, 3), date(2025, 5, 20)),
            ("b", 7, date(2025, 5, 4), date(2025, 5, 4)),
            ("c", 1, date(2025, 4, 1), None),
        ]
    )
    assert [float(row["closing"]) for row in table(engine, "retention_mrr", "month")] == [1, 1, 1]


_START = date(2024, 1, 1)
_contract = st.tuples(
    st.sampled_from("abcd"),
    st.integers(1, 90),
    st.integers(0, 500),
    st.one_of(st.none(), st.integers(0, 300)),
    st.one_of(st.none(), st.integers(-20, 60)),
)


@hypothesis_settings(max_examples=12, deadline=None)
@given(st.lists(_contract, min_size=1, max_size=10), st.integers(40, 560))
def test_the_bridge_is_what_counting_day_by_day_gives(contracts, known_days):
    as_of = _START + timedelta(days=known_days)
    rows = []
    for who, mrr, start, length, trial in contracts:
        first = _START + timedelta(days=start)
        more = {} if trial is None else {"trial_ends_on": first + timedelta(days=trial)}
        rows.append((who, mrr, first, None if length is None else first + timedelta(days=length), more))

    def pays(who, day):
        total = 0
        for customer, mrr, first, end, more in rows:
            begins = max(first, more.get("trial_ends_on", first))
            if customer == who and begins <= day and (end is None or end > day or end >= as_of):
                total += mrr
        return total

    engine = billed(rows, as_of=as_of)
    opening, ever = 0, set()
    before = dict.fromkeys("abcd", 0)
    for row in table(engine, "retention_mrr", "month"):
        now = {who: pays(who, row["closes_on"]) for who in "abcd"}
        wanted = dict.fromkeys(MOVES, 0)
        for who, paid in before.items():
            change = now[who] - paid
            if paid == 0 and now[who] > 0:
                wanted["reactivation" if who in ever else "new"] += change
            elif paid > 0 and now[who] == 0:
                wanted["churn"] += change
            else:
                wanted["expansion" if change > 0 else "contraction"] += change
        ever |= {who for who, paid in now.items() if paid}
        assert {name: float(row[name]) for name in MOVES} == wanted
        assert float(row["opening"]) == opening and float(row["closing"]) == sum(now.values())
        assert row["customers"] == sum(paid > 0 for paid in now.values())
        opening, before = sum(now.values()), now
    engine.close()


# --- a year later


def test_retention_over_twelve_months_by_hand():
    rows = [(f"c{place}", 100, date(2024, 5, 10), None) for place in range(7)]
    rows += [("up", 100, date(2024, 5, 1), None), ("up", 60, date(2025, 2, 1), None)]
    rows += [("down", 70, date(2024, 5, 1), date(2025, 1, 1)), ("down", 30, date(2024, 5, 1), None)]
    rows += [("left", 100, date(2024, 5, 31), date(2025, 5, 31)), ("late", 500, date(2024, 6, 1), None)]
    engine = billed(rows, as_of=date(2025, 6, 1))
    [row] = table(engine, "retention_nrr")
    assert (row["month"], row["since"], row["closes_on"]) == (date(2025, 5, 1), date(2024, 5, 31), date(2025, 5, 31))
    assert (row["customers"], float(row["mrr_then"])) == (10, 1000)
    assert row["net_mean"] == pytest.approx((700 + 160 + 30) / 1000)
    assert row["gross_mean"] == pytest.approx((700 + 100 + 30) / 1000)
    assert row["logo_churn_mean"] == pytest.approx(0.1)
    for name in ("net", "gross", "logo_churn"):
        assert row[f"{name}_low"] < row[f"{name}_mean"] < row[f"{name}_high"]


def test_fewer_than_ten_customers_are_not_judged():
    engine = billed([(f"c{place}", 100, date(2024, 5, 10), None) for place in range(9)], as_of=date(2025, 6, 1))
    assert table(engine, "retention_nrr") == []


def test_a_range_stays_open_where_nothing_was_lost_yet():
    engine = billed([(f"c{place}", 100, date(2024, 5, 10), None) for place in range(20)], as_of=date(2025, 6, 1))
    [row] = table(engine, "retention_nrr")
    assert row["net_mean"] == row["gross_mean"] == 1 and row["logo_churn_mean"] == 0
    assert row["logo_churn_high"] > 0.02 and row["gross_low"] < 0.98 and row["net_low"] < 0.98


def test_ranges_hold_the_truth_of_many_drawn_bases():
    rng, inside, runs = np.random.default_rng(5), np.zeros(3), 150
    for run in range(runs):
        then = rng.gamma(2.0, 50.0, 200)
        lost = rng.random(200) < 0.12
        factor = np.where(lost, 0.0, rng.choice([0.7, 1.0, 1.5], 200, p=[0.1, 0.7, 0.2]))
        now = then * factor
        parts = np.stack([np.ones(200), then, now, np.minimum(now, then), lost], axis=1)
        found = kept_shares(parts, np.random.default_rng(run), 0.8)
        truth = (0.88 * (0.07 + 0.7 + 0.3), 0.88 * (0.07 + 0.7 + 0.2), 0.12)
        inside += [low <= true <= high for (_, low, high), true in zip(found, truth, strict=True)]
    assert ((inside / runs >= 0.70) & (inside / runs <= 0.89)).all(), inside / runs


def test_the_same_seed_draws_the_same_ranges_whatever_the_order():
    rows = [
        (f"c{place:03d}", 50 + place, date(2024, 1, 1 + place % 28), date(2025, 3, 1) if place % 5 == 0 else None)
        for place in range(60)
    ]
    first, second = (billed(some, as_of=date(2025, 6, 1)) for some in (rows, rows[::-1]))
    assert table(first, "retention_nrr") == table(second, "retention_nrr")
    assert table(billed(rows, as_of=date(2025, 6, 1), seed=2), "retention_nrr") != table(first, "retention_nrr")


@pytest.mark.parametrize("rows", [[], [("a", 0, date(2025, 1, 1), None)], [("a", 5, date(2026, 1, 1), None)]])
def test_without_running_subscriptions_the_tables_are_empty(rows):
    engine = billed(rows)
    assert table(engine, "retention_mrr") == [] and table(engine, "retention_nrr") == []


# --- a real file


def test_ravenstack_adds_up_to_what_its_own_file_says_is_running():
    path = shared("ravenstack/ravenstack_subscriptions.csv")
    read = f"""SELECT subscription_id, account_id AS customer_id, strptime(start_date, '%d-%m-%Y')::DATE AS started_on,
        strptime(nullif(end_date, ''), '%d-%m-%Y')::DATE AS ended_on, is_trial::BOOLEAN AS is_trial, mrr_amount::DECIMAL(18,4) AS mrr,
        1 AS file_no FROM read_csv('{path}', all_varchar = true)"""
    engine, frame = small_shop([{}], as_of=date(2025, 1, 1))
    create(engine, *retention.TABLES)
    engine.execute(f"INSERT INTO sources_subscriptions BY NAME {read}")
    retention.build(engine, frame)
    plain = DuckDB(threads=1)
    plain.execute(f"CREATE TABLE file AS {read}")
    rows = table(engine, "retention_mrr", "month")
    assert len(rows) == 24
    for row in rows:
        running = "started_on <= ? AND (ended_on IS NULL OR ended_on > ?) AND NOT is_trial"
        [(mrr, people)] = plain.rows(
            f"SELECT coalesce(sum(mrr), 0), count(DISTINCT customer_id) FROM file WHERE {running}",
            [row["closes_on"]] * 2,
        )
        assert (row["closing"], row["customers"]) == (mrr, people)
        assert row["opening"] + sum(row[name] for name in MOVES) == row["closing"]
    last = table(engine, "retention_nrr", "month")[-1]
    assert last["customers"] == 185 and last["net_mean"] == pytest.approx(2.9227, abs=1e-3)
