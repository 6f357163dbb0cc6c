"""Writes the benchmark shop: BG/NBD purchases and Gamma-Gamma spend, one parquet of orders."""

import argparse
from datetime import date
from pathlib import Path

import numpy as np

from lifeworth.store.duckdb.engine import DuckDB

WEEKS, JOINING_WEEKS = 104, 26
R, ALPHA_WEEKS, A, B = 0.243, 4.414 / 3.3, 0.793, 2.426
P, Q, GAMMA = 6.25, 3.74, 15.44
START = date(2023, 1, 2)


def orders_of(customers: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Customer number and day of every order of a block of customers."""
    rate = rng.gamma(R, 1 / ALPHA_WEEKS, customers) / 7
    drop = rng.beta(A, B, customers)
    first = rng.uniform(0, JOINING_WEEKS * 7, customers)
    who, when = [np.arange(customers)], [first]
    alive, now = np.arange(customers), first.copy()
    while len(alive):
        now = now + rng.exponential(1 / np.maximum(rate[alive], 1e-12))
        still = now < WEEKS * 7
        alive, now = alive[still], now[still]
        who.append(alive)
        when.append(now)
        stays = rng.random(len(alive)) >= drop[alive]
        alive, now = alive[stays], now[stays]
    return np.concatenate(who), np.concatenate(when)


def write_shop(path: Path, customers: int, seed: int = 1) -> int:
    """Write the orders, in blocks of 100,000 customers; returns how many."""
    rng = np.random.default_rng(seed)
    engine = DuckDB()
    engine.execute("CREATE TABLE orders (customer_id BIGINT, ordered_at DATE, amount DOUBLE)")
    for start in range(0, customers, 100_000):
        size = min(100_000, customers - start)
        who, when = orders_of(size, rng)
        amount = rng.gamma(P, 1, len(who)) / rng.gamma(Q, 1 / GAMMA, size)[who]
        days = np.datetime64(START) + np.floor(when).astype("timedelta64[D]")
        engine.append(
            "orders",
            {
                "customer_id": who + start + 1,
                "ordered_at": days.astype("datetime64[us]"),
                "amount": np.maximum(np.round(amount, 2), 0.01),
            },
        )
    engine.to_parquet("SELECT * FROM orders ORDER BY ordered_at", path)
    return int(engine.value("SELECT count(*) FROM orders"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--customers", type=int, default=1_000_000)
    arguments = parser.parse_args()
    print(f"{write_shop(arguments.path, arguments.customers):,} orders in {arguments.path}")
