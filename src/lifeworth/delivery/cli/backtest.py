"""``lifeworth backtest``: how every method did on this company's own past, without valuing anybody."""

import csv
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lifeworth.delivery.cli import options
from lifeworth.errors import UsageError
from lifeworth.sources import Kind

if TYPE_CHECKING:
    from lifeworth.refresh.blind import Blind

Paths = list[Path] | None
Line = list[str]

COHORT_MEAN = "cohort mean"
STANDINGS = ["method", "days", "off by", "worst", "Gini", "best tenth", "CRPS", "coverage"]
CUTS = ["day", "method", "came", "forecast", "off by", "Gini", "best tenth", "CRPS", "coverage"]
TEXTS = ("method", "day")
NOTHING = "–"
WIDEST = 10_000


def backtest(
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
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="Write the league table, a row a method and day.")
    ] = None,
    as_of: options.AsOf = None,
    horizon: Annotated[int, typer.Option("--horizon", metavar="DAYS", help="Days ahead of each forecast.")] = 365,
    interval: options.Interval = 0.8,
    currency: options.Currency = None,
    margin: options.Margin = None,
    threads: options.Threads = None,
    seed: options.Seed = 1,
    fast: Annotated[bool, typer.Option("--fast", help="Consider fewer models and days.")] = False,
    cuts: Annotated[bool, typer.Option("--cuts", help="Show each past day.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Forecast past days blind and compare every method with what came; nothing is published."""
    from lifeworth.refresh import Request
    from lifeworth.refresh.blind import backtest as look_back
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
    requested = options.file_requests(files, by_kind)
    if not requested:
        raise UsageError("No file was given. Try: lifeworth backtest orders.csv")
    if out is not None:
        _refuse(out, [one.path for one in requested])
    with tempfile.TemporaryDirectory(prefix="lifeworth-") as scratch:
        request = Request(
            files=requested,
            out=Path(scratch),
            settings=options.settings_from(config, mapping, currency, margin),
            as_of=options.parse_day(as_of, "--as-of"),
            horizon_days=horizon,
            interval_level=interval,
            threads=options.cores(threads),
            seed=seed,
            fast=fast,
        )
        with options.conditions_from(config):
            found = look_back(request, Stages(quiet=quiet))
    if out is not None:
        _write_csv(found.league, out)
    if as_json:
        typer.echo(json.dumps(_plain(found), indent=1, ensure_ascii=False, allow_nan=False))
    elif not quiet:
        _say(found, cuts, out)


def _refuse(out: Path, inputs: list[Path]) -> None:
    if out.is_dir():
        raise UsageError(f"{out} is a folder; --out is the csv file to write, such as league.csv.")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {out.absolute().parent} to write {out.name} to.")
    if out.resolve() in {path.resolve() for path in inputs}:
        raise UsageError(f"{out} would be overwritten by the league table. Choose another --out.")


@dataclass(frozen=True)
class Standing:
    """One method over all past days it was asked on.

    ``middle`` and ``worst`` are absolute bias in percent, ``sharper`` is the CRPS over that of the cohort mean on
    the same days, minus one, in percent; NaN where nothing is known.
    """

    method: str
    kind: str
    days: int
    middle: float
    worst: float
    gini: float
    best_tenth: float
    sharper: float
    coverage: float


def standings(league: list[dict[str, Any]]) -> list[Standing]:
    """Every method over all days, in the order of the league table."""
    usual = {str(row["cut"]): row["crps"] for row in league if row["model"] == COHORT_MEAN}
    return [
        _standing([row for row in league if row["model"] == method], usual)
        for method in dict.fromkeys(row["model"] for row in league)
    ]


def _standing(rows: list[dict[str, Any]], usual: dict[str, float | None]) -> Standing:
    misses = [abs(miss) for miss in _known(rows, "bias")]
    return Standing(
        method=rows[0]["model"],
        kind=rows[0]["kind"],
        days=len(rows),
        middle=median(misses) if misses else float("nan"),
        worst=max(misses, default=float("nan")),
        gini=_mean(_known(rows, "gini")),
        best_tenth=_mean(_known(rows, "top_decile")),
        sharper=_sharper(rows, usual),
        coverage=_mean(_known(rows, "coverage")),
    )


def _known(rows: list[dict[str, Any]], name: str) -> list[float]:
    return [float(row[name]) for row in rows if row[name] is not None and isfinite(row[name])]


def _mean(numbers: list[float]) -> float:
    return fmean(numbers) if numbers else float("nan")


def _sharper(rows: list[dict[str, Any]], usual: dict[str, float | None]) -> float:
    """Only days on which the cohort mean could be asked are compared."""
    pairs = [(row["crps"], usual.get(str(row["cut"]))) for row in rows]
    both = [(own, other) for own, other in pairs if own is not None and other is not None]
    total = sum(other for _, other in both)
    return 100.0 * (sum(own for own, _ in both) / total - 1.0) if total > 0 else float("nan")


def _say(found: "Blind", cuts: bool, out: Path | None) -> None:
    typer.echo(found.verdict)
    typer.echo()
    _draw(STANDINGS, [_standing_line(one) for one in standings(found.league)])
    if cuts:
        typer.echo()
        _draw(CUTS, list(_cut_lines(found.league)))
    typer.echo()
    for sentence in _sentences(found):
        typer.echo(sentence)
    if out is not None:
        typer.echo(f"League table: {out}")


def _standing_line(one: Standing) -> Line:
    return [
        one.method,
        str(one.days),
        _number(one.middle, ".1f", " %"),
        _number(one.worst, ".1f", " %"),
        _number(one.gini, ".2f"),
        _number(one.best_tenth, ".0f", " %"),
        _number(one.sharper, "+.1f", " %"),
        _number(one.coverage, ".0f", " %"),
    ]


def _cut_lines(league: list[dict[str, Any]]) -> Iterator[Line]:
    usual = {str(row["cut"]): row["crps"] for row in league if row["model"] == COHORT_MEAN}
    day = ""
    for row in league:
        yield [
            str(row["cut"]) if str(row["cut"]) != day else "",
            row["model"],
            _number(row["actual_total"], ",.0f"),
            _number(row["predicted_total"], ",.0f"),
            _number(row["bias"], "+.1f", " %"),
            _number(row["gini"], ".2f"),
            _number(row["top_decile"], ".0f", " %"),
            _number(_sharper([row], usual), "+.1f", " %"),
            _number(row["coverage"], ".0f", " %"),
        ]
        day = str(row["cut"])


def _number(value: float | None, form: str, unit: str = "") -> str:
    if value is None or not isfinite(value):
        return NOTHING
    text = format(value, form)
    return (text.lstrip("+-") if not text.strip("+-0.,") else text) + unit


def _draw(titles: list[str], lines: list[Line]) -> None:
    """A ruled table at a terminal wide enough for it, else aligned text."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table, console = Table(), Console(highlight=False)
        for title in titles:
            table.add_column(title, justify="left" if title in TEXTS else "right", no_wrap=True)
        for line in lines:
            table.add_row(*line)
        if console.measure(table, options=console.options.update(width=WIDEST)).maximum <= console.width:
            console.print(table)
            return
    for row in _aligned(titles, lines):
        typer.echo(row)


def _aligned(titles: list[str], lines: list[Line]) -> Iterator[str]:
    widths = [max(len(line[place]) for line in (titles, *lines)) for place in range(len(titles))]
    for line in (titles, *lines):
        cells = [
            cell.ljust(width) if title in TEXTS else cell.rjust(width)
            for cell, width, title in zip(line, widths, titles, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _sentences(found: "Blind") -> Iterator[str]:
    yield (
        "Off by: median and worst distance of the total. Best tenth: money of the tenth ranked highest, of the best possible. "
        "CRPS: against the cohort mean on the same days, below zero is sharper. Coverage: customers inside their range."
    )
    yield from _same_days(found.league)
    if found.kind == "blend":
        yield from map(_weight_words, found.weights)
    if found.total is not None and found.total["windows"]:
        yield _total_words(found.total)
    for row in found.diagnostics:
        if row["warns"]:
            yield f"Note: {row['sentence']}"
    for warning in found.warnings:
        if warning not in found.verdict:
            yield f"Note: {warning}"


def _same_days(league: list[dict[str, Any]]) -> Iterator[str]:
    """Methods that learn from finished stretches cannot be asked on the first days; ours on the others, to be fair."""
    asked = {name: {str(r["cut"]) for r in league if r["model"] == name} for name in {r["model"] for r in league}}
    shared, every = set.intersection(*asked.values()), set.union(*asked.values())
    if not shared or shared == every:
        return
    ours = standings([r for r in league if str(r["cut"]) in shared])[0]
    days = "day" if len(shared) == 1 else "days"
    yield (
        f"Some methods need a finished stretch to learn from. On the {len(shared)} {days} all could be asked, {ours.method} "
        f"was off by {_number(ours.middle, '.1f', ' %')} in the middle and {_number(ours.worst, '.1f', ' %')} at worst, "
        f"Gini {_number(ours.gini, '.2f')}."
    )


def _weight_words(row: dict[str, Any]) -> str:
    parts = [f"{model} {100 * weight:.0f} %" for model, weight in row.items() if model != "situation"]
    return f"Weights, {row['situation']}: {', '.join(parts)}"


def _total_words(total: dict[str, Any]) -> str:
    stretches = f"{total['windows']} finished {'stretch' if total['windows'] == 1 else 'stretches'}"
    said = f"The purchase model's total is multiplied by {total['factor']:.2f} from here on, learned from {stretches}"
    return f"{said} (spread {100 * total['spread']:.0f} %)."


def _write_csv(league: list[dict[str, Any]], out: Path) -> None:
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(league[0]))
        writer.writeheader()
        writer.writerows(league)


def _plain(found: "Blind") -> dict[str, Any]:
    """Everything that was found, beside the standings the terminal shows."""
    from dataclasses import asdict

    record = {**asdict(found), "standings": [asdict(one) for one in standings(found.league)]}
    return dict(_jsonable(record))


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _jsonable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(each) for each in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
