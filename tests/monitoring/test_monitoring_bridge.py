"""The parts of a change add up, and each catches what it is named for."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from monitoring_shop import START, engine_with, write_values

from lifeworth.monitoring.bridge import Side, build_bridge, why_not_comparable
from lifeworth.monitoring.tables import make_empty

THEN = Side("2025-01-06", 364, "EUR", "profit", 0.0, "BG/NBD")
NOW = Side("2025-02-03", 364, "EUR", "profit", 0.0, "BG/NBD")


@pytest.fixture(scope="module")
def engine():
    return engine_with([("a", START, 1.0)])


def bridge_of(engine, before, now, then=THEN, today=NOW):
    make_empty(engine)
    write_values(engine, before, "monitoring_before")
    write_values(engine, now)
    return build_bridge(engine, then, today)


def base(count=60, **changes):
    return [
        {"id": f"c{i}", "orders_mean": 1.0 + i % 5, "share": 0.4, "T": 100 + i % 3, **changes} for i in range(count)
    ]


def only(bridge, *names):
    """Parts other than the named ones are rounding: forecasts are written to the cent."""
    return {part.name for part in bridge.parts if abs(part.amount) > Decimal("0.50")} <= set(names)


def test_new_and_gone_customers(engine):
    came = [{"id": "n1", "orders_mean": 2.0, "share": 0.4}, {"id": "n2", "orders_mean": 1.0, "share": 0.4}]
    grown = bridge_of(engine, base(), base() + came)
    assert only(grown, "new customers") and grown.amount("new customers") == grown.change == Decimal("60.00")
    shrunk = bridge_of(engine, base() + came, base())
    assert only(shrunk, "customers gone") and shrunk.amount("customers gone") == shrunk.change == Decimal("-60.00")


def test_a_cut_margin_is_cost_and_dearer_orders_are_price(engine):
    cheaper = bridge_of(engine, base(), base(share=0.3))
    assert only(cheaper, "cost") and float(cheaper.amount("cost")) == pytest.approx(
        -0.25 * float(cheaper.before), abs=0.02
    )
    dearer = bridge_of(engine, base(), base(price=60.0))
    assert only(dearer, "price") and float(dearer.amount("price")) == pytest.approx(
        0.2 * float(dearer.before), abs=0.02
    )


def test_both_at_once_share_what_they_did_together(engine):
    both = bridge_of(engine, base(), base(price=60.0, share=0.3))
    cost, price, old = (float(x) for x in (both.amount("cost"), both.amount("price"), both.before))
    assert price == pytest.approx(old * 0.2 * (1 + 0.75) / 2, abs=0.05)
    assert cost == pytest.approx(old * -0.25 * (1 + 1.2) / 2, abs=0.05)


def test_the_same_histories_valued_differently_are_the_model(engine):
    before = base()
    now = [c | {"orders_mean": c["orders_mean"] * 1.5} for c in before]
    found = bridge_of(engine, before, now)
    assert found.model_known and only(found, "model")
    assert float(found.amount("model")) == pytest.approx(0.5 * float(found.before), abs=0.02)


def _orders(x, age, factor=1.0):
    """Expected orders given a history, as a model would say: fewer the longer the silence."""
    return factor * (x + 0.5) * 60.0 / (age + 60.0)


def _base_at(day, factor=1.0, bought=()):
    rows = []
    for i in range(400):
        age, x = 30 + i % 90 + day, i % 2
        if i in bought:
            rows.append((i, x + 1, age, age))
        else:
            rows.append((i, x, 10 * x, age))
    return [
        {"id": f"c{i}", "frequency": x, "recency": r, "T": a, "orders": x + 1, "orders_mean": _orders(x, a - r, factor)}
        for i, x, r, a in rows
    ]


def test_silence_purchases_and_the_model_are_told_apart(engine):
    then, today = THEN.__class__(**{**THEN.__dict__, "basis": "revenue"}), NOW
    today = NOW.__class__(**{**NOW.__dict__, "basis": "revenue"})
    bought = set(range(0, 400, 9))
    truth = bridge_of(engine, _base_at(0), _base_at(14, 1.0, bought), then, today)
    assert only(truth, "kept customers", "customers who stayed away")
    assert truth.amount("customers who stayed away") < 0 < truth.amount("kept customers")
    moved = bridge_of(engine, _base_at(0), _base_at(14, 1.3, bought), then, today)
    assert float(moved.amount("model")) == pytest.approx(float(moved.after) * (1 - 1 / 1.3), rel=0.02)
    assert float(moved.amount("customers who stayed away")) == pytest.approx(
        float(truth.amount("customers who stayed away")), rel=0.02
    )


def test_too_few_twins_are_said(engine):
    few = bridge_of(engine, base(5), base(5, T=400))
    assert not few.model_known and "Too few histories" in few.parts[-2].said


customers = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(0, 40).map(lambda i: f"c{i}"),
            "orders_mean": st.floats(0, 20).map(lambda v: round(v, 4)),
            "price": st.floats(-5, 500),
            "share": st.floats(-8, 8),
            "frequency": st.integers(0, 4),
            "T": st.integers(100, 130),
        }
    ),
    max_size=40,
    unique_by=lambda c: c["id"],
)


@given(customers, customers)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_add_up_to_the_cent_whatever_the_customers(engine, before, now):
    found = bridge_of(engine, before, now)
    assert sum((p.amount for p in found.parts), Decimal(0)) == found.after - found.before
    assert abs(found.amount("remainder")) <= Decimal("0.10")
    written = engine.rows("SELECT part, amount FROM monitoring_bridge ORDER BY step")
    assert written[-1][1] == written[0][1] + sum(amount for _, amount in written[1:-1])


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("horizon_days", 90, "horizon"),
        ("currency", None, "none stated"),
        ("basis", "revenue", "basis"),
        ("discount", 0.1, "discount"),
        ("as_of", "2024-12-31", "before"),
    ],
)
def test_what_cannot_be_compared_is_not(engine, name, value, word):
    other = Side(**{**NOW.__dict__, name: value})
    assert word in why_not_comparable(THEN, other)
    assert bridge_of(engine, base(), base(), THEN, other).parts == ()
    assert engine.value("SELECT count(*) FROM monitoring_bridge") == 0
    assert why_not_comparable(THEN, NOW) is None


def test_random_bases_do_not_explode(engine):
    """A tiny expectation with a large share must not turn into two huge parts that cancel."""
    odd = [{"id": "x", "orders_mean": 1.0, "revenue_mean": 0.01, "value_mean": -5.0}]
    even = [{"id": "x", "orders_mean": 1.0, "revenue_mean": 50.0, "value_mean": 20.0}]
    found = bridge_of(engine, base() + odd, base() + even)
    assert max(abs(p.amount) for p in found.parts) <= 30
    assert np.isclose(float(found.change), 25.0)
