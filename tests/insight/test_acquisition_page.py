"""What a reader sees of acquisition: the answer from the tables, and the cards with their findings."""

from datetime import UTC, date, datetime, timedelta
from math import isnan

import pytest
from acquisition_shop import acquired, built, days_from, won
from insight_shop import plain_frame

from lifeworth.answers.acquisition import customer_acquisition
from lifeworth.answers.acquisition_parts import ALL, CHANNEL, EVERYBODY, PAID
from lifeworth.answers.run_facts import RunFacts
from lifeworth.insight.acquisition import TABLES
from lifeworth.insight.ground import create
from lifeworth.report.cards.acquisition import acquisition_cards
from lifeworth.report.voice import Voice
from lifeworth.store.duckdb.engine import DuckDB

START = date(2022, 1, 1)


def voice_of(*, in_profit=True, currency="EUR", horizon=365):
    frame = plain_frame()
    basis = "profit" if in_profit else "revenue"
    facts = RunFacts("r", "1", frame.as_of, horizon, 0.8, 0.1, currency, basis, "", 1, {}, "BG/NBD", "", (), datetime(2025, 7, 1, tzinfo=UTC))  # fmt: skip
    return Voice(facts)


def usual(**framed):
    """A channel that earns and one that does not, over three years of months, letters beside them."""
    people, spend, events = [], [], []
    for month, first in enumerate(days_from(START, 40, 30)):
        for day in days_from(first, 14, 2):
            people += [
                won("search", day, (40, 9.0), (200, 8.0), first=12.0),
                won("social", day, (90, 3.0), first=4.0),
                won(None, day),
            ]
        spend += [(first, "search", 70 + 15 * (month % 4), "brand"), (first, "social", 210 + 40 * (month % 3), "reels")]
    spend.append((START, "billboard", 55))
    events = [(place, date(2025, 2, 1), "contact", -0.5, None) for place in range(0, len(people), 3)]
    return built(people, spend, events, **framed)


@pytest.fixture(scope="module")
def shop():
    return customer_acquisition(usual(), 365)


@pytest.fixture(scope="module")
def cards(shop):
    return {card.key: card for card in acquisition_cards(shop, voice_of())}


def test_the_answer_holds_every_table(shop):
    assert {v.name for v in shop.values} >= {ALL, PAID, "search", "social", "no channel stated"}
    assert shop.value(CHANNEL, "search", 365).ratio.mean > 1 > shop.value(CHANNEL, "social", 365).ratio.mean
    assert shop.payback(EVERYBODY, PAID) is not None and shop.payback(CHANNEL, "search").month is not None
    assert [v.channel for v in shop.verdicts if v.average is not None] == ["search", "social"]
    assert shop.unshared == (("billboard", START, 55.0),) and shop.spent == pytest.approx(sum(c.spend for c in shop.costs if c.grouped_by == "won in"))  # fmt: skip
    assert [way.compares for way in shop.ways] == [False, False, False, True]
    assert shop.curves[CHANNEL, "search"][0][0] == 0 and shop.in_profit


def test_titles_say_the_finding_with_its_number(cards):
    assert cards["acquisition"].title.startswith("An average €1 spent on social brings back €0.")
    assert cards["acquisition"].tone == "warn"
    assert "paid newcomer comes back" in cards["acquisition-payback"].title
    assert (
        "One customer more from" in cards["acquisition-marginal"].title
        and "range" in cards["acquisition-marginal"].title
    )
    assert cards["acquisition-costs"].title.startswith("Winning a customer cost €")
    keeping = cards["acquisition-keeping"]
    assert "was spent on winning for €1 of newcomers’ profit" in keeping.title and "experiment" not in keeping.title
    assert keeping.caption.startswith("That is what was spent, not what it caused")
    assert "a habit" in cards["acquisition-keeping"].caption and "habit" in cards["acquisition"].footer


def test_every_card_ends_with_a_next_step_and_every_table_is_square(cards):
    for card in cards.values():
        assert "Next: " in card.footer
        for table in filter(None, (card.shown, card.details)):
            assert table.rows and all(len(row) == len(table.columns) for row in table.rows), card.key


def test_spend_that_nobody_shares_is_said(cards):
    assert any("€55" in point and "billboard" in point for point in cards["acquisition"].points)


def test_what_is_predicted_is_marked_and_losses_are_coloured(cards):
    cells = [cell for row in cards["acquisition-payback"].shown.rows for cell in row if hasattr(cell, "level")]
    assert any(cell.level < 0 for cell in cells) and any(cell.level > 0 for cell in cells)


@pytest.mark.parametrize("currency", [None, "GBP"])
def test_money_is_that_of_the_run(currency):
    found = customer_acquisition(usual(currency=currency), 365)
    texts = " ".join(
        card.title + card.caption + card.footer for card in acquisition_cards(found, voice_of(currency=currency))
    )
    assert "€" not in texts and "euro" not in texts.lower()


def test_without_spend_there_is_no_card_and_without_costs_no_promise():
    people = [won("search", day) for day in days_from(date(2024, 3, 1), 60)]
    assert acquisition_cards(customer_acquisition(built(people), 365), voice_of()) == ()
    engine = built(people, [(date(2024, 3, 1), "search", 100)], in_profit=False)
    found = customer_acquisition(engine, 365)
    keys = {card.key: card for card in acquisition_cards(found, voice_of(in_profit=False))}
    assert not found.in_profit and "acquisition-payback" not in keys
    assert "add a margin" in keys["acquisition"].footer and "cannot be told" in keys["acquisition"].title


def test_an_older_result_without_these_tables_is_an_empty_answer():
    engine = DuckDB()
    found = customer_acquisition(engine, 365)
    assert (found.values, found.costs, found.spent) == ((), (), 0.0)
    assert acquisition_cards(found, voice_of()) == ()
    create(engine, *TABLES)
    assert acquisition_cards(customer_acquisition(engine, 365), voice_of()) == ()


@pytest.mark.parametrize("count", [1, 12, 45])
def test_few_newcomers_and_hostile_names_do_not_break_a_page(count):
    name = "<script>x</script>" + "y" * 60
    people = [won(name, day + timedelta(days=n % 5)) for n, day in enumerate(days_from(date(2025, 1, 1), count))]
    found = customer_acquisition(built(people, [(date(2025, 1, 1), name, 100, "{{7*7}}")]), 365)
    for card in acquisition_cards(found, voice_of()):
        assert name not in card.title and "nan" not in (card.title + card.caption).lower().split()


def test_a_marginal_cost_without_upper_end_says_so():
    engine, _ = acquired([])
    row = "('a', 30, 0.06, 0.05, 0.3, 0.9, 5.0, 83.0, 17.0, NULL, 0.8, 'a: note.')"
    engine.execute(f"INSERT INTO acquisition_marginal VALUES {row}")
    engine.execute("INSERT INTO acquisition_costs VALUES ('channel', 'a', NULL, '2025-01-01', '2025-02-01', 9, 10, 10, 0.9, 0.9, 'f')")  # fmt: skip
    found = customer_acquisition(engine, 365)
    assert isnan(found.marginals[0].cost.high)
    [card] = [card for card in acquisition_cards(found, voice_of()) if card.key == "acquisition-marginal"]
    assert "no upper end" in card.title
