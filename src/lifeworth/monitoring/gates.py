"""What must hold before a run takes the place of the served one: ``monitoring_gates``."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lifeworth.monitoring.bridge import Bridge
from lifeworth.monitoring.tables import insert
from lifeworth.store.engine import Engine

MOST_MOVED = Decimal("0.25")
MOST_RESTATED = Decimal("0.10")
MOST_SHIFTED = 0.10
MOST_GONE = 0.25

_SHIFT = """
WITH old AS (SELECT segment, count(*) / sum(count(*)) OVER () AS share FROM monitoring_before
             WHERE segment IS NOT NULL GROUP BY segment),
new AS (SELECT segment, count(*) / sum(count(*)) OVER () AS share FROM customer_value
        WHERE segment IS NOT NULL GROUP BY segment)
SELECT segment, COALESCE(old.share, 0), COALESCE(new.share, 0) FROM old FULL JOIN new USING (segment)
ORDER BY abs(COALESCE(new.share, 0) - COALESCE(old.share, 0)) DESC, segment LIMIT 1"""


_GONE = """
SELECT count(*), count(*) FILTER (new.customer_id IS NULL)
FROM (SELECT customer_id FROM monitoring_before WHERE T_days > $back OR $back = 0) old
LEFT JOIN (SELECT customer_id FROM values_customers) new USING (customer_id)"""


@dataclass(frozen=True)
class Past:
    """Net revenue of the time before the last run: as that run counted it, and as the files say today."""

    then: Decimal
    today: Decimal

    @property
    def restated(self) -> Decimal:
        """Share of the past that changed."""
        if self.then == 0:
            return Decimal(0) if self.today == 0 else Decimal(1)
        return abs(self.today - self.then) / abs(self.then)


@dataclass(frozen=True)
class Gate:
    """One condition: ``state`` is pass, held, or accepted by a person who gave a reason."""

    name: str
    state: str
    found: str
    threshold: str
    said: str
    remedy: str = ""


def judge_gates(
    engine: Engine,
    *,
    bridge: Bridge | None,
    past: Past | None,
    model: str,
    converged: bool,
    accept: str | None = None,
    back_days: int = 0,
) -> list[Gate]:
    """Every gate, in the order they are read; writes ``monitoring_gates``.

    Parameters
    ----------
    bridge, past : optional
        None on a first run, when nothing is served yet.
    accept : str, optional
        Why a person publishes all the same; a gate that would hold is then ``accepted``.
    back_days : int
        How much earlier than the last run this one looks from.
    """
    gates = [_ledger(engine), _convergence(model, converged)]
    if bridge is not None:
        gates += [_customers(engine, back_days), _value(bridge, past), *_segments(engine)]
    if accept:
        gates = [_accepted(gate, accept) for gate in gates]
    rows = ([g.name, g.state, g.found, g.threshold, g.said, g.remedy] for g in gates)
    insert(engine, "monitoring_gates", rows)
    return gates


def _accepted(gate: Gate, why: str) -> Gate:
    if gate.state != "held":
        return gate
    said = f"{gate.said} Published all the same, because: {why}"
    return Gate(gate.name, "accepted", gate.found, gate.threshold, said)


def _gate(name: str, holds: bool, found: str, threshold: str, said: str, remedy: str) -> Gate:
    if holds:
        return Gate(name, "held", found, threshold, said, f'{remedy} To publish it as it is: --accept "why".')
    return Gate(name, "pass", found, threshold, said)


def _ledger(engine: Engine) -> Gate:
    rows = engine.rows(
        "SELECT check_name, difference FROM ledger_reconciliation "
        "WHERE difference <> 0 AND explanation IS NULL ORDER BY check_name"
    )
    said = "The books add up to the files, to the last digit or with every difference explained."
    if rows:
        faults = "; ".join(f"{name} is off by {difference:,.2f}" for name, difference in rows)
        said = f"The books do not add up to the files: {faults}."
    remedy = "Compare the totals of the export with ledger_reconciliation, export again, and run again."
    return _gate("ledger", bool(rows), f"{len(rows)} unexplained", "0 unexplained", said, remedy)


def _convergence(model: str, converged: bool) -> Gate:
    said = f"The parameters of {model} settled." if converged else f"The parameters of {model} did not settle."
    remedy = "Give a longer history or more customers, or look for odd orders in the files, and run again."
    return _gate("model", not converged, "settled" if converged else "not settled", "settled", said, remedy)


def _customers(engine: Engine, back_days: int) -> Gate:
    """Customers of the last run, known by the day this one looks from, are still in the files."""
    [(known, gone)] = engine.rows(_GONE, {"back": back_days})
    share = gone / known if known else 0.0
    said = f"{gone:,} of {known:,} customers of the last run are not in today's files ({share:.0%})."
    remedy = "Check that the export is whole, then run again."
    return _gate("customers", share > MOST_GONE, f"{share:.1%} gone", f"{MOST_GONE:.0%} gone", said, remedy)


def _value(bridge: Bridge, past: Past | None) -> Gate:
    """A large move must be accounted for by what customers did and by stated prices and costs."""
    limit = f"a move of {MOST_MOVED:.0%} unexplained"
    if bridge.costs_missing:
        said = "The last run valued customers in profit; in today's files no cost of goods is known, so this one is in revenue."
        remedy = "Give the same files of costs, products or settings as before, and run again."
        return _gate("value", True, "profit then, revenue now", limit, said, remedy)
    if bridge.incomparable:
        return Gate("value", "pass", "not compared", limit, bridge.incomparable)
    if bridge.before <= 0:
        said = "The last run valued the base at nothing, so a move has no size in percent."
        return Gate("value", "pass", "not compared", limit, said)
    moved = bridge.change / bridge.before
    unexplained, why = _unexplained(bridge, past)
    share = unexplained / bridge.before
    holds = abs(moved) > MOST_MOVED and share > MOST_MOVED
    said = f"The value of the base moved by {moved:+.0%} since the last run; {share:.0%} of the old value is unexplained{why}."
    remedy = (
        "Read the bridge (tables/monitoring_bridge): it says which part moved. Check that the export is whole, its "
        "amounts are in the same unit as before, and no setting changed by mistake; then run again."
    )
    return _gate("value", holds, f"{moved:+.1%} moved, {share:.1%} unexplained", limit, said, remedy)


def _unexplained(bridge: Bridge, past: Past | None) -> tuple[Decimal, str]:
    """Money of the parts nobody can answer for, and a clause naming them.

    Prices and the customers' own doing explain a move only while the past they rest on still stands.
    """
    names = ["model", "remainder", "customers gone"]
    why = " (the model, customers gone from the files, the remainder)"
    if past is not None and past.restated > MOST_RESTATED:
        names += ["price", "cost", "kept customers", "customers who stayed away"]
        why = (
            f": net revenue before the last run was {past.then:,.2f} then and is {past.today:,.2f} in today's files, "
            "so the past itself has changed"
        )
    return abs(sum((bridge.amount(name) for name in names), Decimal(0))), why


def _segments(engine: Engine) -> Iterator[Gate]:
    columns = [engine.columns(table) for table in ("monitoring_before", "customer_value")]
    if not all("segment" in each for each in columns):
        return
    has_both = all(
        engine.value(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE segment IS NOT NULL)")
        for table in ("monitoring_before", "customer_value")
    )
    if not has_both:
        return
    [(segment, before, now)] = engine.rows(_SHIFT)
    points = 100 * abs(now - before)
    said = f"The segment that moved most is {segment}: {before:.0%} of customers then, {now:.0%} now."
    remedy = "Check whether the definition of the segments changed, or the customers did; then run again."
    found = f"{points:.1f} points"
    yield _gate("segments", abs(now - before) > MOST_SHIFTED, found, f"{100 * MOST_SHIFTED:.0f} points", said, remedy)
