"""Each method over all cuts of a data set: the middle and the worst distance of the total, the mean rank by Gini, coverage."""

from statistics import mean, median
from typing import Any

from accuracy_parts.evaluate import METHODS, OURS
from accuracy_parts.figures import coverage, figure

Result = dict[str, Any]


def ranks_by_gini(result: Result) -> dict[str, float]:
    """1 for the best; methods with the same Gini share the middle of their places."""
    ginis = {name: said["gini"] for name, said in result["methods"].items()}
    return {
        name: 1 + sum(other > mine for other in ginis.values()) + (sum(o == mine for o in ginis.values()) - 1) / 2
        for name, mine in ginis.items()
    }


def summary_rows(results: list[Result]) -> list[list[str]]:
    """One row a method: cuts, median and worst distance of the total, mean Gini rank, coverage, median seconds."""
    ranks = [ranks_by_gini(result) for result in results]
    return [_row(name, results, ranks) for name in METHODS if any(name in r["methods"] for r in results)]


def _row(name: str, results: list[Result], ranks: list[dict[str, float]]) -> list[str]:
    said = [result["methods"][name] for result in results if name in result["methods"]]
    biases = [abs(one["bias"]) for one in said]
    places = [rank[name] for rank in ranks if name in rank]
    return [
        name,
        str(len(said)),
        figure("bias", median(biases), name == OURS).lstrip("+"),
        figure("bias", max(biases), name == OURS).lstrip("+"),
        f"{mean(places):.2f}",
        _covers(results) if name == OURS else "no ranges",
        f"{median(one['seconds'] for one in said):.2f}",
    ]


def _covers(results: list[Result]) -> str:
    covers = [r["ranges"]["cover"] for r in results if r.get("ranges", {}).get("cover") is not None]
    return f"{coverage(min(covers))} … {coverage(max(covers))}" if covers else "–"
