"""Files in, canonical tables out: the story of the room from top to bottom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from lifeworth.contract import create_tables
from lifeworth.errors import DataError, UsageError
from lifeworth.settings import Settings
from lifeworth.sources.accounting import account, account_copy
from lifeworth.sources.arms import set_crossed_aside
from lifeworth.sources.backwards import tell_backwards
from lifeworth.sources.billing import bill, why_no_bills
from lifeworth.sources.building import build_orders, build_rest, set_orphans_aside
from lifeworth.sources.cells.currencies import most_common, read_rates
from lifeworth.sources.columns import check_map
from lifeworth.sources.duplicates import across_files, within_one_file
from lifeworth.sources.fields import plain
from lifeworth.sources.lead_endings import set_lost_endings_aside
from lifeworth.sources.naming import name_customers
from lifeworth.sources.opening.door import open_request
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.opening.probe import fingerprint
from lifeworth.sources.people import People, as_people, find_people
from lifeworth.sources.pricing import price_orders_by_lines
from lifeworth.sources.recognise import Recognised, recognise, refuse_endings_alone
from lifeworth.sources.report import FileAccount, LoadReport
from lifeworth.sources.request import FileRequest, Request
from lifeworth.sources.stage import Staged, Terms, latest_plausible, materialise, overrule, stage
from lifeworth.sources.summary import Facts, summarise
from lifeworth.sources.typed import understand
from lifeworth.store.engine import Engine

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Item:
    """One request on its way: its number, its name in accounts, its open file or the file it repeats."""

    number: int
    request: Request
    name: str
    opened: Opened
    copy_of: int | None = None
    copy_reason: str = ""


def load(
    engine: Engine,
    requests: Sequence[Request],
    settings: Settings,
    *,
    as_of: date | None,
    scratch: Path,
    tell: Tell | None = None,
    needs_orders: bool = True,
) -> LoadReport:
    """Read files into the canonical tables, every row accounted for.

    Parameters
    ----------
    engine : Engine
        Where the ``sources_*`` tables are made, in place of any earlier ones.
    requests : sequence of FileRequest or FrameRequest
        What to read; the order never matters.
    settings : Settings
        What the company decided: mapping, currency, notation, time zone, attributes.
    as_of : date, optional
        Orders on or after it are loaded (they are the future of a holdout) and counted apart.
    scratch : Path
        Folder for private working copies.
    tell : callable, optional
        Hears one plain sentence at each stage.
    needs_orders : bool
        Refuse files that hold neither orders nor subscriptions that bill: nothing can be valued without.
    """
    say = tell or (lambda sentence: None)
    create_tables(engine)
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    items = _open_all(engine, requests, scratch, say)
    fresh = [item for item in items if item.copy_of is None]
    check_map(settings.map, {item.request.label: item.opened for item in fresh})
    known = {item.number: _recognise(item, settings) for item in fresh}
    refuse_endings_alone(known)
    say("Understanding dates, amounts and currencies")
    written = {}
    for number, source in known.items():
        mapped, written[number] = understand(engine, source.mapped, settings, source.currency)
        known[number] = replace(source, mapped=mapped)
    reported = settings.currency or most_common(written[n].codes for n in _tell_the_currency(known))
    terms = Terms(settings, reported, read_rates(settings.rates), latest_plausible(settings))
    staged = [stage(engine, n, known[n], written[n], terms) for n in known]
    _check_attributes(staged, settings)
    say("Looking for rows that came twice")
    staged, people, conflicts = _settle_all(engine, staged, {item.number: item.name for item in items})
    say("Building orders, lines, refunds and costs")
    build_orders(engine, staged)
    staged = [set_orphans_aside(engine, file) for file in staged]
    staged = set_lost_endings_aside(engine, set_crossed_aside(engine, name_customers(engine, staged)))
    build_rest(engine, staged, people)
    unpriced = price_orders_by_lines(engine, staged)
    accounts = _account(engine, items, {file.file_no: file for file in staged})
    has_sales = any(file.shape is not None for file in staged)
    say("Turning subscriptions into bills")
    billing = bill(engine, settings.bill_subscriptions, as_of, has_sales=has_sales)
    facts = Facts(terms, accounts, staged, [item.opened for item in items], conflicts, as_of, people, unpriced, billing)
    report = summarise(engine, facts)
    told = list(tell_backwards(engine, staged, {item.number: item.name for item in items})) if not report.orders else []
    _clear(engine)
    if needs_orders or has_sales:
        _refuse_nothing(report, told)
    return report


def _open_all(engine: Engine, requests: Sequence[Request], scratch: Path, say: Tell) -> list[Item]:
    """Open every file once; a file that is another one again is not opened twice."""
    if not requests:
        raise UsageError("No file was named. Give at least a file of orders.")
    names = _names(requests)
    if len(requests) > 1:
        prints = [fingerprint(r.path) if isinstance(r, FileRequest) and r.path.is_file() else "" for r in requests]
    else:
        prints = [""]
    # Numbers follow content, not the order of the command line: any order gives the same tables.
    places = sorted(range(len(requests)), key=lambda i: (prints[i], requests[i].kind or "", i))
    items: dict[int, Item] = {}
    seen: dict[tuple[str, str | None], Item] = {}
    for number, place in enumerate(places, 1):
        request, name = requests[place], names[place]
        say(f"Reading {name}")
        before = seen.get((prints[place], request.kind)) if prints[place] else None
        opened = before.opened if before else open_request(engine, request, f"sources_raw_{number}", scratch)
        before = before or seen.get((opened.content_sha256, request.kind))
        item = Item(number, request, name, opened)
        if before is not None:
            item = _copy(item, before)
        else:
            seen[(opened.content_sha256, request.kind)] = item
            seen[(opened.sha256, request.kind)] = item
        items[place] = item
    return [items[place] for place in range(len(requests))]


def _copy(item: Item, before: Item) -> Item:
    own = replace(before.opened, sha256=item.opened.sha256)
    return replace(item, opened=own, copy_of=before.number, copy_reason=f"the same file as {before.name}")


def _names(requests: Sequence[Request]) -> list[str]:
    """Short names where they are unique, else paths."""
    short = [r.path.name if isinstance(r, FileRequest) else r.label for r in requests]
    return [name if short.count(name) == 1 else r.label for name, r in zip(short, requests, strict=True)]


def _recognise(item: Item, settings: Settings) -> Recognised:
    return recognise(item.opened, item.request.kind, settings.map, item.request.label)


def _tell_the_currency(known: dict[int, Recognised]) -> list[int]:
    """Sales say which currency is reported; without any, subscriptions do; a single file speaks for itself."""
    if len(known) == 1:
        return list(known)
    sales = [number for number, source in known.items() if source.shape is not None]
    return sales or [number for number, source in known.items() if source.kind == "subscriptions"]


def _check_attributes(staged: Sequence[Staged], settings: Settings) -> None:
    """An attribute the company asked for must exist somewhere."""
    tables = [f for f in staged if f.source.kind in ("customers", "leads")]
    columns = {plain(h): h for f in tables for h in f.source.mapped.opened.headers}
    missing = [name for name in settings.attributes if plain(name) not in columns]
    kinds = list(dict.fromkeys(f.source.kind for f in sorted(tables, key=lambda f: f.source.kind)))
    if missing and "customers" in kinds:
        raise UsageError(
            f"attributes: no file of {' or '.join(kinds)} has a column {missing[0]!r}. Columns are: {', '.join(columns.values())}."
        )


def _settle_all(engine: Engine, staged: list[Staged], names: dict[int, str]) -> tuple[list[Staged], People | None, int]:
    """Settle customers first: they say who is one person, and everything else is compared as theirs."""
    customers, conflicts = _settle(engine, [f for f in staged if f.source.kind == "customers"], names)
    others = [f for f in staged if f.source.kind != "customers"]
    people = find_people(engine, customers, others)
    if people is not None:
        others = [as_people(engine, file) for file in others]
    others, more = _settle(engine, others, names)
    return sorted([*customers, *others], key=lambda f: f.file_no), people, conflicts + more


def _settle(engine: Engine, staged: list[Staged], names: dict[int, str]) -> tuple[list[Staged], int]:
    """No row counts twice, within a file or across files."""
    conflicts = 0
    settled: list[Staged] = []
    for file in staged:
        if file.mode == "grouped" and file.shape is not None:
            file = materialise(engine, file)
            _one_customer_an_order(engine, file)
        file, found = within_one_file(engine, file)
        conflicts += found
        settled.append(file)
    done: list[Staged] = []
    for _, family in groupby(sorted(settled, key=lambda f: (f.family, f.file_no)), key=lambda f: f.family):
        files, found = across_files(engine, list(family), names)
        conflicts += found
        done += files
    return sorted(done, key=lambda f: f.file_no), conflicts


def _one_customer_an_order(engine: Engine, file: Staged) -> None:
    """An order id that several customers share (two shops, numbers used again) would mix their purchases."""
    shared = (
        f"SELECT order_id FROM {file.relation} WHERE ruling IS NULL GROUP BY order_id "
        "HAVING min(customer_id) <> max(customer_id)"
    )
    ruling = "'quarantined: the order id belongs to several customers' AS ruling"
    rulings = f"SELECT line, {ruling} FROM {file.relation} WHERE ruling IS NULL AND order_id IN ({shared})"
    if engine.value(f"SELECT count(*) FROM ({shared})"):
        overrule(engine, file, rulings)


def _account(engine: Engine, items: Sequence[Item], staged: dict[int, Staged]) -> list[FileAccount]:
    accounts = []
    for item in items:
        if item.copy_of is None:
            accounts.append(account(engine, staged[item.number], item.name, item.request.label))
        else:
            like = staged[item.copy_of]
            accounts.append(
                account_copy(engine, like, item.opened, item.number, item.name, item.request.label, item.copy_reason)
            )
    return accounts


def _clear(engine: Engine) -> None:
    """Working tables leave with the load."""
    for name in engine.tables():
        if name.startswith(("sources_raw_", "sources_staged_", "sources_ruled_")):
            kind = engine.value("SELECT table_type FROM information_schema.tables WHERE table_name = ?", [name])
            engine.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {name}")


def _refuse_nothing(report: LoadReport, told: list[str]) -> None:
    """Without one order there is nothing to value."""
    if report.orders:
        return
    reasons = [(r.rows, f"{r.rows:,} rows {r.verdict}: {r.reason}") for f in report.files for r in f.reasons]
    why = "\n  ".join([*(text for _, text in sorted(reasons, reverse=True)[:6]), *told])
    kinds = ", ".join(f"{f.name} ({f.kind.replace('_', ' ')})" for f in report.files)
    if not any(reading.kind in ("orders", "order_lines") for reading in report.readings):
        more = "".join(f"\n  {sentence}" for sentence in told)
        raise UsageError(f"None of the files is a list of orders: {kinds}.{why_no_bills(report.billing)}{more}")
    why = why or "Every row is a refund (its amount is below zero); nobody has bought anything."
    raise DataError(f"No order could be loaded from {kinds}.\n  {why}")
