"""Write aside, check, then move one pointer.

::

    STORE/
    ├── lock                 held by the run that writes
    ├── loads.jsonl          every file ever read: SHA-256, rows, run; appended, never rewritten
    ├── work/                what a run writes before it is done; swept by the next run
    └── published/
        ├── 1/, 2/, …        whole results, never changed once there
        └── current          the pointer: number and manifest hash of the served one

A reader follows the pointer and sees one whole result, the old or the new, at every moment. The result
folder a person asked for (``--out``) receives links to the same files, renamed into place; should a run die
between two of those renames, a note left beside them makes the next command finish the work.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifeworth.errors import DataError
from lifeworth.store.durable import private, sync, write_durably

KEPT_VERSIONS = 5
MANIFEST = "manifest.json"
UNFINISHED = ".lifeworth-publishing"
ORIGIN = ".lifeworth-origin"
VERDICT = "monitoring.json"
ROOMS = ("sources", "ledger", "backtest", "values", "monitoring")


@dataclass(frozen=True)
class Published:
    """A whole result: its number and the folder it stands in."""

    version: int
    folder: Path


class Publisher:
    """The published versions of one store.

    Parameters
    ----------
    store : Path
        Folder of the store; made when missing, readable by its owner only.
    """

    def __init__(self, store: Path) -> None:
        self.store = store.absolute()
        self.published = self.store / "published"
        for folder in (self.store, self.published):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def current(self) -> Published | None:
        """The served version, or none before the first run."""
        try:
            version = int(json.loads((self.published / "current").read_text())["version"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            return self._newest_whole()
        served = Published(version, self.published / str(version))
        return served if (served.folder / MANIFEST).exists() else self._newest_whole()

    def _newest_whole(self) -> Published | None:
        """Where the pointer itself is damaged: the newest version that still matches its manifest."""
        numbers = sorted((int(f.name) for f in self.published.iterdir() if f.name.isdigit()), reverse=True)
        for number in numbers:
            candidate = Published(number, self.published / str(number))
            try:
                verify(candidate)
            except (DataError, OSError, ValueError):
                continue
            return candidate
        return None

    def sweep(self) -> None:
        """Remove what a run that died left behind. Call with the lock held."""
        shutil.rmtree(self.store / "work", ignore_errors=True)
        served = self.current()
        for folder in self.published.iterdir():
            if folder.name.isdigit() and (served is None or int(folder.name) > served.version):
                shutil.rmtree(folder)
        (self.published / "current.new").unlink(missing_ok=True)

    def workplace(self) -> Path:
        """An empty folder to write the next result in."""
        folder = self.store / "work" / "result"
        folder.mkdir(parents=True, mode=0o700)
        return folder

    def next(self) -> Published:
        """What the next version will be called and where it will stand."""
        served = self.current()
        version = served.version + 1 if served else 1
        return Published(version, self.published / str(version))

    def publish(self, folder: Path) -> Published:
        """Make a finished folder the served version in one step, and drop versions long past."""
        coming = self.next()
        version, target = coming.version, coming.folder
        write_durably(folder / MANIFEST, json.dumps(_manifest(folder), indent=1))
        for file in _files(folder):
            sync(file)
        os.rename(folder, target)
        sync(self.published)
        pointer = {"version": version, "manifest_sha256": sha256_of(target / MANIFEST)}
        write_durably(self.published / "current.new", json.dumps(pointer))
        os.replace(self.published / "current.new", self.published / "current")
        sync(self.published)
        self._forget_old()
        return Published(version, target)

    def _forget_old(self) -> None:
        """Keep the newest few results; one that was brought back is no other result."""
        whole, results = self.versions(), list[bytes]()
        for version in reversed(whole):
            folder = self.published / str(version)
            content = (folder / MANIFEST).read_bytes()
            if content not in results:
                results.append(content)
            if results.index(content) >= KEPT_VERSIONS:
                shutil.rmtree(folder, ignore_errors=True)
        for folder in self.published.iterdir():
            if folder.name.isdigit() and int(folder.name) not in whole and int(folder.name) < max(whole, default=0):
                shutil.rmtree(folder, ignore_errors=True)

    def record_loads(self, loads: Iterable[dict[str, Any]]) -> None:
        """Append what was read to the load ledger, which no database holds."""
        with open(self.store / "loads.jsonl", "a", encoding="utf-8") as ledger:
            for load in loads:
                ledger.write(json.dumps(load, sort_keys=True) + "\n")
            ledger.flush()
            os.fsync(ledger.fileno())

    def versions(self) -> list[int]:
        """Numbers of the versions that are kept, oldest first."""
        numbers = (int(f.name) for f in self.published.iterdir() if f.name.isdigit())
        return sorted(n for n in numbers if (self.published / str(n) / MANIFEST).exists())

    def one_back(self) -> Published | None:
        """The version before what is served now; a version that was brought back counts as its original."""
        served = self.current()
        if served is None:
            return None
        content = (served.folder / MANIFEST).read_bytes()
        earlier = [Published(n, self.published / str(n)) for n in self.versions() if n < served.version]
        same = [v.version for v in earlier if (v.folder / MANIFEST).read_bytes() == content]
        first = min([served.version, *same])
        older = [v for v in earlier if v.version < first]
        return older[-1] if older else None

    def bring_back(self, past: Published) -> Published:
        """Publish an older version's files again under a new number; no version is touched or taken away for it.

        Call with the lock held.

        Raises
        ------
        DataError
            The older version is not what was published then; the served one stays in place.
        """
        verify(past)
        folder = self.workplace()
        for file in _files(past.folder):
            if file.name != MANIFEST:
                target = folder / file.relative_to(past.folder)
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                _link(file, target)
        return self.publish(folder)

    def record_decision(self, decision: dict[str, Any]) -> None:
        """Append what a person decided to ``decisions.jsonl``, which is never rewritten."""
        with open(self.store / "decisions.jsonl", "a", encoding="utf-8", opener=private) as journal:
            journal.write(json.dumps(decision, sort_keys=True, ensure_ascii=False) + "\n")
            journal.flush()
            os.fsync(journal.fileno())
        sync(self.store)

    def record_verdict(self, text: str, out: Path) -> None:
        """Put the verdict of the latest run, published or held, into the store and the folder asked for."""
        for folder in (self.store, out):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = folder / f".{VERDICT}.new"
            write_durably(beside, text)
            os.replace(beside, folder / VERDICT)
            sync(folder)


def verify(published: Published) -> None:
    """Hold a published folder against its manifest.

    Raises
    ------
    DataError
        A file is missing or differs from what was published.
    """
    manifest = json.loads((published.folder / MANIFEST).read_text())
    for name, expected in manifest.items():
        path = published.folder / name
        if not path.exists() or sha256_of(path) != expected["sha256"]:
            raise DataError(
                f"{path} is not what was published (missing or changed). Run `lifeworth run` again to rebuild it."
            )


def deliver(published: Published, out: Path) -> None:
    """Put the published files where the person asked for them, each by one rename."""
    note = announce(published, out)
    names = [str(f.relative_to(published.folder)) for f in _files(published.folder) if f.name != MANIFEST]
    staged = []
    for name in names:
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = target.with_name(f".{target.name}.new")
        beside.unlink(missing_ok=True)
        _link(published.folder / name, beside)
        staged.append((beside, target))
    for beside, target in staged:
        os.replace(beside, target)
    write_durably(out / ORIGIN, _pointer(published, out))
    _remove_strays(out, set(names))
    note.unlink()


def announce(published: Published, out: Path) -> Path:
    """Leave a note in the folder asked for that this version is on its way, before anything moves."""
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = out / UNFINISHED
    write_durably(note, _pointer(published, out))
    return note


def _pointer(published: Published, out: Path) -> str:
    """Where a version stands: seen from the result folder where its store lies inside, so that a copy points to its own."""
    folder, home = published.folder.absolute(), out.absolute()
    seen = folder.relative_to(home) if folder.is_relative_to(home) else folder
    return json.dumps({"version": published.version, "folder": str(seen), "out": str(home)})


def _pointed(text: str, out: Path) -> Published:
    pointer = json.loads(text)
    return Published(int(pointer["version"]), out.absolute() / pointer["folder"])


def finish_delivery(out: Path) -> None:
    """Complete a delivery that a dead run began, if its version was published; else forget it."""
    note = out / UNFINISHED
    if not note.exists():
        return
    try:
        published = _pointed(note.read_text(), out)
    except (ValueError, KeyError, TypeError):
        note.unlink()
        return
    served = Publisher(published.folder.parent.parent).current() if published.folder.is_dir() else None
    if served is not None and served.version >= published.version and (published.folder / MANIFEST).exists():
        deliver(published, out)
    else:
        note.unlink()


def delivered(out: Path) -> Published | None:
    """The published version that a result folder holds, also when its store is elsewhere."""
    try:
        published = _pointed((out / ORIGIN).read_text(), out)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return published if (published.folder / MANIFEST).exists() else None


def borrowed_store(out: Path) -> Path | None:
    """The store of another result folder, where this one is a copy of it that brought no store; else none."""
    published = delivered(out)
    if published is None:
        return None
    home = json.loads((out / ORIGIN).read_text()).get("out")
    outside = not published.folder.is_relative_to(out.absolute())
    return published.folder.parent.parent if outside and home not in (None, str(out.absolute())) else None


def _remove_strays(out: Path, names: set[str]) -> None:
    """Tables of an earlier version that this one does not have would be read as its own."""
    for room in ROOMS:
        for file in (out / "tables").glob(f"{room}_*"):
            if f"tables/{file.name}" not in names and file.suffix in (".csv", ".parquet") and file.is_file():
                file.unlink()
    for file in (out / "model").glob("*"):
        if f"model/{file.name}" not in names and file.is_file():
            file.unlink()


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        target.chmod(0o600)


def _files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.rglob("*") if f.is_file())


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    return {str(f.relative_to(folder)): {"sha256": sha256_of(f), "bytes": f.stat().st_size} for f in _files(folder)}


def sha256_of(path: Path, tell: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            if tell:
                tell(len(piece))
    return digest.hexdigest()
