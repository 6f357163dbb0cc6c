"""What came in beside orders and costs: what customers said, subscribed to, took part in, and agreed to."""

from dataclasses import dataclass
from datetime import date

from lifeworth.store.engine import Engine

# Table, the day of a row, what a row is.
_TABLES = (
    ("sources_surveys", "answered_on", "answers"),
    ("sources_subscriptions", "started_on", "subscriptions"),
    ("sources_experiments", "assigned_on", "places in experiments"),
)
_ROWS = """
SELECT count(*), count(DISTINCT s.customer_id) FILTER (v.customer_id IS NOT NULL), min(s.{day}), max(s.{day})
FROM {table} s LEFT JOIN values_customers v USING (customer_id)"""
_CONSENTS = """
SELECT count(*), count_if(agreed_email), count_if(agreed_ads), count(agreed_email), count(agreed_ads)
FROM (SELECT bool_and(c.consent_email) AS agreed_email, bool_and(c.consent_ads) AS agreed_ads
      FROM values_customers v LEFT JOIN sources_customers c USING (customer_id) GROUP BY v.customer_id)"""


@dataclass(frozen=True)
class Beside:
    """Loaded rows of one kind, how many valued customers they speak of, their first and last day."""

    words: str
    rows: int
    customers: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True)
class Consent:
    """Share of valued customers who agreed to something (0 to 1), and share of those whose answer is known."""

    to: str
    agreed: float
    known: float


def rows_beside(engine: Engine) -> tuple[Beside, ...]:
    """Every table beside orders and costs that holds anything."""
    there = set(engine.tables())
    found = []
    for table, day, words in _TABLES:
        if table not in there:
            continue
        [(rows, customers, first, last)] = engine.rows(_ROWS.format(table=table, day=day))
        if rows:
            found.append(Beside(words, int(rows), int(customers), first, last))
    return tuple(found)


def consents(engine: Engine) -> tuple[Consent, ...]:
    """What customers agreed to, where a list of customers speaks of it."""
    if "sources_customers" not in engine.tables():
        return ()
    [(customers, email, ads, email_known, ads_known)] = engine.rows(_CONSENTS)
    return tuple(
        Consent(to, agreed / customers, known / customers)
        for to, agreed, known in (("e-mail", email, email_known), ("advertising", ads, ads_known))
        if known
    )
