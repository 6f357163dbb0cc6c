"""Made ``recognised_before.json``: how made-up headers were recognised before surveys and the like were read.

It was run with that version; running it with a later one would only write down what that one does:
``PYTHONPATH=src python tests/sources/recognised_before.py > recognised_before.json``.
"""

import json
import random

from lifeworth.errors import LifeworthError
from lifeworth.sources.fields import FIELDS
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.recognise import recognise

CORE = [
    "order_id",
    "customer_id",
    "date",
    "amount",
    "ordered_at",
    "product_id",
    "price",
    "quantity",
    "Id",
    "created_at",
]
NEW = ["review_id", "review_score", "experiment_id", "arm", "mql_id", "won_date", "usage_id", "payment_value", "note", "text",
       "payment_sequential", "customer_unique_id", "person_id", "freight_value", "order_item_id", "consent_email", "answered_on",
       "accepts_marketing", "first_contact_date", "order_purchase_timestamp", "submitted_at", "product_category_name",
       "signup_date", "return_date", "started_on", "variant", "nps_score", "interval", "seats"]  # fmt: skip
KINDS = [None] * 6 + ["orders", "order_lines", "customers", "leads", "service", "refunds"]


def cases(count: int) -> list[dict[str, object]]:
    """Headers, kind and mapping with what they were recognised as; refused ones are left out."""
    words = sorted({w for fields in FIELDS.values() for f in fields for w in (f.name, *f.synonyms)} | {*NEW, "odd"})
    rng, found = random.Random(7), []
    while len(found) < count:
        headers = list(
            dict.fromkeys(rng.choices(CORE, k=rng.randint(0, 4)) + rng.choices(words + NEW * 4, k=rng.randint(2, 7)))
        )
        field = rng.choice(
            ["customer_id", "ordered_at", "amount", "order_id", "customers.customer_id", "leads.lead_id"]
        )
        chosen = {field: rng.choice(headers)} if rng.random() < 0.3 else {}
        kind = rng.choice(KINDS)
        opened = Opened("r", tuple(headers), ("VARCHAR",) * len(headers), 1, "", "", "UTF-8", ",")
        try:
            known = recognise(opened, kind, chosen, "file")
        except LifeworthError:
            continue
        if known.kind in ("surveys", "subscriptions"):
            continue
        read = {name: cell.header for name, (_, cell) in known.mapped.fields.items()}
        found.append(
            {"headers": headers, "kind": kind, "map": chosen, "is": known.kind, "preset": known.preset, "read": read}
        )
    return found


if __name__ == "__main__":
    print("[\n" + ",\n".join(json.dumps(case) for case in cases(200)) + "\n]")
