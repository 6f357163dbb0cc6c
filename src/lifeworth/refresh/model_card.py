"""``model_card.md``: one page on what a run's forecast is, how it was chosen, how it did on the past, and its limits.

Everything on it is read from the run's tables; where a table is empty the card says so. After Mitchell et al. 2019,
*Model Cards for Model Reporting*.
"""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from math import exp, isfinite
from shlex import quote
from statistics import median
from typing import Any

from lifeworth.answers.proof import CONTRACT, PURCHASE
from lifeworth.answers.run_facts import RunFacts
from lifeworth.answers.tables import rows_of
from lifeworth.refresh.request import Request
from lifeworth.report.numbers import count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, sentence, set_well, span, too_much_or_little
from lifeworth.settings import Settings
from lifeworth.store.engine import Engine

OURS = "lifeworth"
_PACKAGES = ("duckdb", "lightgbm", "numpy", "scipy")
_BY_GROUP = """grouped_by, list_position(['under 3 months', '3 to 12 months', 'within 30 days',
'30 to 90 days', '90 to 365 days', 'over a year', 'new', 'one order', 'regular', 'lapsing'], member), member, cut"""
_EVERYWHERE = (
    "It speaks of customers known on the day; those still to come are not in it.",
    "Values are what customers are expected to bring as things go on, not what a campaign would add: they say who, not "
    "what would change it.",
    "The past is all it knows: a new price list, a closed channel or a crisis is not in it until it shows in orders.",
    "One customer's range is wide by nature; sums over many are steadier than any single row.",
)


def model_card(engine: Engine, facts: RunFacts, request: Request | None = None) -> str:
    """The card of a finished run as Markdown.

    Parameters
    ----------
    engine : Engine
        Holds the tables of the run.
    facts : RunFacts
        What the run decided.
    request : Request, optional
        What was asked, for the command that repeats it.
    """
    parts = (
        ("What it forecasts", _forecasts(engine, facts)),
        ("Data", _data(engine, facts)),
        ("Method", _method(engine, facts)),
        ("Accuracy on past days", _accuracy(engine, facts)),
        ("Ranges", _ranges(engine, facts)),
        ("The total", _total(engine)),
        ("What the data say against the model", _diagnostics(engine)),
        ("Columns left out", _leaks(engine)),
        ("Known limits", _limits(engine, facts)),
        ("To repeat it", _repeat(engine, facts, request)),
    )
    title = f"# Model card of {facts.run_id}\n"
    return "\n".join([title, *(f"## {name}\n\n{_lines(lines)}\n" for name, lines in parts)])


def _lines(lines: Iterator[str]) -> str:
    return "\n".join(lines)


def _forecasts(engine: Engine, facts: RunFacts) -> Iterator[str]:
    voice, base = Voice(facts), facts.base
    yield (
        f"The {voice.worth} each of {many(base['customers'], 'customer')} brings in the {voice.ahead} from "
        f"{day(facts.as_of)}, discounted at {percent(facts.discount)} a year, with a range that is to hold "
        f"{voice.level} of what comes. Money is in {voice.money.name}."
    )
    yield (
        f"Together: {voice.money.about(base['value_mean'])} "
        f"({voice.money.range(base['value_low'], base['value_high'])}), from about {count(base['orders_mean'])} expected orders."
    )
    if not facts.in_profit:
        yield f"Not profit: {set_well(facts.basis_reason)}"


def _data(engine: Engine, facts: RunFacts) -> Iterator[str]:
    for row in rows_of(engine, "ledger_facts"):
        yield f"Orders from {day(row['first_day'])} to {day(row['last_day'])}; nothing of {day(facts.as_of)} or later is used."
    yield ""
    yield "| file | holds | rows read | used | set aside | SHA-256 |"
    yield "|---|---|--:|--:|--:|---|"
    for row in rows_of(engine, "sources_files", "file_no"):
        aside = row["rows_read"] - row["rows_loaded"]
        figures = " | ".join(map(count, (row["rows_read"], row["rows_loaded"], aside)))
        yield f"| {_cell(row['name'])} | {row['kind']} | {figures} | `{row['sha256']}` |"
    yield ""
    missing = [row for row in rows_of(engine, "ledger_coverage") if row["basis"] == "missing" and row["share"]]
    told = ", ".join(f"{str(row['cost']).replace('_', ' ')} {percent(row['share'])}" for row in missing)
    yield f"Costs missing, as a share of what should have them: {told}." if told else "No cost is missing."
    reasons = rows_of(engine, "sources_reasons", '"rows" DESC, reason')[:5]
    if reasons:
        yield "Set aside most: " + "; ".join(f"{count(row['rows'])} × {_cell(row['reason'])}" for row in reasons) + "."


