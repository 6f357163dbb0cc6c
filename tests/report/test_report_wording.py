"""Numbers as a person would say them."""

from datetime import date
from math import inf, nan

import pytest

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.proof import Contender
from lifeworth.report.cards.days import off_by
from lifeworth.report.cards.standing import best_at
from lifeworth.report.numbers import UNKNOWN, Money, chance, count, decimals, percent
from lifeworth.report.scale import MoneyScale
from lifeworth.report.words import (
    agree,
    clause,
    in_a_hundred,
    listed,
    many,
    number_word,
    set_well,
    shorten,
    span,
    too_much_or_little,
)


def said(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("value", "about", "short", "exact"),
    [
        (0, "£0", "£0", "£0"), (0.004, "under £0.01", "under £0.01", "£0.00"), (0.5, "£0.50", "£0.50", "£0.50"), (3.456, "£3.46", "£3.46", "£3.46"),
        (9.999, "£10", "£10", "£10.00"), (34.6, "£35", "£35", "£34.60"), (99.999, "£100", "£100", "£100"), (346.4, "£346", "£346", "£346"),
        (999.6, "£1,000", "£1 k", "£1,000"), (8430, "£8,430", "£8.4 k", "£8,430"), (84_300, "£84,300", "£84 k", "£84,300"),
        (612_345, "£612,000", "£612 k", "£612,345"), (999_600, "£1 million", "£1 M", "£999,600"), (1_240_000, "£1.24 million", "£1.2 M", "£1,240,000"),
        (-12_000_000, "-£12 million", "-£12 M", "-£12,000,000"), (3.4e9, "£3.4 billion", "£3.4 bn", "£3,400,000,000"), (-0.0, "£0", "£0", "£0"),
        (-0.001, "-£0.01", "-£0.01", "£0.00"), (1e12, "£1 trillion", "£1 tn", "£1,000,000,000,000"), (1e18, "£1,000,000 trillion", "£1,000,000 tn", None),
    ],
)  # fmt: skip
def test_money_in_three_voices(value, about, short, exact):
    money = Money("GBP")
    assert (said(money.about(value)), said(money.short(value))) == (about, short)
    assert exact is None or said(money.exact(value)) == exact


@pytest.mark.parametrize(
    ("currency", "text"),
    [("EUR", "€84 k"), ("GBP", "£84 k"), ("USD", "$84 k"), ("CHF", "CHF 84 k"), (None, "84 k"), ("", "84 k")],
)
def test_every_currency_stands_before_its_amount(currency, text):
    assert said(Money(currency).short(84_000)) == text


@pytest.mark.parametrize("value", [None, nan, inf, -inf])
def test_what_is_not_known_is_said_so(value):
    money = Money("GBP")
    for words in (
        money.about(value),
        money.short(value),
        money.exact(value),
        money.range(value, 1.0),
        percent(value),
        count(value),
        decimals(value),
    ):
        assert words == UNKNOWN


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.0001, "under 0.1 %"), (0.004, "0.4 %"), (0.09, "9 %"), (-0.029, "-2.9 %"), (0.0994, "9.9 %"), (0.5, "50 %"), (0.997, "99.7 %"),
     (0.99999, "99.9 %"), (1, "100 %"), (1.24, "124 %"), (25.0, "2,500 %")],
)  # fmt: skip
def test_shares(share, text):
    assert said(percent(share)) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.09, "nine in a hundred"), (0.42, "forty-two in a hundred"), (0.2, "twenty in a hundred"), (0.004, "four in a thousand"), (1.0, "all"),
     (0.0001, "fewer than one in a thousand"), (0.997, "nearly all"), (0.0096, "one in a hundred"), (0, "none")],
)  # fmt: skip
def test_people_out_of_a_hundred(share, text):
    assert in_a_hundred(share) == text


def test_number_words_are_all_different():
    assert len({number_word(value) for value in range(101)}) == 101


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (365, "twelve months"),
        (730, "two years"),
        (91, "thirteen weeks"),
        (90, "90 days"),
        (1, "one day"),
        (7, "7 days"),
    ],
)
def test_spans(days, text):
    assert said(span(days)) == text


@pytest.mark.parametrize(
    ("bias", "text"),
    [
        (-2.9, "2.9 % too low"),
        (12.0, "12.0 % too high"),
        (0.01, "right to a tenth of a percent"),
        (nan, "cannot be stated"),
    ],
)
def test_bias_in_words(bias, text):
    assert text in said(too_much_or_little(bias))


def test_long_ids_keep_their_ends():
    text = shorten("a" * 50 + "z" * 50)
    assert len(text) == 40 and text.startswith("aaa") and text.endswith("zzz") and "…" in text


def test_counts_and_lists():
    assert (said(many(1, "customer")), said(many(5283, "customer"))) == ("1 customer", "5,283 customers")
    assert listed(["goods", "fees", "shipping"]) == "goods, fees and shipping"


