"""What became of leads, told by a second file: it completes the list of leads and adds none of its own.

Only what a lead came to is taken from it. A source, a country or an attribute that is known of closed leads alone would
give away which leads are closed, so it is left out.
"""

from collections.abc import Sequence

from lifeworth.sources.layouts import CLOSED_TOO_SOON
from lifeworth.sources.stage import Staged, materialise, overrule
from lifeworth.store.engine import Engine

_ENDINGS = "sources_staged_endings"

# Later knowledge goes first.
_INSERT = """INSERT INTO sources_leads
    SELECT l.lead_id, l.created_on, coalesce(e.closed_on, l.closed_on), l.source, l.country,
        coalesce(e.stage, l.stage), coalesce(e.amount, l.amount), coalesce(e.won, l.won),
        coalesce(e.customer_id, l.customer_id), coalesce(e.account_id, l.account_id), l.attributes,
        coalesce(l.currency, e.currency)
    FROM {rows} AS l LEFT JOIN {endings} AS e USING (lead_id) WHERE l.ruling IS NULL ORDER BY l.line"""


def is_ending(file: Staged) -> bool:
    """Whether a file says what became of the leads of another one."""
    return file.source.kind == "leads" and file.completes


def set_lost_endings_aside(engine: Engine, files: Sequence[Staged]) -> list[Staged]:
    """An ending needs its lead, and cannot come before it."""
    lists = [file for file in files if file.source.kind == "leads" and not file.completes]
    listed = " UNION ALL ".join(f"SELECT lead_id, created_on FROM {f.relation} WHERE ruling IS NULL" for f in lists)
    return [_set_aside(engine, file, listed) if is_ending(file) else file for file in files]


def _set_aside(engine: Engine, file: Staged, listed: str) -> Staged:
    file = materialise(engine, file)
    rulings = (
        "SELECT e.line, CASE WHEN l.lead_id IS NULL THEN 'ignored: its lead is in no list of leads' "
        f"ELSE 'quarantined: {CLOSED_TOO_SOON}' END AS ruling FROM {file.relation} AS e "
        f"LEFT JOIN ({listed}) AS l USING (lead_id) "
        "WHERE e.ruling IS NULL AND (l.lead_id IS NULL OR e.closed_on < l.created_on)"
    )
    overrule(engine, file, rulings)
    return file


def build_leads(engine: Engine, files: Sequence[Staged]) -> None:
    """Fill the leads, each with what became of it."""
    endings = [file for file in files if file.completes]
    nothing = "SELECT *, NULL::VARCHAR AS ruling FROM sources_leads WHERE false"
    parts = [
        "SELECT lead_id, closed_on, stage, amount, won, customer_id, account_id, currency "
        f"FROM {file.relation} WHERE ruling IS NULL"
        for file in endings
    ]
    engine.execute(f"CREATE OR REPLACE TABLE {_ENDINGS} AS {' UNION ALL '.join(parts) if parts else nothing}")
    for file in files:
        if not file.completes:
            engine.execute(_INSERT.format(rows=file.relation, endings=_ENDINGS))
