"""How soon is a drop in purchases found, and how often is one seen that is not there?

A base whose weekly purchases are foreseen exactly, but for chance, is watched with the cumulative sums of
``lifeworth.monitoring``; its usual spread is learned from earlier weeks as in a real run.
Usage: ``python benchmarks/drift.py`` prints the table of ``docs/explanation/monitoring.md``.
"""

import argparse

import numpy as np

from lifeworth.monitoring.cusum import H, K, cusum, sigma_of
from lifeworth.monitoring.stability import ALARM, BEYOND_CHANCE, permutation_p, psi

FITTED_WEEKS, FIVE_YEARS, SOON = 52, 260, 6


def expected_weeks(weeks: int, level: float) -> np.ndarray:
    """A known base that slowly dies: half its purchases are left after three years."""
    return level * 0.5 ** (np.arange(weeks) / 156)


def counted(expected: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Purchases with weekly relative spread ``noise`` in all, counting included where it is smaller."""
    extra = np.sqrt(np.maximum(noise**2 - 1 / expected, 0.0))
    shape = np.where(extra > 0, 1 / np.maximum(extra, 1e-9) ** 2, 1e12)
    return rng.poisson(expected * rng.gamma(shape, 1 / shape)).astype(float)


def learned_spread(level: float, noise: float, rng: np.random.Generator, fitted: int) -> float:
    """Root mean squared relative distance over the later three quarters of the fitted weeks."""
    before = np.full(fitted, level)
    later = counted(before, noise, rng)[fitted // 4 :] / level - 1.0
    return float(np.sqrt((later**2).mean()))


def false_alarms(
    shops: int, level: float, noise: float, k: float, h: float, seed: int, fitted: int = FITTED_WEEKS
) -> float:
    """Alarms in five stable years, on average."""
    rng, said = np.random.default_rng([seed, 1]), expected_weeks(FIVE_YEARS, level)
    total = 0
    for _ in range(shops):
        spread = learned_spread(level, noise, rng, fitted)
        z = (counted(said, noise, rng) - said) / sigma_of(said, spread)
        total += int((cusum(z, k, h).alarm != 0).sum())
    return total / shops


def found_soon(
    shops: int,
    level: float,
    noise: float,
    k: float,
    h: float,
    seed: int,
    step: float = -0.2,
    fitted: int = FITTED_WEEKS,
) -> float:
    """Share of shops in which a step is found, in its direction, within six weeks."""
    rng, said = np.random.default_rng([seed, 2]), expected_weeks(60, level)
    found = 0
    for _ in range(shops):
        spread, at = learned_spread(level, noise, rng, fitted), int(rng.integers(4, 40))
        truth = said * np.where(np.arange(60) >= at, 1 + step, 1.0)
        z = (counted(truth, noise, rng) - said) / sigma_of(said, spread)
        alarms = cusum(z, k, h).alarm[at : at + SOON]
        found += bool((alarms == np.sign(step)).any())
    return found / shops


def stability_false_alarms(customers: int, trials: int, seed: int) -> tuple[float, float]:
    """Share of pairs of equal populations that PSI alone, and PSI with its p-value, would call an alarm."""
    rng, alone, both = np.random.default_rng([seed, 3]), 0, 0
    for _ in range(trials):
        a, b = (rng.multinomial(customers, np.full(10, 0.1)) for _ in range(2))
        far = float(psi(a, b)) > ALARM
        alone += far
        both += far and permutation_p(a, b, int(rng.integers(1 << 31))) <= BEYOND_CHANCE
    return alone / trials, both / trials


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shops", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(
        "| k | h | weekly noise | weeks learned from | found within 6 weeks | false alarms in 5 years |\n|---|---|---|---|---|---|"
    )
    for k, h in ((K, H), (0.5, 5.0), (0.75, 4.0)):
        for noise, fitted in ((0.05, 52), (0.08, 52), (0.10, 52), (0.10, 26)):
            soon = found_soon(given.shops, 1000.0, noise, k, h, given.seed, fitted=fitted)
            false = false_alarms(given.shops, 1000.0, noise, k, h, given.seed, fitted)
            print(f"| {k} | {h} | {noise:.0%} | {fitted} | {soon:.1%} | {false:.2f} |")
    print("\n| customers a run | PSI above 0.25 by chance | with the p-value |\n|---|---|---|")
    for customers in (30, 60, 100, 200):
        alone, both = stability_false_alarms(customers, 500, given.seed)
        print(f"| {customers} | {alone:.1%} | {both:.1%} |")


if __name__ == "__main__":
    main()
