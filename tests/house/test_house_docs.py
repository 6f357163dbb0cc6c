"""The documents say what the program does."""

import doctest
import importlib.util
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


EXAMPLES = [page for page in PAGES if "```python\n>>> " in page.read_text(encoding="utf-8")]
PICTURES = ROOT / "docs" / "images" / "models"


def _script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_current():
    for name, text in _script("write_reference").pages().items():
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


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda p: p.stem)
def test_examples_of_pages_run(page):
    code = "".join(re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S))
    session = doctest.DocTestParser().get_doctest(code, {}, page.name, str(page), 0)
    outcome = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(session)
    assert outcome.attempted > 2 and outcome.failed == 0


def test_every_model_has_a_page_with_an_example_and_a_picture():
    folder = ROOT / "docs" / "explanation" / "models"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in set(folder.glob("*.md")) - {folder / "README.md"}:
        assert page in EXAMPLES and page.name in index, page.name
        assert "(../../images/models/" in page.read_text(encoding="utf-8"), page.name


def test_pictures_of_the_models_are_current(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    drawn = _script("draw_models").pictures()
    assert set(drawn) == {path.name for path in PICTURES.glob("*.svg")}
    number = re.compile(r"-?\d+(?:\.\d+)?")
    for name, text in drawn.items():
        kept = (PICTURES / name).read_text(encoding="utf-8")
        ElementTree.fromstring(kept)
        assert number.sub("", kept) == number.sub("", text), f"run `make docs`: {name}"
        places = [np.array(number.findall(each), dtype=float) for each in (kept, text)]
        np.testing.assert_allclose(*places, atol=0.25, err_msg=f"run `make docs`: {name}")
