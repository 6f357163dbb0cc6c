"""Only the past: what every method would have said on earlier days, held against what came. Nothing is published."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifeworth.backtest.choice import weights_in_words
from lifeworth.errors import DataError
from lifeworth.maths.one_thread import one_thread
from lifeworth.refresh.record import plain_rows, total_words
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.store.duckdb.engine import DuckDB


@dataclass(frozen=True)
class Blind:
    """The league table and what was chosen by it; rows as plain dictionaries, oldest cut first."""

    verdict: str
    kind: str
    league: list[dict[str, Any]]
    weights: list[dict[str, Any]]
    dropped: list[dict[str, Any]]
    total: dict[str, Any] | None
    groups: list[dict[str, Any]]
    diagnostics: list[dict[str, Any]]
    warnings: list[str]
    seconds: float


@one_thread()
def backtest(request: Request, stages: Stages | None = None) -> Blind:
    """Read the files and forecast the past blind.

    Raises
    ------
    DataError
        The history is too short to forecast any of it; says why.
    """
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="lifeworth-") as name:
        scratch = Path(name)
        engine = DuckDB(scratch / "river.duckdb", threads=request.threads, scratch=scratch / "spill")
        try:
            known = understand(engine, request, stages or Stages(quiet=True), scratch)
            choice = known.proof.choice
            if choice is None:
                raise DataError(known.proof.verdict)
            return Blind(
                known.proof.verdict,
                choice.kind,
                plain_rows(engine, "SELECT * FROM backtest_league"),
                weights_in_words(choice.blend),
                plain_rows(engine, "SELECT * FROM backtest_dropped"),
                total_words(known.proof),
                plain_rows(engine, "SELECT * FROM backtest_groups"),
                plain_rows(engine, "SELECT * FROM backtest_diagnostics"),
                list(dict.fromkeys([*known.loaded.warnings, *known.proof.warnings, *known.forecaster.warnings_])),
                time.perf_counter() - began,
            )
        finally:
            engine.close()
