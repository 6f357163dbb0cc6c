"""One writer at a time; a lock held by a dead process is nobody's."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from lifeworth.errors import LockedError


@contextmanager
def run_lock(store: Path, purpose: str) -> Iterator[None]:
    """Hold the store for one run.

    The operating system lets go of the lock when the process ends, however it ends, so there are no stale
    locks to clear by hand.

    Raises
    ------
    LockedError
        Another process holds it; says which, and since when.
    """
    path = store / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(_who_holds(path, store)) from None
        note = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds"), "run": purpose}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(note).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _who_holds(path: Path, store: Path) -> str:
    try:
        note = json.loads(path.read_text())
        who = f"run {note['run']} holds the lock (process {note['pid']}, since {note['since']})"
    except (OSError, ValueError, KeyError):
        who = "another run holds the lock"
    return f"{who} on {store}. Wait for it to end, or give this run a store of its own with --store."
