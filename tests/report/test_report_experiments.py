"""The chapter of the experiments: the finding first, every amount with its range, nothing that runs."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "insight"))

from experiments_cases import HOSTILE, several
from report_cases import CASES

from lifeworth.answers.experiments import Experiments, experiments
from lifeworth.report import page
from lifeworth.report.card import Section
from lifeworth.report.cards.experiments import experiments_cards
from lifeworth.report.voice import Voice


@pytest.fixture(scope="module")
def voice():
    answers = CASES["usual"]()
    return Voice(answers.facts, answers.proof.no_signal)


@pytest.fixture(scope="module")
def answer():
    return experiments(several()[0])


def only(answer, *verdicts, clear=False):
    arms = tuple(arm for arm in answer.arms if arm.result.verdict in verdicts and bool(arm.clear_groups) == clear)
    return Experiments(arms, ())


def test_nothing_is_shown_where_no_experiment_was_given(voice):
    assert experiments_cards(Experiments((), ()), voice) == ()


def test_the_title_says_for_whom_it_pays(answer, voice):
    results, groups, ranking = experiments_cards(answer, voice)
    assert "does not do the same for all" in results.title and "ordered once" in results.title and "£" in results.title
    assert groups.shown.rows[0][0].text == "Everybody" and "ordered once" in groups.title
    assert "are worth treating" in ranking.title and len(ranking.shown.rows) == 5
    assert results.tone == "warn" and any("lost customers" in point.lower() for point in results.points)
    assert "Next: " in results.footer and "Next: " in groups.footer and "experiments_targets.csv" in ranking.footer


@pytest.mark.parametrize(
    ("verdict", "title", "step"),
    [("stop", "after its cost: stop it", "Next: stop it"), ("cannot tell", "none is told from chance", "experiment plan"),
     ("too small", "too early to judge 1", "Next: wait")],
)  # fmt: skip
def test_the_title_and_the_next_step_follow_the_verdict(answer, voice, verdict, title, step):
    [card] = experiments_cards(only(answer, verdict), voice)
    assert title in card.title.replace("\u00a0", " ") and step in card.footer


def test_what_is_kept_is_said_with_its_amount(answer, voice):
    from dataclasses import replace

    [arm] = only(answer, "stop").arms[:1]
    kept = replace(arm.result, verdict="keep", difference=replace(arm.result.difference, mean=1.3, low=0.4, high=2.2))
    [card] = experiments_cards(Experiments((replace(arm, result=kept),), ()), voice)
    assert "brought £1.30 of profit a customer more than it cost: keep it" in card.title and "a tenth" in card.footer


def test_where_no_arm_is_untreated_only_that_is_said(answer, voice):
    [card] = experiments_cards(Experiments((), answer.warnings[:1]), voice)
    assert card.shown is None and "nothing can be compared" in card.empty and card.tone == "warn"


def test_every_row_has_as_many_cells_as_the_table_columns(answer, voice):
    for card in experiments_cards(answer, voice):
        for table in filter(None, (card.shown, card.details)):
            assert all(len(row) == len(table.columns) for row in table.rows), card.key
            assert not any(isinstance(cell, str) and re.search(r"\bnan\b", cell) for row in table.rows for cell in row)


def test_an_arm_of_a_few_is_hidden(answer, voice):
    [card] = experiments_cards(only(answer, "too small"), voice)
    [row] = card.shown.rows
    assert row[1] == "hidden" and row[4] == "hidden" and card.details is None


def test_the_chapter_stands_on_a_page_and_hostile_names_stay_text(monkeypatch):
    found, usual = experiments(several(hostile=True)[0]), page.sections
    monkeypatch.setattr(
        page,
        "sections",
        lambda answers, voice: (
            *usual(answers, voice),
            Section(
                "experiments",
                "Experiments",
                "What did treatments change?",
                "",
                experiments_cards(found, voice),
                "Growth",
            ),
        ),
    )
    text = page.render(CASES["usual"]())
    assert HOSTILE not in text and "<script>window" not in text
    assert 'id="card-experiments"' in text and text.count('id="card-experiments-groups-1"') == 1
    assert "{{" not in text.split("<main", 1)[1].split("</main>", 1)[0].replace("{{7*7}}", "")
