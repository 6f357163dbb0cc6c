"""Orders priced by their items with freight; files that are counted and not used; refunds of nothing."""

import itertools
from decimal import Decimal

import pytest

from lifeworth.sources import FileRequest

HEAD = "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
OLIST = (
    HEAD + "order_delivered_customer_date,order_estimated_delivery_date\n"
    "A1,k1,delivered,2017-07-09 21:57:05,,,,\nA2,k2,canceled,2017-07-10 21:57:05,,,,\n"
    "A3,k3,unavailable,2017-07-11 21:57:05,,,,\nA4,k4,shipped,2017-07-12 21:57:05,,,,\n"
)
ITEMS = (
    "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
    "A1,1,p,s,2017-07-12,10.00,2.50\nA1,2,p,s,2017-07-12,10.00,2.50\nA1,2,p,s,2017-07-12,10.00,2.50\n"
    "A2,1,p,s,2017-07-12,99.00,9.00\n"
)


def test_olist_orders_are_worth_their_items_and_freight(load, write):
    for files in itertools.permutations((write("orders.csv", OLIST), write("items.csv", ITEMS))):
        loaded = load(*files)
        assert loaded.rows(
            "SELECT order_id, gross, discount, shipping_charged, currency FROM sources_orders ORDER BY 1"
        ) == [
            ("A1", Decimal(20), 0, Decimal(5), "BRL"),
            ("A4", 0, 0, 0, "BRL"),
        ]
        assert loaded.rows("SELECT line_no, quantity, amount FROM sources_order_lines") == [(1, 1, 10), (2, 1, 10)]
        assert loaded.reasons == {
            "ignored: the status says it is no order": 2,
            "ignored: its order was not loaded": 1,
            "duplicate: the same row id twice in this file": 1,
        }
        assert [f.preset for f in loaded.report.files] in (
            ["Olist orders", "Olist order items"],
            ["Olist order items", "Olist orders"],
        )
        assert any("1 order has no line in any file" in w for w in loaded.report.warnings)


ORDERS = "order_id,customer_id,date{}\nA1,ann,2024-01-01{}\n"
LINES = "order_id,product_id,unit_price,shipping\nA1,p,10,2\nA1,q,10,2\n"


@pytest.mark.parametrize(
    ("orders", "chosen", "shipping"),
    [
        (ORDERS.format("", ""), {}, 0),
        (ORDERS.format("", ""), {"line_shipping": "shipping"}, 4),
        (ORDERS.format(",shipping", ",3"), {"line_shipping": "shipping"}, 3),
        (ORDERS.format(",amount", ",20"), {"line_shipping": "shipping"}, 0),
    ],
)
def test_shipping_of_lines_is_added_up_only_where_it_is_known_to_be_theirs(load, write, orders, chosen, shipping):
    """Many exports repeat the shipping of the order on each of its lines."""
    loaded = load(write("o.csv", orders), write("l.csv", LINES), map=chosen)
    assert loaded.rows("SELECT gross, shipping_charged FROM sources_orders") == [(20, shipping)]


UNUSED = {
    "payments": ("order_id,payment_sequential,payment_type,payment_value\nA1,1,card,12\nA1,2,voucher,8\n", "how an order was paid"),
    "usage": ("usage_id,subscription_id,usage_date\nU1,S1,2024-01-01\nU2,S1,2024-01-01\n", "records of usage"),
    "returns": ("ReturnDate,TerritoryKey,ProductKey,ReturnQuantity\n18/01/2015,9,312,1\n18/01/2015,9,312,1\n", "taken off nobody"),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNUSED)
def test_files_nobody_can_use_are_counted_and_said(load, write, kind):
    text, words = UNUSED[kind]
    loaded = load(write("o.csv", ORDERS.format(",amount", ",20")), write("x.csv", text), currency="EUR")
    [file] = [f for f in loaded.report.files if f.name == "x.csv"]
    assert (file.kind, file.rows_read, file.rows_ignored) == (kind, 2, 2)
    assert all(words in reason for reason in loaded.reasons)
    assert any(words in w and "2 rows were counted" in w for w in loaded.report.warnings)
    assert loaded.net == 20


def test_unused_files_are_each_counted_under_their_own_reason(load, write):
    files = [write(f"{n}.csv", UNUSED["usage"][0].replace("U1", f"U{n}x")) for n in range(2)]
    loaded = load(write("o.csv", ORDERS.format(",amount", ",20")), *files)
    assert loaded.reasons == {"ignored: this version does not use records of usage": 4}


def test_a_refund_of_nothing_for_nothing_is_none(load, write):
    rows = "R1,ann,,2024-02-01,0,,\nR2,ann,,2024-02-01,0.00,2,\nR3,ann,A1,2024-02-01,0,,\nR4,ann,,2024-02-01,4,,\n"
    refunds = write("r.csv", f"refund_id,customer_id,order_id,refunded_on,amount,quantity,sku\n{rows}")
    loaded = load(write("o.csv", ORDERS.format(",amount", ",20")), refunds, currency="EUR")
    assert loaded.rows("SELECT refund_id FROM sources_refunds ORDER BY 1") == [("R2",), ("R3",), ("R4",)]
    assert loaded.reasons == {"ignored: nothing was given back": 1}


def test_one_file_may_be_read_as_two_kinds(load, write):
    events = write("e.csv", "event,account,day,back,said\n1,ann,2024-02-01,4,too dear\n2,ann,2024-02-02,0,\n")
    chosen = {"customer_id": "account", "refunds.amount": "back", "refunds.refunded_at": "day", "surveys.answered_on": "day",
              "surveys.text": "said"}  # fmt: skip
    both = [FileRequest(events, "refunds"), FileRequest(events, "surveys")]
    loaded = load(write("o.csv", ORDERS.format(",amount", ",20")), *both, map=chosen, currency="EUR")
    assert loaded.rows("SELECT customer_id, amount FROM sources_refunds") == [("ann", 4)]
    assert loaded.rows("SELECT customer_id, text, instrument FROM sources_surveys") == [("ann", "too dear", "note")]
    assert loaded.reasons == {"ignored: nothing was given back": 1, "ignored: nothing was answered": 1}
