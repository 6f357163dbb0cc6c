"""Does each euro spent on winning customers contribute, when does it come back, and what may one more customer cost?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifeworth.answers.acquisition_parts import Campaign, Cost, Marginal, Payback, Value, Verdict, Way
from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine


@dataclass(frozen=True)
class Acquisition:
    """Everything about winning customers; empty parts where nothing is known.

    ``curves`` holds money by months since the first order: group and name to (month, estimate, seen). ``unshared`` is spend that
    no newcomer shares, with the channel and month of each; ``spent`` all spend on winning customers.
    """

    in_profit: bool
    horizon_days: int
    values: tuple[Value, ...]
    paybacks: tuple[Payback, ...]
    verdicts: tuple[Verdict, ...]
    marginals: tuple[Marginal, ...]
    costs: tuple[Cost, ...]
    campaigns: tuple[Campaign, ...]
    ways: tuple[Way, ...]
    curves: dict[tuple[str, str], tuple[tuple[int, Estimate, bool], ...]]
    spent: float
    unshared: tuple[tuple[str, date, float], ...]

    def value(self, grouped_by: str, name: str, days: int) -> Value | None:
        """What newcomers of a group bring by an age; none where it cannot be said."""
        found = (v for v in self.values if (v.grouped_by, v.name, v.horizon_days) == (grouped_by, name, days))
        return next(found, None)

    def payback(self, grouped_by: str, name: str) -> Payback | None:
        """When a group has paid back; none without a cost."""
        return next((p for p in self.paybacks if (p.grouped_by, p.name) == (grouped_by, name)), None)


def customer_acquisition(engine: Engine, horizon_days: int) -> Acquisition:
    """What winning customers costs and brings, from the ``acquisition_`` tables.

    Parameters
    ----------
    horizon_days : int
        How far the run looks ahead.
    """
    values = [_value(row) for row in rows_of(engine, "acquisition_values", "grouped_by, member, horizon_days")]
    spent = rows_of(engine, "acquisition_spend", "month, channel")
    return Acquisition(
        in_profit=not any(row["basis"] == "revenue" for row in rows_of(engine, "acquisition_values")),
        horizon_days=horizon_days,
        values=tuple(values),
        paybacks=tuple(_payback(row) for row in rows_of(engine, "acquisition_payback", "grouped_by, member")),
        verdicts=tuple(
            _verdict(row)
            for row in rows_of(engine, "acquisition_verdicts", "average_mean IS NULL, average_mean DESC, channel")
        ),
        marginals=tuple(_marginal(row) for row in rows_of(engine, "acquisition_marginal", "channel")),
        costs=tuple(_cost(row) for row in rows_of(engine, "acquisition_costs", "grouped_by, channel, since, until")),
        campaigns=tuple(
            _campaign(row) for row in rows_of(engine, "acquisition_campaigns", "spend DESC, channel, campaign")
        ),
        ways=tuple(_way(row) for row in rows_of(engine, "acquisition_or_keeping", "place")),
        curves=_curves(engine),
        spent=float(sum(row["spend"] for row in spent)),
        unshared=tuple(
            (row["channel"], row["month"], float(row["unattributed"])) for row in spent if row["unattributed"]
        ),
    )


def _three(row: dict[str, Any], name: str) -> Estimate | None:
    """A figure with its range; none where the figure is empty."""
    mean = row[f"{name}_mean"]
    return None if mean is None else estimate(mean, row[f"{name}_low"], row[f"{name}_high"])


def _count(value: Any) -> int | None:
    return None if value is None else int(value)


def _known(value: Any) -> float | None:
    return None if value is None else float(value)


def _value(row: dict[str, Any]) -> Value:
    ceiling = None if row["ceiling"] is None else (float(row["ceiling"]), float(row["ceiling_cautious"]))
    return Value(
        str(row["grouped_by"]),
        str(row["member"]),
        int(row["horizon_days"]),
        _count(row["customers"]),
        estimate(row["value_mean"], row["value_low"], row["value_high"]),
        row["how"] == "seen",
        _known(row["cac"]),
        _three(row, "ratio"),
        ceiling,
        _three(row, "run_value"),
        str(row["reconciled"] or ""),
    )


def _payback(row: dict[str, Any]) -> Payback:
    ends = [_count(row[f"payback_{end}"]) for end in ("months", "low", "high")]
    return Payback(
        str(row["grouped_by"]),
        str(row["member"]),
        _count(row["customers"]),
        float(row["cac"]),
        ends[0],
        ends[1],
        ends[2],
        number(row["chance_within"]),
        int(row["within_months"]),
        row["how"] == "seen",
        str(row["sentence"]),
    )


def _verdict(row: dict[str, Any]) -> Verdict:
    return Verdict(
        str(row["channel"]),
        float(row["spend"]),
        _count(row["newcomers"]),
        _three(row, "average"),
        _three(row, "contribution"),
        str(row["average_verdict"]),
        str(row["verdict"]),
        _known(row["chance_best"]),
        str(row["sentence"]),
    )


def _marginal(row: dict[str, Any]) -> Marginal:
    return Marginal(
        str(row["channel"]),
        int(row["months"]),
        _three(row, "elasticity"),
        _known(row["from_data"]),
        _known(row["cac"]),
        _three(row, "marginal_cac"),
        str(row["note"]),
    )


def _cost(row: dict[str, Any]) -> Cost:
    return Cost(
        str(row["grouped_by"]),
        str(row["channel"]),
        row["won_in"],
        row["since"],
        row["until"],
        float(row["spend"]),
        _count(row["newcomers"]),
        _known(row["paid_cac"]),
        _known(row["blended_cac"]),
        str(row["formula"]),
    )


def _campaign(row: dict[str, Any]) -> Campaign:
    return Campaign(
        str(row["channel"]),
        str(row["campaign"]),
        float(row["spend"]),
        number(row["share_of_spend"]),
        _count(row["newcomers"]),
        _known(row["cac"]),
        str(row["note"]),
    )


def _way(row: dict[str, Any]) -> Way:
    return Way(
        str(row["way"]),
        number(row["cost"]),
        estimate(row["profit_mean"], row["profit_low"], row["profit_high"]),
        estimate(row["cost_of_one_mean"], row["cost_of_one_low"], row["cost_of_one_high"]),
        row["how"] == "experiment",
        str(row["sentence"]),
    )


def _curves(engine: Engine) -> dict[tuple[str, str], tuple[tuple[int, Estimate, bool], ...]]:
    found: dict[tuple[str, str], list[tuple[int, Estimate, bool]]] = {}
    for row in rows_of(engine, "acquisition_curves", "grouped_by, member, month"):
        worth = estimate(row["value_mean"], row["value_low"], row["value_high"])
        found.setdefault((str(row["grouped_by"]), str(row["member"])), []).append(
            (int(row["month"]), worth, row["how"] == "seen")
        )
    return {key: tuple(points) for key, points in found.items()}
