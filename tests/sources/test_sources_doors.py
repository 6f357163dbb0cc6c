"""The doors hand each kind of file on: the command line by option, a notebook by name."""

import pytest
from typer.testing import CliRunner

import lifeworth
from lifeworth.delivery.cli.app import app
from lifeworth.errors import UsageError
from lifeworth.sources import FileRequest, FrameRequest
from lifeworth.sources.request import KINDS

BESIDE = ("surveys", "subscriptions", "experiments", "leads", "order_lines")


class Asked(Exception):
    """Stands in for a whole run: what was asked is all that matters here."""


@pytest.fixture
def asked(monkeypatch):
    """What a door hands on."""

    def keep(request, *others):
        raise Asked(request)

    for place in ("lifeworth.refresh.run", "lifeworth.api.flow", "lifeworth.refresh.blind.backtest"):
        monkeypatch.setattr(place, keep)

    def ask(call):
        with pytest.raises(Asked) as found:
            call()
        return found.value.args[0].files

    return ask


@pytest.mark.parametrize("command", ["run", "backtest"])
def test_every_kind_has_an_option(asked, tmp_path, command):
    words = [word for kind in KINDS for word in (f"--{kind.replace('_', '-')}", str(tmp_path / kind))]
    files = asked(lambda: CliRunner().invoke(app, [command, *words], catch_exceptions=False))
    assert files == tuple(FileRequest(tmp_path / kind, kind) for kind in KINDS)


def test_a_notebook_names_the_kind_of_what_columns_do_not_tell(asked, tmp_path):
    files = asked(
        lambda: lifeworth.run(["a.csv", "frame"], beside={"surveys": "frame", "experiments": [tmp_path, tmp_path]})
    )
    paths = (
        ("a.csv", None),
        ("frame", None),
        ("frame", "surveys"),
        (str(tmp_path), "experiments"),
        (str(tmp_path), "experiments"),
    )
    assert [(str(f.path), f.kind) for f in files] == list(paths)
    frames = asked(lambda: lifeworth.run(7, beside={"surveys": 8}))
    assert frames == (FrameRequest(7, "orders_1", None), FrameRequest(8, "surveys_1", "surveys"))


def test_check_takes_kinds_and_tells_copies_from_files(write_check, tmp_path):
    notes = tmp_path / "notes.csv"
    notes.write_text("customer_id,date,text\nann,2024-02-02,secret words\n,2024-02-02,secret words\n")
    copy = tmp_path / "copy.csv"
    copy.write_text("order_id,customer_id,ordered_at,amount\nA1,ann,2024-01-01,10\n")
    said = write_check(copy, copy, "--surveys", notes)
    assert "notes.csv: surveys (by its columns)" in said and "instrument" not in said
    assert "understood: customer_id = 'customer_id', answered_on = 'date', text = 'text'" in said
    assert said.count("understood: order_id") == 1 and "secret" not in said
    assert "duplicate: 1 rows, the same file as" in said


@pytest.fixture
def write_check(tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,customer_id,ordered_at,amount\nA1,ann,2024-01-01,10\n")

    def run(*words):
        return (
            CliRunner()
            .invoke(app, ["check", str(tmp_path / "orders.csv"), *map(str, words)], catch_exceptions=False)
            .stdout
        )

    return run


def test_check_without_files_says_what_to_type():
    with pytest.raises(UsageError, match="lifeworth check orders.csv"):
        CliRunner().invoke(app, ["check"], catch_exceptions=False, standalone_mode=False)
