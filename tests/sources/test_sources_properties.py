"""Whatever the file, every row is accounted for, and what is loaded adds up."""

import csv
import io
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sources_accounts import check_accounts

from lifeworth import sources
from lifeworth.errors import LifeworthError
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

HEAD = ["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price", "note"]
SOUND_DATES = ["2024-01-31", "2023-12-01 10:15:00", "2024-02-29T23:59", "20240105"]
BAD_DATES = ["", "soon", "1900-01-01", "9999-12-31", "2023-02-29", "NaT"]
SOUND_NUMBERS = ["1", "2.5", "0", "10.01", "-3", "1e2", " 4 ", "$7.50", "(2.25)"]
BAD_NUMBERS = ["", "nan", "inf", "x", "1e40", "--"]
texts = st.sampled_from(["a", "007", "", " ", "ä", "🦊", 'say "hi"', "x,y", "two\nlines", "=1+1", "nan", "13085.0"])

rows = st.tuples(
    st.sampled_from(["A1", "A2", "A3", ""]),
    texts,
    st.sampled_from(SOUND_DATES * 4 + BAD_DATES),
    texts,
    st.sampled_from(SOUND_NUMBERS * 4 + BAD_NUMBERS),
    st.sampled_from(SOUND_NUMBERS * 4 + BAD_NUMBERS),
    texts,
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def load(*contents: bytes) -> tuple[DuckDB, object] | None:
    """Load the contents as files; None when they are refused in plain words."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"f{i}.csv" for i in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        engine = DuckDB(threads=1)
        try:
            requests = [FileRequest(path) for path in paths]
            report = sources.load(engine, requests, Settings(), as_of=None, scratch=Path(folder) / "s")
        except LifeworthError as error:
            assert str(error)
            return None
        check_accounts(engine, report)
        return engine, report


def text_of(lines: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEAD, *lines])
    return out.getvalue().encode()


def number(text: str) -> Decimal | None:
    plain = text.strip().replace("$", "")
    if plain.startswith("("):
        plain = "-" + plain.strip("()")
    return Decimal(plain) if text in SOUND_NUMBERS else None


def counts(row: tuple[str, ...]) -> bool:
    """Whether a row is sound and names an order and a customer."""
    is_sound = row[2] in SOUND_DATES and row[4] in SOUND_NUMBERS and row[5] in SOUND_NUMBERS
    return is_sound and row[0] != "" and row[1].strip() not in ("", "nan")


def one_customer_an_order(sound: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Orders whose id names several customers are quarantined. 13085.0 and 13085 are one customer."""
    customers: dict[str, set[str]] = {}
    for row in sound:
        customers.setdefault(row[0], set()).add(row[1].strip())
    return [row for row in sound if len(customers[row[0]]) == 1]


@quick
@given(st.lists(rows, min_size=1, max_size=30))
def test_every_row_is_accounted_for_and_money_adds_up(lines):
    loaded = load(text_of(lines))
    if loaded is None:
        return
    engine, report = loaded
    assert report.files[0].rows_read == len(lines)
    sound = one_customer_an_order([row for row in lines if counts(row)])
    assert report.files[0].rows_loaded == len(sound)
    expected = sum((number(row[4]) * number(row[5]) for row in sound), Decimal(0))
    sold = engine.value("SELECT coalesce(sum(gross - discount + shipping_charged), 0) FROM sources_orders")
    back = engine.value("SELECT coalesce(sum(amount), 0) FROM sources_refunds")
    assert sold - back == expected
    assert engine.value("SELECT count(*) FROM sources_refunds WHERE amount < 0") == 0
    engine.close()


@quick
@given(st.lists(rows, min_size=1, max_size=12), st.data())
@example(lines=[("A1", "a", "2024-01-31", "p", "1", "1", "")] * 3, data=None)
def test_damaged_files_are_read_or_refused_in_plain_words(lines, data):
    content = bytearray(text_of(lines))
    if data is not None:
        for _ in range(data.draw(st.integers(0, 4))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place : place + 1] = data.draw(
                st.sampled_from([b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";"])
            )
        content = content[: data.draw(st.integers(1, len(content)))]
    loaded = load(bytes(content))
    if loaded is not None:
        loaded[0].close()


@quick
@given(st.lists(rows, min_size=2, max_size=12), st.integers(0, 12), st.randoms())
def test_overlapping_files_in_any_order_give_the_same_orders(lines, cut, random):
    lines = [(f"B{i}", *row[1:]) for i, row in enumerate(lines)]
    parts = [text_of(lines), text_of(lines[cut:] or lines), text_of(lines[: cut or 1])]
    results = []
    for _ in range(2):
        loaded = load(*parts)
        if loaded is not None:
            engine, report = loaded
            orders = engine.rows("SELECT * EXCLUDE (file_no) FROM sources_orders ORDER BY ALL")
            results.append((orders, report.set_aside, report.conflicts))
            engine.close()
        else:
            results.append(None)
        random.shuffle(parts)
    assert results[0] == results[1]
    alone = load(parts[0] if len(parts[0]) >= max(map(len, parts)) else max(parts, key=len))
    if alone is not None and results[0] is not None:
        assert alone[0].rows("SELECT * EXCLUDE (file_no) FROM sources_orders ORDER BY ALL") == results[0][0]
        alone[0].close()
