"""What a canonical table and its columns are."""

from dataclasses import dataclass

MONEY = "DECIMAL(18,4)"
MONEY_SUM = "DECIMAL(38,4)"
TEXT = "VARCHAR"


@dataclass(frozen=True)
class Column:
    """One column: its name, engine type, meaning in business words and unit.

    ``required`` says that no row may leave it empty.
    """

    name: str
    type: str
    meaning: str
    unit: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table: what a row is, and its columns in order."""

    name: str
    grain: str
    columns: tuple[Column, ...]
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns no row may leave empty."""
        return tuple(column.name for column in self.columns if column.required)

    def ddl(self) -> str:
        """SQL that creates the table empty, in place of any earlier one."""
        columns = ", ".join(f'"{column.name}" {column.type}' for column in self.columns)
        return f'CREATE OR REPLACE TABLE "{self.name}" ({columns})'
