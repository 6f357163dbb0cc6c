"""Leaks: against comparables, with the right doubt, named once at the level that explains them, and no alarm where nothing leaks."""

import numpy as np
import pytest
from margins_shop import NAMES, ago, built, drawn_year

from lifeworth.insight.margins.discovery import q_values
from lifeworth.insight.margins.leaks.alike import of_one_sort
from lifeworth.insight.margins.leaks.candidates import Group, candidates
from lifeworth.insight.margins.leaks.comparing import Rows, expected, gather, judge, rates
from lifeworth.insight.margins.leaks.costs import CATEGORY, CHANNEL, COUNTRY, RETURNS
from lifeworth.insight.margins.leaks.dense import dense, each_once
from lifeworth.insight.margins.leaks.finding import CHANCE, EXPLAINED, LEAK, NOT_WITHIN, find
from lifeworth.insight.margins.leaks.measure import measure
from lifeworth.insight.margins.leaks.unfolding import seen_by_age
from lifeworth.insight.margins.leaks.within import within_customers

CUPS, MARKET, CH = NAMES[CATEGORY].index("cups"), NAMES[CHANNEL].index("market"), NAMES[COUNTRY].index("CH")


def rng(*seed):
    return np.random.default_rng([*seed, 77])


# --- the comparison itself


def test_excess_is_cost_less_exposure_at_the_comparables_rate_stratum_by_stratum():
    """Two strata by hand. With many rows the drawing to the coarser rate hardly moves anything."""
    rows = [(1, 0, 10.0, 3.0), (0, 0, 10.0, 1.0), (1, 1, 20.0, 10.0), (0, 1, 20.0, 4.0)]
    level, stratum, exposure, cost = (np.repeat(np.array(column), 5000) for column in zip(*rows, strict=True))
    nothing = np.zeros(len(level), dtype=int)
    cells = gather(Rows(level, (stratum,), nothing, exposure, cost, np.arange(len(level)) % 10, 10))
    rate = rates(cells, np.array([True, False]))
    own, alike = expected(cells, 1, rate)
    assert rate[:, 0] == pytest.approx([0.1, 0.2], rel=0.005)
    found = judge(cells.exposure[own].sum(axis=0), cells.cost[own].sum(axis=0), alike.sum(axis=0), 5000)
    assert found.mean * 5000 * 30 == pytest.approx(5000 * (13 - 10 * 0.1 - 20 * 0.2), rel=0.005)
    assert found.rate == pytest.approx(13 / 30)


def test_a_stratum_without_comparables_takes_the_coarser_rate():
    level = np.array([0] * 200 + [1] * 200)
    coarse, fine = np.zeros(400, dtype=int), np.array([0] * 200 + [1] * 200)
    cost = np.where(level == 0, 0.3, 0.9)
    cells = gather(Rows(level, (coarse, fine), coarse, np.ones(400), cost, np.arange(400) % 8, 8))
    rate = rates(cells, np.array([True, False]))
    assert rate[:, 0] == pytest.approx([0.3, 0.3])
    with pytest.raises(ValueError, match="no comparables"):
        rates(cells, np.array([False, False]))


def test_the_error_is_that_of_a_ratio_whose_clusters_are_customers():
    """Against the textbook's linearised variance of a ratio of cluster totals (Cochran 1977, equation 6.13)."""
    random = rng(1)
    lines = random.integers(1, 6, 4000)
    customer = np.repeat(np.arange(4000), lines)
    cost = random.gamma(1.0, 1.0, 4000)[customer] * random.random(len(customer))
    groups = 200
    nothing = np.zeros(len(customer), dtype=int)
    cells = gather(Rows(nothing, (nothing,), nothing, np.ones(len(customer)), cost, customer % groups, groups))
    found = judge(cells.exposure[0], cells.cost[0], np.zeros(groups + 1), 4000)
    by_customer = np.bincount(customer, weights=cost)
    ratio = by_customer.sum() / lines.sum()
    left = by_customer - ratio * lines
    assert found.mean == pytest.approx(ratio)
    assert found.error == pytest.approx(np.sqrt((left**2).sum() * 4000 / 3999) / lines.sum(), rel=0.12)


