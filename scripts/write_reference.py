"""Writes the generated pages of docs/reference: tables, results, insight, features, customer_value, command line. Usage: ``make docs``."""

from pathlib import Path

from typer.testing import CliRunner

from lifeworth import features
from lifeworth.backtest.diagnostics.table import write_diagnostics
from lifeworth.backtest.tables import make_empty as make_backtest_tables
from lifeworth.contract import describe
from lifeworth.contract.customer_value import CUSTOMER_VALUE
from lifeworth.delivery.cli.app import app
from lifeworth.insight.rooms import ROOMS
from lifeworth.monitoring.tables import make_empty as make_monitoring_tables
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.values.leads import make_empty as make_leads

PAGES = Path(__file__).parent.parent / "docs" / "reference"
COMMANDS = (
    "", "run", "check", "backtest", "explain", "experiment", "experiment plan", "experiment assign", "personas", "score", "monitor", "rollback", "demo",
)  # fmt: skip

CUT = "the past day whose forecast is judged; nothing on it or later was known"
RANGE_LOW, RANGE_HIGH = "low end of the range of the total", "high end of the range of the total"
COVERAGE = "percent of customers inside their range, of those whose range reaches above zero; lifeworth only"
COVERAGE_ZERO = "percent of customers who brought nothing, of those whose range is zero; lifeworth only"

