"""``lifeworth personas``: a plain list of customers with a value of its own."""

import csv
import os
import stat
from pathlib import Path

import pytest
from personas_world import draw, ids_of

from lifeworth.delivery.cli.personas import value_columns
from lifeworth.errors import UsageError
from lifeworth.store.duckdb.engine import DuckDB


def write_list(path, people=500, seed=1, delimiter=",", **columns):
    """Customers with planted kinds, their value in two parts, and further columns of texts."""
    _, texts, value, past, _ = draw(people, seed)
    texts |= {
        "wine": [f"{v:.2f}" for v in value],
        "meat": [f"${p:,.2f}" for p in past],
        "gender": [("f", "m")[p % 2] for p in range(people)],
    }
    texts |= columns
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["customer_id", *texts])
        writer.writerows(
            [customer, *(column[place] or "" for column in texts.values())]
            for place, customer in enumerate(ids_of(people))
        )
    return path


def table(out, name):
    return DuckDB().records(f"SELECT * FROM read_parquet('{out / 'tables' / f'personas_{name}.parquet'}')")


@pytest.fixture
def listed(tmp_path):
    return write_list(tmp_path / "people.csv", member=[f"=cmd{place}" for place in range(500)])


def test_a_list_with_a_value_gets_personas_tables_and_a_page(lifeworth, listed, tmp_path):
    said = lifeworth("personas", listed, "--value", "wine+meat", "--out", tmp_path / "out")
    assert said.code == 0 and "customers come in 3 kinds" in said.out
    page = (tmp_path / "out" / "personas.html").read_text().split("</style>")[1]
    assert "hold" in page and "wine + meat" in page and "expected" not in page and "9999" not in page
    [finding] = table(tmp_path / "out", "finding")
    assert finding["found"] and finding["customers"] == 500
    profiles = {row["role"]: row for row in table(tmp_path / "out", "profiles")}
    with listed.open(newline="") as file:
        total = sum(
            float(row["wine"]) + float(row["meat"].replace("$", "").replace(",", "")) for row in csv.DictReader(file)
        )
    assert profiles["base"]["value_mean"] == profiles["base"]["value_low"] == pytest.approx(total)
    assert (
        profiles["ideal"]["worth_each_low"]
        < profiles["ideal"]["worth_each_mean"]
        < profiles["ideal"]["worth_each_high"]
    )
    for file in (tmp_path / "out").rglob("*"):
        if file.is_file():
            assert stat.S_IMODE(os.stat(file).st_mode) == 0o600


def test_what_the_value_is_made_of_describes_nobody(lifeworth, listed, tmp_path):
    lifeworth("personas", listed, "--value", "wine+meat", "--out", tmp_path / "out")
    rows = {row["attribute"]: row for row in table(tmp_path / "out", "attributes")}
    assert rows["wine"]["reason"] == rows["meat"]["reason"] == "the value is made of it"
    assert rows["gender"]["protected"] and "an id or free text" in rows["member"]["reason"]
    assert "customer_id" not in rows
    lifeworth("personas", listed, "--value", "meat", "--out", tmp_path / "second")
    rows = {row["attribute"]: row for row in table(tmp_path / "second", "attributes")}
    assert rows["meat"]["reason"] == "the value is made of it" and rows["wine"]["reason"] != rows["meat"]["reason"]


def test_the_same_bytes_each_time(lifeworth, listed, tmp_path):
    for out in ("a", "b"):
        lifeworth(
            "personas",
            listed,
            "--value",
            "wine",
            "--out",
            tmp_path / out,
            "--threads",
            "1" if out == "a" else "2",
            "--quiet",
        )
    for file in sorted((tmp_path / "a").rglob("*")):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes(), file.name


