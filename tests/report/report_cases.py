"""Shops that go wrong in every way a page must survive."""

from collections.abc import Callable
from dataclasses import replace

from report_made_up_shop import (
    an_earlier_run,
    facts_of,
    last_years_season,
    made_up_shop,
    no_proof,
    nothing_tells_apart,
    outside_its_range,
    rival_wins,
    wholesale_codes,
)

from lifeworth.answers.gather import Answers, gather
from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.duckdb.engine import DuckDB

HOSTILE = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "</script><script>window.pwned=1</script>",
    "{{ 7*7 }}${7*7}<!--",
    "🦄 Zoë O'Brien & Söhne",
    "x" * 80,
    "=HYPERLINK(1)",
    "\u2028\u202e evil",
    "<svg/onload=window.pwned=1>",
    "007",
)


def _shop(customers: int = 120, **options: object) -> tuple[DuckDB, RunFacts]:
    engine = DuckDB(threads=1)
    return engine, made_up_shop(engine, customers, **options)  # type: ignore[arg-type]


def _usual() -> Answers:
    return gather(*_shop(600))


def _one_customer() -> Answers:
    engine, facts = _shop(1)
    no_proof(engine)
    return gather(engine, facts)


def _nobody() -> Answers:
    engine, _ = _shop(2)
    for table in engine.tables():
        engine.execute(f"DELETE FROM {table}")
    engine.execute("INSERT INTO ledger_facts VALUES ('profit', 'no rows', NULL, 0, NULL, NULL)")
    return gather(engine, facts_of(engine, currency=None))


def _no_costs() -> Answers:
    return gather(*_shop(basis="revenue", currency=None))


def _no_proof() -> Answers:
    engine, facts = _shop()
    no_proof(engine)
    return gather(engine, facts)


def _rival() -> Answers:
    engine, facts = _shop()
    rival_wins(engine)
    return gather(engine, facts)


def _twelve_million_lost() -> Answers:
    engine, _ = _shop()
    engine.execute(
        "UPDATE values_customers SET value_mean = -100000, value_low = -200000, value_high = 0, past_profit = -12e6"
    )
    engine.execute("UPDATE ledger_customers SET profit = -12000000, net_revenue = -5")
    return gather(engine, facts_of(engine, currency="EUR"))


def _worth_nothing() -> Answers:
    engine, _ = _shop()
    engine.execute("UPDATE values_customers SET value_mean = 0, value_low = 0, value_high = 0, p_alive = NULL")
    return gather(engine, facts_of(engine))


def _nobody_repeats() -> Answers:
    engine, _ = _shop()
    engine.execute(
        "UPDATE values_customers SET frequency = 0, recency_days = 0, orders = 1, orders_mean = 0.01, evidence = 'D'"
    )
    no_proof(engine, "nobody bought a second time, so there is no repeat to predict")
    return gather(engine, facts_of(engine, currency="CHF"))


def _hostile() -> Answers:
    engine, facts = _shop()
    for place, name in enumerate(HOSTILE):
        was = f"C{place:06d}"
        for table in ("values_customers", "ledger_customers"):
            engine.execute(f"UPDATE {table} SET customer_id = ? WHERE customer_id = ?", [name, was])
        engine.execute(
            "UPDATE values_customers SET value_mean = 9e5 - ?, value_high = 1e6, past_revenue = 1e6, reason_1 = ? WHERE customer_id = ?",
            [place, name, name],
        )
    engine.execute("UPDATE sources_files SET name = ?", [HOSTILE[0]])
    engine.execute("UPDATE sources_reasons SET reason = ?", [HOSTILE[1]])
    engine.execute("UPDATE backtest_proof SET verdict = ?, winner = ?, kind = 'floor'", [HOSTILE[2], HOSTILE[8]])
    an_earlier_run(engine, alarm=True)
    last_years_season(engine)
    for column in ("column_name", "sentence"):
        engine.execute(f"UPDATE backtest_leaks SET {column} = ?", [HOSTILE[1]])
    engine.execute("UPDATE monitoring_matured SET said = ?", [HOSTILE[0]])
    engine.execute("UPDATE backtest_groups SET member = ? WHERE member = 'social'", [HOSTILE[1]])
    engine.execute("UPDATE values_newcomers SET member = ? WHERE member = 'referral'", [HOSTILE[2]])
    engine.execute("UPDATE values_newcomers SET grouped_by = ? WHERE grouped_by = 'household_size'", [HOSTILE[5]])
    engine.execute("UPDATE backtest_diagnostics SET sentence = ?", [HOSTILE[2]])
    return gather(engine, replace(facts, succession=HOSTILE[0]))


def _wholesaler() -> Answers:
    engine, facts = _shop(basis="revenue")
    wholesale_codes(engine)
    outside_its_range(engine)
    return gather(engine, facts)


def _no_money() -> Answers:
    engine, _ = _shop(basis="revenue", currency=None)
    engine.execute(
        "UPDATE values_customers SET value_mean = 0, value_low = 0, value_high = 0, value_sd = 0, past_revenue = 0, past_profit = 0"
    )
    engine.execute("UPDATE ledger_customers SET net_revenue = 0, profit = 0, gross = 0")
    engine.execute("UPDATE ledger_orders SET net_sale = 0, profit_sale = 0")
    engine.execute("UPDATE ledger_events SET revenue_effect = 0, profit_effect = 0")
    engine.execute("UPDATE ledger_waterfall SET amount = 0")
    engine.execute(
        "UPDATE backtest_deciles SET predicted_mean = 0, actual_mean = 0, predicted_total = 0, actual_total = 0"
    )
    engine.execute(
        "UPDATE backtest_league SET bias = NULL, gini = NULL, mae = 0, actual_total = 0, predicted_total = 0"
    )
    engine.execute(
        "UPDATE backtest_proof SET bias = NULL, actual_total = 0, predicted_total = 0, predicted_low = 0, predicted_high = 0,"
        " verdict = 'Nothing was earned in the 91 days, so there is no total to hold the forecast against.'"
    )
    return gather(engine, facts_of(engine, "revenue", None))


