"""Hostile shops: no fit claims to have arrived where it has not."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "adversarial.py"
spec = importlib.util.spec_from_file_location("adversarial", PATH)
adversarial = importlib.util.module_from_spec(spec)
spec.loader.exec_module(adversarial)


@pytest.mark.parametrize("shop", adversarial.SHOPS, ids=lambda shop: shop.__name__)
def test_a_hostile_shop_is_fitted_or_said_to_be_hostile(shop):
    found = list(adversarial.claims((shop,), seeds=1))
    assert len(found) == len(adversarial.MODELS)
    assert not [claim for claim in found if not claim.honest]


@pytest.mark.study
def test_none_of_a_hundred_shops_draws_a_false_claim():
    assert not [claim for claim in adversarial.claims() if not claim.honest]
