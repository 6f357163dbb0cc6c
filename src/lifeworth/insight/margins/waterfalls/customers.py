"""Money of groups of customers, from ``ledger_customers``: by segment, persona, channel and country."""

from lifeworth.insight.margins.waterfalls.folding import NOT_STATED, Group
from lifeworth.ledger.customers import MONEY_COLUMNS
from lifeworth.ledger.tables import drop, make_table, text
from lifeworth.store.engine import Engine

# Somebody known only by a refund, a ticket or a message has no segment and no channel; their money is not stated.
_MEMBERS = """
SELECT c.customer_id, i.channel, i.country{columns}
FROM ledger_customers c LEFT JOIN insight_customers i USING (customer_id){joins}"""

_SUMS = """
SELECT {grouping} AS grouped, COALESCE({member}, {not_stated}) AS member, count(*) AS customers, {sums}
FROM ledger_customers JOIN margins_members USING (customer_id) GROUP BY GROUPING SETS ({sets}) ORDER BY ALL"""

_LIVES_IN = {
    "tier": ("segments_customers", "tier"),
    "life cycle": ("segments_customers", "life_cycle"),
    "persona": ("personas_customers", "persona"),
    "channel": (None, "channel"),
    "country": (None, "country"),
}


def groups_of_customers(engine: Engine) -> dict[str, list[Group]]:
    """Every way of grouping customers that this run knows, with the money of its groups; each holds all customers."""
    known = set(engine.tables())
    found = {name: column for name, (table, column) in _LIVES_IN.items() if table is None or table in known}
    make_table(engine, "margins_members", _members({_LIVES_IN[name][0] for name in found} - {None}))
    rows = engine.records(_sums(found))
    drop(engine, "margins_members")
    names = list(found)
    groups: dict[str, list[Group]] = {name: [] for name in names}
    for row in rows:
        amounts = {name: row[name] for name in MONEY_COLUMNS}
        groups[names[int(row["grouped"])]].append(Group(str(row["member"]), int(row["customers"]), amounts))
    return {name: group for name, group in groups.items() if any(one.member != NOT_STATED for one in group)}


def _members(tables: set[str | None]) -> str:
    columns, joins = "", ""
    if "segments_customers" in tables:
        columns += ", s.tier, s.life_cycle"
        joins += " LEFT JOIN segments_customers s USING (customer_id)"
    if "personas_customers" in tables:
        columns += ", p.persona"
        joins += " LEFT JOIN personas_customers p USING (customer_id)"
    return _MEMBERS.format(columns=columns, joins=joins)


def _sums(found: dict[str, str]) -> str:
    columns = list(found.values())
    which = " ".join(f"WHEN GROUPING({column}) = 0 THEN {place}" for place, column in enumerate(columns))
    member = " ".join(f"WHEN GROUPING({column}) = 0 THEN {column}" for column in columns)
    return _SUMS.format(
        grouping=f"CASE {which} END",
        member=f"CASE {member} END",
        not_stated=text(NOT_STATED),
        sums=", ".join(f"sum(CAST({name} AS DECIMAL(38, 4))) AS {name}" for name in MONEY_COLUMNS),
        sets=", ".join(f"({column})" for column in columns),
    )
