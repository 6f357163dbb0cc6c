"""``run.json``: everything a later reader, human or machine, needs to trust or repeat a run."""

from math import isfinite
from typing import Any

from lifeworth.answers.run_facts import RunFacts
from lifeworth.backtest import Proof
from lifeworth.backtest.choice import weights_in_words
from lifeworth.monitoring import Verdict
from lifeworth.refresh.understanding import Understanding
from lifeworth.store.engine import Engine

ACCOUNTS = ("rows_read", "rows_loaded", "rows_duplicate", "rows_quarantined", "rows_ignored")


def run_record(
    engine: Engine,
    facts: RunFacts,
    known: Understanding,
    verdict: Verdict,
    stages: list[dict[str, object]],
) -> dict[str, Any]:
    """The record as plain dictionaries and lists, ready for JSON."""
    inputs = [_input(file) for file in known.loaded.files]
    forecaster, proof = known.forecaster, known.proof
    return {
        "run_id": facts.run_id,
        "lifeworth_version": facts.lifeworth_version,
        "created_at": facts.created_at.isoformat(),
        "seed": facts.seed,
        "as_of": facts.as_of.isoformat(),
        "horizon_days": facts.horizon_days,
        "interval_level": facts.interval_level,
        "fast": known.eyes.fast,
        "discount": facts.discount,
        "currency": facts.currency,
        "basis": facts.basis,
        "basis_reason": facts.basis_reason,
        "inputs": inputs,
        "accounting": {account: sum(each[account] for each in inputs) for account in ACCOUNTS},
        "set_aside": plain_rows(engine, "SELECT * FROM sources_reasons ORDER BY ALL"),
        "coverage": plain_rows(engine, "SELECT * FROM ledger_coverage ORDER BY ALL"),
        "reconciliation": plain_rows(engine, "SELECT * FROM ledger_reconciliation ORDER BY ALL"),
        "base": facts.base,
        "model": {
            "chosen": facts.model_chosen,
            "reason": facts.model_reason,
            "version": forecaster.fingerprint(),
            "purchases": forecaster.chosen_,
            "parameters": forecaster.parameters(),
            "log_likelihood": forecaster.purchases_.log_likelihood_,
            "converged": forecaster.purchases_.converged_,
            "spend": forecaster.revenue_.reason_,
            **_choice(proof),
            "succession": known.succession.reason if known.succession else None,
        },
        "proof": {
            "verdict": proof.verdict,
            "winner": proof.winner,
            "bias": proof.bias,
            "biases": [round(bias, 4) for bias in proof.biases],
        },
        "total": total_words(proof),
        "league_table": plain_rows(engine, "SELECT * FROM backtest_league"),
        "diagnostics": plain_rows(engine, "SELECT * FROM backtest_diagnostics"),
        "leaks": plain_rows(engine, "SELECT * FROM backtest_leaks"),
        "monitoring": {"state": verdict.state, "alarm": verdict.alarm, "sentences": list(verdict.sentences)},
        "stages": stages,
        "warnings": list(facts.warnings),
    }


def _choice(proof: Proof) -> dict[str, Any]:
    choice = proof.choice
    if choice is None:
        return {"kind": "models alone", "weights": [], "dropped": {}, "windows": 0}
    signal = [None if not isfinite(number) else round(number, 6) for number in (choice.gain, choice.gain_error)]
    return {
        "kind": choice.kind,
        "floor": choice.floor,
        "weights": weights_in_words(choice.blend),
        "dropped": choice.dropped,
        "windows": choice.windows,
        "gain_over_cohort_mean": signal[0],
        "gain_error": signal[1],
    }


def total_words(proof: Proof) -> dict[str, Any] | None:
    """The correction of the total as plain numbers."""
    total = proof.total
    if total is None:
        return None
    return {
        "factor": round(total.factor, 6),
        "spread": round(total.spread, 6),
        "last_year_log_ratio": None if total.last_year is None else round(total.last_year, 6),
        "returned": round(total.returned, 6),
        "level": round(total.level, 6),
        "windows": total.windows,
    }


def _input(file: Any) -> dict[str, Any]:
    names = ("path", "name", "sha256", "kind", "preset", *ACCOUNTS)
    classes = [{"class": c.name, "rows": c.rows, "amount": _plain(c.amount)} for c in file.classes]
    return {name: _plain(getattr(file, name)) for name in names} | {"classes": classes}


def plain_rows(engine: Engine, sql: str) -> list[dict[str, Any]]:
    """Rows of a query, ready for JSON."""
    return [{name: _plain(value) for name, value in row.items()} for row in engine.records(sql)]


def _plain(value: Any) -> Any:
    """Money as exact text, dates as ISO text, the rest as it is."""
    if isinstance(value, float) and not isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
