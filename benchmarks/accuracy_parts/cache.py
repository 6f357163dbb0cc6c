"""Results on disk, one JSON line a cut; the newest line of a cut counts."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from accuracy_parts.data_sets import DATA_SETS, Cut, DataSet

Result = dict[str, Any]
Key = tuple[str, str, int]


def planned() -> list[tuple[DataSet, Cut]]:
    """Every cut of the page, in its order."""
    return [(data_set, cut) for data_set in DATA_SETS for cut in data_set.cuts]


def key_of(data_set: DataSet, cut: Cut) -> Key:
    """What names a cut in the file."""
    return data_set.name, cut.day.isoformat(), cut.horizon_days


def append(path: Path, result: Result) -> None:
    """Add one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(result, default=_plain) + "\n")


def read(path: Path) -> dict[Key, Result]:
    """The newest result of every cut that was measured."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    results = [json.loads(line) for line in lines if line.strip()]
    return {(r["data_set"], r["cut"], r["horizon_days"]): r for r in results}


def in_order(results: dict[Key, Result]) -> list[Result]:
    """The results of planned cuts, in the order of the page."""
    return [results[key_of(*one)] for one in planned() if key_of(*one) in results]


def missing(results: Iterable[Key]) -> list[Key]:
    """Planned cuts that have no result yet."""
    there = set(results)
    return [key_of(*one) for one in planned() if key_of(*one) not in there]


def _plain(value: Any) -> Any:
    """Numbers of numpy, as Python's own."""
    return value.item()
