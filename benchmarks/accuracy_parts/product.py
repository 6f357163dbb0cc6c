"""Runs lifeworth as a user does and reads what it wrote."""

import csv
import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accuracy_parts.data_sets import Cut, DataSet
from accuracy_parts.history import Floats


@dataclass(frozen=True)
class Ours:
    """The forecast by customer, in the order of the file, shape (customers,), and the range of the whole base."""

    ids: NDArray[np.str_]
    mean: Floats
    low: Floats
    high: Floats
    base_low: float
    base_high: float
    interval_level: float
    basis: str
    chosen: str
    version: str
    seconds: float


def run_product(files: list[Path], data_set: DataSet, cut: Cut, out: Path) -> Ours:
    """One whole run, from the files to the customer table; wall seconds of the process."""
    shutil.rmtree(out, ignore_errors=True)
    program = Path(sys.executable).with_name("lifeworth")
    command = [
        str(program),
        "run",
        *map(str, files),
        "--as-of",
        cut.day.isoformat(),
        "--horizon",
        str(cut.horizon_days),
    ]
    began = time.perf_counter()
    said = subprocess.run(
        [*command, *data_set.options, "--out", str(out), "--quiet"], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if said.returncode:
        raise RuntimeError(f"lifeworth ended with {said.returncode}: {(said.stderr or said.stdout).strip()[-400:]}")
    return read_result(out, data_set.column, seconds)


def read_result(out: Path, column: str, seconds: float) -> Ours:
    """The customer table and the run record, as written."""
    with (out / "customer_value.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    record: dict[str, Any] = json.loads((out / "run.json").read_text(encoding="utf-8"))
    basis = str(record["basis"])
    if column == "value" and basis != "profit":
        raise RuntimeError(f"lifeworth counted value in {basis}, not in profit")

    def numbers(part: str) -> Floats:
        return np.array([float(row[f"{column}_{part}"]) for row in rows])

    return Ours(
        ids=np.array([plain_id(row["customer_id"]) for row in rows]),
        mean=numbers("mean"),
        low=numbers("low"),
        high=numbers("high"),
        base_low=float(record["base"][f"{column}_low"]),
        base_high=float(record["base"][f"{column}_high"]),
        interval_level=float(record["interval_level"]),
        basis=basis,
        chosen=str(record["model"]["chosen"]),
        version=str(record["lifeworth_version"]),
        seconds=seconds,
    )


def plain_id(text: str) -> str:
    """A whole number written as 12345.0 is 12345."""
    return text[:-2] if text.endswith(".0") else text
