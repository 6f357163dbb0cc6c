"""Runs every study of insight where the truth is planted or known, and writes what came out to docs/reference/insight.md.

    python benchmarks/insight/page.py --kept insight-studies

``--kept`` holds what each study printed: one that has been run is not run again, so a page that was stopped goes on where it was. Remove a
file there to have its study run anew. All of them take about an hour and a half on two cores.
"""

import argparse
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reference" / "insight.md"


@dataclass(frozen=True)
class Study:
    """A question, the script and arguments that answer it, and how many of the last lines sum it up."""

    name: str
    asks: str
    command: tuple[str, ...]
    lines: int


STUDIES = (
    Study("margins", "Are the leaking category and the loss-making orders found, and nothing where nothing is?", ("margins.py", "--seeds", "20"), 18),
    Study("products", "Is the gateway product found, and its lookalike not?", ("products.py", "--seeds", "20"), 3),
    Study("acquisition", "Is the best channel found, and what its newcomers bring?", ("acquisition.py", "--seeds", "20"), 9),
    Study("personas", "Do the planted kinds of people come back, and the proxy?", ("personas.py", "--seeds", "20"), 4),
    Study("personas-without", "Are people invented where there are none?", ("personas.py", "--seeds", "20", "--without-structure"), 1),
    Study("retention", "Who has left, what is at risk, and does the letter work?", ("retention.py", "--seeds", "10"), 1),
    Study("experiments-null", "How often does an experiment without effect look like one?", ("experiments.py", "null", "--experiments", "1000"), 5),
    Study("experiments-power", "Is an effect of 5 % found as often as planned?", ("experiments.py", "power", "--experiments", "1000"), 8),
    Study("experiments-whom", "Are groups said to differ when they do, and not otherwise?", ("experiments.py", "whom", "--experiments", "300"), 16),
    Study("experiments-demo", "Are the demo's campaigns read right?", ("experiments.py", "demo", "--seeds", "20"), 2),
    Study("prospects", "Are open leads' chances right, and what drives them found?", ("prospects.py", "--seeds", "12"), 14),
    Study("audit", "Does the revenue of the two years to come lie in its range?", ("audit.py", "--shops", "50"), 8),
    Study("audit-more", "The same in fifty further shops", ("audit.py", "--shops", "50", "--first", "51"), 8),
)  # fmt: skip


def run(study: Study, kept: Path) -> str:
    """What a study printed, from the folder or from a run now."""
    file = kept / f"{study.name}.txt"
    if not file.exists():
        print(f"{study.name} ...", file=sys.stderr, flush=True)
        script, *arguments = study.command
        done = subprocess.run(
            [sys.executable, str(HERE / script), *arguments], check=True, capture_output=True, text=True
        )
        file.write_text(done.stdout, encoding="utf-8")
    return file.read_text(encoding="utf-8")


def summary(study: Study, printed: str) -> str:
    """The last lines of the output."""
    return "\n".join(line.rstrip() for line in printed.rstrip().splitlines()[-study.lines :])


def main() -> None:
    """Run what has not been run, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kept", type=Path, default=Path("insight-studies"), metavar="FOLDER")
    kept = parser.parse_args().kept
    kept.mkdir(parents=True, exist_ok=True)
    parts = [
        "# Insight where the truth is planted\n\nWritten by `make bench-insight`. Every seed is another shop; the first few were also looked at while the rooms were built. What is planted in the demo shop stands in "
        f"[its page](../explanation/demo-shop.md). Python {platform.python_version()}, {date.today()}.\n"
    ]
    for study in STUDIES:
        told = summary(study, run(study, kept))
        parts.append(
            f"## {study.asks}\n\n`python benchmarks/insight/{' '.join(study.command)}`\n\n```text\n{told}\n```\n"
        )
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(f"written: {PAGE}")


if __name__ == "__main__":
    main()
