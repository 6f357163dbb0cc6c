"""Experiments come in with one arm a customer, the first assignment, and what the treatment cost."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

HEAD = "experiment_id,customer_id,arm,assigned_at"
ORDERS = "order_id,customer_id,ordered_at,amount\nA1,ann,2024-01-01,10\n"
ROWS = "SELECT customer_id, arm, assigned_on FROM sources_experiments ORDER BY ALL"


def test_an_experiment_from_its_columns(load, write):
    text = (
        f"{HEAD},ended_on,treatment_cost,offer,currency\n"
        "E1,ann,letter,2024-03-01,2024-05-31,0.85,10 % off,EUR\nE1,new,control,2024-03-01,2024-05-31,,,EUR\n"
    )
    loaded = load(write("o.csv", ORDERS), write("e.csv", text), currency="EUR")
    assert loaded.rows("SELECT * EXCLUDE (file_no) FROM sources_experiments ORDER BY customer_id") == [
        ("E1", "ann", "letter", date(2024, 3, 1), date(2024, 5, 31), Decimal("0.85"), "10 % off", "EUR"),
        ("E1", "new", "control", date(2024, 3, 1), date(2024, 5, 31), None, None, "EUR"),
    ]
    assert loaded.reasons == {}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("E1,ann,letter,2024-03-01,2024-02-01,1", "ended before it was assigned"),
        ("E1,ann,letter,2999-03-01,,1", "day of the assignment is in the future"),
        ("E1,ann,letter,,,1", "no day of the assignment"),
        ("E1,ann,,2024-03-01,,1", "no arm"),
        (",ann,letter,2024-03-01,,1", "no experiment id"),
        ("E1,,letter,2024-03-01,,1", "no customer id"),
        ("E1,ann,letter,2024-03-01,,-1", "cost of the treatment is negative"),
        ("E1,ann,letter,2024-03-01,,x", "cost of the treatment is not a number"),
    ],
)
def test_rows_with_faults_are_named(load, write, row, reason):
    text = f"{HEAD},ended_on,treatment_cost\nE1,bob,letter,2024-03-01,2033-01-01,1\n{row}\n"
    loaded = load(write("o.csv", ORDERS), write("e.csv", text), currency="EUR")
    assert loaded.reasons == {f"quarantined: {reason}": 1}
    assert loaded.rows(ROWS) == [("bob", "letter", date(2024, 3, 1))]


def test_a_customer_in_two_arms_leaves_the_experiment_in_all_files(load, write):
    one = write("a.csv", f"{HEAD}\nE1,ann,letter,2024-03-01\nE1,bob,letter,2024-03-01\nE2,ann,control,2024-03-01\n")
    two = write("b.csv", f"{HEAD}\nE1,ann,control,2024-04-01\nE1,cat,control,2024-03-01\nE1,cat,Control,2024-03-01\n")
    for files in itertools.permutations((one, two)):
        loaded = load(write("o.csv", ORDERS), *files, currency="EUR")
        assert loaded.rows("SELECT experiment_id, customer_id FROM sources_experiments ORDER BY ALL") == [
            ("E1", "bob"), ("E1", "cat"), ("E2", "ann")
        ]  # fmt: skip
        assert loaded.reasons["quarantined: the customer is in several arms of the experiment"] == 2


def test_the_first_assignment_counts_within_and_across_files(load, write):
    """Logs of exposures name a customer again and again; only the first time decides what was randomised."""
    march = write(
        "march.csv", f"{HEAD}\nE1,ann,letter,2024-03-05\nE1,ann,letter,2024-03-01\nE1,bob,letter,2024-03-09\n"
    )
    april = write("april.csv", f"{HEAD}\nE1,ann,letter,2024-04-01\nE1,bob,letter,2024-03-09\n")
    for files in itertools.permutations((march, april, march)):
        loaded = load(write("o.csv", ORDERS), *files, currency="EUR")
        assert loaded.rows(ROWS) == [("ann", "letter", date(2024, 3, 1)), ("bob", "letter", date(2024, 3, 9))]
        assert loaded.reasons["duplicate: a later entry of the same in experiments"] == 2
        assert loaded.report.conflicts == 0


def test_dates_and_currencies_are_proven_or_asked_for(load, write):
    text = f"{HEAD},treatment_cost\nE1,ann,letter,13/03/2024,€0.85\nE1,bob,letter,03/04/2024,€0.85\n"
    loaded = load(write("o.csv", ORDERS), write("e.csv", text), currency="EUR")
    assert [row[2] for row in loaded.rows(ROWS)] == [date(2024, 3, 13), date(2024, 4, 3)]
    text = f"{HEAD},treatment_cost,currency\nE1,ann,letter,2024-03-01,1,USD\n"
    loaded = load(write("o.csv", ORDERS), write("e.csv", text), currency="EUR")
    assert loaded.reasons == {"quarantined: currency USD without a rate to EUR": 1}
