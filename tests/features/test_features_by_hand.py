"""A shop reckoned by hand, and what the table promises about its shape."""

import json
from datetime import date

import pytest
from features_shop import books, table_of

from lifeworth import features, ledger
from lifeworth.features import FEATURES
from lifeworth.settings import Settings

CUT = date(2024, 5, 1)


def _attributes(**values):
    return json.dumps(values)


SHOP = {
    "orders": [
        {"order_id": "A1", "customer_id": "ana", "ordered_on": date(2023, 4, 10), "gross": 110, "discount": 10, "channel": "web", "country": "DE", "payment_method": "card", "coupon": "HI"},
        {"order_id": "A2", "customer_id": "ana", "ordered_on": date(2024, 1, 1), "gross": 40, "channel": "shop", "country": "DE", "payment_method": "card"},
        {"order_id": "A3", "customer_id": "ana", "ordered_on": date(2024, 1, 1), "gross": 20, "channel": "shop", "country": "DE", "payment_method": "cash"},
        {"order_id": "A4", "customer_id": "ana", "ordered_on": date(2024, 4, 20), "gross": 200, "shipping_charged": 5, "channel": "web", "country": "AT", "payment_method": "card"},
        {"order_id": "A5", "customer_id": "ana", "ordered_on": date(2024, 5, 1), "gross": 999, "channel": "fair", "country": "FR"},
        {"order_id": "B1", "customer_id": "bob", "ordered_on": date(2024, 4, 3), "gross": 30, "channel": "web", "country": "DE"},
        {"order_id": "C1", "customer_id": "cy", "ordered_on": date(2024, 4, 8), "gross": 90, "channel": "web"},
        {"order_id": "D1", "customer_id": "dee", "ordered_on": date(2024, 5, 2), "gross": 5, "channel": "web"},
    ],
    "order_lines": [
        {"order_id": "A1", "line_no": 1, "product_id": "p", "category": "tea", "quantity": 2, "amount": 60},
        {"order_id": "A1", "line_no": 2, "product_id": "q", "category": "cup", "quantity": 1, "amount": 40},
        {"order_id": "A2", "line_no": 1, "product_id": "p", "category": "tea", "quantity": 1, "amount": 40},
        {"order_id": "A5", "line_no": 1, "product_id": "z", "category": "fair", "quantity": 9, "amount": 999},
    ],
    "refunds": [
        {"refund_id": "R1", "order_id": "A4", "customer_id": "ana", "refunded_on": date(2024, 4, 25), "amount": 50},
        {"refund_id": "R2", "customer_id": "ana", "refunded_on": date(2023, 4, 1), "amount": 15},
        {"refund_id": "R3", "order_id": "A1", "customer_id": "ana", "refunded_on": date(2024, 5, 1), "amount": 100},
    ],
    "service": [
        {"ticket_id": "T1", "customer_id": "ana", "opened_on": date(2024, 1, 3), "handle_minutes": 12},
        {"ticket_id": "T2", "customer_id": "ana", "opened_on": date(2024, 4, 21), "handle_minutes": 3},
        {"ticket_id": "T3", "customer_id": "ana", "opened_on": date(2024, 5, 1), "handle_minutes": 60},
    ],
    "touches": [
        {"customer_id": "bob", "touched_on": date(2024, 4, 11), "type": "e-mail"},
        {"customer_id": "bob", "touched_on": date(2023, 4, 11), "type": "letter"},
        {"customer_id": "bob", "touched_on": date(2024, 5, 1), "type": "letter"},
    ],
    "customers": [
        {"customer_id": "ana", "created_on": date(2023, 4, 8), "country": "DE", "acquisition_channel": "ads", "attributes": _attributes(**{"Postal code": "01234", "size": "2", "joined the club": "01.03.2024"})},
        {"customer_id": "bob", "created_on": date(2024, 5, 2), "country": "AT", "attributes": _attributes(**{"Postal code": "99", "size": "4.5", "joined the club": "02.05.2024"})},
        {"customer_id": "cy", "country": "DE", "attributes": _attributes(**{"Postal code": "99", "size": " ", "joined the club": None})},
    ],
}  # fmt: skip

