"""Columns that several tables of the audit share."""

from lifeworth.contract.table import TEXT, Column

SINCE = Column("since", "DATE", "first day of it", required=True)
UNTIL = Column("until", "DATE", "first day after it", required=True)
LEVEL = Column("interval_level", "DOUBLE", "share of plausible figures a range holds", "share", True)
BASIS = Column(
    "basis", TEXT, "profit (before the cost of winning customers), or revenue where no costs are known", "", True
)


def ranged(name: str, meaning: str, unit: str = "currency") -> tuple[Column, ...]:
    """A figure with the ends of its range."""
    return (
        Column(f"{name}_mean", "DOUBLE", meaning, unit),
        Column(f"{name}_low", "DOUBLE", f"low end of the range of {name}", unit),
        Column(f"{name}_high", "DOUBLE", "high end of it", unit),
    )