def _method(engine: Engine, facts: RunFacts) -> Iterator[str]:
    yield f"**{sentence(facts.model_chosen)}**: {set_well(facts.model_reason)}."
    weights = rows_of(engine, "backtest_weights", "model, situation")
    if weights:
        yield ""
        yield from _weights(weights)
    for row in rows_of(engine, "backtest_dropped"):
        yield f"- Left out: {row['model']}, because it {set_well(str(row['reason']))}."
    for row in rows_of(engine, "backtest_absent"):
        yield f"Nothing could be compared: {set_well(str(row['reason']))}"


def _weights(rows: list[dict[str, Any]]) -> Iterator[str]:
    situations = ("new", "one order", "regular", "lapsing")
    share = {(row["model"], row["situation"]): row["weight"] for row in rows}
    yield f"| weight of | {' | '.join(situations)} |"
    yield f"|---|{'--:|' * len(situations)}"
    for model in dict.fromkeys(row["model"] for row in rows):
        yield f"| {model} | {' | '.join(percent(share.get((model, s))) for s in situations)} |"
    yield ""
    yield (
        "New: known for under 60 days. Regular: several purchases and likely still there. Lapsing: several purchases and "
        "likely gone."
    )


def _accuracy(engine: Engine, facts: RunFacts) -> Iterator[str]:
    rows = rows_of(engine, "backtest_league", "cut, model")
    if not rows:
        yield "Not tested: this run had no past day to ask."
        return
    for proof in rows_of(engine, "backtest_proof"):
        yield set_well(str(proof["verdict"]))
    cuts = sorted({row["cut"] for row in rows})
    yield ""
    yield (
        f"Means over {many(len(cuts), 'past day')} ({day(cuts[0])} to {day(cuts[-1])}), each followed by "
        f"{span(int(rows[-1]['horizon_days']))}. Bias is that of the middle day without its sign; ranking (Gini) is 1 "
        "when perfect and 0 by chance; CRPS is money, smaller is sharper."
    )
    yield ""
    yield "| method | days | bias | ranking | CRPS | mean miss |"
    yield "|---|--:|--:|--:|--:|--:|"
    yield from _methods(rows, Voice(facts))


def _methods(rows: list[dict[str, Any]], voice: Voice) -> Iterator[str]:
    names = {row["model"]: row["kind"] for row in rows}
    order = {"ours": 0, "model": 1, "floor": 2}
    for name in sorted(names, key=lambda n: (order.get(names[n], 3), n)):
        own = [row for row in rows if row["model"] == name]
        bias = [abs(b) / 100 for b in _known(own, "bias")]
        gini = _mean(_known(own, "gini"))
        figures = (
            percent(median(bias)) if bias else "",
            f"{gini:.2f}" if isfinite(gini) else "",
            voice.money.exact(_mean(_known(own, "crps"))),
            voice.money.exact(_mean(_known(own, "mae"))),
        )
        shown = f"**{name}**" if name == OURS else f"{name} (simple rule)" if names[name] == "floor" else name
        yield f"| {shown} | {len(own)} | {' | '.join(figures)} |"


def _ranges(engine: Engine, facts: RunFacts) -> Iterator[str]:
    rows = [row for row in rows_of(engine, "backtest_groups", _BY_GROUP) if row["coverage"] is not None]
    if not rows:
        yield "Ranges could not be checked on past days; they are the models' own."
        return
    yield (
        f"Stated: {Voice(facts).level}. Share of customers with something to expect whose range held what came, mean over "
        "the past days, and how far all forecasts for the group together were off."
    )
    yield ""
    yield "| group | | customers, newest day | held | total |"
    yield "|---|---|--:|--:|--:|"
    for by, member in dict.fromkeys((row["grouped_by"], row["member"]) for row in rows):
        if by == "predicted tenth" and member not in ("01", "10"):
            continue
        own = [row for row in rows if (row["grouped_by"], row["member"]) == (by, member)]
        actual, told = (sum(row[name] for row in own) for name in ("actual_total", "predicted_total"))
        off = too_much_or_little(100 * (told - actual) / actual) if actual > 0 else "nothing came"
        named = {"01": "highest", "10": "lowest"}.get(member, member) if by == "predicted tenth" else member
        held = percent(_mean([row["coverage"] for row in own]) / 100)
        yield f"| {by} | {named} | {count(own[-1]['customers'])} | {held} | {off} |"


