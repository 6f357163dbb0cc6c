"""What readers see of retention: answers with their ranges, titles with the number in them, and pages that survive anything."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from insight_shop import AS_OF, small_shop
from retention_shop import rhythmic_shop, simulate_days
from test_retention_offers import simulate_lines, stock

from lifeworth.answers.retention import Retention, retention
from lifeworth.answers.retention.risk import AtRisk, Proof
from lifeworth.answers.retention.winback import WinBack
from lifeworth.answers.run_facts import RunFacts
from lifeworth.insight import retention as room
from lifeworth.insight import segments
from lifeworth.insight.ground import create
from lifeworth.report.card import Name
from lifeworth.report.cards.retention import retention_cards
from lifeworth.report.voice import Voice
from lifeworth.settings import Contact, Settings
from lifeworth.store.duckdb.engine import DuckDB

HOSTILE = ("<script>window.pwned=1</script>", '"><img src=x onerror="x">', "=HYPERLINK(1)", "x" * 90)
KEYS = ("retention-risk", "retention-overdue", "retention-budget", "retention-moments", "retention-winback", "retention-offers", "retention-mrr", "retention-nrr")  # fmt: skip


def facts(**changes):
    usual = RunFacts(
        run_id="r", lifeworth_version="0", as_of=AS_OF, horizon_days=365, interval_level=0.8, discount=0.1, currency="EUR", basis="profit",
        basis_reason="", seed=1, base={"customers": 500.0, "shared_spread": 0.05}, model_chosen="BG/NBD", model_reason="", warnings=(),
        created_at=datetime(2025, 7, 1, tzinfo=UTC),
    )  # fmt: skip
    return replace(usual, **changes)


def stated(engine):
    """The customer table that answers read."""
    engine.execute("CREATE OR REPLACE VIEW values_customers AS SELECT * FROM insight_customers")
    return engine


@pytest.fixture(scope="module")
def full():
    days, _ = simulate_days(500, k=1.5, seed=21)
    settings = Settings(contact=Contact(cost=Decimal("0.30"), brings_back=Decimal("0.05"), budget=Decimal("6")))
    engine, frame = rhythmic_shop(
        days, settings, people={place: {"p_alive": 0.4 + place % 60 / 100} for place in range(500)}
    )
    stock(engine, days, simulate_lines(days, 700.0))
    for place in range(40):
        start, end = date(2023, 1 + place % 12, 5), date(2025, 1 + place % 5, 9) if place % 4 == 0 else None
        engine.execute(
            """INSERT INTO sources_subscriptions BY NAME SELECT ? AS subscription_id, ? AS customer_id, 20 + ? AS mrr, ?::DATE AS started_on,
               ?::DATE AS ended_on, 1 AS file_no""",
            [f"S{place}", f"C{place:04d}", place, start, end],
        )
    segments.build(engine, frame)
    room.build(engine, frame)
    return stated(engine)


def cards_of(found, **voiced):
    no_signal = voiced.pop("no_signal", False)
    return {card.key: card for card in retention_cards(found, Voice(facts(**voiced), no_signal))}


def words(card):
    parts = [card.title, card.caption, card.footer, card.empty, card.chart_label, *card.points]
    for table in (card.shown, card.details):
        if table:
            parts += [table.caption, table.part, *(column.label for column in table.columns)]
            parts += [
                cell.full if isinstance(cell, Name) else getattr(cell, "words", cell)
                for row in table.rows
                for cell in row
            ]
    return " ".join(str(part) for part in parts)


def test_every_part_of_a_full_result_is_shown(full):
    found = retention(full)
    cards = cards_of(found)
    assert tuple(cards) == KEYS
    for card in cards.values():
        assert card.title and card.footer.endswith(".") and "Next step:" in card.footer
        assert json.dumps(card.chart, allow_nan=False)
        for table in (card.shown, card.details):
            if table:
                assert all(len(row) == len(table.columns) for row in table.rows)
        assert "nan" not in words(card).lower().split() and "None" not in words(card)


def test_titles_carry_the_number_and_captions_the_range(full):
    found, cards = retention(full), cards_of(retention(full))
    whole = found.risk.whole
    assert f"€{whole.at_risk.mean:,.0f}"[:4] in cards["retention-risk"].title
    assert "80" in cards["retention-risk"].caption and str(whole.untold) in cards["retention-risk"].caption
    assert (
        str(found.risk.overdue) in cards["retention-overdue"].title
        and "past waits" in cards["retention-overdue"].caption
    )
    assert found.winback.budget.contacts == 20
    assert "20\u00a0customers past their usual gap is what the budget pays for" in cards["retention-budget"].title
    assert "if it works as assumed" in cards["retention-budget"].title
    assert any("Assumed: a contact brings back 5" in point for point in cards["retention-budget"].points)
    assert "No choice within the budget" in cards["retention-budget"].caption
    assert found.offers[0].category in cards["retention-offers"].title
    assert "Net revenue retention" in cards["retention-nrr"].caption


def test_answers_are_what_the_tables_hold(full):
    found = retention(full)
    assert [line.customer_id for line in found.winback.lines] == [
        customer for (customer,) in full.rows("SELECT customer_id FROM retention_winback ORDER BY place LIMIT 12")
    ]
    assert found.winback.listed == full.value("SELECT count(*) FROM retention_winback")
    assert found.winback.peak.net.mean == max(point.net.mean for point in found.winback.curve)
    assert tuple(found.risk.schemes) == ("tier", "life cycle")
    assert sum(line.at_risk.mean for line in found.risk.schemes["tier"]) == pytest.approx(found.risk.whole.at_risk.mean)
    holders = [holder.at_risk for holder in found.risk.holders]
    assert holders == sorted(holders, reverse=True) and all(holder.overdue >= 0.5 for holder in found.risk.holders)
    assert found.proof.passed(0.9).expected == pytest.approx(0.1)
    months = [
        month for month in found.months if np.isfinite([month.opening, *month.moves.values(), month.closing]).all()
    ]
    assert months
    for month in months:
        assert month.opening + sum(month.moves.values()) == pytest.approx(month.closing)
    chart = cards_of(found)["retention-mrr"].chart
    assert chart["rows"][-1]["to"] == pytest.approx(
        [m for m in found.months if m.is_whole and m.customers is not None][-1].closing, abs=0.01
    )


def test_where_nothing_tells_customers_apart_no_list_claims_to(full):
    cards = cards_of(retention(full), no_signal=True)
    for key in ("retention-overdue", "retention-winback"):
        assert cards[key].title.startswith("No signal") and cards[key].tone == "warn"


@pytest.mark.parametrize(
    "changes",
    [{"currency": None}, {"basis": "revenue"}, {"horizon_days": 90, "interval_level": 0.95, "currency": "CHF"}],
)
def test_the_voice_of_the_run_is_kept(full, changes):
    cards = cards_of(retention(full), **changes)
    text = " ".join(words(card) for card in cards.values())
    assert ("€" in text) is ("currency" not in changes)
    if changes.get("basis") == "revenue":
        assert "expected revenue" in text and "expected profit" not in text and "take your margin off" in text
    if "interval_level" in changes:
        assert "95\u00a0% range" in text and "90\u00a0days" in text


def test_an_older_result_says_nothing():
    found = retention(DuckDB(threads=1))
    assert found == Retention(
        AtRisk(None, {}, (), 0, 0), Proof((), (), None, 0), WinBack((), 0, (), None, None), (), (), (), (), (), {}
    )
    assert cards_of(found) == {}


@pytest.mark.parametrize(
    "customers",
    [
        [],
        [{}],
        [{"frequency": 0, "recency_days": 0, "gap": None, "p_alive": 1.0}] * 30,
        [{"value_mean": -5.0, "value_low": -9.0, "value_high": 0.0}] * 30,
        [{"p_alive": 0.5, "value_mean": 1e12, "value_high": 2e12, "value_sd": 1e11}] * 30,
    ],
)
def test_shops_without_a_rhythm_have_few_cards_and_no_holes(customers):
    engine, frame = small_shop(customers)
    create(engine, *room.TABLES)
    segments.build(engine, frame)
    room.build(engine, frame)
    cards = cards_of(retention(stated(engine)))
    assert set(cards) <= {"retention-risk"}
    for card in cards.values():
        assert "nan" not in words(card).lower().split() and json.dumps(card.chart, allow_nan=False)


def test_a_contact_that_costs_more_than_it_brings_is_said_to(full):
    found = retention(full)
    flat = replace(found.winback, lines=(), listed=0, peak=found.winback.curve[0], budget=None)
    cards = cards_of(replace(found, winback=flat))
    assert "should cost more than it brings" in cards["retention-budget"].title
    assert "retention-winback" not in cards
    nobody = cards_of(replace(found, winback=WinBack((), 0, (), None, None)))
    assert nobody["retention-budget"].title == "There is nobody to win back"


def test_hostile_names_stay_text(full):
    found = retention(full)
    lines = tuple(replace(line, customer_id=name) for line, name in zip(found.winback.lines, HOSTILE, strict=False))
    holders = tuple(
        replace(holder, customer_id=name) for holder, name in zip(found.risk.holders, HOSTILE, strict=False)
    )
    offers = tuple(replace(offer, category=name) for offer, name in zip(found.offers, HOSTILE, strict=False))
    risk = replace(found.risk, holders=holders)
    cards = cards_of(replace(found, winback=replace(found.winback, lines=lines), risk=risk, offers=offers))
    for key, table in (("retention-winback", "shown"), ("retention-overdue", "shown"), ("retention-offers", "shown")):
        names = [row[0] for row in getattr(cards[key], table).rows]
        assert all(isinstance(name, Name) and len(name.text) <= 60 for name in names)
        assert any(HOSTILE[0] in name.full for name in names)
