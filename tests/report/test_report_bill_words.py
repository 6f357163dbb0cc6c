"""Sentences about orders as sentences about bills."""

import pytest

from lifeworth.report.bill_words import of_bills, reworded
from lifeworth.report.card import Card, Column, Name, Section, Table


@pytest.mark.parametrize(
    ("order", "bill"),
    [
        ("An order is worth $10", "A bill is worth $10"),
        ("12 orders each, $8 an order", "12 bills each, $8 a bill"),
        ("First order in the last 90 days", "First bill in the last 90 days"),
        ("89 % ordered in the last quarter", "89 % were billed in the last quarter"),
        ("3 % did not order again", "3 % were not billed again"),
        ("months since the first purchase", "months since the first bill"),
        ("the purchase model carries it", "the purchase model carries it"),
        ("the mean over every order in which they could have changed", None),
        ("the order within a list is no finding", None),
        ("customers ordered from most to least", None),
        ("1 is the perfect order", None),
        ("Every order is the bill of a subscription", None),
        ("borders, reorder, orderly, repurchased", None),
    ],
)
def test_words(order, bill):
    assert reworded(order) == (bill or order)


def chapter(key="health"):
    cells = (Name("order desk", "order desk"), "orders of the north")
    table = Table("Orders", (Column("Orders"), Column("Who")), (cells,))
    return Section(key, "Orders", "Orders", "An order", (Card("k", "Orders", details=table, points=("An order",)),))


def test_cells_and_names_stay_and_heads_change():
    [card] = of_bills(chapter()).cards
    assert (card.title, card.points) == ("Bills", ("A bill",))
    assert card.details.columns[0].label == card.details.caption == "Bills"
    assert card.details.rows == chapter().cards[0].details.rows


@pytest.mark.parametrize("key", ["method", "trust"])
def test_chapters_on_models_stay(key):
    assert of_bills(chapter(key)) == chapter(key)
