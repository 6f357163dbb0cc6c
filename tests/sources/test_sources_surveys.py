"""Answers, reviews and notes come in, each once, each with a customer, and what people wrote goes nowhere else."""

import itertools
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources_accounts import check_accounts

from lifeworth import sources
from lifeworth.errors import InputError
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

ORDERS = "order_id,customer_id,ordered_at,amount,status\nA1,ann,2024-01-01,10,\nA2,bob,2024-01-02,20,cancelled\n"
DEMO = """survey_id,customer_id,answered_on,instrument,score,question,text,theme
S1,ann,2024-02-01,NPS,9,How likely?,Fresh beans,freshness
S2,bob,2024-02-02,nps,0,How likely?,,
S3,ann,2024-03-01,CSAT,4.5,,,
"""


def test_a_shops_own_survey(load, write):
    loaded = load(write("o.csv", ORDERS), write("s.csv", DEMO), currency="EUR")
    assert loaded.rows("SELECT * EXCLUDE (file_no) FROM sources_surveys ORDER BY answer_id") == [
        ("S1", "ann", date(2024, 2, 1), "nps", "How likely?", 9.0, None, "Fresh beans", None, None),
        ("S2", "bob", date(2024, 2, 2), "nps", "How likely?", 0.0, None, None, None, None),
        ("S3", "ann", date(2024, 3, 1), "csat", None, 4.5, None, None, None, None),
    ]
    assert loaded.reasons == {"ignored: the status says it is no order": 1}
    [number] = {n for (n,) in loaded.rows("SELECT DISTINCT file_no FROM sources_surveys")}
    assert loaded.value(f"SELECT name FROM sources_files WHERE file_no = {number}") == "s.csv"


REVIEWS = """review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp
R1,A1,5,Great!,Came early,2024-01-10 00:00:00,2024-01-12 10:00:00
R1,A2,1,Never came,still waiting,2024-01-10 00:00:00,2024-01-13 10:00:00
R2,A1,3,,only text,2024-01-10 00:00:00,2024-01-14 10:00:00
R3,A1,3,only title,,2024-01-10 00:00:00,2024-01-14 10:00:00
R4,X9,3,,whose?,2024-01-10 00:00:00,2024-01-14 10:00:00
"""


def test_reviews_belong_to_the_customer_of_their_order_even_of_one_that_was_called_off(load, write):
    loaded = load(write("o.csv", ORDERS), write("r.csv", REVIEWS), currency="BRL")
    assert loaded.rows("SELECT answer_id, customer_id, instrument, score, text, order_id, answered_on FROM sources_surveys "
                       "ORDER BY answer_id, order_id") == [
        ("R1", "ann", "review", 5.0, "Great! Came early", "A1", date(2024, 1, 12)),
        ("R1", "bob", "review", 1.0, "Never came. still waiting", "A2", date(2024, 1, 13)),
        ("R2", "ann", "review", 3.0, "only text", "A1", date(2024, 1, 14)),
        ("R3", "ann", "review", 3.0, "only title", "A1", date(2024, 1, 14)),
    ]  # fmt: skip
    assert loaded.reasons["ignored: its order is in no file, or has several customers"] == 1


def test_an_order_that_several_customers_share_names_nobody(load, write):
    head = "order_id,customer_id,date,product_id,quantity,unit_price\n"
    orders = write("o.csv", head + "A1,ann,2024-01-31,P,1,2\nA1,bob,2024-01-31,P,1,2\nA2,ann,2024-01-31,P,1,2\n")
    loaded = load(orders, write("r.csv", REVIEWS))
    assert {c for (c,) in loaded.rows("SELECT customer_id FROM sources_surveys")} == {"ann"}
    assert loaded.reasons["ignored: its order is in no file, or has several customers"] == 4


NOTES = (
    "customer,date,text\nann,2024-01-05,wants a bigger plan\nbob,2024-01-06,\n,2024-01-07,whose?\nann,2024-13-40,x\n"
)


def test_notes_are_surveys_when_they_are_named_so(load, write):
    loaded = load(write("o.csv", ORDERS), FileRequest(write("n.csv", NOTES), "surveys"), currency="EUR")
    assert loaded.rows("SELECT customer_id, instrument, text, score, question FROM sources_surveys") == [
        ("ann", "note", "wants a bigger plan", None, None)
    ]
    assert {k: v for k, v in loaded.reasons.items() if "order" not in k or "customer" in k} == {
        "ignored: nothing was answered": 1,
        "ignored: the answer names no customer and no order": 1,
        "quarantined: day of the answer is not a date": 1,
    }
    assert loaded.value("SELECT answer_id FROM sources_surveys").endswith("-2")


