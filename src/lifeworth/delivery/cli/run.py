"""``lifeworth run``: files in, a published result out."""

from pathlib import Path
from typing import Annotated

import typer

from lifeworth.delivery.cli import options
from lifeworth.delivery.cli.summary import say_result
from lifeworth.sources import Kind

Paths = list[Path] | None


def run(
    files: options.Files = None,
    orders: Annotated[Paths, options.kind_option("orders")] = None,
    order_lines: Annotated[Paths, options.kind_option("order_lines")] = None,
    refunds: Annotated[Paths, options.kind_option("refunds")] = None,
    products: Annotated[Paths, options.kind_option("products")] = None,
    customers: Annotated[Paths, options.kind_option("customers")] = None,
    order_costs: Annotated[Paths, options.kind_option("order_costs")] = None,
    service: Annotated[Paths, options.kind_option("service")] = None,
    touches: Annotated[Paths, options.kind_option("touches")] = None,
    spend: Annotated[Paths, options.kind_option("spend")] = None,
    surveys: Annotated[Paths, options.kind_option("surveys")] = None,
    subscriptions: Annotated[Paths, options.kind_option("subscriptions")] = None,
    experiments: Annotated[Paths, options.kind_option("experiments")] = None,
    leads: Annotated[Paths, options.kind_option("leads")] = None,
    mapping: options.Mapping = None,
    config: options.Config = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the result.")] = Path(
        "lifeworth-result"
    ),
    as_of: options.AsOf = None,
    horizon: Annotated[int, typer.Option("--horizon", metavar="DAYS", help="Days ahead that value looks.")] = 365,
    interval: options.Interval = 0.8,
    discount: Annotated[float, typer.Option("--discount", metavar="RATE", help="Annual discount rate.")] = 0.10,
    currency: options.Currency = None,
    margin: options.Margin = None,
    threads: options.Threads = None,
    accept: Annotated[
        str | None, typer.Option("--accept", metavar="WHY", help="Publish even where a check holds back, and why.")
    ] = None,
    seed: options.Seed = 1,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Folder for loads and versions [default: OUT/store]")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Consider fewer models.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Value every customer from a company's exports."""
    from lifeworth.refresh import Request
    from lifeworth.refresh import run as flow
    from lifeworth.refresh.stages import Stages

    by_kind: dict[Kind, list[Path] | None] = {
        "orders": orders,
        "order_lines": order_lines,
        "refunds": refunds,
        "products": products,
        "customers": customers,
        "order_costs": order_costs,
        "service": service,
        "touches": touches,
        "spend": spend,
        "surveys": surveys,
        "subscriptions": subscriptions,
        "experiments": experiments,
        "leads": leads,
    }
    request = Request(
        files=options.file_requests(files, by_kind),
        out=out,
        settings=options.settings_from(config, mapping, currency, margin),
        store=store,
        as_of=options.parse_day(as_of, "--as-of"),
        horizon_days=horizon,
        interval_level=interval,
        discount=discount,
        threads=options.cores(threads),
        seed=seed,
        accept=accept,
        fast=fast,
    )
    with options.conditions_from(config):
        outcome = flow(request, Stages(quiet=quiet))
    if not quiet:
        say_result(outcome)
