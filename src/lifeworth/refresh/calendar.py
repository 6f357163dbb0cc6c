"""Which day a run stands on, and what that day leaves out."""

from datetime import date, timedelta

from lifeworth import ledger, sources
from lifeworth.errors import DataError
from lifeworth.refresh.request import Request
from lifeworth.store.engine import Engine

LONG_SILENCE_DAYS = 31
MOST_SILENCE_DAYS = 3660


def decide_as_of(engine: Engine, request: Request) -> date:
    """The day asked for, or the day after the last order; where orders are bills, after the last day the files know of."""
    last = ledger.last_day(engine)
    if last is None:
        raise DataError(_nothing_to_value(engine))
    if request.as_of and (request.as_of - last).days > MOST_SILENCE_DAYS:
        raise DataError(f"--as-of {request.as_of} lies more than ten years after the last order ({last}).")
    known = sources.known_until(engine) or last
    return request.as_of or max(last, known) + timedelta(days=1)


def happened_later(engine: Engine, request: Request, as_of: date) -> list[str]:
    """Refunds and tickets after the last order are the future too, which nobody may expect who gave no day."""
    if request.as_of is not None:
        return _silence(engine, as_of)
    sql = "SELECT count(*), max(happened_on), sum(-profit_effect) FROM ledger_events WHERE happened_on >= ?"
    [(count, last, cost)] = engine.rows(sql, [as_of])
    if not count:
        return []
    return [
        f"After the last order came {count:,} more entries (refunds, tickets, contacts); they count as the future of {as_of} "
        f"({cost:,.2f} in all). To take them in: --as-of {last + timedelta(days=1)}."
    ]


def _silence(engine: Engine, as_of: date) -> list[str]:
    """A day long after the last order makes everybody look gone."""
    last = engine.value("SELECT max(ordered_on) FROM ledger_orders WHERE ordered_on < ?", [as_of])
    days = (as_of - last).days if last else 0
    if days <= LONG_SILENCE_DAYS:
        return []
    return [
        f"The last order in the files is of {last}, {days:,} days before {as_of}. If orders of that time are missing, "
        "customers look gone who are not: export again, or choose an earlier --as-of."
    ]


def _nothing_to_value(engine: Engine) -> str:
    reasons = engine.rows("SELECT reason, sum(rows) FROM sources_reasons GROUP BY ALL ORDER BY 2 DESC LIMIT 3")
    why = "; ".join(f"{count:,} rows: {reason}" for reason, count in reasons)
    return "No order of a known customer was found, so there is nobody to value." + (
        f" Set aside: {why}." if why else ""
    )
