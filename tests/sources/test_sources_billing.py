"""Subscriptions become one order per customer and billing day; companies with orders keep what they had."""

import calendar
import csv
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifeworth import sources
from lifeworth.errors import DataError, UsageError
from lifeworth.refresh.calendar import decide_as_of
from lifeworth.refresh.request import Request
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.sources.billing import known_until
from lifeworth.store.duckdb.engine import DuckDB

HEAD = "subscription_id,customer_id,started_on,ended_on,mrr"
BILLS = "SELECT customer_id, CAST(ordered_on AS VARCHAR), gross - discount FROM sources_orders ORDER BY 1, 2"
LINES = "SELECT order_id, line_no, product_id, quantity, unit_price, amount FROM sources_order_lines ORDER BY 1, 2"


@pytest.fixture
def until(write, tmp_path):
    """The tables of a file of subscriptions on the day asked about."""
    engines = []

    def run(text, as_of=None, name="s.csv", threads=2, **settings):
        engine = DuckDB(threads=threads)
        engines.append(engine)
        request = [FileRequest(write(name, text))]
        report = sources.load(engine, request, Settings(**settings), as_of=as_of, scratch=tmp_path / "scratch")
        return engine, report

    yield run
    for engine in engines:
        engine.close()


def days_of(engine):
    return [f"{day} {Decimal(money):.0f}" for _, day, money in engine.rows(BILLS)]


@pytest.mark.parametrize(
    ("rows", "as_of", "bills"),
    [
        # Every month on the day it began, up to the day asked about and not on it.
        ("S1,ann,2024-01-10,,5", "2024-03-10", ["2024-01-10 5", "2024-02-10 5"]),
        ("S1,ann,2024-01-10,,5", "2024-03-11", ["2024-01-10 5", "2024-02-10 5", "2024-03-10 5"]),
        # The last day of a shorter month, and the 31st again after it.
        ("S1,ann,2024-01-31,,5", "2024-06-01", ["2024-01-31 5", "2024-02-29 5", "2024-03-31 5", "2024-04-30 5", "2024-05-31 5"]),
        ("S1,ann,2023-01-30,,5", "2023-04-01", ["2023-01-30 5", "2023-02-28 5", "2023-03-30 5"]),
        # The first day it no longer ran bills nothing; an unfinished month bills as its start says.
        ("S1,ann,2024-01-10,2024-03-10,5", "2025-01-01", ["2024-01-10 5", "2024-02-10 5"]),
        ("S1,ann,2024-01-10,2024-03-11,5", "2025-01-01", ["2024-01-10 5", "2024-02-10 5", "2024-03-10 5"]),
        ("S1,ann,2024-01-10,2024-01-20,5", "2025-01-01", ["2024-01-10 5"]),
        # An upgrade in the middle of a month bills both that month.
        ("S1,ann,2024-01-10,2024-02-20,5\nS2,ann,2024-02-20,,9", "2024-04-01",
         ["2024-01-10 5", "2024-02-10 5", "2024-02-20 9", "2024-03-20 9"]),
        # Overlapping ones of a customer join where they bill on one day.
        ("S1,ann,2024-01-10,,5\nS2,ann,2024-02-10,,7\nS3,ann,2024-02-11,,1", "2024-03-01",
         ["2024-01-10 5", "2024-02-10 12", "2024-02-11 1"]),
        # Those of two customers never do.
        ("S1,ann,2024-01-10,,5\nS2,bob,2024-01-10,,7", "2024-02-01", ["2024-01-10 5", "2024-01-10 7"]),
        # An end that lies ahead of the day asked about.
        ("S1,ann,2024-01-10,2024-12-31,5", "2024-02-01", ["2024-01-10 5"]),
        # One that ended the day it began bills nothing.
        ("S1,ann,2024-01-10,2024-01-10,5\nS2,bob,2024-01-10,,7", "2024-02-01", ["2024-01-10 7"]),
    ],
)  # fmt: skip
def test_the_days_of_bills(until, rows, as_of, bills):
    engine, report = until(f"{HEAD}\n{rows}\n", date.fromisoformat(as_of), currency="EUR")
    assert days_of(engine) == bills
    assert report.orders == report.billing.bills == len(bills)


