"""A lead's true chance is the share of such leads that are won, as they come and as they stand open at a day."""

from functools import cache

import numpy as np
import pytest
from demo_worlds import big, standard_score
from scipy import stats

from lifeworth.demo.attributes import ATTRIBUTES
from lifeworth.demo.leads import (
    FIRST_CONTACTS,
    INDUSTRIES,
    LOST,
    LOST_DAYS,
    OPEN,
    SLOWEST_WIN_DAYS,
    SOURCES,
    WIN_PACE_DAYS,
    WON,
    Leads,
    chance_of_winning,
    draw_leads,
    given_age,
)
from lifeworth.demo.planted import know_planted
from lifeworth.demo.seasons import HISTORY_DAYS


@cache
def crowd_of_leads(*, structure: bool = True) -> list[Leads]:
    """The leads of a big shop, drawn eight times."""
    world = big(structure=structure)
    facts = (world.people.kind, world.cells, world.joined, world.long_calendar)
    return [draw_leads(*facts, np.random.default_rng([5, round_]), structure=structure) for round_ in range(8)]


def pooled(name: str, *, structure: bool = True) -> np.ndarray:
    return np.concatenate([getattr(leads, name) for leads in crowd_of_leads(structure=structure)])


def newsletter(*, structure: bool = True) -> np.ndarray:
    return big(structure=structure).cells["newsletter"][pooled("like", structure=structure)]


def finished() -> np.ndarray:
    """Leads old enough to have been won or lost whatever happens."""
    created = pooled("created")
    return (created < -LOST_DAYS[1]) & (created >= -HISTORY_DAYS)


@pytest.mark.parametrize("by", ["source", "industry", "newsletter", "contact"])
def test_new_leads_are_won_with_their_chance(by: str) -> None:
    chance = chance_of_winning(pooled("source"), pooled("industry"), newsletter(), structure=True)
    group = newsletter() if by == "newsletter" else pooled(by)
    for code in np.unique(group):
        mine = finished() & (group == code)
        expected = chance[mine]
        score = standard_score(pooled("won")[mine].sum(), expected.sum(), (expected * (1 - expected)).sum())
        assert abs(score) < 3.5, (by, code)


def test_chances_differ_enough_to_rank_leads() -> None:
    chance = chance_of_winning(pooled("source"), pooled("industry"), newsletter(), structure=True)[finished()]
    won = pooled("won")[finished()]
    area = stats.mannwhitneyu(chance[won], chance[~won]).statistic / (won.sum() * (~won).sum())
    assert 0.65 < area < 0.80
    assert 0.15 < won.mean() < 0.30


@pytest.mark.parametrize("structure", [True, False])
def test_open_leads_are_won_with_their_chance(structure: bool) -> None:
    """In all, by age, and by the chance itself."""
    still = pooled("stage", structure=structure) == OPEN
    chance = pooled("chance", structure=structure)[still]
    wins = pooled("wins", structure=structure)[still]
    age = -pooled("created", structure=structure)[still]
    groups = [np.ones(len(age), bool)]
    groups += [(age > low) & (age <= high) for low, high in ((0, 5), (5, 10), (10, 20), (20, 35), (35, 60), (60, 91))]
    reached = np.quantile(chance, [0, 0.2, 0.4, 0.6, 0.8, 1])
    groups += [(chance >= low) & (chance <= high) for low, high in zip(reached[:-1], reached[1:], strict=True)]
    for mine in groups:
        expected = chance[mine]
        variance = max((expected * (1 - expected)).sum(), 0.1)
        assert abs(standard_score(wins[mine].sum(), expected.sum(), variance)) < 3.5
    assert np.all(chance[age > SLOWEST_WIN_DAYS] == 0)


