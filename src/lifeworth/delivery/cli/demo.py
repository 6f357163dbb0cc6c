"""``lifeworth demo``: a shop whose truth is known, valued like any other."""

from pathlib import Path
from typing import Annotated, cast

import typer

from lifeworth.delivery.cli import options
from lifeworth.delivery.cli.summary import say_result


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder for the shop and its result.")] = Path(
        "demo-shop"
    ),
    customers: Annotated[
        int, typer.Option("--customers", metavar="N", min=50, help="How many customers the shop has.")
    ] = 3000,
    seed: Annotated[int, typer.Option("--seed", metavar="S", min=0, help="Another seed, another shop.")] = 1,
    season: Annotated[bool, typer.Option(help="Whether demand follows the calendar.")] = True,
    price_drift: Annotated[bool, typer.Option(help="Whether prices rise.")] = True,
    quiet: options.Quiet = False,
) -> None:
    """Simulate a shop with known truth and value it."""
    from lifeworth.demo import simulate
    from lifeworth.refresh import Request
    from lifeworth.refresh import run as flow
    from lifeworth.refresh.stages import Stages
    from lifeworth.settings import read_settings
    from lifeworth.sources import FileRequest, Kind

    stages = Stages(quiet=quiet)
    with stages.stage("demo", f"Simulating a shop with {customers:,} customers"):
        shop = simulate(folder, customers=customers, seed=seed, season=season, price_drift=price_drift)
    files = tuple(FileRequest(path, cast(Kind, table)) for table, path in sorted(shop.files.items()))
    request = Request(
        files=files,
        out=folder / "result",
        settings=read_settings(folder / "lifeworth.toml"),
        as_of=shop.as_of,
        horizon_days=shop.horizon_days,
        seed=seed,
    )
    outcome = flow(request, stages)
    if not quiet:
        say_result(outcome)
        typer.echo(
            f"The truth, which the run never saw: {shop.totals.true_value:,.0f} {shop.currency} ({folder / 'truth.parquet'})"
        )