def test_one_that_ends_before_it_starts_is_quarantined_and_bills_nothing(until):
    engine, report = until(f"{HEAD}\nS1,ann,2024-02-01,2024-01-01,5\nS2,bob,2024-01-10,,7\n", currency="EUR")
    assert engine.rows("SELECT DISTINCT customer_id FROM sources_orders") == [("bob",)]
    assert (report.files[0].rows_quarantined, report.billing.subscriptions) == (1, 1)


@pytest.mark.parametrize(
    ("columns", "row", "bills"),
    [
        ("amount,interval", "120,year", ["2023-01-15 120", "2024-01-15 120"]),
        ("arr,interval", "100,annual", ["2023-01-15 100", "2024-01-15 100"]),
        ("amount,interval", "30,quarterly", [f"2023-{m:02d}-15 30" for m in (1, 4, 7, 10)] + ["2024-01-15 30"]),
        ("mrr,interval_months", "5,24", ["2023-01-15 120"]),
        ("mrr,is_trial", "5,yes", []),
        ("mrr,is_trial,trial_ends_on", "5,yes,2023-12-31", ["2023-12-31 5", "2024-01-31 5"]),
        ("mrr,trial_ends_on", "5,2023-12-15", ["2023-12-15 5", "2024-01-15 5"]),
        ("mrr", "0", []),
    ],
)
def test_plans_and_trials(until, columns, row, bills):
    head = f"subscription_id,customer_id,started_on,ended_on,{columns}"
    text = f"{head}\nS1,ann,2023-01-15,,{row}\n"
    if not bills:
        with pytest.raises(UsageError, match="None of the 1 subscriptions bills anything"):
            until(text, date(2024, 2, 1), currency="EUR")
        return
    engine, _ = until(text, date(2024, 2, 1), currency="EUR")
    assert days_of(engine) == bills


def test_amounts_are_exact_over_a_year(until):
    """A twelfth of 100 is 8.3333; the bill is 100 again."""
    head = "subscription_id,customer_id,started_on,ended_on,arr,interval"
    engine, _ = until(f"{head}\nS1,ann,2023-01-15,,100,year\n", date(2023, 2, 1), currency="EUR")
    assert engine.value("SELECT gross FROM sources_orders") == Decimal("100.0000")


def test_a_bill_in_full(until):
    head = "subscription_id,customer_id,started_on,ended_on,plan,seats,amount,interval,discount"
    rows = "S1,ann,2024-01-10,,Pro,4,80,month,20\nS2,ann,2024-01-10,,Extra,,5,month,\n"
    engine, _ = until(f"{head}\n{rows}", date(2024, 2, 1), currency="EUR")
    [(order, gross, discount, shipping, tax)] = engine.rows(
        "SELECT order_id, gross, discount, shipping_charged, tax FROM sources_orders"
    )
    assert (order, gross, discount, shipping, tax) == ("bill ann 2024-01-10", 105, 20, 0, 0)
    assert engine.rows(LINES) == [(order, 1, "Pro", 4, 25, 80), (order, 2, "Extra", 1, 5, 5)]


def test_the_channel_is_that_of_the_customer(load, write):
    subscriptions = write("s.csv", f"{HEAD}\nS1,ann,2024-01-10,,5\nS2,bob,2024-01-10,,5\n")
    people = write("c.csv", "customer_id,acquisition_channel,country\nann,ads,DE\n")
    loaded = load(subscriptions, people, currency="EUR")
    assert loaded.rows("SELECT customer_id, channel, country FROM sources_orders ORDER BY 1") == [
        ("ann", "ads", "DE"), ("bob", None, None)
    ]  # fmt: skip


def test_rows_count_as_read_and_bills_as_derived(load, write):
    text = f"{HEAD},is_trial\nS1,ann,2024-01-10,,5,no\nS2,bob,2024-01-10,,5,yes\nS3,cat,2024-05-01,,5,no\n"
    loaded = load(write("s.csv", text), currency="EUR")
    [file] = loaded.report.files
    assert (file.rows_read, file.rows_loaded, file.kind) == (3, 3, "subscriptions")
    assert loaded.value("SELECT count(*) FROM sources_subscriptions") == 3
    assert loaded.value("SELECT count(*) FROM sources_orders") == loaded.report.orders == 5
    said = "2 subscriptions of 2 customers were turned into 5 bills, one per customer and billing day, up to 2024-05-01. 1 bill nothing: 1 only a trial."
    assert said in loaded.report.warnings


