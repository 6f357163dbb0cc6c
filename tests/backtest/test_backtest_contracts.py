"""Contracts as one more voice: known as on their day, asked where bills exist, believed where the past says so."""

import dataclasses
from datetime import date

import numpy as np
import pytest
from backtest_world import expectation, world

from lifeworth import sources
from lifeworth.backtest.candidates import CONTRACT, PURCHASE, by_contract
from lifeworth.backtest.choice import BLEND, MODEL, choose
from lifeworth.backtest.contracts import has_bills, read_book
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

BOTH = (PURCHASE, CONTRACT)
HEAD = "subscription_id,customer_id,plan,started_on,ended_on,cancelled_on,trial_ends_on,mrr,interval_months\n"
CUT = date(2024, 6, 1)


@pytest.fixture
def loaded(tmp_path):
    """An engine with a file loaded, and ann, bob and cat in a histories table."""
    engines = []

    def run(text, name="s.csv"):
        path = tmp_path / name
        path.write_text(text)
        engine = DuckDB(threads=1)
        engines.append(engine)
        sources.load(engine, [FileRequest(path)], Settings(currency="EUR"), as_of=CUT, scratch=tmp_path / "scratch")
        engine.execute("CREATE TABLE people AS SELECT unnest(['cat', 'ann', 'bob']) AS customer_id")
        return engine

    yield run
    for engine in engines:
        engine.close()


ROWS = (
    "S1,ann,Pro,2024-01-10,2024-05-10,,,5,1\n"  # over
    "S2,ann,Pro,2024-05-10,{later},,,9,1\n"  # its end lies ahead and nobody knows
    "S3,bob,Extra,2024-02-01,2024-08-01,2024-05-20,,7,1\n"  # called off
    "S4,bob,Extra,2024-02-01,2024-08-01,{called},,7,3\n"  # will be called off
    "S5,bob,Pro,2024-05-20,,,2024-06-10,7,1\n"  # a trial still
    "S6,dan,Pro,2024-01-01,,,,7,1\n"  # not asked about
    "S7,cat,Pro,{begins},,,,7,1\n"  # begins later
)


def test_the_book_is_what_was_known_on_the_day(loaded):
    book = read_book(
        loaded(HEAD + ROWS.format(later="2024-07-01", called="2024-06-20", begins="2024-06-01")), CUT, "people"
    )
    nothing = "NaT"
    assert book.customers == 3 and book.customer.tolist() == [0, 0, 1, 1] and book.bill.tolist() == [5, 9, 7, 21]
    assert book.months.tolist() == [1, 1, 1, 3] and book.plan.tolist() == [1, 1, 0, 0]
    assert [str(day) for day in book.ended] == ["2024-05-10", nothing, nothing, nothing]
    assert [str(day) for day in book.leaves] == [nothing, nothing, "2024-08-01", nothing]
    assert book.has_contract.tolist() == [True, True, False]


def test_what_happens_later_changes_nothing(loaded):
    one = loaded(HEAD + ROWS.format(later="2024-07-01", called="2024-06-20", begins="2024-06-01"))
    other = loaded(HEAD + ROWS.format(later="", called="", begins="2024-09-01"), "t.csv")
    [a, b] = [read_book(engine, CUT, "people") for engine in (one, other)]
    for field in dataclasses.fields(a):
        assert np.array_equal(
            np.asarray(getattr(a, field.name)).astype(str), np.asarray(getattr(b, field.name)).astype(str)
        )


def test_contracts_are_asked_only_where_orders_are_bills(loaded):
    assert has_bills(loaded(HEAD + ROWS.format(later="", called="", begins="2024-06-01")))
    shop = loaded("customer_id,date,amount\nann,2024-01-05,9\n", "o.csv")
    assert not has_bills(shop) and by_contract(shop, None, "people") == {}


def contracts(seed, *, purchase, contract, windows=5, customers=600):
    """Past days at which each voice knows what will come up to a noise of its own; an excess beside it."""
    days = []
    for place, day in enumerate(world(seed, windows=windows, customers=customers)):
        rng = np.random.default_rng([seed, place, 77])
        truth = day.expected[PURCHASE].revenue
        says = {}
        for name, (noise, excess) in zip(BOTH, (purchase, contract), strict=True):
            said = truth * rng.lognormal(0, noise, len(truth))
            says[name] = expectation(excess * said * day.came.revenue.sum() / said.sum())
        days.append(dataclasses.replace(day, expected=says))
    return days


@pytest.mark.parametrize(("excess", "base"), [((1.2, 1.0), CONTRACT), ((1.0, 1.2), PURCHASE)])
def test_contracts_that_know_better_take_the_place_of_the_guess(excess, base):
    """Who tells customers apart is one question, whose total is kept another."""
    choice = choose(contracts(1, purchase=(2.0, excess[0]), contract=(0.1, excess[1])), BOTH)
    assert choice.blend.names == (CONTRACT,) and choice.blend.base == base
    assert choice.kind == BLEND and choice.name == choice.carrier == CONTRACT
    reason = choice.dropped[PURCHASE]
    assert reason.startswith("tells customers apart worse than their contracts do (CRPS ")
    assert reason.endswith("; only its total is kept") is (base == PURCHASE)
    newest = contracts(2, purchase=(2.0, 1.0), contract=(0.1, 1.0))[-1]
    expected, money = choice.expect(newest)
    assert expected.revenue.sum() == pytest.approx(newest.expected[base].revenue.sum())
    assert np.corrcoef(money, newest.expected[CONTRACT].revenue)[0, 1] == pytest.approx(1.0)


@pytest.mark.parametrize(("purchase", "contract"), [(0.1, 0.1), (0.1, 1.0)])
def test_contracts_that_know_no_better_are_one_voice_of_two(purchase, contract):
    choice = choose(contracts(1, purchase=(purchase, 1.0), contract=(contract, 1.0)), BOTH)
    assert choice.blend.names == BOTH and choice.kind == BLEND and not choice.dropped
    assert choice.carrier == PURCHASE


def test_a_purchase_model_alone_is_chosen_as_before():
    choice = choose(world(1), (PURCHASE,))
    assert choice.kind == MODEL and choice.blend.base == choice.carrier == PURCHASE and not choice.dropped
