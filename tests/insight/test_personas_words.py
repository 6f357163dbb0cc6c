"""What customers write: themes, quotes that name nobody, and what goes with answers in worth."""

import numpy as np
import pytest
from insight_shop import AS_OF, deal, small_shop
from personas_world import ids_of, shop

from lifeworth.insight.personas.words.satisfaction import bands, satisfaction_rows, tie_scores, within
from lifeworth.insight.personas.words.texts import lay_out_texts, put_texts_away
from lifeworth.insight.personas.words.themes import find_themes
from lifeworth.insight.personas.words.voices import find_voices, quote

PHRASES = ("the delivery was quick", "the kettle leaks a little", "lovely packaging and paper")


def say(engine, texts, days_ago=5):
    """One text a customer, in the order of ids."""
    people = len(texts)
    engine.execute("DELETE FROM sources_surveys")
    engine.execute("DELETE FROM insight_customers")
    engine.execute(
        "INSERT INTO insight_customers (customer_id, value_mean, T_days) SELECT unnest(?), 10, 100",
        [ids_of(people).tolist()],
    )
    engine.execute(
        "INSERT INTO sources_surveys (answer_id, customer_id, answered_on, instrument, text) SELECT 'a' || unnest(?), unnest(?), DATE '2025-07-01' - ?, 'note', unnest(?)",
        [ids_of(people).tolist(), ids_of(people).tolist(), days_ago, texts],
    )


@pytest.fixture
def quiet():
    engine, frame = small_shop([])
    yield engine, frame
    engine.close()


def listen(engine, frame):
    written = lay_out_texts(engine, frame)
    themes = find_themes(engine, written)
    put_texts_away(engine)
    return written, themes


def test_words_of_the_same_texts_make_a_theme(quiet):
    engine, frame = quiet
    say(engine, [PHRASES[place % 3] for place in range(90)])
    _, themes = listen(engine, frame)
    assert {frozenset(theme.words) for theme in themes} == {
        frozenset({"delivery", "quick"}), frozenset({"kettle", "leaks", "little"}), frozenset({"lovely", "packaging", "paper"}),
    }  # fmt: skip
    assert all(theme.speaks.sum() == 30 for theme in themes)


def test_the_latest_text_counts_and_the_future_does_not(quiet):
    engine, frame = quiet
    say(engine, [PHRASES[0]] * 40, days_ago=40)
    engine.execute(
        "INSERT INTO sources_surveys (answer_id, customer_id, answered_on, instrument, text) SELECT 'b' || customer_id, customer_id, DATE '2025-06-30', 'note', 'the kettle leaks a little' FROM insight_customers WHERE customer_id < 'C00020'"
    )
    engine.execute(
        "INSERT INTO sources_surveys (answer_id, customer_id, answered_on, instrument, text) SELECT 'c' || customer_id, customer_id, DATE '2025-07-01', 'note', 'later anger' FROM insight_customers"
    )
    written, _ = listen(engine, frame)
    assert written.texts.tolist() == [PHRASES[1]] * 20 + [PHRASES[0]] * 20


@pytest.mark.parametrize(
    "planted",
    [
        "the delivery was quick, says Anna", "Anna: the delivery was quick and Anna", "the delivery was quick. Regards, Anna", "the delivery was quick, Mr Brown",
        "the delivery was quick 0151", "the delivery was quick, write anna@shop.de", "the delivery was quick www.anna.de", "the delivery was quick, my name is Anna",
        "the delivery was quick, thank Anna", "the delivery was quick 12.03", "Ich heiße Anna, the delivery was quick", "the delivery was quick Gruß Anna",
    ],
)  # fmt: skip
def test_texts_that_name_somebody_are_not_quoted_even_if_many_say_them(quiet, planted):
    engine, frame = quiet
    say(engine, [planted if place % 2 else PHRASES[place % 3] for place in range(120)])
    written, _ = listen(engine, frame)
    assert not written.quotable[written.texts == planted].any()
    assert written.quotable[written.texts == PHRASES[0]].all()


def test_product_names_may_be_quoted_and_german_nouns_too(quiet):
    engine, frame = quiet
    engine.execute("INSERT INTO sources_products (product_id, product_name) VALUES ('p', 'Sidamo 500 g')")
    say(engine, [("the best Sidamo at home", PHRASES[0], PHRASES[1])[place % 3] for place in range(60)])
    written, _ = listen(engine, frame)
    assert written.quotable.all()
    say(engine, [("die Bohnen sind frisch", "der Versand war schnell")[place % 2] for place in range(60)])
    written, _ = listen(engine, frame)
    assert written.quotable.all()
    say(engine, [("die Bohnen sind frisch", "Frau Anna hat es gepackt")[place % 2] for place in range(60)])
    written, _ = listen(engine, frame)
    assert written.quotable.sum() == 30


def test_rare_words_long_and_short_texts_are_not_quoted(quiet):
    engine, frame = quiet
    say(
        engine,
        [
            *[PHRASES[0]] * 30,
            *["the delivery was quick in smalltown"] * 9,
            *["quick"] * 12,
            *[" ".join([PHRASES[0]] * 9)] * 12,
        ],
    )
    written, _ = listen(engine, frame)
    assert set(written.texts[written.quotable]) == {PHRASES[0]}