def _all_alike() -> Answers:
    engine, _ = _shop()
    engine.execute(
        "UPDATE values_customers SET value_mean = 0.04, value_low = 0, value_high = 0, value_sd = 0.1, frequency = 0, p_alive = 1, recency_days = 0"
    )
    return gather(engine, facts_of(engine))


def _huge() -> Answers:
    engine, _ = _shop()
    engine.execute(
        "UPDATE values_customers SET value_mean = 1e12, value_low = 1e-9, value_high = 3e12, past_revenue = 1e12"
    )
    return gather(engine, facts_of(engine, currency="USD"))


def _holes() -> Answers:
    """Figures that are empty or not numbers where the database allows it."""
    engine, facts = _shop()
    engine.execute(
        "UPDATE values_customers SET p_alive = NULL, past_profit = NULL, evidence = NULL, reason_1 = NULL, reason_2 = NULL, value_low = NULL"
    )
    engine.execute(
        "UPDATE backtest_proof SET bias = 'nan', coverage = NULL, predicted_low = NULL, weeks = 0, sample = NULL, cuts = NULL, kind = NULL"
    )
    engine.execute(
        "UPDATE backtest_league SET bias = 'nan', top_decile = NULL WHERE cut = (SELECT min(cut) FROM backtest_league)"
    )
    engine.execute("UPDATE backtest_groups SET coverage = NULL WHERE member < '05'")
    engine.execute("INSERT INTO backtest_total VALUES (1.0, 0.05, NULL, 0.0, 0.0, 1)")
    engine.execute("UPDATE backtest_groups SET bias_error = NULL WHERE member LIKE '%o%'")
    engine.execute("UPDATE values_newcomers SET chance_of_second = NULL, value_high = NULL WHERE member = 'search'")
    engine.execute("UPDATE backtest_tracking SET actual_orders = NULL WHERE week % 3 = 0")
    engine.execute("UPDATE ledger_waterfall SET amount = NULL WHERE step = 'Service'")
    return gather(engine, facts)


def _no_signal(basis: str = "profit") -> Answers:
    engine, facts = _shop(basis=basis)
    nothing_tells_apart(engine)
    return gather(engine, facts)


def _season() -> Answers:
    engine, facts = _shop()
    last_years_season(engine)
    return gather(engine, facts)


def _second_run(alarm: bool = False) -> Answers:
    engine, facts = _shop()
    an_earlier_run(engine, alarm=alarm)
    return gather(engine, facts)


def _not_comparable() -> Answers:
    engine, facts = _shop(basis="revenue")
    said = "The last run and this one cannot be compared: they differ in horizon (90 days then, 365 days now)."
    engine.execute("INSERT INTO monitoring_gates VALUES ('value', 'pass', 'not compared', '', ?, '')", [said])
    return gather(engine, facts)


def _fast() -> Answers:
    """Only the purchase model, three past days, no ranges, stretches shorter than the horizon."""
    engine, facts = _shop()
    engine.execute(
        "DELETE FROM backtest_league WHERE model IN ('two-stage', 'Tweedie on purchase model') OR cut < '2025-02-20'"
    )
    engine.execute("UPDATE backtest_league SET total_low = NULL, total_high = NULL, coverage = NULL")
    engine.execute(
        "UPDATE backtest_proof SET predicted_low = NULL, predicted_high = NULL, coverage = NULL, cuts = 3, kind = 'purchase model'"
    )
    engine.execute("DELETE FROM backtest_weights WHERE model <> 'purchase model'")
    engine.execute("UPDATE backtest_weights SET weight = 1")
    for table in ("backtest_groups", "backtest_dropped", "backtest_diagnostics"):
        engine.execute(f"DELETE FROM {table}")
    return gather(engine, facts)


def _tables_missing() -> Answers:
    """An older result that has only the first tables of a blind test."""
    engine, facts = _shop()
    kept = ("backtest_proof", "backtest_league", "backtest_tracking", "backtest_deciles")
    for table in engine.tables():
        if table.startswith(("backtest_", "monitoring_", "values_newcomers")) and table not in kept:
            engine.execute(f"DROP TABLE {table}")
    return gather(engine, facts)


CASES: dict[str, Callable[[], Answers]] = {
    "usual": _usual, "one customer": _one_customer, "nobody": _nobody, "no costs": _no_costs, "no proof": _no_proof, "a rival won": _rival,
    "twelve million lost": _twelve_million_lost, "worth nothing": _worth_nothing, "nobody repeats": _nobody_repeats, "hostile": _hostile,
    "huge": _huge, "holes": _holes, "wholesaler": _wholesaler, "no money": _no_money, "all alike": _all_alike,
    "no signal": _no_signal, "no signal in revenue": lambda: _no_signal("revenue"), "season": _season, "second run": _second_run,
    "alarm": lambda: _second_run(alarm=True), "not comparable": _not_comparable, "fast": _fast, "tables missing": _tables_missing,
}  # fmt: skip