RESULTS: dict[str, tuple[str, dict[str, str]]] = {
    "backtest_league": (
        "The league table: one row per method and past day, the oldest day first.",
        {
            "model": "`lifeworth` is what would have been chosen on that day; the others are its parts and its floors",
            "kind": "ours, model or floor",
            "cut": CUT,
            "horizon_days": "days forecast from the cut on",
            "customers": "customers known at the cut who were asked",
            "actual_total": "money these customers then brought, in profit or net revenue, not discounted",
            "predicted_total": "money they were expected to bring",
            "total_low": f"{RANGE_LOW}; lifeworth only",
            "total_high": f"{RANGE_HIGH}; lifeworth only",
            "bias": "predicted over actual total, less one, in percent",
            "bias_error": "standard error of bias by the chance of single customers, in points",
            "gini": "normalised Gini: 1 the perfect order of customers, 0 chance",
            "gini_error": "standard error of gini, delete-a-group jackknife",
            "spearman": "rank correlation over all customers",
            "auc": "chance that a customer who came was ranked above one who did not",
            "top_decile": "money of the tenth ranked highest, in percent of that of the tenth that brought most",
            "mae": "mean distance per customer; rewards forecasting zero",
            "rmse": "root of the mean squared distance",
            "crps": "sharpness of the distributions the method's groups allow, in money; lower is better",
            "decision": "gain of contacting whom it says to, in percent of the best possible",
            "coverage": COVERAGE,
            "coverage_zero": COVERAGE_ZERO,
            "width": "mean width of customers' ranges; lifeworth only",
            "winner": "whether this is the method that is used",
        },
    ),
    "backtest_groups": (
        "Bias and ranges of lifeworth within groups, at each past day.",
        {
            "cut": CUT,
            "grouped_by": "situation, age, last purchase, channel, cohort, predicted tenth (01 is the highest), or horizon step (thirds of a stretch)",
            "member": "the group",
            "customers": "customers in it",
            "actual_total": "money they brought",
            "predicted_total": "money they were expected to bring",
            "bias": "predicted over actual, less one, in percent",
            "bias_error": "standard error of bias by the chance of single customers, in percent",
            "coverage": COVERAGE,
            "coverage_zero": COVERAGE_ZERO,
            "width": "mean width of their ranges",
        },
    ),
    "backtest_weights": (
        "How the chosen forecast is mixed: weights of a situation sum to one.",
        {
            "situation": "new, one order, regular or lapsing",
            "model": "the part",
            "weight": "its share",
        },
    ),
    "backtest_dropped": (
        "Parts that were left out of the mix.",
        {"model": "the part", "reason": "why"},
    ),
    "backtest_total": (
        "What the total of the coming horizon is multiplied by, and why. One row, or none without a proof.",
        {
            "factor": "what the purchase model's total is multiplied by",
            "spread": "relative spread that still leaves, shared by all customers",
            "last_year": "log of what came over what was expected in the same stretch a year before; empty without one",
            "returned": "share of last_year that is used",
            "level": "log of what stretches leave on average when last year has spoken",
            "windows": "finished stretches that spoke",
        },
    ),
    "backtest_proof": (
        "The newest past day and the verdict. One row, or none without a proof.",
        {
            "cut": CUT,
            "horizon_days": "days forecast from the cut on",
            "customers": "customers known at the cut who were asked",
            "measured": "profit or net revenue",
            "actual_total": "money that came",
            "predicted_total": "money that was expected",
            "predicted_low": RANGE_LOW,
            "predicted_high": RANGE_HIGH,
            "bias": "in percent",
            "coverage": COVERAGE,
            "coverage_zero": COVERAGE_ZERO,
            "sample": "customers whose ranges were drawn",
            "weeks_inside": "weeks after the cut whose repeat purchases lay inside their band",
            "weeks": "weeks after the cut",
            "winner": "`lifeworth`, or the floor that is used instead",
            "verdict": "the outcome in sentences",
            "cuts": "past days that were graded",
            "kind": "blend, purchase model, floor or no signal",
        },
    ),
    "backtest_absent": (
        "Why there is no proof; otherwise empty.",
        {"reason": "in a sentence"},
    ),
    "backtest_tracking": (
        "Repeat purchases week by week, of the customers known at the newest past day.",
        {
            "week_start": "first day of the week",
            "week": "counted from the first order on",
            "phase": "fit before the cut, holdout after it",
            "actual_orders": "purchases that came",
            "predicted_orders": "purchases expected",
            "predicted_low": "low end of an 80 % band, as wide as weeks strayed before the cut",
            "predicted_high": "high end of it",
        },
    ),
    "backtest_deciles": (
        "Customers of the newest past day in ten groups by prediction, the highest first.",
        {
            "decile": "1 is predicted to bring most",
            "customers": "customers in it",
            "predicted_mean": "expected money a customer",
            "actual_mean": "money a customer brought",
            "predicted_total": "expected money",
            "actual_total": "money that came",
        },
    ),
    "backtest_diagnostics": (
        "Six questions about the purchase and spend models; see [the diagnostics](../explanation/diagnostics.md).",
        {
            "name": "season, pace, regularity, segments, leaving or prices",
            "statistic": "the test's own figure; empty with too little to test on",
            "p_value": "chance of it under the fitted model, before allowing for six tests",
            "size_of_effect": "how far off, in the unit that page names",
            "warns": "beyond chance and large enough to matter",
            "sentence": "in plain words",
        },
    ),
    "backtest_leaks": (
        "Columns that know the future and were left out; see [leaks](../explanation/leaks.md).",
        {
            "column_name": "the column, as the file names it",
            "kind": "recorded later, tells the future, or missing tells the future",
            "evidence": "the figures it was named for",
            "sentence": "in plain words, with what to do",
        },
    ),
    "values_leads": (
        "What every lead open on the day is worth; see [leads](../how-to/leads.md). Empty without leads, or where the run says why.",
        {
            "lead_id": "the lead's own id",
            "created_on": "the day it was first known",
            "source": "where it came from",
            "chance_of_winning": "chance that it is ever won, from the day on",
            "value_if_won_mean": "what such a lead brings over the horizon from its first order on, once won",
            "value_mean": "chance times value if won",
            "value_low": "low end of the range of the average of many such leads; a single one mostly brings nothing",
            "value_high": "high end of it",
            "evidence": "A to D: half the range is up to 15 %, 35 %, 75 % of the value, or more",
            "sentence": "in plain words",
            "as_of": "the day; nothing on it or later was known",
            "horizon_days": "days from the first order that the value looks ahead",
            "currency": "ISO code",
        },
    ),
    "monitoring_matured": (
        "Earlier forecasts whose time has come, against what happened; see [monitoring](../explanation/monitoring.md).",
        {
            "run_id": "the run that forecast",
            "made_on": "its as_of",
            "horizon_days": "how far it looked",
            "days_passed": "how much of that has passed",
            "whole": "whether all of it has",
            "measure": "purchases, revenue or profit",
            "predicted": "expected total",
            "predicted_low": f"{RANGE_LOW}; empty for a part of the horizon",
            "predicted_high": f"{RANGE_HIGH}; empty for a part of the horizon",
            "actual": "what came",
            "ratio": "actual over predicted",
            "ranges_judged": "customers whose range was judged",
            "coverage": "share of them inside",
            "coverage_low": "least share that chance allows",
            "coverage_high": "greatest share that chance allows",
            "state": "fine, watch or alarm",
            "said": "in plain words",
        },
    ),
    "monitoring_cusum": (
        "Weekly purchases of the known base against one earlier forecast, added up.",
        {
            "run_id": "the run that forecast",
            "made_on": "its as_of",
            "week": "counted from made_on",
            "week_start": "first day of the week",
            "predicted_purchases": "expected",
            "actual_purchases": "counted",
            "sigma": "usual size of a week's distance",
            "z": "this week's distance in sigma",
            "upper_sum": "sum of weeks with more than expected",
            "lower_sum": "sum of weeks with fewer than expected",
            "alarm": "more or fewer, in the week a sum passed its height; otherwise empty",
        },
    ),
    "monitoring_stability": (
        "Whether customers look like those of the last published run.",
        {
            "measure": "what is compared",
            "kind": "input or score",
            "customers_before": "customers then",
            "customers_now": "customers now",
            "psi": "population stability index",
            "p_value": "how often dealing customers out at random does as much",
            "state": "fine, watch or alarm",
            "said": "in plain words",
        },
    ),
    "monitoring_bridge": (
        "From the last published value of the base to this one's, part by part.",
        {
            "step": "order of the parts",
            "part": "what moved it",
            "amount": "by how much, to the cent",
            "customers": "how many customers it concerns",
            "said": "in plain words",
        },
    ),
    "monitoring_gates": (
        "What must hold before a run is published.",
        {
            "gate": "ledger, model, value or segments",
            "state": "pass, held or accepted",
            "found": "what was found",
            "threshold": "what may be",
            "said": "in plain words",
            "remedy": "what to do",
        },
    ),
}


