"""Segments: who belongs where, what a segment is worth, who moved, and conditions nobody can abuse."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF, sell, small_shop

from lifeworth.contract import create_tables
from lifeworth.insight import segments
from lifeworth.insight.ground import GROUND, hide
from lifeworth.insight.segments.condition import ConditionError, known_columns, parse
from lifeworth.insight.segments.condition.columns import Known
from lifeworth.settings import OwnSegment, Settings
from lifeworth.store.duckdb.engine import DuckDB


def built(customers, **framed):
    engine, frame = small_shop(customers, **framed)
    segments.build(engine, frame)
    return engine


def part_of(engine, column):
    return dict(engine.rows(f"SELECT customer_id, {column} FROM segments_customers"))


def test_tiers_share_the_value_of_the_base_from_the_top():
    values = [50, 30, 12, 5, 3, 0, -4]
    engine = built([{"value_mean": float(v)} for v in values])
    assert list(part_of(engine, "tier").values()) == ["core", "solid", "small", "small", "marginal", "marginal", "loss"]


def test_customers_of_equal_value_share_a_tier():
    engine = built([{"value_mean": 10.0}] * 40)
    assert set(part_of(engine, "tier").values()) == {"core"}


def test_quadrants_hold_revenue_so_far_against_expected_value():
    people = [{"past_revenue": 100.0 + place, "value_mean": 10.0} for place in range(8)]
    people[0] |= {"value_mean": 90.0}
    people[7] |= {"past_revenue": 900.0, "value_mean": 95.0}
    engine = built(people)
    found = part_of(engine, "quadrant")
    assert (found["C0000"], found["C0006"], found["C0007"]) == ("unsung earner", "costly spender", "loyal earner")
    assert found["C0003"] == "the rest"


@pytest.mark.parametrize(
    ("said", "cycle"),
    [
        ({"T_days": 89, "frequency": 4}, "new"),
        ({"p_alive": 0.29}, "gone"),
        ({"orders_mean": 0.09}, "gone"),
        ({"p_alive": 0.1, "frequency": 0, "gap": None, "orders_mean": 0.5, "days_since_last": 150}, "steady"),
        ({"frequency": 0, "gap": None, "orders_mean": 0.5, "days_since_last": 201}, "quiet"),
        ({"days_since_last": 200}, "steady"),
        ({"days_since_last": 201}, "quiet"),
    ],
)
def test_life_cycle_by_age_chance_and_own_rhythm(said, cycle):
    engine = built([said, *[{} for _ in range(20)]])
    assert part_of(engine, "life_cycle")["C0000"] == cycle


@pytest.mark.parametrize(
    ("lately", "earlier", "cycle"),
    [(125, 100, "growing"), (124.99, 100, "steady"), (75, 100, "cooling"), (75.01, 100, "steady"), (0, 100, "cooling"), (90, 0, "steady")],
)  # fmt: skip
def test_life_cycle_by_the_last_two_half_years(lately, earlier, cycle):
    engine, frame = small_shop([{}])
    for ago, amount in ((182, lately), (183, earlier)):
        if amount:
            sell(engine, 1, AS_OF - timedelta(days=ago), amount)
    sell(engine, 1, AS_OF - timedelta(days=365), 5_000)
    sell(engine, 1, AS_OF, 5_000)
    segments.build(engine, frame)
    assert part_of(engine, "life_cycle") == {"C0000": cycle}


def test_scores_are_fifths_with_equal_scores_for_equals():
    engine = built([{"frequency": f, "days_since_last": 10 + 10 * f} for f in (0, 0, 0, 1, 2, 3, 4, 5, 6, 7)])
    assert [s for (s,) in engine.rows("SELECT frequency_score FROM segments_customers ORDER BY customer_id")] == [
        1, 1, 1, 2, 2, 3, 4, 4, 5, 5,
    ]  # fmt: skip
    recency = [s for (s,) in engine.rows("SELECT recency_score FROM segments_customers ORDER BY customer_id")]
    assert recency[0] == recency[2] == 5 and recency[-1] == 1


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 400), st.integers(0, 9), st.integers(1, 700)), min_size=1, max_size=60))
def test_every_scheme_parts_the_base_as_far_as_it_is_shown(people):
    engine = built(
        [
            {"value_mean": v / 4, "value_low": v / 4 - 9, "value_high": v / 4 + 9, "frequency": f, "T_days": t}
            for v, f, t in people
        ]
    )
    total = engine.value("SELECT sum(CAST(value_mean AS DECIMAL(38,4))) FROM insight_customers")
    for scheme, customers, value, hidden in engine.rows("""
        SELECT scheme, coalesce(sum(customers), 0), sum(CAST(value_mean AS DECIMAL(38,4))),
          count(*) FILTER (customers IS NULL) FROM segments_groups GROUP BY 1"""):
        if hidden:
            assert len(people) < 10 or (hidden >= 2 and len(people) - customers >= 10), scheme
        else:
            assert customers == len(people), scheme
            assert float(value) == pytest.approx(float(total), abs=1e-6)
    assert engine.value("SELECT coalesce(min(customers), 10) FROM segments_groups") >= 10
    assert engine.value("SELECT count(*) FROM segments_groups WHERE customers IS NULL AND value_mean IS NOT NULL") == 0
    assert (
        engine.value("SELECT count(*) FROM segments_groups WHERE value_low > value_mean OR value_high < value_mean")
        == 0
    )
    engine.close()


def test_moves_add_up_to_the_change_of_the_base(tmp_path):
    before, frame = small_shop([{"value_mean": 10.0 * place} for place in range(1, 21) for _ in range(10)])
    segments.build(before, frame)
    (tmp_path / "tables").mkdir()
    before.to_parquet("SELECT * FROM segments_customers", tmp_path / "tables" / "segments_customers.parquet")
    before.to_parquet("SELECT customer_id, value_mean FROM insight_customers", tmp_path / "customer_value.parquet")
    record = {"basis": "profit", "currency": "EUR", "horizon_days": 365}
    (tmp_path / "run.json").write_text(json.dumps(record))
    people = [{"value_mean": 10.0 * (22 - place)} for place in range(1, 22) for _ in range(10)]
    now = built(people, previous=tmp_path)
    was = 10 * sum(10.0 * place for place in range(1, 21))
    became = sum(p["value_mean"] for p in people)
    for scheme, people_moved, change in now.rows(
        "SELECT scheme, sum(customers), sum(change) FROM segments_moves GROUP BY 1"
    ):
        assert people_moved == 210, scheme
        assert float(change) == pytest.approx(became - was)
    assert (
        now.value("SELECT sum(customers) FROM segments_moves WHERE scheme = 'tier' AND before = 'new customer'") == 10
    )
    few = built(people[:203], previous=tmp_path)
    assert few.value("SELECT min(customers) FROM segments_moves") >= 10
    assert few.value("SELECT count(*) FROM segments_moves WHERE customers IS NULL AND scheme = 'tier'") >= 2
    assert few.value("SELECT count(*) FROM segments_moves WHERE customers IS NULL AND change IS NOT NULL") == 0
    (tmp_path / "run.json").write_text(json.dumps(record | {"horizon_days": 90}))
    assert built(people, previous=tmp_path).value("SELECT count(*) FROM segments_moves") == 0


# --- conditions


def listed(engine, *people):
    for person, attributes in people:
        engine.execute(
            "INSERT INTO sources_customers (customer_id, attributes) VALUES (?, ?)", [person, json.dumps(attributes)]
        )


def who(engine, condition):
    sql = parse(condition, known_columns(engine))
    joined = f"""SELECT c.customer_id FROM insight_customers c JOIN segments_customers s USING (customer_id)
                 LEFT JOIN sources_customers l USING (customer_id) WHERE {sql} ORDER BY 1"""
    return [int(customer[1:]) for (customer,) in engine.rows(joined)]


@pytest.fixture(scope="module")
def five():
    engine = built(
        [
            {"country": "DE", "value_mean": 150.0, "orders": 9, "consent_ads": True},
            {"country": "de", "value_mean": 20.0, "first_order_at": AS_OF - timedelta(days=700)},
            {"country": None, "value_mean": -3.5, "orders": 1},
            {"country": "O'Neill; DROP TABLE insight_customers", "channel": "E-Mail"},
            {"country": "FR", "value_mean": 100.0, "consent_ads": False},
        ]
    )
    listed(
        engine,
        ("C0000", {"household size": "4", "machine": "filter", "joined": "2024-02-01"}),
        ("C0001", {"household size": "2", "machine": "Fully automatic"}),
        ("C0004", {"household size": "5", "machine": ""}),
    )
    return engine


@pytest.mark.parametrize(
    ("condition", "people"),
    [
        ("country = 'de'", [0, 1]),
        ("COUNTRY != 'DE'", [2, 3, 4]),
        ("not country = 'DE'", [2, 3, 4]),
        ("country is empty", [2]),
        ("country is not empty and orders >= 9", [0]),
        ("country in ('DE', 'FR')", [0, 1, 4]),
        ("country not in ('DE', 'FR')", [2, 3]),
        ("country = 'O''Neill; DROP TABLE insight_customers'", [3]),
        ("country contains 'neill'", [3]),
        ("channel starts with 'e-'", [3]),
        ("value_mean > 100", [0]),
        ("value_mean between 20 and 100", [1, 3, 4]),
        ("value_mean < -3", [2]),
        ("value_mean>=100 and (country='DE' or orders=3)", [0, 4]),
        ("orders = 9 or orders = 1 and country is empty", [0, 2]),
        ("first_order_at < 2024-01-01", [1]),
        ("consent_ads = yes", [0]),
        ("consent_ads is empty", [1, 2, 3]),
        ("not consent_ads = yes", [1, 2, 3, 4]),
        ('"household size" >= 4', [0, 4]),
        ("machine = 'fully automatic'", [1]),
        ("joined = 2024-02-01", [0]),
        ("tier = 'loss'", [2]),
        ("life_cycle in ('steady', 'gone') and not (tier = 'loss')", [0, 1, 3, 4]),
    ],
)
def test_conditions_find_whom_they_describe(five, condition, people):
    assert who(five, condition) == people


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("", "there is no condition"),
        ("contry = 'DE'", "did you mean country"),
        ("country = DE", "a text in quotes"),
        ("country > ", "a text in quotes"),
        ("orders = 'many'", "a number"),
        ("orders contains '3'", "holds a number, not a text"),
        ("first_order_at > 5", "a day, such as"),
        ("consent_ads > yes", "is yes or no"),
        ("country = 'DE' country = 'FR'", "expected and, or, or the end"),
        ("(country = 'DE'", "expected ')'"),
        ("country = 'DE", "never closed"),
        ("country = 'DE'; DROP TABLE x", "';' cannot stand in a condition"),
        ("1 = 1", "expected the name of a column"),
        ("country LIKE 'D%'", "expected =, !="),
        ("value_sd > 1", "there is no column value_sd"),
        ("not " * 50 + "orders = 1", "at most 40 deep"),
        ("orders = 1 or " * 300, "at most 2,000 characters"),
    ],
)
def test_conditions_that_cannot_be_read_say_where_and_what_could_be(five, condition, said):
    with pytest.raises(ConditionError, match="at character") as fault:
        parse(condition, known_columns(five))
    assert said in str(fault.value)


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abcor ydn'\"()<>=!;-_.,0123%\\/*\n", max_size=60))
def test_whatever_is_typed_is_either_refused_or_harmless(five, text):
    try:
        found = who(five, text)
    except ConditionError:
        return
    assert set(found) <= set(range(5))


# --- own segments and small cells


def own(engine_customers, *conditions):
    settings = Settings(segments=[OwnSegment(name=f"s{n}", where=c) for n, c in enumerate(conditions)])
    engine = built(engine_customers, settings=settings)
    return engine.records("SELECT * FROM segments_own ORDER BY place")


HUNDRED = [{"value_mean": float(1 + place % 10), "orders": place, "past_revenue": 10.0} for place in range(100)]


def test_own_segments_have_count_value_and_range():
    [row] = own(HUNDRED, "orders < 50")
    assert (row["customers"], row["share_of_customers"], float(row["past_revenue"])) == (50, 0.5, 500.0)
    assert row["value_mean"] == pytest.approx(275.0) and row["value_low"] < 275 < row["value_high"]
    assert row["share_of_value"] == pytest.approx(0.5)
    assert "50 customers (50.0 %)" in row["sentence"] and "275 EUR of profit" in row["sentence"]


@pytest.mark.parametrize(
    ("conditions", "shown"),
    [
        (("orders < 9",), [False]),
        (("orders < 10",), [True]),
        (("orders < 91",), [False]),
        (("orders < 50", "orders < 55"), [True, False]),
        (("orders < 50", "orders < 60"), [True, True]),
        (("orders < 50", "orders >= 45"), [True, False]),
        (("orders < 50", "orders >= 40"), [True, True]),
        (("orders < 50", "orders >= 30 and orders < 70", "orders < 70"), [True, True, True]),
        (("orders < 50", "orders >= 45 and orders < 70", "orders < 70"), [True, True, False]),
        (("orders < 20", "orders >= 20 and orders < 40", "orders < 43"), [True, True, False]),
        (("orders > 900",), [True]),
        (("customer_id = 'C0001'",), [False]),
        (("orders < 50", "orders < 50 and not customer_id = 'C0001'"), [True, False]),
    ],
)
def test_own_segments_that_would_give_away_a_few_are_hidden(conditions, shown):
    rows = own(HUNDRED, *conditions)
    assert [row["shown"] for row in rows] == shown
    assert all(row["customers"] is None and "not shown" in row["sentence"] for row in rows if not row["shown"])


def test_an_own_segment_may_not_tell_a_few_of_a_published_one_apart():
    [row] = own(HUNDRED, "tier = 'core' and not customer_id = 'C0009'")
    assert not row["shown"]


def test_a_condition_that_cannot_be_read_names_its_segment():
    with pytest.raises(ConditionError, match="segment 's0'"):
        own(HUNDRED, "nothing = 1")


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_hidden_cells_cannot_be_worked_out_from_the_total(people):
    hidden = hide(people)
    for count, is_hidden in zip(people, hidden, strict=True):
        assert is_hidden or not 0 < count < 10
    dark = [count for count, is_hidden in zip(people, hidden, strict=True) if is_hidden]
    large_left = [count for count, is_hidden in zip(people, hidden, strict=True) if not is_hidden and count]
    assert not dark or (len(dark) > 1 and sum(dark) >= 10) or not large_left


@pytest.mark.parametrize("where", ["orders > " + "9" * 41, "first_order_at > '2023-99-99'"])
def test_numbers_and_days_that_cannot_be_are_refused(where):
    known = {"orders": Known("orders", "number", "c.orders"), "first_order_at": Known("first_order_at", "day", "c.day")}
    with pytest.raises(ConditionError):
        parse(where, known)


def test_what_a_condition_may_speak_of_is_known_before_anybody_is_valued(five):
    before = DuckDB(threads=1)
    create_tables(before)
    mine, ground = known_columns(five), known_columns(before)
    assert set(GROUND) == set(five.columns("insight_customers"))
    assert {name: mine[name].holds for name in ground} == {name: column.holds for name, column in ground.items()}
