"""One row per customer with everything known before a day."""

import re
from collections.abc import Mapping
from datetime import date

from lifeworth.features.aftersales import REFUNDS
from lifeworth.features.days import write_days
from lifeworth.features.feature import Column, Feature
from lifeworth.features.plan import MOST_LEVELS, Plan, existing
from lifeworth.features.plan import plan as plan_features
from lifeworth.features.purchases import PURCHASES
from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import drop, make_table, text
from lifeworth.store.engine import Engine

_UNMATCHED = f"""LEFT JOIN (SELECT customer_key, CAST(refunded - matched AS DOUBLE) AS unmatched
  FROM ({REFUNDS.query})) u USING (customer_key)"""


def available(engine: Engine, cut: date | None = None) -> tuple[Feature, ...]:
    """The features whose data the company has, ever or before a cut."""
    blocks = existing(engine, day_literal(cut) if cut else None)
    return tuple(feature for block in blocks for feature in block.features)


def build(engine: Engine, cut: date, table: str, *, keys: str | None = None, plan: Plan | None = None) -> None:
    """Write what was known before the cut of every customer with a purchase before it.

    Rows are the customers of ``ledger.histories`` in its order; columns are ``customer_key``, then a DOUBLE per
    number (NULL where nothing is known) and a SMALLINT code per category.

    Parameters
    ----------
    keys : str, optional
        Table with a column ``customer_key``: only these customers. A customer's row is the same either way.
    plan : Plan, optional
        The columns and codes, such as those of a later cut; default what is known before this one.
    """
    plan = plan or plan_features(engine, cut)
    days, moment = f"{table}_days", day_literal(cut)
    write_days(engine, moment, days, keys)
    make_table(engine, table, _select(plan, moment, days, REFUNDS.exists(engine, moment)))
    drop(engine, days)


def _select(plan: Plan, cut: str, days: str, refunded: bool) -> str:
    places = {"cut": cut, "days": days, "unmatched": " - COALESCE(u.unmatched, 0)" if refunded else ""}
    columns, joins = [], [_UNMATCHED.format(**places)] if refunded else []
    for number, block in enumerate(plan.blocks):
        alias = "p" if block.query == PURCHASES.query else f"b{number}"
        if alias != "p":
            joins.append(f"LEFT JOIN ({block.query.format(**places)}) {alias} USING (customer_key)")
        columns += [_column(column, alias, plan.levels, places) for column in block.columns]
    return (
        f"SELECT p.customer_key, {', '.join(columns)} FROM ({PURCHASES.query.format(**places)}) p"
        f" {' '.join(joins)} ORDER BY p.customer_key"
    )


def _column(column: Column, alias: str, levels: Mapping[str, tuple[str, ...]], places: Mapping[str, str]) -> str:
    name = column.feature.name
    sql = re.sub(r"\bb\.", f"{alias}.", column.sql.format(**places))
    if column.feature.kind == "number":
        return f"CAST({sql} AS DOUBLE) AS {name}"
    return f"CAST({_code(sql, levels[name])} AS SMALLINT) AS {name}"


def _code(sql: str, levels: tuple[str, ...]) -> str:
    if not levels:
        return f"CASE WHEN {sql} IS NOT NULL THEN {MOST_LEVELS} END"
    cases = " ".join(f"WHEN {text(level)} THEN {code}" for code, level in enumerate(levels))
    return f"CASE WHEN {sql} IS NOT NULL THEN CASE {sql} {cases} ELSE {MOST_LEVELS} END END"
