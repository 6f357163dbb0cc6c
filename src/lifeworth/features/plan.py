"""Which features there are and how texts become codes: settled once, then the same at every cut."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from lifeworth.features.attributes import Attribute, attributes, value_sql
from lifeworth.features.feature import Block, Column, Feature
from lifeworth.features.registry import BLOCKS
from lifeworth.ledger.tables import day as day_literal
from lifeworth.store.engine import Engine

MOST_LEVELS = 64

_LEVELS = """
SELECT text FROM (
  SELECT {sql} AS text, count(*) AS customers FROM ({query}) b
  WHERE b.customer_key IN (SELECT customer_key FROM ledger_days WHERE day < {cut}) GROUP BY ALL)
WHERE text IS NOT NULL ORDER BY customers DESC, text LIMIT {most}"""


@dataclass(frozen=True)
class Plan:
    """The columns of a table of features.

    Attributes
    ----------
    blocks : tuple of Block
        Where the features come from, with only the columns that are wanted.
    levels : mapping of str to tuple of str
        For each category the texts whose places are the codes, the commonest first; any other text has the
        code ``MOST_LEVELS``.
    """

    blocks: tuple[Block, ...]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def features(self) -> tuple[Feature, ...]:
        """What every column is, in order."""
        return tuple(feature for block in self.blocks for feature in block.features)


def plan(engine: Engine, cut: date, *, leave_out: Collection[str] = ()) -> Plan:
    """What can be told of customers from what is known before a day.

    Tables for several cuts that are read together need one plan, that of the latest cut; codes and columns
    are then the same in all of them.

    Parameters
    ----------
    leave_out : collection of str
        Names of features not wanted, such as those that ``find_leaks`` names.
    """
    moment = day_literal(cut)
    blocks = tuple(_without(block, leave_out) for block in existing(engine, moment))
    blocks = tuple(block for block in blocks if block.columns)
    categories = [(block, c) for block in blocks for c in block.columns if c.feature.kind == "category"]
    return Plan(blocks, {column.feature.name: _levels(engine, moment, block, column) for block, column in categories})


def existing(engine: Engine, cut: str | None) -> list[Block]:
    """The blocks whose data the company has, its own attributes last."""
    found = [block for block in BLOCKS if block.exists(engine, cut)]
    own = attributes(engine)
    return [*found, _attribute_block(own)] if own else found


def _attribute_block(own: tuple[Attribute, ...]) -> Block:
    values = ", ".join(f"min({value_sql(a, '{cut}')}) AS a{i}" for i, a in enumerate(_braced(own)))
    query = f"""
  SELECT k.customer_key, {values}
  FROM sources_customers c JOIN ledger_keys k ON k.customer_id = c.customer_id GROUP BY k.customer_key"""
    columns = tuple(Column(attribute.feature, f"b.a{i}") for i, attribute in enumerate(own))
    return Block(columns, query, lambda engine, cut: True)


def _braced(own: tuple[Attribute, ...]) -> list[Attribute]:
    """The same with names that survive filling in the cut."""
    return [Attribute(a.feature, a.key.replace("{", "{{").replace("}", "}}"), a.form) for a in own]


def _without(block: Block, names: Collection[str]) -> Block:
    kept = tuple(column for column in block.columns if column.feature.name not in names)
    return Block(kept, block.query, block.exists)


def _levels(engine: Engine, cut: str, block: Block, column: Column) -> tuple[str, ...]:
    query = block.query.format(cut=cut, days="ledger_days")
    sql = _LEVELS.format(sql=column.sql, query=query, cut=cut, most=MOST_LEVELS)
    return tuple(level for (level,) in engine.rows(sql))
