"""Personas of a base: planted kinds are found, none are invented, nothing protected or private is told, and the same comes out each time."""

import json
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF, small_shop
from personas_world import CHANCES, DECOYS, LABELS, built, ids_of, roles, shop

from lifeworth.insight import personas
from lifeworth.insight.ground import create
from lifeworth.insight.personas.classes.halves import adjusted_rand
from lifeworth.insight.personas.described.pooling import pool_small
from lifeworth.insight.segments.condition import known_columns, parse

TABLES = [table.name for table in personas.TABLES]


@pytest.fixture(scope="module")
def planted():
    engine, frame, kind = shop(900, 1, protected=["shoe"], extra=shoes)
    sell(engine, kind)
    write(engine, kind)
    return built(engine, frame), frame, kind


def shoes(kind):
    rng = np.random.default_rng(8)
    size, gloves = rng.integers(0, 2, len(kind)), rng.uniform(size=len(kind))
    glove = np.where(gloves < 0.85, size, 1 - size)
    return {
        "shoe": [("small", "large")[s] for s in size],
        "glove": [("S", "L")[g] for g in glove],
        "hat": [("soft", "stiff")[h] for h in rng.integers(0, 2, len(kind))],
    }


def sell(engine, kind):
    """First orders of another category for each kind, and orders that follow."""
    rng = np.random.default_rng(3)
    lines = []
    for place, (customer, days, orders) in enumerate(
        engine.rows("SELECT customer_id, T_days, orders FROM insight_customers ORDER BY 1")
    ):
        category = ("seeds", "tools", "pots")[kind[place]] if rng.uniform() < 0.8 else "books"
        for turn in range(min(orders, 4)):
            day = AS_OF - timedelta(days=max(days - 40 * turn, 1))
            lines.append((f"O{place}-{turn}", customer, day, place + 1, category, turn))
    columns = [list(column) for column in zip(*lines, strict=True)]
    engine.execute(
        "CREATE TABLE sold AS SELECT unnest(?) AS o, unnest(?) AS c, unnest(?) AS d, unnest(?) AS k, unnest(?) AS g, unnest(?) AS t",
        columns,
    )
    engine.execute(
        "UPDATE insight_customers SET first_order_id = 'O' || CAST(substr(customer_id, 2) AS INTEGER) || '-0'"
    )
    engine.execute(
        "INSERT INTO ledger_orders BY NAME SELECT o AS order_id, c AS customer_id, d AS ordered_on, 23.45 AS gross, 0 AS discount, 4 AS shipping_charged FROM sold"
    )
    engine.execute(
        "INSERT INTO ledger_days BY NAME SELECT k AS customer_key, d AS day, 1 AS orders, 23.45 AS gross FROM sold"
    )
    engine.execute(
        "INSERT INTO sources_order_lines BY NAME SELECT o AS order_id, 1 AS line_no, 'P-' || g AS product_id, 'The ' || g AS product_name, g AS category, 'goods' AS kind, 20 AS amount FROM sold"
    )


def write(engine, kind):
    """Texts and scores: the second kind praises the shears, one customer signs with a name and a number."""
    rng = np.random.default_rng(5)
    rows = []
    for place, each in enumerate(kind):
        loved = rng.uniform() < (0.15, 0.6, 0.15)[each]
        text = (
            "The shears cut like butter"
            if loved
            else ("Parcel came quickly", "Flower pots arrived broken", "Friendly voice at the phone")[place % 3]
        )
        if place % 50 == 0:
            text += ", says Balthasar Kowalski"
        if place % 70 == 0:
            text += " 0151 2345678"
        rows.append(
            (
                f"S{place}",
                f"C{place:05d}",
                AS_OF - timedelta(days=9),
                "nps",
                float(np.clip(6 + each * (each < 2) * 3 + rng.integers(-2, 3), 0, 10)),
                text,
            )
        )
    engine.execute(
        "INSERT INTO sources_surveys (answer_id, customer_id, answered_on, instrument, score, text) "
        "SELECT unnest(?), unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
        [list(column) for column in zip(*rows, strict=True)],
    )


