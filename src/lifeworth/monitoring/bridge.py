"""From the last run's value of the base to this one's, part by part: ``monitoring_bridge``.

A kept customer's value is orders x revenue per order x share kept. Its change is divided among the three by the
Shapley value (Shapley 1953; for decompositions Sun 1998, Ecological Modelling 109), which leaves nothing over and
does not depend on which factor is changed first.

What the model says differently is told apart from what the customer did by twins: the expected orders depend on a
customer's history alone, so wherever a history of this run also stood in the last one, the two runs valued the very
same history, and the ratio of what they said is the model's doing.
"""

from dataclasses import dataclass
from decimal import Decimal

from lifeworth.monitoring.tables import insert
from lifeworth.store.engine import Engine

TWIN_DAYS = (1, 7, 28)
FEWEST_TWINS = 20
TWIN_SHARE = 0.2

_TWINS = """
WITH old AS (
  SELECT frequency AS x, recency_days // {days} AS t_x, T_days // {days} AS age, avg(orders_mean) AS said
  FROM monitoring_before GROUP BY ALL),
new AS (
  SELECT frequency AS x, recency_days // {days} AS t_x, T_days // {days} AS age, avg(orders_mean) AS said,
         count(*) AS customers
  FROM values_customers GROUP BY ALL)
SELECT least(x, 2) AS kind, CAST(sum(customers) AS BIGINT),
       CAST(sum(CAST(customers * old.said AS DECIMAL(38,8))) AS DOUBLE),
       CAST(sum(CAST(customers * new.said AS DECIMAL(38,8))) AS DOUBLE)
FROM new JOIN old USING (x, t_x, age) GROUP BY kind ORDER BY kind"""

# Below these a ratio is rounding, and beyond a share of five the customer's costs speak, not a share.
_USABLE = """o0 >= 0.005 AND o1 >= 0.005 AND r0 > 0 AND r1 > 0
    AND abs(v0) <= 5 * abs(r0) AND abs(v1) <= 5 * abs(r1)"""

_ADDED = "CAST(sum(CAST({column} AS DECIMAL(38,6))) AS DECIMAL(38,2))"
_SUMS = """
WITH pair AS (
  SELECT CASE WHEN old.customer_id IS NULL THEN 'new' WHEN new.customer_id IS NULL THEN 'gone' ELSE 'kept' END AS fate,
         COALESCE(new.orders > old.orders, FALSE) AS bought,
         COALESCE(old.orders_mean, 0) AS o0, COALESCE(new.orders_mean, 0) AS o1,
         COALESCE(old.revenue_mean, 0) AS r0, COALESCE(new.revenue_mean, 0) AS r1,
         COALESCE(old.value_mean, 0) AS v0, COALESCE(new.value_mean, 0) AS v1,
         CASE least(new.frequency, 2) WHEN 0 THEN {ratio0} WHEN 1 THEN {ratio1} ELSE {ratio2} END::DOUBLE AS m
  FROM monitoring_before old FULL JOIN values_customers new ON new.customer_id = old.customer_id),
factors AS (
  SELECT *, fate = 'kept' AND {usable} AS usable, r0 / o0 AS p0, r1 / o1 AS p1, v0 / r0 AS c0, v1 / r1 AS c1
  FROM pair),
weights AS (
  SELECT *, (p0 * c0 + p1 * c1) / 3 + (p1 * c0 + p0 * c1) / 6 AS of_orders,
            (o0 * c0 + o1 * c1) / 3 + (o1 * c0 + o0 * c1) / 6 AS of_price,
            (o0 * p0 + o1 * p1) / 3 + (o1 * p0 + o0 * p1) / 6 AS of_share
  FROM factors),
parts AS (
  SELECT fate, bought,
         CASE WHEN usable THEN of_orders * (o1 / m - o0) WHEN fate = 'kept' THEN v1 / m - v0 ELSE v1 - v0 END AS history,
         CASE WHEN usable THEN of_orders * (o1 - o1 / m) WHEN fate = 'kept' THEN v1 - v1 / m ELSE 0 END AS model,
         CASE WHEN usable THEN of_price * (p1 - p0) ELSE 0 END AS price,
         CASE WHEN usable THEN of_share * (c1 - c0) ELSE 0 END AS cost
  FROM weights)
SELECT CASE WHEN fate = 'kept' AND NOT bought AND history < 0 THEN 'quiet' ELSE fate END AS part, count(*), {sums}
FROM parts GROUP BY part"""

_TOTAL = "SELECT CAST(COALESCE(sum(CAST(value_mean AS DECIMAL(18,2))), 0) AS DECIMAL(38,2)) FROM {table}"


@dataclass(frozen=True)
class Side:
    """What two runs must share to be compared."""

    as_of: str
    horizon_days: int
    currency: str | None
    basis: str
    discount: float
    model: str


@dataclass(frozen=True)
class Part:
    """One step of the bridge: money, customers it concerns, and a sentence."""

    name: str
    amount: Decimal
    customers: int
    said: str


@dataclass(frozen=True)
class Bridge:
    """The change of the base's value and its parts, which add up to it to the cent.

    ``incomparable`` says why there are no parts; ``model_known`` whether twins told the model's doing apart;
    ``costs_missing`` that the last run knew profit and this one does not.
    """

    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)
    parts: tuple[Part, ...] = ()
    incomparable: str | None = None
    model_known: bool = False
    costs_missing: bool = False

    @property
    def change(self) -> Decimal:
        """Value of this run less that of the last one."""
        return self.after - self.before

    def amount(self, name: str) -> Decimal:
        """Money of a part."""
        return next((part.amount for part in self.parts if part.name == name), Decimal(0))


