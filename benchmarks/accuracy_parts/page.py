"""Results → one markdown page. Nothing is measured here."""

from typing import Any

from accuracy_parts.bars import BARS, bar_row, bars_over_cuts
from accuracy_parts.comparison import DRAWS
from accuracy_parts.data_sets import DATA_SETS, DataSet
from accuracy_parts.evaluate import METHODS, OURS, PEER
from accuracy_parts.figures import at_least, coverage, figure, money
from accuracy_parts.losses import lost_rows, range_losses
from accuracy_parts.machine import machine, versions
from accuracy_parts.measures import NAMES
from accuracy_parts.ranges import SMALLEST_GROUP, judged
from accuracy_parts.summary import summary_rows

Result = dict[str, Any]
MARK = {"best": "**{}**", "tie": "{} ≈", "": "{}"}
BAR_COLUMNS = ["cut", "Gini", "MAE", "total off by, %", "best tenth, %", "ranges held, %"]
CUT_COLUMNS = ["method", "Gini", "Spearman", "best tenth, %", "MAE", "total off by, %", "ranges held, %", "seconds"]
TOTAL_COLUMNS = ["method", "predicted total", "total off by, %", "seconds"]
SUMMARY_COLUMNS = [
    "method", "cuts", "median distance of the total, %", "worst distance of the total, %", "mean Gini rank",
    "ranges held, % (least … most)", "median seconds",
]  # fmt: skip
LOSS_COLUMNS = ["data set", "cut", "measure", "lifeworth", "ahead of it"]

HOW_TO_READ = f"""Each data set is cut at a day. Every method sees what came before that day and says what each customer will bring in the days after it;
what then happened is the plain sum of all lines in those days. All methods are judged on the same customers, those in lifeworth's
customer table; a method that does not know one of them is given 0 for it.

| method | what it is |
|---|---|
| lifeworth | `lifeworth run FILE --as-of CUT --horizon DAYS`, nothing tuned; whole process, reading, proof and report included in its seconds |
| lifetimes | BG/NBD × Gamma-Gamma by the `lifetimes` package, weekly grain, days with sales above zero as purchases at their net amount; whole process |
| LightGBM | one regressor, default parameters, five features of recency, frequency and money, learned on the last completed window; half the history where two windows do not fit, then stretched to the horizon |
| zero | nobody brings anything |
| cohort mean | what the average customer of the same first month brought in the last window as long as the horizon |
| rate so far | everybody's own average pace, taken over at least one horizon |
| last stretch | what the customer brought in the last window as long as the horizon |
| RFM cell mean | what the customer's cell of recency × frequency fifths brought in the last completed window |

- **Gini**: how well customers are ranked; 1 is the perfect order, 0 chance. Customers predicted alike stand in random order, mean of five draws.
- **Spearman**: rank correlation over all customers. Most bring nothing, so its ceiling is far below 1.
- **best tenth**: what the best predicted tenth brought, in percent of what the best tenth brought.
- **MAE**: mean distance per customer. It rewards predicting nothing: read it beside the total.
- **total off by**: predicted total above (+) or below (−) what came.
- **ranges held**: of customers whose 80 % range reaches above zero, how many ended inside it. 80 is right; more is too wide, less too narrow.
- **bold** is best beyond two standard errors of every difference ({DRAWS} bootstrap samples of customers, the same for all methods, orders and
  ranks held as they are); **≈** is a tie with the best. One cut of one data set is one draw of history: a season that hits all customers alike is not in those errors.
- **mean Gini rank** (in the summary) takes the figures as they stand, ties or not.
- **seconds** are wall time on a machine that may have been doing other things.
- Our figures are rounded to the worse side, all others to the nearest."""


def table(columns: list[str], rows: list[list[str]]) -> list[str]:
    """A markdown table, with an empty line after it."""
    head = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return [*head, *("| " + " | ".join(row) + " |" for row in rows), ""]


def page(results: list[Result]) -> str:
    """The whole page."""
    days = sorted({result["measured_on"] for result in results})
    lines = [
        "# Accuracy beside others",
        "",
        f"Written by `make bench-accuracy`. Measured {' to '.join(dict.fromkeys([days[0], days[-1]]))} with {versions(results)}; {machine()}.",
        "Losses are shown as they are: see [where we lose](#where-we-lose).",
        "",
        *_bars(results),
        "## How to read it",
        "",
        *HOW_TO_READ.splitlines(),
        "",
        *_summary(results),
    ]
    for data_set in DATA_SETS:
        lines += _data_set(data_set, [r for r in results if r["data_set"] == data_set.name])
    return "\n".join([*lines, *_losses(results)]).rstrip() + "\n"


def _bars(results: list[Result]) -> list[str]:
    found = {(r["data_set"], r["cut"], r["horizon_days"]): r for r in results}
    rows = [bar_row(bar, found.get((bar.data_set, bar.cut, bar.horizon_days))) for bar in BARS]
    return [
        "## What we ask of ourselves",
        "",
        "Measured, the bar in brackets, and the verdict on the unrounded figure.",
        "",
        *table(BAR_COLUMNS, rows),
        *table(["over several cuts", "measured", "bar", "verdict"], bars_over_cuts(results)),
    ]


def _summary(results: list[Result]) -> list[str]:
    by_title = {d.title: [r for r in results if r["data_set"] == d.name] for d in DATA_SETS if not d.totals_only}
    both = [d.title for d in DATA_SETS[:2]]
    groups = {f"{both[0]} and {both[1]} together": by_title[both[0]] + by_title[both[1]], **by_title}
    lines = ["## Summary", ""]
    for title, chosen in groups.items():
        if chosen:
            lines += [f"### {title}", "", *table(SUMMARY_COLUMNS, summary_rows(chosen))]
    return lines