def test_a_cost_of_a_single_customer_is_no_finding():
    assert judge(np.array([5.0, 0.0, 5.0]), np.array([5.0, 0.0, 5.0]), np.zeros(3), 1).p_value == 1.0


def test_false_discovery_by_hand():
    """Benjamini and Hochberg 1995, section 3.1: of these fifteen p-values four are rejected at 5 %."""
    paper = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert [q <= 0.05 for q in q_values(paper)] == [True] * 4 + [False] * 11
    assert q_values([]) == ()


def test_numbers_without_gaps_are_those_of_numpy():
    for codes in (rng(2).integers(0, 50, 300), rng(3).integers(0, 10**9, 300), np.zeros(0, dtype=int)):
        different, place = dense(codes)
        assert np.array_equal(different, np.unique(codes)) and np.array_equal(each_once(codes), np.unique(codes))
        assert np.array_equal(different[place], codes)


# --- goods of one sort


def sorts(chances, lines=3000, seed=1):
    random = rng(4, seed)
    category = np.repeat(np.arange(len(chances)), lines)
    cost = (random.random(len(category)) < np.array(chances)[category]).astype(float)
    nothing = np.zeros(len(category), dtype=int)
    cells = gather(Rows(category, (nothing,), nothing, np.ones(len(category)), cost, np.arange(len(category)) % 50, 50))
    return of_one_sort(cells, len(chances))


@pytest.mark.parametrize(
    ("chances", "who", "peers"),
    [
        ((0.01, 0.01, 0.06, 0.06, 0.20), 4, {2, 3}),
        ((0.01, 0.01, 0.06, 0.06, 0.20), 2, {3}),
        ((0.01, 0.01, 0.06, 0.06, 0.20), 0, {1}),
        ((0.05, 0.05, 0.05, 0.05), 0, {1, 2, 3}),
        ((0.05, 0.30), 1, {0}),
        ((0.05, 0.05, 0.30, 0.30), 2, {3}),
    ],
)
def test_comparable_goods_are_those_of_the_next_sort_below(chances, who, peers):
    assert set(np.flatnonzero(sorts(chances)[who])) == peers


# --- what is found


def leaks(facts):
    return [finding.one for finding in find(facts).leaks]


def everywhere(category, channel, country):
    return np.where(category == CUPS, 0.12, 0.0)


def through_the_market(category, channel, country):
    return np.where((category == CUPS) & (channel == MARKET), 0.25, 0.0)


def worse_through_the_market(category, channel, country):
    return np.where(category == CUPS, np.where(channel == MARKET, 0.30, 0.10), 0.0)


def of_all_goods_of_the_market(category, channel, country):
    return np.where(channel == MARKET, 0.10, 0.0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("planted", "group"),
    [
        (everywhere, Group(CATEGORY, CUPS)),
        (through_the_market, Group(CATEGORY, CUPS, CHANNEL, MARKET)),
        (worse_through_the_market, Group(CATEGORY, CUPS)),
        (of_all_goods_of_the_market, Group(CHANNEL, MARKET)),
    ],
)
def test_a_leak_is_named_once_at_the_level_that_explains_it(planted, group, seed):
    facts, _ = drawn_year(rng(5, seed), extra=planted)
    found = find(facts)
    assert found.leaks[0].one.group == group
    for finding in found.leaks[1:]:
        assert finding.one.mean < 0.35 * found.leaks[0].one.mean
    explained = {t.one.group for t in found.tested if t.verdict == EXPLAINED}
    if group.second is None and group.dimension == CHANNEL:
        assert Group("first channel", MARKET) in explained


def test_the_worst_part_of_a_leak_is_named_with_it():
    facts, _ = drawn_year(rng(6), extra=worse_through_the_market, people=2000)
    [first, *_] = find(facts).leaks
    assert first.worst is not None and first.worst.group == Group(CATEGORY, CUPS, CHANNEL, MARKET)


def test_what_customers_bring_along_is_no_leak_of_the_goods():
    """Fussy customers send everything back and buy cups: cups look bad, but not within the same customers."""
    facts, _ = drawn_year(rng(7), people=4000, fussy=True)
    [cups] = [t for t in find(facts).tested if t.one.group == Group(CATEGORY, CUPS)]
    assert cups.verdict == NOT_WITHIN and cups.one.excess.p_value < 0.001
    measured = measure(facts, RETURNS)
    within = within_customers(facts, measured, cups.one, measured.rows)
    assert within.p_value > 0.01 and abs(within.mean) < 0.5 * cups.one.excess.mean


