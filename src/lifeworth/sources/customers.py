"""Lists of customers → ``sources_customers``, one row a customer, or a person with several ids."""

from collections.abc import Sequence

from lifeworth.sources.people import PEOPLE, SAID, People
from lifeworth.sources.stage import Staged
from lifeworth.store.engine import Engine

_PLAIN = """INSERT INTO sources_customers BY NAME
    SELECT customer_id, created_on, country, acquisition_channel, attributes FROM {rows} WHERE ruling IS NULL"""

_COLUMNS = {
    "customer_id": "VARCHAR",
    "created_on": "DATE",
    "country": "VARCHAR",
    "acquisition_channel": "VARCHAR",
    "attributes": "VARCHAR",
    "consent_email": "BOOLEAN",
    "consent_ads": "BOOLEAN",
}


def build_customers(engine: Engine, files: Sequence[Staged], people: People | None) -> None:
    """Fill the customers.

    Of a person the first day counts, and the first country, channel and attributes that are known: what was known
    when they came. A consent withheld anywhere, even in a version that otherwise gave way, is withheld.
    """
    if people is None and not any({"consent_email", "consent_ads"} & set(file.content) for file in files):
        for file in files:
            engine.execute(_PLAIN.format(rows=file.relation))
        return
    said = " UNION ALL ".join(_said(file) for file in files)
    first = "(coalesce(created_on, DATE '9999-12-31'), customer_id)"
    firsts = ", ".join(
        f"arg_min({name}, {first}) FILTER (stands AND {name} IS NOT NULL)"
        for name in ("country", "acquisition_channel", "attributes")
    )
    who = f"coalesce(p.person_id, s.customer_id) AS who FROM ({said}) AS s LEFT JOIN {PEOPLE} AS p USING (customer_id)"
    alone = f"s.customer_id AS who FROM ({said}) AS s"
    engine.execute(
        f"INSERT INTO sources_customers SELECT who, min(created_on) FILTER (stands), {firsts}, "
        "bool_and(consent_email), bool_and(consent_ads) "
        f"FROM (SELECT s.*, {who if people else alone}) GROUP BY who HAVING bool_or(stands) ORDER BY who"
    )


def _said(file: Staged) -> str:
    """SQL: what a file says of each customer, and whether that version stands."""
    columns = ", ".join(
        f"{name}" if name in file.content else f"NULL::{kind} AS {name}" for name, kind in _COLUMNS.items()
    )
    return f"SELECT {columns}, ruling IS NULL AS stands FROM {file.relation} WHERE {SAID}"
