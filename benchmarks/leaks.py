"""Ten planted leaks and ten honest columns: how many of each the leak detector names, by size of the shop.

Usage: ``python benchmarks/leaks.py [--seeds 10] [--sizes 300 2000 10000]``. One line a size, then which columns
were missed or named wrongly.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth import features, ledger
from lifeworth.contract.registry import create_tables
from lifeworth.settings import Settings
from lifeworth.store.duckdb.engine import DuckDB

START, DAYS, HORIZON = date(2024, 1, 1), 730, 120
CUT = START + timedelta(days=DAYS - HORIZON - 30)
CUT_DAY = (CUT - START).days
# The bars were set on shops with smaller seeds.
FIRST_SEED = 201

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Shop:
    """Orders of customers who each have a pace, a level of spend, a loyalty tier, a channel and an end."""

    who: NDArray[np.intp]
    day: NDArray[np.intp]
    amount: Numbers
    customers: int
    tier: NDArray[np.intp]
    channel: NDArray[np.intp]
    joined: NDArray[np.intp]
    rng: np.random.Generator

    def between(self, start: int, end: int) -> Numbers:
        """Money of each customer in a span of days."""
        inside = (self.day >= start) & (self.day < end)
        return np.bincount(self.who[inside], self.amount[inside], self.customers)

    def last_before(self, end: int) -> Numbers:
        """Day of each customer's last order before a day; -1 without one."""
        last = np.full(self.customers, -1.0)
        inside = self.day < end
        np.maximum.at(last, self.who[inside], self.day[inside].astype(float))
        return last

    def count_before(self, end: int) -> Numbers:
        """Orders of each customer before a day."""
        return np.bincount(self.who[self.day < end], minlength=self.customers).astype(float)


def simulate(customers: int, seed: int) -> Shop:
    rng = np.random.default_rng([seed, customers])
    tier = rng.choice(4, customers, p=[0.4, 0.3, 0.2, 0.1])
    channel = rng.integers(0, 6, customers)
    pace = rng.gamma(0.9, 1 / 0.9, customers) * np.array([0.4, 0.8, 1.6, 3.2])[tier] / 60.0
    pace *= np.array([0.6, 0.8, 1.0, 1.2, 1.4, 1.8])[channel]
    level = np.exp(rng.normal(3.5, 0.5, customers)) * np.array([1.0, 1.1, 1.3, 1.6])[tier]
    joined = rng.integers(0, CUT_DAY - 20, customers)
    stays = rng.exponential(500.0, customers)
    orders = rng.poisson(pace * np.minimum(stays, DAYS - joined))
    who = np.repeat(np.arange(customers), orders)
    later = joined[who] + 1 + np.floor(rng.random(len(who)) * np.minimum(stays, DAYS - joined)[who])
    who, day = np.r_[np.arange(customers), who], np.r_[joined, np.minimum(later, DAYS - 1)].astype(np.intp)
    amount = np.round(level[who] * rng.gamma(4, 0.25, len(who)) + 1, 2)
    return Shop(who, day, amount, customers, tier, channel, joined, rng)


def _day(day: float) -> str:
    return (START + timedelta(days=int(day))).isoformat()


def _exact(shop: Shop) -> list[object]:
    return [round(v, 2) for v in shop.between(CUT_DAY, CUT_DAY + HORIZON)]


