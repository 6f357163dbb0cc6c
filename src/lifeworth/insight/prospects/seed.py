"""The customers that advertising systems are asked to find more of: ``prospects_seed``."""

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.prospects import tables
from lifeworth.insight.prospects.words import of_seed
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine

MOST = 50_000
TOP_SHARE = 0.1
CAP_SHARE = 0.99
ENOUGH_TO_CAP = 100
_BEST = "prospects_best"

_WORTH_MOST = """
CREATE OR REPLACE TABLE {best} AS
SELECT customer_id, country, value_mean, consent_ads IS TRUE AS agrees, tier
FROM (SELECT c.*, CASE WHEN s.tier IN ('core', 'solid') THEN s.tier END AS tier,
             row_number() OVER (ORDER BY c.value_mean DESC, c.customer_id) AS rank, count(*) OVER () AS everybody
      FROM insight_customers c LEFT JOIN segments_customers s USING (customer_id))
WHERE value_mean > 0 AND (tier IS NOT NULL OR rank <= ceil({top} * everybody))"""

_SEED = """
INSERT INTO prospects_seed BY NAME
SELECT place, customer_id, country, round(least(value_mean, {cap}), 2) AS value, tier
FROM (SELECT *, row_number() OVER (ORDER BY value_mean DESC, customer_id) AS place FROM {best} WHERE agrees)
WHERE place <= {most} ORDER BY place"""


def write_seed(engine: Engine, frame: Frame) -> None:
    """The customers worth most who said yes to advertising, with a value no single one of which steers the audience.

    Consent that nobody stated counts as no. Nothing is listed where no consent is known at all, or where nothing tells customers
    apart.
    """
    known = bool(engine.value("SELECT count(consent_ads) FROM insight_customers"))
    engine.execute(_WORTH_MOST.format(best=_BEST, top=TOP_SHARE))
    [(worth_most, agree, cap)] = engine.rows(
        f"SELECT count(*), count(*) FILTER (agrees), quantile_disc(value_mean, {CAP_SHARE}) FILTER (agrees) FROM {_BEST}"
    )
    listed, capped = 0, None
    if agree and not frame.no_signal:
        capped = round(float(cap), 2) if agree >= ENOUGH_TO_CAP else None
        engine.execute(
            _SEED.format(best=_BEST, cap=repr(float(cap)) if capped is not None else "value_mean", most=MOST)
        )
        listed = min(agree, MOST)
    said = of_seed(known, worth_most, agree, listed, frame)
    fill(engine, tables.SEED_FACTS, [[known, worth_most, agree, listed, capped, said]])
    drop(engine, _BEST)