def test_bills_after_the_day_asked_about_are_its_future(until):
    """Whoever asks about a day within the file still finds what came after it, as with orders."""
    text = f"{HEAD}\nS1,ann,2024-01-10,,5\nS2,bob,2024-06-10,,5\n"
    engine, report = until(text, date(2024, 3, 1), currency="EUR")
    assert engine.value("SELECT count(*) FROM sources_orders WHERE ordered_on < '2024-03-01'") == 2
    assert (report.orders_after, report.last_day) == (5, date(2024, 6, 10))
    assert known_until(engine) == date(2024, 6, 10)


@pytest.mark.parametrize("wish", [None, date(2024, 2, 1)])
def test_without_a_day_it_is_the_one_after_the_last_that_is_known(until, tmp_path, wish):
    """An end to come is no event; a trial that began is, though it bills nothing."""
    text = f"{HEAD},is_trial\nS1,ann,2024-01-10,2031-01-01,5,no\nS2,bob,2024-03-20,,5,yes\n"
    engine, _ = until(text, wish, currency="EUR")
    engine.execute("CREATE TABLE ledger_orders AS SELECT ordered_on FROM sources_orders")
    assert engine.value("SELECT max(ordered_on) FROM sources_orders") == date(2024, 3, 10)
    request = Request((FileRequest(tmp_path / "s.csv"),), tmp_path / "out", as_of=wish)
    assert decide_as_of(engine, request) == (wish or date(2024, 3, 21))


def test_a_slip_of_a_year_is_named(until):
    _, report = until(f"{HEAD}\nS1,ann,2024-01-10,,5\nS2,bob,2024-08-20,,5\n", currency="EUR")
    assert any("give the day of the export: --as-of 2024-01-11" in said for said in report.warnings)


@pytest.mark.parametrize(("ended", "told"), [("", True), ("2024-02-10", False)])
def test_subscriptions_side_by_side_are_asked_about(until, ended, told):
    text = f"{HEAD}\nS1,ann,2024-01-10,{ended},5\nS2,ann,2024-02-10,,9\nS3,bob,2024-01-10,2024-02-01,5\n"
    _, report = until(text, currency="EUR")
    said = "1 of the 1 customers who subscribe on 2024-02-10 have several subscriptions side by side, up to 2, and each is billed."
    assert any(warning.startswith(said) for warning in report.warnings) is told


def test_a_day_beyond_the_file_is_told_of_and_one_far_beyond_refused(until):
    text = f"{HEAD}\nS1,ann,2024-01-10,,5\n"
    engine, report = until(text, date(2024, 4, 1), currency="EUR")
    assert engine.value("SELECT count(*) FROM sources_orders") == 3
    assert any("taken to have billed on up to 2024-03-31, as --as-of asks" in said for said in report.warnings)
    with pytest.raises(DataError, match="more than 10 years after the last day"):
        until(text, date(2044, 1, 1), currency="EUR")


ORDERS = "order_id,customer_id,date,amount\nO1,{who},2024-01-05,9\n"


@pytest.mark.parametrize(
    ("who", "wish", "bills"),
    [("zoe", "auto", 2), ("ann", "auto", 0), ("ann", True, 2), ("zoe", False, 0)],
)
def test_orders_that_name_subscribers_keep_bills_away_unless_they_are_asked_for(load, write, who, wish, bills):
    orders = write("o.csv", ORDERS.format(who=who))
    subscriptions = write("s.csv", f"{HEAD}\nS1,ann,2024-01-10,,5\nS2,bob,2024-01-20,,5\n")
    loaded = load(orders, subscriptions, bill_subscriptions=wish)
    assert loaded.value("SELECT count(*) FROM sources_orders") == 1 + bills
    warned = [said for said in loaded.report.warnings if "with a subscription" in said]
    assert len(warned) == (who == "ann")