def _total(engine: Engine) -> Iterator[str]:
    rows = rows_of(engine, "backtest_total")
    if not rows:
        yield "Not corrected: no finished stretch of the past says how far totals are usually off."
        return
    row = rows[-1]
    yield (
        f"The sum of all customers is multiplied by {row['factor']:.2f}, learned on "
        f"{many(row['windows'], 'finished stretch', 'finished stretches')} of the past; "
        f"what that leaves open is {percent(row['spread'])} either way (one standard deviation)."
    )
    if row["last_year"] is None:
        yield "The history does not reach back a year before the coming stretch, so its season is not known."
    else:
        seen = exp(row["last_year"]) - 1
        yield (
            f"A year before, customers brought {percent(abs(seen))} {'more' if seen >= 0 else 'less'} than their purchase "
            f"histories had suggested; {percent(row['returned'])} of that is expected back."
        )


def _diagnostics(engine: Engine) -> Iterator[str]:
    rows = rows_of(engine, "backtest_diagnostics")
    if not rows:
        yield "Not tested in this run."
        return
    warning = [row for row in rows if row["warns"]]
    for row in warning:
        yield f"- **{row['name']}**: {set_well(str(row['sentence']))}"
    if not warning:
        yield f"Nothing: none of {many(len(rows), 'test')} found a misfit that is beyond chance and large enough to matter."


def _leaks(engine: Engine) -> Iterator[str]:
    rows = rows_of(engine, "backtest_leaks")
    for row in rows:
        yield f"- **{_cell(row['column_name'])}** ({row['kind']}): {set_well(str(row['sentence']))}"
    if not rows:
        yield "None was found to know the future."


def _carrier(engine: Engine) -> str:
    """Who extends a tested stretch: contracts where they took the purchase model's place."""
    methods = {str(row["model"]) for row in rows_of(engine, "backtest_weights")}
    return CONTRACT if CONTRACT in methods and PURCHASE not in methods else PURCHASE


def _limits(engine: Engine, facts: RunFacts) -> Iterator[str]:
    for limit in _EVERYWHERE:
        yield f"- {limit}"
    for proof in rows_of(engine, "backtest_proof"):
        if proof["horizon_days"] < facts.horizon_days:
            yield (
                f"- Tested on {span(int(proof['horizon_days']))} only; the {_carrier(engine)} carries that to "
                f"{Voice(facts).ahead}, which nothing in this history could confirm."
            )
    for gate in rows_of(engine, "monitoring_gates"):
        if gate["state"] != "pass":
            yield f"- {set_well(str(gate['said']))}"
    told = {row["sentence"] for row in (*rows_of(engine, "backtest_diagnostics"), *rows_of(engine, "backtest_leaks"))}
    for warning in facts.warnings:
        if warning not in told:
            yield f"- {set_well(_cell(warning))}"


def _repeat(engine: Engine, facts: RunFacts, request: Request | None) -> Iterator[str]:
    used = [f"{name} {found}" for name in _PACKAGES if (found := _installed(name))]
    yield f"lifeworth {facts.lifeworth_version}, {', '.join(used)}; seed {facts.seed}; made {facts.created_at.isoformat()}."
    yield ""
    files = [quote(str(row["path"])) for row in rows_of(engine, "sources_files", "file_no")]
    options = [
        f"--as-of {facts.as_of}",
        f"--horizon {facts.horizon_days}",
        f"--interval {facts.interval_level:g}",
        f"--discount {facts.discount:g}",
        f"--seed {facts.seed}",
        *(["--fast"] if request and request.fast else []),
        *(["--config lifeworth.toml"] if request and request.settings != Settings() else []),
    ]
    yield f"```console\nlifeworth run {' '.join([*files, *options])}\n```"
    yield ""
    yield (
        "with the same settings (`--config`, `--margin`, `--map`, `--currency`) gives the same run id and the same values to the "
        f"last digit, at any number of threads. The id {facts.run_id} is made from the files' contents, the settings and the version."
    )


def _known(rows: list[dict[str, Any]], name: str) -> list[float]:
    return [float(row[name]) for row in rows if row[name] is not None and isfinite(row[name])]


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else float("nan")


def _cell(words: object) -> str:
    """Text of the company's own inside a table or a list."""
    return " ".join(str(words).split()).replace("|", "\\|").replace("<", "&lt;")


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
