"""``lifeworth experiment``: what the next experiment takes, and who goes into which arm."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from math import isfinite
from pathlib import Path
from typing import Annotated, Literal

import typer

from lifeworth.answers.experiment_design import (
    Assignment,
    Chosen,
    Result,
    assign_customers,
    choose,
    open_result,
    plan_experiment,
)
from lifeworth.delivery.cli.experiment_words import assignment_lines, plan_lines
from lifeworth.delivery.cli.options import MOST_SILENCE_DAYS, no_later_than_years, parse_day
from lifeworth.delivery.cli.result import find_result
from lifeworth.errors import UsageError
from lifeworth.insight.experiments.design.assigning import TABLE, Draw, Share
from lifeworth.insight.experiments.design.planning import Wish
from lifeworth.insight.experiments.reading.arms import CONTROL_NAMES, plain
from lifeworth.maths.power import Aim
from lifeworth.store.duckdb.engine import DuckDB

experiment = typer.Typer(
    help="Plan the next experiment, or put customers into its arms by lot.", no_args_is_help=True, rich_markup_mode=None
)

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the result.")]
Where = Annotated[
    str | None,
    typer.Option(
        "--where", metavar="CONDITION", help="Who may take part, such as \"life_cycle = 'quiet'\" [default: everybody]"
    ),
]
Agreed = Annotated[
    Literal["email", "ads", "none"],
    typer.Option("--consent", help="Whose consent is needed: to e-mail, to advertising, or nobody's."),
]
Kept = Annotated[
    Path | None,
    typer.Option("--kept", metavar="DIR", help="Folder of assignments [default: OUT/experiments]"),
]
RESULT = Path("lifeworth-result")
_MOST_DAYS = 3_650


@experiment.command("plan")
def plan(
    out: Out = RESULT,
    where: Where = None,
    effect: Annotated[
        str,
        typer.Option("--effect", metavar="SIZE", help="Effect to see: a share such as 5%, or an amount a customer."),
    ] = "5%",
    days: Annotated[int, typer.Option("--days", metavar="N", help="How long customers are watched.")] = 90,
    power: Annotated[
        float, typer.Option("--power", metavar="SHARE", help="Chance of seeing the effect if it is there.")
    ] = 0.8,
    cost: Annotated[
        float | None, typer.Option("--cost", metavar="AMOUNT", help="Cost of treating one customer.")
    ] = None,
    holdout: Annotated[
        float, typer.Option("--holdout", metavar="SHARE", help="Part of the customers left untreated.")
    ] = 0.2,
    consent: Agreed = "email",
    kept: Kept = None,
) -> None:
    """Say how many customers and how long it takes to see an effect in money."""
    wish = _wish(effect, days, power, cost, holdout)
    with _opened(out) as (engine, result):
        chosen = choose(engine, where, consent, on=result.as_of, others=_earlier(kept or out / "experiments"))
        for line in plan_lines(plan_experiment(engine, wish), result, chosen):
            typer.echo(line)


@experiment.command("assign")
def assign(
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Name of the experiment.")],
    arms: Annotated[
        str,
        typer.Option(
            "--arms", metavar="ARMS", help="Arms and shares, such as control:0.3,letter:0.7; a third part is a cost."
        ),
    ],
    out: Out = RESULT,
    where: Where = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="First day, YYYY-MM-DD [default: the day of the result]")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", metavar="N", help="How long customers are watched [default: no end yet]")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Another seed, another lot.")] = 1,
    consent: Agreed = "email",
    kept: Kept = None,
) -> None:
    """Put customers into arms by a lot that can be drawn again, alike by value and tier; written as a csv."""
    folder = kept or out / "experiments"
    file = _file(folder, name)
    with _opened(out) as (engine, result):
        draw = _draw(name, arms, seed, _first_day(on, result.as_of), days)
        chosen = choose(engine, where, consent, on=draw.assigned_on, name=draw.name, others=_earlier(folder))
        found = assign_customers(engine, draw, chosen)
        _write(engine, file)
        _say(found, draw, result, chosen, file)


@contextmanager
def _opened(out: Path) -> Iterator[tuple[DuckDB, Result]]:
    published = find_result(out)
    engine = DuckDB()
    try:
        yield engine, open_result(engine, published.folder)
    finally:
        engine.close()


def _wish(effect: str, days: int, power: float, cost: float | None, holdout: float) -> Wish:
    for option, share in (("--power", power), ("--holdout", holdout)):
        if not 0.01 <= share <= 0.99:
            raise UsageError(
                f"{option} is a share between 0.01 and 0.99, such as {0.8 if option == '--power' else 0.2}. Got {share:g}."
            )
    if not 1 <= days <= _MOST_DAYS:
        raise UsageError(f"--days is a number of days from 1 to {_MOST_DAYS}. Got {days}.")
    if cost is not None and not (isfinite(cost) and cost >= 0):
        raise UsageError(f"--cost is an amount of 0 or more. Got {cost:g}.")
    text = effect.strip().replace(" ", "")
    try:
        size = float(text.removesuffix("%"))
    except ValueError:
        size = float("nan")
    if not isfinite(size) or size == 0 or abs(size) > 1e12:
        raise UsageError(f"--effect is a share such as 5%, or an amount a customer such as 1.50. Got {effect!r}.")
    is_share = text.endswith("%")
    return Wish(size / 100 if is_share else size, is_share, days, Aim(power=power, control_share=holdout), cost)


def _first_day(on: str | None, as_of: date) -> date:
    """The day asked for, or that of the result; refused where it is years from it."""
    day = no_later_than_years(parse_day(on, "--on"), "--on", as_of, "the day of the result")
    if day is not None and (as_of - day).days > MOST_SILENCE_DAYS:
        raise UsageError(f"--on {day} lies more than ten years before the day of the result ({as_of}).")
    return day or as_of


def _draw(name: str, arms: str, seed: int, on: date, days: int | None) -> Draw:
    if days is not None and not 1 <= days <= _MOST_DAYS:
        raise UsageError(f"--days is a number of days from 1 to {_MOST_DAYS}. Got {days}.")
    if seed < 0:
        raise UsageError(f"--seed is a whole number from 0 upwards. Got {seed}.")
    return Draw(name.strip(), _arms(arms), seed, on, on + timedelta(days=days - 1) if days else None)


def _arms(text: str) -> tuple[Share, ...]:
    """``control:0.3,letter:0.7:1.10`` as arms with shares and costs."""
    found = []
    for part in text.split(","):
        name, *numbers = (piece.strip() for piece in part.split(":"))
        try:
            share, cost = (float(number) for number in (*numbers, "nan")[:2])
        except ValueError:
            share, cost = float("nan"), float("nan")
        if not name or len(numbers) not in (1, 2) or not 0 < share < 1 or (len(numbers) == 2 and not 0 <= cost <= 1e9):
            raise UsageError(
                f"--arms takes name:share or name:share:cost, such as control:0.3,letter:0.7:1.10. Got {part.strip()!r}."
            )
        found.append(Share(name, share, cost if len(numbers) == 2 else None))
    return _checked(found)


def _checked(arms: list[Share]) -> tuple[Share, ...]:
    names = [plain(one.arm) for one in arms]
    if len(arms) < 2 or len(set(names)) < len(names):
        raise UsageError(
            f"--arms needs at least two arms with different names. Got {', '.join(one.arm for one in arms)}."
        )
    if abs(sum(one.share for one in arms) - 1) > 1e-6:
        raise UsageError(f"The shares of --arms add up to 1. These add up to {sum(one.share for one in arms):g}.")
    if len([name for name in names if name in CONTROL_NAMES]) != 1:
        raise UsageError(
            f"One arm of --arms must be called control or holdout: the untreated one. Got {', '.join(one.arm for one in arms)}."
        )
    return tuple(arms)


def _file(folder: Path, name: str) -> Path:
    """Where an assignment is kept; an experiment is drawn once."""
    plain_name = name.strip()
    if (
        not plain_name
        or len(plain_name) > 100
        or not plain_name.isprintable()
        or set(plain_name) & set('/\\:*?"<>|[]')
        or plain_name[0] in ".=+-@"
    ):
        raise UsageError(
            f"--name becomes the name of a file: letters, digits and spaces, at most 100, beginning with neither a dot nor a sign. Got {name!r}."
        )
    file = folder / f"{plain_name}.csv"
    if file.exists():
        raise UsageError(
            f"{file} exists: this experiment was drawn before. Choose another --name, or remove the file if it never began."
        )
    return file


def _earlier(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.csv"))) if folder.is_dir() else ()


def _write(engine: DuckDB, file: Path) -> None:
    """Whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f".{file.name}.new")
    engine.to_csv(f"SELECT * FROM {TABLE} ORDER BY customer_id", beside)
    os.replace(beside, file)


def _say(found: Assignment, draw: Draw, result: Result, chosen: Chosen, file: Path) -> None:
    for line in assignment_lines(found, draw, result, chosen, file):
        typer.echo(line)
