"""Protected attributes: known by their names in several languages, and never part of a score."""

import csv
import json

import pytest

from lifeworth.contract.registry import create_tables
from lifeworth.features.protected import protected_as, protected_features
from lifeworth.store.duckdb.engine import DuckDB


@pytest.mark.parametrize(
    ("name", "ground"),
    [
        ("gender", "sex or gender"),
        ("Geschlecht", "sex or gender"),
        ("CustomerSex", "sex or gender"),
        ("MaritalStatus", "marital status"),
        ("ethnic_group", "ethnic origin"),
        ("Religion", "religion or belief"),
        ("HasDisability", "health or disability"),
        ("trade_union_member", "trade union"),
        ("essex", None),
        ("household_size", None),
        ("sextant model", None),
        ("unions_attended", None),
        ("age", None),
    ],
)
def test_names_are_read_word_by_word(name, ground):
    assert protected_as(name, ()) == ground


def test_what_the_company_declares_is_protected_too():
    assert protected_as("Year_Birth", ["age"]) == "age"
    assert protected_as("Shoe Size", ["shoe_size"]) is not None
    assert protected_as("shoe colour", ["shoe_size"]) is None


def test_features_made_of_protected_columns_are_named():
    engine = DuckDB(threads=1)
    create_tables(engine)
    for number in range(4):
        said = {"gender": "fm"[number % 2], "size": str(number), "pet": "dog"}
        engine.execute(
            "INSERT INTO sources_customers (customer_id, attributes) VALUES (?, ?)", [f"C{number}", json.dumps(said)]
        )
    assert protected_features(engine, ["pet"]) == {"attribute_gender": "gender", "attribute_pet": "pet"}


def test_swapping_a_protected_column_changes_no_value(tmp_path, lifeworth, shop_csv):
    def run(name, swap):
        people = tmp_path / f"{name}.csv"
        with people.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["customer_id", "gender", "size"])
            rows.writerows([f"C{n:03d}", "fm"[(n % 5 < 2) ^ swap], n % 7] for n in range(60))
        (tmp_path / "set.toml").write_text('attributes = ["gender", "size"]\n')
        said = lifeworth(
            "run", shop_csv, "--customers", people, "--config", tmp_path / "set.toml", "--currency", "EUR", "--horizon", 90,
            "--out", tmp_path / name,
        )  # fmt: skip
        assert said.code == 0, said.err
        with (tmp_path / name / "customer_value.csv").open(newline="") as file:
            found = [{k: v for k, v in row.items() if k not in ("run_id",)} for row in csv.DictReader(file)]
        return found, json.loads((tmp_path / name / "run.json").read_text())["warnings"]

    (one, warnings), (other, _) = run("one", False), run("other", True)
    assert one == other
    assert "Left out of every model because protected: gender." in warnings
