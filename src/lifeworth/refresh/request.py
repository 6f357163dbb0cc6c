"""What one run is asked to do."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lifeworth.errors import UsageError
from lifeworth.settings import Settings
from lifeworth.sources import Request as SourceRequest

MOST_THREADS = 256


@dataclass(frozen=True)
class Request:
    """A run: which files, which day, how far ahead, how sure.

    Attributes
    ----------
    as_of : date, optional
        What happened on or after its midnight is the future; default the day after the last order.
    horizon_days : int
        How far ahead ``value`` looks.
    interval_level : float
        Share of possible futures a range holds.
    discount : float
        Annual rate.
    fast : bool
        Consider fewer models.
    accept : str, optional
        Why the result is published even where a gate would hold it back.
    """

    files: tuple[SourceRequest, ...]
    out: Path
    settings: Settings = field(default_factory=Settings)
    store: Path | None = None
    as_of: date | None = None
    horizon_days: int = 365
    interval_level: float = 0.8
    discount: float = 0.10
    threads: int = 2
    seed: int = 1
    fast: bool = False
    accept: str | None = None

    def __post_init__(self) -> None:
        if not self.files:
            raise UsageError("No file was given. Try: lifeworth run orders.csv")
        if not 1 <= self.horizon_days <= 36500:
            raise UsageError(f"--horizon is a number of days from 1 to 36,500. Got {self.horizon_days}.")
        if not 0.01 <= self.interval_level <= 0.99:
            raise UsageError(f"--interval is a share from 0.01 to 0.99, such as 0.8. Got {self.interval_level}.")
        if not 0 <= self.discount <= 1:
            raise UsageError(f"--discount is an annual rate from 0 to 1, such as 0.10 for 10 %. Got {self.discount:g}.")
        if not 1 <= self.threads <= MOST_THREADS:
            raise UsageError(f"--threads is a number from 1 to {MOST_THREADS}. Got {self.threads}.")
        if self.seed < 0:
            raise UsageError(f"--seed is a whole number from 0 up. Got {self.seed}.")

    @property
    def store_folder(self) -> Path:
        """Where loads, runs and published versions are kept."""
        return self.store or self.out / "store"

    def run_id(self, hashes: list[str], as_of: date, version: str) -> str:
        """The same for the same data, settings and version, so that equal requests give equal bytes."""
        facts = [
            sorted(hashes),
            self.settings.model_dump(mode="json"),
            as_of.isoformat(),
            [self.horizon_days, self.interval_level, self.discount, self.seed, self.fast],
            version,
        ]
        return "run-" + hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]
