"""What newcomers are worth: the ledger's own totals, groups large enough to speak, nothing of the future."""

import os
import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from lifeworth import ledger, sources
from lifeworth.contract.registry import create_tables
from lifeworth.models.cold_start import lead_value
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.settings import CostRule, Settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.values.newcomers import ALL, lead_model, newcomers

START = date(2022, 1, 1)
AS_OF = date(2025, 1, 1)
DATA = Path(os.environ.get("LIFEWORTH_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
MARGIN = Settings(costs=[CostRule(cost="margin", rate="0.5"), CostRule(cost="returns_handling", fixed="3")])


def build_shop(customers=1200, seed=1, days=1096, as_of=AS_OF, rich=1.6, age=0):
    """Newcomers over the whole time, and from ``age`` days before the books; referral brings the better ones."""
    rng = np.random.default_rng(seed)
    engine = DuckDB(threads=1)
    create_tables(engine)
    orders, refunds, people = [], [], []
    for who in range(customers):
        friend = rng.random() < 0.3
        channel = "referral" if friend else ("search" if rng.random() < 0.97 else "fair")
        first = int(rng.integers(-age, days - 1))
        rate, later = rng.gamma(1.0, 1 / 120) * (2.0 if friend else 1.0), []
        while not later or (later[-1] < days and rng.random() > 0.25):
            later.append((later[-1] if later else first) + rng.exponential(1 / rate))
        visits = [first, *(int(day) for day in later)]
        people.append({"customer_id": f"C{who:05d}", "attributes": f'{{"tier": "{"AB"[who % 2]}"}}'})
        for visit in sorted({int(v) for v in visits}):
            day = START + timedelta(days=visit)
            if not 0 <= visit < days:
                continue
            order = f"O{len(orders)}"
            amount = round(float(rng.gamma(4, 10) * (rich if friend else 1.0)), 2)
            orders.append(
                {
                    "order_id": order,
                    "customer_id": f"C{who:05d}",
                    "ordered_at": day,
                    "ordered_on": day,
                    "currency": "EUR",
                    "channel": channel,
                    "payment_method": "card",
                    "gross": amount,
                    "discount": 0,
                    "shipping_charged": 0,
                    "tax": 0,
                    "file_no": 1,
                }
            )
            if rng.random() < 0.15:
                back = day + timedelta(days=int(rng.integers(3, 40)))
                refunds.append((order, back, round(amount / 2, 2)))
    insert(engine, "orders", orders)
    insert(engine, "customers", people)
    insert(
        engine,
        "refunds",
        [
            {
                "order_id": order,
                "refunded_at": day,
                "refunded_on": day,
                "amount": amount,
                "currency": "EUR",
                "kind": "refund",
                "date_is_known": True,
                "file_no": 1,
                "refund_no": number,
            }
            for number, (order, day, amount) in enumerate(refunds)
        ],
    )
    ledger.keep_books(engine, MARGIN)
    ledger.close_books(engine, as_of)
    ledger.histories(engine, as_of, "ledger_histories")
    return engine


def insert(engine, table, rows):
    names = [name for name in rows[0] if name in engine.columns(f"sources_{table}")]
    columns = {name: np.array([row[name] for row in rows]) for name in names}
    dates = {name: column.astype("datetime64[us]") for name, column in columns.items() if column.dtype == object}
    engine.append(f"sources_{table}", columns | dates)


@pytest.fixture(scope="module")
def shop():
    return build_shop()


ASKED = {"as_of": AS_OF, "horizon_days": 365, "level": 0.8, "in_profit": True, "seed": 1}


def of(rows, grouped_by):
    return {row.member: row for row in rows if row.grouped_by == grouped_by}


@pytest.mark.parametrize("in_profit", [True, False])
def test_everybody_adds_up_to_the_ledger(shop, in_profit):
    """Counted once more from orders and events, over newcomers who finished their year."""
    everybody = newcomers(shop, **ASKED | {"in_profit": in_profit})[0]
    last = AS_OF - timedelta(days=365)
    since = shop.value("SELECT min(ordered_on) FROM ledger_orders")
    assert everybody.customers > 500, "the last year has too few, so all years are asked"
    sale, effect = ("profit_sale", "profit_effect") if in_profit else ("net_sale", "revenue_effect")
    [(people, money, again)] = shop.rows(
        f"""WITH born AS (SELECT customer_id, min(ordered_on) AS d FROM ledger_orders GROUP BY 1
                          HAVING min(ordered_on) BETWEEN DATE '{since}' AND DATE '{last}'),
            money AS (
              SELECT customer_id, {sale} AS m, ordered_on > d AS later FROM ledger_orders JOIN born USING (customer_id)
              WHERE ordered_on < d + 365
              UNION ALL SELECT customer_id, {effect}, false FROM ledger_events JOIN born USING (customer_id)
              WHERE happened_on >= d AND happened_on < d + 365)
            SELECT count(DISTINCT customer_id), sum(m), count(DISTINCT customer_id) FILTER (later) FROM money"""
    )
    assert everybody.customers == people
    assert everybody.value_mean == pytest.approx(float(money) / people, abs=0.005)
    assert everybody.chance_of_second == pytest.approx(again / people, abs=1e-6)


def test_a_crowded_beginning_is_not_taken_for_newcomers():
    """Books that begin in the middle of a business call its old customers new in the first weeks."""
    engine = build_shop(customers=2000, seed=2, age=1096)
    begin = engine.value("SELECT min(ordered_on) FROM ledger_orders")
    born = "SELECT min(ordered_on) AS d FROM ledger_orders GROUP BY customer_id"
    settled = engine.value(
        f"SELECT count(*) FROM ({born}) WHERE d BETWEEN ? AND ?",
        [begin + timedelta(days=84), AS_OF - timedelta(days=365)],
    )
    assert newcomers(engine, **ASKED)[0].customers == settled


def test_members_average_to_everybody(shop):
    rows = newcomers(shop, **ASKED)
    base = rows[0]
    assert base.grouped_by == ALL
    dimensions = {row.grouped_by for row in rows} - {ALL}
    assert {"channel", "first order", "first month", "tier"} <= dimensions
    for dimension in dimensions:
        members = of(rows, dimension).values()
        assert sum(m.customers for m in members) == base.customers
        assert sum(m.customers * m.value_mean for m in members) == pytest.approx(
            base.customers * base.value_mean, abs=0.006 * base.customers
        )
        assert sum(m.customers * m.chance_of_second for m in members) == pytest.approx(
            base.customers * base.chance_of_second, rel=1e-4
        )


def test_better_channels_are_told_from_chance(shop):
    rows = newcomers(shop, **ASKED)
    channels, tiers = of(rows, "channel"), of(rows, "tier")
    assert channels["referral"].value_low > channels["search"].value_high
    assert channels["referral"].shrunk_share < 0.4
    assert abs(tiers["A"].value_mean - tiers["B"].value_mean) < 0.12 * rows[0].value_mean
    assert "chance alone" in tiers["A"].sentence
    assert "payment" not in {row.grouped_by for row in rows}


def test_groups_under_thirty_are_among_others(shop):
    rows = newcomers(shop, **ASKED)
    assert "fair" not in of(rows, "channel")
    assert "others" in of(rows, "channel")
    assert all(row.customers >= 30 for row in rows if row.member != "others")


def test_nothing_of_the_future_is_read():
    """The same day, asked of books that know what came later, and of books that do not."""
    day = date(2024, 3, 1)
    whole = build_shop(seed=3)
    before = build_shop(seed=3)
    before.execute("DELETE FROM sources_orders WHERE ordered_on >= ?", [day])
    before.execute("DELETE FROM sources_refunds WHERE refunded_on >= ?", [day])
    ledger.keep_books(before, MARGIN)
    ledger.close_books(before, day)
    said = [newcomers(engine, **ASKED | {"as_of": day, "horizon_days": 180}) for engine in (whole, before)]
    assert said[0] == said[1]


def test_the_table_is_what_is_returned_and_twice_the_same(shop):
    rows = newcomers(shop, **ASKED)
    assert newcomers(shop, **ASKED) == rows
    table = shop.rows("SELECT grouped_by, member, customers, value_mean, value_low, value_high FROM values_newcomers")
    assert sorted(table) == sorted(
        (r.grouped_by, r.member, r.customers, r.value_mean, r.value_low, r.value_high) for r in rows
    )
    assert not [name for name in shop.tables() if name.startswith("values_newcomer_")]


def test_a_short_history_is_carried_to_the_horizon_by_the_purchase_model():
    day = date(2022, 10, 1)
    engine = build_shop(customers=2000, seed=5, as_of=day)
    engine.execute("DELETE FROM sources_orders WHERE ordered_on >= ?", [day])
    ledger.histories(engine, day, "ledger_histories")
    columns = engine.arrays("SELECT * EXCLUDE (customer_id) FROM ledger_histories")
    history = CustomerHistory.from_columns({n: np.ma.filled(v, 0) for n, v in columns.items()})
    forecaster = Forecaster(1, 1, fast=True).fit(history)
    asked = ASKED | {"as_of": day}
    plain, carried = newcomers(engine, **asked)[0], newcomers(engine, **asked, forecaster=forecaster)[0]
    truth = newcomers(build_shop(customers=2000, seed=5), **ASKED)[0]
    assert plain.seen_days == plain.horizon_days == carried.seen_days < 365 == carried.horizon_days
    assert "carried on from their first" in carried.sentence
    assert plain.value_mean < carried.value_mean
    assert abs(carried.value_mean - truth.value_mean) < abs(plain.value_mean - truth.value_mean)
    assert carried.value_low < truth.value_mean < carried.value_high
    assert carried.value_high - carried.value_low > plain.value_high - plain.value_low


def test_too_few_newcomers_make_an_empty_table():
    engine = build_shop(customers=25)
    assert newcomers(engine, **ASKED) == ()
    assert lead_model(engine, **ASKED) is None
    assert engine.value("SELECT count(*) FROM values_newcomers") == 0


def test_a_lead_is_asked_for_by_what_newcomers_were_known_by(shop):
    model, rows = lead_model(shop, **ASKED), of(newcomers(shop, **ASKED), "channel")
    assert model is not None
    assert set(model.asks) == {"channel", "tier"}
    for channel in ("referral", "search"):
        mean, low, high = lead_value(model, {"channel": channel})
        assert low < mean < high
        assert mean == pytest.approx(rows[channel].value_mean, rel=0.05)


def test_a_large_base_is_asked_by_an_even_sample(shop, monkeypatch):
    monkeypatch.setattr("lifeworth.values.newcomers.born.MOST_ASKED", 300)
    sampled, whole = newcomers(shop, **ASKED), None
    monkeypatch.undo()
    whole = newcomers(shop, **ASKED)
    assert sampled[0].value_mean == whole[0].value_mean
    assert sampled[0].customers == whole[0].customers
    asked = sum(row.customers for row in of(sampled, "channel").values())
    assert 0.3 * whole[0].customers < asked < 0.7 * whole[0].customers
    assert "even sample" in of(sampled, "channel")["referral"].sentence


def load(files, as_of=None):
    engine = DuckDB(threads=1)
    with tempfile.TemporaryDirectory() as scratch:
        sources.load(engine, [FileRequest(f) for f in files], Settings(), as_of=as_of, scratch=Path(scratch))
    ledger.keep_books(engine, Settings())
    closing = as_of or ledger.last_day(engine) + timedelta(days=1)
    ledger.close_books(engine, closing)
    return engine, closing


def test_cdnow_is_one_cohort_of_a_known_size():
    path = DATA / "cdnow" / "master.csv"
    if not path.exists():
        pytest.skip("no CDNOW data beside the project")
    engine, day = load([path])
    rows = newcomers(engine, as_of=day, horizon_days=365, level=0.8, in_profit=False, seed=1)
    assert rows[0].customers == 23_570
    assert {row.grouped_by for row in rows} == {ALL, "first month", "first order"}
    assert {member[:7] for member in of(rows, "first month")} == {"1997-01", "1997-02", "1997-03"}
    assert rows[0].value_low < rows[0].value_mean < rows[0].value_high
