"""Bad files: each gets the right answer or a clear error that says file, line, column, found, what to do."""

import gzip

import pytest

from lifeworth.errors import DataError, InputError, UsageError

HEAD = "customer_id,date,amount\n"
GOOD = HEAD + "007,2024-01-31,10.50\nb,2024-02-01,5\n"


# name, content, encoding, settings → orders as (customer, day, money)
READABLE = {
    "plain": (GOOD, {}, [("007", "2024-01-31", "10.5"), ("b", "2024-02-01", "5")]),
    "bom": ("\ufeff" + GOOD, {}, [("007", "2024-01-31", "10.5"), ("b", "2024-02-01", "5")]),
    "crlf": (GOOD.replace("\n", "\r\n"), {}, [("007", "2024-01-31", "10.5"), ("b", "2024-02-01", "5")]),
    "old mac line ends": (GOOD.replace("\n", "\r"), {}, [("007", "2024-01-31", "10.5"), ("b", "2024-02-01", "5")]),
    "mixed line ends": (
        GOOD.replace("\n", "\r\n", 1),
        {},
        [("007", "2024-01-31", "10.5"), ("b", "2024-02-01", "5")],
    ),
    "semicolons and decimal commas": (
        "customer_id;date;amount\na;31.01.2024;1.234,50\nb;01.02.2024;7,5\n",
        {},
        [("a", "2024-01-31", "1234.5"), ("b", "2024-02-01", "7.5")],
    ),
    "tabs": (GOOD.replace(",", "\t"), {}, [("007", "2024-01-31", "10.5"), ("b", "2024-02-01", "5")]),
    "two lines, cut": ("customer_id;date;amount\na;2024-01-31;1.50", {}, [("a", "2024-01-31", "1.5")]),
    "thousands and signs": (
        HEAD + 'a,2024-01-31,"$90,000 "\nb,2024-01-31,"$1,234.50"\nc,2024-01-31,"$ 2"\n',
        {},
        [("a", "2024-01-31", "90000"), ("b", "2024-01-31", "1234.5"), ("c", "2024-01-31", "2")],
    ),
    "ids as floats": (
        HEAD + "13085.0,2024-01-31,1\n007,2024-01-31,1\n0012.50,2024-01-31,1\n",
        {},
        [("0012.50", "2024-01-31", "1"), ("007", "2024-01-31", "1"), ("13085", "2024-01-31", "1")],
    ),
    "emoji and blanks": (
        HEAD + " 🦊 ,2024-01-31,1\nÅse,2024-01-31,2\n",
        {},
        [("Åse", "2024-01-31", "2"), ("🦊", "2024-01-31", "1")],
    ),
    "month first, proven": (
        HEAD + "a,1/2/2024,1\nb,1/13/2024 8:26 PM,2\n",
        {},
        [("a", "2024-01-02", "1"), ("b", "2024-01-13", "2")],
    ),
    "day first, declared": (
        HEAD + "a,3/4/2024,1\n",
        {"date_order": "day-first"},
        [("a", "2024-04-03", "1")],
    ),
    "same day either way": (
        HEAD + "a,3/3/2024,1\nb,04.04.24,1\n",
        {},
        [("a", "2024-03-03", "1"), ("b", "2024-04-04", "1")],
    ),
    "two-digit year": (HEAD + "a,12/25/24,1\n", {}, [("a", "2024-12-25", "1")]),
    "mixed shapes": (
        HEAD + 'a,2024-01-31,1\nb,20240201,1\nc,3 Mar 2024,1\nd,2024/4/5,1\ne,"Mar 6, 2024",1\n',
        {},
        [
            (c, d, "1")
            for c, d in zip(
                "abcde", ("2024-01-31", "2024-02-01", "2024-03-03", "2024-04-05", "2024-03-06"), strict=True
            )
        ],
    ),
    "zones": (
        HEAD + "a,2024-01-31T23:30:00Z,1\nb,2024-02-01 00:30:00 +0100,1\nc,2024-02-01 00:30:00,1\n",
        {"time_zone": "Europe/Berlin"},
        [("a", "2024-02-01", "1"), ("b", "2024-02-01", "1"), ("c", "2024-02-01", "1")],
    ),
    "zero, tiny, minus zero": (
        HEAD + "a,2024-01-31,0\nb,2024-01-31,1e-9\nc,2024-01-31,-0.0\n",
        {},
        [("a", "2024-01-31", "0"), ("b", "2024-01-31", "0"), ("c", "2024-01-31", "0")],
    ),
    "formulas are text": (
        HEAD + "=1+1,2024-01-31,1\n@SUM(A1),2024-01-31,1\n",
        {},
        [("=1+1", "2024-01-31", "1"), ("@SUM(A1)", "2024-01-31", "1")],
    ),
    "quoted line break": (HEAD + '"a\nb",2024-01-31,1\n', {}, [("a\nb", "2024-01-31", "1")]),
    "blank lines": (GOOD.replace("\n", "\n\n") + "\n", {}, [("007", "2024-01-31", "10.5"), ("b", "2024-02-01", "5")]),
    "trailing commas": (HEAD + "a,2024-01-31,1,,\n", {}, [("a", "2024-01-31", "1")]),
    "a large order is kept": (HEAD + "a,2024-01-31,1e12\n", {}, [("a", "2024-01-31", "1000000000000")]),
    "declared comma": (
        "customer_id;date;amount\na;2024-01-31;1,234\n",
        {"decimal": ","},
        [("a", "2024-01-31", "1.234")],
    ),
    "declared point": (
        "customer_id;date;amount\na;2024-01-31;1,234\n",
        {"decimal": "."},
        [("a", "2024-01-31", "1234")],
    ),
}


