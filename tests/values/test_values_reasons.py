"""Reasons: true of the customer, strongest first, always three."""

import numpy as np
import pytest

from lifeworth.models.forecast import CustomerHistory
from lifeworth.values.reasons import REASONS, sentences, standing, strongest


def base(**changes):
    """Five ordinary customers; change one array to make somebody stand out."""
    arrays = dict(
        frequency=np.array([4.0, 4, 4, 4, 0]),
        recency_days=np.array([120.0, 120, 120, 120, 0]),
        T_days=np.array([130.0, 130, 130, 130, 40]),
        revenue=np.array([250.0, 250, 250, 250, 50]),
        profit=np.array([75.0, 75, 75, 75, 15]),
    )
    arrays |= changes
    rest = {f: np.zeros(5) for f in CustomerHistory.__dataclass_fields__ if f not in arrays}
    return CustomerHistory(**arrays, **rest)


def told(history, *, in_profit=True, returned=None, tickets=None, alive=None):
    zeros = np.zeros(5)
    s = standing(
        history,
        history.frequency + 1,
        zeros if returned is None else returned,
        zeros if tickets is None else tickets,
        np.full(5, 0.9) if alive is None else alive,
        in_profit=in_profit,
    )
    numbers = strongest(s)
    return [[REASONS[numbers[f"told_{place}"][who]].text for place in (1, 2, 3)] for who in range(5)]


def first(texts, who):
    return texts[who][0]


def test_each_customer_gets_three_different_reasons():
    assert all(len(set(texts)) == 3 for texts in told(base()))


@pytest.mark.parametrize(
    ("changes", "facts", "words"),
    [
        ({"T_days": np.array([900.0, 130, 130, 130, 40])}, {}, "quiet for"),
        (
            {"revenue": np.array([2500.0, 250, 250, 250, 50]), "profit": np.array([750.0, 75, 75, 75, 15])},
            {},
            "large orders",
        ),
        (
            {"revenue": np.array([12.0, 250, 250, 250, 50]), "profit": np.array([4.0, 75, 75, 75, 15])},
            {},
            "small orders",
        ),
        ({"profit": np.array([-300.0, 75, 75, 75, 15])}, {}, "cost more than"),
        ({"profit": np.array([1.0, 75, 75, 75, 15])}, {}, "of revenue as profit"),
        ({}, {"returned": np.array([0.8, 0, 0, 0, 0])}, "returns"),
        ({}, {"tickets": np.array([9.0, 0, 0, 0, 0])}, "service tickets"),
        ({}, {"alive": np.array([0.01, 0.9, 0.9, 0.9, 1.0])}, "probably gone"),
    ],
)
def test_what_stands_out_is_told_first(changes, facts, words):
    texts = told(base(**changes), **facts)
    assert words in first(texts, 0)
    assert words not in first(texts, 1)


def test_one_purchase_is_said_to_be_one_and_no_chance_is_claimed():
    texts = told(base())
    assert "one purchase so far" in first(texts, 4)
    assert not any("likely to still be" in text for text in texts[4])


def test_profit_is_not_spoken_of_when_values_are_revenue():
    texts = told(base(profit=np.array([-300.0, 75, 75, 75, 15])), in_profit=False)
    assert not any("profit" in text for text in texts[0])


def test_every_reason_has_a_sentence():
    history = base()
    s = standing(history, history.frequency + 1, np.zeros(5), np.zeros(5), np.full(5, 0.9), in_profit=True)
    sql = sentences(s, " EUR")
    assert sql.count("WHEN") >= 3 * len(REASONS) and "$" not in sql
