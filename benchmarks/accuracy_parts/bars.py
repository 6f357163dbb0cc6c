"""What we ask of ourselves, and whether it was met. Judged on unrounded figures."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from accuracy_parts.data_sets import TITLES
from accuracy_parts.evaluate import OURS
from accuracy_parts.figures import at_least, coverage, figure
from accuracy_parts.ranges import SMALLEST_GROUP, judged

Result = dict[str, Any]
COVER = (76.0, 84.0)
GROUP_COVER = (70.0, 90.0)
GROUP_ZERO = 80.0
MONTHLY = ("2011-05-01", "2011-06-01", "2011-07-01", "2011-08-01", "2011-09-01")
FURTHER = ("1997-11-01", "1998-01-15", "1998-02-15", "1998-03-15")
BASE_CUTS = (*MONTHLY, "2011-09-10")
BASE_INSIDE = 4


@dataclass(frozen=True)
class Bar:
    """The least we ask of one cut: Gini and best tenth at least, MAE and distance of the total at most."""

    data_set: str
    cut: str
    horizon_days: int
    gini: float
    mae: float
    bias: float
    top10: float
    cover: tuple[float, float] | None


BARS = (
    Bar("online_retail_ii", "2011-09-10", 90, 0.830, 390, 8, 83, COVER),
    Bar("online_retail_ii", "2011-06-12", 180, 0.868, 575, 12, 88, COVER),
    Bar("cdnow", "1997-10-01", 273, 0.720, 33.5, 10, 69, COVER),
    Bar("cdnow", "1997-12-31", 182, 0.760, 22.5, 10, 69, None),
    Bar("cdnow", "1998-04-01", 91, 0.784, 11.2, 12, 66, None),
)


def said(text: str, met: bool) -> str:
    """A figure beside its verdict."""
    return f"{text} {'met' if met else '**missed**'}"


def bar_row(bar: Bar, result: Result | None) -> list[str]:
    """One row of the table of bars."""
    name = f"{TITLES[bar.data_set]}: {bar.cut}, {bar.horizon_days} d"
    ours = (result or {}).get("methods", {}).get(OURS)
    if result is None or ours is None:
        return [name, *["not measured"] * 5]
    cover = result["ranges"]["cover"]
    return [
        name,
        said(f"{figure('gini', ours['gini'], True)} (≥ {bar.gini:.3f})", ours["gini"] >= bar.gini),
        said(f"{figure('mae', ours['mae'], True)} (≤ {bar.mae:g})", ours["mae"] <= bar.mae),
        said(f"{figure('bias', ours['bias'], True)} (± {bar.bias:g})", abs(ours["bias"]) <= bar.bias),
        said(f"{figure('top10', ours['top10'], True)} (≥ {bar.top10:g})", ours["top10"] >= bar.top10),
        _cover_cell(cover, bar.cover),
    ]


def _cover_cell(cover: float | None, band: tuple[float, float] | None) -> str:
    if band is None:
        return f"{coverage(cover)} (no bar)"
    met = cover is not None and band[0] <= cover <= band[1]
    return said(f"{coverage(cover)} ({band[0]:g} … {band[1]:g})", met)


def bars_over_cuts(results: list[Result]) -> list[list[str]]:
    """The bars that look at several cuts at once: what, measured, bar and verdict."""
    real = [r for r in results if r["data_set"] in ("online_retail_ii", "cdnow") and OURS in r["methods"]]
    return [
        *_bias_rows("Online Retail II, monthly May … Sep 2011", _biases(real, "online_retail_ii", MONTHLY), 6, 12),
        *_bias_rows("CDNOW, the four further cuts", _biases(real, "cdnow", FURTHER), 10, None),
        *_group_rows(real),
        *_base_rows(real),
    ]


def _biases(results: list[Result], data_set: str, cuts: tuple[str, ...]) -> list[float]:
    return [abs(r["methods"][OURS]["bias"]) for r in results if r["data_set"] == data_set and r["cut"] in cuts]


def _bias_rows(title: str, biases: list[float], middle: float, worst: float | None) -> list[list[str]]:
    if not biases:
        return [[f"{title}: median distance of the total, %", "not measured", f"≤ {middle:g}", "–"]]
    rows = [_row(f"{title}: median distance of the total, %", median(biases), middle)]
    if worst is not None:
        rows.append(_row(f"{title}: largest distance of the total, %", max(biases), worst))
    return rows


def _row(what: str, value: float, most: float) -> list[str]:
    return [what, figure("bias", value, True).lstrip("+"), f"≤ {most:g}", "met" if value <= most else "**missed**"]


def _group_rows(results: list[Result]) -> list[list[str]]:
    covers = [one for r in results for one in judged(r["ranges"]["groups"], "cover", "open")]
    zeros = [one for r in results for one in judged(r["ranges"]["groups"], "truly_zero", "closed")]
    low, high = GROUP_COVER
    outside = [value for _, value in covers if not low <= value <= high]
    below = [value for _, value in zeros if value < GROUP_ZERO]
    return [
        [
            f"Ranges in groups of {SMALLEST_GROUP} or more (tenths by prediction, last buyers), {len(covers)} groups: % held",
            _span([value for _, value in covers], coverage) + f"; outside: {len(outside)}",
            f"all {low:g} … {high:g}",
            _verdict(covers, outside),
        ],
        [
            f"Promised nothing, in groups of {SMALLEST_GROUP} or more, {len(zeros)} groups: % who truly brought nothing",
            _span([value for _, value in zeros], at_least) + f"; below: {len(below)}",
            f"all ≥ {GROUP_ZERO:g}",
            _verdict(zeros, below),
        ],
    ]


def _span(values: list[float], shown: Any) -> str:
    return f"{shown(min(values))} … {shown(max(values))}" if values else "no group that large"


def _verdict(groups: list[Any], wrong: list[float]) -> str:
    if not groups:
        return "–"
    return "**missed**" if wrong else "met"


def _base_rows(results: list[Result]) -> list[list[str]]:
    six = [r for r in results if r["data_set"] == "online_retail_ii" and r["cut"] in BASE_CUTS]
    inside = sum(r["ranges"]["base_inside"] for r in six)
    everywhere = sum(r["ranges"]["base_inside"] for r in results)
    return [
        [
            "Online Retail II, the six cuts of 90 days: the base's total inside its range",
            f"{inside} of {len(six)}",
            f"≥ {BASE_INSIDE} of {len(BASE_CUTS)}",
            "met" if inside >= BASE_INSIDE else "**missed**",
        ],
        [
            "All cuts of Online Retail II and CDNOW: the base's total inside its range",
            f"{everywhere} of {len(results)}",
            "no bar",
            "–",
        ],
    ]