def test_planted_excess_lies_in_its_range_at_the_stated_rate():
    """Sixty years; the exact binomial 99.9 % band of a coverage of 80 % and of 95 %."""
    inside = {0.8: 0, 0.95: 0}
    for seed in range(60):
        facts, truth = drawn_year(rng(8, seed), extra=everywhere, people=500)
        one = next(c for c in candidates(facts, RETURNS, measure(facts, RETURNS)) if c.group == Group(CATEGORY, CUPS))
        for level in inside:
            low, high = one.ends(level)
            inside[level] += low <= truth.sum() <= high
    assert 36 <= inside[0.8] <= 58 and inside[0.95] >= 50, inside


def test_nothing_is_found_where_nothing_leaks():
    """Forty years in which goods of a sort come back alike: p-values below 5 % at most as often as chance allows, and no report."""
    low, tested, reported = 0, 0, 0
    for seed in range(40):
        facts, _ = drawn_year(rng(9, seed), people=500)
        found = find(facts)
        tested += len(found.tested)
        low += sum(t.one.excess.p_value < 0.05 for t in found.tested)
        reported += bool(found.leaks)
    assert low / tested < 0.06 and reported <= 5, (low / tested, reported)


# --- from the ledger up


def shop(people=240, *, chance=0.03, market=0.03, seed=1, **extra):
    """Orders of two lines each through two channels, one of which takes a commission."""
    random = rng(10, seed)
    tables = {"orders": [], "order_lines": [], "refunds": [], "order_costs": []}
    for n in range(people * 4):
        who, order = n % people, f"A{n:05d}"
        channel = "market" if who % 3 == 0 else "search"
        prices = np.round(random.lognormal(2.7, 0.3, 2), 2)
        day = int(random.integers(1, 364))
        tables["orders"].append(
            {"order_id": order, "customer_id": f"C{who:04d}", "ordered_on": ago(day), "channel": channel, "gross": float(prices.sum()),
             "country": "DE" if who % 2 else "AT", "payment_method": "card"}
        )  # fmt: skip
        for k, price in enumerate(prices):
            category = ("beans", "cups", "pans")[int(random.integers(0, 3))]
            tables["order_lines"].append(
                {
                    "order_id": order,
                    "line_no": k,
                    "product_id": category,
                    "category": category,
                    "unit_price": float(price),
                    "amount": float(price),
                }
            )
            rate = {"beans": chance, "cups": market if channel == "market" else chance, "pans": chance}[category]
            if random.random() < rate and day > 5:
                tables["refunds"].append(
                    {
                        "order_id": order,
                        "refund_id": f"{order}-{k}",
                        "product_id": category,
                        "quantity": 1,
                        "amount": float(price),
                        "refunded_on": ago(day - 5),
                    }
                )
        if channel == "market":
            tables["order_costs"].append(
                {
                    "order_id": order,
                    "cost_type": "commission",
                    "amount": round(float(prices.sum()) * 0.12, 2),
                    "currency": "EUR",
                }
            )
    return tables | extra


RULES = [{"cost": "margin", "rate": "0.4"}, {"cost": "returns_handling", "fixed": "3"}]


def test_a_leak_of_the_books_is_told_in_plain_words():
    engine = built(shop(market=0.4), RULES)
    [leak] = engine.records("SELECT * FROM margins_leaks WHERE kind = 'leak'")
    assert (leak["dimension"], leak["member"], leak["second_dimension"], leak["second_member"]) == (
        "category",
        "cups",
        "channel",
        "market",
    )
    assert leak["sentence"].startswith("Returns of cups ordered through market cost ")
    assert "a year more than at the rate of" in leak["sentence"] and "% range" in leak["sentence"]
    assert leak["excess_low"] < leak["excess_mean"] < leak["excess_high"] and leak["excess_mean"] < leak["amount_year"]
    assert leak["what_to_do"] and leak["days"] == 363


