"""The fate of every row: counted by reason, listed row by row, never lost."""

import re
from typing import Any

import numpy as np

from lifeworth.errors import LifeworthError
from lifeworth.sources.cells.cell import literal
from lifeworth.sources.duplicates import OLDER
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.report import FileAccount, Reason, RowClass
from lifeworth.sources.stage import Staged
from lifeworth.store.engine import Engine

# Columns that name or reach a person, or hold what one wrote: never kept in the list of rejected rows unless a field
# was read from them.
_PERSONAL = re.compile(
    r"^name$|surname|contact|e-?mail|phone|mobile|first.?name|last.?name|full.?name|customer.?name|company|address|street|city|zip|postal"
    r"|postcode|birth|\bip\b|card|billing|shipping (name|street|address|city|zip|province|phone|company)|note"
    r"|comment|feedback|verbatim|free.?text",
    re.IGNORECASE,
)


def content_sql(opened: Opened, used: frozenset[str], written: frozenset[str] = frozenset()) -> str:
    """SQL: the raw row as text, without what people wrote and personal columns that no field was read from."""
    kept = [
        f"coalesce(CAST(c{i} AS VARCHAR), '')"
        for i, header in enumerate(opened.headers)
        if header in used or (header not in written and not _PERSONAL.search(header))
    ]
    mark = literal(opened.delimiter or ",")
    return f"concat_ws({mark}, {', '.join(kept)})" if kept else "''"


# What people wrote is kept for its purpose and nowhere else.
_WRITTEN = ("text", "title")
_UNSEEN = "(not shown: it may hold what somebody wrote)"


def used_headers(staged: Staged) -> frozenset[str]:
    """Headers of the columns some field was read from, apart from what people wrote."""
    fields = staged.source.mapped.fields
    return frozenset(cell.header for name, (_, cell) in fields.items() if name not in _WRITTEN)


def written_headers(staged: Staged) -> frozenset[str]:
    """Headers of the columns that may hold what people wrote: in answers, whatever no field was read from."""
    headers = frozenset(staged.source.mapped.opened.headers)
    return headers - used_headers(staged) if staged.source.kind == "surveys" else frozenset()


def account(engine: Engine, staged: Staged, name: str, path: str) -> FileAccount:
    """Count and list the rows of one staged file that were not loaded."""
    opened = staged.source.mapped.opened
    currency = "currency" if "currency" in staged.content else "NULL::VARCHAR"
    rows = engine.rows(
        f"SELECT ruling, {currency}, count(*), CAST(sum(money) AS DECIMAL(38,4)), min(line) "
        f"FROM {staged.relation} GROUP BY ALL"
    )
    loaded = sum(row[2] for row in rows if row[0] is None)
    reasons = [_reason(*row) for row in rows if row[0] is not None]
    if reasons:
        _list_rows(engine, staged, name)
    for fault in opened.faults:
        reasons.append(Reason("quarantined", fault.reason, 1, None, None, fault.line))
    _list_faults(engine, opened, name, is_seen=staged.source.kind != "surveys")
    return _filed(engine, staged.file_no, path, name, opened, staged.source.kind, staged.source.preset, loaded,
                  _merged(reasons), _classes(engine, staged))  # fmt: skip


def account_copy(
    engine: Engine, like: Staged, copy: Opened, file_no: int, name: str, path: str, reason: str
) -> FileAccount:
    """Count and list the rows of a file that is, as a whole, another file again."""
    original = like.source.mapped.opened
    engine.execute(
        f"INSERT INTO sources_rejected SELECT {literal(name)}, line, 'duplicate', {literal(reason)}, "
        f"{content_sql(original, used_headers(like), written_headers(like))} FROM {original.relation}"
    )
    _list_faults(engine, original, name, reason, is_seen=like.source.kind != "surveys")
    rows = original.rows + len(original.faults)
    reasons = (Reason("duplicate", reason, rows, None, None, 2),)
    return _filed(engine, file_no, path, name, copy, like.source.kind, like.source.preset, 0, reasons, ())


