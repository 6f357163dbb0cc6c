"""Asks `lifetimes`, in its own environment, for a forecast of the same customers."""

import csv
import json
import subprocess
from datetime import timedelta
from pathlib import Path

import numpy as np

from accuracy_parts.history import EPOCH, CustomerDays, Floats

PROGRAM = Path(__file__).with_name("lifetimes_peer.py")


def lifetimes_forecast(
    python: str, days: CustomerDays, cut: int, horizon_days: int, folder: Path
) -> tuple[Floats, dict[str, object]]:
    """Money per customer, shape (customers,), and what the peer says of its fit. Customers it does not know get 0.

    Its purchases are the days with sales above zero, at their net amount, which is kinder than gross sales.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source, target = folder / "days.csv", folder / "money.csv"
    _write_purchases(days, cut, source)
    day = (EPOCH + timedelta(days=cut)).isoformat()
    said = subprocess.run(
        [python, str(PROGRAM), str(source), day, str(horizon_days), str(target)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if said.returncode:
        raise RuntimeError(f"lifetimes: {said.stderr.strip().splitlines()[-1]}")
    position = {name: place for place, name in enumerate(days.ids)}
    money = np.zeros(len(days.ids))
    with target.open(newline="") as file:
        for row in csv.DictReader(file):
            money[position[row["customer_id"]]] = float(row["money"] or 0.0)
    if not np.isfinite(money).all():
        raise RuntimeError("lifetimes: some customers have no finite forecast")
    return money, json.loads(said.stdout.strip().splitlines()[-1])


def _write_purchases(days: CustomerDays, cut: int, target: Path) -> None:
    keep = days.bought & (days.day < cut)
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "day", "amount"])
        for customer, day, amount in zip(days.customer[keep], days.day[keep], days.amount[keep], strict=True):
            writer.writerow([days.ids[customer], (EPOCH + timedelta(days=int(day))).isoformat(), repr(float(amount))])
