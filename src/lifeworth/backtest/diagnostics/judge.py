"""When a finding becomes a warning: beyond chance with every test counted, and large enough to matter."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lifeworth.backtest.diagnostics.finding import Evidence, Finding

#: Chance that any test warns in a company whom the models fit. Below 5 %, so that the large-sample
#: approximations of the tests may be a little off.
FAMILY_ALPHA = 0.03

#: These look at one supposition alone; the others look at all that the model expects and feel it when one fails.
CAUSES = ("season", "pace", "regularity")
CONSEQUENCES = ("segments", "leaving")


def judge(evidence: Sequence[Evidence]) -> tuple[Finding, ...]:
    """Holm (1979), A simple sequentially rejective multiple test procedure, and the size each test asks for."""
    beyond_chance = holm([each.p_value for each in evidence], FAMILY_ALPHA)
    findings = tuple(_finding(each, beyond) for each, beyond in zip(evidence, beyond_chance, strict=True))
    causes = [each.name for each in findings if each.warns and each.name in CAUSES]
    return tuple(_point_back(each, causes) for each in findings)


def holm(p_values: Sequence[float], alpha: float) -> list[bool]:
    """Which hypotheses fall at family-wise level ``alpha``; NaN was not tested and does not count.

    Examples
    --------
    >>> holm([0.001, 0.04, float("nan"), 0.02], 0.05)
    [True, True, False, True]
    """
    p = np.asarray(p_values, dtype=np.float64)
    tested = np.flatnonzero(np.isfinite(p))
    rejected = np.zeros(len(p), dtype=np.bool_)
    for left, place in enumerate(tested[np.argsort(p[tested], kind="stable")]):
        if p[place] > alpha / (len(tested) - left):
            break
        rejected[place] = True
    return [bool(each) for each in rejected]


def _finding(evidence: Evidence, beyond_chance: bool) -> Finding:
    warns = beyond_chance and evidence.matters
    return Finding(
        evidence.name,
        evidence.statistic,
        evidence.p_value,
        evidence.size,
        warns,
        evidence.found if warns else evidence.calm,
    )


def _point_back(finding: Finding, causes: list[str]) -> Finding:
    if not (finding.warns and finding.name in CONSEQUENCES and causes):
        return finding
    return replace(finding, sentence=f"{finding.sentence} This may follow from the finding on {' and '.join(causes)}.")