def _reason(ruling: str, currency: str | None, rows: int, amount: Any, line: int) -> Reason:
    verdict, _, reason = ruling.partition(": ")
    return Reason(verdict, reason, rows, amount, currency, line)


def _merged(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Equal reasons added up, the commonest first."""
    merged: dict[tuple[str, str, str | None], Reason] = {}
    for one in reasons:
        key = (one.verdict, one.reason, one.currency)
        if key in merged:
            old = merged[key]
            one = Reason(*key[:2], old.rows + one.rows, old.amount, one.currency, min(old.first_line, one.first_line))
        merged[key] = one
    return tuple(sorted(merged.values(), key=lambda r: (-r.rows, r.verdict, r.reason, r.currency or "")))


def _list_rows(engine: Engine, staged: Staged, name: str) -> None:
    opened = staged.source.mapped.opened
    reason = "split_part(s.ruling, ': ', 2)"
    if staged.family.startswith("orders"):
        reason = f"CASE WHEN {reason} = {literal(OLDER)} THEN 'older version of order ' || s.order_id ELSE {reason} END"
    engine.execute(
        f"INSERT INTO sources_rejected SELECT {literal(name)}, s.line, split_part(s.ruling, ': ', 1), {reason}, "
        f"{content_sql(opened, used_headers(staged), written_headers(staged))} FROM (SELECT * FROM {staged.relation} WHERE ruling IS NOT NULL) "
        f"AS s JOIN {opened.relation} AS r USING (line)"
    )


def _list_faults(
    engine: Engine, opened: Opened, name: str, duplicate: str | None = None, *, is_seen: bool = True
) -> None:
    faults = opened.faults
    if not faults:
        return
    verdict = "duplicate" if duplicate else "quarantined"
    engine.append(
        "sources_rejected",
        {
            "file": np.array([name] * len(faults), dtype=object),
            "line": np.array([fault.line for fault in faults], dtype=np.int64),
            "verdict": np.array([verdict] * len(faults), dtype=object),
            "reason": np.array([duplicate or fault.reason for fault in faults], dtype=object),
            "content": np.array([fault.content if is_seen else _UNSEEN for fault in faults], dtype=object),
        },
    )


def _classes(engine: Engine, staged: Staged) -> tuple[RowClass, ...]:
    if staged.shape is None or not staged.shape.has_classes:
        return ()
    rows = engine.rows(
        "SELECT CASE WHEN effect = 'cancellation' THEN class || ', cancelled' ELSE class END AS name, count(*), "
        f"CAST(sum(amount) AS DECIMAL(38,4)) FROM {staged.relation} GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return tuple(RowClass(*row) for row in rows)


def _filed(
    engine: Engine, file_no: int, path: str, name: str, opened: Opened, kind: str, preset: str, loaded: int,
    reasons: tuple[Reason, ...], classes: tuple[RowClass, ...],
) -> FileAccount:  # fmt: skip
    count = {v: sum(r.rows for r in reasons if r.verdict == v) for v in ("duplicate", "quarantined", "ignored")}
    read = loaded + sum(count.values())
    if read != opened.rows + len(opened.faults):
        raise LifeworthError(
            f"{path}: {opened.rows + len(opened.faults):,} rows were read but {read:,} accounted for. "
            "This is a defect of lifeworth; nothing was published."
        )
    filed = FileAccount(
        file_no, path, name, opened.sha256, kind, preset, read, loaded, count["duplicate"], count["quarantined"],
        count["ignored"], reasons, classes,
    )  # fmt: skip
    _write(engine, filed)
    return filed


def _write(engine: Engine, filed: FileAccount) -> None:
    engine.execute(
        "INSERT INTO sources_files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            filed.file_no, filed.path, filed.name, filed.sha256, filed.kind, filed.preset, filed.rows_read,
            filed.rows_loaded, filed.rows_duplicate, filed.rows_quarantined, filed.rows_ignored,
        ],
    )  # fmt: skip
    for r in filed.reasons:
        engine.execute(
            "INSERT INTO sources_reasons VALUES (?, ?, ?, ?, ?, ?, ?)",
            [filed.file_no, r.verdict, r.reason, r.rows, r.amount, r.currency, r.first_line],
        )