def everything(engine):
    return {name: engine.rows(f'SELECT * FROM "{name}" ORDER BY ALL') for name in TABLES}


def members(engine):
    found = [persona for (persona,) in engine.rows("SELECT persona FROM personas_customers ORDER BY customer_id")]
    names = sorted({name for name in found if name})
    return np.array([names.index(name) if name else -1 for name in found])


# --- planted kinds


def test_the_planted_kinds_come_out_with_the_right_parts(planted):
    engine, _, kind = planted
    ideal, opposite = roles(engine)
    assert len(ideal) == len(opposite) == 1
    member = members(engine)
    assert adjusted_rand(member[member >= 0], kind[member >= 0]) > 0.75
    best = {
        name: kind[
            [
                i
                for i, (p,) in enumerate(engine.rows("SELECT persona FROM personas_customers ORDER BY customer_id"))
                if p == name
            ]
        ]
        for name in (*ideal, *opposite)
    }
    assert (best[ideal[0]] == 1).mean() > 0.85 and (best[opposite[0]] == 0).mean() > 0.85


def test_names_say_what_people_share(planted):
    engine, *_ = planted
    [name], _ = roles(engine)
    said = {f"{column.replace('_', ' ')} {label}" for column in CHANCES for label in LABELS[column]} | {
        "has car",
        "no has car",
    }
    assert set(name.split(", ")) <= said and len(name.split(", ")) == 2


def test_groups_part_the_base(planted):
    engine, *_ = planted
    rows = engine.records("SELECT * FROM personas_profiles ORDER BY place")
    assert [row["role"] for row in rows] == ["ideal", "opposite", "everybody else", "base"]
    *parts, base = rows
    assert sum(row["customers"] for row in parts) == base["customers"] == 900
    assert sum(row["value_mean"] for row in parts) == pytest.approx(base["value_mean"])
    assert sum(row["share_of_value"] for row in parts) == pytest.approx(1.0)
    for row in rows:
        for name in ("value", "worth_each", "above_base"):
            assert row[f"{name}_low"] <= row[f"{name}_mean"] <= row[f"{name}_high"], (row["persona"], name)
    assert parts[0]["above_base_low"] > 0 > parts[1]["above_base_high"]
    assert parts[0]["lift"] == pytest.approx(parts[0]["worth_each_mean"] / base["worth_each_mean"])
    assert "900 customers" in base["sentence"] and "80 % range" in parts[0]["sentence"]


def test_the_range_above_the_base_by_hand(planted):
    engine, *_ = planted
    [row] = engine.records("SELECT * FROM personas_profiles WHERE role = 'ideal'")
    found = engine.arrays(
        "SELECT i.value_mean AS v, p.persona FROM insight_customers i JOIN personas_customers p USING (customer_id)"
    )
    group = np.asarray(found["v"])[np.ma.filled(found["persona"], "") == row["persona"]]
    above = group.mean() - found["v"].mean()
    error = np.sqrt((group**2).sum() / len(group) ** 2 + (0.05 * above) ** 2)
    assert row["above_base_mean"] == pytest.approx(above) and row["listed_value"] == pytest.approx(group.sum())
    assert row["above_base_high"] - row["above_base_mean"] == pytest.approx(1.2815515 * error, rel=1e-6)


def test_conditions_can_be_used_as_own_segments_and_find_the_group(planted):
    engine, *_ = planted
    ideal, _ = roles(engine)
    rules = engine.records("SELECT * FROM personas_rules WHERE persona = ? ORDER BY place", [ideal[0]])
    assert rules and all(row["confidence_mean"] >= 0.5 and row["lift_low"] > 1 for row in rules)
    create(engine, *[table for table in __import__("lifeworth.insight.segments", fromlist=["TABLES"]).TABLES])
    sql = parse(rules[0]["condition"], known_columns(engine))
    [(fulfil, belong)] = engine.rows(f"""
        SELECT count(*), count(*) FILTER (p.persona = ?) FROM insight_customers c
        LEFT JOIN segments_customers s USING (customer_id) JOIN sources_customers l USING (customer_id)
        JOIN personas_customers p USING (customer_id) WHERE {sql}""", [ideal[0]])  # fmt: skip
    assert fulfil >= rules[0]["people"]
    assert belong / fulfil == pytest.approx(rules[0]["confidence_mean"], abs=0.12)


