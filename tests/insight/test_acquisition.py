"""Acquisition: every euro of spend accounted for, what a newcomer cost and brought, and whether the next euro earns."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from acquisition_shop import acquired, built, days_from, records, won
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF, small_shop

from lifeworth.insight import acquisition
from lifeworth.insight.acquisition.campaigns import UNNAMED
from lifeworth.insight.acquisition.verdicts import EARNS, LOSES, UNKNOWN, PerEuro, judge
from lifeworth.insight.ground import create
from lifeworth.ledger.acquisition import share_spend
from lifeworth.settings import Settings

JAN = date(2025, 1, 1)


def crowd(channel, count, first_day=JAN, *later, first=20.0, **said):
    return [won(channel, first_day + timedelta(days=place % 20), *later, first=first, **said) for place in range(count)]


# --- the books


def test_spend_is_shared_by_the_newcomers_of_its_month_and_channel_and_the_rest_by_nobody():
    people = [*crowd("Search", 20), *crowd("social", 12, date(2025, 2, 1)), *crowd(None, 15)]
    spend = [(JAN, "search ", 100), (date(2025, 1, 31), "SEARCH", "0.01"), (JAN, "social", 50), (date(2025, 2, 9), "social", 60), (JAN, "billboard", 7)]  # fmt: skip
    engine = built(people, spend)
    found = {(row["channel"], row["month"].month): row for row in records(engine, "spend")}
    assert (found["Search", 1]["spend"], found["Search", 1]["attributed"]) == (Decimal("100.01"), Decimal("100.01"))
    assert found["Search", 1]["cac"] == pytest.approx(100.01 / 20)
    assert (found["social", 1]["unattributed"], found["social", 1]["attributed"]) == (50, 0)
    assert (found["billboard", 1]["unattributed"], found["billboard", 1]["newcomers"]) == (7, 0)
    assert found["no channel stated", 1]["spend"] == 0 and found["no channel stated", 1]["newcomers"] == 15
    steps = dict(engine.rows("SELECT step, amount FROM acquisition_books"))
    assert steps["spent on winning customers"] == Decimal("217.01")
    assert (steps["shared among newcomers"], steps["shared by nobody"]) == (Decimal("160.01"), 57)
    assert steps["difference"] == steps["difference from the books"] == steps["month still running"] == 0


@hypothesis_settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "B ", None, "ü'; --"]), st.integers(1, 700)), min_size=1, max_size=40),
    st.lists(
        st.tuples(st.sampled_from(["A", "b", "c", "ü'; --"]), st.integers(-40, 900), st.integers(0, 10**7)), max_size=20
    ),
)
def test_books_add_up_to_the_cent_whatever_was_spent_and_won(people, spent):
    people = [won(channel, AS_OF - timedelta(days=ago)) for channel, ago in people]
    spend = [(AS_OF - timedelta(days=ago), channel, Decimal(cents) / 100) for channel, ago, cents in spent]
    engine = built(people, spend)
    before = sum((amount for day, _, amount in spend if day < AS_OF), Decimal(0))
    steps = dict(engine.rows("SELECT step, amount FROM acquisition_books"))
    shared = engine.value("SELECT COALESCE(sum(cost), 0) FROM ledger_acquisition WHERE acquired_on < DATE '2025-07-01'")
    if steps:
        assert steps["spent on winning customers"] == before
        assert steps["shared among newcomers"] == shared
        assert steps["difference"] == steps["difference from the books"] == 0
        assert engine.value("SELECT sum(spend) FROM acquisition_spend") == before
        assert engine.value("SELECT sum(spend) FROM acquisition_costs WHERE grouped_by = 'won in'") == before
        assert (
            engine.value("SELECT sum(spend) FROM acquisition_costs WHERE grouped_by = 'channel and won in'") == before
        )
    else:
        assert before == 0
    engine.close()


def test_a_month_still_running_and_spend_dated_later_are_told_apart():
    as_of = date(2025, 1, 21)
    people = [*crowd("search", 10), won("search", date(2025, 1, 25))]
    engine, frame = acquired(people[:10], [(JAN, "search", 60), (date(2025, 1, 28), "search", 50)], as_of=as_of)
    engine.execute("INSERT INTO sources_orders BY NAME SELECT 'late' AS order_id, 'C9' AS customer_id, DATE '2025-01-25' AS ordered_on, 'search' AS channel")  # fmt: skip
    share_spend(engine)
    acquisition.build(engine, frame)
    [row] = records(engine, "spend")
    assert (row["spend"], row["attributed"], row["still_open"]) == (60, 100, 40)
    assert "still running" in row["note"]
    steps = dict(engine.rows("SELECT step, amount FROM acquisition_books"))
    assert steps["difference"] == 0 and steps["spend dated later"] == 50


def test_cells_of_few_newcomers_are_hidden_with_others_that_would_give_them_away():
    people = [*crowd("search", 30), *crowd("search", 40, date(2025, 3, 1)), *crowd("social", 4), *crowd("social", 25, date(2025, 3, 1))]  # fmt: skip
    engine = built(people, [(JAN, "social", 50)])
    seen = {(row["channel"], row["month"].month): row["newcomers"] for row in records(engine, "spend")}
    assert seen == dict.fromkeys(seen)
    months = "grouped_by = 'channel and won in'"
    costs = {(row["channel"], row["won_in"]): row for row in records(engine, "costs", where=months)}
    assert costs["social", "2025-01"]["newcomers"] is None and costs["social", "2025-01"]["paid_cac"] is None
    assert all(row["newcomers"] is None for row in costs.values())


def test_a_quarter_of_few_newcomers_takes_another_with_it():
    people = [*crowd("search", 5), *crowd("search", 40, date(2025, 3, 1)), *crowd("search", 60, date(2025, 5, 1))]
    engine = built(people, [(JAN, "search", 50), (date(2025, 3, 1), "search", 50)])
    rows = {row["won_in"]: row for row in records(engine, "costs", where="grouped_by = 'won in'")}
    assert [rows[month]["newcomers"] for month in ("2025-01", "2025-03", "2025-05")] == [None, None, 60]
    assert rows["2025-03"]["blended_cac"] is None
    assert [row["newcomers"] for row in records(engine, "costs", where="grouped_by = 'everybody'")] == [105, 105]


# --- what winning one cost


def test_paid_and_blended_cost_divide_by_whom_they_say():
    engine = built(
        [*crowd("search", 20), *crowd("organic", 30), *crowd("social", 10)], [(JAN, "search", 100), (JAN, "social", 50)]
    )
    [row] = records(engine, "costs", where="grouped_by = 'won in'")
    assert (row["paid_newcomers"], row["newcomers"]) == (30, 60)
    assert row["paid_cac"] == pytest.approx(150 / 30) and row["blended_cac"] == pytest.approx(150 / 60)
    assert "(paid)" in row["formula"] and "(blended)" in row["formula"]
    by = {row["channel"]: row for row in records(engine, "costs", where="grouped_by = 'channel'")}
    assert (by["search"]["paid_cac"], by["organic"]["paid_cac"], by["organic"]["paid_newcomers"]) == (5, None, 0)


def test_spend_before_the_first_order_counts_as_spend_of_its_own_time():
    engine = built(crowd("search", 20), [(date(2024, 10, 5), "search", 30), (JAN, "search", 100)])
    cohorts = {row["won_in"]: row for row in records(engine, "costs", where="grouped_by = 'won in'")}
    assert cohorts["2024-10"]["spend"] == 30 and cohorts["2024-10"]["newcomers"] == 0
    ever = min(records(engine, "costs", where="grouped_by = 'everybody'"), key=lambda row: row["since"])
    assert ever["spend"] == 130 and ever["paid_cac"] == pytest.approx(6.5)


def test_ten_thousand_channels_go_together_beyond_the_forty_largest():
    people = [won(f"c{place}", JAN) for place in range(900)] + crowd("big", 60)
    engine = built(people, [(JAN, "big", 10), (JAN, "c1", 5)])
    names = {row["channel"] for row in records(engine, "costs", where="grouped_by = 'channel'")}
    assert names == {"big", "c1", "other channels"}
    assert engine.value("SELECT sum(spend) FROM acquisition_costs WHERE grouped_by = 'channel'") == 15


# --- campaigns


def test_campaigns_without_a_tie_say_what_cannot_be_attributed():
    engine = built(
        crowd("search", 20), [(JAN, "search", 60, "brand"), (JAN, "search", 40, "generic"), (JAN, "search", 5)]
    )
    rows = records(engine, "campaigns", "spend DESC")
    assert [(row["campaign"], row["spend"], row["cac"]) for row in rows] == [("brand", 60, None), ("generic", 40, None), (UNNAMED, 5, None)]  # fmt: skip
    assert "do not say which campaign" in rows[0]["note"]
    assert sum(row["share_of_spend"] for row in rows) == pytest.approx(1)


@pytest.mark.parametrize("tie", ["column", "coupon"])
def test_campaigns_are_tied_by_a_column_or_by_the_coupon_of_the_first_order(tie):
    people = [
        *crowd("search", 12, coupon="Brand" if tie == "coupon" else None),
        *crowd("search", 15, coupon="GENERIC" if tie == "coupon" else None),
        *crowd("search", 11),
    ]
    engine, frame = acquired(
        people, [(JAN, "search", 60, "brand"), (JAN, "search", 40, "generic"), (JAN, "search", 9, "idle")]
    )
    if tie == "column":
        for place in range(27):
            said = '{"utm_campaign{": "Brand"}' if place < 12 else '{"utm_campaign{": "generic"}'
            engine.execute(
                "INSERT INTO sources_customers (customer_id, attributes) VALUES (?, ?)", [f"C{place:04d}", said]
            )
    acquisition.build(engine, frame)
    rows = {row["campaign"]: row for row in records(engine, "campaigns")}
    assert (rows["brand"]["newcomers"], rows["generic"]["newcomers"], rows["idle"]["newcomers"]) == (12, 15, 0)
    assert rows["brand"]["cac"] == pytest.approx(5) and rows["idle"]["cac"] is None
    assert ("coupon" in rows["brand"]["tied_by"]) == (tie == "coupon")


# --- value, payback, verdict


def test_value_ratio_and_ceiling_of_newcomers_who_are_all_alike():
    people = [won("search", day, (40, 8.0), (100, 4.0), first=10.0) for day in days_from(date(2024, 5, 1), 40)]
    engine = built(people, [(date(2024, 5, 5), "search", 240), (date(2024, 6, 5), "search", 80)])
    values = {row["horizon_days"]: row for row in records(engine, "values", where="grouped_by = 'channel'")}
    assert [values[days]["value_mean"] for days in (90, 180, 365)] == pytest.approx([18, 22, 22])
    assert values[365]["cac"] == pytest.approx(8) and values[365]["ratio_mean"] == pytest.approx(22 / 8)
    assert values[90]["value_low"] == pytest.approx(18) == values[90]["value_high"]
    assert (values[365]["ceiling"], values[365]["ceiling_cautious"]) == pytest.approx((22, 22))
    assert {row["how"] for row in values.values()} == {"seen"}
    [paid] = records(engine, "payback", where="grouped_by = 'channel'")
    assert (paid["payback_months"], paid["payback_low"], paid["payback_high"], paid["chance_within"]) == (0, 0, 0, 1.0)
    [verdict] = records(engine, "verdicts")
    assert verdict["average_verdict"] == EARNS and verdict["average_mean"] == pytest.approx(22 / 8 - 1)
    assert verdict["verdict"] == UNKNOWN and "not enough months" in verdict["sentence"]


@pytest.mark.parametrize(("cost", "month"), [(9, 0), (10, 0), (10.5, 2), (18, 2), (18.5, 4), (23, None)])
def test_payback_is_the_first_month_that_reaches_the_cost(cost, month):
    people = [won("search", day, (40, 8.0), (100, 4.0), first=10.0) for day in days_from(date(2024, 5, 1), 31)]
    engine = built(people, [(date(2024, 5, 5), "search", 31 * cost)])
    [row] = records(engine, "payback", where="grouped_by = 'channel'")
    assert row["payback_months"] == month
    if month is None:
        assert f"not within {row['within_months']} months" in row["sentence"] and row["chance_within"] == 0
        assert records(engine, "verdicts")[0]["average_verdict"] == LOSES


def test_refunds_and_letters_come_off_on_their_day():
    people = [won("search", day, first=10.0) for day in days_from(date(2024, 5, 1), 40)]
    events = [(place, person["first_day"] + timedelta(days=50), "refund", -4.0, person["first_day"]) for place, person in enumerate(people)]  # fmt: skip
    engine = built(people, events=events)
    curve = {row["month"]: row["value_mean"] for row in records(engine, "curves", where="grouped_by = 'channel'")}
    assert (curve[0], curve[1], curve[2], curve[3]) == (10, 10, 6, 6)


def test_every_age_is_what_newcomers_of_that_age_did_lately():
    """Five hundred newcomers a year and more: only the last 365 days are judged, whoever was won before them."""
    older = [won("search", day, (40, 0.0), (300, 30.0), first=50.0) for day in days_from(date(2023, 10, 1), 200)]
    newer = [won("search", day, (40, 7.0), first=10.0) for day in days_from(date(2024, 8, 1), 140)] * 4
    engine = built([*older, *newer], [(date(2024, 9, 1), "search", 100)])
    curve = {row["month"]: row["value_mean"] for row in records(engine, "curves", where="grouped_by = 'channel'")}
    assert curve[0] == 10 and curve[2] < 17.0001
    reached_330_days = [day for day in days_from(date(2024, 8, 1), 140) if day + timedelta(days=330) <= AS_OF]
    assert curve[11] - curve[10] == pytest.approx(30.0 * 200 / (200 + 4 * len(reached_330_days)))


def test_in_revenue_nothing_pays_back():
    engine = built([won("search", day) for day in days_from(date(2024, 5, 1), 40)], [(date(2024, 5, 5), "search", 80)], in_profit=False)  # fmt: skip
    assert {row["basis"] for row in records(engine, "values")} == {"revenue"}
    assert all(row["ratio_mean"] is None and row["ceiling"] is None for row in records(engine, "values"))
    assert records(engine, "payback") == [] and records(engine, "or_keeping") == []
    [verdict] = records(engine, "verdicts")
    assert verdict["verdict"] == UNKNOWN and "no costs are known" in verdict["sentence"]


def test_the_runs_own_newcomers_stand_beside_and_the_difference_is_explained():
    engine, frame = acquired([won("Search", day, first=10.0) for day in days_from(date(2024, 5, 1), 40)])
    engine.execute("""CREATE TABLE values_newcomers AS SELECT * FROM (VALUES
        ('channel', 'search', 8.0, 7.5, 8.5, 365, 33, 0.4), ('all newcomers', 'all newcomers', 10.5, 9.0, 12.0, 365, 33, 0.0))
        t(grouped_by, member, value_mean, value_low, value_high, horizon_days, customers, shrunk_share)""")
    acquisition.build(engine, frame)
    own = {row["member"]: row for row in records(engine, "values", where="horizon_days = 365")}
    assert own["Search"]["run_value_mean"] == 8.0
    assert (
        "2.00 EUR less, further than their ranges allow" in own["Search"]["reconciled"]
        and "40 %" in own["Search"]["reconciled"]
    )
    assert "which their ranges allow" in own["all channels"]["reconciled"]


def found(mean, spread, draws=999):
    import numpy as np

    drawn = mean + spread * np.linspace(-2, 2, draws)
    return PerEuro(mean, float(drawn[draws // 10]), float(drawn[-draws // 10]), drawn)


def test_verdicts_allow_for_the_number_of_channels():
    alone = judge({0: found(0.5, 0.285)}, 0.2)
    among = judge({place: found(0.5 if place == 0 else 0.01, 0.285) for place in range(12)}, 0.2)
    assert alone == {0: EARNS} and set(among.values()) == {UNKNOWN}
    assert judge({0: found(-2.0, 0.3), 1: found(2.0, 0.3)}, 0.2) == {0: LOSES, 1: EARNS}


# --- winning or keeping


def test_keeping_holds_letters_against_repeat_profit_and_winning_against_the_first_year():
    people = [won("search", day, (40, 8.0), first=10.0) for day in days_from(date(2024, 8, 1), 40)]
    letters = [(place, person["first_day"] + timedelta(days=45), "contact", -0.5, person["first_day"] + timedelta(days=40)) for place, person in enumerate(people)]  # fmt: skip
    engine = built(people, [(date(2024, 8, 5), "search", 120), (date(2024, 9, 5), "crm", 12, None, "retain")], letters, horizon_days=180)  # fmt: skip
    rows = {row["way"]: row for row in records(engine, "or_keeping", "place")}
    keeping = rows["keeping customers"]
    assert keeping["cost"] == 32 and keeping["profit_mean"] == pytest.approx(40 * 8)
    assert keeping["cost_of_one_mean"] == pytest.approx(0.1)
    assert "only an experiment says" in keeping["sentence"] and keeping["how"] == "observed"
    assert "winning customers" not in rows


def test_the_ratio_says_whether_five_times_holds_and_an_experiment_says_what_is_caused():
    people = [won("search", day, (40, 8.0), first=10.0) for day in days_from(date(2024, 5, 1), 60)]
    letters = [(place, date(2024, 9, 1), "contact", -0.5, date(2024, 8, 1)) for place in range(60)]
    engine, frame = acquired(people, [(date(2024, 5, 5), "search", 90), (date(2024, 6, 5), "search", 90)], letters)
    engine.execute("""CREATE OR REPLACE TABLE experiments_results AS SELECT 'letter' AS experiment_id, 'b' AS arm, 100 AS customers, 0.85 AS cost_each,
        0.0 AS control_cost_each, 0.85 AS difference_mean, 0.1 AS standard_error, 'ended' AS state, 'profit' AS measure, TRUE AS may_be_believed, TRUE AS cost_is_stated""")  # fmt: skip
    acquisition.build(engine, frame)
    rows = {row["way"]: row for row in records(engine, "or_keeping", "place")}
    winning, caused = rows["winning customers"], rows["keeping customers: letter, b"]
    assert winning["cost_of_one_mean"] == pytest.approx(180 / (60 * 17.5))
    assert caused["cost_of_one_mean"] == pytest.approx(0.5) and caused["how"] == "experiment"
    assert caused["cost_of_one_low"] < 0.5 < caused["cost_of_one_high"]
    ratio = rows["winning over keeping"]
    assert ratio["cost_of_one_mean"] == pytest.approx(
        winning["cost_of_one_mean"] / rows["keeping customers"]["cost_of_one_mean"]
    )
    assert "five times is a habit" in ratio["sentence"]
    assert rows["winning over keeping: letter, b"]["cost_of_one_mean"] == pytest.approx(
        winning["cost_of_one_mean"] / 0.5
    )


# --- odd data


ODD = {
    "nobody": ([], []),
    "nobody, yet spend": ([], [(JAN, "search", 10)]),
    "one customer": ([won("search", JAN)], [(JAN, "search", 10)]),
    "no channel, no spend": ([won(None, day) for day in days_from(JAN, 50)], []),
    "spend that matches no channel": ([won("search", day) for day in days_from(JAN, 50)], [(JAN, "FB Ads", 10)]),
    "all refunded": ([won("search", day, first=0.0) for day in days_from(JAN, 50)], [(JAN, "search", 10)]),
    "all lose": ([won("search", day, (35, -9.0), first=-5.0) for day in days_from(JAN, 50)], [(JAN, "search", 10)]),
    "first order yesterday": ([won("search", AS_OF - timedelta(days=1))] * 40, [(AS_OF - timedelta(days=1), "search", 5)]),
    "spend of nothing": ([won("search", day) for day in days_from(JAN, 50)], [(JAN, "search", 0)]),
    "a correction below zero": ([won("search", day) for day in days_from(JAN, 50)], [(JAN, "search", -30)]),
    "only keeping": ([won("search", day) for day in days_from(JAN, 50)], [(JAN, "crm", 10, None, "retain")]),
    "hostile names": ([won("'; DROP TABLE x; --{}", day) for day in days_from(JAN, 50)], [(JAN, "'; DROP TABLE x; --{}", 9, "{0}'")]),
    "a gap of years": ([won("search", day) for day in (*days_from(date(2015, 1, 1), 40), *days_from(JAN, 40))], [(date(2015, 1, 1), "search", 9)]),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("horizon", [30, 365, 1000])
def test_odd_shops_never_fail(case, horizon):
    people, spend = ODD[case]
    engine = built(people, spend, horizon_days=horizon)
    for row in records(engine, "values"):
        assert row["value_low"] <= row["value_mean"] <= row["value_high"]
    for row in records(engine, "verdicts"):
        assert row["verdict"] in (EARNS, LOSES, UNKNOWN) and row["sentence"].endswith(".")
    if not any(purpose == "acquire" for *_, purpose in [(*s, *(None, "acquire")[len(s) - 3 :]) for s in spend]):
        assert records(engine, "costs") == records(engine, "spend") == records(engine, "payback") == []


def test_nothing_on_or_after_the_day_asked_is_read():
    people = [won("search", day, (40, 8.0)) for day in days_from(date(2024, 5, 1), 60)]
    spend = [(date(2024, 5, 5), "search", 120), (date(2024, 6, 3), "search", 40)]
    known = built(people, spend)
    later = [*spend, (AS_OF, "search", 999), (AS_OF + timedelta(days=40), "social", 999)]
    events = [(0, AS_OF, "refund", -500.0, people[0]["first_day"])]
    last = people[-1]
    returning = won("search", last["first_day"], (40, 8.0), ((AS_OF - last["first_day"]).days, 900.0))
    future = built([*people[:-1], returning], later, events)
    for table in acquisition.TABLES:
        if table.name != "acquisition_books":
            assert known.rows(f"SELECT * FROM {table.name} ORDER BY ALL") == future.rows(f"SELECT * FROM {table.name} ORDER BY ALL"), table.name  # fmt: skip


def test_the_same_shop_gives_the_same_tables_in_any_order_and_at_any_level_of_threads():
    people = [
        won(f"c{place % 3}", day, (30 + place, 5.0 + place))
        for place, day in enumerate(days_from(date(2024, 3, 1), 150))
    ]
    spend = [(date(2024, 3 + month, 2), f"c{channel}", 40 + month) for month in range(6) for channel in range(2)]
    first = built(people, spend)
    second, frame = acquired(people, spend[::-1])
    second.execute(
        "CREATE OR REPLACE TABLE ledger_days AS SELECT * FROM ledger_days ORDER BY customer_key DESC, day DESC"
    )
    second.execute("SET threads = 4")
    acquisition.build(second, frame)
    for table in acquisition.TABLES:
        assert first.rows(f"SELECT * FROM {table.name}") == second.rows(f"SELECT * FROM {table.name}"), table.name


def test_money_times_a_hundred_changes_no_verdict_and_every_amount_a_hundredfold():
    def shop(times):
        people = [won("a" if place % 2 else "b", day, (35, times * (place % 11)), first=times * 9.0) for place, day in enumerate(days_from(date(2024, 3, 1), 200))]  # fmt: skip
        spend = [
            (date(2024, 3 + month, 2), name, times * (30 + 11 * (month % 3))) for month in range(6) for name in "ab"
        ]
        return built(people, spend)

    small, large = shop(1), shop(100)
    for column in ("value_mean", "value_low", "value_high", "cac", "ceiling_cautious"):
        one, hundred = (
            [
                row[column]
                for row in records(engine, "values", "grouped_by, member, horizon_days")
                if row[column] is not None
            ]
            for engine in (small, large)
        )
        assert hundred == pytest.approx([100 * each for each in one], rel=1e-6)
    words = [
        [(row["channel"], row["verdict"], row["average_verdict"]) for row in records(e, "verdicts")]
        for e in (small, large)
    ]
    assert words[0] == words[1]


def test_every_column_is_described_and_every_required_one_filled():
    people = [
        won(f"c{place % 3}", day, (30, 5.0 + place)) for place, day in enumerate(days_from(date(2024, 3, 1), 300))
    ]
    spend = [(day, "c0", 40 + place % 7) for place, day in enumerate(days_from(date(2024, 3, 2), 12, 30))]
    engine = built(people, spend, [(0, date(2024, 9, 1), "contact", -3.0, None)])
    for table in acquisition.TABLES:
        assert tuple(engine.columns(table.name)) == table.names
        assert engine.value(f"SELECT count(*) FROM {table.name}") > 0 or table.name == "acquisition_campaigns"
        for column in table.required:
            assert engine.value(f'SELECT count(*) FROM {table.name} WHERE "{column}" IS NULL') == 0, (
                table.name,
                column,
            )


def test_a_shop_without_the_runs_newcomers_or_experiments_is_read_all_the_same():
    engine, frame = small_shop([{"channel": "search"}] * 40, settings=Settings())
    share_spend(engine)
    create(engine, *acquisition.TABLES)
    for table in ("values_newcomers", "experiments_results"):
        engine.execute(f"DROP TABLE IF EXISTS {table}")
    acquisition.build(engine, frame)
    assert records(engine, "verdicts") == []