@pytest.mark.parametrize(
    ("columns", "row", "instrument", "score"),
    [
        ("nps", "9", "nps", 9.0),
        ("NPS Score", "10", "nps", 10.0),
        ("csat_score", "2", "csat", 2.0),
        ("ces", "5", "ces", 5.0),
        ("score", "7", "survey", 7.0),
        ("rating", "4", "survey", 4.0),
        ("review_score", "4", "review", 4.0),
        ("instrument,score", "Net Promoter Score,8", "nps", 8.0),
        ("instrument,score", "Account-Note,8", "note", 8.0),
        ("instrument,score", "pulse_check,8", "pulse check", 8.0),
        ("instrument,csat", ",3", "csat", 3.0),
        ("question,answer", "Why?,price", "survey", None),
        ("answer", "price", "note", None),
    ],
)
def test_what_was_asked_with(load, write, columns, row, instrument, score):
    survey = write("s.csv", f"answer_id,customer_id,answered_on,{columns}\n1,ann,2024-02-01,{row}\n")
    loaded = load(write("o.csv", ORDERS), FileRequest(survey, "surveys"), currency="EUR")
    assert loaded.rows("SELECT instrument, score FROM sources_surveys") == [(instrument, score)]


def test_a_column_of_scores_can_be_given_its_instrument(load, write):
    tickets = write(
        "t.csv", "ticket_id,account,submitted_at,satisfaction_score\nT1,ann,2024-02-01,4\nT2,ann,2024-02-02,\n"
    )
    chosen = {"surveys.csat_score": "satisfaction_score", "surveys.answer_id": "ticket_id", "customer_id": "account"}
    loaded = load(write("o.csv", ORDERS), FileRequest(tickets, "surveys"), FileRequest(tickets, "service"), map=chosen)
    assert loaded.rows("SELECT answer_id, customer_id, instrument, score FROM sources_surveys") == [
        ("T1", "ann", "csat", 4.0)
    ]
    assert loaded.value("SELECT count(*) FROM sources_service") == 2


@pytest.mark.parametrize(
    ("score", "reason"),
    [("11", "an NPS score is not from 0 to 10"), ("-1", "an NPS score is not from 0 to 10"), ("good", "score is not a number"),
     ("nan", "score is not a finite number")],
)  # fmt: skip
def test_scores_that_cannot_be(load, write, score, reason):
    survey = write("s.csv", f"survey_id,customer_id,answered_on,nps\n1,ann,2024-02-01,{score}\n2,ann,2024-02-01,10\n")
    loaded = load(write("o.csv", ORDERS), survey, currency="EUR")
    assert loaded.reasons[f"quarantined: {reason}"] == 1
    assert loaded.value("SELECT count(*) FROM sources_surveys") == 1


def test_two_columns_of_scores_are_asked_about_with_a_line_that_works(load, write):
    survey = write("s.csv", "survey_id,customer_id,answered_on,nps,csat\n1,ann,2024-02-01,9,4\n")
    with pytest.raises(InputError, match=r"s.csv, line 1, column 'csat'(.|\n)*--map surveys.csat_score=-"):
        load(write("o.csv", ORDERS), survey)
    loaded = load(write("o.csv", ORDERS), survey, map={"surveys.csat_score": "-"})
    assert loaded.rows("SELECT instrument, score FROM sources_surveys") == [("nps", 9.0)]


def test_dates_of_answers_are_proven_or_asked_for(load, write):
    survey = write("s.csv", "survey_id,customer_id,answered_on,nps\n1,ann,03/04/2024,9\n")
    with pytest.raises(InputError, match="date_order"):
        load(write("o.csv", ORDERS), survey)
    found = load(write("o.csv", ORDERS), survey, date_order="day-first")
    assert found.rows("SELECT answered_on FROM sources_surveys") == [(date(2024, 4, 3),)]


def test_answers_of_tomorrow_are_quarantined(load, write):
    survey = write("s.csv", "survey_id,customer_id,answered_on,nps\n1,ann,2999-04-03,9\n")
    assert load(write("o.csv", ORDERS), survey).reasons["quarantined: day of the answer is in the future"] == 1


SURVEY = "Q1,ann,2024-02-01,{},Why?\nQ1,ann,2024-02-01,{},And?\nQ1,bob,2024-02-01,{},Why?\n"


def test_the_name_of_a_questionnaire_is_no_id_of_an_answer(load, write):
    """Every row says survey Q1: three answers all the same, and a later version of one replaces it."""
    head = "survey_id,customer_id,answered_on,score,question\n"
    loaded = load(write("o.csv", ORDERS), write("s.csv", head + SURVEY.format(1, 2, 3)))
    assert loaded.value("SELECT count(*) FROM sources_surveys") == 3
    again = load(write("o.csv", ORDERS), write("s.csv", head + SURVEY.format(1, 2, 3) + "Q1,bob,2024-02-05,9,Why?\n"))
    assert again.rows("SELECT score FROM sources_surveys ORDER BY 1") == [(1.0,), (2.0,), (9.0,)]
    assert again.reasons["duplicate: older version of the same entry in surveys"] == 1


