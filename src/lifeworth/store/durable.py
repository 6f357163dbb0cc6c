"""Files that are on the disk, not only on their way to it, and that nobody else may read."""

import contextlib
import os
from pathlib import Path


def write_durably(path: Path, text: str) -> None:
    """Write a private text file; when this returns, it outlives a power cut."""
    with open(path, "w", encoding="utf-8", opener=private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Have the disk hold a file or the names in a folder; where a file system cannot, it is left as it is."""
    handle = os.open(path, os.O_RDONLY)
    with contextlib.suppress(OSError):
        os.fsync(handle)
    os.close(handle)


def private(path: str, flags: int) -> int:
    """An opener for :func:`open`: what it creates only its owner may read."""
    return os.open(path, flags, 0o600)
