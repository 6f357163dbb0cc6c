"""Open the demo shop: simulate it and lay its files on the table."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.aftermath import settle
from lifeworth.demo.configuration import write_configuration
from lifeworth.demo.exports import Exporter
from lifeworth.demo.planted import know_planted
from lifeworth.demo.simulation import Simulation, play
from lifeworth.demo.truth_files import write_lead_truth, write_truth
from lifeworth.errors import UsageError
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.durable import write_durably

AS_OF = date(2026, 6, 30)


@dataclass(frozen=True)
class DemoTotals:
    """The shop in figures; money in its currency.

    ``orders``, ``net_revenue``, ``profit`` (level 2b, as known at ``as_of``), ``loss_makers`` (customers whose past
    profit is negative) and ``mean_order_value`` (net goods) tell of the past; ``true_value``, ``true_revenue``
    and ``true_orders`` are expectations over the horizon, ``realised_…`` what then happened.
    """

    customers: int
    alive: int
    orders: int
    net_revenue: float
    profit: float
    loss_makers: int
    mean_order_value: float
    true_value: float
    true_revenue: float
    true_orders: float
    realised_value: float
    realised_revenue: float
    realised_orders: int


@dataclass(frozen=True)
class DemoShop:
    """Where the shop's files lie and what is true of it.

    ``files`` is the csv of each table. ``truth`` knows every customer, ``lead_truth`` every open lead, ``planted`` what is
    one number a shop.
    """

    folder: Path
    data: Path
    files: dict[str, Path]
    config: Path
    truth: Path
    lead_truth: Path
    planted: Path
    as_of: date
    horizon_days: int
    discount: float
    currency: str
    totals: DemoTotals


def simulate(
    folder: Path,
    *,
    customers: int = 3000,
    seed: int = 1,
    season: bool = True,
    price_drift: bool = True,
    structure: bool = True,
    horizon_days: int = 365,
    discount: float = 0.10,
    as_of: date = AS_OF,
) -> DemoShop:
    """A shop for coffee, tea and kitchen things, with everything it knows and what it cannot know.

    Parameters
    ----------
    folder : Path
        Receives ``data/*.csv``, ``lifeworth.toml``, ``truth.parquet``, ``lead_truth.parquet`` and ``planted.json``; files of
        an earlier demo are replaced.
    customers : int
        Customers with at least one order before ``as_of``.
    seed : int
        The same seed writes the same bytes.
    season, price_drift : bool
        Whether demand follows the calendar, and whether prices and costs rise by about 4 % a year. Without both,
        the shop is exactly the world of BG/NBD and Gamma-Gamma.
    structure : bool
        Whether attributes tell something. Without it the same cells are dealt anew, column by column: they tell nothing
        of each other, of worth, of what customers speak of, nor of the chance that a lead is won.
    horizon_days : int
        How far ahead the truth looks.
    discount : float
        Annual discount rate of the truth; one euro in ``t`` days is worth ``(1 + discount) ** (-t / 365)``.
    as_of : date
        The future begins at midnight of this day; the shop opened three years before.

    Examples
    --------
    >>> import tempfile
    >>> shop = simulate(Path(tempfile.mkdtemp()), customers=50)
    >>> shop.totals.customers, shop.files["orders"].name
    (50, 'orders.csv')
    """
    _check(folder, customers, seed, horizon_days, discount)
    simulation = play(
        customers, seed, as_of, horizon_days, discount, season=season, price_drift=price_drift, structure=structure
    )
    data, config, planted = folder / "data", folder / "lifeworth.toml", folder / "planted.json"
    truth, lead_truth = folder / "truth.parquet", folder / "lead_truth.parquet"
    data.mkdir(parents=True, exist_ok=True)
    engine = DuckDB()
    try:
        files = Exporter(engine, simulation, data).write_all()
        write_truth(engine, simulation, truth)
        write_lead_truth(engine, simulation, lead_truth)
    finally:
        engine.close()
    write_durably(config, write_configuration())
    write_durably(planted, json.dumps(know_planted(simulation), indent=2, ensure_ascii=False) + "\n")
    return DemoShop(
        folder=folder,
        data=data,
        files=files,
        config=config,
        truth=truth,
        lead_truth=lead_truth,
        planted=planted,
        as_of=as_of,
        horizon_days=horizon_days,
        discount=discount,
        currency=terms.CURRENCY,
        totals=count_totals(simulation),
    )


def _check(folder: Path, customers: int, seed: int, horizon_days: int, discount: float) -> None:
    if customers < 1:
        raise UsageError(f"A demo shop needs at least one customer. Got {customers}.")
    if seed < 0:
        raise UsageError(f"A seed is a whole number from 0 upwards. Got {seed}.")
    if horizon_days < 1:
        raise UsageError(f"The horizon is a number of days from 1 upwards. Got {horizon_days}.")
    if not 0 <= discount < 1:
        raise UsageError(f"The discount is an annual rate between 0 and 1, such as 0.10. Got {discount}.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; the demo needs a folder to write to.")


def count_totals(simulation: Simulation) -> DemoTotals:
    """The headline figures of a simulated shop."""
    past = simulation.purchases.day < 0
    money = settle(simulation.sales, simulation.after, before_day=0)
    who = simulation.purchases.customer[past]
    earned = np.bincount(who, weights=money.profit[past], minlength=len(simulation.people))
    goods = (simulation.sales.gross - simulation.sales.discount)[past]
    truth, future = simulation.truth, simulation.future
    return DemoTotals(
        customers=len(simulation.people),
        alive=int(simulation.alive.sum()),
        orders=int(past.sum()),
        net_revenue=round(float(money.revenue[past].sum()) / 100, 2),
        profit=round(float(money.profit[past].sum()) / 100, 2),
        loss_makers=int((earned < 0).sum()),
        mean_order_value=round(float(goods.mean()) / 100, 2),
        true_value=round(float(truth.value.sum()), 2),
        true_revenue=round(float(truth.revenue.sum()), 2),
        true_orders=round(float(truth.orders.sum()), 2),
        realised_value=round(float(future.value.sum()), 2),
        realised_revenue=round(float(future.revenue.sum()), 2),
        realised_orders=int(future.orders.sum()),
    )