@pytest.mark.parametrize(
    "head", ["answer_id,customer_id,answered_on,score,text", "odd,customer_id,answered_on,score,text"]
)
def test_answers_count_once_in_any_order_of_files(load, write, head):
    rows = [f"{i},ann,2024-02-0{1 + i},{i},word {i}" for i in range(6)]
    orders = write("o.csv", ORDERS)
    one = write("one.csv", "\n".join([head, *rows[:4]]) + "\n")
    two = write(
        "two.csv", ";".join(head.split(",")) + "\n" + "\n".join(";".join(r.split(",")) for r in rows[2:]) + "\n"
    )
    found = []
    for files in itertools.permutations((one, two, one)):
        loaded = load(orders, *(FileRequest(file, "surveys") for file in files))
        found.append(loaded.rows("SELECT customer_id, answered_on, score, text FROM sources_surveys ORDER BY ALL"))
        assert loaded.report.conflicts == 0
    assert all(rows == found[0] for rows in found) and len(found[0]) == 6


def test_what_people_wrote_is_never_among_the_rejected_rows(load, write):
    text = "survey_id,customer_id,answered_on,score,title,comment\n" + "".join(
        f"S{i},ann,2024-02-01,{i},secret title,secret words\n" for i in range(5)
    )
    survey = write(
        "s.csv", text + 'S7,ann,soon,9,secret title,secret words\nS8,ann,2024-02-01,1,secret "q" title,x\ny\n'
    )
    loaded = load(write("o.csv", ORDERS), survey, survey)
    kept = loaded.rows("SELECT reason, content FROM sources_rejected WHERE file LIKE '%s.csv%'")
    assert len(kept) >= 7 and not any("secret" in content for _, content in kept)
    assert any("not shown" in content for _, content in kept)
    without = load(write("o.csv", ORDERS), survey, map={"surveys.text": "-", "surveys.title": "-"})
    assert without.value("SELECT count(text) FROM sources_surveys") == 0
    assert not any(
        "secret" in c for _, c in without.rows("SELECT reason, content FROM sources_rejected") if "shown" not in c
    )


def test_typed_parquet_answers(load, write, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table({"customer_id": ["ann"], "answered_on": [date(2024, 2, 1)], "nps": [8.5], "comment": ["ok"]})
    pq.write_table(table, tmp_path / "s.parquet")
    loaded = load(write("o.csv", ORDERS), tmp_path / "s.parquet", currency="EUR")
    assert loaded.rows("SELECT customer_id, score, text FROM sources_surveys") == [("ann", 8.5, "ok")]


answers = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S2", ""]),
        st.sampled_from(["ann", "bob", ""]),
        st.sampled_from(["A1", "A2", "X9", ""]),
        st.sampled_from(["2024-02-01", "2024-02-02", "", "soon"]),
        st.sampled_from(["0", "10", "", "11", "much"]),
        st.sampled_from(["good", "bad", ""]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def engine():
    engine = DuckDB(threads=1)
    yield engine
    engine.close()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers)
def test_every_row_is_accounted_for_and_every_answer_has_a_customer(engine, rows):
    rows = [*rows, ("S9", "ann", "", "2024-02-01", "5", "")]
    with tempfile.TemporaryDirectory() as folder:
        orders, file = Path(folder) / "o.csv", Path(folder) / "s.csv"
        orders.write_text(ORDERS)
        lines = ["survey_id,customer_id,order_id,answered_on,nps,comment", *map(",".join, rows)]
        file.write_text("\n".join(lines) + "\n")
        requests = [FileRequest(orders), FileRequest(file)]
        report = sources.load(engine, requests, Settings(currency="EUR"), as_of=None, scratch=Path(folder) / "s")
    check_accounts(engine, report)
    who = {"A1": "ann", "A2": "bob"}
    sound = [
        (r[1] or who.get(r[2]), r[4], r[5])
        for r in rows
        if r[3].startswith("2024") and r[4] in ("0", "10", "5", "") and (r[4] or r[5]) and (r[1] or r[2] in who)
    ]
    found = engine.rows("SELECT customer_id, score, text FROM sources_surveys")
    assert {(c, s, t) for c, s, t in found} <= {(c, float(s) if s else None, t or None) for c, s, t in sound}
    assert {c for c, *_ in found} == {c for c, *_ in sound}
