"""Accounting of the input: every row read is loaded, duplicate, quarantined or ignored."""

from lifeworth.contract.table import MONEY_SUM, TEXT, Column, Table

VERDICTS = ("duplicate", "quarantined", "ignored")

FILES = Table(
    "sources_files",
    "one row per input file",
    (
        Column("file_no", "INTEGER", "number of the file in this run", required=True),
        Column("path", TEXT, "path as given", required=True),
        Column("name", TEXT, "file name", required=True),
        Column("sha256", TEXT, "fingerprint of the file's bytes", required=True),
        Column("kind", TEXT, "what it was read as", required=True),
        Column("preset", TEXT, "the export format it was recognised as", required=True),
        Column("rows_read", "BIGINT", "rows in the file, header apart", "rows", True),
        Column("rows_loaded", "BIGINT", "rows that count", "rows", True),
        Column("rows_duplicate", "BIGINT", "rows already known from this or another file", "rows", True),
        Column("rows_quarantined", "BIGINT", "rows with a fault", "rows", True),
        Column("rows_ignored", "BIGINT", "sound rows that do not belong in the accounts", "rows", True),
    ),
    "rows_loaded + rows_duplicate + rows_quarantined + rows_ignored = rows_read, always.",
)

REASONS = Table(
    "sources_reasons",
    "one row per file, verdict, reason and currency",
    (
        Column("file_no", "INTEGER", "the file", required=True),
        Column("verdict", TEXT, ", ".join(VERDICTS), required=True),
        Column("reason", TEXT, "why, in plain words", required=True),
        Column("rows", "BIGINT", "how many rows", "rows", True),
        Column("amount", MONEY_SUM, "their money, signed; empty when there is none", "currency"),
        Column("currency", TEXT, "ISO code"),
        Column("first_line", "BIGINT", "line of the first such row in the file"),
    ),
)

REJECTED = Table(
    "sources_rejected",
    "one row per row that was not loaded",
    (
        Column("file", TEXT, "file name", required=True),
        Column("line", "BIGINT", "line in the file; the header is line 1", required=True),
        Column("verdict", TEXT, ", ".join(VERDICTS), required=True),
        Column("reason", TEXT, "why, in plain words", required=True),
        Column("content", TEXT, "the row as text, without unmapped personal columns"),
    ),
)
