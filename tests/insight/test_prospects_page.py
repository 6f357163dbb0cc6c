"""What a reader is told of prospects: the answer is the tables, every title carries its number, every card says what to do."""

from datetime import UTC, datetime

import pytest
from insight_shop import AS_OF
from prospects_shop import ago, shop

from lifeworth.answers.prospects import customer_prospects
from lifeworth.answers.run_facts import RunFacts
from lifeworth.report.card import Name
from lifeworth.report.cards.prospects import prospects_cards
from lifeworth.report.voice import Voice
from lifeworth.store.duckdb.engine import DuckDB


def voice(in_profit=True, currency="EUR"):
    basis = "profit" if in_profit else "revenue"
    return Voice(
        RunFacts("r", "0", AS_OF, 365, 0.8, 0.1, currency, basis, "", 1, {}, "", "", (), datetime(2025, 7, 1, tzinfo=UTC))
    )  # fmt: skip


FULL = {
    "customers": [{"value_mean": float(n), "consent_ads": True} for n in range(1, 301)],
    "leads": [{"lead_id": f"L{n:03d}", "value_mean": 60.0 - n} for n in range(60)],
    "sources": [{}, {"source": "web", "value_mean": 4.0, "value_low": 2.0, "value_high": 6.0}],
    "effects": [{}, {"level": "web", "tells": False, "effect_mean": -0.01, "q": 0.4}, {"name": "month of the year", "level": "12", "effect_mean": 0.03}],
    "worth": [{}, {"level": "bar", "tells": False}],
    "columns": [
        {},
        {"name": "pet", "tells": False, "p": 0.5},
        {"name": "gender", "asked": False, "scores": False, "reason": "protected: sex or gender", "tells": None},
    ],
    "fifths": [{"place": place, "won": 20, "holds": place < 5} for place in range(1, 6)],
    "newcomers": [{}, {"member": "social", "value_mean": 12.0, "value_low": 10.0, "value_high": 14.0}],
    "spend": [("fair", ago(5), 2000, "acquire"), ("search", ago(5), 120, "acquire")],
    "won": [("search", ago(5), 12)] * 10,
    "attributes": [(f"L{n:03d}", f'{{"gender": "{"fm"[n % 2]}"}}') for n in range(60)],
}  # fmt: skip


@pytest.fixture(scope="module")
def full():
    return shop(**FULL)[0]


def told(engine, **said):
    return {card.key: card for card in prospects_cards(customer_prospects(engine), voice(**said))}


def test_the_answer_is_what_the_tables_hold(full):
    found = customer_prospects(full)
    assert (found.open.count, found.open.best, len(found.leads)) == (60, 12, 50)
    assert found.open.wins == pytest.approx(60 * 0.2) and found.open.value == sum(60 - n for n in range(60))
    assert found.open.best_value == sum(60 - n for n in range(12))
    assert [lead.lead_id for lead in found.leads[:2]] == ["L000", "L001"]
    assert found.leads[0].reasons == ("source fair: 20 % instead of 15 %",)
    assert found.proof.by_all and found.proof.area_by_all.mean == 0.7
    assert [one.member for one in found.ceilings] == ["fair", "web", "search", "social"]
    assert found.ceilings[0].verdict == "does not pay" and found.ceilings[2].verdict == "pays"
    assert found.seed.listed == full.value("SELECT count(*) FROM prospects_seed")
    assert {one.words for one in found.effects} >= {"source fair", "came in December", "industry office"}


