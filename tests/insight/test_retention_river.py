"""Retention on a demo shop that went through the river: real tables, known truth."""

import numpy as np
import pytest
from insight_shop import valued
from scipy.stats import rankdata

from lifeworth.demo import simulate
from lifeworth.insight import retention, segments
from lifeworth.insight.ground import create
from lifeworth.settings import read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.engine import one_file


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    made = simulate(folder, customers=600, seed=3)
    files = [FileRequest(path, kind) for kind, path in made.files.items()]
    engine, frame = valued(files, folder, settings=read_settings(made.config), as_of=made.as_of)
    create(engine, *retention.TABLES)
    segments.build(engine, frame)
    retention.build(engine, frame)
    return engine, made


def auc(score, positive):
    ranks, count = rankdata(score), positive.sum()
    return (ranks[positive].mean() - (count + 1) / 2) / (len(score) - count)


def test_those_who_have_left_stand_above_the_others_beyond_recency(shop):
    engine, made = shop
    found = engine.arrays(
        f"""SELECT r.overdue, c.days_since_last, t.alive FROM retention_customers r JOIN insight_customers c USING (customer_id)
            JOIN read_parquet({one_file(made.truth)}) t USING (customer_id)"""
    )
    score, silence = (np.ma.filled(found[name], 0).astype(float) for name in ("overdue", "days_since_last"))
    left = ~np.ma.filled(found["alive"], False).astype(bool)
    assert auc(score, left) > auc(silence, left) + 0.08 > 0.65


def test_the_value_behind_those_who_have_left_lies_in_its_range(shop):
    engine, made = shop
    [[low, high]] = engine.rows("SELECT at_risk_low, at_risk_high FROM retention_risk WHERE scheme = 'whole base'")
    behind = engine.value(
        f"""SELECT sum(greatest(c.value_mean, 0)) FROM insight_customers c JOIN read_parquet({one_file(made.truth)}) t USING (customer_id)
            WHERE NOT t.alive AND c.frequency > 0"""
    )
    wide = high - low
    assert low - wide / 2 <= behind <= high + wide / 2


def test_what_is_at_risk_adds_up_in_a_real_result(shop):
    engine, _ = shop
    sums = dict(engine.rows("SELECT scheme, sum(at_risk_mean) FROM retention_risk GROUP BY scheme"))
    each = float(engine.value("SELECT sum(CAST(value_at_risk AS DECIMAL(38, 4))) FROM retention_customers"))
    assert sums["whole base"] == pytest.approx(each, abs=1e-6)
    hidden = {scheme for (scheme,) in engine.rows("SELECT DISTINCT scheme FROM retention_risk WHERE customers IS NULL")}
    for scheme in {"tier", "life cycle"} - hidden:
        assert sums[scheme] == pytest.approx(each, abs=1e-6)


def test_quiet_customers_come_by_themselves_as_often_as_expected(shop):
    engine, made = shop
    [[expected, came, variance]] = engine.rows(
        f"""SELECT sum(chance_anyway), count(*) FILTER (t.realised_orders > 0), sum(chance_anyway * (1 - chance_anyway))
            FROM retention_customers r JOIN read_parquet({one_file(made.truth)}) t USING (customer_id)
            WHERE overdue >= 0.5 AND chance_anyway < 0.5"""
    )
    assert came == pytest.approx(expected, abs=4 * np.sqrt(variance) + 0.1 * expected)


def test_nobody_without_consent_is_on_a_list_and_no_list_is_empty(shop):
    engine, _ = shop
    for name in ("retention_winback", "retention_offer_list"):
        assert engine.value(f"SELECT count(*) FROM {name}") > 0
        assert (
            engine.value(
                f"SELECT count(*) FROM {name} JOIN insight_customers USING (customer_id) WHERE consent_email IS NOT TRUE"
            )
            == 0
        )


def test_offers_of_the_demo_come_from_its_categories(shop):
    engine, _ = shop
    strange = engine.value(
        """SELECT count(*) FROM retention_offers WHERE category NOT IN (SELECT category FROM sources_products WHERE category IS NOT NULL)
           OR extra_low > extra_mean OR chance_mean NOT BETWEEN 0 AND 1 OR brings_mean <= 0"""
    )
    assert strange == 0
