"""Small checks that keep the house tidy."""

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

import lifeworth

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "lifeworth"
MODULES = [m.name for m in pkgutil.walk_packages(lifeworth.__path__, "lifeworth.")]


def test_the_public_list_is_short_sorted_and_true():
    assert lifeworth.__all__ == sorted(lifeworth.__all__)
    assert all(getattr(lifeworth, name) is not None for name in lifeworth.__all__)
    with pytest.raises(AttributeError, match="it offers"):
        _ = lifeworth.nonsense


def test_every_room_can_be_imported_first():
    code = """
import importlib, pkgutil, sys, lifeworth
broken = []
for room in [m.name for m in pkgutil.iter_modules(lifeworth.__path__, "lifeworth.") if m.ispkg]:
    for known in [name for name in sys.modules if name.startswith("lifeworth")]:
        del sys.modules[known]
    try:
        importlib.import_module(room)
    except ImportError as fault:
        broken.append(f"{room}: {fault}")
print(broken)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_models_offer_the_names_notebooks_use():
    from lifeworth import models

    assert {"BGNBD", "ParetoNBD", "GammaGamma"} <= set(models.__all__)


def test_importing_lifeworth_loads_no_engine_and_no_page():
    code = (
        "import sys, lifeworth; print([m for m in ('duckdb', 'numpy', 'scipy', 'typer', 'jinja2') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    outcome = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert outcome.failed == 0


def test_nothing_unsafe_is_loaded_or_called():
    banned = re.compile(
        r"\b(pickle|joblib|cloudpickle|dill|marshal|shelve|yaml|eval|exec|os\.system|shell=True|urllib|socket|http\.client)\b"
    )
    for path in SOURCE.rglob("*.py"):
        with open(path, "rb") as file:
            code = " ".join(
                t.string for t in tokenize.tokenize(file.readline) if t.type in (tokenize.NAME, tokenize.OP)
            )
        assert not banned.search(code), path


def test_every_room_says_what_comes_in_and_goes_out():
    for room in sorted(p.parent for p in SOURCE.glob("*/__init__.py")):
        text = (room / "__init__.py").read_text(encoding="utf-8").lower()
        assert ("comes in" in text or "in:" in text) and "start" in text, room.name


def test_locks_name_no_address():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "--hash=sha256:" in text and "://" not in text and "file:" not in text
    assert not (ROOT / "uv.lock").exists()
