"""What open leads are worth: known chances found again, nothing of the future, the demo shop's leads judged blind."""

import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifeworth import ledger, sources
from lifeworth.contract.registry import create_tables
from lifeworth.demo import simulate
from lifeworth.models.cold_start import lead_value
from lifeworth.settings import CostRule, Settings, read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.values.leads import value_leads
from lifeworth.values.leads.ageing import learn_ageing
from lifeworth.values.leads.tables import TABLES
from lifeworth.values.newcomers import lead_model

AS_OF = date(2025, 1, 1)
DAYS = 900
ASKED = {"as_of": AS_OF, "horizon_days": 180, "level": 0.8, "in_profit": True, "seed": 1}
CHANCES = {"fair": 0.1, "web": 0.25, "friend": 0.5}


def text(values):
    return np.array(list(values), dtype=object)


def days(offsets):
    """Days from AS_OF; NaN is no day."""
    missing = np.isnan(offsets)
    found = (np.datetime64(AS_OF) + np.where(missing, 0, offsets).astype(int)).astype("datetime64[us]")
    return np.ma.array(found, mask=missing).filled(np.datetime64("NaT"))


def keep_books(customers=900, seed=1):
    """A shop whose business buyers spend three times as much."""
    rng = np.random.default_rng(seed)
    engine = DuckDB(threads=1)
    create_tables(engine)
    first = rng.integers(-DAYS, 0, customers)
    business = rng.random(customers) < 0.3
    orders = 1 + rng.poisson(1.5, customers)
    who = np.repeat(np.arange(customers), orders)
    when = first[who] + np.where(
        np.arange(len(who)) == (np.cumsum(orders) - orders)[who], 0, rng.exponential(120, len(who))
    )
    keep = when < 0
    who, when = who[keep], np.floor(when[keep])
    amount = np.round(rng.gamma(4, 10, len(who)) * np.where(business[who], 3.0, 1.0), 2)
    zero = np.zeros(len(who))
    ids = text(f"C{c:05d}" for c in range(customers))
    engine.append(
        "sources_orders",
        {
            "order_id": text(f"O{o}" for o in range(len(who))),
            "customer_id": ids[who],
            "ordered_at": days(when),
            "ordered_on": days(when),
            "currency": np.full(len(who), "EUR", dtype=object),
            "gross": amount,
            "discount": zero,
            "shipping_charged": zero,
            "tax": zero,
            "file_no": np.ones(len(who), dtype=int),
        },
    )
    says = text(json.dumps({"business": "yes" if b else "no"}) for b in business)
    engine.append("sources_customers", {"customer_id": ids, "attributes": says})
    close_books(engine, AS_OF)
    return engine


def close_books(engine, as_of):
    ledger.keep_books(engine, Settings(costs=[CostRule(cost="margin", rate="0.5")]))
    ledger.close_books(engine, as_of)


def draw_leads(count=4000, seed=1, losses=True):
    """Leads with known chances by source; won after three weeks on average, lost after three months."""
    rng = np.random.default_rng(seed)
    created = rng.integers(-DAYS, 0, count).astype(float)
    source = rng.choice(list(CHANCES), count)
    wins = rng.random(count) < np.array([CHANCES[s] for s in source])
    took = np.where(wins, rng.geometric(1 / 21, count), rng.integers(30, 150, count)).astype(float)
    closed = created + took
    if not losses:
        closed[~wins] = np.nan
    business = np.where(rng.random(count) < 0.3, "yes", "no")
    return {"created": created, "closed": closed, "wins": wins, "source": source, "business": business}


def put(engine, leads, order=None):
    """Write leads as a file exported on AS_OF would have them; says which are open."""
    count = len(leads["created"])
    order = np.arange(count) if order is None else order
    closed = np.where(leads["closed"] < 0, leads["closed"], np.nan)
    is_open = np.isnan(closed)
    ids = text(f"L{number:05d}" for number in range(count))
    attributes = text(json.dumps({"business": b}) for b in leads["business"])
    columns = {
        "lead_id": ids,
        "created_on": days(leads["created"]),
        "closed_on": days(closed),
        "source": text(leads["source"]),
        "attributes": attributes,
    }
    engine.execute("DELETE FROM sources_leads")
    engine.append("sources_leads", {name: column[order] for name, column in columns.items()})
    engine.execute("UPDATE sources_leads SET won = false WHERE closed_on IS NOT NULL")
    engine.write("won_leads", {"lead_id": ids[leads["wins"] & ~is_open]})
    engine.execute("UPDATE sources_leads SET won = true WHERE lead_id IN (SELECT lead_id FROM won_leads)")
    engine.execute("DROP TABLE won_leads")
    return is_open


