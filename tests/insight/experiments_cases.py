"""One shop with experiments of every kind, for those who read the tables."""

from dataclasses import replace
from functools import cache

import numpy as np
from experiments_shop import crowd, lay_out, lot

from lifeworth.insight import experiments

HOSTILE = '<script>window.pwned=1</script> "O\'Neill" {{7*7}}'


MANY = "SELECT customer_id FROM ledger_keys JOIN ledger_days USING (customer_key) GROUP BY 1 HAVING count(*) > 2"


@cache
def several(hostile=False):
    """A letter that one-time buyers answer; a card that costs; one that still runs; a few people; a lost lot; no control."""
    found = crowd(6_000, 9)
    rng = np.random.default_rng(3)
    arm = lot(rng, len(found), 0.6)
    answers = np.flatnonzero((arm == 1) & (found.x == 0) & (rng.random(len(found)) < 0.5))
    made = replace(
        found,
        who=np.concatenate([found.who, answers]),
        day=np.concatenate([found.day, rng.integers(2, 50, len(answers)).astype(float)]),
        profit=np.concatenate([found.profit, found.past[answers].clip(1)]),
    )
    engine, frame = lay_out(made, arm, name="win-back letter", cost=1.5)
    for name, who, treated, control, cost, days, last in (
        ("thank-you card", "hash(customer_id) % 2 = 0", "card", 50, 4.0, 90, 5),
        ("free shipping", "hash(customer_id) % 4 = 1", "free shipping", 30, 0.1, 40, None),
        ("a few", "customer_id < 'C000012'", "flyer", 50, 0.9, 50, 5),
        ("nobody untreated", "hash(customer_id) % 9 = 1", "b", 0, 0.9, 50, 5),
        ("lost customers", f"hash(customer_id || 'lost customers') % 100 >= 40 OR customer_id NOT IN ({MANY})", "coupon", 40, None, 50, 5),
    ):  # fmt: skip
        draw(
            engine,
            frame,
            HOSTILE[:60] if hostile and name == "thank-you card" else name,
            who,
            treated,
            control,
            cost,
            days,
            last,
            name,
        )
    if hostile:
        engine.execute("UPDATE insight_customers SET channel = ? WHERE hash(customer_id) % 2 = 0", [HOSTILE])
        engine.execute("UPDATE sources_experiments SET arm = ? WHERE arm = 'card'", [HOSTILE])
    experiments.build(engine, frame)
    return engine, frame


def draw(engine, frame, name, who, treated, control, cost, days, last, lot_name):
    ends = "NULL" if last is None else f"DATE '{frame.as_of}' - {last}"
    engine.execute(
        f"""INSERT INTO sources_experiments SELECT ?, customer_id, CASE WHEN hash(customer_id || '{lot_name}') % 100 < {control}
            THEN 'control' ELSE '{treated}' END, DATE '{frame.as_of}' - {days}, {ends}, CASE WHEN hash(customer_id || '{lot_name}') % 100 >= {control} THEN {"NULL" if cost is None else cost} END, NULL, 'EUR', 1
            FROM insight_customers WHERE ({who})""",
        [name],
    )