@pytest.mark.parametrize("values", [[], [0.0], [-12e6, 5.0, 1e12], [1e-9], [nan, 3.0], [-1.0, -2.0]])
def test_a_money_scale_holds_its_values_and_rises(values):
    scale = MoneyScale.around(values)
    low, high = scale.ends()
    places = [scale.place(value) for value in sorted(value for value in values if value == value)]
    assert low < high and places == sorted(places)
    assert all(low <= place <= high for place in places)
    assert 0.0 in scale.ticks() and len(scale.ticks()) < 20


@pytest.mark.parametrize(
    ("value", "fine", "short"),
    [(46_512, "€46.5 k", "€47 k"), (29_461, "€29.5 k", "€29 k"), (1_785_401, "€1.79 M", "€1.8 M"), (999_600, "€1 M", "€1 M"), (588.2, "€588", "€588"),
     (-797_778, "-€798 k", "-€798 k"), (1e-9, "€0", "€0"), (0, "€0", "€0")],
)  # fmt: skip
def test_amounts_held_against_each_other_have_three_digits_and_are_rounded_once(value, fine, short):
    assert (said(Money("EUR").fine(value)), said(Money("EUR").short(value))) == (fine, short)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0001, "under 1 %"),
        (0.01, "1 %"),
        (0.784, "78 %"),
        (0.997, "over 99 %"),
        (1, "100 %"),
        (nan, UNKNOWN),
    ],
)
def test_chances_never_round_to_never_or_always(share, text):
    assert said(chance(share)) == text


def test_sentences_of_other_rooms_fit_in():
    reason = "No cost of goods is known: no margin rule. Values are in revenue. Add a margin."
    assert clause(reason) == "no cost of goods is known: no margin rule"
    assert clause("SKU prices are missing.") == "SKU prices are missing"
    assert (
        said(set_well("off by -7.2 %, customer C-20, since 2025-06-30"))
        == "off by -7.2 %, customer C-20, since 30 Jun 2025"
    )
    assert "\u2212" + "7.2\u00a0%" in set_well("off by -7.2 %")
    assert (agree(1, "is", "are"), agree(2, "is", "are"), agree(0, "is", "are")) == ("is", "are", "are")


def test_a_bias_beyond_sense_is_not_spelled_out():
    assert too_much_or_little(-1.5e18) == "many times too low"


def contender(model, bias, gini, mae, *, kind="floor", best=50.0):
    predicted = Estimate(10.0, 8.0, 12.0)
    return Contender(model, kind, date(2025, 6, 1), 90, 100, 10.0, predicted, bias, gini, best, mae, 80.0, False)


def league(*rows):
    return tuple(contender(*row, kind="ours" if row[0] == "lifeworth" else "floor") for row in rows)


@pytest.mark.parametrize(
    ("rivals", "title"),
    [
        (
            [("rate so far", 60.0, 0.5, 30.0)],
            "lifeworth was better than the simple rules on the total, single customers, the ranking and the best tenth",
        ),
        (
            [("last stretch", 2.0, 0.5, 10.0)],
            "lifeworth was best on the ranking and the best tenth, “last stretch” on the total and single customers",
        ),
        (
            [("rate so far", 1.0, 0.9, 1.0)],
            "lifeworth was best on the best tenth, “rate so far” on the total, single customers and the ranking",
        ),
        ([("rate so far", nan, nan, nan)], "lifeworth was better than the simple rules on the best tenth"),
        ([], "lifeworth beside the simple rules"),
    ],
)
def test_the_league_title_claims_no_more_than_its_table(rivals, title):
    assert best_at(league(("lifeworth", -7.0, 0.8, 20.0), *rivals), date(2025, 6, 1)) == title


def test_models_and_saying_nothing_are_no_simple_rules_and_what_looks_equal_is_not_better():
    ours = contender("lifeworth", -7.0, 0.801, 20.0, kind="ours")
    rows = (ours, contender("two-stage", 0.0, 0.99, 1.0, kind="model"), contender("zero", -100.0, 0.0, 1.0))
    assert best_at(rows, date(2025, 6, 1)) == "lifeworth beside the simple rules"
    equal = contender("RFM cell mean", -7.04, 0.804, 30.0, best=50.4)
    assert best_at((*rows, equal), date(2025, 6, 1)).startswith(
        "lifeworth was better than the simple rules on the total"
    )


@pytest.mark.parametrize(
    ("bias", "text"),
    [(2.34, "+2.3 %"), (-20.0, "-20.0 %"), (0.01, "0.0 %"), (-0.01, "0.0 %"), (nan, "–"), (4e9, "many times too high")],
)
def test_a_bias_in_a_table_has_its_sign(bias, text):
    assert said(off_by(bias)) == text
