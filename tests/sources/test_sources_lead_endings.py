"""A second file says what became of the leads of the first; what only closed leads have tells nothing of open ones."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from lifeworth.errors import InputError
from lifeworth.sources import FileRequest

ORDERS = "order_id,customer_id,ordered_at,amount\nA1,ann,2024-01-01,10\n"
LEADS = (
    "mql_id,first_contact_date,origin,landing_page\nL1,2024-01-01,fair,p1\nL2,2024-01-02,web,p2\nL3,2024-01-03,web,\n"
)
DEALS = "mql_id,won_date,origin,country,landing_page,segment,amount\nL1,2024-02-01,boss,DE,p9,pets,99.5\nL3,2023-12-01,,,,,\nL9,2024-02-01,,,,,\n"
SAID = "SELECT lead_id, created_on, won, closed_on, source, country, amount FROM sources_leads ORDER BY lead_id"
MAP = {"source": "origin"}


def test_a_file_of_closed_deals_completes_the_list_in_any_order(load, write):
    files = (write("o.csv", ORDERS), write("leads.csv", LEADS), write("deals.csv", DEALS))
    for given in itertools.permutations(files):
        loaded = load(*given, currency="BRL", map=MAP, attributes=["landing_page", "segment"])
        assert loaded.rows(SAID) == [
            ("L1", date(2024, 1, 1), True, date(2024, 2, 1), "fair", None, Decimal("99.5")),
            ("L2", date(2024, 1, 2), None, None, "web", None, None),
            ("L3", date(2024, 1, 3), None, None, "web", None, None),
        ]
        kept = "SELECT attributes FROM sources_leads ORDER BY lead_id"
        assert [a for (a,) in loaded.rows(kept)] == [
            '{"landing_page":"p1"}',
            '{"landing_page":"p2"}',
            '{"landing_page":null}',
        ]
        assert loaded.reasons == {
            "quarantined: closed before it was created": 1,
            "ignored: its lead is in no list of leads": 1,
        }
        assert any(
            "landing_page, segment is known only of leads that came to an end" in w for w in loaded.report.warnings
        )
        assert loaded.report.conflicts == 0


@pytest.mark.parametrize(
    ("columns", "row", "won", "closed_on", "stage", "customer"),
    [
        ("won_date", "2024-02-01", True, date(2024, 2, 1), "open", None),
        ("won,closed_on", "no,2024-02-01", False, date(2024, 2, 1), "open", None),
        ("stage,closed_on", "Closed Lost,2024-02-01", False, date(2024, 2, 1), "Closed Lost", None),
        ("stage", "Closed Won", True, None, "Closed Won", None),
        ("customer_id", "ann", None, None, "open", "ann"),
    ],
)
def test_what_an_ending_can_say(load, write, columns, row, won, closed_on, stage, customer):
    leads = write("l.csv", "lead_id,created_on,stage\nL1,2024-01-01,open\n")
    loaded = load(write("o.csv", ORDERS), leads, write("d.csv", f"lead_id,{columns}\nL1,{row}\n"), currency="EUR")
    assert loaded.rows("SELECT won, closed_on, stage, customer_id FROM sources_leads") == [
        (won, closed_on, stage, customer)
    ]


def test_two_files_of_endings_are_versions_of_each_other(load, write):
    leads = write("l.csv", "lead_id,created_on\nL1,2024-01-01\nL2,2024-01-01\n")
    older = write("a.csv", "lead_id,won,closed_on\nL1,no,2024-02-01\n")
    newer = write("b.csv", "lead_id,won,closed_on\nL1,yes,2024-03-01\nL2,no,2024-02-01\nL2,no,2024-02-01\n")
    for files in itertools.permutations((leads, older, newer)):
        loaded = load(write("o.csv", ORDERS), *files, currency="EUR")
        assert loaded.rows("SELECT lead_id, won, closed_on FROM sources_leads ORDER BY 1") == [
            ("L1", True, date(2024, 3, 1)),
            ("L2", False, date(2024, 2, 1)),
        ]
        assert loaded.reasons == {
            "duplicate: older version of the same entry in endings of leads": 1,
            "duplicate: the same row twice in this file": 1,
        }


def test_endings_without_a_list_of_leads_are_asked_about(load, write):
    with pytest.raises(InputError, match="d.csv, line 1: no column is known to hold the creation date"):
        load(write("o.csv", ORDERS), write("d.csv", "lead_id,won_date\nL1,2024-02-01\n"))


def test_a_second_file_that_says_nothing_of_an_end_is_asked_about(load, write):
    leads = write("l.csv", "lead_id,created_on\nL1,2024-01-01\n")
    with pytest.raises(InputError, match="creation date"):
        load(write("o.csv", ORDERS), leads, write("d.csv", "lead_id,industry\nL1,pets\n"))


def test_a_list_with_a_day_of_winning_needs_no_second_file(load, write):
    """The day says it only where no other column does: hoped-for days of a sales system stay what they are."""
    one = write("l.csv", "lead_id,created_on,won_date\nL1,2024-01-01,2024-02-01\nL2,2024-01-01,\n")
    assert load(write("o.csv", ORDERS), one, currency="EUR").rows(
        "SELECT won, closed_on FROM sources_leads ORDER BY lead_id"
    ) == [
        (True, date(2024, 2, 1)),
        (None, None),
    ]
    staged = write(
        "s.csv", "lead_id,created_on,stage,won_date\nL1,2024-01-01,talking,2024-02-01\nL2,2024-01-01,lost,\n"
    )
    loaded = load(write("o.csv", ORDERS), FileRequest(staged, "leads"), currency="EUR")
    assert loaded.rows("SELECT won, closed_on FROM sources_leads ORDER BY lead_id") == [(None, None), (False, None)]
