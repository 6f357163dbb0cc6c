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


def crowd(subscriptions):
    """Ten customers in place of every one, so that nothing is of too few people to be shown."""
    return [(f"{who}{copy}", *rest) for who, *rest in subscriptions for copy in range(10)]


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
        crowd(
            [
                ("a", 100, day(2025, 1, 10), day(2025, 3, 15)),
                ("a", 40, day(2025, 2, 1), None),
                ("a", 30, day(2025, 5, 31), None),
                ("b", 50, day(2025, 1, 31), day(2025, 2, 10)),
                ("b", 20, day(2025, 4, 1), None),
                ("c", 10, day(2025, 6, 30), None),
            ]
        )
    )
    found = months(engine)
    assert list(found) == [day(2025, month, 1) for month in range(1, 7)]
    moves = {m.month: {name: float(row[name]) / 10 for name in MOVES if row[name]} for m, row in found.items()}
    assert moves == {
        1: {"new": 150.0},
        2: {"expansion": 40.0, "churn": -50.0},
        3: {"contraction": -100.0},
        4: {"reactivation": 20.0},
        5: {"expansion": 30.0},
        6: {"new": 10.0},
    }
    assert [float(row["closing"]) / 10 for row in found.values()] == [150, 140, 40, 60, 90, 100]
    assert [row["customers"] for row in found.values()] == [20, 10, 10, 20, 20, 30]
    assert [(row["customers_new"], row["customers_back"], row["customers_lost"]) for row in found.values()] == [
        (20, 0, 0), (0, 0, 10), (0, 0, 0), (0, 10, 0), (0, 0, 0), (10, 0, 0),
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
    engine = billed(crowd([("a", 60, date(2025, 5, 3), None, more), ("b", 1, date(2025, 5, 1), None)]))
    assert float(table(engine, "retention_mrr", "month")[-1]["closing"]) == 10 * (closing + 1)
    said = {row["name"]: row["sentence"] for row in table(engine, "retention_grounds")}
    assert ("subscriptions" in said) is ("mrr" in more)


def test_the_future_has_not_happened():
    engine = billed(
        crowd(
            [
                ("a", 60, date(2025, 5, 3), date(2025, 7, 1)),
                ("b", 9, date(2025, 7, 1), None),
                ("c", 5, date(2025, 5, 1), date(2025, 6, 30)),
            ]
        )
    )
    last = table(engine, "retention_mrr", "month")[-1]
    assert (last["month"], float(last["closing"]), float(last["churn"])) == (date(2025, 6, 1), 600, -50)


def test_the_running_month_is_taken_as_far_as_it_is_known():
    engine = billed(
        crowd(
            [("a", 60, date(2025, 5, 3), None), ("a", 10, date(2025, 6, 9), None), ("a", 5, date(2025, 6, 10), None)]
        ),
        as_of=date(2025, 6, 10),
    )
    last = table(engine, "retention_mrr", "month")[-1]
    assert (last["closes_on"], last["is_whole"], float(last["closing"])) == (date(2025, 6, 9), False, 700)


def test_what_starts_and_ends_between_two_months_ends_is_not_seen():
    engine = billed(
        crowd(
            [
                ("a", 60, date(2025, 5, 3), date(2025, 5, 20)),
                ("b", 7, date(2025, 5, 4), date(2025, 5, 4)),
                ("c", 1, date(2025, 4, 1), None),
            ]
        )
    )
    assert [float(row["closing"]) for row in table(engine, "retention_mrr", "month")] == [10, 10, 10]


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

    engine = billed(crowd(rows), as_of=as_of)
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
        assert {name: float(row[name]) / 10 for name in MOVES} == wanted
        assert float(row["opening"]) == 10 * opening and float(row["closing"]) == 10 * sum(now.values())
        assert row["customers"] == 10 * sum(paid > 0 for paid in now.values())
        opening, before = sum(now.values()), now
    engine.close()


# --- what few customers did


def test_moves_of_few_customers_are_hidden_with_others_that_give_them_away():
    day = date
    rows = [(f"old{n}", 10, day(2025, 1, 5), day(2025, 3, 9) if n < 12 else None) for n in range(60)]
    rows += [(f"late{n}", 10, day(2025, 3, 20), None) for n in range(3)]
    found = months(billed(rows, as_of=day(2025, 4, 1)))
    march = found[day(2025, 3, 1)]
    assert (march["new"], march["customers_new"], march["churn"], march["customers_lost"]) == (None,) * 4
    assert (march["opening"], march["closing"], march["customers"]) == (600, 510, 51)


def test_months_of_few_moves_are_told_together_and_the_newest_level_is_kept():
    day = date
    rows = [(f"old{n}", 10, day(2025, 1, 5), None) for n in range(60)]
    rows += [(f"late{n}", 10, day(2025, 2 + n // 4, 9), None) for n in range(12)]
    found = list(months(billed(rows, as_of=day(2025, 5, 1))).values())
    assert [row["customers"] for row in found] == [60, None, None, 72]
    assert [row["closing"] for row in found] == [600, None, None, 720]
    assert [row["opening"] for row in found] == [0, 600, None, None]
    assert [row["customers_new"] for row in found] == [60, None, None, None]


@hypothesis_settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, 4, 9, 11, 14]), st.integers(0, 5), st.integers(1, 7), st.sampled_from([None, 0, 2])
        ),
        min_size=1,
        max_size=9,
    )
)
def test_no_sum_of_moves_and_levels_is_of_fewer_than_ten_customers(groups):
    """Between two levels that are shown, what is hidden is nobody's or at least ten people's, of money as of counts."""
    rows = []
    for number, (size, start, length, more) in enumerate(groups):
        begins, ends = date(2024, 1 + start, 5), date(2024, min(1 + start + length, 12), 5)
        for each in range(size):
            rows.append((f"g{number}-{each}", 10, begins, ends))
            if more is not None and more < length:
                rows.append((f"g{number}-{each}", 5, date(2024, 1 + start + more, 9), ends))
    engine = billed(rows, as_of=date(2024, 10, 1))
    who = moved_by_hand(rows, date(2024, 10, 1))
    run, level = {"all": set(), "counted": set()}, 0
    counts = {"customers_new": "new", "customers_back": "reactivation", "customers_lost": "churn"}
    for row in table(engine, "retention_mrr", "month"):
        for move in MOVES:
            people = who.get((row["month"], move), set())
            assert (row[move] is None) or not 1 <= len(people) <= 9
            if row[move] is None:
                run["all"] |= people
        for column, move in counts.items():
            assert (row[column] is None) == (row[move] is None)
            if row[column] is None:
                run["counted"] |= who[row["month"], move]
        assert row["customers"] is None or not 1 <= row["customers"] <= 9
        if row["customers"] is not None:
            # From nobody to nobody the moves come to nothing, which tells of no one.
            assert level == row["customers"] == 0 or all(not people or len(people) >= 10 for people in run.values())
            run, level = {"all": set(), "counted": set()}, row["customers"]
    engine.close()


