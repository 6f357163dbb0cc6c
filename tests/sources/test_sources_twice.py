"""The same data twice, whole, in part, renamed or repacked: nothing is counted twice, in any order of files."""

import gzip
import itertools

import pytest

ORDERS = [
    ("A1", "ann", "2024-01-05", "10.00"),
    ("A2", "bob", "2024-01-06", "20.50"),
    ("A3", "ann", "2024-02-07", "5.25"),
    ("A4", "007", "2024-03-01", "7.00"),
]
LINES = [
    ("A1", "ann", "2024-01-05", "tea", "1", "4.00"),
    ("A1", "ann", "2024-01-05", "tea", "1", "4.00"),
    ("A1", "ann", "2024-01-05", "cup", "2", "3.00"),
    ("A2", "bob", "2024-01-06", "cup", "1", "3.00"),
    ("A3", "ann", "2024-02-07", "pot", "1", "30.00"),
]
LOG = [row[1:] for row in ORDERS] + [("ann", "2024-01-05", "10.00"), ("bob", "2024-04-01", "-3.00")]
HEADS = {
    "orders": "order_id,customer_id,ordered_at,amount",
    "lines": "order_id,customer_id,ordered_at,product_id,quantity,unit_price",
    "log": "customer_id,date,amount",
}
DATA = {"orders": ORDERS, "lines": LINES, "log": LOG}


def csv(kind, rows):
    return "\n".join([HEADS[kind], *(",".join(row) for row in rows)]) + "\n"


def facts(loaded):
    """What no repetition may change."""
    refunds = loaded.rows("SELECT customer_id, refunded_on, amount FROM sources_refunds ORDER BY ALL")
    lines = loaded.rows("SELECT order_id, product_id, quantity, amount FROM sources_order_lines ORDER BY ALL")
    return loaded.orders, refunds, [row for row in lines if row[0] in {"A1", "A2", "A3"}], loaded.net


def as_xlsx(path, kind, rows):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(HEADS[kind].split(","))
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def as_parquet(path, kind, rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*rows, strict=True))
    pq.write_table(pa.table(dict(zip(HEADS[kind].split(","), map(list, columns), strict=True))), path)
    return path


@pytest.fixture(params=sorted(DATA))
def kind(request):
    return request.param


def repack(how, write, tmp_path, kind):
    rows = DATA[kind]
    text = csv(kind, rows)
    if how == "renamed":
        return write("copy.csv", text)
    if how == "gzipped":
        return write("copy.csv.gz", gzip.compress(text.encode()))
    if how == "utf-16":
        return write("copy.csv", text, "utf-16")
    if how == "semicolons":
        return write("copy.csv", text.replace(",", ";").replace("\n", "\r\n"))
    if how == "other order":
        return write("copy.csv", csv(kind, rows[::-1]))
    if how == "in part":
        return write("copy.csv", csv(kind, rows[1:3]))
    return {"xlsx": as_xlsx, "parquet": as_parquet}[how](tmp_path / f"copy.{how}", kind, rows)


HOWS = ["renamed", "gzipped", "utf-16", "semicolons", "other order", "in part", "xlsx", "parquet"]


@pytest.mark.parametrize("how", HOWS)
def test_loading_it_again_changes_nothing(load, write, tmp_path, kind, how):
    one = write("one.csv", csv(kind, DATA[kind]))
    alone = load(one)
    again = repack(how, write, tmp_path, kind)
    for files in ((one, again), (again, one), (one, again, one)):
        both = load(*files)
        assert facts(both) == facts(alone)
        assert sum(f.rows_loaded for f in both.report.files) == alone.report.files[0].rows_loaded
        assert sum(f.rows_duplicate for f in both.report.files) == sum(f.rows_read for f in both.report.files) - len(
            DATA[kind]
        )
        assert both.report.conflicts == 0


def test_overlapping_exports_join_to_the_whole(load, write, kind):
    # Equal rows of a log that stand in different files cannot be told from one row exported twice.
    rows = list(dict.fromkeys(DATA[kind])) if kind == "log" else DATA[kind]
    whole = load(write("whole.csv", csv(kind, rows)))
    cuts = {"lines": ((0, 4), (3, 5))}.get(kind, ((0, 3), (2, len(rows))))
    parts = [write(f"part{i}.csv", csv(kind, rows[a:b])) for i, (a, b) in enumerate(cuts)]
    for files in itertools.permutations(parts):
        assert facts(load(*files)) == facts(whole)


def test_equal_rows_of_one_log_are_two_purchases(load, write):
    loaded = load(write("log.csv", csv("log", LOG)))
    assert loaded.orders.count(("ann", "2024-01-05", loaded.value("SELECT 10::DECIMAL(18,4)"))) == 2


def test_equal_lines_of_one_order_are_two_pieces(load, write):
    loaded = load(write("lines.csv", csv("lines", LINES)))
    assert float(loaded.net) == 47.0
    assert loaded.value("SELECT count(*) FROM sources_order_lines WHERE product_id = 'tea'") == 2


def test_a_row_id_proves_that_a_line_is_a_copy(load, write):
    text = "row_id,order_id,customer_id,ordered_at,product_id,quantity,unit_price\n" + "".join(
        f"{i},A1,ann,2024-01-05,tea,1,4.00\n" for i in (1, 2, 2)
    )
    loaded = load(write("lines.csv", text))
    assert float(loaded.net) == 8.0
    assert loaded.reasons == {"duplicate: the same row id twice in this file": 1}


