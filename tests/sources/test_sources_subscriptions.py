"""Subscriptions come in with their spans and what they bring a month; impossible spans stay outside."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from lifeworth.errors import DataError, InputError, UsageError
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest, check
from lifeworth.store.duckdb.engine import DuckDB

HEAD = "subscription_id,customer_id,started_on,ended_on"


def test_a_subscription_from_its_columns(load, write):
    text = (
        "Subscription ID,Customer No,Plan Name,Started At,Ended At,Trial End,Trial,Canceled At,Seats,Billed Amount,"
        "Billing Period,Discount,Cancel Reason,Currency\n"
        "S1,ann,Pro,2024-01-01,2024-06-30,2024-01-15,no,2024-06-01,3,90,quarterly,10,too dear,EUR\n"
        "S2,ann,Basic,2024-03-01,,,yes,,1,120.00,Annual,,,EUR\n"
    )
    loaded = load(write("s.csv", text), needs_orders=False)
    d = Decimal
    assert loaded.rows("SELECT * EXCLUDE (file_no) FROM sources_subscriptions ORDER BY 1") == [
        ("S1", "ann", "Pro", date(2024, 1, 1), date(2024, 6, 30), date(2024, 1, 15), False, date(2024, 6, 1), d(3), d(90), 3.0,
         d(30), d(10), "too dear", "EUR"),
        ("S2", "ann", "Basic", date(2024, 3, 1), None, None, True, None, d(1), d(120), 12.0, d(10), None, None, "EUR"),
    ]  # fmt: skip
    assert loaded.reasons == {}


@pytest.mark.parametrize(
    ("columns", "row", "mrr"),
    [
        ("mrr", "12.5", "12.5"),
        ("mrr", "0", "0"),
        ("mrr_amount,amount,interval", "7,120,year", "7"),
        ("mrr,amount,interval", ",120,year", "10"),
        ("arr", "120", "10"),
        ("amount,interval", "10,month", "10"),
        ("amount,interval", "10,Monthly", "10"),
        ("amount,interval", "26,weekly", "112.6667"),
        ("amount,interval", "1,day", "30.4167"),
        ("amount,interval", "60,semi-annually", "10"),
        ("amount,interval", "60,6 months", "10"),
        ("amount,interval", "240,every 2 years", "10"),
        ("amount,interval,interval_count", "30,month,3", "10"),
        ("amount,interval_months", "30,3", "10"),
        ("unit_price,seats,interval", "5,4,month", "20"),
        ("unit_price,interval", "5,month", "5"),
        ("plan", "Pro", None),
    ],
)
def test_monthly_recurring_revenue(load, write, columns, row, mrr):
    loaded = load(write("s.csv", f"{HEAD},{columns}\nS1,ann,2024-01-01,,{row}\n"), needs_orders=False, currency="EUR")
    assert loaded.rows("SELECT mrr FROM sources_subscriptions") == [(None if mrr is None else Decimal(mrr),)]
    assert any("monthly revenue is not known" in w for w in loaded.report.warnings) is (mrr is None)


@pytest.mark.parametrize(
    ("columns", "row", "reason"),
    [
        ("mrr", "S1,ann,2024-02-01,2024-01-31,5", "ended before it started"),
        ("mrr", "S1,ann,2999-01-01,,5", "start date is in the future"),
        ("mrr", "S1,ann,,2024-01-31,5", "no start date"),
        ("mrr", "S1,ann,soon,,5", "start date is not a date"),
        ("mrr", "S1,ann,2024-01-01,later,5", "end date is not a date"),
        ("mrr", "S1,,2024-01-01,,5", "no customer id"),
        ("mrr", ",ann,2024-01-01,,5", "no subscription id"),
        ("mrr", "S1,ann,2024-01-01,,-5", "amount is negative"),
        ("mrr", "S1,ann,2024-01-01,,much", "monthly recurring revenue is not a number"),
        ("mrr,is_trial", "S1,ann,2024-01-01,,5,perhaps", "trial is neither yes nor no"),
        ("mrr,seats", "S1,ann,2024-01-01,,5,-1", "quantity is negative"),
        ("amount,interval", "S1,ann,2024-01-01,,5,biweekly", "how often it is billed is not understood"),
        ("amount,interval_months", "S1,ann,2024-01-01,,5,0", "how often it is billed is not understood"),
    ],
)
def test_rows_with_faults_are_named(load, write, columns, row, reason):
    good = "S0,bob,2024-01-01,2024-05-01," + {"mrr": "5"}.get(columns.split(",")[0], "5,1 month")
    good += {"mrr,is_trial": ",no", "mrr,seats": ",1"}.get(columns, "")
    good = good.replace("1 month", "1") if "interval_months" in columns else good
    loaded = load(write("s.csv", f"{HEAD},{columns}\n{good}\n{row}\n"), needs_orders=False, currency="EUR")
    assert loaded.reasons == {f"quarantined: {reason}": 1}
    assert loaded.rows("SELECT line, reason FROM sources_rejected") == [(3, reason)]
    assert loaded.rows("SELECT subscription_id FROM sources_subscriptions") == [("S0",)]


@pytest.mark.parametrize(
    ("ended", "kept"),
    [("", None), ("9999-12-31", None), ("2999-12-31", None), ("2033-01-31", date(2033, 1, 31)), ("2024-01-01", date(2024, 1, 1))],
)  # fmt: skip
def test_ends_to_come_and_ends_that_mean_never(load, write, ended, kept):
    loaded = load(
        write("s.csv", f"{HEAD},mrr\nS1,ann,2024-01-01,{ended},5\nS2,ann,2024-01-01,2024-01-31,5\n"), needs_orders=False
    )
    assert loaded.rows("SELECT ended_on FROM sources_subscriptions WHERE subscription_id = 'S1'") == [(kept,)]


def test_a_subscription_that_ended_later_still_runs_on_the_day_asked_about(load, write):
    """The table says nothing of a day by itself: this is the one condition that asks it."""
    rows = "S1,ann,2024-01-01,2024-06-30,5\nS2,ann,2024-03-01,,5\nS3,ann,2024-07-01,,5\n"
    loaded = load(write("s.csv", f"{HEAD},mrr\n{rows}"), needs_orders=False)
    running = "SELECT subscription_id FROM sources_subscriptions WHERE started_on <= ? AND (ended_on IS NULL OR ended_on > ?) ORDER BY 1"
    for day, expected in (
        (date(2024, 6, 29), ["S1", "S2"]),
        (date(2024, 6, 30), ["S2"]),
        (date(2024, 7, 1), ["S2", "S3"]),
    ):
        assert [s for (s,) in loaded.engine.rows(running, [day, day])] == expected


def test_amounts_without_an_interval_are_asked_about_with_lines_that_work(load, write):
    path = write("s.csv", f"{HEAD},amount\nS1,ann,2024-01-01,,5\n")
    with pytest.raises(InputError, match=r"s.csv, line 1, column 'amount'(.|\n)*--map subscriptions.mrr=amount"):
        load(path, needs_orders=False)
    loaded = load(path, needs_orders=False, map={"subscriptions.mrr": "amount"})
    assert loaded.rows("SELECT mrr FROM sources_subscriptions") == [(5,)]


def test_overlapping_subscriptions_of_a_customer_stay_as_they_are(load, write):
    rows = "S1,ann,2024-01-01,,5\nS2,ann,2024-02-01,,7\nS3,ann,2024-02-01,2024-03-01,7\n"
    loaded = load(write("s.csv", f"{HEAD},mrr\n{rows}"), needs_orders=False)
    assert loaded.value("SELECT count(*) FROM sources_subscriptions") == 3


def test_the_end_of_a_subscription_replaces_its_beginning_in_whatever_order(load, write):
    older = write("a.csv", f"{HEAD},mrr\nS1,ann,2024-01-01,,5\nS2,bob,2024-02-01,,5\n")
    newer = write("b.csv", f"{HEAD},mrr\nS1,ann,2024-01-01,2024-08-01,5\nS2,bob,2024-02-01,,5\nS3,bob,2024-09-01,,5\n")
    for files in itertools.permutations((older, newer, older)):
        loaded = load(*files, needs_orders=False)
        assert loaded.rows("SELECT subscription_id, ended_on FROM sources_subscriptions ORDER BY 1") == [
            ("S1", date(2024, 8, 1)), ("S2", None), ("S3", None)
        ]  # fmt: skip
        assert loaded.report.conflicts == 1


@pytest.mark.parametrize(("rates", "mrr"), [({}, None), ({"USD": "0.5"}, Decimal("2.5"))])
def test_other_currencies_need_a_rate(load, write, rates, mrr):
    orders = write("o.csv", "customer_id,date,amount,currency\nann,2024-01-01,5,EUR\n")
    subscriptions = write("s.csv", f"{HEAD},mrr,currency\nS1,ann,2024-01-01,,5,USD\n")
    loaded = load(orders, subscriptions, rates=rates)
    assert loaded.rows("SELECT mrr, currency FROM sources_subscriptions") == ([(mrr, "EUR")] if mrr else [])
    assert loaded.reasons == ({} if mrr else {"quarantined: currency USD without a rate to EUR": 1})


@pytest.mark.parametrize(("mrr", "missing"), [("5", False), ("", True)])
def test_subscriptions_alone_are_enough_where_they_say_what_they_bring(load, write, tmp_path, mrr, missing):
    path = write("s.csv", f"{HEAD},mrr\nS1,ann,2024-01-01,,{mrr}\n")
    if missing:
        with pytest.raises(
            UsageError, match=r"None of the files is a list of orders(.|\n)*nothing says what they bring"
        ):
            load(path, currency="EUR")
    engine = DuckDB(threads=1)
    ready = check(engine, [FileRequest(path)], Settings(currency="EUR"), as_of=None, scratch=tmp_path / "scratch")
    engine.close()
    assert ("orders" in [gap.missing for gap in ready.gaps]) is missing
    assert ready.report.files[0].rows_loaded == 1 and ready.report.orders == (0 if missing else 1)


def test_orders_of_which_none_is_sound_are_refused_by_a_check_too(write, tmp_path):
    path = write("o.csv", "customer_id,date,amount\na,1900-01-01,1\n")
    engine = DuckDB(threads=1)
    with pytest.raises(DataError, match="before 1980"):
        check(engine, [FileRequest(path)], Settings(), as_of=None, scratch=tmp_path / "scratch")
    engine.close()


def test_where_all_end_before_they_start_the_first_is_shown(load, write):
    rows = "S1,ann,2024-06-01,,5\nS2,bob,2024-02-01,2024-01-15,5\nS3,eve,2024-03-01,2024-01-31,5\n"
    path = write("plans.csv", f"{HEAD},mrr\n" + rows.split("\n", 1)[1])
    with pytest.raises(UsageError) as said:
        load(path)
    assert (
        "plans.csv, line 2: the subscription starts on 2024-02-01 and ends on 2024-01-15, before it starts, as 1 more does"
        in str(said.value)
    )
    load(write("some.csv", f"{HEAD},mrr\n{rows}"))
