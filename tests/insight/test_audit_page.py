"""What a reader sees of the audit: the answer is the tables, every card has its number, its range, its definition and a next step."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from audit_shop import built, draw_shop, on, shop_of, table
from insight_shop import AS_OF

from lifeworth.answers.audit import customer_base_audit
from lifeworth.answers.audit.lenses import AFTER, BEFORE, BY_WHO, FACTORS
from lifeworth.answers.run_facts import RunFacts
from lifeworth.insight import audit
from lifeworth.insight.ground import create
from lifeworth.report.card import Bar, Shade
from lifeworth.report.cards.audit import audit_cards, health_cards, worth_cards
from lifeworth.report.numbers import Money, count, percent
from lifeworth.report.voice import Voice
from lifeworth.settings import Settings, Valuation
from lifeworth.store.duckdb.engine import DuckDB

HEALTH = ["audit-verdict", "audit-differ", "audit-change", "audit-moves", "audit-cohort", "audit-ages", "audit-periods"]
WORTH = ["audit-equity", "audit-newcomers", "audit-revenue", "audit-held", "audit-company", "audit-levers"]
STATED = Valuation(
    fixed_costs=Decimal(3000), tax_rate=Decimal("0.25"), non_operating_assets=Decimal(900), net_debt=Decimal(-400)
)


def voice_of(*, in_profit=True, currency="EUR"):
    basis = "profit" if in_profit else "revenue"
    made = datetime(2025, 7, 1, tzinfo=UTC)
    return Voice(
        RunFacts("r", "1", AS_OF, 365, 0.8, 0.1, currency, basis, "", 1, {}, "BG/NBD", "", (), made), no_signal=False
    )


def cards_of(engine, **voiced):
    return {card.key: card for card in audit_cards(customer_base_audit(engine), voice_of(**voiced))}


def text_of(cell):
    return cell.text if isinstance(cell, Shade) else cell.words if isinstance(cell, Bar) else cell


def words(card):
    parts = [card.title, card.caption, card.footer, card.empty, card.chart_label, *card.points]
    for shown in (card.shown, card.details):
        if shown:
            parts += [shown.caption, *(column.label for column in shown.columns)]
            parts += [text_of(cell) for row in shown.rows for cell in row]
    return plain(" ".join(parts))


def plain(said):
    return said.replace("\u00a0", " ").replace("\u202f", " ")


def looked_at(engine, **voiced):
    """Every card of a shop, after what must hold of any of them."""
    cards = cards_of(engine, **voiced)
    for card in cards.values():
        json.dumps(card.chart, allow_nan=False)
        assert card.chart is None or card.chart_label
        for shown in (card.shown, card.details):
            assert shown is None or all(len(row) == len(shown.columns) for row in shown.rows)
        assert not re.search(r"\b(nan|None|NULL|inf)\b|[(]\s*[)]|-0 %|−0 %", words(card)), words(card)
        assert not re.search(r"\b1 (customers|newcomers|points|orders|cohorts|past days)\b", words(card)), words(card)
        assert card.empty or re.search(r" Next: [a-z].*\.$", plain(card.footer)), card.footer
    return cards


@pytest.fixture(scope="module")
def shop():
    return built(
        draw_shop(36, a_month=60.0, growth=0.15, seed=5),
        newcomers=(60.0, 55.0, 66.0),
        spend=[(date(2025, 3, 1), 1200.0, "acquire"), (date(2025, 4, 1), 300.0, "retain")],
        books=True,
        settings=Settings(valuation=STATED),
    )[0]


@pytest.fixture(scope="module")
def cards(shop):
    return looked_at(shop)


def test_every_question_has_its_card(cards, shop):
    assert list(cards) == HEALTH + WORTH
    found = customer_base_audit(shop)
    assert [card.key for card in health_cards(found, voice_of())] == HEALTH
    assert [card.key for card in worth_cards(found, voice_of())] == WORTH


def test_titles_carry_a_number(cards):
    for card in cards.values():
        assert re.search(r"\d", card.title), card.title
    for key in ("audit-change", "audit-equity", "audit-revenue", "audit-company"):
        assert "80 % range" in plain(cards[key].caption), key


def test_the_answer_is_what_the_tables_hold(shop):
    found = customer_base_audit(shop)
    assert found.known and found.lenses.adds_up and len(found.lenses.checks) == len(table(shop, "books"))
    for row in table(shop, "equity"):
        part = found.ahead.part(row["part"], row["years"])
        assert part.value.mean == row["value_mean"]
    for row in table(shop, "valuation"):
        step = found.ahead.step(row["step"])
        assert (step.amount is None) == (row["amount_mean"] is None) and step.how == row["how"]
    assert found.ahead.worth.step == "shareholder value"
    assert [cell.age for cell in found.lenses.followed] == list(range(len(found.lenses.followed)))
    assert len(found.ahead.newcomers) == len(table(shop, "newcomers")) and len(found.ahead.levers) == 10
    assert {len(found.lenses.tenths[span]) for span in (BEFORE, AFTER)} == {10}


def test_what_is_shown_multiplies_and_adds_up(shop):
    lenses = customer_base_audit(shop).lenses
    for span in lenses.spans.values():
        assert span.customers * span.orders_each * span.order_value * span.margin == pytest.approx(span.money)
        assert sum(tenth.money for tenth in lenses.tenths[BEFORE if span is lenses.spans[BEFORE] else AFTER]) <= (
            span.money + 0.01
        )
    change = lenses.spans[AFTER].money - lenses.spans[BEFORE].money
    for parting in (BY_WHO, FACTORS):
        assert sum(part.change for part in lenses.change[parting]) == pytest.approx(change, abs=0.005)


def test_the_bridge_leads_from_before_to_after(cards, shop):
    rows = cards["audit-change"].chart["rows"]
    lenses = customer_base_audit(shop).lenses
    level = rows[0]["to"]
    for row in rows[1:-1]:
        assert level == pytest.approx(row["from"] if row["colour"] == "worth" else row["to"], abs=0.02)
        level = row["to"] if row["colour"] == "worth" else row["from"]
    assert level == pytest.approx(rows[-1]["to"], abs=0.05) == pytest.approx(lenses.spans[AFTER].money, abs=0.05)


def test_steps_of_the_company_lead_to_its_totals(cards, shop):
    chart = {row["full"]: row for row in cards["audit-company"].chart["rows"]}
    steps = {row["step"]: row["amount_mean"] for row in table(shop, "valuation", "place")}
    parts = [amount for step, amount in steps.items() if step not in ("operating value", "shareholder value")]
    assert steps["shareholder value"] == pytest.approx(sum(parts))
    assert steps["non-operating assets"] == 900 and steps["net debt"] == 400 and steps["tax"] < 0
    assert chart["Shareholder value"]["to"] == pytest.approx(steps["shareholder value"], abs=0.01)
    assert cards["audit-company"].tone == "" and "before" not in cards["audit-company"].title
    assert Money("EUR").about(steps["shareholder value"]) in cards["audit-company"].title


def test_titles_are_those_of_the_tables(cards, shop):
    found = customer_base_audit(shop)
    span, tenths = found.lenses.spans[AFTER], found.lenses.tenths[AFTER]
    assert cards["audit-differ"].title == (
        f"The best tenth of customers brings {percent(tenths[0].share)} of profit; {percent(span.one_time_share)} of customers ordered once"
    )
    five = found.ahead.part("customer equity", 5)
    assert Money("EUR").about(five.value.mean) in cards["audit-equity"].title
    coming = sum(month.newcomers.mean for month in [one for one in found.ahead.newcomers if not one.seen][:12])
    last = sum(month.newcomers.mean for month in [one for one in found.ahead.newcomers if one.seen][-12:])
    assert (
        plain(cards["audit-newcomers"].title)
        == f"{count(coming)} newcomers expected in the next twelve months, against {count(last)} in the last twelve months"
    )
    year = next(one for one in found.ahead.coming if one.length == "year")
    assert Money("EUR").about(year.revenue.mean) in cards["audit-revenue"].title
    assert cards["audit-verdict"].title.startswith("The customer base is getting stronger")


def test_every_word_is_defined(cards):
    footers = plain(" ".join(card.footer for card in cards.values()))
    for word in ("Customers: ", "Order value: ", "Cohort: ", "kept: ", "Customer equity: ", "Keeping rate: "):
        assert word in footers
    for word in ("Operating value: ", "Shareholder value: ", "Gini ", "Extrapolated: "):
        assert word in footers


def test_a_sum_that_is_off_is_shouted(shop):
    found = customer_base_audit(shop)
    [first, *rest] = found.lenses.checks
    off = replace(found, lenses=replace(found.lenses, checks=(replace(first, difference=0.01), *rest)))
    [verdict, *_] = audit_cards(off, voice_of())
    assert verdict.tone == "warn" and "WARNING" in verdict.footer
    [verdict, *_] = audit_cards(found, voice_of())
    assert verdict.tone == "" and "adds up to the ledger to the last digit" in verdict.footer


def test_without_settings_the_company_is_valued_before_what_is_missing():
    engine, _ = built(draw_shop(26, a_month=40.0, seed=3), newcomers=(60.0, 55.0, 66.0))
    card = looked_at(engine)["audit-company"]
    assert card.title.endswith("by its customers before fixed costs and tax") and card.tone == "warn"
    assert "valuation.fixed_costs" in words(card) and "not stated" in words(card)


def test_in_revenue_no_profit_is_spoken_of():
    engine, _ = built(draw_shop(26, a_month=40.0, seed=3), cost=0.0, in_profit=False)
    cards = looked_at(engine, in_profit=False)
    assert "cannot be stated without costs" in cards["audit-company"].title and "audit-levers" not in cards
    for key, card in cards.items():
        assert "profit" not in words(card).lower(), key


def test_half_a_year_is_told_with_what_it_cannot_say():
    engine, _ = built(draw_shop(6, a_month=80.0, seed=3), newcomers=(60.0, 55.0, 66.0), books=True)
    cards = looked_at(engine)
    assert plain(cards["audit-verdict"].title).startswith("The history is too young to say")
    assert any("younger than two years" in point for point in cards["audit-verdict"].points)
    assert "three months" in cards["audit-change"].caption and "audit-held" not in cards
    assert any("too short to hold forecasts" in point for point in cards["audit-newcomers"].points)
    assert "extrapolated" in words(cards["audit-equity"])


def test_one_cohort_has_customers_of_today_and_none_to_come():
    bought = draw_shop(18, a_month=60.0, seed=7)
    first = {}
    for customer, day, _ in sorted(bought, key=lambda one: one[1]):
        first.setdefault(customer, day)
    early = min(first.values())
    engine, _ = built([one for one in bought if (first[one[0]] - early).days < 90], books=True)
    cards = looked_at(engine)
    assert cards["audit-newcomers"].title == "Customers still to come cannot be forecast"
    assert "Nobody new has come" in cards["audit-newcomers"].empty
    assert cards["audit-equity"].title.endswith("those to come cannot be told")
    assert cards["audit-revenue"].title.endswith("from the customers of today")
    assert "customers of today alone" in words(cards["audit-company"])


@pytest.mark.parametrize(
    ("purchases", "events"),
    [
        ([(1, on(2025, 5), 20.0)], ()),
        ([(1, on(2025, 5), 20.0)], [(1, on(2025, 6), -20.0, -8.0)]),
        ([(c, on(2024, 1 + c % 12), 10.0) for c in range(60)], [(c, on(2025, 6), -10.0, -4.0) for c in range(60)]),
        ([(c, on(2024, 1 + c % 12), 10.0) for c in range(60)], ()),
        ([(c, on(2025, 6, 1 + c % 28), 10.0) for c in range(60)], ()),
        ([(c, on(2019 + c % 2, 5), 10.0) for c in range(40)], ()),
        ([(c % 12, on(2024, 1 + c % 12, 1 + c % 27), 1e9) for c in range(200)], ()),
        ([(c % 12, on(2024, 1 + c % 12, 1 + c % 27), 0.0) for c in range(200)], ()),
    ],
    ids=["one", "refunded", "all-refunded", "no-repeat", "one-month", "long-gone", "billions", "free"],
)
@pytest.mark.parametrize("currency", ["EUR", None])
def test_odd_shops_have_pages_too(purchases, events, currency):
    engine, frame = shop_of(purchases, events, books=True)
    audit.build(engine, frame)
    cards = looked_at(engine, currency=currency)
    assert "audit-verdict" in cards and customer_base_audit(engine).lenses.adds_up


def test_few_people_are_never_shown():
    few = [(c, on(2024, 2, 1 + c % 27), 10.0) for c in range(40)] + [(c, on(2025, 2, 1 + c), 10.0) for c in range(4)]
    engine, _ = built(few + [(100 + c, on(2025, 2, 1 + c % 27), 10.0) for c in range(30)])
    cards = looked_at(engine)
    cells = [[plain(text_of(cell)) for cell in row] for row in cards["audit-periods"].shown.rows]
    assert ["34", "hidden", "0", "hidden"] in [row[1:5] for row in cells]
    assert "audit-moves" not in cards or "hidden" in words(cards["audit-moves"])


def test_a_hidden_kind_of_customers_is_named():
    long_known = [(c, on(2025, month, 1 + c % 27), 10.0) for c in range(40) for month in (5, 6)]
    engine, _ = built(long_known + [(100 + c, on(2025, 6, 1 + c), 10.0) for c in range(4)])
    said = plain(looked_at(engine)["audit-periods"].caption)
    assert "how many were new and kept is not shown" in said and "4 " not in said.split(" customers")[1]


def test_nothing_known_is_nothing_said():
    assert audit_cards(customer_base_audit(DuckDB(threads=1)), voice_of()) == ()
    engine = DuckDB(threads=1)
    create(engine, *audit.TABLES)
    found = customer_base_audit(engine)
    assert not found.known and audit_cards(found, voice_of()) == () and found.ahead.worth is None
