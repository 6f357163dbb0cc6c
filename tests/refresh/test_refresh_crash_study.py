"""Kill the whole run at random moments: readers keep a whole result, the next run needs nobody."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lifeworth.store.publishing import Publisher, finish_delivery, verify

KILLS = 50
PROGRAM = [sys.executable, "-c", "from lifeworth.delivery.cli.app import main; main()"]


def run_command(shop: Path, out: Path, seed: int) -> list[str]:
    files = [str(p) for p in sorted((shop / "data").glob("*.csv"))]
    named = [part for f in files for part in (f"--{Path(f).stem.replace('_', '-')}", f)]
    return [
        *PROGRAM,
        "run",
        *named,
        "--config",
        str(shop / "lifeworth.toml"),
        "--out",
        str(out),
        "--seed",
        str(seed),
        "--quiet",
    ]


def whole(out: Path) -> str:
    """The one run id that every file of the folder belongs to."""
    record = json.loads((out / "run.json").read_text())
    with open(out / "customer_value.csv", encoding="utf-8") as file:
        header = file.readline().strip().split(",")
        row = file.readline()
    assert record["run_id"] in row, "customer_value.csv belongs to another run than run.json"
    assert record["run_id"] in (out / "report.html").read_text(encoding="utf-8")
    assert "customer_id" in header
    return record["run_id"]


@pytest.mark.study
def test_killed_at_random_moments(tmp_path):
    from lifeworth.demo import simulate

    shop, out = tmp_path / "shop", tmp_path / "out"
    simulate(shop, customers=2000, seed=3)
    began = time.perf_counter()
    subprocess.run(run_command(shop, out, 0), check=True)
    usual = time.perf_counter() - began
    chance = random.Random(11)
    killed = 0
    for attempt in range(1, KILLS + 1):
        process = subprocess.Popen(run_command(shop, out, attempt))
        time.sleep(chance.uniform(0.0, usual * 1.02))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        verify(Publisher(out / "store").current())
        finish_delivery(out)
        whole(out)
    assert killed >= KILLS * 0.7
    subprocess.run(run_command(shop, out, 999), check=True)
    whole(out)
    assert not (out / "store" / "work").exists()
    assert {p.name for p in out.rglob(".*")} == {".lifeworth-origin"}