def test_settings_choose_and_protect_columns(lifeworth, listed, tmp_path):
    config = tmp_path / "lifeworth.toml"
    config.write_text(
        'attributes = ["garden", "machine", "pays_by", "reads"]\nprotected = ["machine"]\ncurrency = "EUR"\n'
    )
    said = lifeworth("personas", listed, "--value", "wine", "--config", config, "--out", tmp_path / "out")
    rows = {row["attribute"]: row for row in table(tmp_path / "out", "attributes") if row["origin"] == "own column"}
    assert set(rows) == {"garden", "machine", "pays_by", "reads", "wine"} and rows["machine"]["protected"]
    assert said.code == 0 and "machine" not in said.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--value", "beer"), "has no column 'beer'. Columns are: customer_id"),
        (("--value", "wine+"), "has no column ''"),
        (("--value", "garden"), "this column is not made of numbers"),
        (("--value", "wine", "--interval", "1.4"), "--interval is a share between 0 and 1"),
        (("--value", "wine; DROP TABLE x"), "has no column 'wine; DROP TABLE x'"),
        ((), "value"),
    ],
)
def test_wrong_use_is_answered_kindly(lifeworth, listed, tmp_path, arguments, said):
    found = lifeworth("personas", listed, *arguments, "--out", tmp_path / "out")
    assert found.code == 2 and said in found.err
    assert "defect" not in found.err and not (tmp_path / "out" / "personas.html").exists()


def test_a_file_for_a_folder_is_refused(lifeworth, listed):
    found = lifeworth("personas", listed, "--value", "wine", "--out", listed)
    assert found.code == 2 and "is not a folder" in found.err


def test_formulas_in_names_stay_text(lifeworth, tmp_path):
    path = write_list(tmp_path / "p.csv", **{"=HYPERLINK(1)": [("a", "b")[place % 2] for place in range(500)]})
    lifeworth("personas", path, "--value", "wine", "--out", tmp_path / "out", "--quiet")
    starts = [line[:12] for line in (tmp_path / "out" / "tables" / "personas_attributes.csv").read_text().splitlines()]
    assert "'=HYPERLINK(" in starts and not any(start.startswith(("=", '"=')) for start in starts)


def test_customers_without_a_value_are_left_out_and_counted(lifeworth, tmp_path):
    path = write_list(tmp_path / "p.csv")
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    at = rows[0].index("wine")
    for row in rows[1:41]:
        row[at] = ""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    said = lifeworth("personas", path, "--value", "wine", "--out", tmp_path / "out")
    assert "500 customers, 460 of them with a value" in said.out


def test_dates_are_no_kinds_of_people_but_birthdays_are(lifeworth, tmp_path):
    days = [f"20{10 + place % 12:02d}-03-01" for place in range(500)]
    births = [f"19{50 + place % 40}-05-09" for place in range(500)]
    path = write_list(tmp_path / "p.csv", enrolled=days, date_of_birth=births)
    lifeworth("personas", path, "--value", "wine", "--out", tmp_path / "out", "--quiet")
    rows = {row["attribute"]: row for row in table(tmp_path / "out", "attributes")}
    assert "how long a value had to come together" in rows["enrolled"]["reason"]
    assert rows["date_of_birth"]["q"] is not None


@pytest.mark.parametrize(
    ("value", "columns"),
    [("wine + MEAT", ("wine", "meat")), ("a+b", ("a+b",)), ("wine+wine", ("wine",)), (" wine ", ("wine",))],
)
def test_columns_of_a_value_are_found_by_name(value, columns):
    assert value_columns(value, ("wine", "meat", "a+b"), Path("f.csv")) == columns


def test_an_unknown_column_lists_the_known():
    with pytest.raises(UsageError, match="Columns are: wine, meat"):
        value_columns("win", ("wine", "meat"), Path("f.csv"))


def shared_data(*parts):
    for root in (os.environ.get("LIFEWORTH_DATA"), Path(__file__).parents[3] / "shared" / "data"):
        if root and (path := Path(root).joinpath(*parts)).exists():
            return path
    pytest.skip("the shared data are not on this machine: set LIFEWORTH_DATA")
    return None