def _data_set(data_set: DataSet, results: list[Result]) -> list[str]:
    if not results:
        return []
    days = " and ".join(sorted({result["measured_on"] for result in results}))
    lines = [f"## {data_set.title}", "", f"Money: {data_set.money}. Measured {days}.", ""]
    lines += [f"- {note}" for note in data_set.notes]
    lines += [""] if data_set.notes else []
    for result in results:
        lines += _cut(data_set, result)
    return lines


def _cut(data_set: DataSet, result: Result) -> list[str]:
    make = _total_row if data_set.totals_only else _method_row
    rows = [make(name, result) for name in METHODS]
    return [
        f"### {data_set.title}: {result['cut']}, {result['horizon_days']} days",
        "",
        _facts(result),
        "",
        *table(TOTAL_COLUMNS if data_set.totals_only else CUT_COLUMNS, rows),
        *_ranges(data_set, result),
    ]


def _facts(result: Result) -> str:
    others = result["brought_by_all"] - result["actual_total"]
    return " ".join(
        [
            f"{result['customers']:,} customers brought {money(result['actual_total'])}; "
            f"whoever is not in the table, mostly those new after the cut, brought {money(others)}.",
            *([f"lifeworth chose {result['chosen']}."] if "chosen" in result else []),
            *_penalties(result["notes"].get(PEER, {}).get("penalties", [0.0, 0.0])),
            *(
                [f"{result['unknown_ids']} of the customers do not stand in the raw lines."]
                if result["unknown_ids"]
                else []
            ),
        ]
    )


def _penalties(penalties: list[float]) -> list[str]:
    if not any(penalties):
        return []
    return [f"lifetimes converged only with penalties {penalties[0]:g} (BG/NBD) and {penalties[1]:g} (Gamma-Gamma)."]


def _method_row(name: str, result: Result) -> list[str]:
    said = result["methods"].get(name)
    if said is None:
        return [
            name,
            f"failed: {_cell(result['failures'].get(name, 'no reason given'))}",
            *["–"] * (len(CUT_COLUMNS) - 2),
        ]
    ours = name == OURS
    cells = [MARK[result["marks"][m][name]].format(figure(m, said[m], ours)) for m in NAMES]
    cover = coverage(result["ranges"]["cover"]) if ours else "no ranges"
    return [name, *cells, cover, f"{said['seconds']:.2f}"]


def _total_row(name: str, result: Result) -> list[str]:
    said = result["methods"].get(name)
    if said is None:
        return [name, f"failed: {_cell(result['failures'].get(name, 'no reason given'))}", "–", "–"]
    return [name, money(said["predicted_total"]), figure("bias", said["bias"], name == OURS), f"{said['seconds']:.2f}"]


def _cell(text: str) -> str:
    return text.replace("|", "/")[:200]


def _ranges(data_set: DataSet, result: Result) -> list[str]:
    if "ranges" not in result:
        return []
    ranges = result["ranges"]
    verdict = "inside" if ranges["base_inside"] else "**outside**"
    total = f"The base's {100 * ranges['interval_level']:.0f} % range, {money(ranges['base_low'])} … {money(ranges['base_high'])}: what came is {verdict}."
    if data_set.totals_only:
        return [total, ""]
    zero = "Nobody was promised nothing."
    if ranges["closed"]:
        zero = f"Of {ranges['closed']:,} promised nothing, {at_least(ranges['truly_zero'])} % brought nothing."
    return [f"{total} {zero} {_groups(ranges['groups'])}", ""]


def _groups(groups: list[dict[str, Any]]) -> str:
    covers, zeros = judged(groups, "cover", "open"), judged(groups, "truly_zero", "closed")
    said = []
    if covers:
        low, high = min(covers, key=lambda one: one[1]), max(covers, key=lambda one: one[1])
        said.append(f"ranges held least in {low[0]} ({coverage(low[1])} %), most in {high[0]} ({coverage(high[1])} %)")
    if zeros:
        low = min(zeros, key=lambda one: one[1])
        said.append(f"fewest truly at zero in {low[0]} ({at_least(low[1])} %)")
    if not said:
        return f"No group of {SMALLEST_GROUP} to judge apart."
    return f"In groups of {SMALLEST_GROUP} or more: {'; '.join(said)}."


def _losses(results: list[Result]) -> list[str]:
    shown = {data_set.name for data_set in DATA_SETS if not data_set.totals_only}
    compared = [r for r in results if r["data_set"] in shown]
    clear = [row for r in compared for row in lost_rows(r, clear=True)]
    level = [row for r in compared for row in lost_rows(r, clear=False)]
    ranges = [sentence for r in results for sentence in range_losses(r)]
    return [
        "## Where we lose",
        "",
        "Every cut and measure in which some method stands ahead of lifeworth, from the same results as the tables above.",
        "",
        f"### Beyond two standard errors: {len(clear)}",
        "",
        *(table(LOSS_COLUMNS, clear) if clear else ["None.", ""]),
        f"### Within two standard errors: {len(level)}",
        "",
        *(table(LOSS_COLUMNS, level) if level else ["None.", ""]),
        f"### Ranges and totals: {len(ranges)}",
        "",
        *([f"- {sentence}." for sentence in ranges] or ["None."]),
        "",
    ]