ANA = {
    "days_since_last": 11,
    "days_since_previous": 121,
    "age_days": 387,
    "age_months": 13,
    "recency_share": 376 / 387,
    "purchase_days": 3,
    "orders": 4,
    "orders_per_30_days": 120 / 387,
    "gap_mean": 188,
    "gap_sd": 78,
    "gap_variation": 78 / 188,
    "gap_last": 110,
    "gap_longest": 266,
    "gap_last_ratio": 110 / 188,
    "silence_ratio": 11 / 188,
    "silence_of_longest": 11 / 266,
    "purchases_30": 1,
    "purchases_90": 1,
    "purchases_180": 2,
    "purchases_365": 2,
    "revenue_30": 155,
    "revenue_90": 155,
    "revenue_180": 215,
    "revenue_365": 215,
    "purchases_90_before": 1,
    "revenue_90_before": 60,
    "purchases_90_change": 0,
    "purchases_season": 0,
    "revenue_season": 0,
    "revenue": 300,
    "value_mean": 105,
    "value_largest": 155,
    "value_last": 155,
    "value_first": 100,
    "value_sd": ((25 + 2025 + 2500) / 3) ** 0.5,
    "value_last_ratio": 155 / 105,
    "value_slope": 27.5 / 105,
    "value_largest_share": 155 / 315,
    "days_to_second": 266,
    "orders_first_30": 1,
    "revenue_first_30": 100,
    "first_month": 4,
    "weekend_share": 1 / 3,
    "first_value_rank": None,
    "profit": 135,
    "profit_365": 85,
    "profit_share": 135 / 315,
    "discount_share": 10 / 370,
    "discounted_days_share": 1 / 3,
    "shipping_share": 5 / 370,
    "coupon_share": 1 / 4,
    "refunded_share": 65 / 365,
    "refund_days": 2,
    "days_since_refund": 6,
    "tickets": 2,
    "tickets_90": 1,
    "ticket_minutes": 15,
    "days_since_ticket": 10,
    "touches": 0,
    "touches_90": 0,
    "days_since_touch": None,
    "lines_per_order": 1.5,
    "units_per_order": 2,
    "unit_price": 35,
    "products": 2,
    "repeated_products_share": 1 / 3,
    "categories": 2,
    "top_category": 0,
    "first_category": 0,
    "first_channel": 0,
    "last_channel": 0,
    "country": 0,
    "payment_method": 0,
    "days_known_before": 2,
    "home_country": 0,
    "acquisition_channel": 0,
    "attribute_postal_code": 1,
    "attribute_joined_the_club": 61,
    "attribute_size": 2,
}

BOB = {
    "days_since_last": 28,
    "days_since_previous": None,
    "age_months": 1,
    "recency_share": 0,
    "gap_mean": None,
    "gap_sd": None,
    "gap_last_ratio": None,
    "silence_ratio": None,
    "silence_of_longest": None,
    "purchases_season": None,
    "revenue_season": None,
    "value_sd": None,
    "value_slope": None,
    "days_to_second": None,
    "first_value_rank": 0,
    "refunded_share": 0,
    "refund_days": 0,
    "days_since_refund": None,
    "touches": 2,
    "touches_90": 1,
    "days_since_touch": 20,
    "lines_per_order": None,
    "top_category": None,
    "country": 1,
    "payment_method": None,
    "days_known_before": None,
    "home_country": 1,
    "acquisition_channel": None,
    "attribute_postal_code": 0,
    "attribute_joined_the_club": None,
    "attribute_size": 4.5,
}


@pytest.fixture(scope="module")
def engine():
    engine = books(SHOP, as_of=CUT)
    features.build(engine, CUT, "known")
    return engine


