"""Writes the generated pages of docs/reference: tables, customer_value, command line. Usage: ``make docs``."""

import os
import subprocess
import sys
from pathlib import Path

from lifeworth.contract import describe
from lifeworth.contract.customer_value import CUSTOMER_VALUE

PAGES = Path(__file__).parent.parent / "docs" / "reference"
COMMANDS = ("", "run", "check", "explain", "demo")


def customer_value() -> str:
    rows = "".join(
        f"| {c.name} | {c.type} | {c.unit} | {'yes' if c.required else ''} | {c.meaning} |\n"
        for c in CUSTOMER_VALUE.columns
    )
    return (
        f"# customer_value\n\n{CUSTOMER_VALUE.grain.capitalize()}. {CUSTOMER_VALUE.note}\n\n"
        "| column | type | unit | always filled | meaning |\n|---|---|---|---|---|\n" + rows
    )


def command_line() -> str:
    program = [sys.executable, "-c", "from lifeworth.delivery.cli.app import main; main()"]
    wide = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"}
    parts = ["# Command line\n"]
    for command in COMMANDS:
        said = subprocess.run(
            [*program, *([command] if command else []), "--help"], capture_output=True, text=True, check=True, env=wide
        )
        text = "\n".join(
            line.rstrip() for line in said.stdout.replace("Usage: -c", "Usage: lifeworth").strip().splitlines()
        )
        parts.append(f"## lifeworth {command}".rstrip() + f"\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def pages() -> dict[str, str]:
    """Name and text of every generated page."""
    return {"tables.md": describe(), "customer-value.md": customer_value(), "command-line.md": command_line()}


if __name__ == "__main__":
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
        print(f"written: docs/reference/{name}")