def moved_by_hand(rows, as_of):
    """Who moved how in which month, from the contracts alone."""
    found, before, ever = {}, {}, set()
    for month in range(1, as_of.month):
        close = date(2024, month + 1, 1) - timedelta(days=1)
        now = {}
        for who, mrr, first, end in rows:
            if first <= close and end > close:
                now[who] = now.get(who, 0) + mrr
        for who in before.keys() | now.keys():
            was, becomes = before.get(who, 0), now.get(who, 0)
            kinds = {
                "new": not was and becomes and who not in ever, "reactivation": not was and becomes and who in ever,
                "churn": was and not becomes, "expansion": 0 < was < becomes, "contraction": was > becomes > 0,
            }  # fmt: skip
            for kind in (kind for kind, holds in kinds.items() if holds):
                found.setdefault((date(2024, month, 1), kind), set()).add(who)
        ever |= now.keys()
        before = now
    return found


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
        assert (row["closing"], row["customers"]) in ((mrr, people), (None, None))
        moves = [row[name] for name in ("opening", *MOVES)]
        assert None in (*moves, row["closing"]) or sum(moves) == row["closing"]
    assert sum(row["closing"] is not None for row in rows) >= 20
    last = table(engine, "retention_nrr", "month")[-1]
    assert last["customers"] == 185 and last["net_mean"] == pytest.approx(2.9227, abs=1e-3)
