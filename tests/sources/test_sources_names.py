"""Columns without a preset: unmistakable names, --map, kinds, currencies, frames, the tables beside the orders."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from lifeworth.errors import DataError, InputError, UsageError
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest, FrameRequest, find_gaps

HEAD = "customer_id,date,amount\n"


def test_orders_without_money_are_counted_and_said(load, write):
    loaded = load(write("log.csv", "cust,date\n1,2006-01-01\n1,2006-01-09\n"))
    assert not loaded.report.has_money
    assert loaded.rows("SELECT customer_id, gross FROM sources_orders") == [("1", 0), ("1", 0)]
    assert any("nothing can be valued in money" in w for w in loaded.report.warnings)
    assert "amounts" in [gap.missing for gap in find_gaps(loaded.engine, loaded.report, Settings())]


def test_a_bare_id_is_the_customer_only_when_it_repeats(load, write):
    assert len(load(write("a.csv", "Id,Date,Price\n1,2005-01-02,3.5\n1,2005-02-02,4.5\n")).orders) == 2
    with pytest.raises(InputError, match="customer_id=COLUMN"):
        load(write("b.csv", "Id,Date,Price\n1,2005-01-02,3.5\n2,2005-02-02,4.5\n"))


def test_customer_id_wins_over_a_look_alike(load, write):
    loaded = load(write("a.csv", "master_id,customer_id,date,quantity,amount\n4,1,1997-01-01,2,29.33\n"))
    assert loaded.orders == [("1", "1997-01-01", Decimal("29.33"))]
    assert loaded.report.readings[0].unused == ("master_id",)
    assert loaded.value("SELECT count(*) FROM sources_order_lines") == 0


def test_map_names_the_columns(load, write):
    path = write("export.csv", 'wer,wann,wieviel\na,31.01.2024,"1,5"\n')
    loaded = load(path, map={"customer_id": "wer", "date": "Wann", "amount": "wieviel"})
    assert loaded.orders == [("a", "2024-01-31", Decimal("1.5"))]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [({"amount": "nowhere"}, "no file has a column 'nowhere'"), ({"price_of": "amount"}, "no field 'price_of'")],
)
def test_a_wrong_map_lists_what_there_is(load, write, chosen, words):
    with pytest.raises(UsageError, match=words):
        load(write("a.csv", HEAD + "a,2024-01-31,1\n"), map=chosen)


def test_price_is_of_one_piece_beside_a_quantity(load, write):
    path = write("a.csv", "order_id,customer_id,date,product_id,quantity,price\nA,a,2024-01-31,P,3,2.50\n")
    assert load(path).net == Decimal("7.5")


def test_total_is_freed_of_tax_and_shipping(load, write):
    path = write("a.csv", "order_id,customer_id,date,total,tax,shipping,discount\nA,a,2024-01-31,30,4,6,2\n")
    assert load(path).rows("SELECT gross, discount, shipping_charged, tax FROM sources_orders") == [(22, 2, 6, 4)]


def test_negative_lines_are_refunds_of_their_order(load, write):
    head = "order_id,customer_id,date,product_id,quantity,unit_price\n"
    path = write("a.csv", head + "A,a,2024-01-31,P,3,2\nA,a,2024-01-31,P,-1,2\nB,a,2024-02-01,P,-1,2\n")
    loaded = load(path)
    assert loaded.rows("SELECT order_id, amount FROM sources_refunds ORDER BY 1 NULLS LAST") == [("A", 2), (None, 2)]
    assert (len(loaded.orders), loaded.net) == (1, 2)


@pytest.mark.parametrize("cell", ["usd", "$"])
def test_other_currencies_are_never_added(load, write, cell):
    rows = f"a,2024-01-31,1,EUR\nb,2024-01-31,2,EUR\nc,2024-01-31,100,{cell}\n"
    loaded = load(write("a.csv", "customer_id,date,amount,currency\n" + rows))
    assert (loaded.report.currency, loaded.net) == ("EUR", 3)
    assert loaded.reasons == {"quarantined: currency USD without a rate to EUR": 1}
    [reason] = loaded.report.files[0].reasons
    assert (reason.amount, reason.currency) == (100, "USD")
    assert any("1 rows in USD beside EUR" in w for w in loaded.report.warnings)


@pytest.mark.parametrize(
    ("rates", "net"),
    [({"USD": "0.5"}, 53), ({"USD@2024-01-01": "0.25", "USD": "0.5"}, 28), ({"USD@2025-01-01": "0.25"}, 3)],
)
def test_rates_convert_by_date(load, write, rates, net):
    rows = "a,2024-01-31,1,EUR\nb,2024-01-31,2,EUR\nc,2024-01-31,100,USD\n"
    loaded = load(write("a.csv", "customer_id,date,amount,currency\n" + rows), rates=rates)
    assert loaded.net == net
    assert {row[0] for row in loaded.rows("SELECT currency FROM sources_orders")} == {"EUR"}


def test_currency_signs_inside_amounts_are_currencies(load, write):
    loaded = load(write("a.csv", HEAD + "a,2024-01-31,€1.50\nb,2024-01-31,€2.25\nc,2024-01-31,£9.10\n"))
    assert (loaded.report.currency, loaded.net) == ("EUR", Decimal("3.75"))
    assert loaded.reasons == {"quarantined: currency GBP without a rate to EUR": 1}


@pytest.mark.parametrize(
    ("sign", "declared", "currency", "orders"),
    [("$", None, None, 1), ("$", "CAD", "CAD", 1), ("€", None, "EUR", 1), ("¥", "CNY", "CNY", 1)],
)
def test_one_sign_for_all(load, write, sign, declared, currency, orders):
    loaded = load(write("a.csv", HEAD + f"a,2024-01-31,{sign}1.50\n"), currency=declared)
    assert (loaded.report.currency, len(loaded.orders)) == (currency, orders)


def test_a_sign_that_contradicts_the_declared_currency_is_not_taken_for_it(load, write):
    with pytest.raises(DataError, match="currency EUR without a rate to GBP"):
        load(write("a.csv", HEAD + "a,2024-01-31,€1.50\n"), currency="GBP")


def test_currency_words_that_are_no_codes_are_asked_for(load, write):
    with pytest.raises(InputError, match="no value of this column is a currency code"):
        load(write("a.csv", "customer_id,date,amount,currency\na,2024-01-31,1,doubloons\n"))


def test_a_file_without_currency_is_in_the_one_of_the_others(load, write):
    one = write("a.csv", "customer_id,date,amount,currency\na,2024-01-31,1,EUR\n")
    loaded = load(one, write("b.csv", HEAD + "b,2024-01-31,2\n"))
    assert loaded.rows("SELECT DISTINCT currency FROM sources_orders") == [("EUR",)]
    assert any("b.csv does not state its currency" in w for w in loaded.report.warnings)


LINES = "order_id,customer_id,date,product_id,quantity,unit_price,discount\n"


@pytest.mark.parametrize(
    ("cells", "chosen", "money"),
    [
        ("A,a,2024-01-31,P,2,10,3\n", {}, (20, 3)),
        ("A,a,2024-01-31,P,2,10,-3\n", {}, (20, 3)),
        ("A,a,2024-01-31,P,2,10,0\n", {}, (20, 0)),
        ("A,a,2024-01-31,P,2,10,0.25\n", {"discount_rate": "discount"}, (20, 5)),
        ("A,a,2024-01-31,P,2,10,0.25\n", {"discount_amount": "discount"}, (20, Decimal("0.25"))),
    ],
)
def test_discounts_in_money_and_as_rates(load, write, cells, chosen, money):
    assert load(write("a.csv", LINES + cells), map=chosen).rows("SELECT gross, discount FROM sources_orders") == [money]


def test_a_discount_that_may_be_a_rate_is_asked_for(load, write):
    with pytest.raises(InputError, match="--map discount_rate=discount") as error:
        load(write("a.csv", LINES + "A,a,2024-01-31,P,2,10,0.25\n"))
    assert "a.csv" in str(error.value) and "'discount'" in str(error.value)


def test_price_quantity_and_amount_together_tell_the_discount(load, write):
    path = write("a.csv", LINES.replace("discount", "discount,amount") + "A,a,2024-01-31,P,2,10,0.25,15\n")
    assert load(path).rows("SELECT gross, discount FROM sources_orders") == [(20, 5)]


def test_an_order_id_of_several_customers_is_quarantined(load, write):
    head = "order_id,customer_id,date,product_id,quantity,unit_price\n"
    loaded = load(write("a.csv", head + "A,a,2024-01-31,P,1,2\nA,b,2024-01-31,P,1,2\nB,a,2024-01-31,P,1,2\n"))
    assert loaded.reasons == {"quarantined: the order id belongs to several customers": 2}
    assert len(loaded.orders) == 1


def test_orders_called_refunded_without_a_refund_are_warned_about(load, write):
    loaded = load(write("a.csv", "order_id,customer_id,date,amount,status\nA,a,2024-01-31,9,Refunded\n"))
    assert any("have the status refunded" in w for w in loaded.report.warnings)


def test_headers_in_another_script_can_be_mapped(load, write):
    path = write("a.csv", "客户,日期,金额,备注\n7,2024-01-31,5,x\n")
    chosen = {"customer_id": "客户", "ordered_at": "日期", "amount": "金额"}
    assert load(path, map=chosen).orders == [("7", "2024-01-31", Decimal(5))]


def test_a_bad_rate_is_explained(load, write):
    with pytest.raises(UsageError, match="one unit is worth"):
        load(write("a.csv", HEAD + "a,2024-01-31,1\n"), rates={"dollar": "1"})


ORDERS = "order_id,customer_id,ordered_at,amount\nA1,ann,2024-01-05,10\nA2,bob,2024-01-06,20\n"


def test_the_tables_beside_the_orders(load, write):
    files = [
        write("o.csv", ORDERS),
        write(
            "r.csv", "refund_id,order_id,refunded_on,amount,kind\nR1,A1,2024-02-01,-3,refund\nR2,X9,2024-02-01,-1,\n"
        ),
        write(
            "p.csv", "product_id,category,unit_cost,valid_from,valid_to\nP,Cups,1.5,1900-01-01,9999-12-31\nQ,,-1,,\n"
        ),
        write("c.csv", "customer_id,created_on,acquisition_channel,e_mail,age\nann,2023-12-31,ads,a@b.c,41\n"),
        write("k.csv", "order_id,cost_type,amount\nA1,Shipping paid,2.5\nA1,gift wrap,1\nX9,other,1\n"),
        write("s.csv", "ticket_id,customer_id,opened_on,cost,handle_minutes\nT,ann,2024-01-09,,12.5\n"),
        write("t.csv", "customer_id,touched_on,type,unit_cost\nann,2024-01-09,letter,0.9\n"),
        write("m.csv", "spent_on,channel,campaign,amount\n2024-01-01,ads,spring,100\n"),
        write("l.csv", "usage_id,subscription_id\nU1,S1\n"),
    ]
    loaded = load(*files, attributes=["age"], currency="EUR")
    d = Decimal
    assert loaded.rows("SELECT order_id, amount, date_is_known FROM sources_refunds") == [("A1", d(3), True)]
    assert loaded.rows("SELECT product_id, unit_cost, valid_from, CAST(valid_to AS VARCHAR) FROM sources_products") == [
        ("P", d("1.5"), None, "9999-12-31")
    ]
    assert loaded.rows("SELECT customer_id, created_on, acquisition_channel, attributes FROM sources_customers") == [
        ("ann", date(2023, 12, 31), "ads", '{"age":"41"}')
    ]
    assert loaded.rows("SELECT cost_type, amount FROM sources_order_costs ORDER BY 2") == [
        ("shipping_paid", d("2.5")),
    ]
    assert loaded.rows("SELECT opened_on, cost, handle_minutes FROM sources_service") == [
        (date(2024, 1, 9), None, 12.5)
    ]
    assert loaded.rows("SELECT type, unit_cost FROM sources_touches") == [("letter", d("0.9"))]
    assert loaded.rows("SELECT channel, amount, purpose FROM sources_spend") == [("ads", d(100), "acquire")]
    assert loaded.reasons == {
        "ignored: its order was not loaded": 2,
        "quarantined: unknown cost type (known: shipping_paid, payment_fee, pick_pack, marketplace_fee, commission, "
        "other)": 1,
        "quarantined: unit cost is negative": 1,
        "ignored: this version does not use records of usage": 1,
    }
    assert any("does not use records of usage" in w for w in loaded.report.warnings)


def test_attributes_that_no_file_has_are_asked_for(load, write):
    customers = write("c.csv", "customer_id,created_on\nann,2023-12-31\n")
    with pytest.raises(UsageError, match="no file of customers has a column 'age'"):
        load(write("o.csv", ORDERS), customers, attributes=["age"])


def test_a_kind_by_option_reads_what_columns_do_not_tell(load, write):
    odd = write("c.csv", "customer_id,segment\nann,gold\n")
    assert (
        load(write("o.csv", ORDERS), FileRequest(odd, "customers")).value("SELECT count(*) FROM sources_customers") == 1
    )
    with pytest.raises(InputError, match="refund date"):
        load(write("o.csv", ORDERS), FileRequest(odd, "refunds"))


def test_only_side_tables_are_not_enough(load, write):
    with pytest.raises(UsageError, match="None of the files is a list of orders"):
        load(write("p.csv", "product_id,unit_cost\nP,1\n"))


def frames():
    pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    data = {
        "customer_id": ["007", None, "b"],
        "ordered_at": [datetime(2024, 1, 31, 9), datetime(2024, 2, 1), datetime(2024, 2, 2)],
        "amount": [10.5, 3.0, float("nan")],
    }
    yield pandas.DataFrame(data)
    yield polars.DataFrame(data)
    yield polars.LazyFrame(data)
    yield pyarrow.table(data)


@pytest.mark.parametrize("position", range(4))
def test_frames_in_memory(load, position):
    frame = list(frames())[position]
    loaded = load(FrameRequest(frame))
    assert loaded.orders == [("007", "2024-01-31", Decimal("10.5"))]
    assert loaded.report.files[0].rows_ignored == 1
    assert loaded.report.files[0].rows_quarantined == 1


def test_frames_keep_ids_whole(load):
    pandas = pytest.importorskip("pandas")
    stamps = pandas.to_datetime(["2024-01-31", "2024-02-01"])
    floats = pandas.DataFrame({"customer_id": [13085.0, None], "date": stamps, "amount": [1, 2]})
    assert load(FrameRequest(floats)).orders == [("13085", "2024-01-31", Decimal(1))]
    whole = pandas.DataFrame(
        {"customer_id": pandas.array([2**60 + 1, None], dtype="Int64"), "date": stamps, "amount": [1, 2]}
    )
    assert load(FrameRequest(whole)).orders == [(str(2**60 + 1), "2024-01-31", Decimal(1))]


def test_frames_keep_exact_money(load):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {"customer_id": ["a", "b"], "date": [date(2024, 1, 31)] * 2, "amount": [Decimal("1.234"), Decimal("2.345")]}
    )
    assert [row[2] for row in load(FrameRequest(frame)).orders] == [Decimal("1.234"), Decimal("2.345")]


def test_a_column_of_dates_is_no_amount(load, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table({"customer_id": [1], "date": [date(2024, 1, 31)], "amount": [date(2024, 1, 31)]})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match="date values, not amounts"):
        load(tmp_path / "a.parquet")


def test_typed_parquet_is_taken_as_it_is(load, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    zoned = pa.array([datetime(2024, 1, 31, 23, 30)] * 4, pa.timestamp("us", tz="UTC"))
    amounts = [10.1, float("inf"), float("nan"), 1e13]
    pq.write_table(pa.table({"customer_id": [7, 8, 9, None], "date": zoned, "amount": amounts}), tmp_path / "a.parquet")
    loaded = load(tmp_path / "a.parquet", time_zone="Europe/Berlin")
    assert loaded.orders == [("7", "2024-02-01", Decimal("10.1"))]
    assert loaded.reasons == {
        "quarantined: amount is not a finite number": 2,
        "quarantined: amount is too large to be true": 1,
    }


def test_whole_numbers_that_are_dates_and_such_that_are_not(load, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    for name, value in (("days", 20240131), ("seconds", 1706659200)):
        pq.write_table(pa.table({"customer_id": [7], "date": [value], "amount": [1]}), tmp_path / f"{name}.parquet")
    assert load(tmp_path / "days.parquet").orders == [("7", "2024-01-31", Decimal(1))]
    with pytest.raises(InputError, match="the dates are plain numbers"):
        load(tmp_path / "seconds.parquet")


def test_something_that_is_no_table(load):
    with pytest.raises(UsageError, match="no table"):
        load(FrameRequest(42))


def test_workbooks_with_real_dates_serials_and_two_sheets(load, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    first, second, other = book.active, book.create_sheet("2011"), book.create_sheet("notes")
    for sheet, customer, day in ((first, 13085, datetime(2024, 1, 31)), (second, "007", 45323)):
        sheet.append(["customer_id", "date", "amount"])
        sheet.append([customer, day, 1.5])
    other.append(["read me"])
    book.save(tmp_path / "orders.xlsx")
    loaded = load(tmp_path / "orders.xlsx")
    assert loaded.orders == [("007", "2024-02-01", Decimal("1.5")), ("13085", "2024-01-31", Decimal("1.5"))]
    assert any("'notes'" in w for w in loaded.report.warnings)


def test_a_column_kept_as_an_attribute_is_not_called_unused(load, tmp_path):
    people = tmp_path / "customers.csv"
    people.write_text("customer_id,city,hobby\nC1,Oslo,chess\n")
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,customer_id,date,amount\n1,C1,2024-01-01,10\n")
    loaded = load(orders, FileRequest(people, "customers"), attributes=["City"])
    [reading] = [reading for reading in loaded.report.readings if reading.kind == "customers"]
    assert reading.unused == ("hobby",)
