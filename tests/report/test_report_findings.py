"""Titles and captions claim what the figures behind them show, and a saved table holds plain numbers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lifeworth.answers.cohorts import Cohort, Cohorts
from lifeworth.answers.estimate import Estimate
from lifeworth.answers.proof import Proof, Week
from lifeworth.report.cards.amounts import in_currency, labelled
from lifeworth.report.cards.trend import compared
from lifeworth.report.numbers import Money, percent


def cohorts(*each, customers=100):
    found = [Cohort(date(2020 + place, 1, 1), customers, (1.0, money), None, None) for place, money in enumerate(each)]
    return Cohorts("year", True, (found[0], *found), "")


@pytest.mark.parametrize(
    ("each", "trend"),
    [
        ((10, 12, 14, 16), 1),
        ((16, 14, 12, 10), -1),
        ((33, 37, 34, 44, 40, 39, 38), 0),
        ((10, 10, 10, 10), 0),
        ((10, 30, 9, 31), 0),
        ((10, 20), 1),
    ],
)
def test_a_trend_is_claimed_only_where_most_groups_show_it(each, trend):
    found = compared(cohorts(*each))
    assert (found.trend, len(found.groups), found.age) == (trend, len(each), 1)


@pytest.mark.parametrize(("error", "trend"), [(0.5, 1), (1.0, 1), (2.0, 1), (2.1, 0), (50.0, 0)])
def test_a_trend_is_claimed_only_beyond_two_standard_errors(error, trend):
    """Halves of 11 and 15, two groups of 100 each: the difference of 4 has an error of √(4 · (error / 2)²) = error."""
    groups = cohorts(10, 12, 14, 16)
    known = tuple(replace(group, errors=((1, error),)) for group in groups.cohorts)
    assert compared(replace(groups, cohorts=known)).trend == trend


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("large orders: about 1,247 USD, the average is 459 USD", "large orders: about $1,247, the average is $459"),
        ("cost more than they brought: −78 USD of profit", "cost more than they brought: −$78 of profit"),
        ("One contact costs 0.85 USD.", "One contact costs $0.85."),
        ("order 12 USDT, 5 EUR, on 3 Jan 2012", "order 12 USDT, 5 EUR, on 3 Jan 2012"),
    ],
)
def test_amounts_in_sentences_are_written_as_elsewhere(said, written):
    assert in_currency(said, Money("USD")) == written
    assert in_currency(said, Money(None)) == said


def test_of_a_long_label_only_the_name_is_cut():
    assert labelled("product", "Short", 30) == "product: Short"
    long = labelled("life cycle", "A name far longer than there is room for", 30)
    assert long.startswith("life cycle: A name far") and "…" in long and len(long) <= 32


def test_small_groups_and_the_first_are_not_compared():
    assert compared(cohorts(10, 20, customers=5)) is None
    assert compared(cohorts(10)) is None


@pytest.mark.parametrize(
    ("phase", "actual", "predicted", "far"),
    [("fit", 80, 50, 1), ("fit", 70, 50, 0), ("holdout", 80, 50, 0), ("fit", 2, 1, 0)],
)
def test_a_season_is_a_fitted_week_far_above_what_is_said(phase, actual, predicted, far):
    week = Week(date(2025, 1, 6) + timedelta(weeks=1), phase, actual, Estimate(predicted, 0, 99))
    assert len(Proof(None, "", (week,), (), (), "").far_above) == far


def test_a_figure_keeps_its_plain_number():
    money = Money("EUR")
    assert (money.exact(1234.5).plain, money.short(-84_321.25).plain, percent(0.864).plain) == (
        "1234.5",
        "-84321.25",
        "86.4",
    )
    assert money.exact_range(1200.0, 1500.5).plain == "1200 1500.5" and money.exact(3.0).unit == "EUR"
    assert percent(0.99999999999999).replace("\u00a0", " ") == "100 %"


@pytest.mark.parametrize(
    "sentence",
    [
        "How the range of a sum is made: see Method",
        "In today's money",
        "Everything beyond the twelve months is extrapolation that no proof covers",
        "That is what comes if nothing is done",
        "winning customers then took",
        "half of the value comes from",
    ],
)
def test_the_usual_page_says(page, sentence):
    assert sentence in page("usual").replace("&#39;", "'")


@pytest.mark.parametrize("case", ["usual", "no costs", "huge"])
def test_how_a_sum_is_ranged_is_said_once(page, case):
    assert page(case).count("taken as independent") == 1


def test_a_part_of_a_list_says_of_what(page):
    assert page("usual").count("all customers stand in customer_value.csv") >= 2
    assert 'data-v="' in page("usual") and 'data-u="GBP"' in page("usual")
