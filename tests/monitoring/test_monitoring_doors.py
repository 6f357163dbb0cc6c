"""``lifeworth rollback`` and ``lifeworth monitor``: what a person types."""

import json
import os
import time

import pytest
import typer
from typer.testing import CliRunner

from lifeworth.delivery.cli.monitor import monitor
from lifeworth.delivery.cli.rollback import rollback
from lifeworth.errors import DataError, UsageError
from lifeworth.store.lock import run_lock
from lifeworth.store.publishing import Publisher, announce, deliver, finish_delivery, verify

app = typer.Typer()
app.command()(rollback)
app.command()(monitor)


def call(*arguments, fails=None):
    said = CliRunner().invoke(app, [str(a) for a in arguments])
    if fails is not None:
        assert isinstance(said.exception, fails), said.output
        return str(said.exception)
    return said


def publish(publisher, out, text):
    publisher.sweep()
    folder = publisher.workplace()
    (folder / "tables").mkdir()
    (folder / "run.json").write_text(json.dumps({"run_id": text, "as_of": "2026-01-01"}))
    (folder / "report.html").write_text(text)
    (folder / "tables" / "ledger_a.csv").write_text(text)
    published = publisher.publish(folder)
    deliver(published, out)
    return published


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def publisher(out):
    publisher = Publisher(out / "store")
    for number in (1, 2, 3):
        publish(publisher, out, f"v{number}")
    return publisher


def test_one_back_is_served_as_a_new_version_and_nothing_is_lost(publisher, out):
    began = time.perf_counter()
    assert call("rollback", "--out", out, "--why", "prices in cents").exit_code == 0
    assert time.perf_counter() - began < 60
    served = publisher.current()
    assert served.version == 4 and (served.folder / "report.html").read_text() == "v2"
    assert (out / "report.html").read_text() == "v2"
    assert [(publisher.published / str(n) / "report.html").read_text() for n in (1, 2, 3)] == ["v1", "v2", "v3"]
    asked, done = map(json.loads, (publisher.store / "decisions.jsonl").read_text().splitlines())
    assert (asked["state"], done["state"]) == ("asked", "done")
    assert (done["from_version"], done["to_version"], done["as_version"], done["why"]) == (3, 2, 4, "prices in cents")
    assert done["who"] and done["at"]


def test_back_again_goes_further_back_and_the_next_run_continues(publisher, out):
    call("rollback", "--out", out)
    call("rollback", "--out", out)
    assert (out / "report.html").read_text() == "v1" and publisher.current().version == 5
    assert "no version before" in call("rollback", "--out", out, fails=UsageError)
    published = publish(publisher, out, "v6")
    assert published.version == 6 and publisher.versions() == [1, 2, 3, 4, 5, 6]
    for number in publisher.versions():
        verify(type(published)(number, publisher.published / str(number)))


def test_going_back_forgets_no_result(publisher, out):
    for name in ("v4", "v5"):
        publish(publisher, out, name)
    for expected in ("v4", "v3", "v2", "v1"):
        call("rollback", "--out", out)
        assert (out / "report.html").read_text() == expected
    for name in ("v6", "v7"):
        publish(publisher, out, name)
    kept = {(publisher.published / str(n) / "report.html").read_text() for n in publisher.versions()}
    assert kept == {"v7", "v6", "v1", "v2", "v3"}


def test_a_named_version_may_lie_ahead_and_missing_ones_are_listed(publisher, out):
    call("rollback", "--out", out, "--to", 1)
    assert (out / "report.html").read_text() == "v1"
    call("rollback", "--out", out, "--to", 3)
    assert (out / "report.html").read_text() == "v3"
    said = call("rollback", "--out", out, "--to", 77, fails=UsageError)
    assert "There is no version 77. Kept versions: 1, 2, 3, 4, 5 (served)" in said
    assert "is the one that is served" in call("rollback", "--out", out, "--to", 5, fails=UsageError)


def test_a_damaged_version_is_refused_and_the_served_one_stays(publisher, out):
    damaged = publisher.published / "2" / "report.html"
    damaged.unlink()
    damaged.write_text("half")
    assert "not what was published" in call("rollback", "--out", out, fails=DataError)
    assert publisher.current().version == 3 and (publisher.current().folder / "report.html").read_text() == "v3"


def test_no_store_and_a_busy_store_are_words(tmp_path, publisher, out):
    assert "no published result" in call("rollback", "--out", tmp_path / "nowhere", fails=UsageError)
    with run_lock(publisher.store, "lifeworth run"):
        assert "holds the lock" in call("rollback", "--out", out, fails=Exception)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("which", ["rename", "replace", "fsync", "link"])
@pytest.mark.parametrize("nth", range(1, 12))
def test_dying_anywhere_in_a_rollback_leaves_a_whole_result(publisher, out, monkeypatch, which, nth):
    real, count = getattr(os, which), 0

    def dies(*arguments, **keywords):
        nonlocal count
        count += 1
        if count == nth:
            raise Killed
        return real(*arguments, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(os, which, dies)
        try:
            rollback(out=out, store=None, to=None, why="")
        except Killed:
            pass
    served = publisher.current()
    verify(served)
    publisher.sweep()
    finish_delivery(out)
    text = (served.folder / "report.html").read_text()
    assert text == ("v3" if served.version == 3 else "v2")
    assert {(out / n).read_text() for n in ("report.html", "tables/ledger_a.csv")} == {text}
    assert publisher.versions() == list(range(1, served.version + 1))
    announce(publisher.next(), out)
    assert publish(publisher, out, "next").version == served.version + 1


VERDICT = {
    "run_id": "v3", "as_of": "2026-01-01", "state": "ok", "alarm": False, "exit_code": 0, "sentences": ["Ok: fine.", "All well."],
    "gates": [{"gate": "ledger", "state": "pass", "found": "0", "threshold": "0"}],
}  # fmt: skip


def test_the_verdict_in_words_in_json_and_as_an_exit_code(publisher, out):
    text = json.dumps(VERDICT, indent=1)
    publisher.record_verdict(text, out)
    said = call("monitor", "--out", out)
    assert said.exit_code == 0 and "Ok: fine." in said.stdout and "  - All well." in said.stdout
    assert "Served now" not in said.stdout and "┃" not in said.stdout
    assert (
        json.loads(call("monitor", "--out", out, "--json").stdout)
        == VERDICT
        == json.loads((out / "monitoring.json").read_text())
    )
    publisher.record_verdict(json.dumps(VERDICT | {"state": "held", "exit_code": 3, "run_id": "run-x"}), out)
    held = call("monitor", "--out", out)
    assert held.exit_code == 3 and "Served now: v3" in held.stdout
    assert call("monitor", "--out", out, "--json").exit_code == 3


def test_a_recorded_verdict_never_writes_into_a_published_version(publisher, out):
    served = publisher.current().folder / "monitoring.json"
    served.write_text("old")
    (out / "monitoring.json").unlink(missing_ok=True)
    os.link(served, out / "monitoring.json")
    publisher.record_verdict("new", out)
    assert served.read_text() == "old" and (out / "monitoring.json").read_text() == "new"


def test_no_verdict_yet_says_what_to_do(tmp_path):
    assert "Run `lifeworth run` first" in call("monitor", "--out", tmp_path, fails=UsageError)
