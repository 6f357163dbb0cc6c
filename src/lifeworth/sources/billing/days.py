"""Up to which day the files know anything."""

from dataclasses import dataclass
from datetime import date, timedelta

from lifeworth.errors import DataError
from lifeworth.sources.billing.terms import ARE_BILLS
from lifeworth.store.engine import Engine

MOST_YEARS = 10
SILENCE_DAYS = 31

# Days on which something happened. Ends and cancellations of contracts may be to come, so they tell nothing here.
_HAPPENED = f"""
SELECT started_on AS day FROM sources_subscriptions
UNION ALL SELECT ordered_on FROM sources_orders WHERE NOT ({ARE_BILLS})
UNION ALL SELECT refunded_on FROM sources_refunds
UNION ALL SELECT opened_on FROM sources_service
UNION ALL SELECT touched_on FROM sources_touches
UNION ALL SELECT answered_on FROM sources_surveys
UNION ALL SELECT spent_on FROM sources_spend
UNION ALL SELECT created_on FROM sources_customers
UNION ALL SELECT created_on FROM sources_leads"""


@dataclass(frozen=True)
class Span:
    """The last day on which anything happened, the day before which bills are made, and a silence before the last day."""

    known_until: date
    before: date
    silent_from: date | None


def span(engine: Engine, as_of: date | None) -> Span:
    """Bills run to the last day known, or to the day asked about where that is later.

    Raises
    ------
    DataError
        The day asked about lies so far ahead that bills up to it would be made up.
    """
    [(last,)] = engine.rows(f"SELECT max(day) FROM ({_HAPPENED})")
    assert isinstance(last, date)
    if as_of is not None and (as_of - last).days > MOST_YEARS * 366:
        raise DataError(
            f"--as-of {as_of} lies more than {MOST_YEARS} years after the last day on which anything in the files happened "
            f"({last}); bills up to it would be made up."
        )
    before = max(last + timedelta(days=1), as_of or date.min)
    earlier = engine.value(f"SELECT max(day) FROM ({_HAPPENED}) WHERE day < ?", [last])
    is_silent = earlier is not None and (last - earlier).days > SILENCE_DAYS
    return Span(last, before, earlier if is_silent else None)


def known_until(engine: Engine) -> date | None:
    """The last day on which anything in the files happened, where orders are bills; else none."""
    if not engine.value(f"SELECT EXISTS (SELECT 1 FROM sources_orders WHERE {ARE_BILLS})"):
        return None
    found = engine.value(f"SELECT max(day) FROM ({_HAPPENED})")
    return found if isinstance(found, date) else None