def test_contrast_is_counted_by_hand(planted):
    engine, *_ = planted
    ideal, opposite = roles(engine)
    [row] = engine.records(
        "SELECT * FROM personas_contrast WHERE persona = ? AND attribute = 'machine' AND level = 'automatic'", ideal
    )
    [(mine, of_mine, theirs, of_theirs)] = engine.rows("""
        SELECT count(*) FILTER (persona = $1 AND m = 'automatic'), count(*) FILTER (persona = $1 AND m IS NOT NULL),
               count(*) FILTER (persona = $2 AND m = 'automatic'), count(*) FILTER (persona = $2 AND m IS NOT NULL)
        FROM personas_customers JOIN (SELECT customer_id, attributes ->> '$.machine' AS m FROM sources_customers) USING (customer_id)""", [ideal[0], opposite[0]])  # fmt: skip
    assert row["share_mean"] == pytest.approx(mine / of_mine) and row["against"] == opposite[0]
    assert row["other_share_mean"] == pytest.approx(theirs / of_theirs)
    assert row["difference_mean"] == pytest.approx(mine / of_mine - theirs / of_theirs)
    assert row["difference_low"] > 0.5


def test_the_journey_says_what_is_bought_first(planted):
    engine, *_ = planted
    [name], _ = roles(engine)
    steps = {
        (row["step"], row["detail"]): row
        for row in engine.records("SELECT * FROM personas_journey WHERE persona = ? ORDER BY place", [name])
    }
    first = steps[("first category", "tools")]
    assert first["differs"] and first["figure_mean"] > 0.6 > 0.3 > first["others_mean"]
    assert ("first product", "The tools") in steps and ("bought again", None) in steps
    assert all(
        row["figure_low"] <= row["figure_mean"] <= row["figure_high"] and row["people"] >= 10 for row in steps.values()
    )
    assert first["sentence"].startswith("First category tools: ")


def test_the_loud_theme_belongs_to_its_group_and_is_quoted_without_names(planted):
    engine, *_ = planted
    [name], _ = roles(engine)
    first = engine.records("SELECT * FROM personas_voices WHERE persona = ? ORDER BY place", [name])[0]
    assert "shears" in first["theme"] and first["differs"] and first["difference_low"] > 0.2
    assert first["quote_1"] == "The shears cut like butter"
    quotes = [text for row in engine.rows("SELECT quote_1, quote_2 FROM personas_voices") for text in row if text]
    assert not any("Kowalski" in text or "0151" in text for text in quotes)


def test_satisfied_customers_are_worth_more_with_and_without_tenure(planted):
    engine, *_ = planted
    rows = {
        (row["band"], row["adjusted_for"]): row
        for row in engine.records("SELECT * FROM personas_satisfaction WHERE what = 'nps'")
    }
    for adjusted in ("nothing", "how long customers have been known"):
        assert rows[("9 to 10", adjusted)]["differs"] and rows[("9 to 10", adjusted)]["difference_low"] > 0
        assert rows[("one point more", adjusted)]["difference_mean"] > 0
    assert "worth" in rows[("9 to 10", "nothing")]["sentence"]


def test_the_planted_proxy_is_flagged_and_the_decoy_is_not(planted):
    engine, *_ = planted
    rows = {row["predictor"]: row for row in engine.records("SELECT * FROM personas_proxies")}
    assert {row["protected"] for row in rows.values()} == {"shoe"}
    assert rows["glove"]["flagged"] and rows["glove"]["auc_mean"] == pytest.approx(0.85, abs=0.05)
    assert [name for name, row in rows.items() if row["flagged"]] == ["glove"]
    assert {"the persona", "the value", "all columns used, together", "hat"} <= set(rows)


