"""Shops whose truth is known: the ranges hold it as often as they say."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def recovery():
    spec = importlib.util.spec_from_file_location("recovery", ROOT / "benchmarks" / "recovery.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["recovery"] = module
    spec.loader.exec_module(module)
    return module


def test_one_shop_is_recovered(recovery):
    held = recovery.hold(1, 1500)
    assert held.unreconciled == 0
    assert held.mean == pytest.approx(held.true_value, rel=0.15)
    assert 72 <= recovery.share(held.covered, held.open_ranges) <= 88
    assert recovery.share(held.covered_zero, held.zero_ranges) >= 80


@pytest.mark.study
def test_many_shops_are_recovered(recovery):
    shops, seasonal = recovery.study(24, 3000, 6)
    recovery.PAGE.write_text(recovery.page(shops, seasonal), encoding="utf-8")
    covered = recovery.share(sum(h.covered for h in shops), sum(h.open_ranges for h in shops))
    zero = recovery.share(sum(h.covered_zero for h in shops), sum(h.zero_ranges for h in shops))
    assert 76 <= covered <= 84
    assert zero >= 80
    assert not any(h.unreconciled for h in shops)
    # Of 24 draws at 80 %, fewer than 13 inside happens once in a thousand times.
    assert sum(h.truth_inside for h in shops) >= 13
