"""A copied result folder is read from its own store; where it has none, the store that is read is named."""

import json
import shutil

import pytest

from lifeworth.store.publishing import ORIGIN, delivered


@pytest.fixture
def made(lifeworth, shop_csv, tmp_path):
    def run(*options):
        out = tmp_path / "out"
        assert lifeworth("run", shop_csv, "--out", out, "--fast", "--quiet", *options).code == 0
        return out

    return run


def test_a_copy_with_its_store_is_read_without_the_original(made, lifeworth, tmp_path):
    out, copy = made(), tmp_path / "elsewhere"
    shutil.copytree(out, copy)
    assert delivered(copy).folder.is_relative_to(copy) and delivered(out).folder.is_relative_to(out)
    record = delivered(copy).folder / "tables" / "ledger_customers.parquet"
    shutil.rmtree(out)
    assert record.exists()
    for command in (("explain", "C006"), ("monitor",), ("experiment", "plan", "--consent", "none")):
        said = lifeworth(*command, "--out", copy)
        assert said.code == 0 and "Note:" not in said.err, said.err


def test_a_rollback_of_a_copy_leaves_the_original_alone(made, lifeworth, tmp_path):
    out = made()
    assert made("--horizon", 90) == out
    copy = tmp_path / "elsewhere"
    shutil.copytree(out, copy)
    served = json.loads((out / "store" / "published" / "current").read_text())["version"]
    assert lifeworth("rollback", "--out", copy).code == 0
    assert json.loads((out / "store" / "published" / "current").read_text())["version"] == served
    assert json.loads((copy / "store" / "published" / "current").read_text())["version"] == served + 1
    assert json.loads((copy / ORIGIN).read_text())["version"] == served + 1


def test_a_copy_without_a_store_says_which_one_is_read(made, lifeworth, tmp_path):
    store, copy = tmp_path / "kept", tmp_path / "elsewhere"
    out = made("--store", store)
    shutil.copytree(out, copy)
    assert "Note:" not in lifeworth("explain", "C006", "--out", out).err
    for command in (("explain", "C006"), ("monitor",), ("rollback",)):
        said = lifeworth(*command, "--out", copy)
        assert f"is a copy without a store of its own; the store read is {store}" in said.err.replace("\n", " ")


def test_a_store_that_is_named_is_the_one_that_is_read(made, lifeworth, tmp_path):
    out = made()
    said = lifeworth("explain", "C006", "--out", out, "--store", tmp_path / "nothing")
    assert said.code == 2 and str(tmp_path / "nothing") in said.err
