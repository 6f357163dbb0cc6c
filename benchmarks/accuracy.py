"""Accuracy on public data: ours beside `lifetimes`, plain LightGBM and five floors, in the same run.

Writes ``docs/reference/benchmark.md``. Usage: ``make bench-accuracy``, or one data set again with
``python benchmarks/accuracy.py --peer PYTHON --data FOLDER --only online_retail_ii``. Results are kept as JSON lines in
the scratch folder, so the others stand as they were measured; the page is written once every cut has a result.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from accuracy_parts import cache
from accuracy_parts.data_sets import DATA_SETS, DataSet
from accuracy_parts.evaluate import METHODS, OURS, Setting, evaluate
from accuracy_parts.history import read_customer_days
from accuracy_parts.page import page

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmark.md"
SCRATCH = Path(tempfile.gettempdir()) / "lifeworth-accuracy"


def main() -> None:
    arguments = parsed()
    setting = Setting(arguments.data.resolve(), arguments.peer, arguments.scratch.resolve())
    lines = setting.scratch / "results.jsonl"
    if not arguments.page_only:
        for data_set in DATA_SETS:
            if not arguments.only or data_set.name in arguments.only:
                measure(data_set, setting, lines)
    write_page(lines, arguments.page)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", required=True, help="python of the environment that holds lifetimes")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help="where results and working files are kept")
    parser.add_argument(
        "--only", action="append", choices=[d.name for d in DATA_SETS], help="one data set; may be repeated"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write")
    parser.add_argument("--page-only", action="store_true", help="write the page from the results that are kept")
    return parser.parse_args()


def measure(data_set: DataSet, setting: Setting, lines: Path) -> None:
    """Every cut of one data set, each kept as soon as it is done."""
    print(f"{data_set.title}: reading", flush=True)
    days = read_customer_days(data_set.lines_sql(setting.data))
    for number, cut in enumerate(data_set.cuts, 1):
        began = time.perf_counter()
        result = evaluate(data_set, cut, days, setting)
        cache.append(lines, result)
        print(
            f"  {number}/{len(data_set.cuts)} {cut}: {told(result)} ({time.perf_counter() - began:.0f} s)", flush=True
        )


def told(result: cache.Result) -> str:
    """One cut in one line, for whoever is waiting."""
    said = [f"{name} {result['methods'][name]['bias']:+.1f} %" for name in METHODS[:3] if name in result["methods"]]
    failed = [f"{name} FAILED: {reason}" for name, reason in result["failures"].items()]
    return ", ".join(said + failed)


def write_page(lines: Path, target: Path) -> None:
    """The page, or what is still missing for it."""
    results = cache.read(lines)
    missing = cache.missing(results)
    if missing:
        names = ", ".join(f"{name} {cut} ({days} d)" for name, cut, days in missing)
        sys.exit(f"The page was not written: no result yet for {names}. Run without --only, or with --only for those.")
    target.write_text(page(cache.in_order(results)), encoding="utf-8")
    failed = [r["data_set"] + " " + r["cut"] for r in cache.in_order(results) if OURS not in r["methods"]]
    print(f"written: {target}" + (f"; lifeworth gave no result for {', '.join(failed)}" if failed else ""))


if __name__ == "__main__":
    main()
