"""What a reader is told: the answer is the table, and every title carries its number."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from margins_shop import ago, built
from test_margins_leaks import RULES, shop

from lifeworth.answers.margins import margins as ask
from lifeworth.answers.run_facts import RunFacts
from lifeworth.report.card import Name
from lifeworth.report.cards.margins import margins_cards
from lifeworth.report.voice import Voice
from lifeworth.settings import WhatIf
from lifeworth.store.duckdb.engine import DuckDB


def voice(in_profit=True, currency="EUR"):
    basis = "profit" if in_profit else "revenue"
    return Voice(
        RunFacts(
            "r", "0", ago(0), 365, 0.8, 0.1, currency, basis, "", 1, {}, "", "", (), datetime(2025, 7, 1, tzinfo=UTC)
        )
    )


@pytest.fixture(scope="module")
def engine():
    tables = shop(market=0.4)
    costs = [
        {"order_id": row["order_id"], "cost_type": "shipping_paid", "amount": 30, "currency": "EUR"}
        for row in tables["orders"]
        if row["country"] == "AT" and row["channel"] == "search"
    ]
    levers = [
        WhatIf(lever="retention", by="0.01"),
        WhatIf(lever="price", by="0.02"),
        WhatIf(lever="acquisition_cost", by="-0.15"),
        WhatIf(lever="budget", by="0.2", channel="a", to="b"),
    ]
    return built(tables | {"order_costs": [*tables["order_costs"], *costs]}, RULES, what_if=levers)


def cards(engine, **said):
    return {card.key: card for card in margins_cards(ask(engine), voice(**said))}


def test_the_answer_is_what_the_tables_hold(engine):
    found = ask(engine)
    [row] = engine.records("SELECT * FROM margins_leaks WHERE kind = 'leak' AND cost = 'returns'")
    leak = next(leak for leak in found.leaks if leak.cost == "returns")
    assert leak.names == (("category", "cups"), ("channel", "market"))
    assert (leak.excess.mean, leak.excess.low, leak.sentence) == (
        row["excess_mean"],
        row["excess_low"],
        row["sentence"],
    )
    assert found.tested == engine.value("SELECT count(*) FROM margins_tested WHERE q_value IS NOT NULL")
    assert found.lost[0] == engine.value("SELECT count(*) FROM insight_customers WHERE past_profit < 0")
    assert found.base.bar("Gross sales").amount == pytest.approx(
        float(engine.value("SELECT amount FROM ledger_waterfall WHERE position = 1"))
    )
    assert list(found.falls)[0] == "base" and all(bar.share == bar.share for bar in found.base.bars)


def test_every_card_says_its_finding_with_the_number_and_what_to_do(engine):
    told = cards(engine)
    assert list(told) == [
        "margins-leaks",
        "margins-terms",
        "margins-loss-groups",
        "margins-losses",
        "margins-groups",
        "margins-what-if",
    ]
    for card in told.values():
        assert any(letter.isdigit() for letter in card.title), card.title
        assert "Next step: " in card.footer
        for table in (card.shown, card.details):
            if table is not None:
                assert all(len(row) == len(table.columns) for row in table.rows)
    assert told["margins-loss-groups"].title.startswith("Orders through search from AT lose €")
    assert "commission on orders through market takes" in told["margins-terms"].title
    unsaid = dict(told["margins-what-if"].legend)
    assert len(unsaid) == 2 and all("cannot be said" in why for why in unsaid.values())


def test_where_nothing_leaks_that_is_said(engine):
    quiet = built(shop(), RULES)
    told = cards(quiet)
    assert told["margins-leaks"].title == "No group costs more than its comparables beyond chance"
    assert told["margins-leaks"].shown is None


def test_without_costs_the_cards_speak_of_revenue_alone():
    tables = shop(market=0.4)
    told = cards(built({name: tables[name] for name in ("orders", "order_lines", "refunds")}), in_profit=False)
    columns = [column.label for column in told["margins-groups"].shown.columns]
    assert "Goods" not in columns and "Returns" in columns
    assert "margins-loss-groups" not in told


def test_without_costs_discounts_and_returns_nothing_is_said_to_leak():
    told = cards(built({"orders": shop()["orders"]}), in_profit=False)
    assert "margins-groups" not in told


def test_groups_that_leave_the_same_are_not_held_against_each_other(engine):
    found = ask(engine)
    base = found.base
    alike = tuple(replace(base, grouping="country", member=name, label=name) for name in ("AT", "CH"))
    told = {
        card.key: card for card in margins_cards(replace(found, falls={"base": (base,), "country": alike}), voice())
    }
    assert told["margins-groups"].title.startswith("By country nothing leaks: each leaves about €")


def test_a_result_without_these_tables_has_no_cards():
    engine = DuckDB(threads=1)
    assert margins_cards(ask(engine), voice()) == ()


def test_long_and_hostile_names_are_shortened_and_kept_whole_for_the_csv():
    name = "<script>" + "x" * 90
    orders = [
        {
            "order_id": f"A{n}",
            "customer_id": f"C{n}",
            "ordered_on": ago(n % 300 + 1),
            "gross": 20,
            "channel": (name, "b")[n % 2],
        }
        for n in range(200)
    ]
    told = cards(built({"orders": orders}, RULES))
    cells = [row[0] for row in told["margins-groups"].shown.rows]
    assert any(isinstance(cell, Name) and cell.full == name and len(cell.text) < 40 for cell in cells)
