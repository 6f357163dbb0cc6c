"""The chance from everything known: planted drivers found, columns that may not speak left out, what was learned kept and read back."""

import json

import numpy as np
import pytest
from test_values_leads import AS_OF, ASKED, days, draw_leads, keep_books, put, text

from lifeworth.errors import DataError
from lifeworth.values.leads import (
    asked_attributes,
    keep_lead_scores,
    read_lead_scores,
    score_leads,
    value_leads,
)
from lifeworth.values.leads.banned import ban
from lifeworth.values.leads.keeping import FILE, FOLDER, from_json, to_json
from lifeworth.values.leads.penalised import Design, fit


@pytest.fixture(scope="module")
def shop():
    engine = keep_books()
    yield engine
    engine.close()


def say(engine, leads, **columns):
    """Give every lead more columns, in the order of their ids."""
    told = [json.dumps({"business": b, **{name: values[n] for name, values in columns.items()}}) for n, b in enumerate(leads["business"])]  # fmt: skip
    ids = text(f"L{n:05d}" for n in range(len(told)))
    engine.write("said", {"lead_id": ids, "told": text(told)})
    engine.execute("UPDATE sources_leads AS l SET attributes = s.told FROM said AS s WHERE s.lead_id = l.lead_id")
    engine.execute("DROP TABLE said")


def driven(count=3000, seed=1, strength=1.2):
    """Leads whose industry decides the chance beside the source; pet and room decide nothing."""
    rng = np.random.default_rng([seed, 7])
    leads = draw_leads(count=count, seed=seed)
    industry = rng.choice(["office", "hotel", "café"], count)
    odds = np.log(0.25 / 0.75) + strength * ((industry == "office") * 1.0 - (industry == "café"))
    wins = rng.random(count) < 1 / (1 + np.exp(-odds))
    took = np.where(wins, rng.geometric(1 / 21, count), rng.integers(30, 150, count)).astype(float)
    leads |= {"wins": wins, "closed": leads["created"] + took}
    others = {
        "pet": rng.choice(["cat", "dog", "none"], count),
        "room": rng.choice([f"r{n}" for n in range(400)], count),
    }
    return leads, {"industry": industry, **others}


def columns_of(engine):
    return {row["name"]: row for row in engine.records("SELECT * FROM values_lead_columns")}


@pytest.fixture(scope="module")
def learned():
    engine = keep_books()
    leads, columns = driven()
    put(engine, leads)
    say(engine, leads, **columns)
    value_leads(engine, **ASKED)
    yield engine
    engine.close()


def test_a_planted_driver_is_found_and_used(learned):
    [row] = learned.records("SELECT * FROM values_lead_judged")
    assert row["way"] == "by everything known" and row["p"] < 1e-6
    assert row["area_by_all_mean"] > row["area_by_source_mean"] + 0.1
    assert row["loss_by_all"] < row["loss_by_source"]
    assert columns_of(learned)["industry"]["tells"] and columns_of(learned)["industry"]["scores"]
    effects = {r["level"]: r for r in learned.records("SELECT * FROM values_lead_effects WHERE name = 'industry'")}
    assert effects["office"]["effect_low"] > 0 > effects["café"]["effect_high"]
    chances = {"café": 1 / (1 + 3 * np.exp(1.2)), "office": 1 / (1 + 3 * np.exp(-1.2)), "hotel": 0.25}
    for level, chance in chances.items():
        assert effects[level]["chance_mean"] == pytest.approx(chance, abs=0.05)


def test_decoys_are_reported_no_more_often_than_chance_allows(shop):
    """Of columns that tell nothing, about one in twenty has p under 5 %, and few are reported after control."""
    under, asked, reported = 0, 0, 0
    for seed in range(6):
        leads, _ = driven(count=1500, seed=100 + seed, strength=0.0)
        rng = np.random.default_rng([seed, 9])
        put(shop, leads)
        decoys = {f"d{n}": rng.choice(["a", "b", "c"], 1500) for n in range(12)}
        say(shop, leads, **decoys)
        value_leads(shop, **ASKED)
        found = [row for name, row in columns_of(shop).items() if name in decoys]
        under, asked, reported = under + sum(r["p"] < 0.05 for r in found), asked + len(found), reported + sum(r["tells"] for r in found)  # fmt: skip
    assert asked == 72
    assert under <= 10, "3.6 expected; more than 10 has a chance of 0.1 %"
    assert reported <= 3


