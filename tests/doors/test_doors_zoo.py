"""Bad and odd input through the front door: the right answer or a clear error, never a trace, a NaN or a guess."""

import csv
import gzip
import math

import pytest

HEAD = "customer_id,date,amount\n"
ROWS = [f"C{i % 7},2025-{1 + i % 12:02d}-{1 + i % 28:02d},{10 + i}.50" for i in range(60)]
GOOD = HEAD + "\n".join(ROWS) + "\n"


def each(count, line):
    return HEAD + "\n".join(line(i) for i in range(count)) + "\n"


REFUSED = {
    "empty": ("", 2, "empty"),
    "header only": (HEAD, 2, "no rows"),
    "no order, only refunds": (each(9, lambda i: f"C{i},2025-01-0{1 + i},-5"), 3, "refund"),
    "unknown columns": ("a,b,c\n1,2,3\n", 2, "--map customer_id="),
    "ambiguous dates": (each(50, lambda i: f"C{i % 7},{1 + i % 12:02d}/{1 + i % 11:02d}/2025,5"), 2, "date_order"),
    "ambiguous numbers": (
        "customer_id;date;amount\n" + "\n".join(f"C{i % 7};2025-01-1{i % 9};1,{100 + i}" for i in range(50)) + "\n",
        2,
        "decimal",
    ),
    "one column": ("hello\nworld\n", 2, "only one column"),
}

