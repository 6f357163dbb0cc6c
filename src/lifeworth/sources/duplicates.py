"""The same rows twice: in one file, or in several exports that overlap. Nothing is ever counted twice.

A key (an order id) in several files is compared as a whole: the same rows are duplicates, a part of a fuller
version is a duplicate of it, and truly different versions are a conflict that the newest file wins. Rows
without a key are compared by content, and the file that has most of them decides how often they count. Where
the first entry counts (an assignment), later ones are duplicates of it. The order in which files are given never
matters.
"""

from collections.abc import Mapping, Sequence

from lifeworth.sources.cells.cell import literal
from lifeworth.sources.stage import Staged, materialise, overrule
from lifeworth.store.engine import Engine

OLDER = "older version of an order"
_COMPARED = "(ruling IS NULL OR starts_with(ruling, 'ignored'))"


def _hash(staged: Staged) -> str:
    """SQL: a fingerprint of what a row says, whatever wrapper it came in."""
    columns = ", ".join(f'"{name}"' for name in staged.content)
    return f"hash({columns})"


def within_one_file(engine: Engine, staged: Staged) -> tuple[Staged, int]:
    """Settle repeats inside one file; also the number of keys that came in several versions."""
    if staged.mode == "unique":
        repeats = f"count({staged.key}) > count(DISTINCT {staged.key})"
        if engine.value(f"SELECT {repeats} FROM {staged.relation}"):
            return _unique_within(engine, staged)
    if staged.mode == "grouped" and staged.has_row_ids:
        return _row_ids_within(engine, staged), 0
    return staged, 0


def _unique_within(engine: Engine, staged: Staged) -> tuple[Staged, int]:
    """One row per key: equal rows are duplicates; of different ones the latest stands, or the earliest."""
    staged = materialise(engine, staged)
    order = "ASC" if staged.keeps == "earliest" else "DESC"
    moment = "happened_at" if "happened_at" in staged.content else "NULL::TIMESTAMP"
    ranked = (
        f"SELECT line, {staged.key} AS k, {_hash(staged)} AS h, first_value({_hash(staged)}) OVER w AS best, "
        f"row_number() OVER w AS place FROM {staged.relation} WHERE {_COMPARED} AND {staged.key} IS NOT NULL "
        f"WINDOW w AS (PARTITION BY {staged.key} ORDER BY {moment} {order} NULLS LAST, line {order})"
    )
    conflicts = 0
    if staged.keeps == "latest":
        conflicts = int(engine.value(f"SELECT count(DISTINCT k) FROM ({ranked}) WHERE h <> best"))
    older = literal("duplicate: " + _older(staged))
    rulings = (
        f"SELECT line, CASE WHEN h = best THEN 'duplicate: the same row twice in this file' ELSE {older} END "
        f"AS ruling FROM ({ranked}) WHERE place > 1"
    )
    overrule(engine, staged, rulings)
    return staged, conflicts


def _older(staged: Staged) -> str:
    if staged.keeps == "earliest":
        return f"a later entry of the same in {staged.family}"
    return OLDER if staged.family.startswith("orders") else f"older version of the same entry in {staged.family}"


def _row_ids_within(engine: Engine, staged: Staged) -> Staged:
    """Equal lines are real (bought twice) unless their own row id proves that one is a copy."""
    staged = materialise(engine, staged)
    copies = (
        f"SELECT line, row_number() OVER (PARTITION BY order_id, row_id, {_hash(staged)} ORDER BY line) AS n "
        f"FROM {staged.relation} WHERE row_id IS NOT NULL AND {_COMPARED}"
    )
    reason = "'duplicate: the same row id twice in this file'"
    overrule(engine, staged, f"SELECT line, {reason} AS ruling FROM ({copies}) WHERE n > 1")
    return staged


def across_files(engine: Engine, files: Sequence[Staged], names: Mapping[int, str]) -> tuple[list[Staged], int]:
    """Settle repeats across the files of one family; also the number of keys in conflict.

    ``names``: file number → the name duplicates are reported under. Files must be settled within themselves.
    """
    if len(files) < 2:
        return list(files), 0
    files = [materialise(engine, file) for file in files]
    if files[0].keeps == "earliest":
        _settle_earliest(engine, files, names)
        return files, 0
    if all(file.key is not None for file in files):
        return files, _settle_keyed(engine, files, names)
    _settle_loose(engine, files, names)
    return files, 0


def _pool(engine: Engine, files: Sequence[Staged]) -> None:
    """All comparable rows of the files: file, line, key, content hash, and which copy of it within key and file."""
    parts = []
    for file in files:
        key = file.key or "''"
        parts.append(
            f"SELECT {file.file_no} AS f, line, {key} AS k, {_hash(file)} AS h "
            f"FROM {file.relation} WHERE {_COMPARED} AND {key} IS NOT NULL"
        )
    engine.execute(
        "CREATE OR REPLACE TABLE sources_pool AS SELECT *, row_number() OVER (PARTITION BY f, k, h ORDER BY line) "
        f"AS copy FROM ({' UNION ALL '.join(parts)})"
    )