def _binned(shop: Shop) -> list[object]:
    return [int(v // 50) for v in shop.between(CUT_DAY, CUT_DAY + HORIZON)]


def _noisy_log(shop: Shop) -> list[object]:
    label = np.log1p(shop.between(CUT_DAY, CUT_DAY + HORIZON))
    return [round(v, 4) for v in label + shop.rng.normal(0, 1.0, shop.customers)]


def _active(shop: Shop) -> list[object]:
    return ["yes" if v > 0 else "no" for v in shop.between(CUT_DAY, CUT_DAY + HORIZON)]


def _churn_date(shop: Shop) -> list[object]:
    """Ninety days after the last order, once they have passed on the day of the export."""
    return [_day(v + 90) if v + 90 < DAYS else None for v in shop.last_before(DAYS)]


def _last_order(shop: Shop) -> list[object]:
    return [_day(v) for v in shop.last_before(DAYS)]


def _lifetime_total(shop: Shop) -> list[object]:
    """With tax, as a shop system shows it."""
    return [round(1.19 * v, 2) for v in shop.between(0, DAYS)]


def _status(shop: Shop) -> list[object]:
    silence = DAYS - shop.last_before(DAYS)
    orders = shop.count_before(DAYS)
    return ["lapsed" if s > 150 else "new" if n == 1 else "active" for s, n in zip(silence, orders, strict=True)]


def _encoded_id(shop: Shop) -> list[object]:
    """Account numbers given out in the order of later spend, with some disorder."""
    label = shop.between(CUT_DAY, CUT_DAY + HORIZON) + shop.rng.normal(0, 10, shop.customers)
    return [f"K{place}" for place in np.argsort(np.argsort(label))]


def _filled_if_back(shop: Shop) -> list[object]:
    """A score from a survey sent after the cut: only those who are still there have one."""
    back = shop.between(CUT_DAY, CUT_DAY + HORIZON) > 0
    return [int(v) if b else None for v, b in zip(shop.rng.integers(0, 11, shop.customers), back, strict=True)]


def _past_total(shop: Shop) -> list[object]:
    return [round(v, 2) for v in shop.between(0, CUT_DAY)]


def _segment(shop: Shop) -> list[object]:
    def thirds(values: Numbers) -> NDArray[np.intp]:
        return np.searchsorted(np.quantile(values, [1 / 3, 2 / 3]), values)

    parts = (thirds(shop.last_before(CUT_DAY)), thirds(shop.count_before(CUT_DAY)), thirds(shop.between(0, CUT_DAY)))
    return [f"{r}{f}{m}x" for r, f, m in zip(*parts, strict=True)]


def _tenure(shop: Shop) -> list[object]:
    return [int(CUT_DAY - v) for v in shop.joined]


def _country(shop: Shop) -> list[object]:
    return [str(v) for v in shop.rng.choice(["DE", "AT", "CH", "FR", "NL"], shop.customers)]


def _channel(shop: Shop) -> list[object]:
    return [f"channel {v}" for v in shop.channel]


def _random(shop: Shop) -> list[object]:
    return [round(float(v), 5) for v in shop.rng.normal(size=shop.customers)]


def _random_id(shop: Shop) -> list[object]:
    return [f"A{v}" for v in shop.rng.permutation(shop.customers)]


def _birth_year(shop: Shop) -> list[object]:
    return [
        int(v) if k > 0.2 else None
        for v, k in zip(shop.rng.integers(1940, 2005, shop.customers), shop.rng.random(shop.customers), strict=True)
    ]


def _tier(shop: Shop) -> list[object]:
    return [["basic", "silver", "gold", "platinum"][v] for v in shop.tier]


def _first_basket(shop: Shop) -> list[object]:
    """Follows the level of spend of the first order."""
    first = np.zeros(shop.customers)
    first[shop.who[: shop.customers]] = shop.amount[: shop.customers]
    return [f"aisle {int(v)}" for v in np.log(first) * 2 + shop.rng.normal(0, 0.7, shop.customers)]


Maker = Callable[[Shop], list[object]]
LEAKS: dict[str, Maker] = {
    "spend_next": _exact,
    "spend_class": _binned,
    "score_log": _noisy_log,
    "is_active": _active,
    "churn_date": _churn_date,
    "last_order": _last_order,
    "lifetime_total": _lifetime_total,
    "status": _status,
    "account_no": _encoded_id,
    "survey_score": _filled_if_back,
}
DECOYS: dict[str, Maker] = {
    "total_so_far": _past_total,
    "rfm": _segment,
    "tenure": _tenure,
    "home": _country,
    "came_by": _channel,
    "dice": _random,
    "random_no": _random_id,
    "birth_year": _birth_year,
    "tier": _tier,
    "first_aisle": _first_basket,
}


def shop_engine(shop: Shop) -> DuckDB:
    """The books of a shop whose list of customers holds every planted and every honest column."""
    columns = {name: make(shop) for name, make in (LEAKS | DECOYS).items()}
    engine = DuckDB(threads=1)
    create_tables(engine)
    days = np.datetime64(START) + shop.day.astype("timedelta64[D]")
    engine.write(
        "raw",
        {"who": shop.who, "day": days.astype("datetime64[us]"), "amount": shop.amount, "n": np.arange(len(shop.who))},
    )
    engine.execute(
        "INSERT INTO sources_orders BY NAME SELECT 'O' || n AS order_id, printf('C%06d', who) AS customer_id, day AS ordered_at,"
        " CAST(day AS DATE) AS ordered_on, 'EUR' AS currency, amount AS gross, 0 AS discount, 0 AS shipping_charged,"
        " 0 AS tax, 1 AS file_no FROM raw"
    )
    texts = [
        json.dumps(dict(zip(columns, row, strict=True)), default=float) for row in zip(*columns.values(), strict=True)
    ]
    engine.write("raw", {"who": np.arange(shop.customers), "attributes": np.array(texts, dtype=object)})
    engine.execute(
        "INSERT INTO sources_customers BY NAME SELECT printf('C%06d', who) AS customer_id, attributes FROM raw"
    )
    ledger.keep_books(engine, Settings(currency="EUR"))
    return engine


def named(customers: int, seed: int) -> dict[str, features.Leak]:
    """The columns that the detector names in one shop."""
    found = features.find_leaks(shop_engine(simulate(customers, seed)), CUT, HORIZON)
    return {leak.column: leak for leak in found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 2_000, 10_000])
    arguments = parser.parse_args()
    for size in arguments.sizes:
        began = time.perf_counter()
        missed: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        for seed in range(FIRST_SEED, FIRST_SEED + arguments.seeds):
            leaks = named(size, seed)
            missed.update(LEAKS.keys() - leaks.keys())
            wrong.update(DECOYS.keys() & leaks.keys())
        chances = 10 * arguments.seeds
        print(
            f"{size:>7,} customers: {chances - missed.total()} of {chances} leaks named, {wrong.total()} of {chances}"
            f" honest columns named, {(time.perf_counter() - began) / arguments.seeds:.1f} s a shop"
        )
        for what, counts in (("missed", missed), ("named wrongly", wrong)):
            if counts:
                print(f"          {what}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))


if __name__ == "__main__":
    main()
