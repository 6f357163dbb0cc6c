"""Options that several commands share, and how text becomes a request."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from lifeworth.errors import UsageError
from lifeworth.insight.segments import ConditionError
from lifeworth.settings import Settings, read_settings
from lifeworth.sources import FileRequest, Kind

MOST_SILENCE_DAYS = 3660

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILES]...", help="Exports (csv, tsv, csv.gz, parquet, xlsx), recognised by their columns."
    ),
]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings and cost rules, a lifeworth.toml.")
]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="field=column, for a file that is not recognised."),
]
Currency = Annotated[str | None, typer.Option("--currency", metavar="CODE", help="ISO code of the money, such as EUR.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="YYYY-MM-DD; what came on or after it is the future [default: after the last order]",
    ),
]
Margin = Annotated[
    float | None,
    typer.Option(
        "--margin", metavar="SHARE", help="Profit after goods as a share of revenue, where no cost is recorded."
    ),
]
Interval = Annotated[
    float, typer.Option("--interval", metavar="SHARE", help="Share of possible futures a range holds.")
]
Threads = Annotated[int | None, typer.Option("--threads", metavar="N", help="Cores to use [default: all]")]
Seed = Annotated[int, typer.Option("--seed", metavar="S", help="Fixes what little is left to chance.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]


def kind_option(kind: str) -> typer.models.OptionInfo:
    """An option that takes files of one kind by name."""
    option: typer.models.OptionInfo = typer.Option(
        f"--{kind.replace('_', '-')}", metavar="FILE", help=f"A file of {kind.replace('_', ' ')}; may be repeated."
    )
    return option


def file_requests(files: list[Path] | None, by_kind: dict[Kind, list[Path] | None]) -> tuple[FileRequest, ...]:
    """Files to recognise first, then those named for a kind."""
    named = [FileRequest(path, kind) for kind, paths in by_kind.items() for path in paths or []]
    return (*(FileRequest(path, None) for path in files or []), *named)


def cores(threads: int | None) -> int:
    """As many as asked for, else all."""
    return threads if threads is not None else os.cpu_count() or 1


def settings_from(
    config: Path | None, mapping: list[str] | None, currency: str | None, margin: float | None
) -> Settings:
    """The company's file with the command line on top of it."""
    settings = read_settings(config)
    changes: dict[str, object] = {"map": {**settings.map, **parse_mapping(mapping)}}
    if currency:
        if len(currency) != 3 or not currency.isalpha():
            raise UsageError(f"--currency is a three-letter ISO code such as EUR. Got {currency!r}.")
        changes["currency"] = currency.upper()
    return settings.model_copy(update=changes).with_margin(margin)


@contextmanager
def conditions_from(config: Path | None) -> Iterator[None]:
    """Inside, a condition of the configuration that cannot be read names the file it stands in."""
    try:
        yield
    except ConditionError as fault:
        file = str(config) if config else None
        raise ConditionError(
            fault.what, file=file, column=fault.column, found=fault.found, remedy=fault.remedy
        ) from None


def parse_mapping(mapping: list[str] | None) -> dict[str, str]:
    """``field=column`` texts as a dictionary."""
    parsed = {}
    for text in mapping or []:
        field, equals, column = text.partition("=")
        if not equals or not field.strip() or not column.strip():
            raise UsageError(f"--map takes field=column, such as --map customer_id='Customer No'. Got {text!r}.")
        parsed[field.strip()] = column.strip()
    return parsed


def parse_day(text: str | None, option: str) -> date | None:
    """A date written YYYY-MM-DD."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise UsageError(f"{option} is a date written YYYY-MM-DD, such as 2026-01-31. Got {text!r}.") from None


def no_later_than_years(day: date | None, option: str, known: date, what: str) -> date | None:
    """The day, refused where it lies more than ten years after what is known."""
    if day is not None and (day - known).days > MOST_SILENCE_DAYS:
        raise UsageError(f"{option} {day} lies more than ten years after {what} ({known}).")
    return day