@pytest.fixture(scope="module")
def shop():
    engine = keep_books()
    yield engine
    engine.close()


def values(engine):
    return engine.records("SELECT * FROM values_leads ORDER BY lead_id")


def test_known_chances_are_found_again(shop):
    """Of many simulated files: the sum of chances against the leads that were still won, source by source."""
    said, came = dict.fromkeys(CHANCES, 0.0), dict.fromkeys(CHANCES, 0)
    for seed in range(6):
        leads = draw_leads(count=10_000, seed=seed)
        is_open = put(shop, leads)
        assert value_leads(shop, **ASKED) == ()
        rows = values(shop)
        assert [row["lead_id"] for row in rows] == [f"L{n:05d}" for n in np.flatnonzero(is_open)]
        for row in rows:
            said[row["source"]] += row["chance_of_winning"]
        for source in CHANCES:
            came[source] += int((is_open & leads["wins"] & (leads["source"] == source)).sum())
    assert min(came.values()) > 40
    for source in CHANCES:
        assert abs(said[source] - came[source]) < 3 * np.sqrt(came[source]), (source, said, came)


def test_new_leads_have_the_chance_of_their_source(shop):
    leads = draw_leads(count=12_000, seed=11)
    leads["created"][:300] = -1.0
    leads["closed"][:300] = 30.0
    put(shop, leads)
    value_leads(shop, **ASKED)
    fresh = [row for row in values(shop) if row["lead_id"] < "L00300"]
    for source, chance in CHANCES.items():
        rows = [row for row in fresh if row["source"] == source]
        assert np.mean([row["chance_of_winning"] for row in rows]) == pytest.approx(chance, rel=0.12)
        for row in rows:
            truth = chance * row["value_if_won_mean"]
            width = (row["value_high"] - row["value_low"]) / 2
            assert abs(truth - row["value_mean"]) < 2.5 * width, "2.5 half widths of 80 % are 3.2 standard errors"


@pytest.mark.study
@pytest.mark.parametrize("count", [600, 4000])
def test_ranges_hold_the_true_average_as_often_as_they_say(shop, count):
    """Of a new lead with a known chance, at the value of a newcomer as it is said; at least about 80 % of the time."""
    hits = []
    for seed in range(40):
        leads = draw_leads(count=count, seed=1000 + seed)
        leads["created"][:3], leads["closed"][:3], leads["source"][:3] = -1.0, 30.0, list(CHANCES)
        put(shop, leads)
        value_leads(shop, **ASKED)
        for row in values(shop):
            if row["lead_id"] < "L00003":
                truth = CHANCES[row["source"]] * row["value_if_won_mean"]
                hits.append(row["value_low"] <= truth <= row["value_high"])
    assert len(hits) == 120
    assert np.mean(hits) > 0.8 - 2 * np.sqrt(0.16 / len(hits))


def test_old_leads_are_less_likely_by_the_law_they_were_drawn_from(shop):
    """A lead open for a days is won with odds p P(win later) / (1 - p) P(loss later)."""
    leads = draw_leads(count=20_000, seed=5)
    put(shop, leads)
    value_leads(shop, **ASKED)
    rows = [row for row in values(shop) if row["source"] == "friend"]
    ages = np.array([(AS_OF - row["created_on"]).days for row in rows])
    chance = np.array([row["chance_of_winning"] for row in rows])
    won = 0.5 * (20 / 21) ** (ages - 1)
    lost = 0.5 * np.clip((150 - ages) / 120, 0, 1)
    for low, high in ((1, 10), (10, 25), (25, 50), (50, 75)):
        part = (ages >= low) & (ages < high)
        assert chance[part].mean() == pytest.approx((won / (won + lost))[part].mean(), rel=0.2), (low, high)
    assert chance[ages < 10].mean() > 2 * chance[ages > 60].mean()