@pytest.mark.parametrize("age", [5, 15, 25, 35, 45, 55])
def test_the_chance_falls_with_age_as_it_did_for_leads_of_old(age: int) -> None:
    """Leads that were still open at an age, years ago: as many were won as a flat stream of newcomers would have."""
    chance = chance_of_winning(pooled("source"), pooled("industry"), newsletter(), structure=True)
    lasted = finished() & (pooled("closed") - pooled("created") >= age)
    per_day = np.ones(HISTORY_DAYS + SLOWEST_WIN_DAYS)
    expected = given_age(chance[lasted], np.full(lasted.sum(), age), per_day)
    pace = np.exp(-np.arange(SLOWEST_WIN_DAYS) / WIN_PACE_DAYS)
    to_come = chance[lasted] * pace[age - 1 :].sum() / pace.sum()
    refused = (1 - chance[lasted]) * min(1, (LOST_DAYS[1] + 1 - age) / (LOST_DAYS[1] + 1 - LOST_DAYS[0]))
    np.testing.assert_allclose(expected, to_come / (to_come + refused), rtol=1e-12)
    seen, deviation = pooled("wins")[lasted].sum(), np.sqrt((expected * (1 - expected)).sum())
    assert abs(seen - expected.sum()) < 3.5 * deviation + 0.03 * expected.sum()


def test_what_became_of_leads_is_told_as_of_the_day() -> None:
    world = big()
    leads = world.leads
    won, lost, still = (leads.stage == stage for stage in (WON, LOST, OPEN))
    np.testing.assert_array_equal(leads.won, won)
    np.testing.assert_array_equal(leads.closed[won], world.joined_day[leads.like[won]])
    assert len(np.unique(leads.like[won])) == won.sum()
    assert np.all(leads.closed[won | lost] < 0) and np.all(leads.closed[still] >= 0)
    assert np.all((leads.created < 0) & (leads.created >= -HISTORY_DAYS))
    days = leads.closed - leads.created
    assert days[leads.wins].min() >= 1 and days[leads.wins].max() <= SLOWEST_WIN_DAYS
    assert days[~leads.wins].min() >= LOST_DAYS[0] and days[~leads.wins].max() <= LOST_DAYS[1]
    np.testing.assert_array_equal(leads.chance[won | lost], won[won | lost])
    assert np.all(np.diff(leads.created) >= 0)


def decoys() -> dict[str, np.ndarray]:
    world, like = big(), pooled("like")
    cells = {each.name: world.cells[each.name][like] for each in ATTRIBUTES if each.role != "kind"}
    return cells | {"first_contact": pooled("contact"), "country": world.people.country[like]}


@pytest.mark.parametrize(
    "name", [*(each.name for each in ATTRIBUTES if each.role != "kind"), "first_contact", "country"]
)
def test_decoys_do_not_drive_the_chance(name: str) -> None:
    codes = decoys()[name]
    known = finished() & (codes >= 0)
    table = np.zeros((2, codes.max() + 1))
    np.add.at(table, (pooled("won")[known].astype(int), codes[known]), 1)
    assert stats.chi2_contingency(table).pvalue > 1e-3
    assert name in know_planted(big())["leads"]["decoys"]


def test_without_structure_every_lead_has_the_same_chance() -> None:
    plain = {name: pooled(name, structure=False) for name in ("source", "industry", "contact", "won", "created")}
    chance = chance_of_winning(plain["source"], plain["industry"], newsletter(structure=False), structure=False)
    assert np.unique(chance).size == 1
    old = plain["created"] < -LOST_DAYS[1]
    spread = chance[0] * (1 - chance[0]) * old.sum()
    assert abs(standard_score(plain["won"][old].sum(), chance[0] * old.sum(), spread)) < 3.5
    for name in ("source", "industry", "contact"):
        table = np.zeros((2, plain[name].max() + 1))
        np.add.at(table, (plain["won"][old].astype(int), plain[name][old]), 1)
        assert stats.chi2_contingency(table).pvalue > 1e-3, name
    pair = np.zeros((len(SOURCES), len(INDUSTRIES)))
    np.add.at(pair, (plain["source"], plain["industry"]), 1)
    assert stats.chi2_contingency(pair).pvalue > 1e-3


def test_planted_leads_add_up() -> None:
    world = big()
    section = know_planted(world)["leads"]
    assert section["leads"] == len(world.leads.like)
    assert section["expected_wins"] == pytest.approx(world.leads.chance[world.leads.stage == OPEN].sum(), rel=1e-5)
    assert set(section["log_odds"]) == {"source", "industry", "newsletter"}
    assert know_planted(big(structure=False))["leads"]["log_odds"] == {}
    assert len(FIRST_CONTACTS) == world.leads.contact.max() + 1
