"""What do our best customers have in common: read from the tables as they stand."""

import math

import pytest
from report_personas import BUYER, GIVER, by_hand, no_personas

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.personas import customer_personas
from lifeworth.store.duckdb.engine import DuckDB


@pytest.fixture(scope="module")
def found():
    return customer_personas(by_hand())


def test_groups_stand_in_reading_order(found):
    assert [group.role for group in found.groups] == ["ideal", "opposite", "everybody else", "base"]
    assert [group.name for group in found.ideal] == [BUYER] and found.base.customers == 1_000
    assert (found.kinds, found.customers, found.looked_at, found.reason, found.against) == (4, 1_000, 800, None, GIVER)


def test_a_persona_has_everything_known_of_it(found):
    [persona] = found.ideal
    assert persona.worth_each == Estimate(24.0, 20.8, 27.2) and persona.above == Estimate(9.6, 7.0, 12.2)
    assert (persona.customers, persona.share_of_customers, persona.share_of_value) == (120, 0.12, 0.2)
    assert persona.rules[0].condition == "business_buyer = 'yes'" and persona.rules[0].confidence.mean == 0.89
    assert [each.level for each in persona.shared] == ["fully automatic", "any other", "sport"]
    assert [each.differs for each in persona.shared] == [True, True, False]
    assert [step.step for step in persona.steps] == [
        "first category",
        "days to the second purchase",
        "value of an order",
    ]
    assert persona.voices[0].quotes == ("The office likes it.",)
    assert [event.month for event in persona.examples] == [None, 0]


def test_both_readings_of_satisfaction_stand_side_by_side(found):
    lines = {line.band: line for line in found.satisfaction}
    assert (lines["9 to 10"].difference.mean, lines["9 to 10"].adjusted.mean, lines["9 to 10"].differs) == (
        18.1,
        18.7,
        True,
    )
    assert math.isnan(lines["one point more"].worth_each.mean)
    assert lines["office, crema"].difference == lines["office, crema"].adjusted and not lines["office, crema"].differs


def test_columns_and_proxies(found):
    assert [(column.name, column.used, column.protected) for column in found.columns] == [
        ("coffee_machine", True, False),
        ("gender", False, True),
    ]
    assert [(proxy.predictor, proxy.flagged) for proxy in found.proxies] == [
        ("apron_size", True),
        ("coffee_machine", False),
    ]


def test_a_persona_too_small_to_be_shown_has_no_figures():
    [persona] = customer_personas(by_hand(hidden=True)).ideal
    assert persona.customers is None and math.isnan(persona.worth_each.mean)


def test_no_personas_have_a_reason():
    found = customer_personas(no_personas())
    assert (
        found.groups == ()
        and "better than chance" in found.reason
        and found.base is None
        and found.against == "everybody else"
    )


def test_an_older_result_was_never_asked():
    assert customer_personas(DuckDB()) is None