def test_no_table_but_the_two_reports_speaks_of_a_protected_column(planted):
    engine, *_ = planted
    for name, rows in everything(engine).items():
        said = json.dumps(rows, default=str)
        assert "shoe" not in said or name in ("personas_proxies", "personas_attributes"), name
    [row] = engine.records("SELECT * FROM personas_attributes WHERE attribute = 'shoe'")
    assert row["protected"] and not row["used"] and row["part"] == "left out"


def test_examples_are_real_but_nobodys(planted):
    engine, *_ = planted
    rows = engine.records("SELECT * FROM personas_examples ORDER BY example, place")
    assert {row["example"] for row in rows} == {1, 2}
    said = json.dumps(rows, default=str)
    assert not any(customer in said for customer in ids_of(900)) and "2025" not in said and "2024" not in said
    heads = [row for row in rows if row["place"] == 0]
    assert all(row["detail"] and row["pseudonym"].startswith("customer ") for row in heads)
    for row in heads:
        parts = [part.strip() for part in row["detail"].split(";")]
        assert shared_by(engine, parts) >= 10
    assert {row["event"] for row in rows} >= {"first order", "answered a survey"}
    assert all(row["amount"] in (None, 30.0, 20.0) for row in rows)


def shared_by(engine, parts):
    wanted = []
    for part in parts:
        column = next(
            name for name in (*CHANCES, *DECOYS) if part.removeprefix("no ").startswith(name.replace("_", " "))
        )
        label = {"has car": "yes", "no has car": "no"}.get(part, part.removeprefix(column.replace("_", " ")).strip())
        wanted.append(f"attributes ->> '$.{column}' = '{label}'")
    return engine.value(f"SELECT count(*) FROM sources_customers WHERE {' AND '.join(wanted)}")


def test_every_customer_has_a_row_in_the_order_of_ids(planted):
    engine, *_ = planted
    assert [c for (c,) in engine.rows("SELECT customer_id FROM personas_customers")] == ids_of(900).tolist()
    assert (
        engine.value("SELECT count(*) FROM personas_customers WHERE persona IS NOT NULL AND NOT membership > 0.5") == 0
    )


def test_who_is_hardly_known_belongs_nowhere():
    engine, frame, _ = shop(600, 2)
    engine.execute(
        """UPDATE sources_customers SET attributes = '{"machine": "automatic"}' WHERE customer_id < 'C00020'"""
    )
    engine.execute("DELETE FROM sources_customers WHERE customer_id BETWEEN 'C00020' AND 'C00030'")
    built(engine, frame)
    assert engine.rows("SELECT DISTINCT persona, membership FROM personas_customers WHERE customer_id <= 'C00030'") == [
        (None, None)
    ]


def test_every_column_of_every_table_is_filled_as_described(planted):
    engine, *_ = planted
    for table in personas.TABLES:
        rows = engine.value(f'SELECT count(*) FROM "{table.name}"')
        assert rows, table.name
        for name in table.required:
            assert engine.value(f'SELECT count("{name}") FROM "{table.name}"') == rows, (table.name, name)
        for column in table.columns:
            if column.type == "DOUBLE":
                bad = f'"{column.name}" IS NOT NULL AND NOT isfinite("{column.name}")'
                assert engine.value(f'SELECT count(*) FROM "{table.name}" WHERE {bad}') == 0, (table.name, column.name)


# --- nothing is invented


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"structure": False}, "better than chance"),
        ({"worth": (20.0, 20.0, 20.0)}, "better than chance"),
        ({"missing": 0.97}, "no column says anything"),
    ],
)
def test_where_nothing_tells_nothing_is_said(changes, said):
    engine, frame, _ = shop(700, 3, **changes)
    built(engine, frame)
    [row] = engine.records("SELECT * FROM personas_finding")
    assert not row["found"] and said in row["reason"] and row["sentence"] == f"No personas: {row['reason']}."
    assert engine.rows("SELECT DISTINCT persona FROM personas_customers") == [(None,)]
    assert engine.value("SELECT count(*) FROM personas_customers") == 700
    for name in ("profiles", "rules", "contrast", "journey", "voices", "examples"):
        assert engine.value(f"SELECT count(*) FROM personas_{name}") == 0


