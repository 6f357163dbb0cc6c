"""Into parquet: typed cells, read in place."""

from pathlib import Path

from lifeworth.errors import InputError
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.opening.probe import fingerprint
from lifeworth.store.engine import Engine, one_file

PARQUET_MAGIC = b"PAR1"


def open_parquet(engine: Engine, path: Path, relation: str) -> Opened:
    """A view over a parquet file; ``line`` is the row's number in the file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        if file.read() != PARQUET_MAGIC:
            raise InputError(
                "the parquet file stops before its end", file=str(path), remedy="Copy or export the file again."
            )
    source = f"read_parquet({one_file(path)}, file_row_number=true, hive_partitioning=false)"
    shape = {
        str(name): str(kind)
        for name, kind, *_ in engine.rows(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}")
    }
    cells = ", ".join('"' + name.replace('"', '""') + f'" AS c{i}' for i, name in enumerate(shape))
    engine.execute(f"CREATE OR REPLACE VIEW {relation} AS SELECT file_row_number + 1 AS line, {cells} FROM {source}")
    rows = int(engine.value(f"SELECT count(*) FROM {relation}"))
    if rows == 0:
        raise InputError("the file has columns but no rows", file=str(path), found=", ".join(shape))
    print_ = fingerprint(path)
    return Opened(relation, tuple(shape), tuple(shape.values()), rows, print_, print_, "parquet")
