"""A base of customers with planted kinds, for the tests of personas: what is known of them given the kind, and what they bring."""

import json

import numpy as np
from insight_shop import AS_OF, small_shop

from lifeworth.insight import personas
from lifeworth.insight.ground import create
from lifeworth.settings import Settings

# Rows: kinds; the third kind is worth what the base is, the second more, the first less.
CHANCES = {
    "garden": ([0.85, 0.10, 0.05], [0.10, 0.80, 0.10], [0.15, 0.15, 0.70]),
    "machine": ([0.80, 0.15, 0.05], [0.05, 0.85, 0.10], [0.10, 0.10, 0.80]),
    "pays_by": ([0.75, 0.15, 0.10], [0.10, 0.15, 0.75], [0.15, 0.75, 0.10]),
    "has_car": ([0.85, 0.15], [0.10, 0.90], [0.50, 0.50]),
    "reads": ([0.80, 0.10, 0.10], [0.10, 0.80, 0.10], [0.10, 0.20, 0.70]),
}
LABELS = {
    "garden": ("small", "large", "balcony"),
    "machine": ("by hand", "automatic", "capsules"),
    "pays_by": ("invoice", "card", "transfer"),
    "has_car": ("no", "yes"),
    "reads": ("novels", "papers", "comics"),
}
DECOYS = {"colour": ("red", "green", "blue", "white"), "starts_with": ("a", "b", "c")}
SIZES = (0.4, 0.25, 0.35)
WORTH = (12.0, 40.0, 22.0)


def draw(people, seed, *, structure=True, worth=WORTH, missing=0.08):
    """Kind, known columns (texts, None where empty), value and past of so many people."""
    rng = np.random.default_rng([seed, people])
    kind = rng.choice(3, people, p=SIZES)
    known = {}
    for name, chances in CHANCES.items():
        code = np.array([rng.choice(len(chances[0]), p=chances[k]) for k in kind])
        known[name] = rng.permutation(code) if not structure else code
    texts = {name: [LABELS[name][c] for c in code] for name, code in known.items()}
    texts |= {name: [labels[c] for c in rng.integers(0, len(labels), people)] for name, labels in DECOYS.items()}
    for column in texts.values():
        for place in np.flatnonzero(rng.uniform(size=people) < missing):
            column[place] = None
    pace = rng.gamma(2.0, 0.5, people) * np.array(worth)[kind]
    days = rng.integers(30, 700, people)
    past = pace * days / 365 * rng.gamma(4.0, 0.25, people)
    return kind, texts, np.round(pace, 2), np.round(past, 2), days


def shop(people, seed, *, protected=(), extra=None, structure=True, worth=WORTH, missing=0.08, **framed):
    """Engine, frame and kinds of a base whose customers are described by the columns of :data:`CHANCES`.

    ``extra`` takes the kinds and gives further columns of texts.
    """
    kind, texts, value, past, days = draw(people, seed, structure=structure, worth=worth, missing=missing)
    engine, frame = small_shop([], settings=Settings(protected=list(protected)), seed=seed, **framed)
    orders = 1 + (past // 30).astype(int)
    engine.append(
        "insight_customers",
        {
            "customer_id": ids_of(people), "value_mean": value, "value_low": 0 * value, "value_high": 3 * value, "value_sd": value,
            "past_profit": past, "past_revenue": 2 * past, "T_days": days, "orders": orders, "frequency": orders - 1,
            "gap": np.where(orders > 1, days / orders, np.nan), "order_value": past / orders, "tickets": orders % 2,
            "returned_share": (orders % 7) / 20, "first_order_at": (np.datetime64(AS_OF) - days.astype("timedelta64[D]")).astype("datetime64[us]"),
        },
    )  # fmt: skip
    engine.execute("UPDATE insight_customers SET gap = NULL WHERE isnan(gap)")
    engine.execute(
        "INSERT INTO ledger_keys SELECT row_number() OVER (ORDER BY customer_id), customer_id FROM insight_customers"
    )
    describe(engine, texts | (extra(kind) if extra else {}))
    return engine, frame, kind


def ids_of(people):
    return np.array([f"C{place:05d}" for place in range(people)], dtype=object)


def describe(engine, texts):
    """Write the company's own columns, one JSON text a customer."""
    people = len(next(iter(texts.values())))
    rows = [json.dumps({name: column[place] for name, column in texts.items()}) for place in range(people)]
    engine.execute("DELETE FROM sources_customers")
    engine.execute(
        "INSERT INTO sources_customers (customer_id, attributes) SELECT unnest(?), unnest(?)",
        [ids_of(people).tolist(), rows],
    )


def built(engine, frame):
    """The engine with every table of the room filled."""
    create(engine, *personas.TABLES)
    personas.build(engine, frame)
    return engine


def roles(engine):
    """Names of the personas and of the opposite group."""
    rows = engine.rows("SELECT role, persona FROM personas_profiles WHERE role IN ('ideal', 'opposite') ORDER BY place")
    return [name for role, name in rows if role == "ideal"], [name for role, name in rows if role == "opposite"]
