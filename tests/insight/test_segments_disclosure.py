"""Nobody who adds and takes away what is shown of a base learns anything about fewer than ten people (a real attack)."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from disclosure_attack import attack
from insight_shop import small_shop, valued

from lifeworth.demo import simulate
from lifeworth.insight import segments
from lifeworth.insight.segments.condition import known_columns, parse
from lifeworth.insight.segments.guard import Guard
from lifeworth.insight.segments.own import write_own
from lifeworth.insight.segments.schemes import SCHEMES
from lifeworth.insight.segments.showing import shown_groups
from lifeworth.settings import OwnSegment, read_settings
from lifeworth.sources import FileRequest

PAIRS, MANY = 20, 200
_JOINED = """FROM insight_customers c JOIN segments_customers s USING (customer_id)
  LEFT JOIN sources_customers l USING (customer_id)"""


class Base:
    """A base in its segments, and all that a reader of it can see."""

    def __init__(self, engine, frame, attributes):
        self.engine, self.frame, self.attributes = engine, frame, attributes
        segments.build(engine, frame)
        self.known = known_columns(engine)
        self.ids = [customer for (customer,) in engine.rows("SELECT customer_id FROM insight_customers ORDER BY 1")]
        self.shown = shown_groups(engine)
        self.schemes = [np.ones((1, len(self.ids)), dtype=bool), *self._schemes(), self._grid(), *self._elsewhere()]

    def who(self, *conditions):
        return self._marks([parse(condition, self.known) for condition in conditions])

    def _marks(self, conditions):
        if not conditions:
            return np.zeros((0, len(self.ids)), dtype=bool)
        flags = ", ".join(f"COALESCE({sql}, FALSE) AS f{place}" for place, sql in enumerate(conditions))
        found = self.engine.arrays(f"SELECT {flags} {_JOINED} ORDER BY customer_id")
        return np.array([np.asarray(found[f"f{place}"], dtype=bool) for place in range(len(conditions))])

    def _schemes(self):
        for scheme in SCHEMES:
            seen = self.engine.rows(
                "SELECT segment FROM segments_groups WHERE scheme = ? AND customers IS NOT NULL", [scheme.name]
            )
            yield self._marks([f"s.{scheme.column} = '{name}'" for (name,) in seen])

    def _grid(self):
        cells = self.engine.rows("SELECT recency_score, frequency_score FROM segments_rfm WHERE customers IS NOT NULL")
        return self._marks([f"s.recency_score = {r} AND s.frequency_score = {f}" for r, f in cells])

    def _elsewhere(self):
        """Channels and countries, which other rooms count."""
        for column in ("channel", "country"):
            parts = self.engine.rows(
                f"SELECT {column} FROM insight_customers GROUP BY 1 HAVING count(*) >= 10 ORDER BY 1"
            )
            yield self._marks([f"c.{column} = '{part}'" for (part,) in parts])

    def ask(self, *conditions):
        """Which of the filters are shown when a company asks for them in this order."""
        own = [OwnSegment(name=f"s{place}", where=where) for place, where in enumerate(conditions)]
        frame = replace(self.frame, settings=self.frame.settings.model_copy(update={"segments": own}))
        self.engine.execute("DELETE FROM segments_own")
        write_own(self.engine, frame, self.shown)
        return [bool(shown) for (shown,) in self.engine.rows("SELECT shown FROM segments_own ORDER BY place")]


class Asker:
    """Draws filters as a company would write them, and as somebody would who looks for a single person."""

    def __init__(self, base, seed):
        self.base, self.deal = base, np.random.default_rng([seed, 77])
        values = {
            "tier": [s.name for s in SCHEMES[0].segments],
            "life_cycle": [s.name for s in SCHEMES[2].segments],
        }
        for column in ("country", "channel"):
            values[column] = [
                v for (v,) in base.engine.rows(f"SELECT DISTINCT {column} FROM insight_customers ORDER BY 1")
            ]
        self.values = values | base.attributes

    def pick(self, several):
        return several[int(self.deal.integers(len(several)))]

    def literal(self):
        kind = self.deal.random()
        if kind < 0.2:
            return f"orders >= {self.deal.integers(2, 7)}"
        if kind < 0.3:
            return f"{self.pick(('recency_score', 'frequency_score', 'money_score'))} >= {self.deal.integers(2, 6)}"
        column = self.pick(list(self.values))
        if kind < 0.5:
            return f"{column} in ('{self.pick(self.values[column])}', '{self.pick(self.values[column])}')"
        return f"{column} = '{self.pick(self.values[column])}'"

    def filter(self):
        parts = [self.literal() for _ in range(self.deal.integers(1, 4))]
        joined = "(" + f" {self.pick(('and', 'or'))} ".join(parts) + ")"
        return f"not {joined}" if self.deal.random() < 0.15 else joined

    def nearly(self, condition):
        """Another filter that one to fourteen people tell from this one."""
        [inside] = self.base.who(condition)
        takes_away = self.deal.random() < 0.5 and inside.sum() > 20
        among = np.flatnonzero(inside == takes_away)
        chosen = self.deal.choice(among, min(len(among), int(self.deal.integers(1, 15))), replace=False)
        named = "customer_id in (" + ", ".join(f"'{self.base.ids[place]}'" for place in sorted(chosen)) + ")"
        return f"({condition} {'and not' if takes_away else 'or'} {named})"

    def three(self):
        """A pair of filters, and what somebody would ask for next."""
        one = self.filter()
        other = self.pick((self.filter, self.filter, lambda: self.nearly(one), lambda: f"not {one}"))()
        third = self.pick((
            f"({one} and {other})", f"({one} or {other})", f"({one} and not {other})", f"not ({one} or {other})",
            self.nearly(one), self.nearly(other),
        ))  # fmt: skip
        return [one, other, third]


def written_base(customers=1_500):
    """A base like the demo's, written down: skewed orders and values, channels, countries, columns of the company's own."""
    engine, frame = small_shop([])
    deal = np.random.default_rng([customers, 3])
    orders = 1 + deal.geometric(0.35, customers) - 1
    engine.write(
        "drawn",
        {
            "place": np.arange(customers), "orders": orders, "age": deal.integers(5, 900, customers),
            "quiet": deal.random(customers), "value": np.round(deal.gamma(0.8, 25.0, customers) - 3, 2),
            "spent": np.round(orders * deal.gamma(3.0, 15.0, customers), 2), "alive": deal.beta(2, 1.5, customers),
            "channel": deal.choice(6, customers, p=[0.25, 0.2, 0.2, 0.15, 0.15, 0.05]),
            "country": deal.choice(9, customers, p=[0.45, 0.12, 0.11, 0.11, 0.07, 0.05, 0.05, 0.03, 0.01]),
        },
    )  # fmt: skip
    engine.execute("""
        INSERT INTO insight_customers BY NAME
        SELECT 'K' || lpad(place::VARCHAR, 5, '0') AS customer_id, orders::INTEGER AS orders, (orders - 1)::INTEGER AS frequency,
          age::INTEGER AS T_days, floor(age * quiet)::INTEGER AS days_since_last, (age - floor(age * quiet))::INTEGER AS recency_days,
          CASE WHEN orders > 1 THEN age / orders END AS gap, spent / orders AS order_value,
          DATE '2025-07-01' - age::INTEGER AS first_order_at, DATE '2025-07-01' - floor(age * quiet)::INTEGER AS last_order_at,
          spent AS past_revenue, spent * 0.3 AS past_profit, 0.0 AS returned_share, 0 AS tickets, alive AS p_alive,
          3 * alive * orders / 4 AS orders_mean, value * 3 AS revenue_mean, value AS value_mean, value - 9 AS value_low,
          value + 9 AS value_high, 7.0 AS value_sd, value AS residual_value_mean, 'C' AS evidence,
          'channel ' || channel AS channel, 'country ' || country AS country
        FROM drawn""")
    engine.execute("INSERT INTO ledger_keys SELECT place + 1, 'K' || lpad(place::VARCHAR, 5, '0') FROM drawn")
    attributes = {
        "pet": ["cat", "dog", "none"],
        "machine": ["filter", "portafilter", "pads"],
        "colour": list("abcdefgh"),
    }
    marks = [
        json.dumps({name: values[int(deal.integers(len(values)))] for name, values in attributes.items()})
        for _ in range(customers)
    ]
    engine.write("marks", {"place": np.arange(customers), "attributes": np.array(marks, dtype=object)})
    engine.execute("""INSERT INTO sources_customers BY NAME
        SELECT 'K' || lpad(place::VARCHAR, 5, '0') AS customer_id, attributes FROM marks""")
    return Base(engine, frame, attributes)


def demo_base(folder):
    shop = simulate(folder / "shop", customers=1_500, seed=3)
    left_out = ("leads", "experiments", "touches")
    files = [FileRequest(path, kind) for kind, path in shop.files.items() if kind not in left_out]
    settings = read_settings(shop.config)
    listed = shop.files["customers"].read_text(encoding="utf-8").splitlines()[0].split(",")
    kept = {"attributes": [name for name in settings.attributes if name in listed], "segments": []}
    engine, frame = valued(files, folder, settings=settings.model_copy(update=kept), seed=3)
    asked = ("coffee_machine", "business_buyer", "lives_in", "brewing_at_work", "hobby", "pet", "favourite_colour")
    attributes = {
        name: [v for (v,) in engine.rows(f"""SELECT DISTINCT json_extract_string(attributes, '{name}') AS v
            FROM sources_customers WHERE v <> '' ORDER BY 1""")]
        for name in asked
    }  # fmt: skip
    return Base(engine, frame, {name: values for name, values in attributes.items() if values})


@pytest.fixture(scope="module")
def base():
    return written_base()


def attacked(base, pairs, *, thorough_every, seed=1):
    """Attacks that succeed, and how many filters were shown, for every pair of filters and what was asked next."""
    asker, told, shown = Asker(base, seed), Counter(), Counter()
    for pair in range(pairs):
        conditions = asker.three()
        verdicts = base.ask(*conditions)
        shown.update(verdicts)
        own = base.who(*conditions)[np.array(verdicts)]
        found = attack(base.schemes, own, thorough=pair % thorough_every == 0)
        told.update({**found, "pairs": int(bool(found))})
    return +told, shown


def test_what_is_published_reveals_nobody(base):
    own = np.zeros((0, len(base.ids)), dtype=bool)
    assert not attack(base.schemes, own, thorough=False)
    whole, *schemes = base.schemes
    for place, cells in enumerate(schemes):
        assert not attack([whole, *schemes[:place], *schemes[place + 1 :]], cells, thorough=False)


def test_no_pair_of_filters_reveals_fewer_than_ten_people(base):
    told, shown = attacked(base, PAIRS, thorough_every=5)
    assert not told
    assert shown[True] > PAIRS, "a guard that hides everything proves nothing"


def test_the_attack_finds_them_where_nobody_guards(base, monkeypatch):
    monkeypatch.setattr(Guard, "show", lambda self, members: True)
    told, _ = attacked(base, PAIRS, thorough_every=3)
    assert told["pairs"] >= PAIRS / 3
    assert all(told[way] for way in ("one atom", "differences", "cells taken away", "smallest difference"))


def test_forty_segments_at_once_reveal_nobody(base):
    asker = Asker(base, 5)
    conditions = [condition for _ in range(13) for condition in asker.three()]
    verdicts = base.ask(*conditions)
    assert not attack(base.schemes, base.who(*conditions)[np.array(verdicts)], thorough=False)
    assert sum(verdicts) >= 10


def test_the_same_filters_get_the_same_verdicts(base):
    conditions = Asker(base, 9).three()
    assert base.ask(*conditions) == base.ask(*conditions)


@pytest.mark.study
def test_no_pair_of_filters_reveals_fewer_than_ten_people_of_a_valued_shop(tmp_path, monkeypatch):
    base = demo_base(tmp_path)
    told, shown = attacked(base, MANY, thorough_every=1)
    assert not told
    assert shown[True] > MANY
    print(f"\nshown {shown[True]}, hidden {shown[False]}")
    monkeypatch.setattr(Guard, "show", lambda self, members: True)
    told, _ = attacked(base, MANY, thorough_every=10)
    print(f"without the guard: {dict(told)}")
    assert told["pairs"] >= MANY / 2