def _settle_loose(engine: Engine, files: Sequence[Staged], names: Mapping[int, str]) -> None:
    _pool(engine, files)
    kept = "SELECT h, copy, min(f) AS winner FROM sources_pool GROUP BY h, copy HAVING count(*) > 1"
    for file in files:
        overrule(
            engine,
            file,
            f"SELECT p.line, {_already(names, 'w.winner')} AS ruling FROM sources_pool AS p "
            f"JOIN ({kept}) AS w USING (h, copy) WHERE p.f = {file.file_no} AND w.winner <> p.f",
        )
    engine.execute("DROP TABLE sources_pool")


def _settle_earliest(engine: Engine, files: Sequence[Staged], names: Mapping[int, str]) -> None:
    """What happened first counts, whichever file tells it; a later entry is no newer version of it."""
    parts = " UNION ALL ".join(
        f"SELECT {file.file_no} AS f, line, {file.key} AS k, happened_at AS moment, {_hash(file)} AS h FROM {file.relation} "
        f"WHERE {_COMPARED}"
        for file in files
    )
    engine.execute(
        "CREATE OR REPLACE TABLE sources_pool AS SELECT *, first_value(f) OVER w AS winner, first_value(h) OVER w AS best "
        f"FROM ({parts}) WINDOW w AS (PARTITION BY k ORDER BY moment NULLS LAST, h, f)"
    )
    later = literal("duplicate: " + _older(files[0]))
    for file in files:
        overrule(
            engine,
            file,
            f"SELECT line, CASE WHEN h = best THEN {_already(names, 'winner')} ELSE {later} END AS ruling "
            f"FROM sources_pool WHERE f = {file.file_no} AND winner <> f",
        )
    engine.execute("DROP TABLE sources_pool")


def _settle_keyed(engine: Engine, files: Sequence[Staged], names: Mapping[int, str]) -> int:
    _pool(engine, files)
    _age(engine, files)
    engine.execute(
        "CREATE OR REPLACE TABLE sources_versions AS "
        "WITH shared AS (SELECT k FROM sources_pool GROUP BY k HAVING count(DISTINCT f) > 1), "
        "whole AS (SELECT k, count(DISTINCT (h, copy)) AS n FROM sources_pool SEMI JOIN shared USING (k) GROUP BY k), "
        "one AS (SELECT k, f, count(*) AS n FROM sources_pool SEMI JOIN shared USING (k) GROUP BY k, f), "
        # A file that has every row any file has is the fullest; else the newest file speaks.
        "ranked AS (SELECT one.k, one.f, one.n = whole.n AS is_full, age.place FROM one JOIN whole USING (k) "
        "JOIN sources_ages AS age USING (f)) "
        "SELECT k, arg_max(f, (CASE WHEN is_full THEN 1 ELSE 0 END, "
        "CASE WHEN is_full THEN -f ELSE place END)) AS winner FROM ranked GROUP BY k"
    )
    # A loser whose rows all stand in the winner is a duplicate of it; any other loser is an older version.
    engine.execute(
        "CREATE OR REPLACE TABLE sources_losers AS SELECT p.f, p.k, v.winner, "
        "bool_and(q.k IS NOT NULL) AS is_part FROM sources_pool AS p JOIN sources_versions AS v USING (k) "
        "LEFT JOIN sources_pool AS q ON q.f = v.winner AND q.k = p.k AND q.h = p.h AND q.copy = p.copy "
        "WHERE p.f <> v.winner GROUP BY p.f, p.k, v.winner"
    )
    older = literal("duplicate: " + _older(files[0]))
    for file in files:
        overrule(
            engine,
            file,
            f"SELECT p.line, CASE WHEN l.is_part THEN {_already(names, 'l.winner')} ELSE {older} END AS ruling "
            f"FROM sources_pool AS p JOIN sources_losers AS l USING (f, k) WHERE p.f = {file.file_no}",
        )
    conflicts = int(engine.value("SELECT count(DISTINCT k) FROM sources_losers WHERE NOT is_part"))
    for table in ("sources_pool", "sources_ages", "sources_versions", "sources_losers"):
        engine.execute(f"DROP TABLE {table}")
    return conflicts


def _age(engine: Engine, files: Sequence[Staged]) -> None:
    """Rank files from oldest (1) to newest by the largest date inside; their content breaks a tie."""
    parts = []
    for file in files:
        moment = "max(happened_at)" if "happened_at" in file.content else "NULL::TIMESTAMP"
        parts.append(
            f"SELECT {file.file_no} AS f, {moment} AS newest, sum(CAST({_hash(file)} AS HUGEINT)) AS mark "
            f"FROM {file.relation} WHERE {_COMPARED}"
        )
    engine.execute(
        "CREATE OR REPLACE TABLE sources_ages AS SELECT f, row_number() OVER "
        f"(ORDER BY newest NULLS FIRST, mark, f) AS place FROM ({' UNION ALL '.join(parts)})"
    )


def _already(names: Mapping[int, str], winner: str) -> str:
    cases = " ".join(f"WHEN {number} THEN {literal('duplicate: already in ' + name)}" for number, name in names.items())
    return f"CASE {winner} {cases} END"