def test_a_company_with_orders_has_the_same_tables_with_and_without_its_subscriptions(load, write):
    orders = write("o.csv", ORDERS.format(who="ann"))
    with_both = load(orders, write("s.csv", f"{HEAD}\nS1,ann,2024-01-10,,5\n"))
    alone = load(orders)
    for table in ("sources_orders", "sources_order_lines", "sources_refunds"):
        sql = f"SELECT * FROM {table} ORDER BY ALL"
        assert with_both.rows(sql) == alone.rows(sql)
    assert alone.report.billing is None and known_until(alone.engine) is known_until(with_both.engine) is None


def test_an_order_by_the_name_of_a_bill_is_refused(load, write):
    orders = write("o.csv", "order_id,customer_id,date,amount\nbill ann 2024-01-10,zoe,2024-01-05,9\n")
    subscriptions = write("s.csv", f"{HEAD}\nS1,ann,2024-01-10,,5\n")
    with pytest.raises(DataError, match="would have the id of an order of the files: 'bill ann 2024-01-10'"):
        load(orders, subscriptions)


def test_switched_off_there_is_nothing_to_value(load, write):
    with pytest.raises(UsageError, match="bill_subscriptions is false"):
        load(write("s.csv", f"{HEAD}\nS1,ann,2024-01-10,,5\n"), bill_subscriptions=False, currency="EUR")


def _plus(day, months):
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def _by_hand(started, ended, months, before):
    found, number = [], 0
    while (day := _plus(started, number * months)) < min(ended or before, before):
        found.append(day)
        number += 1
    return found


days = st.dates(date(2020, 1, 1), date(2024, 12, 31))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(days, st.none() | days, st.sampled_from([1, 3, 12])), min_size=1, max_size=12), st.randoms())
def test_bills_are_those_counted_by_hand_whatever_the_order_of_rows(until, spans, random):
    spans = [(a, b if b is None or b > a else None, m) for a, b, m in spans]
    rows = [f"S{n},c{n % 3},{a},{b or ''},{n + 1},{m}" for n, (a, b, m) in enumerate(spans)]
    expected = Counter()
    for n, (a, b, m) in enumerate(spans):
        for day in _by_hand(a, b, m, date(2025, 1, 1)):
            expected[f"c{n % 3}", str(day)] += (n + 1) * m
    head = f"{HEAD},interval_months"
    first, _ = until("\n".join([head, *rows]) + "\n", date(2025, 1, 1), currency="EUR")
    assert {(who, day): money for who, day, money in first.rows(BILLS)} == expected
    random.shuffle(rows)
    second, _ = until("\n".join([head, *rows]) + "\n", date(2025, 1, 1), name="t.csv", threads=1, currency="EUR")
    assert first.rows(BILLS) == second.rows(BILLS) and first.rows(LINES) == second.rows(LINES)
    assert first.rows("SELECT order_id, sum(amount) FROM sources_order_lines GROUP BY 1 ORDER BY 1") == first.rows(
        "SELECT order_id, gross - discount FROM sources_orders ORDER BY 1"
    )


def test_ravenstack_bills_are_those_of_its_file(load, shared):
    """The file itself, billed by a loop over its rows."""
    path = shared / "ravenstack" / "ravenstack_subscriptions.csv"
    if not path.exists():
        pytest.skip("ravenstack is not among the shared data")
    expected = Counter()
    with path.open() as rows:
        for row in csv.DictReader(rows):
            if row["is_trial"] == "TRUE" or not float(row["mrr_amount"]):
                continue
            started = datetime.strptime(row["start_date"], "%d-%m-%Y").date()
            ended = datetime.strptime(row["end_date"], "%d-%m-%Y").date() if row["end_date"] else None
            months = {"monthly": 1, "annual": 12}[row["billing_frequency"]]
            for day in _by_hand(started, ended, months, date(2025, 1, 1)):
                expected[row["account_id"], str(day)] += months * Decimal(row["mrr_amount"])
    loaded = load(path, map={"customer_id": "account_id"}, currency="USD")
    assert {(who, day): money for who, day, money in loaded.rows(BILLS)} == expected
    billing = loaded.report.billing
    assert (billing.subscriptions, billing.billed, billing.bills, billing.customers) == (5_000, 4_209, 13_842, 500)
    assert (billing.trials, billing.too_short) == (778, 13)
