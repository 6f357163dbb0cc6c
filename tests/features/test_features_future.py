"""Nothing from the cut on, no order of rows and no name of a customer changes what was known of anybody."""

import json
import random
from datetime import date, timedelta

import pytest
from features_shop import MARGIN, books, table_of, until
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeworth import features

START, CUT = date(2024, 1, 1), date(2024, 9, 10)
TEXTS = [None, None, "a", "b", "c d", "'"]


class Chance(random.Random):
    """Draws of which many fall on the edges."""

    def day(self):
        """Half of everything falls within three days of the cut."""
        return START + timedelta(days=self.randint(250, 256) if self.random() < 0.5 else self.randint(0, 365))

    def amount(self):
        return self.choice([0, self.randint(1, 40_000) / 100])


def a_shop(seed, customers=14, orders=50):
    """Some shop with everything a shop can have."""
    chance = Chance(seed)
    people = [f"c{n}" for n in range(customers)]
    sold = [
        {
            "order_id": f"o{n}",
            "customer_id": chance.choice(people),
            "ordered_on": chance.day(),
            "gross": chance.amount(),
            "discount": chance.choice([0, 0, 1]),
            "shipping_charged": chance.choice([0, 5]),
            "channel": chance.choice(TEXTS),
            "country": chance.choice(TEXTS),
            "coupon": chance.choice(TEXTS),
            "payment_method": chance.choice(TEXTS),
        }
        for n in range(orders)
    ]
    lines = [
        {
            "order_id": row["order_id"],
            "line_no": n,
            "product_id": chance.choice("pqr"),
            "category": chance.choice(TEXTS),
            "quantity": chance.randint(1, 3),
            "amount": chance.amount(),
        }
        for row in sold
        for n in range(chance.randint(0, 2))
    ]
    refunds = [
        {
            "refund_id": f"r{n}",
            "order_id": chance.choice([row["order_id"], None]),
            "customer_id": row["customer_id"],
            "refunded_on": row["ordered_on"] + timedelta(days=chance.choice([0, 1, 2, 90])),
            "amount": chance.amount(),
            "quantity": 1,
            "product_id": chance.choice(["p", None]),
        }
        for n, row in enumerate(chance.choices(sold, k=20))
    ]
    tickets = [
        {"ticket_id": f"t{n}", "customer_id": chance.choice(people), "opened_on": chance.day(), "handle_minutes": n}
        for n in range(20)
    ]
    touches = [{"customer_id": chance.choice(people), "touched_on": chance.day(), "type": "e-mail"} for _ in range(20)]
    listed = [
        {
            "customer_id": customer,
            "created_on": chance.day(),
            "country": chance.choice(TEXTS),
            "attributes": json.dumps(
                {"size": chance.randint(0, 9), "town": chance.choice(TEXTS), "seen": str(chance.day())}
            ),
        }
        for customer in people
    ]
    return {
        "orders": sold,
        "order_lines": lines,
        "refunds": refunds,
        "service": tickets,
        "touches": touches,
        "customers": listed,
    }


def known(shop, cut=CUT):
    """What is known at the cut, column by column, of every customer."""
    engine = books(shop, MARGIN, as_of=cut)
    features.build(engine, cut, "known")
    return table_of(engine, "known")


def _unmoved_by_the_future(seed, orders):
    shop = a_shop(seed, orders=orders)
    assert known(shop) == known(until(shop, CUT))


few = settings(max_examples=3, deadline=None)
many = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 10**6)


@given(seeds, st.sampled_from([12, 50, 90]))
@few
def test_what_happens_from_the_cut_on_changes_nothing(seed, orders):
    _unmoved_by_the_future(seed, orders)


@pytest.mark.study
@given(seeds, st.integers(1, 120))
@many
def test_what_happens_from_the_cut_on_changes_nothing_in_many_shops(seed, orders):
    _unmoved_by_the_future(seed, orders)


@given(seeds)
@settings(max_examples=2, deadline=None)
def test_neither_the_order_of_rows_nor_the_names_of_customers_matter(seed):
    shop = a_shop(seed)
    shuffled = {table: random.Random(seed).sample(rows, len(rows)) for table, rows in shop.items()}
    names = {f"c{n}": f"{99 - n} zoe" for n in range(14)}
    renamed = {
        table: [row | ({"customer_id": names[row["customer_id"]]} if "customer_id" in row else {}) for row in rows]
        for table, rows in shuffled.items()
    }
    before = known(shop)
    assert known(renamed) == {names[customer]: row for customer, row in before.items()}
