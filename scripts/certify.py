"""Writes docs/reference/certification.md: published numbers beside ours. Usage: ``make certify``."""

import sys
from pathlib import Path

from certification import apparel, cdnow, contracts, donations, grocery
from certification.row import Chapter, Row
from certification.shops import FOLDER

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "certification.md"
SETS = (cdnow, grocery, donations, contracts, apparel)
#: Differences below this say nothing: they hang on the machine's rounding.
NOTHING = 1e-5

HEAD = """# Published numbers beside ours

What papers and other packages print, worked out by the models here on the same data; `make certify` writes this page from the data and nothing on it is typed in as ours.
{verdict}

The bar is ± 0.01 for a log-likelihood, 0.1 % for a parameter (three significant figures) and for a prediction, and otherwise the tolerance the source itself states or the last digit it prints. Standard errors have 0.5 %: other packages work them out by differences. *Difference* is in the measure of the bar.
"""


def page(chapters: list[Chapter]) -> str:
    """The whole page."""
    rows = [row for chapter in chapters for row in chapter.rows]
    missed = [row for row in rows if not row.met]
    verdict = f"Of {len(rows)} numbers {len(rows) - len(missed)} are met and {len(missed)} are missed."
    if missed:
        verdict += "\n\n" + "\n".join(f"- missed: {row.quantity} of {row.source}; {row.note}" for row in missed)
    return "\n".join([HEAD.format(verdict=verdict), *map(_section, chapters)])


def _section(chapter: Chapter) -> str:
    lines = [f"## {chapter.title}\n\n{chapter.about}\n"]
    lines.append("| quantity | theirs | source | ours | difference | bar | |\n|---|---|---|---|---|---|---|")
    lines += [_line(row) for row in chapter.rows]
    if chapter.absent:
        lines.append("\nPrinted, but not compared here:\n")
        lines += [f"- {what}: {why}" for what, why in chapter.absent]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    verdict = ("met" if row.met else "**MISSED**") + (f"; {row.note}" if row.note else "")
    away = "under 0.00001" if row.distance < NOTHING else f"{row.distance:.1g}"
    away = "0" if row.distance == 0 else away
    return f"| {row.quantity} | {row.theirs} | {row.source} | {row.printed} | {away} | {row.bar} | {verdict} |"


if __name__ == "__main__":
    if not FOLDER.is_dir():
        sys.exit(
            f"there are no data sets in {FOLDER.name}: set LIFEWORTH_DATA to the folder that holds cdnow, grocery, …"
        )
    written = page([each.chapter() for each in SETS])
    PAGE.write_text(written, encoding="utf-8")
    print(f"written: docs/reference/{PAGE.name}, {written.count('MISSED')} missed")
