"""Columns: which may never describe a customer, what they hold, how they are cut, and what they tell."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF, plain_frame
from personas_world import describe, shop
from scipy.stats import chi2_contingency, kruskal, mannwhitneyu

from lifeworth.features.protected import protected_as
from lifeworth.insight.personas.attributes import read
from lifeworth.insight.personas.attributes.banned import is_a_code, tells_what_they_did
from lifeworth.insight.personas.attributes.forms import amount_sql, slashed_day_sql
from lifeworth.insight.personas.attributes.levels import number_levels, words_levels
from lifeworth.insight.personas.auc import area, tell_apart
from lifeworth.insight.personas.people import see
from lifeworth.insight.personas.ranks import adds_to, control, rank_scores, strata_of, tell
from lifeworth.insight.personas.scores import score
from lifeworth.insight.personas.telling import ALONE, NOTHING_TOLD, TELLS, find_telling
from lifeworth.insight.personas.together import follows, tie
from lifeworth.store.duckdb.engine import DuckDB

# --- names


@pytest.mark.parametrize(
    ("name", "ground"),
    [
        ("gender", "sex or gender"), ("Sex", "sex or gender"), ("Geschlecht", "sex or gender"), ("salutation", "sex or gender"),
        ("customerGender", "sex or gender"), ("Anrede", "sex or gender"), ("ethnicity", "ethnic origin"), ("Nationality", "ethnic origin"),
        ("religion", "religion or belief"), ("Konfession", "religion or belief"), ("health_status", "health or disability"),
        ("Behinderung", "health or disability"), ("allergies", "health or disability"), ("is_pregnant", "pregnancy"),
        ("Marital_Status", "marital status"), ("MaritalStatus", "marital status"), ("Familienstand", "marital status"),
        ("political_party", "political opinion"), ("Gewerkschaft", "trade union"), ("union_member", "trade union"),
        ("sexual_orientation", "sexual orientation"), ("criminal record", "criminal record"),
        ("essex_branch", None), ("party_size", None), ("race_bike", "ethnic origin"), ("household_size", None), ("message", None),
        ("Year_Birth", None), ("age", None), ("union_street", None), ("hobby", None), ("healthy_snacks", "health or disability"),
    ],
)  # fmt: skip
def test_protected_names_in_any_spelling(name, ground):
    assert protected_as(name, ()) == ground


@pytest.mark.parametrize("name", ["Year_Birth", "age", "AgeGroup", "Geburtsdatum", "birth_date", "dob", "edad"])
def test_age_is_protected_only_where_the_company_says_so(name):
    assert protected_as(name, ()) is None
    assert protected_as(name, ["age"]) == "age"


def test_a_declared_column_is_protected_however_it_is_spelt():
    assert protected_as("Shoe Size", ["shoe_size"]) == "declared in the settings"
    assert protected_as("Shoe", ["shoe_size"]) is None


@pytest.mark.parametrize(
    "name",
    ["MntWines", "NumWebPurchases", "total_spent", "orders", "Recency", "AcceptedCmp3", "Response", "clv", "Complain"],
)
def test_what_customers_did_is_known_by_its_name(name):
    assert tells_what_they_did(name)


@pytest.mark.parametrize(
    "name",
    ["household_size", "brewing_at_work", "business_buyer", "newsletter", "Income", "Education", "Kidhome", "hobby"],
)
def test_what_customers_are_is_not(name):
    assert not tells_what_they_did(name)


def test_codes_are_names_not_numbers():
    assert [name for name in ("zip_code", "PLZ", "customer_no", "income", "notes") if is_a_code(name)] == [
        "zip_code",
        "PLZ",
        "customer_no",
    ]


# --- what texts hold


@pytest.mark.parametrize(
    ("raw", "decimal", "number"),
    [
        ("$90,000 ", ".", 90_000), ("1,234.50", ".", 1234.5), ("-12.5", ".", -12.5), ("EUR 1,000", ".", 1000), ("90,00", ".", None),
        ("1.234,50 €", ",", 1234.5), ("90,5", ",", 90.5), ("1.000", ",", 1000), ("1'234.50", ".", 1234.5), ("90,000", ",", None),
        ("1 234,50", ",", 1234.5), ("many", ".", None), ("12 to 15", ".", None), ("£10", ".", 10),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(raw, decimal, number):
    assert DuckDB().value(f"SELECT {amount_sql('raw', decimal)} FROM (SELECT ? AS raw)", [raw]) == number


def test_days_with_slashes_by_the_order_that_is_proven():
    engine = DuckDB()
    for raw, order, day in (
        ("4/18/1966", "month-first", date(1966, 4, 18)),
        ("4/18/1966", "day-first", None),
        ("18/4/1966", "day-first", date(1966, 4, 18)),
    ):
        assert engine.value(f"SELECT {slashed_day_sql('raw', order)} FROM (SELECT ? AS raw)", [raw]) == day


# --- levels


def test_few_numbers_stay_as_they_are_and_thin_ones_join():
    levels = number_levels(np.repeat([0.0, 1.0, 2.0, 3.0], [600, 300, 95, 5]))
    assert levels.labels == ("0", "1", "2 and more")
    assert levels.condition == ("= 0", "= 1", ">= 2")


def test_many_numbers_are_cut_at_round_quartiles():
    levels = number_levels(np.arange(20_000.0, 100_000.0, 10))
    assert levels.labels == ("under 40,000", "40,000 to under 60,000", "60,000 to under 80,000", "80,000 and more")
    assert levels.edges == (40_000, 60_000, 80_000)


def test_years_have_no_thousands():
    assert number_levels(np.arange(1930.0, 2010.0).repeat(20)).labels[0] == "under 1949"


def test_days_are_cut_at_months():
    days = (np.datetime64("2020-01-15") + np.arange(900)).astype("datetime64[D]").astype(float)
    assert number_levels(days, days=True).labels[0] == "before 1 Aug 2020"


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=25, max_size=200))
def test_every_number_has_one_level_and_no_level_is_thin(values):
    values = np.array(values)
    levels = number_levels(values)
    sizes = np.bincount(np.searchsorted(levels.edges, values, side="right"), minlength=len(levels))
    assert len(sizes) == len(levels) == len(levels.condition) and sizes.sum() == len(values)
    assert len(levels) == 1 or sizes.min() >= 10
    coded = DuckDB().rows(f"SELECT {levels.code_sql('x')} FROM (SELECT unnest(?::DOUBLE[]) AS x)", [values.tolist()])
    assert [int(code) for (code,) in coded] == np.searchsorted(levels.edges, values, side="right").tolist()


def test_words_differ_by_more_than_capitals_and_rare_ones_are_pooled():
    levels, covered = words_levels(["DE", "FR", "IT", "de", "fr"], np.array([500, 300, 12, 40, 2]))
    assert levels.labels == ("DE", "FR", "IT")
    assert covered == 1.0
    names = [f"w{place:03d}" for place in range(200)]
    levels, covered = words_levels(["big", *names], np.array([300, *[4] * 200]))
    assert levels.labels == ("big", "other") and covered == pytest.approx(300 / 1100)
    assert levels.condition == ("= 'big'", "")


def test_words_cannot_leave_their_literal():
    levels, _ = words_levels(["O'Neill'); DROP TABLE x; --", "plain"], np.array([50, 60]))
    coded = DuckDB().rows(
        f"SELECT {levels.code_sql('x')} FROM (SELECT unnest(?) AS x)",
        [["O'Neill'); DROP TABLE x; --", "plain", None, "new"]],
    )
    assert coded == [(0,), (1,), (None,), (None,)]


# --- reading a base


def columns_of(texts, people=200, **changes):
    engine, frame, _ = shop(people, 1, **changes)
    describe(engine, texts)
    seen = see(engine, frame)
    return read(engine, frame, seen), seen


def test_columns_are_read_or_left_out_with_a_reason():
    people = 200
    texts = {
        "income": [f"${1000 * (20 + place % 60):,} " for place in range(people)],
        "joined": [f"{1 + place % 28:02d}.{1 + place % 12:02d}.20{20 + place % 4}" for place in range(people)],
        "member no": [str(1000 + place) for place in range(people)],
        "e-mail": [f"p{place}@example.org" for place in range(people)],
        "always": ["yes"] * people,
        "rare": ["x" if place < 5 else None for place in range(people)],
        "zip": [f"{10000 + place % 90}" for place in range(people)],
        "machine": ["none" if place % 3 else "filter" for place in range(people)],
        "unsaid": [("n/a", "?", "a", "b")[place % 4] for place in range(people)],
        "gender": ["f" if place % 2 else "m" for place in range(people)],
        "total_spent": [str(place) for place in range(people)],
    }
    reading, _ = columns_of(texts)
    assert {a.name: (a.form, a.levels.labels) for a in reading.candidates} == {
        "income": ("number", ("under 32,000", "32,000 to under 46,000", "46,000 to under 63,000", "63,000 and more")),
        "joined": (
            "day",
            (
                "before 1 Sep 2020",
                "1 Sep 2020 to before 1 Oct 2021",
                "1 Oct 2021 to before 1 Nov 2022",
                "1 Nov 2022 or later",
            ),
        ),
        "machine": ("text", ("filter", "none")),
        "unsaid": ("text", ("a", "b")),
    }
    reasons = {out.name: out.reason for out in reading.left_out}
    assert "an id or free text" in reasons["e-mail"] and "an id or free text" in reasons["member no"]
    assert reasons["always"].startswith("the same for everybody")
    assert reasons["rare"] == "filled for 5 of 200 people only"
    assert "most of them of few people" in reasons["zip"]
    assert reasons["gender"].startswith("protected: it tells sex or gender")
    assert "not who they are" in reasons["total_spent"]
    assert [a.name for a in reading.protected] == ["gender"]


def test_a_day_that_has_not_come_is_not_known():
    texts = {"contract_end": [f"202{4 + place % 4}-0{1 + place % 9}-15" for place in range(200)]}
    reading, _ = columns_of(texts)
    [attribute] = reading.candidates
    assert np.nanmax(attribute.numbers) < (AS_OF - date(1970, 1, 1)).days
    assert 0.3 < attribute.known_share < 0.7


def test_options_of_surveys_are_columns_and_the_latest_counts():
    engine, frame, _ = shop(200, 1)
    rows = [
        (
            f"a{place}-{turn}",
            f"C{place:05d}",
            f"2025-0{turn}-01",
            "Which grind do you use?",
            ("coarse", "fine")[(place + turn) % 2],
        )
        for place in range(150)
        for turn in (1, 2, 7)
    ]
    for row in rows:
        engine.execute(
            "INSERT INTO sources_surveys (answer_id, customer_id, answered_on, question, answer) VALUES (?, ?, ?, ?, ?)",
            list(row),
        )
    reading = read(engine, frame, see(engine, frame))
    [asked] = [a for a in reading.candidates if a.origin == "survey"]
    assert asked.name == "Which grind do you use?" and asked.known_share == 0.75
    assert [asked.levels.labels[code] for code in asked.codes[:2]] == ["coarse", "fine"]


# --- what columns tell


@pytest.mark.parametrize("seed", range(3))
def test_one_stratum_is_the_test_of_kruskal_and_wallis(seed):
    rng = np.random.default_rng(seed)
    codes, outcome = rng.integers(0, 4, 300), rng.integers(0, 12, 300).astype(float)
    everybody = np.zeros(300, dtype=np.intp)
    found = tell(codes, rank_scores(outcome, everybody), everybody)
    assert found.p == pytest.approx(kruskal(*(outcome[codes == level] for level in range(4))).pvalue, rel=1e-9)


def test_strata_take_out_how_long_people_are_known():
    rng = np.random.default_rng(1)
    days = rng.integers(1, 1000, 4_000).astype(float)
    money = days * rng.gamma(2.0, 1.0, 4_000)
    joined = (days > 500).astype(np.intp)
    strata = strata_of(days)
    assert tell(joined, rank_scores(money, np.zeros(4_000, dtype=np.intp)), np.zeros(4_000, dtype=np.intp)).p < 1e-30
    assert tell(joined, rank_scores(money, strata), strata).p > 0.001


def test_chances_are_even_where_nothing_is_told():
    rng = np.random.default_rng(7)
    strata = strata_of(rng.integers(1, 900, 400).astype(float))
    found = [
        tell(rng.integers(-1, 3, 400), rank_scores(rng.gamma(0.4, 1.0, 400), strata), strata).p for _ in range(400)
    ]
    assert abs(np.mean(np.array(found) < 0.05) - 0.05) < 0.033
    assert abs(np.mean(found) - 0.5) < 0.05


def test_the_range_of_strength_holds_the_truth():
    rng, held = np.random.default_rng(3), 0
    everybody = np.zeros(600, dtype=np.intp)
    big = rng.integers(0, 2, 400_000)
    truth = tell(
        big,
        rank_scores(rng.normal(size=400_000) + 0.35 * big, np.zeros(400_000, dtype=np.intp)),
        np.zeros(400_000, dtype=np.intp),
    ).strength
    for _ in range(120):
        codes = rng.integers(0, 2, 600)
        found = tell(codes, rank_scores(rng.normal(size=600) + 0.35 * codes, everybody), everybody, 0.8)
        held += found.low <= truth <= found.high
    assert 0.68 <= held / 120 <= 0.92


def test_a_column_adds_nothing_to_its_own_echo():
    rng = np.random.default_rng(2)
    first = rng.integers(0, 3, 2_000)
    echo = np.where(rng.uniform(size=2_000) < 0.8, first, rng.integers(0, 3, 2_000))
    scores = first + rng.normal(size=2_000)
    assert adds_to(first, [], scores) < 1e-6
    assert adds_to(first, [echo], scores) < 1e-6
    assert adds_to(echo, [first], scores) > 0.01
    assert adds_to(first, [first], scores) == 1.0


def test_ties_of_columns_against_scipy_and_by_hand():
    rng = np.random.default_rng(1)
    first = rng.integers(0, 3, 800)
    second = np.where(rng.uniform(size=800) < 0.4, first, rng.integers(0, 3, 800))
    table = np.zeros((3, 3))
    np.add.at(table, (first, second), 1)
    found = tie(first, second)
    statistic = chi2_contingency(table, correction=False)
    assert found.p == pytest.approx(statistic.pvalue, rel=1e-6)
    excess, narrow = statistic.statistic / 800 - 4 / 799, 3 - 4 / 799 - 1
    assert found.strength == pytest.approx(np.sqrt(excess / narrow))


def test_a_town_tells_its_country_and_chance_does_not():
    rng = np.random.default_rng(1)
    town = rng.integers(0, 60, 3_000)
    assert follows(town, town % 7) == 1.0
    assert follows(rng.integers(0, 900, 3_000), rng.integers(0, 2, 3_000)) < 0.2
    rare = (rng.uniform(size=3_000) < 0.01).astype(int)
    assert follows(rng.integers(0, 5, 3_000), rare) < 0.05


@pytest.mark.parametrize("seed", range(3))
def test_the_area_under_the_curve_is_that_of_mann_and_whitney(seed):
    rng = np.random.default_rng(seed)
    scores, positive = rng.integers(0, 9, 200).astype(float), rng.uniform(size=200) < 0.3
    wanted = mannwhitneyu(scores[positive], scores[~positive]).statistic / (positive.sum() * (~positive).sum())
    assert area(scores, positive)[0] == pytest.approx(wanted)


def test_noise_is_no_proxy_however_many_levels_it_has():
    rng, flagged = np.random.default_rng(5), 0
    for _ in range(60):
        hidden, noise = rng.integers(0, 2, 120), rng.integers(0, 12, 120)
        found = tell_apart([noise], hidden, 0.8)
        flagged += found.mean > 0.65 and found.low > 0.5
    assert flagged <= 3


def test_false_discoveries_of_nothing():
    assert len(control([])) == 0
    assert control([0.01, 0.04, 0.5]).tolist() == pytest.approx([0.03, 0.06, 0.5])


def parts(people=900, seed=1, **changes):
    engine, frame, _ = shop(people, seed, **changes)
    seen = see(engine, frame)
    return find_telling(read(engine, frame, seen), seen, score(seen), 0.8)


def test_columns_of_the_kinds_tell_and_decoys_do_not():
    found = {each.attribute.name: each.part for each in parts().standings}
    assert {name for name, part in found.items() if part == TELLS} >= {"garden", "machine", "has_car"}
    assert found["colour"] == found["starts_with"] == NOTHING_TOLD


def test_what_tells_by_itself_goes_with_nothing():
    def extra(kind):
        rng = np.random.default_rng(9)
        return {"lucky": [("no", "yes")[code] for code in rng.integers(0, 2, len(kind))]}

    engine, frame, _ = shop(900, 2, structure=False, extra=extra)
    engine.execute("""UPDATE insight_customers SET value_mean = value_mean * 3, past_profit = past_profit * 3
        WHERE customer_id IN (SELECT customer_id FROM sources_customers WHERE attributes LIKE '%"lucky": "yes"%')""")
    seen = see(engine, frame)
    found = {
        each.attribute.name: each.part
        for each in find_telling(read(engine, frame, seen), seen, score(seen), 0.8).standings
    }
    assert found["lucky"] == ALONE


def test_columns_that_are_worth_itself_or_tenure_or_repeat_another_describe_nobody():
    engine, frame, kind = shop(600, 3)
    known = engine.rows("SELECT value_mean, past_profit, T_days FROM insight_customers ORDER BY customer_id")
    texts = {
        "score": [str(round(float(value) * 1.7 + 3, 3)) for value, _, _ in known],
        "sum so far": [f"EUR {float(past):,.2f}" for _, past, _ in known],
        "since": [str(2_000 - days) for *_, days in known],
        "region": [f"r{place % 4}" for place in range(600)],
        "town": [f"t{place % 4}{place % 20:02d}" for place in range(600)],
        "region again": [f"R-{place % 4}" for place in range(600)],
    }
    describe(engine, texts)
    seen = see(engine, frame)
    found = find_telling(read(engine, frame, seen), seen, score(seen), 0.8)
    reasons = {out.name: out.reason for out in found.left_out}
    assert "repeats what customers should bring" in reasons["score"]
    assert "repeats what customers have brought" in reasons["sum so far"]
    assert "how long a customer has been known" in reasons["since"]
    assert "follows from it" in reasons["town"]
    assert {"region", "region again"} & set(reasons) and {each.attribute.name for each in found.standings} <= {
        "region",
        "region again",
    }


def test_a_protected_column_in_disguise_is_left_out():
    def extra(kind):
        codes = np.random.default_rng(1).integers(0, 2, len(kind))
        slip = np.random.default_rng(2).uniform(size=len(kind)) < 0.03
        return {"gender": [("f", "m")[code] for code in codes], "title": [("Ms", "Mr")[code] for code in codes ^ slip]}

    found = parts(extra=extra)
    assert "tells gender, which is protected" in {out.name: out.reason for out in found.left_out}["title"]


def test_silence_is_a_level_where_it_tells():
    def extra(kind):
        quiet = np.random.default_rng(4).uniform(size=len(kind)) < 0.85
        return {
            "tool": [None if k == 0 and q else ("rake", "drill", "saw")[k] for k, q in zip(kind, quiet, strict=True)]
        }

    found = {each.attribute.name: each.attribute for each in parts(extra=extra).standings}
    assert found["tool"].levels.labels == ("drill", "rake", "saw", "not stated") and found["tool"].levels.silence
    assert (found["tool"].codes >= 0).all() and not found["garden"].levels.silence


def test_nothing_is_needed_but_customers():
    frame = plain_frame()
    engine, _, _ = shop(5, 1)
    engine.execute("DELETE FROM sources_customers")
    reading = read(engine, frame, see(engine, frame))
    assert reading.candidates == () and {out.reason for out in reading.left_out} == {"empty"}
