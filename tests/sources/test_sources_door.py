"""The door's promise: a file that was recognised before is recognised as before; new kinds take nobody's place."""

import json
from pathlib import Path

import pytest

from lifeworth.errors import InputError, UsageError
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.recognise import recognise

BEFORE = json.loads((Path(__file__).parent / "recognised_before.json").read_text())
# Fields that did not exist then.
NEW = {"person_id", "consent_email", "consent_ads", "won_on"}
# Names a field has learned since; where another column held the field, it still does.
LEARNED = {("category", "product_category_name"), ("opened_on", "submitted_at"), ("created_on", "first_contact_date")}


def known_as(headers, kind=None, chosen=None):
    headers = headers.split(",") if isinstance(headers, str) else headers
    opened = Opened("r", tuple(headers), ("VARCHAR",) * len(headers), 1, "", "", "UTF-8", ",")
    return recognise(opened, kind, chosen or {}, "file.csv")


def test_whatever_was_recognised_still_is():
    for case in BEFORE:
        now = known_as(case["headers"], case["kind"], case["map"])
        assert (now.kind, now.preset) == (case["is"], case["preset"]), case
        read = {name: cell.header for name, (_, cell) in now.mapped.fields.items()}
        assert case["read"].items() <= read.items(), case
        more = {(n, c) for n, c in read.items() - case["read"].items() if n not in NEW}
        assert more <= LEARNED, case


LATER = {
    "review_id,order_id,review_score,review_comment_message,review_creation_date": "surveys",
    "review_id,customer_id,rating,review_text,review_date": "surveys",
    "note_id,customer_id,note_date,note": "surveys",
    "customer_id,nps_score,response_date": "surveys",
    "customer_id,answered_at,score": "surveys",
    "subscription_id,customer_id,start_date,end_date,mrr": "subscriptions",
    "experiment_id,customer_id,arm,assigned_at,treatment_cost": "experiments",
    "experiment,customer_id,variant,assigned_at": "experiments",
    "mql_id,first_contact_date,origin": "leads",
    "customer_id,customer_unique_id,city": "customers",
    "customer_id,person_id": "customers",
    "customer_id,consent_email,consent_ads": "customers",
    "order_id,payment_sequential,payment_type,payment_value": "payments",
    "usage_id,subscription_id,usage_date": "usage",
    "ReturnDate,TerritoryKey,ProductKey,ReturnQuantity": "returns",
    "ReturnDate,Kunde,ProductKey,ReturnQuantity": None,
    "product_id,product_category_name,product_weight_g": "products",
    # The same columns beside those of an order: an order it stays.
    "order_id,customer_id,date,amount,review_id,review_score": "orders",
    "order_id,customer_id,date,amount,experiment_id,arm": "orders",
    "order_id,customer_id,date,amount,mql_id": "orders",
    "order_id,customer_id,date,amount,customer_unique_id": "orders",
    "order_id,customer_id,date,payment_sequential,payment_value,amount": "orders",
    "order_id,product_id,price,return_date": "order_lines",
    "customer_id,date,text": "orders",
    # A list of orders whose day has an unknown name is asked about, not taken for customers.
    "order_id,customer_id,wann,amount,person_id": None,
    "customer_id,wann,amount,consent_email": None,
}


@pytest.mark.parametrize("headers", LATER)
def test_new_kinds_are_known_by_columns_that_orders_cannot_have(headers):
    kind = LATER[headers]
    if kind is None:
        with pytest.raises(InputError, match="no column is known to hold"):
            known_as(headers)
    else:
        assert known_as(headers).kind == kind


def test_map_lines_count_like_the_columns_they_name():
    accounts = "account_id,account_name,country,signup_date"
    with pytest.raises(InputError):
        known_as(accounts)
    assert known_as(accounts, None, {"customer_id": "account_id"}).kind == "customers"
    assert known_as(accounts, None, {"customers.customer_id": "account_id"}).kind == "customers"
    assert known_as("ticket_id,account_id,submitted_at", None, {"customer_id": "account_id"}).kind == "service"
    with pytest.raises(InputError):
        known_as(accounts, None, {"leads.customer_id": "account_id"})


@pytest.mark.parametrize(
    ("kind", "headers", "words"),
    [
        ("surveys", "answer_id,score", ["day of the answer", "customer id", "leave the file out"]),
        ("surveys", "customer_id,score", ["--map answered_on=COLUMN"]),
        ("subscriptions", "subscription_id,account,begun", ["--map customer_id=COLUMN", "--map started_on=COLUMN"]),
        ("experiments", "experiment_id,customer_id,assigned_at", ["--map arm=COLUMN"]),
        ("leads", "lead_id,source", ["creation date"]),
    ],
)
def test_what_a_kind_needs_is_asked_for(kind, headers, words):
    with pytest.raises(InputError) as error:
        known_as(headers, kind)
    said = str(error.value)
    assert "file.csv, line 1" in said and all(word in said for word in words), said


def test_a_kind_nobody_knows_lists_those_there_are():
    with pytest.raises(UsageError, match="experiments"):
        known_as("a,b", "poems")


@pytest.mark.parametrize(("field", "reads"), [("surveys.text", False), ("text", False), ("leads.text", True)])
def test_a_field_can_be_left_out(field, reads):
    chosen = {field: "-"}
    known = known_as("survey_id,customer_id,answered_on,score,comment", None, chosen)
    assert ("text" in known.mapped.fields) is reads


def test_an_experiment_may_be_called_by_its_name_with_map():
    known = known_as("test,customer_id,variant,assigned_at", "experiments", {"experiment_id": "test"})
    assert known.mapped.cell("experiment_id").header == "test"