def test_a_commission_is_a_term_of_trade_and_no_leak():
    engine = built(shop(), RULES)
    rows = engine.records("SELECT * FROM margins_leaks WHERE cost = 'commission'")
    assert [(row["kind"], row["member"]) for row in rows] == [("term of trade", "market")]
    assert rows[0]["comparable_rate"] == pytest.approx(0, abs=1e-9) and rows[0]["rate"] == pytest.approx(
        0.12, abs=0.001
    )
    assert engine.value("SELECT count(*) FROM margins_leaks WHERE kind = 'leak'") == 0


def test_dearer_parcels_of_larger_orders_are_no_leak_of_their_channel():
    """Parcels cost by weight alone; one channel has the larger orders."""
    random = rng(11)
    orders, costs = [], []
    for n in range(2400):
        who, market = n % 400, n % 2
        gross = float(np.round(random.lognormal(3.0 + 0.8 * market, 0.4), 2))
        orders.append(
            {
                "order_id": f"A{n}",
                "customer_id": f"C{who}-{market}",
                "ordered_on": ago(random.integers(1, 364)),
                "channel": ("shop", "market")[market],
                "gross": gross,
            }
        )
        costs.append(
            {
                "order_id": f"A{n}",
                "cost_type": "shipping_paid",
                "amount": round(3 + 0.05 * gross * random.uniform(0.8, 1.2), 2),
                "currency": "EUR",
            }
        )
    engine = built({"orders": orders, "order_costs": costs}, [{"cost": "margin", "rate": "0.4"}])
    by_channel = dict(
        engine.rows("SELECT member, excess_mean FROM margins_tested WHERE cost = 'shipping' AND dimension = 'channel'")
    )
    spent = sum(cost["amount"] for cost in costs)
    assert by_channel and all(abs(excess) < 0.02 * spent for excess in by_channel.values())
    assert engine.value("SELECT count(*) FROM margins_leaks WHERE cost = 'shipping' AND kind = 'leak'") == 0


def test_returns_still_to_come_are_reckoned_from_how_soon_they_came_before():
    orders = [
        {"order_id": f"A{n}", "customer_id": f"C{n % 60}", "ordered_on": ago(200 + n % 300), "gross": 30}
        for n in range(600)
    ]
    refunds = [
        {
            "order_id": f"A{n}",
            "refund_id": f"R{n}",
            "amount": 30,
            "refunded_on": ago(200 + n % 300 - (4 if n % 2 else 14)),
        }
        for n in range(0, 600, 3)
    ]
    engine = built({"orders": orders, "refunds": refunds}, RULES)
    seen = seen_by_age(engine, ("refund",), ago(0), 365)
    assert seen[3] == 0 and seen[13] == pytest.approx(0.5, abs=0.05) and seen[14] == 1
    assert (seen_by_age(engine, ("service",), ago(0), 365) == 1).all()


def test_tables_are_the_same_whatever_the_number_of_threads_and_the_order_of_rows():
    tables = shop(market=0.4)
    turned = {name: rows[::-1] for name, rows in tables.items()}
    one, other = built(tables, RULES, threads=1), built(turned, RULES, threads=4)
    for table in ("waterfall", "leaks", "tested", "losses", "loss_makers", "loss_groups", "what_if"):
        sql = f"SELECT * FROM margins_{table}"
        assert one.rows(sql) == other.rows(sql), table


def test_money_a_hundred_times_as_large_gives_findings_a_hundred_times_as_large():
    tables = shop(market=0.4)
    larger = {
        name: [
            row | {k: round(v * 100, 2) for k, v in row.items() if k in ("gross", "amount", "unit_price")}
            for row in rows
        ]
        for name, rows in tables.items()
    }
    rules = [{"cost": "margin", "rate": "0.4"}, {"cost": "returns_handling", "fixed": "300"}]
    sql = "SELECT kind, cost, member, excess_mean, excess_low, excess_high FROM margins_leaks ORDER BY kind, place"
    for small, large in zip(built(tables, RULES).rows(sql), built(larger, rules).rows(sql), strict=True):
        assert small[:3] == large[:3]
        assert large[3:] == pytest.approx([100 * figure for figure in small[3:]], rel=1e-6)


def test_verdicts_are_among_those_described():
    facts, _ = drawn_year(rng(12), extra=everywhere)
    verdicts = {t.verdict for t in find(facts).tested}
    assert verdicts <= {LEAK, EXPLAINED, CHANCE, NOT_WITHIN} and LEAK in verdicts
