"""The cards of the personas: the finding with its number, no claim beyond the tables, and nothing a name could break."""

import re
import shutil
from html import unescape

import pytest
from report_cases import HOSTILE
from report_personas import BUYER, by_hand, facts, no_personas

from lifeworth.answers.personas import customer_personas
from lifeworth.report.cards.personas import personas_cards
from lifeworth.report.personas_page import render_personas
from lifeworth.report.voice import Voice


def cards(engine, **changes):
    return {card.key: card for card in personas_cards(customer_personas(engine), Voice(facts(**changes)))}


@pytest.fixture(scope="module")
def shown():
    return cards(by_hand())


def plain(words):
    return words.replace("\u00a0", " ")


def test_titles_hold_the_finding_and_its_number(shown):
    assert list(shown) == ["personas", "personas-1", "personas-satisfaction", "personas-columns"]
    assert (
        plain(shown["personas"].title) == "One kind of customers, 12 % of the base, brings 20 % of the expected profit"
    )
    assert plain(shown["personas-1"].title) == f"“{BUYER}”: 120 customers worth €24.00 each, 67 % more than the base"
    assert (
        plain(shown["personas-satisfaction"].title)
        == "Customers who gave 9 to 10 (nps) are worth €18 more than others who answered"
    )
    assert (
        plain(shown["personas-columns"].title)
        == "1 of 1 column describes the personas; gender is given away by apron size"
    )


def test_every_card_has_a_definition_and_ends_with_the_next_step(shown):
    assert all(re.search(r" Next: [a-z][^.]*\.$", plain(card.footer)) for card in shown.values())
    assert "Learned from 800 customers" in plain(shown["personas"].footer)


def test_the_table_shows_what_is_shared_beyond_chance_and_no_pooled_rest(shown):
    rows = [[plain(getattr(cell, "text", cell)) for cell in row] for row in shown["personas-1"].shown.rows]
    assert rows == [["Coffee machine: fully automatic", "69 %", "14 %", "55 points", "51 … 59 points"]]


def test_the_journey_tells_what_differs_only(shown):
    assert [term for term, _ in shown["personas-1"].legend] == ["First category", "Days to the second purchase"]
    assert plain(shown["personas-1"].legend[1][1]) == "43 days (39 days … 49 days), against 75 days of everybody else"


def test_conditions_and_quotes(shown):
    first, second = map(plain, shown["personas-1"].points)
    assert (
        first.startswith("Business buyer: 89 % of such customers belong here (85 % … 92 %), 7.2 times")
        and "business_buyer = 'yes'" in first
    )
    assert second == "30 % of those who wrote speak of office, crema, more than others do: “The office likes it.”"


def test_scores_stand_before_themes_and_both_readings_are_shown(shown):
    table = shown["personas-satisfaction"].shown
    assert [plain(row[0].text) for row in table.rows] == ["nps: 0 to 6", "nps: 9 to 10", "theme: office, crema"]
    assert [row[-1] for row in table.rows] == ["yes", "yes", "no"]
    assert plain(shown["personas-satisfaction"].caption).startswith("One point more of nps goes with €5.30")


def test_no_personas_are_said_so():
    found = cards(no_personas())
    assert found["personas"].title == "No personas: nothing known of 1,000\u00a0customers tells who is worth more"
    assert "none was made up" in found["personas"].empty and "personas-1" not in found
    alone = cards(
        no_personas("country tells worth apart, but", parts=("tells worth on its own", "tells nothing beyond chance"))
    )["personas"]
    assert "does not make kinds" in alone.title and plain(alone.points[0]).startswith(
        "Col 0 tells profit apart: 0.20 on a scale"
    )
    assert "three kinds of customers, none worth clearly more" in cards(no_personas(kinds=3))["personas"].title


def test_a_hidden_persona_shows_no_figure():
    found = cards(by_hand(hidden=True))
    assert "hidden" in [getattr(cell, "text", cell) for cell in found["personas"].shown.rows[0]]
    assert found["personas-1"].title.endswith("is not shown: too few customers")


def test_a_given_value_is_no_forecast():
    found = cards(by_hand(), horizon_days=0, basis="revenue", currency=None)
    assert plain(found["personas"].title) == "One kind of customers, 12 % of the base, holds 20 % of the value"
    said = " ".join(plain(f"{card.title} {card.caption} {card.footer}") for card in found.values())
    assert "expected" not in said and "profit" not in said.replace("what customers should bring", "")


def test_nobody_asked_no_cards():
    assert personas_cards(None, Voice(facts())) == ()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_break_the_page(name):
    page = render_personas(customer_personas(by_hand(persona=name, column=name, level=name, quote=name)), facts(), name)
    body = page.split("</style>")[1]
    assert (
        "<script" not in body.lower()
        and 'onerror="' not in body
        and "<svg" not in body
        and "{{" not in body.replace("{{ 7*7 }}", "")
    )
    assert "script-src" not in page and "default-src 'none'" in unescape(page)


def test_the_page_is_the_same_bytes():
    pages = {render_personas(customer_personas(by_hand()), facts(), "people.csv") for _ in range(2)}
    assert len(pages) == 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_its_screen(tmp_path, width):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    file = tmp_path / "p.html"
    about = "people.csv, worth by " + " + ".join(f"a_rather_long_column_name_{place}" for place in range(6))
    file.write_text(render_personas(customer_personas(by_hand()), facts(), about), encoding="utf-8")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": width, "height": 900})
        told = []
        tab.on("console", lambda message: told.append(message.text))
        tab.goto(file.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert told == []
        browser.close()
