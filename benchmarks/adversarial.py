"""A hundred hostile shops: does a fit ever claim to have arrived where it has not? Writes docs/reference/adversarial.md.

Usage: python benchmarks/adversarial.py [--write]

A fit that says it converged, without the weak prior, is held against a search of our own: a simplex (Nelder-Mead) from where
it stands and from three other places, which knows no derivative. If that finds data more likely by more than 0.05 in all,
the claim was false. Where the fit leaned on the weak prior, or did not converge, it must say so in plain words.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import optimize

from lifeworth.maths.purchase_table import collapse
from lifeworth.models import BGCNBD, BGNBD, MBGCNBD, MBGNBD, NBD, ParetoNBD
from lifeworth.models.purchase.model import PurchaseModel

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "adversarial.md"
MODELS: dict[str, Callable[[], PurchaseModel]] = {
    "NBD": NBD,
    "BG/NBD": BGNBD,
    "MBG/NBD": MBGNBD,
    "BG/CNBD-2": lambda: BGCNBD(k=2),
    "MBG/CNBD-2": lambda: MBGCNBD(k=2),
    "Pareto/NBD": ParetoNBD,
}
SEEDS = 10
MORE = 0.05
Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


def _last(x: np.ndarray, T: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The last of x purchases that fall anywhere in T."""
    return np.where(x > 0, T * rng.random(x.size) ** (1.0 / np.maximum(x, 1)), 0.0)


def no_churn(rng: np.random.Generator) -> Columns:
    T = rng.uniform(20, 200, 400)
    x = rng.poisson(rng.gamma(0.8, 0.08, 400) * T).astype(float)
    return x, _last(x, T, rng), T


def all_leave_at_once(rng: np.random.Generator) -> Columns:
    x = (rng.random(300) < 0.7).astype(float)
    T = rng.uniform(300, 600, 300)
    return x, x * rng.exponential(5.0, 300).clip(0, 200), T


def one_repeat(rng: np.random.Generator) -> Columns:
    x, T = np.zeros(200), rng.uniform(1, 90, 200)
    x[7] = 1
    return x, np.where(x > 0, T * rng.random(), 0.0), T


def huge_counts(rng: np.random.Generator) -> Columns:
    T = rng.uniform(90, 110, 80)
    x = rng.integers(5_000, 12_000, 80).astype(float)
    return x, T * rng.uniform(0.7, 1.0, 80), T


def tiny_times(rng: np.random.Generator) -> Columns:
    x, t_x, T = BGNBD.from_parameters({"r": 0.7, "alpha": 12.0, "a": 0.8, "b": 2.5}).simulate(
        300, rng.uniform(10, 60, 300), rng
    )
    return x, t_x * 1e-7, T * 1e-7


def two_clusters(rng: np.random.Generator) -> Columns:
    T = rng.uniform(50, 100, 300)
    rate = np.where(rng.random(300) < 0.5, 2.0, 0.002)
    x = rng.poisson(rate * T).astype(float)
    return x, _last(x, T, rng), T


def constant(rng: np.random.Generator) -> Columns:
    n, x = int(rng.integers(20, 200)), float(rng.integers(0, 9))
    T = float(rng.uniform(10, 400))
    t_x = float(rng.uniform(0.1, 1.0)) * T if x else 0.0
    return np.full(n, x), np.full(n, t_x), np.full(n, T)


def few_customers(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(1, 12))
    T = rng.uniform(5, 300, n)
    x = rng.poisson(2.0, n).astype(float)
    return x, _last(x, T, rng), T


def bought_on_the_last_day(rng: np.random.Generator) -> Columns:
    T = rng.uniform(30, 300, 150)
    x = rng.integers(1, 20, 150).astype(float)
    return x, T.copy(), T


def silent_since_the_first_week(rng: np.random.Generator) -> Columns:
    x = rng.integers(1, 6, 150).astype(float)
    return x, rng.uniform(1, 7, 150), np.full(150, 1e4)


