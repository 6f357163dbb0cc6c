"""What the page was measured with."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from accuracy_parts.evaluate import PEER


def versions(results: list[dict[str, Any]]) -> str:
    """Packages and their versions, ours and the peer's."""
    ours = sorted({r["lifeworth_version"] for r in results if "lifeworth_version" in r})
    peers = sorted({r["notes"][PEER]["version"] for r in results if PEER in r["notes"]})
    installed = [f"{name} {version(name)}" for name in ("lightgbm", "numpy", "duckdb")]
    return ", ".join([f"lifeworth {' / '.join(ours)}", f"lifetimes {' / '.join(peers)}", *installed])


def machine() -> str:
    """Processor, cores, system and Python."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