def test_without_an_outcome_an_order_is_the_outcome():
    """Leads that became customers name them; nobody ever says that a lead was lost."""
    engine = keep_books(seed=2)
    rng = np.random.default_rng(3)
    first = np.ma.getdata(
        engine.arrays(
            f"SELECT (min(ordered_on) - DATE '{AS_OF}')::DOUBLE AS d FROM sources_orders GROUP BY customer_id ORDER BY customer_id"
        )["d"]
    )
    names = text(c for (c,) in engine.rows("SELECT DISTINCT customer_id FROM sources_orders ORDER BY 1"))
    became = np.flatnonzero(first > -DAYS + 60)
    created = np.concatenate(
        [first[became] - rng.integers(1, 40, len(became)), rng.integers(-DAYS, 0, 3 * len(became))]
    )
    ids = text(f"L{n:05d}" for n in range(len(created)))
    source = text(["fair"] * len(created))
    engine.append("sources_leads", {"lead_id": ids, "created_on": days(created), "source": source})
    engine.write("became", {"lead_id": ids[: len(became)], "customer": names[became]})
    engine.execute(
        "UPDATE sources_leads AS l SET customer_id = b.customer FROM became AS b WHERE b.lead_id = l.lead_id"
    )
    day = AS_OF - timedelta(days=200)
    close_books(engine, day)
    assert value_leads(engine, **ASKED | {"as_of": day}) == ()
    rows = values(engine)
    known = {row["lead_id"] for row in rows}
    later = [n for n in range(len(became)) if ids[n] in known]
    assert 10 < len(later) and all(first[became[n]] >= -200 for n in later)
    assert sum(row["chance_of_winning"] for row in rows) == pytest.approx(len(later), abs=3.5 * np.sqrt(len(later)))
    engine.close()


def test_a_won_lead_brings_what_newcomers_like_it_bring(shop):
    put(shop, draw_leads(seed=4))
    value_leads(shop, **ASKED)
    model = lead_model(shop, **ASKED)
    found = dict(
        shop.rows(
            "SELECT attributes, any_value(value_if_won_mean) FROM values_leads v JOIN sources_leads l USING (lead_id) "
            "GROUP BY 1 HAVING count(DISTINCT value_if_won_mean) = 1"
        )
    )
    assert len(found) == 2
    for business in ("yes", "no"):
        mean, _, _ = lead_value(model, {"business": business})
        assert found[json.dumps({"business": business})] == pytest.approx(mean, abs=0.01)
    assert found['{"business": "yes"}'] > 2 * found['{"business": "no"}']


def test_nothing_of_the_future_is_read():
    """The same day, asked of files that know what came later, and of files that do not."""
    day = AS_OF - timedelta(days=150)
    leads = draw_leads(seed=7)
    said = []
    for knows in (True, False):
        engine = keep_books(seed=3)
        put(engine, leads)
        if not knows:
            engine.execute("DELETE FROM sources_leads WHERE created_on >= ?", [day])
            engine.execute("UPDATE sources_leads SET won = NULL, closed_on = NULL WHERE closed_on >= ?", [day])
            engine.execute("DELETE FROM sources_orders WHERE ordered_on >= ?", [day])
        close_books(engine, day)
        value_leads(engine, **ASKED | {"as_of": day})
        said.append(values(engine))
        engine.close()
    assert len(said[0]) > 100
    assert said[0] == said[1]


def test_customers_and_leads_without_a_day_are_left_out_and_counted(shop):
    put(shop, draw_leads(seed=8))
    buyer, bought = shop.rows(
        "SELECT customer_id, min(ordered_on) FROM sources_orders GROUP BY 1 ORDER BY 2, 1 LIMIT 1"
    )[0]
    rows = [("X1", buyer, bought + timedelta(days=1), None), ("X2", None, bought, True), ("X3", None, bought, False)]
    for lead, customer, created, won in rows:
        shop.execute(
            "INSERT INTO sources_leads (lead_id, customer_id, created_on, won) VALUES (?, ?, ?, ?)",
            [lead, customer, created, won],
        )
    warnings = value_leads(shop, **ASKED)
    assert [w.split(" lead is ")[1].split(" ")[0] for w in warnings] == ["won", "lost", "of"]
    assert not {row["lead_id"] for row in values(shop)} & {"X1", "X2", "X3"}


def test_columns_filled_when_a_lead_is_won_are_left_out(shop):
    put(shop, draw_leads(seed=9))
    filled = """'{"contract": "' || CASE WHEN won THEN 'signed' ELSE 'none' END || '"}'"""
    shop.execute(f"UPDATE sources_leads SET attributes = json_merge_patch(attributes, {filled}) WHERE won IS NOT NULL")
    warnings = value_leads(shop, **ASKED)
    assert len(warnings) == 1 and "contract" in warnings[0] and "business" not in warnings[0]
    assert np.mean([row["chance_of_winning"] for row in values(shop)]) > 0.03


@pytest.mark.parametrize(
    ("count", "wins", "reason"), [(12, True, "30 are needed"), (400, False, "known to have been won")]
)
def test_too_little_makes_an_empty_table_and_a_reason(shop, count, wins, reason):
    leads = draw_leads(count=count, seed=10)
    leads["created"][0], leads["closed"][0] = -3.0, 40.0
    leads["wins"] &= wins
    put(shop, leads)
    [said] = value_leads(shop, **ASKED)
    assert reason in said and said.startswith("Open leads are not valued")
    assert values(shop) == []