@pytest.mark.parametrize("case", sorted(READABLE))
def test_read_right(load, write, case):
    content, settings, expected = READABLE[case]
    loaded = load(write("orders.csv", content), **settings)
    found = [(c, d, f"{m.normalize():f}") for c, d, m in loaded.orders]
    assert found == sorted(expected, key=str)
    assert loaded.report.files[0].rows_loaded == len(expected)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig"])
def test_every_encoding_keeps_its_letters(load, write, encoding):
    loaded = load(write("orders.csv", HEAD + "Åsé,2024-01-31,1\n" * 3, encoding))
    assert [c for c, *_ in loaded.orders] == ["Åsé"] * 3
    assert any("Windows-1252" in w for w in loaded.report.warnings) == (encoding == "cp1252")


# name → content, the ruling expected, its line
QUARANTINED = {
    "nan": (GOOD + "c,2024-02-02,NaN\n", "amount is not a finite number", 4),
    "infinite": (GOOD + "c,2024-02-02,-inf\n", "amount is not a finite number", 4),
    "no amount": (GOOD + "c,2024-02-02,\n", "no amount", 4),
    "null amount": (GOOD + "c,2024-02-02,NULL\n", "no amount", 4),
    "words for amount": (GOOD + "c,2024-02-02,twelve\n", "amount is not a number", 4),
    "too large": (GOOD + "c,2024-02-02,1e15\n", "amount is too large to be true", 4),
    "1900": (GOOD + "c,1900-01-01,1\n", "order date is before 1980", 4),
    "9999": (GOOD + "c,9999-12-31,1\n", "order date is in the future", 4),
    "no date": (GOOD + "c,,1\n", "no order date", 4),
    "impossible date": (GOOD + "c,2024-02-30,1\n", "order date is not a date", 4),
    "ragged, short": (GOOD + "c,2024-02-02\nd,2024-02-02,1\n", "the row has 2 columns, the header 3", 4),
    "ragged, long": (GOOD + "c,2024-02-02,1,2\nd,2024-02-02,1\n", "the row has 4 columns, the header 3", 4),
    "open quote": (GOOD + 'c,"2024-02-02,1\nd,2024-02-02,1\n', "a quote is opened and never closed", 4),
    "quotes inside": (GOOD + 'c,"2024"-02-02,1\nd,2024-02-02,1\n', "the quotes in the row do not fit", 4),
    "nul": (GOOD + "c\0,2024-02-02,1\n", "the row contains NUL bytes", 4),
    "cut": (GOOD + "c,2024-02", "the row has 2 columns, the header 3", 4),
    "after a line break": (
        HEAD + '"a\nx",2024-01-31,1\nb,2024-01-31,1\nc,2024-02-30,1\n',
        "order date is not a date",
        5,
    ),
}


@pytest.mark.parametrize("case", sorted(QUARANTINED))
def test_one_unsound_row_is_quarantined_with_its_line(load, write, case):
    content, reason, line = QUARANTINED[case]
    loaded = load(write("orders.csv", content))
    assert loaded.reasons == {f"quarantined: {reason}": 1}
    assert loaded.rows("SELECT line, verdict, reason FROM sources_rejected") == [(line, "quarantined", reason)]
    assert loaded.report.files[0].rows_loaded == len(loaded.orders) >= 2
    assert any(reason in warning for warning in loaded.report.warnings)