def customer_value() -> str:
    rows = "".join(
        f"| {c.name} | {c.type} | {c.unit} | {'yes' if c.required else ''} | {c.meaning} |\n"
        for c in CUSTOMER_VALUE.columns
    )
    return (
        f"# customer_value\n\n{CUSTOMER_VALUE.grain.capitalize()}. {CUSTOMER_VALUE.note}\n\n"
        "| column | type | unit | always filled | meaning |\n|---|---|---|---|---|\n" + rows
    )


def results() -> str:
    """Every column that the rooms make must have a meaning here, and the other way round."""
    engine = DuckDB(threads=1)
    make_backtest_tables(engine)
    write_diagnostics(engine, ())
    make_monitoring_tables(engine)
    make_leads(engine)
    parts = [
        "# Tables of a result\n\nA run leaves each of these in `tables/`, as csv and parquet, beside [customer_value](customer-value.md) and those of "
        "the books. Percentages are numbers from 0 to 100, shares from 0 to 1; what is not known is empty.\n"
    ]
    for table, (said, meanings) in RESULTS.items():
        kinds = engine.columns(table)
        if list(kinds) != list(meanings):
            raise SystemExit(f"{table}: the table has {list(kinds)}, this page explains {list(meanings)}")
        rows = "".join(f"| {name} | {kind} | {meanings[name]} |\n" for name, kind in kinds.items())
        parts.append(f"## {table}\n\n{said}\n\n| column | type | meaning |\n|---|---|---|\n{rows}")
    engine.close()
    parts.append(
        "## values_weeks\n\nWhat each coming week should bring, for the customers known today; later runs hold it against what came. Columns `week`, "
        "`week_start`, `expected_orders`, `expected_revenue`.\n"
    )
    return "\n".join(parts)


def insight_tables() -> str:
    """Every room of insight with its tables."""
    parts = [
        "# Tables of insight\n\nWhat the rooms of insight write into `tables/` of a result, as csv and parquet, one room per question. Every estimate stands "
        "with the ends of its range; counts and money of fewer than ten people are empty or joined, and so are others that would give them away by adding and taking away. A share of ten people or more may be of few of them, such as one in eighty who left; lists to act on name single customers on purpose. A table nothing is known for has no rows.\n"
    ]
    for room in ROOMS:
        parts.append(f"## {room.name}: {room.asks}\n")
        for table in room.tables:
            note = f" {table.note}" if table.note else ""
            rows = "".join(
                f"| {c.name} | {c.type} | {c.unit} | {'yes' if c.required else ''} | {c.meaning} |\n"
                for c in table.columns
            )
            parts.append(
                f"### {table.name}\n\n{table.grain.capitalize()}.{note}\n\n"
                f"| column | type | unit | always filled | meaning |\n|---|---|---|---|---|\n{rows}"
            )
    return "\n".join(parts)


def known_of_customers() -> str:
    told = (
        "\nEvery number and code is what stood in the books on the evening before the day; a feature whose data the company does not have is left out. "
        "The learned models see, beside these, what the purchase model says: `p_alive`, `expected_chance`, `expected_orders`, `expected_revenue` and "
        "`expected_per_order` ([the forecast](../explanation/forecast.md)).\n"
    )
    return features.describe() + told


def command_line() -> str:
    wide = {"COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"}
    parts = ["# Command line\n"]
    for command in COMMANDS:
        asked = [*command.split(), "--help"]
        said = CliRunner().invoke(app, asked, prog_name="lifeworth", env=wide, catch_exceptions=False)
        text = "\n".join(line.rstrip() for line in said.stdout.strip().splitlines())
        parts.append(f"## lifeworth {command}".rstrip() + f"\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def pages() -> dict[str, str]:
    """Name and text of every generated page."""
    return {
        "tables.md": describe(),
        "results.md": results(),
        "insight-tables.md": insight_tables(),
        "features.md": known_of_customers(),
        "customer-value.md": customer_value(),
        "command-line.md": command_line(),
    }


if __name__ == "__main__":
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
        print(f"written: docs/reference/{name}")
