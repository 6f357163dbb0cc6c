"""One customer as a line in a list: who, how much, how sure, why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.store.engine import Engine

GONE_BELOW = 0.3
_CANNOT_TELL = r"(^|[^A-Z])BG/C?NBD"
ALIVE_KNOWN = f"(frequency > 0 OR (p_alive < 1 AND NOT regexp_matches(coalesce(model, ''), '{_CANNOT_TELL}')))"
PROBABLY_GONE = f"({ALIVE_KNOWN} AND p_alive < {GONE_BELOW})"
STILL_THERE = f"({ALIVE_KNOWN} AND p_alive >= {GONE_BELOW})"

_COLUMNS = """customer_id, value_mean, value_low, value_high, p_alive, model, orders, days_since_last, frequency,
recency_days, past_revenue, past_profit, evidence, reason_1, reason_2, reason_3"""


@dataclass(frozen=True)
class CustomerLine:
    """A customer in a list.

    ``average_gap_days`` is the mean time between purchases, None after one purchase. Where not ``p_alive_known``,
    ``p_alive`` is 1 by the model's construction and says nothing.
    """

    customer_id: str
    value: Estimate
    p_alive: float
    p_alive_known: bool
    orders: int
    days_since_last: int
    average_gap_days: float | None
    past_revenue: float
    past_profit: float
    evidence: str
    reasons: tuple[str, ...]


def customer_lines(
    engine: Engine, where: str, order: str, limit: int, parameters: Sequence[Any] = ()
) -> tuple[CustomerLine, ...]:
    """The first customers of ``values_customers`` that meet a condition, in an order, ties by customer id."""
    sql = f"SELECT {_COLUMNS} FROM values_customers WHERE {where} ORDER BY {order}, customer_id LIMIT {limit}"
    return tuple(_line(row) for row in engine.records(sql, list(parameters)))


def average_gap(recency_days: Any, frequency: Any) -> float | None:
    """Mean days between a customer's purchases, from first to last; None after a single one."""
    return number(recency_days) / number(frequency) if frequency else None


def p_alive_known(model: Any, frequency: Any, p_alive: Any = None) -> bool:
    """Whether the chance of still being a customer means something.

    In BG/NBD (Fader, Hardie, Lee 2005) a customer can leave only right after a repeat purchase, so after a single
    purchase P(alive) is 1 however long ago it was; a blend takes the chance from the purchase model in it, and where
    ``model`` does not name that one, a chance of exactly 1 gives it away.
    """
    if frequency:
        return True
    return not re.search(_CANNOT_TELL, str(model or "")) and (p_alive is None or p_alive < 1)


def reasons_of(row: dict[str, Any]) -> tuple[str, ...]:
    """The reasons that are there, strongest first."""
    found = (row[name] for name in ("reason_1", "reason_2", "reason_3"))
    return tuple(str(reason) for reason in found if reason)


def _line(row: dict[str, Any]) -> CustomerLine:
    return CustomerLine(
        customer_id=str(row["customer_id"]),
        value=estimate(row["value_mean"], row["value_low"], row["value_high"]),
        p_alive=number(row["p_alive"]),
        p_alive_known=p_alive_known(row["model"], row["frequency"], row["p_alive"]),
        orders=int(row["orders"] or 0),
        days_since_last=int(row["days_since_last"] or 0),
        average_gap_days=average_gap(row["recency_days"], row["frequency"]),
        past_revenue=number(row["past_revenue"]),
        past_profit=number(row["past_profit"]),
        evidence=str(row["evidence"] or ""),
        reasons=reasons_of(row),
    )
