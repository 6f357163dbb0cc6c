"""Predictions kept until they can be held against what happened.

::

    STORE/predictions/
    └── 2026-01-31_run-0123456789ab/
        ├── customers.parquet    what was said of each customer
        ├── weeks.parquet        what was said of each coming week, for the customers known that day
        └── facts.json           which run, which day, how far ahead, how sure, which model

Published versions are dropped after a few runs; these stay, every one of the last five weeks and of each month before
that the first of its kind. A prediction is written aside and renamed, so it is there whole or not at all.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from lifeworth.store.durable import sync, write_durably
from lifeworth.store.engine import Engine

FOLDER = "predictions"
ASIDE = ".coming"
FACTS = "facts.json"
ALL_KEPT_DAYS = 35
_CUSTOMERS = """
SELECT customer_id, revenue_mean, revenue_low, revenue_high, value_mean, value_low, value_high, orders_mean, p_alive
FROM values_customers ORDER BY customer_id"""
_WEEKS = "SELECT week, week_start, expected_orders, expected_revenue FROM values_weeks ORDER BY week"


@dataclass(frozen=True)
class Facts:
    """What a prediction was made with.

    Attributes
    ----------
    discount : float
        Annual rate that ``value`` was discounted with.
    base : mapping
        Totals of the base: ``<measure>_mean``, ``_low`` and ``_high``.
    weekly_spread : float, optional
        Typical relative distance of a week's purchases from the model's curve before ``as_of``.
    """

    run_id: str
    as_of: date
    horizon_days: int
    interval_level: float
    discount: float
    currency: str | None
    basis: str
    model: str
    base: Mapping[str, float]
    seed: int
    version: str
    weekly_spread: float | None = None


@dataclass(frozen=True)
class Archived:
    """A prediction on disk: its facts and the folder its tables stand in."""

    facts: Facts
    folder: Path

    @property
    def customers(self) -> Path:
        """One row per customer known on the day."""
        return self.folder / "customers.parquet"

    @property
    def weeks(self) -> Path:
        """One row per week of the horizon."""
        return self.folder / "weeks.parquet"


def archive(engine: Engine, store: Path, facts: Facts) -> Archived:
    """Keep ``values_customers`` and ``values_weeks`` as the prediction of a run.

    A run that is there already is left as it is.

    Parameters
    ----------
    engine : Engine
        Holds ``values_customers`` and ``values_weeks`` (week, week_start, expected_orders, expected_revenue).
    store : Path
        Folder of the store; call with its lock held.
    """
    shelf = store / FOLDER
    kept = Archived(facts, shelf / f"{facts.as_of.isoformat()}_{facts.run_id}")
    if (kept.folder / FACTS).exists():
        return kept
    shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = shelf / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    for sql, name in ((_CUSTOMERS, "customers.parquet"), (_WEEKS, "weeks.parquet")):
        engine.to_parquet(sql, aside / name)
        sync(aside / name)
    write_durably(aside / FACTS, json.dumps(asdict(facts) | {"as_of": facts.as_of.isoformat()}, indent=1))
    sync(aside)
    os.rename(aside, kept.folder)
    sync(shelf)
    return kept


def predictions(store: Path) -> list[Archived]:
    """Every kept prediction, oldest day first; of runs on the same day, the last one written comes last."""
    shelf = store / FOLDER
    if not shelf.is_dir():
        return []
    found = [file.parent for file in shelf.glob(f"*/{FACTS}") if file.parent.name != ASIDE]
    kept = [Archived(_facts(folder / FACTS), folder) for folder in found]
    return sorted(kept, key=lambda a: (a.facts.as_of, (a.folder / FACTS).stat().st_mtime_ns, a.facts.run_id))


def thin_out(store: Path, today: date) -> int:
    """Of what was said more than 35 days before ``today``, keep each month's first; how many went.

    Predictions of another horizon, currency or basis are another kind. Call with the store's lock held: the facts
    go first, so a prediction half removed is no prediction, and the rest of it goes with the next call.
    """
    firsts, gone = set[tuple[object, ...]](), 0
    for each in predictions(store):
        facts = each.facts
        kind = (facts.as_of.year, facts.as_of.month, facts.horizon_days, facts.currency, facts.basis)
        if kind in firsts and (today - facts.as_of).days > ALL_KEPT_DAYS:
            (each.folder / FACTS).unlink()
            gone += 1
        firsts.add(kind)
    shelf = store / FOLDER
    for folder in shelf.iterdir() if shelf.is_dir() else ():
        if not (folder / FACTS).exists():
            shutil.rmtree(folder, ignore_errors=True)
    return gone


def _facts(path: Path) -> Facts:
    said = json.loads(path.read_text(encoding="utf-8"))
    return Facts(**said | {"as_of": date.fromisoformat(said["as_of"])})