def test_values_that_the_models_made_of_columns_alone_are_not_believed():
    engine, frame, kind = shop(900, 4, worth=(20.0, 20.0, 20.0))
    engine.execute(
        "CREATE TABLE k AS SELECT unnest(?) AS customer_id, unnest(?) AS kind", [ids_of(900).tolist(), kind.tolist()]
    )
    engine.execute(
        "UPDATE insight_customers SET value_mean = 10 + 20 * k.kind FROM k WHERE k.customer_id = insight_customers.customer_id"
    )
    built(engine, frame)
    assert not engine.value("SELECT found FROM personas_finding")
    [row] = engine.records("SELECT * FROM personas_attributes WHERE attribute = 'machine'")
    assert row["p_value"] < 1e-9 < 0.01 < row["p_past"]


def test_no_signal_means_no_personas():
    engine, frame, _ = shop(600, 1, no_signal=True)
    built(engine, frame)
    assert "nothing told customers apart" in engine.value("SELECT reason FROM personas_finding")


# --- odd data


@pytest.mark.parametrize(
    "customers",
    [
        [],
        [{}],
        [{"value_mean": 0.0, "past_profit": 0.0, "past_revenue": 0.0}] * 200,
        [{"orders": 1, "frequency": 0, "gap": None, "value_mean": float(place % 7)} for place in range(200)],
        [{"value_mean": -5.0 - place % 3, "past_profit": -9.0} for place in range(150)],
        [{"channel": None, "country": None, "value_mean": float(place)} for place in range(150)],
    ],
    ids=["nobody", "one customer", "all refunded", "nobody repeats", "all at a loss", "nothing known"],
)
def test_odd_bases_give_empty_tables_and_a_reason(customers):
    engine, frame = small_shop(customers)
    built(engine, frame)
    assert engine.value("SELECT count(*) FROM personas_customers") == len(customers)
    assert engine.value("SELECT reason FROM personas_finding") is not None


def test_ten_thousand_levels_and_empty_columns_do_no_harm():
    def extra(kind):
        return {
            "article": [f"a{place % 400}" for place in range(len(kind))], "note": [f"text {place}" for place in range(len(kind))],
            "empty": [None] * len(kind), "one": ["x"] * len(kind), "strange \"name' ~/{}": [("=1+1", "-2")[place % 2] for place in range(len(kind))],
        }  # fmt: skip

    engine, frame, _ = shop(800, 2, extra=extra)
    built(engine, frame)
    reasons = dict(engine.rows("SELECT attribute, reason FROM personas_attributes"))
    assert (
        "of few people" in reasons["article"]
        and "an id or free text" in reasons["note"]
        and reasons["empty"] == "empty"
        if "empty" in reasons
        else True
    )
    assert roles(engine)[0] and "strange \"name' ~/{}" in reasons


def test_a_customer_listed_twice_counts_once():
    engine, frame, _ = shop(600, 5)
    engine.execute("INSERT INTO sources_customers SELECT * FROM sources_customers LIMIT 50")
    built(engine, frame)
    assert engine.value("SELECT count(*) FROM personas_customers") == 600 and roles(engine)[0]


# --- the same each time


def test_the_same_whatever_the_threads_and_the_order_of_rows():
    found = []
    for threads, order in ((1, "customer_id"), (2, "hash(customer_id)")):
        engine, frame, kind = shop(600, 6, protected=["shoe"], extra=shoes)
        sell(engine, kind)
        write(engine, kind)
        engine.execute(f"SET threads = {threads}")
        for table in ("sources_customers", "sources_surveys", "sources_order_lines"):
            key = order if table != "sources_order_lines" else order.replace("customer_id", "order_id")
            engine.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} ORDER BY {key}")
        found.append(everything(built(engine, frame)))
    assert found[0] == found[1]


