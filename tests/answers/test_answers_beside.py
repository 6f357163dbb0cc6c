"""What came in beside orders and costs is counted for the customers who are valued, and small numbers are not shown."""

from datetime import date

import pytest

from lifeworth.answers.beside import Beside, Consent, consents, rows_beside
from lifeworth.answers.readiness import Readiness
from lifeworth.contract import create_tables
from lifeworth.report.cards.beside import beside_card
from lifeworth.store.duckdb.engine import DuckDB


@pytest.fixture
def engine():
    engine = DuckDB(threads=1)
    create_tables(engine)
    engine.execute("CREATE TABLE values_customers AS SELECT 'c' || i AS customer_id FROM range(10) t(i)")
    yield engine
    engine.close()


def test_rows_and_the_valued_customers_they_speak_of(engine):
    engine.execute(
        "INSERT INTO sources_surveys BY NAME SELECT 'a' || i AS answer_id, 'c' || (i % 12) AS customer_id, "
        "DATE '2024-01-01' + i::INTEGER AS answered_on, 'nps' AS instrument, 9 AS score, 1 AS file_no FROM range(24) t(i)"
    )
    engine.execute(
        "INSERT INTO sources_subscriptions BY NAME SELECT 's' AS subscription_id, 'c1' AS customer_id, DATE '2024-05-05' AS "
        "started_on, 1 AS file_no"
    )
    assert rows_beside(engine) == (
        Beside("answers", 24, 10, date(2024, 1, 1), date(2024, 1, 24)),
        Beside("subscriptions", 1, 1, date(2024, 5, 5), date(2024, 5, 5)),
    )


def test_consent_is_a_share_of_all_who_are_valued(engine):
    engine.execute(
        "INSERT INTO sources_customers BY NAME SELECT * FROM (VALUES ('c0', true, NULL), ('c1', false, NULL), ('c2', NULL, NULL), "
        "('elsewhere', true, NULL)) t(customer_id, consent_email, consent_ads)"
    )
    assert consents(engine) == (Consent("e-mail", 0.1, 0.2),)


def test_nothing_is_said_where_no_file_speaks_of_it(engine):
    assert rows_beside(engine) == () and consents(engine) == ()
    engine.execute("DROP TABLE sources_customers")
    engine.execute("DROP TABLE sources_surveys")
    assert rows_beside(engine) == () and consents(engine) == ()
    assert beside_card(ready((), ())) is None


def ready(beside, agreed):
    return Readiness((), (), (), (), (), None, None, 0, "profit", "", "", beside, agreed)


def test_the_card_says_it_in_words():
    rows = (
        Beside("answers", 1, 1, date(2024, 1, 1), date(2024, 1, 1)),
        Beside("places in experiments", 1200, 600, None, None),
    )
    card = beside_card(ready(rows, (Consent("e-mail", 0.41, 0.9), Consent("advertising", 0.5, 1.0))))
    assert card.title == "1\u00a0answer and 1,200\u00a0places in experiments came in"
    assert card.caption == (
        "41\u00a0% of customers agreed to e-mail. Of 10\u00a0% it is not known, which counts as no. "
        "50\u00a0% of customers agreed to advertising."
    )
    assert [row[2] for row in card.shown.rows] == ["under 10", "600"]
    assert beside_card(ready((), (Consent("e-mail", 1.0, 1.0),))).title == "What the files say about consent"
    one = (Beside("places in experiments", 1, 0, None, None),)
    assert beside_card(ready(one, ())).title == "1\u00a0place in experiments came in"
