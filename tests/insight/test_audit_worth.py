"""Customer equity and the value of the company: against hand computation, brute force, and what must hold whatever the data."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from audit_shop import built, draw_shop, shop_of, table
from insight_shop import plain_frame
from pydantic import ValidationError

from lifeworth.insight import audit
from lifeworth.insight.audit.arrivals.beginning import Beginning
from lifeworth.insight.audit.arrivals.forecast import DRAWS
from lifeworth.insight.audit.arrivals.process import Counted
from lifeworth.insight.audit.equity.ahead import DAYS_A_MONTH, MonthsAhead, months_ahead
from lifeworth.insight.audit.equity.blind import Blind
from lifeworth.insight.audit.equity.fading import LEAST, SUPPOSED, faded, judge
from lifeworth.insight.audit.equity.futures import Flows, Futures, Total, Worths, follow, lifetime_of
from lifeworth.insight.audit.equity.keeping import Keeping
from lifeworth.insight.audit.equity.newcomer import Matrix, by_age, go_on
from lifeworth.insight.audit.equity.season import month_factors
from lifeworth.insight.audit.equity.winning import Winning
from lifeworth.insight.audit.months import calendar_of
from lifeworth.insight.audit.valuation.cash import Company, annuity, perpetuity, value_company
from lifeworth.insight.audit.valuation.levers import more_come, more_left
from lifeworth.insight.audit.valuation.past import TOTAL, USUAL_MISS, Said, missed
from lifeworth.insight.audit.valuation.terms import Terms, terms_of
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.settings import Settings, read_settings

CALENDAR = calendar_of(date(2022, 7, 1), date(2025, 7, 1))


def ahead_of(discount=0.1) -> MonthsAhead:
    return months_ahead(CALENDAR, discount)


def flat(value, spans, draws=DRAWS):
    return Flows(np.full(spans, float(value)), np.full((draws, spans), float(value)))


# --- time and money ---


def test_money_is_worth_less_the_later_it_comes():
    ahead = ahead_of(0.10)
    assert len(ahead.number) == 60 and ahead.edges[12] == pytest.approx(365.0)
    assert ahead.present[:12].mean() == pytest.approx(annuity(0.10, 1.0), rel=1e-6)
    assert ahead.present[0] == pytest.approx(1.1 ** (-1 / 24), rel=1e-5) and (np.diff(ahead.present) < 0).all()
    assert (ahead_of(0.0).present == 1.0).all()


def test_perpetuity_is_an_annuity_without_end():
    assert perpetuity(0.08, after=0.0) == pytest.approx(annuity(0.08, 5.0) + perpetuity(0.08, after=5.0))
    assert perpetuity(0.0, after=5.0) == 0.0


def test_the_keeping_rate_is_the_sum_of_its_years():
    kept = Keeping(0.8)
    assert kept.years(100.0, 0.1, 3) == pytest.approx(100 * (1 + 0.8 / 1.1 + (0.8 / 1.1) ** 2))
    assert (
        kept.years(100.0, 0.1, None)
        == pytest.approx(100 / (1 - 0.8 / 1.1))
        == pytest.approx(kept.years(100.0, 0.1, 500))
    )
    assert Keeping(1.05).years(100.0, 0.1, None) is None and Keeping(None).years(100.0, 0.1, 3) is None


# --- what newcomers bring ---


def test_newcomers_follow_their_curve_as_if_each_were_followed():
    ahead, rng = ahead_of(), np.random.default_rng(3)
    joined, each, later = rng.uniform(5, 50, 60), rng.uniform(0.1, 9, 60), rng.uniform(0, 3, 13)
    season = rng.uniform(0.6, 1.4, 12)
    ones = np.ones(4)
    found = follow(ahead, Flows(joined, np.tile(joined, (4, 1))), each, later, Worths(ones, ones, 0 * ones), season)
    expected = np.zeros(60)
    for month in range(60):
        for age in range(60 - month):
            beat = season[(CALENDAR.months + month + age) % 12] if age else 1.0
            expected[month + age] += joined[month] * each[age] * beat
    assert found.expected[:60] == pytest.approx(expected) and found.draws[0] == pytest.approx(found.expected)
    whole = joined.sum() * (each.sum() + later.sum())
    plain = follow(
        ahead, Flows(joined, np.tile(joined, (4, 1))), each, later, Worths(ones, ones, 0 * ones), np.ones(12)
    )
    assert plain.expected.sum() == pytest.approx(whole, rel=0.02)


def test_a_lifetime_discounts_what_comes_by_age():
    ahead, each, later = ahead_of(0.10), np.zeros(60), np.zeros(13)
    each[0], each[12] = 10.0, 11.0
    ones = np.ones(DRAWS)
    assert lifetime_of(ahead, each, later, Worths(ones, ones, 0 * ones)).expected == pytest.approx(10 + 11 / 1.1)


def test_ages_go_on_in_the_proportions_of_those_who_reached_them():
    newcomers = np.full(24, 100.0)
    money = np.zeros((24, 24))
    for cohort in range(24):
        money[cohort, : 24 - cohort] = 100.0 * (1 if cohort < 12 else 2) / (1 + np.arange(24 - cohort))
    revenue, brought, reach = by_age(Matrix(money * 2, money, newcomers), 0, 60)
    assert reach == 24 and brought[0] == pytest.approx(2.0)
    assert brought[23] == pytest.approx(2 / 24)  # those who came first bring half as much, in the same proportions
    assert revenue == pytest.approx(2 * brought)
    assert by_age(Matrix(money, money, np.full(24, 1.0)), 0, 60) is None
    early = Matrix(money, money, newcomers).upto(6)
    assert early.money.shape == (6, 6) and early.money[5, 1] == 0 and early.money[4, 1] == money[4, 1]


def test_unseen_ages_go_on_as_the_model_has_it():
    onward = np.array([0.0, 4.0, 2.0, 1.0, 0.5, 0.25])
    each, later = go_on(np.array([9.0, 8.0, 4.0, 0.0]), 3, onward)
    assert each.tolist() == [9.0, 8.0, 4.0, 2.0] and later.tolist() == [1.0, 0.5]
    assert go_on(np.array([9.0, 0.0]), 1, onward[:3])[0].tolist() == [9.0, 0.0]


def test_the_season_of_repeat_purchases_is_found_and_drawn_to_none():
    months = np.arange(48)
    repeats = 400 * np.exp(0.4 * (months % 12 == 5) - 0.2 * (months % 12 == 0))
    seen = Counted(months, np.full(48, DAYS_A_MONTH), repeats, np.ones(48))
    factors = month_factors(seen, np.round(repeats))
    assert factors.mean() == pytest.approx(1.0) and factors[5] == pytest.approx(1.47, rel=0.08) and factors[0] < 0.9
    short = Counted(months[:8], np.full(8, 30.0), repeats[:8], np.ones(8))
    assert (month_factors(short, repeats[:8]) == 1).all()


# --- doubt ---


def test_where_data_begin_in_the_middle_all_purchases_tell_the_season():
    months = np.arange(25)
    yearly = np.where(months % 12 == 11, 900.0, 400.0)
    known = np.minimum(months / 12, 0.9)
    beginning = Beginning(
        np.round(yearly * (1 - known)),
        np.round(yearly * known),
        np.full(25, 30.4),
        15 + 30.4 * months,
        np.zeros((25, 1), np.int64),
    )
    seen = Counted(months, np.full(25, DAYS_A_MONTH), beginning.newcomers, np.ones(25))
    told, untold = (month_factors(seen, beginning.breathing(25, began_before=began))[11] for began in (True, False))
    assert told == pytest.approx(900 / (11 * 400 + 900) * 12, rel=0.1) and told > untold
    assert (beginning.breathing(9, began_before=False) == beginning.repeats[:9]).all()


def test_fading_is_judged_by_two_years_of_a_past_day():
    rng = np.random.default_rng(4)
    expected = np.stack([rng.gamma(1, 10, 3000), rng.gamma(1, 10, 3000)])
    expected[1] *= 0.8 * expected[0].sum() / expected[1].sum()
    model = BGNBD.from_parameters({"r": 1, "alpha": 1, "a": 1, "b": 1})
    right = judge(Blind(12, expected, expected.copy(), 1.0, model))
    wrong = judge(Blind(12, expected, expected * np.array([[1.0], [0.4]]), 1.0, model))
    assert right.spread == pytest.approx(max(SUPPOSED / np.sqrt(2), LEAST)) and wrong.spread > 0.4
    assert right.seen == pytest.approx(0.8) and wrong.seen == pytest.approx(0.32)
    assert judge(Blind(12, expected, 0 * expected, 1.0, model)).spread == SUPPOSED


def test_customers_fade_or_stay_but_do_not_multiply():
    years, pace = np.array([0.5, 1.0, 2.0, 4.0]), np.array([4.0, 3.0, 2.0, 1.0])
    factors = faded(years, pace, np.array([0.0, 0.5, -5.0]))
    assert factors[0].tolist() == [1, 1, 1, 1] and factors[1] == pytest.approx([1, 1, np.exp(-0.5), np.exp(-1.5)])
    assert (factors[2] * pace <= 4.0 + 1e-9).all() and (faded(years, None, np.array([-1.0])) == 1).all()


def test_past_misses_widen_and_a_usual_miss_is_never_forgotten():
    good = [Said(cut, 12, TOTAL, 100.0, 0.0, 100.0) for cut in (0, 3, 6)]
    bad = [replace(said, came=150.0) for said in good]
    assert (
        missed(24, []) == USUAL_MISS > missed(24, good)
        and missed(24, bad) > USUAL_MISS
        and missed(11, bad) == USUAL_MISS
    )


# --- the table of a shop ---


@pytest.fixture(scope="module")
def grown():
    purchases = draw_shop(36, a_month=50.0, seed=9)
    return built(
        purchases,
        newcomers=(60.0, 55.0, 66.0),
        spend=[(date(2025, 3, 1), 1200.0, "acquire"), (date(2025, 4, 1), 300.0, "retain")],
        books=True,
    )


def parts(engine, years):
    return {row["part"]: row for row in table(engine, "equity") if row["years"] == years}


@pytest.mark.parametrize("years", [1, 3, 5, None])
def test_equity_is_the_sum_of_its_parts(grown, years):
    engine, _ = grown
    found = parts(engine, years)
    total = sum(
        found[name]["value_mean"] for name in ("current customers", "customers to come", "cost of winning them")
    )
    assert found["customer equity"]["value_mean"] == pytest.approx(total)
    for row in found.values():
        if row["value_low"] is not None:
            assert row["value_low"] <= row["value_mean"] <= row["value_high"]


def test_current_customers_are_worth_what_the_run_says(grown):
    engine, _ = grown
    value, residual = engine.rows("SELECT sum(value_mean), sum(residual_value_mean) FROM insight_customers")[0]
    assert parts(engine, 1)["current customers"]["value_mean"] == pytest.approx(value)
    assert parts(engine, None)["current customers"]["value_mean"] == pytest.approx(residual)
    means = [parts(engine, years)["customer equity"]["value_mean"] for years in (1, 3, 5, None)]
    assert means == sorted(means)


def test_newcomers_bring_what_the_run_says_and_cost_what_was_spent(grown):
    engine, _ = grown
    won = engine.value("SELECT count(*) FROM insight_customers WHERE first_order_at >= DATE '2025-03-01'")
    expected = [row["newcomers_mean"] for row in table(engine, "newcomers", "since") if row["how"] == "expected"][:12]
    ahead = ahead_of()
    assert parts(engine, 1)["cost of winning them"]["value_mean"] == pytest.approx(
        -1200 / won * (np.array(expected) @ ahead.present[:12]), rel=1e-6
    )
    assert sum(expected) == pytest.approx(600, rel=0.15)
    assert 0 < parts(engine, 1)["customers to come"]["value_mean"] < 60 * sum(expected)


def test_the_forecast_of_a_year_is_that_of_its_quarters(grown):
    engine, _ = grown
    rows = [row for row in table(engine, "forecast") if row["how"] != "seen"]
    year = min((row for row in rows if row["length"] == "year"), key=lambda row: row["since"])
    quarters = [row for row in rows if row["length"] == "quarter"]
    for name in ("current_revenue_mean", "new_revenue_mean", "revenue_mean", "money_mean"):
        assert sum(row[name] for row in quarters) == pytest.approx(year[name])
    assert year["current_revenue_mean"] == pytest.approx(
        engine.value("SELECT sum(revenue_mean) FROM insight_customers")
    )
    assert {row["how"] for row in rows if row["length"] == "year"} == {"expected"}


def test_past_days_were_asked_blind(grown):
    engine, _ = grown
    rows = table(engine, "past")
    assert {row["part"] for row in rows} == {"customers of that day", "newcomers", "together"} and len(rows) == 15
    for row in rows:
        assert row["until"] <= date(2025, 7, 1) and row["off"] == pytest.approx(row["said_mean"] / row["came"] - 1)
    together = [row for row in rows if row["part"] == "together"]
    for row in together:
        shares = [other for other in rows if other["since"] == row["since"] and other is not row]
        assert row["came"] == pytest.approx(sum(other["came"] for other in shares))
        sold = engine.value(
            "SELECT sum(gross) FROM ledger_days WHERE day >= ? AND day < ?", [row["since"], row["until"]]
        )
        assert row["came"] == pytest.approx(float(sold))
    assert np.median([abs(row["off"]) for row in together]) < 0.25


def test_what_happens_later_changes_nothing_that_was_said_before():
    purchases = draw_shop(24, a_month=30.0, seed=21)
    moved = [(c, day, money * 9 if day >= date(2025, 4, 1) else money) for c, day, money in purchases]
    said = []
    for written in (purchases, moved):
        engine, _ = built(written, books=True)
        said.append(
            {
                (row["since"], row["part"]): row["said_mean"]
                for row in table(engine, "past")
                if row["until"] <= date(2025, 4, 1)
            }
        )
    assert said[0] and said[0] == said[1]


@pytest.mark.parametrize("times", [100.0, 0.01])
def test_money_counted_in_other_units_is_the_same_money(times):
    purchases = draw_shop(18, a_month=40.0, seed=6)
    one, _ = built(purchases, value=30.0)
    other, _ = built([(c, day, round(money * times, 4)) for c, day, money in purchases], value=30.0 * times)
    for years in (1, None):
        for name, row in parts(one, years).items():
            assert parts(other, years)[name]["value_mean"] == pytest.approx(row["value_mean"] * times, rel=1e-3)


def test_a_dearer_discount_never_raises_a_value():
    purchases = draw_shop(20, a_month=30.0, seed=9)
    worths = []
    for discount in (0.05, 0.10, 0.20):
        engine, _ = built(purchases, newcomers=(60.0, 55.0, 66.0), discount=discount)
        worths.append(
            [row["amount_mean"] for row in table(engine, "valuation", "place") if row["step"] == "operating value"][0]
        )
    assert worths == sorted(worths, reverse=True)


# --- the company ---


NOTHING, FREE = Terms(), Winning(0, 0, 0)


def company(discount=0.1, *, terms=NOTHING, winning=FREE, newcomers=10.0):
    ahead = ahead_of(discount)
    spans, months = len(ahead.years), len(ahead.number)
    current, coming = flat(0, spans), flat(0, spans)
    for flows, amount in ((current, 100.0), (coming, 50.0)):
        flows.expected[:months], flows.draws[:, :months] = amount, amount
    people = flat(newcomers, months)
    lifetime = Total(20.0, np.full(DRAWS, 20.0))
    return Company(ahead, Futures(current, current, coming, coming, people, lifetime, lifetime), winning, terms)


def test_the_value_of_a_company_by_hand():
    found = company(
        terms=Terms(fixed_costs=600.0, non_operating_assets=500.0, net_debt=200.0, tax_rate=0.25),
        winning=Winning(1, 3.0, 120.0),
    )
    steps = {name: total.expected for name, total in value_company(found).items()}
    five, after = annuity(0.1, 5.0), perpetuity(0.1, after=5.0)
    assert steps["current customers"] == pytest.approx(1200 * five, rel=1e-6)
    assert steps["customers to come within five years"] == pytest.approx(600 * five, rel=1e-6)
    assert steps["customers to come after that"] == pytest.approx(120 * (20 - 3) * after)
    assert steps["winning customers"] == pytest.approx(-360 * five, rel=1e-6)
    assert steps["spend on keeping customers"] == pytest.approx(-120 * (five + after))
    assert steps["fixed costs"] == pytest.approx(-600 * (five + after))
    yearly = 1800 - 360 - 120 - 600
    later = 120 * 17 * after - 720 * after
    assert steps["tax"] == pytest.approx(-0.25 * (yearly * five + later), rel=1e-6)
    before = sum(
        value
        for name, value in steps.items()
        if name not in ("operating value", "shareholder value", "non-operating assets", "net debt")
    )
    assert steps["operating value"] == pytest.approx(before)
    assert steps["shareholder value"] == pytest.approx(steps["operating value"] + 500 - 200)


def test_losses_pay_no_tax_and_nothing_stated_is_left_out():
    losing = value_company(company(terms=Terms(fixed_costs=9000.0, tax_rate=0.3)))
    assert losing["tax"].expected == 0.0 and losing["operating value"].expected < 0
    plain = value_company(company())
    assert set(plain) == {
        "current customers",
        "customers to come within five years",
        "customers to come after that",
        "operating value",
    }
    assert "customers to come after that" not in value_company(company(discount=0.0))


def test_levers_move_as_they_must():
    found = company()
    more = more_come(found.futures, 1.1)
    assert more.newcomers.expected[0] == pytest.approx(11.0) and more.new_money.expected[0] == pytest.approx(55.0)
    assert more.current_money is found.futures.current_money
    left = more_left(found.futures, 0.01)
    assert left.current_money.expected[0] == pytest.approx(101.0) and left.lifetime.expected == pytest.approx(20.2)


def test_settings_are_read_where_they_are(tmp_path):
    assert terms_of(Settings()) == Terms()
    path = tmp_path / "lifeworth.toml"
    path.write_text("[valuation]\nfixed_costs = 5\nnet_debt = -2\ntax_rate = 0.3\n", encoding="utf-8")
    assert terms_of(read_settings(path)) == Terms(
        fixed_costs=5.0, non_operating_assets=None, net_debt=-2.0, tax_rate=0.3
    )


@pytest.mark.parametrize("stated", [{"tax_rate": 1}, {"tax_rate": -0.1}, {"fixed_costs": -1}, {"rent": 5}])
def test_settings_that_mean_nothing_are_refused(stated):
    with pytest.raises(ValidationError):
        Settings(valuation=stated)


def test_the_tables_of_the_company(grown):
    engine, _ = grown
    steps = {row["step"]: row for row in table(engine, "valuation", "place")}
    assert (
        steps["fixed costs"]["how"] == steps["tax"]["how"] == "missing" and steps["fixed costs"]["amount_mean"] is None
    )
    assert steps["spend on keeping customers"]["amount_mean"] == pytest.approx(-300 * perpetuity(0.1, after=0.0))
    levers = {(row["lever"], row["by"] > 0): row for row in table(engine, "levers", "place")}
    assert len(levers) == 10
    for lever in ("keeping rate", "newcomers", "margin"):
        assert levers[lever, True]["change_mean"] > 0 > levers[lever, False]["change_mean"]
    for lever in ("cost of winning", "discount rate"):
        assert levers[lever, True]["change_mean"] < 0 < levers[lever, False]["change_mean"]
    operating = steps["operating value"]["amount_mean"]
    assert levers["margin", True]["value"] == pytest.approx(operating + levers["margin", True]["change_mean"])


def test_in_revenue_there_is_no_value_of_a_company():
    engine, _ = built(draw_shop(20, a_month=40.0, seed=2), cost=0.0, in_profit=False)
    assert table(engine, "valuation") == [] and table(engine, "levers") == []
    assert any("no value of a company" in row["sentence"] for row in table(engine, "notes"))
    assert {row["basis"] for row in table(engine, "equity")} == {"revenue"}


def test_the_same_bytes_at_any_number_of_threads():
    purchases = draw_shop(21, a_month=25.0, seed=8)
    found = []
    for threads in (1, 2):
        engine, frame = shop_of(purchases, newcomers=(60.0, 50.0, 70.0), books=True)
        audit.build(engine, replace(frame, threads=threads))
        found.append({name.name: engine.rows(f"SELECT * FROM {name.name} ORDER BY ALL") for name in audit.TABLES})
    assert found[0] == found[1] and plain_frame().seed == 1
