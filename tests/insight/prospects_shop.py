"""What the rooms before prospects leave behind, written down by hand."""

from datetime import date, timedelta

from insight_shop import AS_OF, small_shop

from lifeworth.insight import prospects
from lifeworth.values.leads import tables
from lifeworth.values.leads.tables import fill, make_empty

SOURCE = {
    "source": "fair", "leads": 100, "finished": 300, "won": 60, "chance_mean": 0.2, "chance_low": 0.15, "chance_high": 0.25,
    "value_if_won_mean": 50.0, "value_if_won_low": 40.0, "value_if_won_high": 60.0, "value_mean": 10.0, "value_low": 7.0, "value_high": 13.0,
}  # fmt: skip
EFFECT = {
    "name": "source", "level": "fair", "leads": 300, "won": 60, "chance_mean": 0.2, "chance_low": 0.15, "chance_high": 0.25,
    "effect_mean": 0.05, "effect_low": 0.02, "effect_high": 0.08, "p": 0.001, "q": 0.002, "tells": True,
}  # fmt: skip
WORTH = {
    "name": "industry", "former_leads": True, "level": "office", "newcomers": 80, "value_mean": 70.0, "value_low": 60.0,
    "value_high": 80.0, "effect_mean": 20.0, "effect_low": 10.0, "effect_high": 30.0, "p": 0.001, "q": 0.002, "tells": True,
    "p_column": 0.001, "q_column": 0.002, "tells_column": True,
}  # fmt: skip
COLUMN = {
    "place": 1, "name": "source", "asked": True, "scores": True, "reason": None, "levels": 3, "p": 0.001, "q": 0.002, "tells": True,
}  # fmt: skip
JUDGED = {
    "way": "by everything known", "judged": True, "finished": 1000, "won": 200, "days": 60, "learned_from": 1000, "told_blind": 800,
    "won_blind": 160, "area_by_source_mean": 0.6, "area_by_source_low": 0.57, "area_by_source_high": 0.63, "area_by_all_mean": 0.7,
    "area_by_all_low": 0.67, "area_by_all_high": 0.73, "area_apart_mean": 0.1, "area_apart_low": 0.06, "area_apart_high": 0.14,
    "loss_by_source": 0.5, "loss_by_all": 0.47, "gain_mean": 0.03, "gain_low": 0.02, "gain_high": 0.04, "p": 0.0001, "strength": 1.0,
    "interval_level": 0.8,
}  # fmt: skip
FIFTH = {"place": 1, "leads": 160, "expected": 0.1, "won": 16, "came_low": 0.07, "came_high": 0.14, "holds": True}
NEWCOMER = {
    "grouped_by": "channel", "member": "search", "customers": 90, "value_mean": 40.0, "value_low": 35.0, "value_high": 45.0,
}  # fmt: skip
LEAD = {
    "lead_id": "L1", "created_on": AS_OF - timedelta(days=5), "source": "fair", "chance_of_winning": 0.2, "value_if_won_mean": 50.0,
    "value_mean": 10.0, "value_low": 7.0, "value_high": 13.0, "evidence": "B", "sentence": "Fair, open for 5 days.", "as_of": AS_OF,
    "horizon_days": 365, "currency": "EUR",
}  # fmt: skip

_NEWCOMERS = """CREATE TABLE values_newcomers (grouped_by VARCHAR, member VARCHAR, customers BIGINT, value_mean DOUBLE, value_low DOUBLE,
  value_high DOUBLE)"""
_WON = "CREATE TABLE ledger_acquisition (customer_id VARCHAR, acquired_on DATE, channel VARCHAR, cost DECIMAL(18,4), basis VARCHAR)"


def shop(
    customers=(), *, leads=None, sources=(), effects=(), worth=(), columns=(), judged=None, fifths=(), newcomers=(),
    spend=(), won=(), attributes=(), build=True, **framed,
):  # fmt: skip
    """An engine whose prospects are built; each argument is a list of changes to the row of that name above."""
    engine, frame = small_shop(list(customers), **framed)
    if leads is not None or judged is not None:
        make_empty(engine)
        told = [LEAD | each for each in leads or ()]
        _put(engine, tables.LEADS, told)
        _put(engine, tables.SCORES, [{"lead_id": each["lead_id"], "chance_low": 0.15, "chance_high": 0.25, "reason_1": "source fair: 20 % instead of 15 %", "reason_2": None} for each in told])  # fmt: skip
        _put(engine, tables.SOURCES, [SOURCE | each for each in sources])
        _put(engine, tables.EFFECTS, [EFFECT | each for each in effects])
        _put(engine, tables.WORTH, [WORTH | each for each in worth])
        _put(engine, tables.COLUMNS, [COLUMN | each for each in columns])
        _put(engine, tables.JUDGED, [JUDGED | (judged or {})])
        _put(engine, tables.FIFTHS, [FIFTH | each for each in fifths])
    engine.execute(_NEWCOMERS)
    for each in newcomers:
        engine.execute("INSERT INTO values_newcomers VALUES (?, ?, ?, ?, ?, ?)", list((NEWCOMER | each).values()))
    engine.execute(_WON)
    for channel, day, cost in won:
        engine.execute("INSERT INTO ledger_acquisition VALUES ('c', ?, ?, ?, 'allocated')", [day, channel, cost])
    for channel, day, amount, purpose in spend:
        engine.execute(
            "INSERT INTO sources_spend (spent_on, channel, amount, purpose) VALUES (?, ?, ?, ?)",
            [day, channel, amount, purpose],
        )
    for lead_id, said in attributes:
        engine.execute(
            "INSERT INTO sources_leads (lead_id, created_on, attributes) VALUES (?, ?, ?)",
            [lead_id, LEAD["created_on"], said],
        )
    if build:
        prospects.build(engine, frame)
    return engine, frame


def _put(engine, table, rows):
    fill(engine, table, [[row.get(name) for name in table.names] for row in rows])


def ago(days) -> date:
    return AS_OF - timedelta(days=days)


def rows(engine, table):
    return engine.records(f"SELECT * FROM prospects_{table} ORDER BY ALL")
