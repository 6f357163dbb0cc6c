"""The data contract.

In: nothing. Out: what every canonical ``sources_*`` table holds, one file per table; empty tables in an
engine; the reference page that describes them. Start at ``registry.py``.
"""

from lifeworth.contract.registry import TABLES, create_tables, describe
from lifeworth.contract.table import MONEY, Column, Table

__all__ = ["MONEY", "TABLES", "Column", "Table", "create_tables", "describe"]