def test_worth_a_hundred_times_as_much_makes_the_same_groups():
    plain, frame, _ = shop(600, 7)
    scaled, _, _ = shop(600, 7)
    scaled.execute("""UPDATE insight_customers SET value_mean = 100 * value_mean, value_low = 100 * value_low, value_high = 100 * value_high,
        value_sd = 100 * value_sd, past_profit = 100 * past_profit, past_revenue = 100 * past_revenue""")
    built(plain, frame)
    built(scaled, frame)
    assert members(plain).tolist() == members(scaled).tolist()
    lifts = [
        [row for row in engine.rows("SELECT persona, round(lift, 9) FROM personas_profiles ORDER BY place")]
        for engine in (plain, scaled)
    ]
    assert lifts[0] == lifts[1] and lifts[0]


def test_what_comes_later_changes_nothing():
    engine, frame, kind = shop(600, 8)
    sell(engine, kind)
    write(engine, kind)
    before = everything(built(engine, frame))
    engine.execute(
        "INSERT INTO sources_surveys (answer_id, customer_id, answered_on, instrument, score, text, question, answer) SELECT 'L' || customer_id, customer_id, DATE '2025-07-01', 'nps', 0, 'Later words of anger', 'q', 'a' FROM insight_customers"
    )
    engine.execute(
        "INSERT INTO ledger_days BY NAME SELECT customer_key, DATE '2025-07-01' AS day, 1 AS orders, 5 AS gross FROM ledger_keys"
    )
    engine.execute(
        "INSERT INTO ledger_orders BY NAME SELECT 'L' || customer_id AS order_id, customer_id, DATE '2025-07-01' AS ordered_on, 5 AS gross, 0 AS discount, 0 AS shipping_charged FROM ledger_keys"
    )
    assert everything(built(engine, frame)) == before


def test_a_sample_of_a_large_base_stands_for_all(monkeypatch):
    from lifeworth.insight.personas import people

    whole, frame, kind = shop(1_200, 9)
    built(whole, frame)
    monkeypatch.setattr(people, "MOST", 700)
    some, frame, _ = shop(1_200, 9)
    built(some, frame)
    [row] = some.records("SELECT * FROM personas_finding")
    assert (row["customers"], row["looked_at"]) == (1_200, 700)
    member = members(some)
    assert adjusted_rand(member[member >= 0], kind[member >= 0]) > 0.7
    [base] = some.records("SELECT * FROM personas_profiles WHERE role = 'base'")
    assert base["customers"] == 1_200


# --- small cells


@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=2, max_size=8))
def test_no_cell_of_a_pooled_table_tells_of_a_few(rows):
    people = np.array(rows).T
    pooled = pool_small(people)
    for levels in pooled:
        cells = people[:, levels].sum(1)
        assert not ((cells > 0) & (cells < 10)).any()
    assert sorted(level for levels in pooled for level in levels) == (list(range(people.shape[1])) if pooled else [])


@hypothesis_settings(max_examples=4, deadline=None)
@given(st.integers(0, 50))
def test_published_tables_hold_no_small_cells(seed):
    engine, frame, kind = shop(400, seed)
    sell(engine, kind)
    built(engine, frame)
    small = "people > 0 AND people < 10"
    for name in ("rules", "journey", "voices"):
        assert engine.value(f"SELECT count(*) FROM personas_{name} WHERE {small}") == 0
    assert engine.value("SELECT count(*) FROM personas_profiles WHERE customers < 10") == 0
    for row in engine.records(
        "SELECT * FROM personas_contrast JOIN (SELECT persona, customers FROM personas_profiles) USING (persona)"
    ):
        cell = row["share_mean"] * row["customers"]
        assert cell == pytest.approx(0, abs=1e-9) or cell >= 9.5