def test_every_feature_of_a_customer_is_what_the_hand_reckons(engine):
    row = table_of(engine, "known")["ana"]
    assert set(row) == set(ANA)
    assert {n: (None if v is None else pytest.approx(v, abs=1e-9)) for n, v in ANA.items()} == row


def test_one_purchase_leaves_unknown_what_needs_two(engine):
    row = table_of(engine, "known")["bob"]
    assert {n: row[n] for n in BOB} == {n: (None if v is None else pytest.approx(v)) for n, v in BOB.items()}
    assert table_of(engine, "known")["cy"]["first_value_rank"] == 1


def test_customers_and_their_order_are_those_of_the_histories(engine):
    ledger.histories(engine, CUT, "histories")
    ours = engine.rows("SELECT customer_id FROM known JOIN ledger_keys USING (customer_key)")
    assert ours == engine.rows("SELECT customer_id FROM histories") == [("ana",), ("bob",), ("cy",)]
    sums = "(SELECT sum(revenue) FROM known), (SELECT sum(revenue) FROM histories)"
    [(known, told)] = engine.rows(f"SELECT {sums}")
    assert known == told


def test_columns_are_the_registry_and_nothing_else(engine):
    columns = engine.columns("known")
    available = features.available(engine, CUT)
    assert list(columns) == ["customer_key", *(f.name for f in available)]
    assert [f for f in available if f.group != "attributes"] == list(FEATURES)
    kinds = {f.name: "DOUBLE" if f.kind == "number" else "SMALLINT" for f in available}
    assert kinds == {name: kind for name, kind in columns.items() if name != "customer_key"}
    assert len({f.name for f in FEATURES}) == len(FEATURES)
    assert all(f.meaning and f"| {f.name} | {f.group} |" in features.describe() for f in FEATURES)


def test_no_columns_for_data_the_company_does_not_have():
    engine = books(
        {"orders": [{"order_id": "1", "customer_id": "x", "ordered_on": date(2024, 1, 1), "gross": 5}]}, Settings()
    )
    features.build(engine, CUT, "known")
    groups = {f.group for f in features.available(engine)}
    assert groups == {"recency", "rhythm", "windows", "money", "early", "calendar", "cohort"}
    assert list(engine.columns("known")) == ["customer_key", *(f.name for f in features.available(engine))]


def test_a_sample_has_the_rows_of_the_whole(engine):
    engine.execute(
        "CREATE OR REPLACE TABLE chosen AS SELECT customer_key FROM ledger_keys WHERE customer_id IN ('bob', 'dee')"
    )
    features.build(engine, CUT, "sampled", keys="chosen")
    assert table_of(engine, "sampled") == {"bob": table_of(engine, "known")["bob"]}


def test_a_plan_keeps_columns_and_codes_the_same_at_earlier_cuts(engine):
    settled = features.plan(engine, CUT, leave_out=["tickets", "attribute_size"])
    features.build(engine, date(2024, 1, 1), "earlier", plan=settled)
    assert list(engine.columns("earlier")) == ["customer_key", *(f.name for f in settled.features)]
    assert not {"tickets", "attribute_size"} & set(engine.columns("earlier"))
    assert settled.levels["last_channel"] == ("web",)
    assert settled.levels["home_country"] == ("DE", "AT")
    assert table_of(engine, "earlier")["ana"]["home_country"] == 0


def test_the_65th_commonest_text_and_all_after_share_a_code():
    orders = [
        {"order_id": f"{level}-{n}", "customer_id": f"{level}-{n}", "ordered_on": date(2024, 1, 1), "gross": 1, "channel": f"ch{level}"}
        for level in range(70)
        for n in range(2 if level < 64 else 1)
    ]  # fmt: skip
    engine = books({"orders": orders}, Settings())
    features.build(engine, CUT, "known")
    codes = {customer: row["first_channel"] for customer, row in table_of(engine, "known").items()}
    assert {codes[f"{level}-0"] for level in range(64)} == set(range(64))
    assert {codes[f"{level}-0"] for level in range(64, 70)} == {64}