READ = {
    "one order": (HEAD + "ann,2025-01-05,20\n", 1),
    "one customer": (HEAD + "ann,2025-01-05,20\nann,2025-02-05,25\n", 1),
    "nobody repeats": (each(40, lambda i: f"C{i},2025-{1 + i % 12:02d}-05,{10 + i}"), 40),
    "all refunded": (each(40, lambda i: f"C{i},2025-01-05,{10 + i}\nC{i},2025-01-04,-{10 + i}"), 40),
    "all on one day": (each(60, lambda i: f"C{i},2025-01-01,5"), 60),
    "all free": (each(60, lambda i: f"C{i % 7},2025-{1 + i % 12:02d}-{1 + i % 28:02d},0"), 7),
    "nan, inf and a trillion": (GOOD + "C1,2025-03-03,NaN\nC2,2025-03-03,inf\nC3,2025-03-04,1e12\n", 7),
    "far future and 1900": (GOOD + "C1,2931-03-03,5\nC2,1900-01-01,7\nC2,9999-12-31,7\n", 7),
    "a byte order mark": ("\ufeff" + GOOD, 7),
    "emoji and 007": (each(60, lambda i: f"{('😀', '007', '7')[i % 3]},2025-{1 + i % 12:02d}-{1 + i % 28:02d},9"), 3),
    "ids as floats": (each(60, lambda i: f"1308{i % 5}.0,2025-{1 + i % 12:02d}-{1 + i % 28:02d},9"), 5),
    "decimal commas": (GOOD.replace(",", ";").replace(".50", ",50"), 7),
    "ragged and cut": (GOOD + '"C1,2025-03-03,5\nC9,2025-01-01\nC8,2025-01-01,4,5,6\nC1,2025-03-', 7),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(lifeworth, tmp_path, case):
    text, code, word = REFUSED[case]
    path = tmp_path / "orders.csv"
    path.write_text(text, encoding="utf-8")
    said = lifeworth("run", path, "--out", tmp_path / "out")
    assert said.code == code and word in said.err and "orders.csv" in said.err
    assert "Traceback" not in said.err and "defect" not in said.err
    assert not (tmp_path / "out" / "customer_value.csv").exists()


@pytest.mark.parametrize("case", READ)
def test_odd_shops_get_finite_answers(lifeworth, tmp_path, case):
    text, customers = READ[case]
    path = tmp_path / "orders.csv"
    path.write_text(text, encoding="utf-8")
    said = lifeworth("run", path, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    with open(tmp_path / "out" / "customer_value.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == customers
    for row in rows:
        for measure in ("orders", "revenue", "value", "residual_value"):
            low, mean, high = (float(row[f"{measure}_{part}"]) for part in ("low", "mean", "high"))
            assert all(map(math.isfinite, (low, mean, high))) and 0 <= low <= high
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    words = page[page.rindex("</script>") if page.count("<main") == 0 else page.index("<main") : page.index("</main>")]
    assert not any(f">{bad}<" in words or f" {bad} " in words for bad in ("NaN", "nan", "None", "inf"))


def test_other_encodings_and_a_cut_archive(lifeworth, tmp_path):
    for name, data in (("utf16.csv", GOOD.encode("utf-16")), ("latin.csv", GOOD.replace("C1", "é").encode("latin-1"))):
        (tmp_path / name).write_bytes(data)
        assert lifeworth("run", tmp_path / name, "--out", tmp_path / name[:3], "--quiet").code == 0
    packed = gzip.compress(GOOD.encode() * 40)
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    said = lifeworth("run", tmp_path / "cut.csv.gz", "--out", tmp_path / "cut")
    assert said.code == 2 and "cut or damaged" in said.err


def test_refunds_after_the_last_order_are_mentioned(lifeworth, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(GOOD + "C1,2026-02-01,-12\n")
    assert "--as-of 2026-02-02" in lifeworth("run", path, "--out", tmp_path / "out").out


def test_one_absurd_order_does_not_move_the_others(lifeworth, tmp_path):
    lines = [f"C{i % 300:03d},2025-{1 + i * 7 % 12:02d}-{1 + i * 11 % 28:02d},{10 + i % 37}.50" for i in range(1500)]
    medians = []
    for name, extra in (("plain", []), ("absurd", ["C007,2025-06-06,1000000000000"])):
        path = tmp_path / f"{name}.csv"
        path.write_text(HEAD + "\n".join(lines + extra) + "\n")
        assert lifeworth("run", path, "--out", tmp_path / name, "--as-of", "2026-01-01", "--quiet").code == 0
        with open(tmp_path / name / "customer_value.csv", newline="") as file:
            medians.append(sorted(float(r["value_mean"]) for r in csv.DictReader(file))[150])
    assert medians[1] == pytest.approx(medians[0], rel=0.01)


def rows_in(out):
    with open(out / "customer_value.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["b[1].csv", "a*.csv", "q?.csv", "o'r.csv", "amount=7/p.csv", "dir[1]/o.csv"])
def test_exactly_the_named_file_is_read(lifeworth, tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(GOOD)
    (tmp_path / "dir1").mkdir(exist_ok=True)
    for decoy in ("b1.csv", "ab.csv", "q1.csv", "dir1/o.csv"):
        (tmp_path / decoy).write_text(GOOD.replace("C", "Z"))
    assert lifeworth("run", path, "--out", tmp_path / "out", "--quiet").code == 0
    rows = rows_in(tmp_path / "out")
    assert {row["customer_id"] for row in rows} == {f"C{i}" for i in range(7)}
    assert sum(float(row["past_revenue"]) for row in rows) == pytest.approx(sum(10.5 + i for i in range(60)))


def test_orders_without_amounts_are_priced_by_their_lines(lifeworth, tmp_path):
    orders, lines = tmp_path / "orders.csv", tmp_path / "lines.csv"
    orders.write_text(
        "order_id,customer_id,date\n" + "".join(f"{i},C{i % 5},2025-0{1 + i % 9}-11\n" for i in range(40))
    )
    lines.write_text("order_id,product_id,quantity,unit_price\n" + "".join(f"{i},P,2,{5 + i}\n" for i in range(40)))
    said = lifeworth("run", orders, lines, "--out", tmp_path / "out")
    assert said.code == 0 and "nothing can be valued" not in said.out
    rows = rows_in(tmp_path / "out")
    assert sum(float(row["past_revenue"]) for row in rows) == pytest.approx(2 * sum(5 + i for i in range(40)))


def test_a_cost_is_never_counted_twice(lifeworth, tmp_path):
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,date,amount\n" + "".join(f"{i},C{i % 5},2025-0{1 + i % 9}-11,50\n" for i in range(30))
    )
    (tmp_path / "costs.csv").write_text("order_id,cost_type,amount\n" + "".join(f"{i},Shipping,6\n" for i in range(30)))
    (tmp_path / "odd.csv").write_text("order_id,cost_type,amount\n0,sorcery,6\n1,Shipping,6\n")
    (tmp_path / "s.toml").write_text(
        '[[costs]]\ncost = "margin"\nrate = 0.5\n[[costs]]\ncost = "shipping"\nfixed = 4\n'
    )
    common = ("run", tmp_path / "orders.csv", "--config", tmp_path / "s.toml")
    assert lifeworth(*common, "--order-costs", tmp_path / "costs.csv", "--out", tmp_path / "a", "--quiet").code == 0
    assert sum(float(r["past_profit"]) for r in rows_in(tmp_path / "a")) == pytest.approx(30 * (25 - 6))
    said = lifeworth(*common, "--order-costs", tmp_path / "odd.csv", "--out", tmp_path / "b")
    assert said.code == 0 and "unknown cost type" in said.out


def test_results_do_not_land_on_other_peoples_files(lifeworth, tmp_path):
    mine = tmp_path / "out" / "tables" / "mine.xlsx"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    (tmp_path / "orders.csv").write_text(GOOD)
    assert lifeworth("run", tmp_path / "orders.csv", "--out", tmp_path / "out", "--quiet").code == 0
    assert mine.read_text() == "mine"
    (tmp_path / "customer_value.csv").write_text(GOOD)
    said = lifeworth("run", tmp_path / "customer_value.csv", "--out", tmp_path)
    assert said.code == 2 and (tmp_path / "customer_value.csv").read_text() == GOOD
    said = lifeworth("run", tmp_path / "orders.csv", "--out", tmp_path / "orders.csv")
    assert said.code == 2 and "not a folder" in said.err


def test_explain_speaks_of_the_folder_it_is_given(lifeworth, tmp_path):
    store = tmp_path / "store"
    for name, text in (("one", GOOD), ("two", GOOD.replace("C", "Z"))):
        (tmp_path / f"{name}.csv").write_text(text)
        command = (
            "run",
            tmp_path / f"{name}.csv",
            "--out",
            tmp_path / name,
            "--store",
            store,
            "--quiet",
            "--accept",
            "other people",
        )
        assert lifeworth(*command).code == 0
    assert lifeworth("explain", "C1", "--out", tmp_path / "one").code == 0
    assert lifeworth("explain", "Z1", "--out", tmp_path / "two").code == 0


def test_a_day_long_after_the_last_order_is_mentioned(lifeworth, tmp_path):
    (tmp_path / "orders.csv").write_text(GOOD)
    said = lifeworth("run", tmp_path / "orders.csv", "--out", tmp_path / "out", "--as-of", "2027-01-01")
    assert "customers look gone" in said.out
    assert lifeworth("run", tmp_path / "orders.csv", "--out", tmp_path / "out", "--as-of", "9999-12-31").code == 3