MONEY = "MntWines+MntFruits+MntMeatProducts+MntFishProducts+MntSweetProducts"


def test_customer_personality_makes_sense(lifeworth, tmp_path):
    path = shared_data("customer_personality", "marketing_campaign.csv")
    example = Path(__file__).parents[2] / "examples" / "customer-personality.toml"
    assert lifeworth("personas", path, "--value", MONEY, "--config", example, "--out", tmp_path / "out").code == 0
    rows = {row["attribute"]: row for row in table(tmp_path / "out", "attributes")}
    assert {name for name, row in rows.items() if row["used"]} == {"Income", "Kidhome", "Teenhome", "Education"}
    assert rows["Year_Birth"]["protected"] and rows["Marital_Status"]["protected"]
    for name in (
        "MntWines",
        "MntGoldProds",
        "NumWebPurchases",
        "AcceptedCmp5",
        "Response",
        "Recency",
        "Dt_Customer",
        "Z_Revenue",
    ):
        assert rows[name]["part"] == "left out", name
    profiles = table(tmp_path / "out", "profiles")
    best = next(row for row in profiles if row["role"] == "ideal")
    assert "income" in best["persona"] and "kidhome 0" in best["persona"]
    assert best["share_of_customers"] < 0.4 and best["share_of_value"] > 0.5 and best["lift"] > 1.8
    base = next(row for row in profiles if row["role"] == "base")
    assert base["customers"] == 2_240 and base["value_mean"] == pytest.approx(1_258_379)


def test_adventureworks_customers_have_money_like_texts_and_a_disguise(tmp_path, lifeworth):
    path = tmp_path / "customers.csv"
    lines = shared_data("adventureworks", "AdventureWorks_Customers.csv").read_text(encoding="latin-1").splitlines()
    path.write_text("\n".join(lines[:1_501]) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    assert (
        lifeworth("personas", path, "--value", "TotalChildren", "--map", "customer_id=CustomerKey", "--out", out).code
        == 0
    )
    rows = {row["attribute"]: row for row in table(out, "attributes")}
    assert rows["AnnualIncome"]["levels"] == 4 and rows["MaritalStatus"]["protected"] and rows["Gender"]["protected"]
    assert "tells Gender, which is protected" in rows["Prefix"]["reason"]
    assert "an id or free text" in rows["EmailAddress"]["reason"]


@pytest.fixture
def figures(tmp_path):
    """A list joined with what a run says of its customers, and what it says alone."""
    ours = {
        "value_mean": [f"{place % 90:.2f}" for place in range(500)],
        "past_profit": [f"{place % 70:.2f}" for place in range(500)],
        "persona": ["one", "two"] * 250,
        "model_version": ["model-1"] * 500,
        "run_id": ["run-1"] * 500,
    }
    alone = tmp_path / "customer_value.csv"
    with alone.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", *ours])
        writer.writerows(
            [customer, *(column[place] for column in ours.values())] for place, customer in enumerate(ids_of(500))
        )
    return write_list(tmp_path / "joined.csv", **ours), alone


def test_what_a_run_says_of_customers_describes_no_kind_of_people(lifeworth, figures, tmp_path):
    joined, alone = figures
    said = lifeworth("personas", joined, "--value", "wine", "--out", tmp_path / "out")
    assert (
        said.code == 0 and "Left out, because lifeworth itself says them: value_mean, past_profit, persona" in said.out
    )
    asked = {row["attribute"] for row in table(tmp_path / "out", "attributes")}
    assert asked and not asked & {"value_mean", "past_profit", "persona", "model_version", "run_id"}
    refused = lifeworth("personas", alone, "--value", "past_profit", "--out", tmp_path / "none")
    assert refused.code == 2 and "Join it with your list of customers" in refused.err
