"""lifeworth in a notebook: frames in, frames out.

Takes pandas, polars or pyarrow tables (or paths) and gives back the kind it was given.
"""

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import narwhals as nw

from lifeworth.errors import UsageError
from lifeworth.refresh import Request
from lifeworth.refresh import run as flow
from lifeworth.settings import Settings, read_settings
from lifeworth.sources import FileRequest, FrameRequest, Kind


@dataclass(frozen=True)
class Result:
    """A finished run.

    Attributes
    ----------
    customer_value : frame
        One row per customer, in the kind of frame the orders came in (pandas when they came as a file).
    league_table : frame
        Ours beside every model and simple floor on each past day that was forecast blind.
    record : dict
        What ``run.json`` holds: inputs, accounting, totals, warnings.
    folder : Path
        Where the files stand.
    """

    customer_value: Any = field(repr=False)
    league_table: Any = field(repr=False)
    record: dict[str, Any] = field(repr=False)
    folder: Path

    @property
    def warnings(self) -> list[str]:
        """What to know before believing the numbers, in plain sentences."""
        return list(self.record["warnings"])

    def report(self) -> Path:
        """Path of the report, one HTML file that works offline."""
        return self.folder / "report.html"


def run(
    orders: Any,
    *,
    beside: Mapping[Kind, Any] | None = None,
    as_of: str | date | None = None,
    horizon_days: int = 365,
    interval_level: float = 0.8,
    discount: float = 0.10,
    currency: str | None = None,
    margin: float | None = None,
    mapping: dict[str, str] | None = None,
    config: str | Path | None = None,
    out: str | Path | None = None,
    threads: int = 2,
    seed: int = 1,
    fast: bool = False,
) -> Result:
    """Value every customer from a frame, a file, or a list of them.

    Parameters
    ----------
    orders : frame, path, or list of either
        Orders or order lines, and tables beside them; recognised by their columns like the files of ``lifeworth run``.
    beside : dict, optional
        Kind: frame, path or list, for tables whose columns do not tell what they are, such as ``{"surveys": notes}``.
    as_of : date, optional
        What happened on or after it is the future.
    horizon_days : int
        Days ahead that value looks.
    mapping : dict, optional
        field: column, for columns that are not recognised.
    out : path, optional
        Folder for the result; by default a temporary one that lives as long as the result.

    Examples
    --------
    >>> import pandas as pd, lifeworth as lw
    >>> orders = pd.DataFrame({"customer_id": ["a", "b", "a"], "date": ["2026-01-05", "2026-01-09", "2026-02-11"],
    ...                        "amount": [20.0, 35.0, 25.0]})
    >>> result = lw.run(orders, as_of="2026-03-01", horizon_days=90)
    >>> list(result.customer_value["customer_id"])
    ['a', 'b']
    """
    given = _listed(orders)
    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="lifeworth-"))
    settings = read_settings(Path(config) if config else None)
    request = Request(
        files=_requests(given, beside or {}),
        out=folder,
        settings=_settled(settings, currency, mapping).with_margin(margin),
        as_of=_day(as_of),
        horizon_days=horizon_days,
        interval_level=interval_level,
        discount=discount,
        threads=threads,
        seed=seed,
        fast=fast,
    )
    try:
        outcome = flow(request)
    except BaseException:
        if out is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    backend = _backend(given)
    result = Result(
        customer_value=_frame(folder / "customer_value.parquet", backend),
        league_table=_frame(folder / "tables" / "backtest_league.parquet", backend),
        record=dict(outcome.record),
        folder=folder,
    )
    if out is None:
        weakref.finalize(result, shutil.rmtree, folder, ignore_errors=True)
    return result


def _day(as_of: str | date | None) -> date | None:
    """A day from text, a date, or anything that carries one (datetime, pandas.Timestamp)."""
    if isinstance(as_of, datetime):
        return as_of.date()
    if isinstance(as_of, str):
        try:
            return date.fromisoformat(as_of)
        except ValueError:
            raise UsageError(f"as_of is a date written YYYY-MM-DD, such as 2026-01-31. Got {as_of!r}.") from None
    return as_of


def _settled(settings: Settings, currency: str | None, mapping: dict[str, str] | None) -> Settings:
    changes: dict[str, Any] = {"map": {**settings.map, **(mapping or {})}}
    if currency:
        changes["currency"] = currency
    return settings.model_copy(update=changes)


def _listed(given: Any) -> list[Any]:
    return list(given) if isinstance(given, list | tuple) else [given]


def _requests(given: list[Any], beside: Mapping[Kind, Any]) -> tuple[FileRequest | FrameRequest, ...]:
    """Tables to recognise first, then those named for a kind."""
    named = [(item, kind, f"{kind}_{n}") for kind, some in beside.items() for n, item in enumerate(_listed(some), 1)]
    plain: list[tuple[Any, Kind | None, str]] = [(item, None, f"orders_{n}") for n, item in enumerate(given, 1)]
    return tuple(_request(*one) for one in (*plain, *named))


def _request(item: Any, kind: Kind | None, name: str) -> FileRequest | FrameRequest:
    if isinstance(item, str | Path):
        return FileRequest(Path(item), kind)
    return FrameRequest(item, name, kind)


Backend = Literal["pandas", "polars", "pyarrow"]


def _backend(given: Any) -> Backend:
    for item in given:
        if not isinstance(item, str | Path):
            implementation = nw.from_native(item, eager_only=True).implementation
            return "polars" if implementation.is_polars() else "pyarrow" if implementation.is_pyarrow() else "pandas"
    return "pandas"


def _frame(path: Path, backend: Backend) -> Any:
    return nw.read_parquet(str(path), backend=backend).to_native()
