"""The audit of real shops: a wholesaler whose file begins in the middle of its business, a shop with little signal, one cohort."""

import pytest
from audit_shop import shared, table
from insight_shop import valued
from test_audit_page import looked_at, plain

from lifeworth.answers.audit import customer_base_audit
from lifeworth.answers.audit.ahead import EXPECTED, SEEN
from lifeworth.insight import audit
from lifeworth.settings import Settings
from lifeworth.sources.request import FileRequest


def audited(file, folder, **settings):
    engine, frame = valued([FileRequest(shared(file))], folder, settings=Settings(**settings), threads=2)
    audit.build(engine, frame)
    return engine


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    return audited("online_retail_ii/online_retail_ii.parquet", tmp_path_factory.mktemp("retail"))


def test_a_wholesaler_to_the_last_digit(retail):
    found = customer_base_audit(retail)
    assert found.lenses.adds_up
    [sold] = retail.rows("SELECT sum(gross - discount + shipping_charged) FROM ledger_days")[0]
    [effects] = retail.rows("SELECT COALESCE(sum(revenue_effect), 0) FROM ledger_events")[0]
    assert sum(row["revenue"] for row in table(retail, "periods")) == sold + effects


def test_a_file_that_begins_in_the_middle_of_a_business_says_so(retail):
    cards = looked_at(retail, in_profit=False, currency="GBP")
    assert any("begin in the middle of a business" in point for point in cards["audit-verdict"].points)
    months = [month for month in customer_base_audit(retail).ahead.newcomers if month.seen]
    assert months[1].came > 300 and months[1].newcomers.mean < 0.2 * months[1].came
    assert "cannot be stated without costs" in cards["audit-company"].title


def test_the_season_of_a_wholesaler_is_in_the_quarters_to_come(retail):
    quarters = [one for one in customer_base_audit(retail).ahead.coming if one.length == "quarter"]
    last = [one.revenue.mean for one in quarters if one.how == SEEN][-4:]
    coming = [one.revenue.mean for one in quarters if one.how == EXPECTED]
    assert last.index(max(last)) == coming.index(max(coming)) == 3 and coming[3] > 1.5 * coming[0]


def test_a_shop_that_wins_nobody_any_more_says_so(tmp_path):
    engine = audited("superstore/superstore.csv", tmp_path)
    cards = looked_at(engine, in_profit=False, currency="USD")
    assert customer_base_audit(engine).lenses.adds_up
    seen = [month for month in customer_base_audit(engine).ahead.newcomers if month.seen][-12:]
    ahead = [month for month in customer_base_audit(engine).ahead.newcomers if not month.seen][:12]
    assert sum(one.came for one in seen) < 30
    assert "cannot be forecast" in cards["audit-newcomers"].title or sum(one.newcomers.mean for one in ahead) < 30


def test_one_cohort_has_no_newcomers_to_come(tmp_path):
    engine = audited("cdnow/master.csv", tmp_path)
    cards = looked_at(engine, in_profit=False, currency="USD")
    found = customer_base_audit(engine)
    assert found.lenses.adds_up and cards["audit-newcomers"].title == "Customers still to come cannot be forecast"
    assert "those to come cannot be told" in cards["audit-equity"].title
    assert plain(cards["audit-cohort"].title).startswith("Of 23,5")
    assert not any(trend.verdict == "better" for trend in found.lenses.trends)
