"""SQL that turns the simulation's whole numbers into what a shop's systems export."""

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]

ORDER_ID = "printf('A%08d', order_no + 1)"
CUSTOMER_ID = "printf('C%07d', customer_no + 1)"
LEAD_ID = "printf('L%07d', lead_no + 1)"


def money(column: str) -> str:
    """SQL: cents as an amount with two decimals, exactly."""
    return f"({column}::BIGINT * 0.01::DECIMAL(3,2))::DECIMAL(18,2)"


def text(words: str) -> str:
    """SQL: a piece of text."""
    return "'" + words.replace("'", "''") + "'"


def name(column: str, names: Sequence[str]) -> str:
    """SQL: the name a code (counted from 0) stands for; empty for -1."""
    return f"([{', '.join(text(words) for words in names)}])[{column} + 1]"
