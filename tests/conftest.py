"""Call the command line in this process and keep what it said."""

import os
import sys
from dataclasses import dataclass

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from lifeworth.delivery.cli.app import main


@dataclass
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def lifeworth(monkeypatch, capsys):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["lifeworth", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call


@pytest.fixture
def shop_csv(tmp_path):
    """Sixty customers over a year, orders every few weeks."""
    lines = ["customer_id,date,amount"]
    for customer in range(60):
        for visit in range(1 + customer % 7):
            day = (customer * 3 + visit * (11 + customer % 17)) % 360
            lines.append(f"C{customer:03d},2025-{1 + day // 30:02d}-{1 + day % 28:02d},{20 + customer % 9 * 7}.50")
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(lines) + "\n")
    return path
