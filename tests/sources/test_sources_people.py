"""One person under several customer ids is one customer, in every table; and what customers agreed to."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from lifeworth.sources import FileRequest

ORDERS = (
    "order_id,customer_id,ordered_at,amount\nA1,c1,2024-01-01,10\nA2,c2,2024-02-01,20\nA3,c3,2024-03-01,30\n"
    "A4,c9,2024-03-01,40\n"
)
PEOPLE = "customer_id,customer_unique_id\nc1,ann\nc2,ann\nc3,bob\nc4,\n"
BESIDE = {
    "refunds": "refund_id,customer_id,refunded_at,amount\nR1,{},2024-02-02,1\n",
    "service": "ticket_id,customer_id,opened_on\nT1,{},2024-02-02\n",
    "touches": "customer_id,touched_on,type\n{},2024-02-02,letter\n",
    "surveys": "survey_id,customer_id,answered_on,nps\nS1,{},2024-02-02,9\n",
    "subscriptions": "subscription_id,customer_id,started_on,mrr\nS1,{},2024-02-02,9\n",
    "experiments": "experiment_id,customer_id,arm,assigned_on\nE1,{},a,2024-02-02\n",
    "leads": "lead_id,created_on,won,closed_on,customer_id\nL1,2023-01-01,yes,2023-02-02,{}\n",
}


def test_customer_ids_become_people_and_it_is_said(load, write):
    loaded = load(write("o.csv", ORDERS), write("c.csv", PEOPLE), currency="EUR")
    assert loaded.orders == [
        ("ann", "2024-01-01", Decimal(10)),
        ("ann", "2024-02-01", Decimal(20)),
        ("bob", "2024-03-01", Decimal(30)),
        ("c9", "2024-03-01", Decimal(40)),
    ]
    assert loaded.rows("SELECT customer_id FROM sources_customers ORDER BY 1") == [("ann",), ("bob",), ("c4",)]
    assert any("3 customer ids are 2 people" in w for w in loaded.report.warnings)
    assert loaded.report.files[1].rows_loaded == 4


@pytest.mark.parametrize(("given", "expected"), [("c2", "ann"), ("c9", "c9")])
def test_every_table_speaks_of_the_person(load, write, given, expected):
    beside = [write(f"{kind}.csv", text.format(given)) for kind, text in BESIDE.items()]
    loaded = load(write("o.csv", ORDERS), write("c.csv", PEOPLE), *beside, currency="EUR")
    for kind in BESIDE:
        assert loaded.rows(f"SELECT customer_id FROM sources_{kind}") == [(expected,)], kind


def test_answers_that_name_an_order_belong_to_the_person_who_placed_it(load, write):
    survey = write("s.csv", "review_id,order_id,review_score,review_date\nR1,A2,5,2024-03-01\n")
    loaded = load(write("o.csv", ORDERS), write("c.csv", PEOPLE), survey, currency="EUR")
    assert loaded.rows("SELECT customer_id FROM sources_surveys") == [("ann",)]


def test_lines_of_one_order_under_two_ids_of_a_person_are_no_conflict(load, write):
    head = "order_id,customer_id,date,product_id,quantity,unit_price\n"
    lines = write("l.csv", head + "A1,c1,2024-01-31,P,1,2\nA1,c2,2024-01-31,Q,1,3\n")
    assert load(lines, write("c.csv", PEOPLE)).orders == [("ann", "2024-01-31", Decimal(5))]
    assert "several customers" in str(load(lines, write("o.csv", ORDERS)).reasons)


def test_a_person_in_two_arms_under_two_ids_leaves_the_experiment(load, write):
    text = "experiment_id,customer_id,arm,assigned_on\nE1,c1,a,2024-02-02\nE1,c2,b,2024-02-02\nE1,c3,b,2024-02-02\n"
    loaded = load(write("o.csv", ORDERS), write("c.csv", PEOPLE), write("e.csv", text), currency="EUR")
    assert loaded.rows("SELECT customer_id FROM sources_experiments") == [("bob",)]


FULL = """customer_id,person_id,created_on,country,acquisition_channel,city,consent_email
c2,ann,2024-02-01,FR,ads,Nice,yes
c1,ann,2024-01-01,,organic,Bonn,no
c3,bob,2024-03-01,DE,,Köln,yes
c5,,2024-04-01,IT,ads,Rome,
"""


def test_of_a_person_what_was_known_first_counts_and_one_no_is_a_no(load, write):
    loaded = load(write("o.csv", ORDERS), write("c.csv", FULL), attributes=["city"], currency="EUR")
    assert loaded.rows("SELECT * FROM sources_customers ORDER BY 1") == [
        ("ann", date(2024, 1, 1), "FR", "organic", '{"city":"Bonn"}', False, None),
        ("bob", date(2024, 3, 1), "DE", None, '{"city":"Köln"}', True, None),
        ("c5", date(2024, 4, 1), "IT", "ads", '{"city":"Rome"}', None, None),
    ]


def test_who_is_who_may_stand_in_a_file_of_its_own(load, write):
    """It completes the list of customers instead of being another version of it."""
    customers = write("c.csv", "customer_id,created_on,country\nc1,2024-01-01,DE\nc2,2024-02-01,FR\n")
    consents = write("k.csv", "customer_id,consent_email,consent_ads\nc1,yes,no\nc2,yes,\n")
    for files in itertools.permutations((customers, write("p.csv", PEOPLE), consents)):
        loaded = load(write("o.csv", ORDERS), *files, currency="EUR")
        assert loaded.rows("SELECT * EXCLUDE (attributes, acquisition_channel) FROM sources_customers ORDER BY 1") == [
            ("ann", date(2024, 1, 1), "DE", True, False),
            ("bob", None, None, None, None),
            ("c4", None, None, None, None),
        ]
        assert loaded.reasons == {} and loaded.report.conflicts == 0


@pytest.mark.parametrize("files", list(itertools.permutations(range(3))))
def test_the_order_of_files_changes_nothing(load, write, files):
    """Two lists disagree about who c2 is: the same one decides whatever the order, and it is said."""
    given = [
        write("o.csv", ORDERS),
        write("a.csv", "customer_id,created_on,person_id\nc1,2024-01-01,ann\nc2,2024-01-01,ann\n"),
        write("b.csv", "customer_id,created_on,person_id\nc2,2024-01-01,cat\nc3,2024-01-01,bob\n"),
    ]
    loaded = load(*(given[i] for i in files), currency="EUR")
    first = load(*given, currency="EUR")
    assert loaded.orders == first.orders
    assert {c for c, *_ in loaded.orders} in ({"ann", "bob", "c9"}, {"ann", "cat", "bob", "c9"})
    assert any("1 customer id came with different people" in w for w in loaded.report.warnings)


def test_ids_that_are_only_a_persons_are_looked_at(load, write):
    people = write("c.csv", "customer_id,person_id\nc1,c9\nc2,c2\nc3,c3\n")
    loaded = load(write("o.csv", ORDERS), people, currency="EUR")
    assert [c for c, *_ in loaded.orders] == ["c2", "c3", "c9", "c9"]
    assert any("1 customer id of orders not in any list of customers" in w for w in loaded.report.warnings)


def test_nobody_is_renamed_without_a_second_id(load, write):
    loaded = load(write("o.csv", ORDERS), write("c.csv", "customer_id,created_on\nc1,2024-01-01\n"), currency="EUR")
    assert [c for c, *_ in loaded.orders] == ["c1", "c2", "c3", "c9"]
    empty = load(write("o.csv", ORDERS), write("c.csv", "customer_id,person_id,country\nc1,,DE\n"), currency="EUR")
    assert [c for c, *_ in empty.orders] == ["c1", "c2", "c3", "c9"]
    assert not any("people" in w for w in empty.report.warnings)


WORDS = {
    True: ("yes", "TRUE", "1", "Subscribed", "double_opt-in", "granted"),
    False: ("no", "0", "UNSUBSCRIBED", "never_subscribed", "opted-out"),
    None: ("", "unknown", "pending", "maybe"),
}


def test_words_of_consent(load, write):
    said = [(word, means) for means, words in WORDS.items() for word in words]
    rows = "".join(f"c{i:02d},DE,{word},{word}\n" for i, (word, _) in enumerate(said))
    customers = write("c.csv", f"customer_id,country,consent_email,consent_ads\n{rows}")
    loaded = load(write("o.csv", ORDERS), FileRequest(customers, "customers"), currency="EUR")
    found = loaded.rows("SELECT consent_email, consent_ads FROM sources_customers ORDER BY customer_id")
    assert found == [(means, means) for _, means in said]
    odd = f"1 entry about consent to e-mail not understood as yes or no (first: line {len(said) + 1})"
    assert any(odd in w for w in loaded.report.warnings)


def test_shopify_customers_say_consent_to_e_mail_alone(load, write):
    text = (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Country Code,Phone,"
        "Accepts SMS Marketing,Total Spent,Total Orders,Note,Tags\n"
        "c1,Ann,Secret,a@b.c,yes,DE,,no,10,1,,\nc2,Bob,Secret,b@b.c,no,FR,,yes,10,1,,\n"
    )
    loaded = load(write("o.csv", ORDERS), write("customers_export.csv", text), currency="EUR")
    assert loaded.rows("SELECT customer_id, country, consent_email, consent_ads FROM sources_customers ORDER BY 1") == [
        ("c1", "DE", True, None),
        ("c2", "FR", False, None),
    ]


def test_a_consent_withheld_in_an_older_version_is_withheld(load, write):
    """Lists of customers carry no date: which version is newer cannot be told, so no is the safe answer."""
    one = write("a.csv", "customer_id,country,acquisition_channel,consent_email\nc1,DE,ads,yes\nc2,DE,ads,yes\n")
    two = write("b.csv", "customer_id,country,acquisition_channel,consent_email\nc1,DE,ads,no\nc2,DE,ads,yes\n")
    for files in ((one, two), (two, one)):
        loaded = load(write("o.csv", ORDERS), *files, currency="EUR")
        assert loaded.rows("SELECT customer_id, consent_email FROM sources_customers ORDER BY 1") == [
            ("c1", False),
            ("c2", True),
        ]


def test_booleans_of_parquet_are_consents(load, write, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table({"customer_id": ["c1", "c2", "c3"], "consent_email": [True, False, None]})
    pq.write_table(table, tmp_path / "k.parquet")
    loaded = load(write("o.csv", ORDERS), tmp_path / "k.parquet", currency="EUR")
    assert loaded.rows("SELECT consent_email FROM sources_customers ORDER BY customer_id") == [
        (True,),
        (False,),
        (None,),
    ]