def test_the_same_order_twice_in_one_list_counts_once(load, write):
    rows = [*ORDERS, ORDERS[0]]
    loaded = load(write("orders.csv", csv("orders", rows)), currency="EUR")
    assert loaded.reasons == {"duplicate: the same row twice in this file": 1}
    assert len(loaded.orders) == 4


def test_two_versions_in_one_list_the_latest_stands(load, write):
    many = [(f"B{i}", "c", "2024-01-01", "1.00") for i in range(50)]
    rows = [*many, ("A1", "ann", "2024-01-05", "10.00"), ("A1", "ann", "2024-01-05", "11.00")]
    loaded = load(write("orders.csv", csv("orders", rows)))
    assert loaded.report.conflicts == 1
    assert float(loaded.net) == 61.0
    assert loaded.rows("SELECT line, reason FROM sources_rejected") == [(52, "older version of order A1")]


@pytest.mark.parametrize("kind", ["orders", "lines"])
def test_conflicts_are_won_by_the_newest_file_and_all_listed(load, write, kind):
    def rows(price, last):
        tail = ("tea", "1", price) if kind == "lines" else (price,)
        return [(f"A{i}", "ann", "2024-01-05", *tail) for i in range(1000)] + [
            ("last", "bob", last, *(("tea", "1", "1.00") if kind == "lines" else ("1.00",)))
        ]

    old = write("z_old.csv", csv(kind, rows("10.00", "2024-02-01")))
    new = write("a_new.csv", csv(kind, rows("12.00", "2024-03-01")))
    results = []
    for files in ((old, new), (new, old)):
        loaded = load(*files)
        assert loaded.report.conflicts == 1001
        assert (
            loaded.value("SELECT count(*) FROM sources_rejected WHERE reason LIKE 'older version of order A%'") == 1000
        )
        assert any("1,001 entries came in different versions" in w for w in loaded.report.warnings)
        results.append(facts(loaded))
    assert results[0] == results[1]
    assert float(results[0][3]) == 12001.0


def test_a_tie_between_versions_is_broken_the_same_way_in_any_order_and_wrapper(load, write, tmp_path):
    one = write("one.csv", csv("orders", [("A1", "ann", "2024-01-05", "1.00")]))
    two = write("two.csv", csv("orders", [("A1", "ann", "2024-01-05", "2.00")]))
    packed = as_xlsx(tmp_path / "one.xlsx", "orders", [("A1", "ann", "2024-01-05", "1.00")])
    found = {
        float(load(*files).net) for files in ((one, two), (two, one), (packed, two), (two, packed), (one, packed, two))
    }
    assert len(found) == 1


def test_money_set_apart_is_not_doubled(load, write):
    text = csv("orders", [*ORDERS, ("A5", "", "2024-03-01", "9.00")])
    one, two = write("one.csv", text), write("two.csv", text.replace("\n", "\r\n"))
    assert float(load(one, two).report.set_aside.amount) == 9.0


@pytest.mark.parametrize(
    "name",
    ["refunds", "products", "customers", "order_costs", "service", "touches", "spend", "surveys", "subscriptions", "experiments"],
)  # fmt: skip
def test_the_other_tables_count_once_too(load, write, name):
    tables = {
        "surveys": "survey_id,customer_id,answered_on,nps\nS1,ann,2024-02-02,9\nS2,bob,2024-02-02,9\n",
        "subscriptions": "subscription_id,customer_id,started_on,mrr\nS1,ann,2024-02-02,9\nS2,ann,2024-02-02,9\n",
        "experiments": "experiment_id,customer_id,arm,assigned_on\nE1,ann,a,2024-02-02\nE2,ann,b,2024-02-02\n",
        "refunds": "refund_id,order_id,refunded_at,amount\nR1,A1,2024-02-01,3\nR2,A2,2024-02-01,3\n",
        "products": "product_id,unit_cost,valid_from\ntea,1.5,2024-01-01\ntea,1.7,2024-06-01\n",
        "customers": "customer_id,created_on,country\nann,2024-01-01,DE\nbob,2024-01-02,FR\n",
        "order_costs": "order_id,cost_type,amount\nA1,shipping_paid,3\nA1,shipping_paid,3\nA2,payment_fee,1\n",
        "service": "ticket_id,customer_id,opened_on\nT1,ann,2024-02-02\n",
        "touches": "customer_id,touched_on,type,unit_cost\nann,2024-02-02,letter,1\nann,2024-02-02,letter,1\n",
        "spend": "spent_on,channel,amount,purpose\n2024-01-01,search,100,retain\n2024-01-01,search,100,retain\n",
    }
    orders = write("orders.csv", csv("orders", ORDERS))
    one = write(f"{name}.csv", tables[name])
    two = write("again.csv", tables[name].replace(",", ";"))
    rows = tables[name].count("\n") - 1
    assert load(orders, one).value(f"SELECT count(*) FROM sources_{name}") == rows
    both = load(orders, two, one, one)
    assert both.value(f"SELECT count(*) FROM sources_{name}") == rows
    assert sum(file.rows_duplicate for file in both.report.files) == 2 * rows
