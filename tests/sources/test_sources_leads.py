"""Leads come in as they are written: won, lost or open, each once, and nothing of a person that was not asked for."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources_accounts import check_accounts

from lifeworth import sources
from lifeworth.errors import InputError, UsageError
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

ORDERS = "order_id,customer_id,ordered_at,amount\nA1,ann,2024-01-01,10\n"
SHOP = """lead_id,created_on,source,country,household_size,e_mail,stage,won,closed_on,customer_id
L1,2024-01-01,trade fair,DE,2,a@b.c,won,yes,2024-01-09,ann
L2,2024-01-02,newsletter,FR,,b@b.c,lost,no,2024-03-02,
L3,2024-01-03,newsletter,,4,c@b.c,open,no,,
"""
SALESFORCE = """Id,AccountId,Name,Type,StageName,Amount,LeadSource,OwnerId,Probability,CloseDate,CreatedDate,SystemModstamp
006A,001X,Big deal,New,Closed Won,"1,200.50",Web,005,100,2024-02-01,2024-01-05T10:00:00.000Z,2024-02-01T09:00:00.000+0000
006B,001Y,Small deal,New,Closed Lost,,Partner,005,0,2024-02-03,2024-01-06T10:00:00.000Z,2024-02-03T09:00:00.000+0000
006C,001Z,Hoped for,New,Negotiation,99,Web,005,60,2099-12-31,2024-01-07T10:00:00.000Z,2024-02-03T09:00:00.000+0000
"""
OUTCOME = "SELECT lead_id, won, closed_on FROM sources_leads ORDER BY lead_id"


def test_a_shops_own_leads(load, write):
    loaded = load(write("o.csv", ORDERS), write("l.csv", SHOP), attributes=["household_size"], currency="EUR")
    assert loaded.rows(OUTCOME) == [
        ("L1", True, date(2024, 1, 9)),
        ("L2", False, date(2024, 3, 2)),
        ("L3", None, None),
    ]
    kept = loaded.rows("SELECT source, country, stage, customer_id, attributes FROM sources_leads ORDER BY lead_id")
    assert kept[0] == ("trade fair", "DE", "won", "ann", '{"household_size":"2"}')
    assert kept[2] == ("newsletter", None, "open", None, '{"household_size":"4"}')
    assert loaded.reasons == {}
    assert not any("leads" in warning for warning in loaded.report.warnings)


def test_salesforce_opportunities_are_known_by_their_columns(load, write):
    loaded = load(write("o.csv", ORDERS), write("opportunities.csv", SALESFORCE), currency="USD")
    assert loaded.rows(OUTCOME) == [
        ("006A", True, date(2024, 2, 1)),
        ("006B", False, date(2024, 2, 3)),
        ("006C", None, None),
    ], "the day an open deal is hoped to close is not its closing day"
    assert loaded.rows("SELECT amount, account_id, source FROM sources_leads ORDER BY lead_id")[0] == (
        Decimal("1200.5000"),
        "001X",
        "Web",
    )
    [reading] = [r for r in loaded.report.readings if r.kind == "leads"]
    assert reading.preset == "Salesforce opportunities"
    assert "Name" in reading.unused
    assert loaded.reasons == {}


HEAD = "lead_id,created_on,"


@pytest.mark.parametrize(
    ("columns", "row", "won", "is_closed"),
    [
        ("won,closed_on", "yes,2024-02-01", True, True),
        ("won,closed_on", "TRUE,2024-02-01", True, True),
        ("won,closed_on", "no,2024-02-01", False, True),
        ("won,closed_on", "no,", None, False),
        ("won,closed_on", ",2024-02-01", None, False),
        ("won", "1", True, False),
        ("won", "0", False, False),
        ("stage,closed_on", "Closed Won,2024-02-01", True, True),
        ("stage,closed_on", "6 - Closed Lost,2024-02-01", False, True),
        ("stage,closed_on", "Closed - Not Converted,2024-02-01", False, True),
        ("stage,closed_on", "Wondering,2024-02-01", None, True),
        ("IsWon,IsClosed,closed_on", "false,false,2024-02-01", None, False),
        ("IsWon,IsClosed,closed_on", "false,true,2024-02-01", False, True),
        ("IsWon,IsClosed,closed_on", "true,true,2024-02-01", True, True),
        ("customer_id,closed_on", "ann,2024-02-01", None, True),
        ("customer_id", "ann", None, False),
    ],
)
def test_what_became_of_a_lead(load, write, columns, row, won, is_closed):
    loaded = load(write("o.csv", ORDERS), write("l.csv", f"{HEAD}{columns}\nL1,2024-01-01,{row}\n"), currency="EUR")
    assert loaded.rows(OUTCOME) == [("L1", won, date(2024, 2, 1) if is_closed else None)]


def test_where_stages_tell_of_losses_no_other_stage_is_one(load, write):
    rows = "A,2024-01-01,no,Talking,2024-02-01\nB,2024-01-01,no,Lost,2024-02-01\n"
    loaded = load(write("o.csv", ORDERS), write("l.csv", f"{HEAD}won,stage,closed_on\n{rows}"), currency="EUR")
    assert loaded.rows(OUTCOME) == [("A", None, None), ("B", False, date(2024, 2, 1))]


def test_rows_with_faults_are_named(load, write):
    rows = ("A,,yes", "B,soon,yes", "C,2024-01-01,maybe", ",2024-01-01,yes", "E,2024-01-01,yes", "F,2999-01-01,no")
    lines = "".join(f"{row},2024-02-01\n" for row in rows)
    loaded = load(write("o.csv", ORDERS), write("l.csv", f"{HEAD}won,closed_on\n{lines}"), currency="EUR")
    assert loaded.reasons == {
        "quarantined: no creation date": 1,
        "quarantined: creation date is not a date": 1,
        "quarantined: creation date is in the future": 1,
        "quarantined: won is neither yes nor no": 1,
        "quarantined: no lead id": 1,
    }
    assert loaded.value("SELECT count(*) FROM sources_leads") == 1


def test_a_lead_without_a_day_is_asked_for(load, write):
    with pytest.raises(InputError, match="creation date"):
        load(write("o.csv", ORDERS), write("l.csv", "lead_id,source\nL1,fair\n"))


def test_the_end_of_a_lead_replaces_its_beginning_in_whatever_order(load, write):
    """Two exports: on the first day all are open, on the second one is won; neither counts twice."""
    head = f"{HEAD}won,closed_on\n"
    older = write("a.csv", f"{head}L1,2024-01-01,no,\nL2,2024-01-02,no,\n")
    newer = write("b.csv", f"{head}L1,2024-01-01,yes,2024-03-01\nL2,2024-01-02,no,\n")
    orders = write("o.csv", ORDERS)
    for files in ((older, newer), (newer, older)):
        loaded = load(orders, *files, currency="EUR")
        assert loaded.rows(OUTCOME) == [("L1", True, date(2024, 3, 1)), ("L2", None, None)]
        assert sum(loaded.reasons.values()) == 2
        assert loaded.report.conflicts == 1
    both = write("c.csv", f"{head}L1,2024-01-01,yes,2024-03-01\nL1,2024-01-01,no,\nL1,2024-01-01,no,\n")
    assert load(orders, both, currency="EUR").rows(OUTCOME) == [("L1", True, date(2024, 3, 1))]


def test_attributes_may_stand_in_the_leads_alone(load, write):
    people = write("c.csv", "customer_id,created_on\nann,2023-12-31\n")
    loaded = load(write("o.csv", ORDERS), people, write("l.csv", SHOP), attributes=["household_size"], currency="EUR")
    assert loaded.value("SELECT count(attributes) FROM sources_leads") == 3
    with pytest.raises(UsageError, match="no file of customers or leads has a column 'shoe'"):
        load(write("o.csv", ORDERS), people, write("l.csv", SHOP), attributes=["shoe"], currency="EUR")


leads = st.lists(
    st.tuples(
        st.sampled_from(["L1", "L2", "L3", "L4", ""]),
        st.sampled_from(["2024-01-01", "2024-01-02", "", "soon"]),
        st.sampled_from(["yes", "no", "", "perhaps"]),
        st.sampled_from(["2024-02-01", "2024-02-02", "", "2999-01-01"]),
        st.sampled_from(["fair", "web", ""]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def engine():
    engine = DuckDB(threads=1)
    yield engine
    engine.close()


quick = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(leads)
def test_every_row_is_accounted_for_and_every_lead_counts_once(engine, rows):
    if read(engine, rows):
        sound = {row[0] for row in rows if row[0] and row[1].startswith("2024") and row[2] != "perhaps"}
        assert [lead for (lead,) in engine.rows("SELECT lead_id FROM sources_leads ORDER BY 1")] == sorted(sound)


@quick
@given(leads.map(lambda rows: list({row[0]: row for row in rows}.values())), st.randoms())
def test_the_order_of_rows_changes_nothing(engine, rows, random):
    """Where every lead has one version; of several, the later in the file counts."""
    found = []
    for lines in (rows, random.sample(rows, len(rows))):
        found.append(engine.rows("SELECT * FROM sources_leads ORDER BY ALL") if read(engine, lines) else None)
    assert found[0] == found[1]


def read(engine, rows):
    """Whether the file could be read; where no row has a date at all, it is refused in plain words."""
    with tempfile.TemporaryDirectory() as folder:
        orders, file = Path(folder) / "o.csv", Path(folder) / "l.csv"
        orders.write_text(ORDERS)
        file.write_text("lead_id,created_on,won,closed_on,source\n" + "".join(",".join(row) + "\n" for row in rows))
        requests = [FileRequest(orders), FileRequest(file, "leads")]
        try:
            report = sources.load(engine, requests, Settings(currency="EUR"), as_of=None, scratch=Path(folder) / "s")
        except InputError as error:
            assert "date" in str(error)
            for name in engine.tables():
                if name.startswith(("sources_raw", "sources_staged", "sources_ruled")):
                    engine.execute(f"DROP TABLE IF EXISTS {name}")
            return False
    check_accounts(engine, report)
    return True