SHOPS = (
    no_churn, all_leave_at_once, one_repeat, huge_counts, tiny_times, two_clusters, constant, few_customers,
    bought_on_the_last_day, silent_since_the_first_week,
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """What a fit said of itself, and whether it was true."""

    shop: str
    seed: int
    model: str
    said: str  # converged, leans on the prior, did not converge
    honest: bool
    why: str


def claims(shops: tuple[Callable[..., Columns], ...] = SHOPS, seeds: int = SEEDS) -> Iterator[Claim]:
    """Every model on every shop."""
    for shop in shops:
        for seed in range(seeds):
            columns = shop(np.random.default_rng([1959, seed]))
            for name, make in MODELS.items():
                yield _claim(shop.__name__.replace("_", " "), seed, name, make().fit(*columns), columns)


def _claim(shop: str, seed: int, name: str, model: PurchaseModel, columns: Columns) -> Claim:
    finite = all(np.isfinite(v) and v > 0 for v in model.params_.values()) and np.isfinite(model.log_likelihood_)
    predicted = model.expected_purchases(np.ptp(columns[2]) + columns[2].mean(), *columns)
    if not (finite and np.all(np.isfinite(predicted)) and np.all(predicted >= 0)):
        return Claim(shop, seed, name, "not finite", False, str(model.params_))
    words = " ".join(model.warnings_)
    if not model.converged_:
        return Claim(shop, seed, name, "did not converge", "did not converge" in words, words)
    if model.prior_used_:
        return Claim(shop, seed, name, "leans on the prior", "weak prior" in words, words)
    gain = _gain(model, columns)
    return Claim(shop, seed, name, "converged", gain <= MORE, f"{gain:.3f} more likely elsewhere")


def _gain(model: PurchaseModel, columns: Columns) -> float:
    """How much more likely a search without derivatives makes the data."""
    table = collapse(*(np.asarray(column, dtype=np.float64) for column in columns))
    objective, here = model._objective(table), model.log_params_
    rng = np.random.default_rng(7)
    starts = [here, *(here + rng.normal(scale=1.0, size=(3, here.size)))]
    best = objective(here).value
    with np.errstate(all="ignore"):
        found = [
            optimize.minimize(
                lambda theta: -objective(np.clip(theta, here - 12, here + 12)).value,
                start, method="Nelder-Mead", options={"maxiter": 600, "xatol": 1e-5, "fatol": 1e-6},
            ).fun
            for start in starts
        ]  # fmt: skip
    return max(-float(np.nanmin(found)) - best, 0.0)


def page(found: list[Claim]) -> str:
    """The table of what every model said, shop by shop."""
    lines = [
        "# Hostile shops",
        "",
        f"A hundred shops that give a purchase model trouble: {len(SHOPS)} kinds, {SEEDS} of each, every model fitted on each. A fit may say that it",
        "converged, that it leans on the weak prior (the data alone have no peak), or that it did not converge; it may not claim to have arrived where it",
        "has not. Claims of convergence were held against a search without derivatives from four places. Made by `python benchmarks/adversarial.py --write`.",
        "",
        f"**{sum(not claim.honest for claim in found)} of {len(found)} fits claimed what was not so.**",
        "",
        "| shop | " + " | ".join(MODELS) + " |",
        "|---|" + "---|" * len(MODELS),
    ]
    for shop in dict.fromkeys(claim.shop for claim in found):
        cells = []
        for model in MODELS:
            said = Counter(claim.said for claim in found if (claim.shop, claim.model) == (shop, model))
            cells.append(", ".join(f"{count} {words}" for words, count in said.most_common()))
        lines.append(f"| {shop} | " + " | ".join(cells) + " |")
    false = [claim for claim in found if not claim.honest]
    if false:
        lines += ["", "| shop | number | model | what it said | why that is not so |", "|---|---|---|---|---|"]
        lines += [f"| {c.shop} | {c.seed} | {c.model} | {c.said} | {c.why} |" for c in false]
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/reference/adversarial.md")
    found = list(claims())
    text = page(found)
    if parser.parse_args().write:
        PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
