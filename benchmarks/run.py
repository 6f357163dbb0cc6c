"""Speed and memory on this machine, ours beside `lifetimes` in the same run.

Writes ``docs/reference/speed.md``. Every figure is a whole process: wall seconds and peak memory as the
operating system counts them. Usage: ``make bench``.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from shop import write_shop

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "reference" / "speed.md"


def measured(command: list[str]) -> tuple[float, float, str]:
    """Wall seconds, peak megabytes and output of one process."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        out.seek(0)
        text = out.read()
    if status:
        raise SystemExit(f"failed: {' '.join(command)}\n{text}")
    return wall, usage.ru_maxrss / 1024, text


def river(orders: Path, out: Path, *options: str) -> dict[str, object]:
    """The whole run: intervals, proof, report."""
    shutil.rmtree(out, ignore_errors=True)
    program = Path(sys.executable).with_name("lifeworth")
    wall, peak, _ = measured([str(program), "run", str(orders), "--out", str(out), "--quiet", *options])
    record = json.loads((out / "run.json").read_text())
    return {"wall": wall, "peak": peak, "stages": record["stages"], "customers": record["base"]["customers"]}


def last_json(text: str) -> dict[str, object]:
    """The last line of a child's output."""
    answer: dict[str, object] = json.loads(text.strip().splitlines()[-1])
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="python of the environment that holds lifetimes")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--large", type=int, default=2_060_000, help="customers of the memory test (about 10 M orders)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(page(Path(folder), arguments))
    print(f"written: {PAGE}")


def page(folder: Path, arguments: argparse.Namespace) -> str:
    big, small, large = folder / "big.parquet", folder / "small.parquet", folder / "large.parquet"
    orders = write_shop(big, arguments.customers)
    write_shop(small, 100_000)
    large_orders = write_shop(large, arguments.large)
    fast = river(big, folder / "out-fast", "--fast")
    ours = river(big, folder / "out")
    fits_wall, fits_peak, text = measured([sys.executable, str(HERE / "fits.py"), str(big), "bg"])
    our_fits = last_json(text)
    _, _, text = measured([sys.executable, str(HERE / "fits.py"), str(small), "pareto"])
    our_pareto = last_json(text)
    ten = river(large, folder / "out-large")
    shutil.rmtree(folder / "out-large")
    lines = [
        "# Speed and memory",
        "",
        f"Written by `make bench` on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{platform.system()}. Whole-process wall seconds and peak memory.",
        "",
        f"The shop: {arguments.customers:,} customers, {orders:,} orders in one parquet file, 104 weeks, customers joining in the "
        "first 26; BG/NBD purchases (r = .243, α = 4.414 / 3.3 weeks, a = .793, b = 2.426), Gamma-Gamma spend (6.25, 3.74, 15.44).",
        "",
        "## The whole run: reading, books, proof, forecast with ranges, tables, report",
        "",
        "| orders | | wall s | peak MB |",
        "|---|---|---|---|",
        f"| {orders:,} | | {ours['wall']:.1f} | {ours['peak']:.0f} |",
        f"| {orders:,} | `--fast`: no learned models, three past days | {fast['wall']:.1f} | {fast['peak']:.0f} |",
        f"| {large_orders:,} | | {ten['wall']:.1f} | {ten['peak']:.0f} |",
        "",
        "| stage | s | peak MB so far |",
        "|---|---|---|",
        *(f"| {s['name']} | {s['seconds']:.2f} | {s['peak_mb']:.0f} |" for s in ours["stages"]),
        "",
    ]
    if arguments.peer:
        lines += beside_peer(arguments.peer, big, small, ours, our_fits, our_pareto, fits_wall, fits_peak)
    return "\n".join(lines) + "\n"


def beside_peer(peer, big, small, ours, our_fits, our_pareto, fits_wall, fits_peak) -> list[str]:
    wall, peak, text = measured([peer, str(HERE / "peer.py"), str(big), "bg"])
    theirs = last_json(text)
    _, _, text = measured([peer, str(HERE / "peer.py"), str(small), "pareto"])
    pareto = last_json(text)

    def row(name: str, mine: float, other: float) -> str:
        return f"| {name} | {mine:.2f} | {other:.2f} | {other / max(mine, 0.005):.1f} × |"

    mine, other = our_fits["seconds"], theirs["seconds"]
    return [
        "## Beside `lifetimes` 0.11.3, same orders, same run",
        "",
        "lifetimes gives no ranges, no proof, no books and no report.",
        "",
        "| step | lifeworth s | lifetimes s | times faster |",
        "|---|---|---|---|",
        row("the whole river here (ranges, proof, books, tables, report); those four steps there", ours["wall"], wall),
        row(
            "the same four steps, whole process: summary + BG/NBD + Gamma-Gamma + 12-month CLV",
            fits_wall,
            wall,
        ),
        row("customer summary from orders", mine["summary"], other["summary"] + other["read"]),
        row("BG/NBD fit", mine["bg_nbd_fit"], other["bg_nbd_fit"]),
        row("Gamma-Gamma fit", mine["gamma_gamma_fit"], other["gamma_gamma_fit"]),
        row("12-month CLV of every customer", mine["clv_12_months"], other["clv_12_months"]),
        row(
            "Pareto/NBD fit, 100,000 customers",
            our_pareto["seconds"]["pareto_nbd_fit"],
            pareto["seconds"]["pareto_nbd_fit"],
        ),
        "",
        f"Peak memory: the whole run {ours['peak']:.0f} MB, our fits alone {fits_peak:.0f} MB, lifetimes {peak:.0f} MB.",
        "",
        f"lifetimes step by step: {', '.join(f'{k} {v:.2f} s' for k, v in other.items())}.",
    ]


if __name__ == "__main__":
    main()
