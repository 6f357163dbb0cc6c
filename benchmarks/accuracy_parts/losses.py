"""Where we lose, found in the results and not chosen by hand."""

from typing import Any

from accuracy_parts.bars import GROUP_COVER, GROUP_ZERO
from accuracy_parts.comparison import goodness
from accuracy_parts.data_sets import TITLES
from accuracy_parts.evaluate import OURS
from accuracy_parts.figures import at_least, coverage, figure, money
from accuracy_parts.measures import NAMES
from accuracy_parts.ranges import judged

Result = dict[str, Any]
WORDS = {"gini": "Gini", "spearman": "Spearman", "top10": "best tenth", "mae": "MAE", "bias": "distance of the total"}


def lost_rows(result: Result, clear: bool) -> list[list[str]]:
    """One row a measure in which another method stands ahead of ours, beyond chance or within it."""
    rows = []
    for measure in NAMES:
        ahead = [n for n, beyond in result.get("ahead_of_ours", {}).get(measure, {}).items() if beyond == clear]
        if ahead:
            rows.append(_row(result, measure, ahead))
    return rows


def _row(result: Result, measure: str, ahead: list[str]) -> list[str]:
    values = {name: result["methods"][name][measure] for name in ahead}
    names = sorted(values, key=lambda name: -goodness(measure, values[name]))
    said = ", ".join(f"{name} {figure(measure, values[name])}" for name in names)
    ours = figure(measure, result["methods"][OURS][measure], True)
    return [TITLES[result["data_set"]], f"{result['cut']}, {result['horizon_days']} d", WORDS[measure], ours, said]


def range_losses(result: Result) -> list[str]:
    """Sentences on ranges of this cut that did not hold what they say."""
    where = f"{TITLES[result['data_set']]}, {result['cut']}, {result['horizon_days']} d"
    if "ranges" not in result:
        return [f"{where}: lifeworth gave no result: {result['failures'].get(OURS, 'no reason given')}"]
    ranges, (low, high) = result["ranges"], GROUP_COVER
    wrong = [f"{g} {coverage(v)} %" for g, v in judged(ranges["groups"], "cover", "open") if not low <= v <= high]
    empty = [f"{g} {at_least(v)} %" for g, v in judged(ranges["groups"], "truly_zero", "closed") if v < GROUP_ZERO]
    sentences = (
        [f"{where}: ranges held too seldom or too often for {', '.join(wrong)} (aim 80, allowed {low:g} … {high:g})"]
        if wrong
        else []
    )
    sentences += (
        [f"{where}: too many of those promised nothing did buy: {', '.join(empty)} truly at zero"] if empty else []
    )
    if not ranges["base_inside"]:
        sentences.append(
            f"{where}: the base brought {money(result['actual_total'])}, outside its range of "
            f"{money(ranges['base_low'])} … {money(ranges['base_high'])}"
        )
    return sentences
