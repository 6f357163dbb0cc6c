"""The room on shops that go wrong in every way, and on the demo."""

import json

import pytest
from insight_shop import AS_OF
from margins_shop import adds_up, ago, built, kept

from lifeworth.demo import simulate
from lifeworth.insight import margins
from lifeworth.settings import read_settings

RULES = [{"cost": "margin", "rate": "0.4"}]


def order(n, who="C1", **said):
    return {"order_id": f"A{n}", "customer_id": who, "ordered_on": ago(10 + n % 300), "gross": 20} | said


HOSTILE = ("'; DROP TABLE ledger_orders; --", '"x"', "{channel}", "%s", "🦄", "  ", "x" * 300, "not stated", "others")

ODD = {
    "nobody": {},
    "one customer": {"orders": [order(1)]},
    "only the future": {"orders": [order(1, ordered_on=AS_OF)]},
    "orders of nobody": {"orders": [order(n, None) for n in range(40)]},
    "everything refunded": {
        "orders": [order(n, f"C{n}") for n in range(60)],
        "refunds": [{"order_id": f"A{n}", "refund_id": f"R{n}", "amount": 20, "refunded_on": ago(5)} for n in range(60)],
    },
    "nothing paid": {"orders": [order(n, f"C{n}", gross=0) for n in range(60)]},
    "only tickets": {"service": [{"ticket_id": f"T{n}", "customer_id": f"X{n}", "opened_on": ago(3), "cost": 1, "currency": "EUR"} for n in range(15)]},
    "ten thousand channels": {"orders": [order(n, f"C{n}", channel=f"ch {n}", coupon=f"k{n}", country=f"{n}") for n in range(10_000)]},
    "hostile names": {
        "orders": [order(n, f"C{n}", channel=HOSTILE[n % 9], country=HOSTILE[n % 7], coupon=HOSTILE[n % 5], payment_method=HOSTILE[n % 4]) for n in range(700)],
        "order_lines": [{"order_id": f"A{n}", "product_id": HOSTILE[n % 8], "category": HOSTILE[n % 6], "amount": 20} for n in range(700)],
        "refunds": [{"order_id": f"A{n}", "refund_id": f"R{n}", "product_id": HOSTILE[n % 8], "amount": 20, "refunded_on": ago(2)} for n in range(0, 700, 13)],
    },
    "lines of no order": {"orders": [order(1)], "order_lines": [{"order_id": "nowhere", "product_id": "p", "category": "c", "amount": 4}]},
    "lines that say another sum": {
        "orders": [order(n, f"C{n}", gross=20, discount=5) for n in range(50)],
        "order_lines": [{"order_id": f"A{n}", "product_id": "p", "category": "c", "amount": 400, "quantity": 0} for n in range(50)],
    },
    "one day": {"orders": [order(n, f"C{n}", ordered_on=ago(1)) for n in range(50)]},
    "huge amounts": {"orders": [order(n, f"C{n}", gross=10**11, channel="ab"[n % 2]) for n in range(60)]},
}  # fmt: skip


@pytest.mark.parametrize("costs", [(), RULES], ids=["revenue", "profit"])
@pytest.mark.parametrize("name", ODD)
def test_the_room_never_fails_and_always_adds_up(name, costs):
    engine = built(ODD[name], costs)
    assert adds_up(engine) == []
    assert engine.value("SELECT count(*) FROM margins_leaks WHERE kind = 'leak'") == 0
    for table in margins.TABLES:
        for column in table.columns:
            if column.required:
                assert engine.value(f'SELECT count(*) FROM {table.name} WHERE "{column.name}" IS NULL') == 0, (
                    table.name,
                    column.name,
                )
    if name == "hostile names":
        assert engine.value("SELECT count(*) FROM ledger_orders") == 700
    engine.close()


def test_building_twice_is_building_once():
    engine, frame = kept({"orders": [order(n, f"C{n % 30}", channel="ab"[n % 2]) for n in range(200)]}, RULES)
    margins.build(engine, frame)
    first = {table.name: engine.rows(f"SELECT * FROM {table.name}") for table in margins.TABLES}
    for table in margins.TABLES:
        engine.execute(table.ddl())
    margins.build(engine, frame)
    assert first == {table.name: engine.rows(f"SELECT * FROM {table.name}") for table in margins.TABLES}


def test_nothing_after_the_day_is_known():
    """Orders, refunds and tickets on the day itself and later change nothing."""
    known = {"orders": [order(n, f"C{n % 40}", channel="ab"[n % 2]) for n in range(200)]}
    later = {
        "orders": [
            *known["orders"],
            *(order(n, f"C{n % 40}", channel="ab"[n % 2], ordered_on=ago(-3)) for n in range(200, 260)),
        ],
        "refunds": [{"order_id": f"A{n}", "refund_id": f"R{n}", "amount": 20, "refunded_on": AS_OF} for n in range(50)],
        "service": [
            {"ticket_id": "T", "customer_id": "C1", "order_id": "A1", "opened_on": AS_OF, "cost": 9, "currency": "EUR"}
        ],
    }
    one, other = built(known, RULES), built(later, RULES)
    for table in margins.TABLES:
        assert one.rows(f"SELECT * FROM {table.name}") == other.rows(f"SELECT * FROM {table.name}"), table.name


def test_the_demo_shows_its_leak_and_its_losing_country(tmp_path):
    """The planted truths once, from the files up; twenty seeds stand in benchmarks/insight/margins.py."""
    from margins_shop import loaded_files

    shop = simulate(tmp_path, customers=2000, seed=5)
    planted = json.loads(shop.planted.read_text())
    engine, frame = loaded_files(shop.files, read_settings(shop.config), shop.as_of)
    margins.build(engine, frame)
    assert adds_up(engine) == []
    truth = planted["leaking_category"]
    [leak] = engine.records(
        "SELECT * FROM margins_leaks WHERE kind = 'leak' AND cost = 'returns' ORDER BY place LIMIT 1"
    )
    assert (leak["member"], leak["second_member"]) == (truth["category"], None)
    assert leak["excess_low"] * 0.7 < truth["excess_cost"] < leak["excess_high"] * 1.3
    assert all(peer in leak["comparables"] for peer in truth["peers"])
    [loss] = engine.records("SELECT * FROM margins_loss_groups ORDER BY place LIMIT 1")
    assert (loss["dimension"], loss["member"]) == ("country", planted["loss_making_segment"]["country"])