@pytest.mark.parametrize("name", ["gender", "Marital_Status", "Konfession", "shoe size"])
def test_protected_columns_score_nobody_however_much_they_tell(shop, name):
    """Declared in the settings, or known by their names."""
    leads, _ = driven(count=1500, strength=0.0)
    put(shop, leads)
    say(shop, leads, **{name: np.where(leads["wins"], "a", "b")})
    value_leads(shop, **ASKED, protected=["Shoe Size"])
    row = columns_of(shop)[name]
    assert not row["asked"] and not row["scores"] and row["reason"].startswith("protected: ")
    assert name not in asked_attributes(from_json(shop.value("SELECT content FROM values_lead_model")))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            lambda n, wins: [f"call {k} about the offer, they were not sure whether to buy" for k in range(n)],
            "free text",
        ),
        (lambda n, wins: [f"id{k}" for k in range(n)], "its own"),
        (lambda n, wins: [f"2024-0{1 + k % 9}-1{k % 9}" for k in range(n)], "holds days"),
        (lambda n, wins: ["same"] * n, "says the same"),
    ],
)
def test_columns_that_say_too_much_or_too_little_are_left_out(shop, values, reason):
    leads, _ = driven(count=1200, strength=0.0)
    put(shop, leads)
    say(shop, leads, said=values(1200, leads["wins"]))
    value_leads(shop, **ASKED)
    assert reason in columns_of(shop)["said"]["reason"]


def test_the_house_list_bans_and_the_settings_add_to_it():
    says = ban(["age", "Shoe Size"])
    assert [says(name) for name in ("SexualOrientation", "shoe_size", "age_group", "industry", "essex branch")] == [
        "sexual orientation", "declared in the settings", "age", None, None,
    ]  # fmt: skip


# --- kept and read back


def test_what_was_learned_comes_back_to_the_last_bit(learned, tmp_path):
    keep_lead_scores(learned, tmp_path)
    path = tmp_path / FOLDER / FILE
    scorer = read_lead_scores(tmp_path)
    assert to_json(scorer) == path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_lead_scores(tmp_path / "nothing") is None


def test_a_list_scored_later_has_the_figures_of_the_run(learned):
    """The leads of the run, given again: open ones have the same figures, closed ones none."""
    scorer = from_json(learned.value("SELECT content FROM values_lead_model"))
    found = score_leads(learned, scorer, AS_OF)
    assert found.leads == learned.value("SELECT count(*) FROM values_leads") > 80 and found.missing == ()
    apart = """SELECT count(*) FROM values_leads v FULL JOIN (SELECT * FROM values_scored_leads WHERE chance IS NOT NULL) s USING (lead_id)
               WHERE (v.chance_of_winning, v.value_if_won_mean, v.value_mean, v.value_low, v.value_high, v.evidence)
               IS DISTINCT FROM (s.chance, s.value_if_won, s.value_mean, s.value_low, s.value_high, s.evidence)"""
    assert learned.value(apart) == 0
    closed = learned.rows("SELECT DISTINCT sentence FROM values_scored_leads WHERE chance IS NULL")
    assert closed == [("Not scored: it is closed already.",)]
    assert learned.value("SELECT count(*) FROM values_scored_leads") == learned.value(
        "SELECT count(*) FROM sources_leads"
    )


def test_levels_nobody_knew_and_columns_not_given_fall_back(learned):
    scorer = from_json(learned.value("SELECT content FROM values_lead_model"))
    kept = "CREATE OR REPLACE TABLE kept AS SELECT * FROM sources_leads"
    learned.execute(kept)
    try:
        learned.execute("DELETE FROM sources_leads")
        learned.append(
            "sources_leads",
            {
                "lead_id": text(["a", "b"]),
                "created_on": days(np.array([-1.0, -1.0])),
                "source": text(["fair", "moon"]),
                "attributes": text([json.dumps({"industry": "office"}), json.dumps({"industry": "circus"})]),
            },
        )
        found = score_leads(learned, scorer, AS_OF)
        one, two = learned.records("SELECT * FROM values_scored_leads ORDER BY lead_id")
        assert {"business", "pet"} <= set(found.missing) and found.leads == 2
        assert "counts as one of the others" not in one["sentence"]
        assert "what it says as source and industry; there it counts as one of the others" in two["sentence"]
        assert one["chance"] > two["chance"] > 0
    finally:
        learned.execute("DELETE FROM sources_leads")
        learned.execute("INSERT INTO sources_leads SELECT * FROM kept")
        learned.execute("DROP TABLE kept")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda t: t[: len(t) // 2], "not JSON, or was cut off"),
        (lambda t: t.replace("lifeworth lead scores", "lifeworth something"), "does not hold lifeworth lead scores"),
        (lambda t: t.replace('"schema_version": 1', '"schema_version": 99'), "schema version is 99"),
        (lambda t: t.replace('"currency": "EUR"', '"currency": "USD"').replace('"currency": null', '"currency": "X"'), "checksum does not match"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused(learned, tmp_path, damage, said):
    keep_lead_scores(learned, tmp_path)
    path = tmp_path / FOLDER / FILE
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_lead_scores(tmp_path)


@pytest.mark.parametrize("won", [0.0, 1.0])
def test_where_all_were_won_or_none_there_still_is_an_answer(won):
    codes = np.zeros((40, 1), dtype=np.intp)
    codes[20:] = 1
    effects = fit(Design(codes, (2,)), np.full(40, won), np.array([1.0]))
    assert np.isfinite(effects.level) and np.isfinite(effects.covariance).all()
    assert (effects.level > 2) == (won == 1.0)