def test_voices_are_told_apart_from_chance(quiet):
    engine, frame = quiet
    rng = deal(300, 4)
    member = np.array([place % 2 for place in range(300)])
    loud = rng.uniform(size=300) < np.where(member == 1, 0.7, 0.2)
    say(engine, [PHRASES[1] if each else PHRASES[2 * (place % 4 < 2)] for place, each in enumerate(loud)])
    written, themes = listen(engine, frame)
    voices = find_voices(written, themes, member, 2, 0.8)
    first = next(voice for voice in voices if voice.group == 1)
    assert "kettle" in first.theme and first.differs and first.difference.low > 0.3
    assert first.quotes == (PHRASES[1],)
    even = find_voices(written, themes, rng.permutation(member), 2, 0.8)
    assert not any(voice.differs for voice in even)
    theme = next(theme for theme in themes if "kettle" in theme.words)
    assert quote(written, theme, np.zeros(300, dtype=bool)) == ()


def test_few_texts_make_no_theme(quiet):
    engine, frame = quiet
    say(engine, [PHRASES[0]] * 6)
    written, themes = listen(engine, frame)
    assert themes == () and not written.quotable.any()
    engine.execute("DELETE FROM sources_surveys")
    assert len(lay_out_texts(engine, frame)) == 0 and find_themes(engine, lay_out_texts(engine, frame)) == ()


# --- worth


@pytest.mark.parametrize(
    ("scores", "names"),
    [
        ([0, 3, 7, 9, 10], ["0 to 6", "7 to 8", "9 to 10"]),
        ([1, 2, 3, 4, 5], ["up to 2", "3", "4 to 5"]),
        ([10.5, 30.0, 80.0, 95.0, 60.0, 20.0], ["under 20", "20 to under 60", "60 and more"]),
        ([3, 3, 3], ["up to 2", "3", "4 to 5"]),
    ],
)
def test_bands_follow_the_scale(scores, names):
    found = bands(np.array(scores, dtype=float))
    assert [name for name, _ in found] == names
    assert np.sum([inside for _, inside in found], axis=0).tolist() == [1] * len(scores)


@pytest.mark.parametrize("strata", [1, 6])
def test_the_difference_within_strata_is_least_squares_with_robust_errors(strata):
    rng = deal(200, strata)
    stratum = rng.integers(0, strata, 200)
    told = (rng.uniform(size=200) < 0.4).astype(float)
    value = 3 * told + 5 * stratum + rng.normal(size=200) * (1 + told)
    design = np.column_stack([told, *[(stratum == each).astype(float) for each in range(strata)]])
    weights, *_ = np.linalg.lstsq(design, value, rcond=None)
    rest = value - design @ weights
    inverse = np.linalg.inv(design.T @ design)
    robust = inverse @ (design.T * rest**2) @ design @ inverse * 200 / (200 - strata - 1)
    assert within(told, value, stratum) == pytest.approx((weights[0], np.sqrt(robust[0, 0])), rel=1e-6)


def test_a_difference_that_is_only_tenure_goes_away_when_tenure_is_held():
    engine, frame, _ = shop(900, 3, structure=False)
    engine.execute("UPDATE insight_customers SET value_mean = T_days / 10.0 + (hash(customer_id) % 100) / 20.0")
    engine.execute(
        "INSERT INTO sources_surveys (answer_id, customer_id, answered_on, instrument, score) SELECT customer_id, customer_id, ?, 'csat', CASE WHEN T_days > 350 THEN 5 ELSE 2 END FROM insight_customers",
        [AS_OF.replace(month=6)],
    )
    tied = {(each.band, each.adjusted_for): each for each in tie_scores(engine, frame)}
    assert tied[("4 to 5", "nothing")].p < 1e-50
    held = tied[("4 to 5", "how long customers have been known")]
    assert abs(held.difference.mean) < 0.2 * tied[("4 to 5", "nothing")].difference.mean


def test_planted_ties_are_covered_and_planted_nulls_raise_few_alarms():
    rng, covered, alarms = deal(1, 1), 0, 0
    for _ in range(200):
        told = (rng.uniform(size=150) < 0.3).astype(float)
        value = rng.gamma(1.0, 20.0, 150)
        everybody = np.zeros(150, dtype=np.intp)
        slope, error = within(told, value + 6 * told, everybody)
        covered += abs(slope - 6) <= 1.2816 * error
        null, error = within(told, value, everybody)
        alarms += abs(null) > 1.96 * error
    assert 0.72 <= covered / 200 <= 0.88
    assert alarms / 200 <= 0.09


def test_sentences_say_what_chance_could_make():
    engine, frame, _ = shop(300, 2, structure=False)
    engine.execute(
        "INSERT INTO sources_surveys (answer_id, customer_id, answered_on, instrument, score) SELECT customer_id, customer_id, DATE '2025-06-01', 'nps', hash(customer_id) % 11 FROM insight_customers"
    )
    rows = list(satisfaction_rows(list(tie_scores(engine, frame)), frame))
    assert rows and all(row[-1].endswith("no more than chance could make.") for row in rows if not row[-2])
    assert all("more" in row[-1] or "less" in row[-1] for row in rows)
