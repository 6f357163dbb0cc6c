"""``lifeworth score``: every row of a new list comes back, with figures or with why there are none."""

import csv
import json

import pytest
from test_values_leads import ASKED, keep_books, put
from test_values_leads_model import driven, say

from lifeworth.store.publishing import Publisher
from lifeworth.values.leads import keep_lead_scores, value_leads

ADDED = ["chance", "value_if_won", "value_mean", "value_low", "value_high", "evidence", "sentence"]
LIST = """lead_id,created_on,source,industry,pet,room,business,notes
A1,2025-01-10,fair,office,cat,r1,yes,"two, three"
A2,2025-01-11,web,café,dog,r2,no,=1+1
A3,2025-01-11,moon,circus,dog,r2,no,-5
A4,no day,web,café,dog,r2,no,
A1,2025-01-10,fair,office,cat,r1,yes,"two, three"
,2025-01-11,web,café,dog,r2,no,
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A published result that learned of leads, and one that did not."""
    out = tmp_path_factory.mktemp("result")
    engine, publisher = keep_books(customers=400), Publisher(out / "store")
    leads, columns = driven(count=2000)
    put(engine, leads)
    say(engine, leads, **columns)
    value_leads(engine, **ASKED)
    folder = publisher.workplace()
    keep_lead_scores(engine, folder)
    publisher.publish(folder)
    engine.close()
    return out


def scored(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def told(result, lifeworth, tmp_path):
    def call(content=LIST, *options):
        (tmp_path / "leads.csv").write_text(content, encoding="utf-8")
        said = lifeworth("score", tmp_path / "leads.csv", "--out", result, "--to", tmp_path / "scored.csv", *options)
        return said, scored(tmp_path / "scored.csv") if said.code == 0 else []

    return call


def test_every_row_comes_back_in_its_order_with_figures_or_why_not(told, tmp_path):
    said, rows = told()
    assert said.code == 0, said.err
    assert [row["lead_id"] for row in rows] == ["A1", "A2", "A3", "A4", "A1", ""]
    assert list(rows[0]) == [*LIST.splitlines()[0].split(","), *ADDED]
    one, two, three, four, again, nobody = rows
    assert float(one["chance"]) > 1.5 * float(two["chance"]) > 0, "offices are won more often than cafés"
    for row in (one, two, three):
        low, mean, high = (float(row[name]) for name in ("value_low", "value_mean", "value_high"))
        assert low <= mean <= high and row["evidence"] in "ABCD"
        assert mean == pytest.approx(float(row["chance"]) * float(row["value_if_won"]), abs=0.011)
    assert "source and industry; there it counts as one of the others" in three["sentence"]
    assert again == one
    for row in (four, nobody):
        assert row["chance"] == "" and row["sentence"].startswith("Not scored: ")
    assert "4 of 6 rows scored as of 2025-01-12" in said.out and "2 without figures" in said.out
    assert (tmp_path / "scored.csv").stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("*.part")) and not list(tmp_path.glob(".*"))


def test_formulas_are_defused_and_numbers_left_alone(told):
    _, rows = told()
    assert [row["notes"] for row in rows[:3]] == ["two, three", "'=1+1", "-5"]


def test_the_same_list_gives_the_same_bytes_at_any_number_of_threads(told, tmp_path):
    written = []
    for threads in (1, 2):
        told(LIST, "--threads", threads)
        written.append((tmp_path / "scored.csv").read_bytes())
    assert written[0] == written[1]


def test_a_lead_that_waited_longer_has_another_chance(told):
    _, young = told(LIST, "--as-of", "2025-01-12")
    _, old = told(LIST, "--as-of", "2025-03-20")
    assert float(old[0]["chance"]) < float(young[0]["chance"])
    assert "Fair, open for 2 days." in young[0]["sentence"] and "open for 69 days" in old[0]["sentence"]


def test_leads_closed_already_have_no_figures(told):
    _, rows = told("lead_id,created_on,source,won,closed_on\nB1,2025-01-02,fair,yes,2025-01-05\nB2,2025-01-09,fair,,\n")
    assert rows[0]["sentence"] == "Not scored: it is closed already." and rows[1]["chance"]


def test_columns_the_list_does_not_have_are_named(told):
    said, rows = told("lead_id,created_on,source\nB1,2025-01-02,fair\n")
    assert "has no column" in said.out and "industry" in said.out and rows[0]["chance"]


def test_columns_of_the_same_name_are_kept_beside_ours(told):
    _, rows = told("lead_id,created_on,source,chance,Sentence\nB1,2025-01-02,fair,high,mine\n")
    assert (rows[0]["chance"], rows[0]["Sentence"]) == ("high", "mine")
    assert 0 < float(rows[0]["scored_chance"]) < 1 and rows[0]["scored_sentence"].startswith("Fair, open")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "lead"),
        ("lead_id,source\nA,fair\n", "created_on"),
        ("lead_id,created_on,source\n,2025-01-02,fair\n", "none of its rows is a lead"),
    ],
)
def test_a_file_that_is_no_list_of_leads_is_refused_in_words(told, content, said):
    answer, _ = told(content)
    assert answer.code != 0 and said in answer.err and "Traceback" not in answer.err and "defect" not in answer.err


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("9999-12-31", "more than ten years after the last lead"),
        ("1900-01-01", "No lead of the list had come before 1900-01-01"),
    ],
)
def test_a_day_that_cannot_be_is_refused(told, tmp_path, day, said):
    answer, _ = told(LIST, "--as-of", day)
    assert answer.code == 2 and said in answer.err and not (tmp_path / "scored.csv").exists()


def test_places_that_cannot_be_are_refused(result, lifeworth, tmp_path):
    leads = tmp_path / "leads.csv"
    leads.write_text(LIST, encoding="utf-8")
    for out, to, said in (
        (result, leads, "is the list of leads itself"),
        (result, tmp_path, "is a folder"),
        (result, tmp_path / "no" / "x.csv", "there is no folder"),
        (tmp_path / "nothing", tmp_path / "x.csv", "no published result"),
    ):
        answer = lifeworth("score", leads, "--out", out, "--to", to)
        assert answer.code != 0 and said in answer.err
    assert leads.read_text(encoding="utf-8") == LIST


def test_a_result_that_learned_nothing_says_what_to_do(lifeworth, tmp_path):
    publisher = Publisher(tmp_path / "store")
    folder = publisher.workplace()
    (folder / "run.json").write_text("{}")
    publisher.publish(folder)
    (tmp_path / "leads.csv").write_text(LIST, encoding="utf-8")
    answer = lifeworth("score", tmp_path / "leads.csv", "--out", tmp_path, "--to", tmp_path / "x.csv")
    assert answer.code != 0 and "learned nothing of leads" in answer.err and "--leads FILE" in answer.err


def test_a_changed_file_of_scores_is_refused(result, lifeworth, tmp_path):
    published = Publisher(result / "store").current().folder / "model" / "leads.json"
    body = json.loads(published.read_text(encoding="utf-8"))
    store = Publisher(tmp_path / "store")
    folder = store.workplace()
    (folder / "model").mkdir()
    (folder / "model" / "leads.json").write_text(json.dumps(body | {"interval_level": 0.99}))
    store.publish(folder)
    (tmp_path / "leads.csv").write_text(LIST, encoding="utf-8")
    answer = lifeworth("score", tmp_path / "leads.csv", "--out", tmp_path, "--to", tmp_path / "x.csv")
    assert answer.code != 0 and "checksum" in answer.err and not (tmp_path / "x.csv").exists()
