"""Publishing is one step: whatever dies, readers see one whole result."""

import json
import multiprocessing
import os
import subprocess
import sys

import pytest

from lifeworth.errors import DataError, LockedError
from lifeworth.store import publishing
from lifeworth.store.lock import run_lock
from lifeworth.store.publishing import Publisher, announce, deliver, delivered, finish_delivery, verify


def write_result(publisher, text):
    folder = publisher.workplace()
    (folder / "tables").mkdir()
    for name in ("run.json", "report.html", "tables/ledger_a.csv"):
        (folder / name).write_text(text)
    return folder


def served(publisher):
    current = publisher.current()
    return current and {f.read_text() for f in current.folder.rglob("*") if f.is_file() and f.name != "manifest.json"}


def held(out):
    return {f.read_text() for f in out.rglob("*") if f.is_file() and not f.name.startswith(".lifeworth")}


@pytest.fixture
def publisher(tmp_path):
    return Publisher(tmp_path / "store")


def test_a_version_replaces_the_one_before_and_old_ones_go(publisher):
    for number in range(1, 9):
        published = publisher.publish(write_result(publisher, f"v{number}"))
        assert published.version == number
        assert served(publisher) == {f"v{number}"}
        verify(published)
    assert sorted(int(f.name) for f in publisher.published.iterdir() if f.name.isdigit()) == [4, 5, 6, 7, 8]


def test_delivery_gives_plain_files_and_removes_tables_of_before(publisher, tmp_path):
    out = tmp_path / "out"
    first = write_result(publisher, "v1")
    (first / "tables" / "ledger_old.csv").write_text("v1")
    (out / "tables").mkdir(parents=True)
    (out / "tables" / "mine.xlsx").write_text("mine")
    deliver(publisher.publish(first), out)
    deliver(publisher.publish(write_result(publisher, "v2")), out)
    found = {str(f.relative_to(out)) for f in out.rglob("*") if f.is_file()}
    assert found == {"run.json", "report.html", "tables/ledger_a.csv", "tables/mine.xlsx", ".lifeworth-origin"}
    assert not any(f.is_symlink() for f in out.rglob("*"))


class Killed(BaseException):
    pass


CALLS = ["rename", "replace", "fsync", "link"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("nth", range(1, 14))
def test_dying_at_any_call_leaves_old_or_new_and_the_next_run_clean(publisher, tmp_path, monkeypatch, call, nth):
    out = tmp_path / "out"
    deliver(publisher.publish(write_result(publisher, "old")), out)
    real, count = getattr(os, call), 0

    def dies(*arguments, **keywords):
        nonlocal count
        count += 1
        if count == nth:
            raise Killed
        return real(*arguments, **keywords)

    monkeypatch.setattr(publishing.os, call, dies)
    try:
        folder = write_result(publisher, "new")
        announce(publisher.next(), out)
        deliver(publisher.publish(folder), out)
    except Killed:
        pass
    monkeypatch.undo()
    assert served(publisher) in ({"old"}, {"new"})
    verify(publisher.current())
    publisher.sweep()
    finish_delivery(out)
    assert held(out) in ({"old"}, {"new"})
    deliver(publisher.publish(write_result(publisher, "newest")), out)
    assert served(publisher) == {"newest"}
    assert held(out) == {"newest"}
    assert {f.name for f in out.rglob(".*")} == {".lifeworth-origin"}
    assert delivered(out) == publisher.current()


def test_a_full_disk_is_an_error_and_the_old_result_stays(publisher, monkeypatch):
    publisher.publish(write_result(publisher, "old"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing.os, "fsync", full)
    with pytest.raises(OSError):
        publisher.publish(write_result(publisher, "new"))
    monkeypatch.undo()
    assert served(publisher) == {"old"}


def test_a_changed_file_is_noticed(publisher):
    published = publisher.publish(write_result(publisher, "v1"))
    (published.folder / "run.json").write_text("tampered")
    with pytest.raises(DataError, match=r"run\.json is not what was published"):
        verify(published)


def test_everything_is_readable_by_its_owner_only(publisher, tmp_path):
    before = os.umask(0o077)
    try:
        deliver(publisher.publish(write_result(publisher, "v1")), tmp_path / "out")
    finally:
        os.umask(before)
    assert not [p for root in (publisher.store, tmp_path / "out") for p in root.rglob("*") if p.stat().st_mode & 0o077]


def test_loads_are_recorded_outside_any_database(publisher):
    publisher.record_loads([{"sha256": "a", "rows_read": 1}])
    publisher.record_loads([{"sha256": "b", "rows_read": 2}])
    lines = (publisher.store / "loads.jsonl").read_text().splitlines()
    assert [json.loads(line)["sha256"] for line in lines] == ["a", "b"]


def test_a_second_run_is_told_who_holds_the_lock(tmp_path):
    with run_lock(tmp_path, "first"):
        code = (
            "import sys, pathlib; from lifeworth.store.lock import run_lock\n"
            "from lifeworth.errors import LockedError\n"
            "try:\n  run_lock(pathlib.Path(sys.argv[1]), 'second').__enter__()\n"
            "except LockedError as e: print(e); sys.exit(e.exit_code)"
        )
        second = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert second.returncode == 4
    assert f"process {os.getpid()}" in second.stdout and "run first" in second.stdout


def _hold_and_die(folder):
    run_lock(folder, "doomed").__enter__()
    os._exit(9)


def test_the_lock_of_a_dead_process_is_nobodys(tmp_path):
    process = multiprocessing.get_context("spawn").Process(target=_hold_and_die, args=(tmp_path,))
    process.start()
    process.join()
    with run_lock(tmp_path, "next"):
        with pytest.raises(LockedError), run_lock(tmp_path, "third"):
            pass


@pytest.mark.parametrize("damage", ['{"ver', "[]", '{"version": 99}'])
def test_a_damaged_pointer_serves_the_newest_whole_version(publisher, damage):
    publisher.publish(write_result(publisher, "v1"))
    second = publisher.publish(write_result(publisher, "v2"))
    (publisher.published / "current").write_text(damage)
    assert publisher.current() == second
    (second.folder / "run.json").write_text("tampered")
    assert publisher.current().version == 1
    publisher.sweep()
    assert publisher.publish(write_result(publisher, "v3")).version == 2
    assert served(publisher) == {"v3"}