# name → content, what the error must say
REFUSED = {
    "empty": ("", ["empty"]),
    "blank": ("\n\n  \n", ["empty"]),
    "header only": (HEAD, ["header but no rows"]),
    "one column": ("customer_id date amount\na 2024-01-31 1\n", ["only one column"]),
    "no header": ("1,2024-01-31,5\n2,2024-01-31,6\n", ["not column names"]),
    "ambiguous dates": (HEAD + "a,03/04/2024,1\nb,05/06/2024,1\n", ["line 2", "'date'", "03/04/2024", "date_order"]),
    "contradictory dates": (HEAD + "a,13/04/2024,1\nb,05/16/2024,1\n", ["13/04/2024", "05/16/2024", "date_order"]),
    "ambiguous thousands": (
        "customer_id;date;amount\na;2024-01-31;1,234\nb;2024-01-31;5,678\n",
        ["line 2", "'amount'", "1,234", "decimal"],
    ),
    "ambiguous points": (HEAD + "a,2024-01-31,1.234\nb,2024-01-31,5.678\n", ["1.234", "decimal"]),
    "both marks": ("customer_id;date;amount\na;2024-01-31;1,5\nb;2024-01-31;1.5\n", ["1.5", "1,5", "decimal"]),
    "no dates at all": (HEAD + "a,soon,1\nb,later,1\n", ["line 2", "'date'", "soon"]),
    "names unknown": ("wer,wann,wieviel\na,2024-01-31,1\n", ["wer, wann, wieviel", "--map customer_id=COLUMN"]),
    "twice the same name": ("customer_id,date,amount,amount\na,2024-01-31,1,2\n", ["2 columns", "'amount'"]),
    "mostly ragged": (HEAD + "a;1\n" * 9, ["do not fit the header", "line 2"]),
    "pdf": ("%PDF-1.4 nothing", ["a PDF"]),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_refused_with_a_reason_and_a_way_out(load, write, case):
    content, words = REFUSED[case]
    path = write("orders.csv", content)
    with pytest.raises(InputError) as error:
        load(path)
    said = str(error.value)
    assert str(path) in said
    assert all(word in said for word in words), said


@pytest.mark.parametrize("keep", [5, 25, -8])
def test_cut_gzip_is_refused(load, write, keep):
    packed = gzip.compress((HEAD + "a,2024-01-31,1\n" * 999).encode())
    with pytest.raises(InputError, match="cut or damaged"):
        load(write("orders.csv.gz", packed[:keep]))


def test_garbled_gzip_is_refused(load, write):
    packed = bytearray(gzip.compress((HEAD + "a,2024-01-31,1\n" * 999).encode()))
    packed[-6] ^= 0xFF
    with pytest.raises(InputError, match="cut or damaged"):
        load(write("orders.csv.gz", bytes(packed)))


def test_a_gzip_of_two_members_is_read_whole(load, write):
    packed = gzip.compress(HEAD.encode()) + gzip.compress(b"a,2024-01-31,1\nb,2024-01-31,2\n")
    assert len(load(write("orders.csv.gz", packed)).orders) == 2


@pytest.mark.parametrize("name", ["orders.parquet", "orders.xlsx"])
def test_a_wrapper_that_lies_is_refused(load, write, name):
    with pytest.raises(InputError, match="something else"):
        load(write(name, GOOD))


def test_cut_parquet_is_refused(load, write):
    with pytest.raises(InputError, match="stops before its end"):
        load(write("orders.parquet", b"PAR1" + b"\0" * 100))


def test_missing_file_and_folder(load, tmp_path):
    with pytest.raises(UsageError, match="no file"):
        load(tmp_path / "nowhere.csv")
    with pytest.raises(UsageError, match="folder"):
        load(tmp_path)


def test_no_sound_order_is_said_with_its_reasons(load, write):
    with pytest.raises(DataError, match="before 1980"):
        load(write("orders.csv", HEAD + "a,1900-01-01,1\n"))


def test_future_orders_wait_until_tomorrow(load, write):
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    soon, later = now + timedelta(hours=12), now + timedelta(hours=49)
    rows = "".join(f"c,{moment:%Y-%m-%d %H:%M:%S},1\n" for moment in (soon, later))
    loaded = load(write("orders.csv", HEAD + rows))
    assert loaded.reasons == {"quarantined: order date is in the future": 1}


def test_large_amounts_and_unfinished_lines_are_warned_about(load, write):
    warnings = " ".join(load(write("orders.csv", HEAD + "b,2024-01-31,2\na,2024-01-31,1e12")).report.warnings)
    assert "The largest order is 1,000,000,000,000.00" in warnings
    assert "no line end" in warnings


def test_damaged_utf8_quarantines_the_row_and_no_other(load, write):
    body = "".join(f"Åsa{i},2024-01-31,1\n" for i in range(40)).encode()
    loaded = load(write("orders.csv", HEAD.encode() + body + b"\xff\xfe,2024-01-31,1\n"))
    assert loaded.reasons == {"quarantined: the row contains broken characters": 1}
    assert ("Åsa1", "2024-01-31") in [row[:2] for row in loaded.orders]


def test_guests_are_set_apart_with_their_money(load, write):
    loaded = load(write("orders.csv", GOOD + ",2024-02-02,7.25\nnan,2024-02-02,1\n"))
    assert loaded.reasons == {"ignored: no customer": 2}
    assert (loaded.report.set_aside.rows, float(loaded.report.set_aside.amount)) == (2, 8.25)


def test_negative_amounts_in_a_log_are_refunds(load, write):
    loaded = load(write("orders.csv", GOOD + "b,2024-02-03,-2.50\n"))
    assert loaded.rows("SELECT order_id, customer_id, amount, kind FROM sources_refunds") == [
        (None, "b", loaded.value("SELECT 2.5::DECIMAL(18,4)"), "refund")
    ]
    assert len(loaded.orders) == 2
    assert float(loaded.net) == 13.0


def test_scratch_copies_are_private_and_leave(load, write, tmp_path):
    load(write("orders.csv", GOOD + "ragged\n"))
    assert list((tmp_path / "scratch").iterdir()) == []