def test_no_leads_make_an_empty_table():
    engine = DuckDB(threads=1)
    create_tables(engine)
    assert value_leads(engine, **ASKED) == ()
    assert values(engine) == []
    engine.close()


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.integers(40, 400), st.booleans(), st.sampled_from([0.5, 0.8, 0.95]), st.booleans())
def test_ranges_hold_and_the_order_of_rows_changes_nothing(shop, seed, count, losses, level, in_profit):
    leads = draw_leads(count=count, seed=seed, losses=losses)
    asked = ASKED | {"level": level, "in_profit": in_profit}
    found = []
    for order in (None, np.random.default_rng(seed).permutation(count)):
        put(shop, leads, order)
        value_leads(shop, **asked)
        found.append(values(shop))
    assert found[0] == found[1]
    for row in found[0]:
        assert 0 <= row["chance_of_winning"] <= 1
        assert row["value_low"] <= row["value_mean"] <= row["value_high"]
        assert row["value_mean"] == pytest.approx(row["chance_of_winning"] * row["value_if_won_mean"], abs=0.011)
        assert row["evidence"] in "ABCD"
    kept = {table.name for table in TABLES}
    assert not [t for t in shop.tables() if t.startswith(("values_lead_", "values_newcomer_")) and t not in kept]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=30))
def test_ageing_is_a_chance_whatever_was_seen(counts):
    won, lost, still = np.array(counts).T
    found = learn_ageing(won, lost, still)
    assert ((found.chance >= 0) & (found.chance <= 1)).all()
    assert (np.diff(found.won_within) >= -1e-12).all() and found.won_within[-1] <= 1 + 1e-12
    if still.sum() == 0 and won.sum() + lost.sum() > 0:
        assert found.won_within[-1] == pytest.approx(won.sum() / (won.sum() + lost.sum())), (
            "nobody is open: plain shares"
        )


def test_ageing_of_a_case_worked_by_hand():
    """Four leads: won on day 0, lost on day 1, won on day 2, open at age 2."""
    found = learn_ageing(np.array([1, 0, 1]), np.array([0, 1, 0]), np.array([0, 0, 1]))
    # Day 0: 1 of 4 won. Day 1: 1 of 3 lost, 1/2 stays. Day 2: the open one was not watched, so 1 of 1 is won.
    assert found.won_within == pytest.approx([0, 1 / 4, 1 / 4, 3 / 4])
    # Chances before smoothing 3/4, 2/3, 1; each counts as often as leads were watched, beside the day before once.
    first = (4 * 3 / 4 + 0.5) / 5
    second = (3 * 2 / 3 + first) / 4
    assert found.chance[:3] == pytest.approx([first, second, (1 * 1 + second) / 2])


def test_the_demo_shop_blind(tmp_path):
    """Leads open on past days at least half a year before the end, against what they then brought in all."""
    made = simulate(tmp_path, customers=3000, seed=3)
    rules, engine = read_settings(made.config), DuckDB(threads=1)
    with tempfile.TemporaryDirectory() as scratch:
        files = [FileRequest(file) for file in made.files.values()]
        sources.load(engine, files, rules, as_of=made.as_of, scratch=Path(scratch))
    ledger.keep_books(engine, rules)
    ledger.close_books(engine, made.as_of)
    said, won, came = 0.0, 0.0, []
    for back in (180, 240, 300, 360):
        day = made.as_of - timedelta(days=back)
        assert value_leads(engine, **ASKED | {"as_of": day, "horizon_days": 120}) == ()
        won += engine.value("SELECT sum(chance_of_winning) FROM values_leads")
        said += engine.value("SELECT sum(value_mean) FROM values_leads")
        came += [float(money) for (money,) in engine.rows(_CAME)]
    noise = float(np.sqrt(np.square(came).sum()))
    assert 15 < len(came)
    assert abs(won - len(came)) < 3 * np.sqrt(won)
    assert abs(said - sum(came)) < 3 * noise
    engine.close()


_CAME = """
WITH born AS (
  SELECT customer_id, min(ordered_on) AS first FROM values_leads v JOIN sources_leads l USING (lead_id)
  JOIN ledger_orders o USING (customer_id) GROUP BY customer_id),
money AS (
  SELECT customer_id, profit_sale AS m FROM ledger_orders JOIN born USING (customer_id) WHERE ordered_on < first + 120
  UNION ALL
  SELECT customer_id, profit_effect FROM ledger_events JOIN born USING (customer_id)
  WHERE happened_on >= first AND happened_on < first + 120)
SELECT sum(m) FROM money GROUP BY customer_id"""
