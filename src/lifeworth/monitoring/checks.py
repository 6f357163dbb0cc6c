"""All checks of a run, in order, and the verdict."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from lifeworth.monitoring.bridge import Bridge, Side, build_bridge
from lifeworth.monitoring.gates import Gate, Past, judge_gates
from lifeworth.monitoring.matured import Matured, judge_matured
from lifeworth.monitoring.stability import Stability, judge_stability
from lifeworth.monitoring.tables import make_empty
from lifeworth.monitoring.verdict import State, Verdict, plain_tables
from lifeworth.monitoring.weeks import Alarm, watch_weeks
from lifeworth.store.archive import predictions
from lifeworth.store.engine import Engine, one_file

_NEEDED = """customer_id, orders, frequency, recency_days, T_days, days_since_last, past_revenue, p_alive,
    orders_mean, revenue_mean, value_mean, segment"""

_PAST_TODAY = """
SELECT (SELECT COALESCE(sum(net_sale), 0) FROM ledger_orders WHERE ordered_on < $day AND customer_id IS NOT NULL)
     + (SELECT COALESCE(sum(revenue_effect), 0) FROM ledger_events
        WHERE happened_on < $day AND customer_id IS NOT NULL)"""


@dataclass(frozen=True)
class Now:
    """The run that is being judged."""

    run_id: str
    as_of: date
    horizon_days: int
    discount: float
    basis: str
    currency: str | None
    model: str
    converged: bool
    seed: int

    @property
    def side(self) -> Side:
        """What the bridge compares by."""
        return Side(self.as_of.isoformat(), self.horizon_days, self.currency, self.basis, self.discount, self.model)


def watch(engine: Engine, now: Now, *, store: Path, previous: Path | None, accept: str | None = None) -> Verdict:
    """Hold earlier predictions against what came, this run against the last one, and decide whether it may be published.

    Parameters
    ----------
    engine : Engine
        Holds ``values_customers`` and the ``ledger_`` tables of this run.
    store : Path
        Folder of the store, whose kept predictions are judged.
    previous : Path, optional
        Folder of the served version (``customer_value.parquet``, ``tables/ledger_customers.parquet``, ``run.json``).
    accept : str, optional
        Why a person publishes a run that would be held.
    """
    make_empty(engine)
    kept = [p for p in predictions(store) if p.facts.as_of < now.as_of and p.facts.currency == now.currency]
    matured = judge_matured(engine, kept, now.as_of)
    weeks = watch_weeks(engine, kept, now.as_of)
    bridge: Bridge | None = None
    past: Past | None = None
    stability: list[Stability] = []
    back_days = 0
    if previous is not None:
        before = _open_previous(engine, previous)
        back_days = max((date.fromisoformat(before.as_of) - now.as_of).days, 0)
        bridge, past = build_bridge(engine, before, now.side), _past(engine, previous, before)
        if now.side.as_of >= before.as_of and now.side.basis == before.basis:
            stability = judge_stability(engine, now.as_of, date.fromisoformat(before.as_of), now.seed)
    gates = judge_gates(
        engine, bridge=bridge, past=past, model=now.model, converged=now.converged, accept=accept, back_days=back_days
    )
    engine.execute("DROP TABLE IF EXISTS monitoring_before")
    return _conclude(engine, now, matured, weeks, stability, bridge, gates, accept)


def _open_previous(engine: Engine, folder: Path) -> Side:
    source = f"read_parquet({one_file(folder / 'customer_value.parquet')}, hive_partitioning = false)"
    engine.execute(f"CREATE OR REPLACE TABLE monitoring_before AS SELECT {_NEEDED} FROM {source}")
    said: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return Side(
        said["as_of"], said["horizon_days"], said["currency"], said["basis"], said["discount"], said["model"]["chosen"]
    )


def _past(engine: Engine, folder: Path, before: Side) -> Past:
    file = one_file(folder / "tables" / "ledger_customers.parquet")
    then = engine.value(f"SELECT COALESCE(sum(net_revenue), 0) FROM read_parquet({file}, hive_partitioning = false)")
    today = engine.value(_PAST_TODAY, {"day": date.fromisoformat(before.as_of)})
    return Past(Decimal(then), Decimal(today))


def _conclude(
    engine: Engine,
    now: Now,
    matured: Sequence[Matured],
    weeks: Alarm | None,
    stability: Sequence[Stability],
    bridge: Bridge | None,
    gates: Sequence[Gate],
    accept: str | None,
) -> Verdict:
    checks = [(m.state, m.said) for m in matured] + [(s.state, s.said) for s in stability]
    if weeks is not None:
        checks.insert(0, (weeks.state, weeks.said))
    held = [gate for gate in gates if gate.state == "held"]
    alarms, watched = ([said for state, said in checks if state == wanted] for wanted in ("alarm", "watch"))
    accepted = [gate.said for gate in gates if gate.state == "accepted"]
    noted = [bridge.incomparable] if bridge is not None and bridge.incomparable else []
    state: State = "held" if held else "watch" if alarms or watched or accepted or noted else "ok"
    sentences = [
        _headline(state, bool(alarms)),
        *(f"{gate.said} {gate.remedy}" for gate in held),
        *accepted,
        *alarms,
        *watched,
        *noted,
        *_bridge_said(bridge, now),
        *_quiet(matured, weeks, bridge),
    ]
    reason = accept if accepted else None
    return Verdict(now.run_id, now.as_of, state, bool(alarms), tuple(sentences), plain_tables(engine), reason)


def _headline(state: State, alarm: bool) -> str:
    if state == "held":
        return "Held: this run was not published; the last published result stays in place."
    if state == "ok":
        return "Ok: nothing that was checked asks for your attention."
    return (
        "Watch: published, but something is beyond chance; read below before trusting totals."
        if alarm
        else "Watch: published; some things have moved."
    )


def _bridge_said(bridge: Bridge | None, now: Now) -> list[str]:
    if bridge is None or not bridge.parts:
        return []
    money = f" {now.currency}" if now.currency else ""
    total = f"The base went from {bridge.before:,.0f} to {bridge.after:,.0f}{money} ({bridge.change:+,.0f})."
    return [total, *(f"{part.name.capitalize()}: {part.said}" for part in bridge.parts if part.amount)]


def _quiet(matured: Sequence[Matured], weeks: Alarm | None, bridge: Bridge | None) -> list[str]:
    """What went well, and what could not be checked yet."""
    said = [m.said for m in matured if m.state == "fine" and m.whole]
    said += [weeks.said] if weeks is not None and weeks.state == "fine" else []
    if not matured:
        said.append("No earlier forecast is old enough to be judged; the first is after four weeks.")
    if bridge is None:
        said.append("This is the first published run of this store, so there is none to compare it with.")
    return said
