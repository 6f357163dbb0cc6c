"""The tables of the audit: lenses, and what lies ahead."""

from lifeworth.insight.audit.tables.lenses import (
    AGES,
    BOOKS,
    CHANGE,
    COHORTS,
    DIFFER,
    LENSES,
    MOVES,
    ORDERS,
    PERIODS,
    REPEATS,
    TENTHS,
    TREND,
    VERDICT,
)
from lifeworth.insight.audit.tables.money import (
    AHEAD,
    EQUITY,
    FORECAST,
    LEVERS,
    NEWCOMERS,
    NEWCOMERS_PAST,
    NOTES,
    PAST,
    VALUATION,
)

TABLES = (*LENSES, *AHEAD)

__all__ = [
    "AGES",
    "BOOKS",
    "CHANGE",
    "COHORTS",
    "DIFFER",
    "EQUITY",
    "FORECAST",
    "LEVERS",
    "MOVES",
    "NEWCOMERS",
    "NEWCOMERS_PAST",
    "NOTES",
    "ORDERS",
    "PAST",
    "PERIODS",
    "REPEATS",
    "TABLES",
    "TENTHS",
    "TREND",
    "VALUATION",
    "VERDICT",
]
