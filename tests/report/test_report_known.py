"""What is already known is said: how far ahead, for whom, what a newcomer is worth, who stays as the method."""

import re
from dataclasses import replace
from html import unescape

import pytest
from report_cases import CASES
from report_made_up_shop import BIASES

from lifeworth.report.bars import miss_bars
from lifeworth.report.page import render
from lifeworth.report.sections import sections
from lifeworth.report.voice import Voice


def cards(answers):
    return {card.key: card for part in sections(answers, Voice(answers.facts)) for card in part.cards}


def said(text):
    return unescape(text).replace("\u00a0", " ").replace("\u2212", "-")


@pytest.fixture(scope="module")
def usual():
    return CASES["usual"]()


def test_only_groups_beyond_chance_are_called_wrong(usual):
    card = cards(usual)["bias"]
    verdicts = {str(getattr(row[0], "full", row[0])): row[5] for row in card.shown.rows}
    assert verdicts["Channel: social"] == "too high" and verdicts["Channel: search"] == "within chance"
    assert "Won in Q4\u00a02024" not in verdicts and verdicts["Won in Q1\u00a02025"] == "too low"
    assert "won in Q1 2025 (40 % too low)" in said(card.title) and "social (77 % too high)" in said(card.title)
    assert "search" not in card.title and "lapsing" not in card.title
    assert len(card.details.rows) == sum(by != "horizon step" for by, *_ in BIASES)


def test_where_nothing_is_beyond_chance_nothing_is_called_wrong(usual):
    calm = tuple(replace(one, chance=2000.0) for one in usual.proof.biases)
    steps = tuple(replace(one, chance=2000.0) for one in usual.proof.steps)
    found = cards(replace(usual, proof=replace(usual.proof, biases=calm, steps=steps)))
    assert found["bias"].title == "No channel, situation or cohort was off by more than chance explains"
    assert found["steps"].title == "No step ahead was off by more than chance explains"
    assert {row[5] for row in found["bias"].shown.rows} == {"within chance"}


def test_a_growing_error_is_said_to_grow_only_when_it_does(usual):
    assert said(cards(usual)["steps"].title).startswith(
        "The further ahead, the further off: 2.0 % too high on days 1 to 30, 31 %"
    )
    backwards = tuple(
        replace(step, bias=other.bias) for step, other in zip(usual.proof.steps, usual.proof.steps[::-1], strict=True)
    )
    title = cards(replace(usual, proof=replace(usual.proof, steps=backwards)))["steps"].title
    assert (
        said(title) == "Off by more than chance explains: days 1 to 30 (31 % too low) and days 31 to 61 (9.0 % too low)"
    )


def test_newcomers_stand_with_ranges_and_what_tells_nothing_is_named(usual):
    card = cards(usual)["newcomers"]
    assert said(card.title).endswith("in the first twelve months: £25 through social and £70 through referral")
    rows = {str(getattr(row[0], "full", row[0])): row for row in card.shown.rows}
    assert rows["Channel: search"][-1] == "may be chance" and rows["Household size: 1"][-1] == "less"
    assert said(rows["First order bringing up to £4.86"][3]) == "£8.00 … £12.00"
    assert "Country tells newcomers apart no better than chance could." in card.points
    assert "carried on to twelve months" in card.caption


def test_no_newcomers_and_no_groups_are_no_cards(page):
    for case in ("tables missing", "nobody"):
        assert not re.search(r'id="card-(newcomers|bias|steps)"', page(case))


def test_who_stays_as_the_method_is_said(usual):
    why = "“rate so far” stays: 2 cut dates are too few to judge by, 3 are needed."
    answers = replace(usual, chosen=replace(usual.chosen, succession=why))
    assert why in said(render(answers)) and "Stays or changes" not in render(usual)


def test_a_bar_beyond_the_edge_still_says_how_far():
    near, far = miss_bars([(10.0, 5.0), (400.0, 50.0)])
    assert 0 <= near.low < near.mean < near.high < far.mean <= 100
    assert said(far.words) == "from 350 % to 450 %"


def test_what_the_first_order_itself_makes_of_a_difference_is_said(usual):
    """All first orders bring 12.28 here: nothing of the difference is theirs; with most of it theirs that is said."""
    points = [said(point) for point in cards(usual)["newcomers"].points]
    [kept] = [point for point in points if point.startswith("By what the first order brought")]
    assert "the first order itself is in these figures" in kept and "£58 more" in kept and "least -£2.28" in kept
    first = tuple(
        replace(one, groups=tuple(replace(g, first_order=g.value.mean - 4) for g in one.groups))
        for one in usual.newcomers.dimensions
    )
    told = cards(replace(usual, newcomers=replace(usual.newcomers, dimensions=first)))["newcomers"]
    assert any(
        "Channel" not in said(p) and "By channel, it is the first order that differs most" in said(p)
        for p in told.points
    )


def test_what_tells_nothing_beyond_chance_calls_no_group_more_or_less(usual):
    faint = tuple(replace(one, clear=one.name != "channel" and one.clear) for one in usual.newcomers.dimensions)
    card = cards(replace(usual, newcomers=replace(usual.newcomers, dimensions=faint)))["newcomers"]
    rows = {str(getattr(row[0], "full", row[0])): row for row in card.details.rows}
    assert rows["Channel: social"][-1] == "may be chance" and rows["Household size: 1"][-1] == "less"


def test_lists_that_tell_nobody_apart_are_folded_and_say_why_once():
    answers = CASES["no signal"]()
    found = {card.key: card for part in sections(answers, Voice(answers.facts, no_signal=True)) for card in part.cards}
    for key in ("most_valuable", "merely_spend", "segments-tier"):
        if key in found:
            assert found[key].shown is None and found[key].details is not None, key
    assert found["most_valuable"].title.startswith("No signal: ")
    whys = [row[-1] for card in found.values() if card.key == "most_valuable" for row in card.details.rows]
    assert whys and not any("cannot be told apart" in why for why in whys)
