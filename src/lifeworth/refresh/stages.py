"""How long each stage took, how much memory, and what a person sees meanwhile."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status


@dataclass
class Stages:
    """A log of stages; shows progress on a terminal, stays silent when asked or when nobody watches."""

    quiet: bool = False
    log: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._shown = not self.quiet and self._console.is_terminal
        self._status: Status | None = None
        self._title = ""

    @contextmanager
    def stage(self, name: str, title: str) -> Iterator[None]:
        """Time a stage; on a terminal show its title with a spinner, then a tick and its seconds."""
        began = time.perf_counter()
        self._title = title
        if self._shown:
            self._status = self._console.status(title)
            self._status.start()
        try:
            yield
        finally:
            if self._status is not None:
                self._status.stop()
                self._status = None
        seconds = time.perf_counter() - began
        self.log.append({"name": name, "seconds": round(seconds, 3), "peak_mb": peak_mb()})
        if self._shown:
            self._console.print(f"[green]✓[/green] {title} [dim]{seconds:.1f} s[/dim]")

    def tell(self, detail: str) -> None:
        """Say how far the running stage is."""
        if self._status is not None:
            self._status.update(f"{self._title} [dim]{detail}[/dim]")


def peak_mb() -> float:
    """Most memory this process has held so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