def why_not_comparable(before: Side, now: Side) -> str | None:
    """Why two runs' values cannot be subtracted, in one sentence, or none when they can."""
    asked = (
        ("horizon", f"{before.horizon_days} days", f"{now.horizon_days} days"),
        ("currency", before.currency or "none stated", now.currency or "none stated"),
        ("basis", before.basis, now.basis),
        ("discount rate", f"{before.discount:.2%}", f"{now.discount:.2%}"),
    )
    differing = [f"{name} ({old} then, {new} now)" for name, old, new in asked if old != new]
    if differing:
        return f"The last run and this one cannot be compared: they differ in {', '.join(differing)}."
    if now.as_of < before.as_of:
        return f"The last run and this one cannot be compared: this one looks from {now.as_of}, which is before {before.as_of}."
    return None


def build_bridge(engine: Engine, before: Side, now: Side) -> Bridge:
    """Take the change of value apart, between ``monitoring_before`` and ``values_customers``.

    Writes ``monitoring_bridge``, which stays empty when the runs cannot be compared.
    """
    reason = why_not_comparable(before, now)
    if reason is not None:
        return Bridge(incomparable=reason, costs_missing=before.basis == "profit" and now.basis != "profit")
    ratios = _model_ratios(engine)
    known = ratios is not None
    ratio0, ratio1, ratio2 = ratios or (1.0, 1.0, 1.0)
    added = ", ".join(_ADDED.format(column=column) for column in ("history", "model", "price", "cost"))
    sql = _SUMS.format(ratio0=ratio0, ratio1=ratio1, ratio2=ratio2, usable=_USABLE, sums=added)
    sums = {part: (int(count), *money) for part, count, *money in engine.rows(sql)}
    old, new = (engine.value(_TOTAL.format(table=table)) for table in ("monitoring_before", "values_customers"))
    bridge = Bridge(old, new, _parts(sums, new - old, before, now, known), None, known)
    last = len(bridge.parts) + 1
    rows = [(0, "before", old, _count(engine, "monitoring_before"), f"Value of the base on {before.as_of}.")]
    rows += [(step, p.name, p.amount, p.customers, p.said) for step, p in enumerate(bridge.parts, 1)]
    rows += [(last, "after", new, _count(engine, "values_customers"), f"Value of the base on {now.as_of}.")]
    insert(engine, "monitoring_bridge", rows)
    return bridge


def _count(engine: Engine, table: str) -> int:
    return int(engine.value(f"SELECT count(*) FROM {table}"))


def _model_ratios(engine: Engine) -> tuple[float, float, float] | None:
    """Expected orders said now over said then for the same histories: of one-time buyers, of two-time, of others.

    Same histories to the day where there are enough, else to the week, else to four weeks; none when even those
    are too few.
    """
    customers = _count(engine, "values_customers")
    for days in TWIN_DAYS:
        rows = engine.rows(_TWINS.format(days=days))
        twins, then, now = (sum(row[i] for row in rows) for i in (1, 2, 3))
        if twins < max(FEWEST_TWINS, TWIN_SHARE * customers) or then <= 0 or now <= 0:
            continue
        by_kind = {kind: (count, said, says) for kind, count, said, says in rows}
        usable = {
            kind: says / said
            for kind, (count, said, says) in by_kind.items()
            if count >= FEWEST_TWINS and said > 0 < says
        }
        usual = now / then
        return usable.get(0, usual), usable.get(1, usual), usable.get(2, usual)
    return None


def _parts(
    sums: dict[str, tuple[int, Decimal, Decimal, Decimal, Decimal]],
    change: Decimal,
    before: Side,
    now: Side,
    known: bool,
) -> tuple[Part, ...]:
    zero, none = Decimal(0), (0, Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    new, gone, kept, quiet = (sums.get(name, none) for name in ("new", "gone", "kept", "quiet"))
    stayed = kept[0] + quiet[0]
    model, price, cost = kept[2] + quiet[2], kept[3] + quiet[3], kept[4] + quiet[4]
    if now.basis != "profit":
        cost = zero
    money = f" {now.currency}" if now.currency else ""
    parts = [
        Part("new customers", new[1], new[0], f"{new[0]:,} customers first bought since {before.as_of}."),
        Part("kept customers", kept[1], kept[0], f"{kept[0]:,} customers bought again or are no less likely to."),
        Part(
            "customers who stayed away",
            quiet[1],
            quiet[0],
            f"{quiet[0]:,} customers stayed away, so less is expected of them.",
        ),
        Part(
            "customers gone", gone[1], gone[0], f"{gone[0]:,} customers of the last run are not in the files any more."
        ),
        Part("cost", cost, stayed if cost else 0, _cost_said(now)),
        Part("price", price, stayed, "What a customer known before is expected to spend per order has changed."),
        Part("model", model, stayed, _model_said(before, now, known)),
    ]
    remainder = change - sum((part.amount for part in parts), zero)
    parts.append(Part("remainder", remainder, 0, "Rounding, and what no other part accounts for."))
    return tuple(Part(p.name, p.amount, p.customers, f"{p.said} {p.amount:+,.2f}{money}.") for p in parts)


def _cost_said(now: Side) -> str:
    if now.basis != "profit":
        return "Values are in revenue, so costs play no part."
    return "The share of revenue that stays as profit has changed for customers known before."


def _model_said(before: Side, now: Side, known: bool) -> str:
    switched = "" if before.model == now.model else f" ({before.model} then, {now.model} now)"
    if not known:
        return f"Too few histories stand in both runs to tell the model's doing from the customers' own{switched}."
    return f"The same purchase histories are valued differently{switched}, because the model learned anew."
