"""The documents say what the program does."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def _reference():
    spec = importlib.util.spec_from_file_location("write_reference", ROOT / "scripts" / "write_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def test_generated_pages_are_current():
    for name, text in _reference().items():
        assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == text, f"run `make docs`: {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_tutorial_runs_as_written(lifeworth, tmp_path, monkeypatch):
    text = (ROOT / "docs" / "tutorials" / "first-run.md").read_text(encoding="utf-8")
    [table] = re.findall(r"```csv\n(.*?)```", text, flags=re.S)
    (tmp_path / "orders.csv").write_text(table)
    monkeypatch.chdir(tmp_path)
    commands = [
        line[2:] for block in re.findall(r"```console\n(.*?)```", text, flags=re.S) for line in block.splitlines()
    ]
    assert len(commands) >= 4
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "lifeworth"
        said = lifeworth(*arguments)
        assert said.code == 0, (command, said.err)
    assert (tmp_path / "result" / "report.html").exists()