def test_every_card_says_its_finding_with_the_number_and_what_to_do(full):
    cards = told(full)
    assert list(cards) == [
        "prospects-leads", "prospects-ceilings-leads", "prospects-ceilings-newcomers", "prospects-drivers-chance",
        "prospects-drivers-value", "prospects-proof", "prospects-seed", "prospects-fairness",
    ]  # fmt: skip
    for card in cards.values():
        assert any(letter.isdigit() for letter in card.title), card.title
        assert "Next step: " in card.footer
        for table in (card.shown, card.details):
            if table is not None:
                assert table.rows and all(len(row) == len(table.columns) for row in table.rows)
    assert cards["prospects-leads"].title == "60\u00a0open leads should bring €1,830; the best 12 bring 36\u00a0% of it"
    assert cards["prospects-ceilings-leads"].title == "Pay at most €10.00 for one more lead from fair"
    assert "cut bids in fair" in cards["prospects-ceilings-leads"].footer
    assert (
        "€40.00 for one more newcomer through search, €12.00 through social"
        in cards["prospects-ceilings-newcomers"].title
    )
    assert (
        cards["prospects-drivers-chance"].title
        == "Source goes with being won: at best (source fair) 20\u00a0% would be"
    )
    assert cards["prospects-drivers-chance"].points == ("Gender is left out: protected: sex or gender.",)
    assert (
        cards["prospects-drivers-value"].title
        == "Newcomers with industry office bring €70.00 each, €20.00 more than newcomers on average"
    )
    assert "70 times in 100" in cards["prospects-proof"].title
    assert "four of five groups" in cards["prospects-proof"].points[0]


def test_a_price_that_nobody_paid_has_no_column(full):
    priced = told(full)["prospects-ceilings-leads"].shown
    free = told(shop(**FULL | {"spend": ()})[0])["prospects-ceilings-leads"]
    assert [c.label for c in priced.columns[-2:]] == ["Paid now", "On average it"]
    assert (
        "On average it" not in [c.label for c in free.shown.columns]
        and "give the spend by name of the source" in free.footer
    )


def test_without_costs_nobody_says_what_one_may_cost():
    cards = told(shop(**FULL, in_profit=False)[0], in_profit=False)
    for key in ("prospects-ceilings-leads", "prospects-ceilings-newcomers"):
        assert (
            "ay at most" not in cards[key].title + cards[key].shown.columns[1].label
            and "of revenue" in cards[key].title
        )


@pytest.mark.parametrize("consent", [None, False])
def test_without_consent_the_card_says_why_there_is_no_seed(consent):
    people = [{"value_mean": float(n), "consent_ads": consent} for n in range(1, 51)]
    card = told(shop(people, newcomers=[{}])[0])["prospects-seed"]
    assert card.title.startswith("No lookalike seed: 0 of") and "consent_ads" in card.footer


def test_nothing_known_makes_no_cards():
    assert told(DuckDB(threads=1)) == {}
    assert told(shop([{}])[0]) == {}


def test_channels_alone_make_their_own_card():
    assert list(told(shop([{}], newcomers=[{}])[0])) == ["prospects-ceilings-newcomers", "prospects-seed"]


def test_leads_that_nothing_tells_apart_say_so():
    cards = told(shop(leads=[], columns=[{"tells": False}], effects=[{"tells": False}], judged={"judged": False, "way": "by source"} | dict.fromkeys(("area_by_source_mean", "area_by_all_mean", "told_blind", "p")))[0])  # fmt: skip
    assert cards["prospects-drivers-chance"].title.startswith("Nothing known of leads goes with being won")
    assert cards["prospects-proof"].title == "Too few leads to judge the chance: 1,000 have had their time"
    assert "prospects-leads" not in cards


def test_long_and_hostile_names_are_shortened_and_kept_whole_for_the_csv():
    name = "<script>" + "x" * 90
    cards = told(shop(**FULL | {"leads": [{"lead_id": name, "source": name}], "sources": [{"source": name}], "worth": [{"level": name}]})[0])  # fmt: skip
    cell = cards["prospects-leads"].shown.rows[0][0]
    assert isinstance(cell, Name) and cell.full == name and len(cell.text) <= 41
    assert cards["prospects-ceilings-leads"].shown.rows[0][0].full == name
    assert len(cards["prospects-ceilings-leads"].title) < 100
