"""Gradient boosted trees by LightGBM (Ke et al. 2017), the same answer at any number of threads."""

import os
import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]
Objective = Literal["binary", "gamma", "tweedie", "poisson", "regression", "quantile"]

ROUNDS = 100
MOST_ROWS = 250_000
WORTH_SHARING = 20_000
_SETTINGS: dict[str, Any] = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Trees:
    """A fitted ensemble.

    Attributes
    ----------
    booster : lightgbm.Booster
    names : tuple of str
        Columns it was fitted on, in order.
    """

    booster: Any
    names: tuple[str, ...]
    threads: int

    def raw(self, matrix: Matrix) -> Floats:
        """Sum of the trees on the scale of the link (log odds, log money), the offset not included."""
        return np.asarray(self.booster.predict(matrix, raw_score=True, num_threads=self.threads), dtype=np.float64)

    def contributions(self, matrix: Matrix) -> Floats:
        """What each column adds on the scale of the link (Lundberg, Erion, Lee 2018): (n, columns + 1), base last."""
        found = self.booster.predict(matrix, pred_contrib=True, num_threads=self.threads)
        return np.asarray(found, dtype=np.float64)

    def importance(self) -> dict[str, float]:
        """Share of the total gain each column brought."""
        gain = np.asarray(self.booster.feature_importance("gain"), dtype=np.float64)
        total = gain.sum()
        return {name: float(g / total) if total > 0 else 0.0 for name, g in zip(self.names, gain, strict=True)}


def boost(
    objective: Objective,
    matrix: Matrix,
    target: Floats,
    names: tuple[str, ...],
    *,
    categories: tuple[str, ...] = (),
    offset: Floats | None = None,
    seed: int = 1,
    threads: int = 2,
    rounds: int = ROUNDS,
    **settings: Any,
) -> Trees:
    """Fit trees; with an ``offset`` (on the scale of the link) they learn only what it does not say.

    Rows beyond 250,000 are thinned evenly.
    """
    lightgbm = _lightgbm()
    if len(target) > MOST_ROWS:
        kept = np.linspace(0, len(target) - 1, MOST_ROWS).astype(np.intp)
        matrix, target, offset = matrix[kept], target[kept], None if offset is None else offset[kept]
    given = {
        **_SETTINGS,
        "objective": objective,
        "seed": seed,
        "num_threads": threads if len(target) >= WORTH_SHARING else 1,
        "min_data_in_leaf": int(np.clip(len(target) // 200, 10, 100)),
        **settings,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = lightgbm.Dataset(
            matrix,
            target,
            init_score=offset,
            feature_name=list(names),
            categorical_feature=[names.index(name) for name in categories],
            params={"max_bin": given["max_bin"], "verbosity": -1, "num_threads": threads},
        )
        booster = lightgbm.train(given, data, num_boost_round=rounds)
    return Trees(booster, names, threads)


def _lightgbm() -> Any:
    """LightGBM, loaded when first needed; its threads are told to sleep, not to spin, while they wait for work."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import lightgbm

    return lightgbm


def available() -> str | None:
    """Nothing when LightGBM can be used here, else why not."""
    try:
        _lightgbm()
    except (ImportError, OSError) as fault:
        return str(fault)
    return None
