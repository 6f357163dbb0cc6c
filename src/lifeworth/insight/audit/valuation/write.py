"""``audit_valuation`` and ``audit_levers``: the value of the company step by step, and what would change it."""

from typing import Any

from lifeworth.insight.audit.equity.current import Current
from lifeworth.insight.audit.equity.futures import Total
from lifeworth.insight.audit.equity.newcomer import Newcomer
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import LEVERS, VALUATION
from lifeworth.insight.audit.valuation.cash import (
    ASSETS,
    COMING,
    CURRENT,
    DEBT,
    FIXED,
    KEEPING,
    LATER,
    OPERATING,
    SHAREHOLDERS,
    TAX,
    TOTALS,
    WINNING,
    Company,
    value_company,
)
from lifeworth.insight.audit.valuation.levers import Draw, pull_levers
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

_SETTING, _MISSING, _FORECAST, _SEEN = "setting", "missing", "forecast", "last year's records, going on"
_HOW = {
    CURRENT: _FORECAST,
    COMING: _FORECAST,
    LATER: "extrapolated",
    WINNING: _SEEN,
    KEEPING: _SEEN,
    OPERATING: "sum",
    SHAREHOLDERS: "sum",
}
_ORDER = (CURRENT, COMING, LATER, WINNING, KEEPING, FIXED, TAX, OPERATING, ASSETS, DEBT, SHAREHOLDERS)


def write_valuation(engine: Engine, frame: Frame, company: Company) -> dict[str, Total]:
    """Every step, those that are missing named; gives back the steps."""
    steps = value_company(company)
    missing = _missing(company)
    rows = []
    for place, name in enumerate(_ORDER, 1):
        if name in steps:
            total = steps[name]
            figures: list[Any] = [total.expected, *total.ends(frame.interval_level)]
            rows.append([place, name, name in TOTALS, *figures, _HOW.get(name, _SETTING), frame.interval_level])
        elif name in missing:
            rows.append([place, name, False, None, None, None, _MISSING, frame.interval_level])
    put(engine, VALUATION, rows)
    return steps


def _missing(company: Company) -> set[str]:
    """Steps the company has not told, and that count as nothing."""
    said = {
        FIXED: company.terms.fixed_costs, TAX: company.terms.tax_rate, ASSETS: company.terms.non_operating_assets,
        DEBT: company.terms.net_debt,
    }  # fmt: skip
    found = {name for name, value in said.items() if value is None}
    return found | (set() if company.winning.known or company.futures.newcomers is None else {WINNING})


def write_levers(
    engine: Engine, frame: Frame, company: Company, draw: Draw, current: Current, newcomer: Newcomer | None
) -> None:
    """What each lever changes of the last total, both ways."""
    usual = _last(value_company(company))
    rows = []
    for place, lever in enumerate(pull_levers(company, draw, current, newcomer), 1):
        then = _last(value_company(lever.company))
        change = then.plus(usual.times(-1.0))
        share = change.expected / usual.expected if usual.expected > 0 else None
        rows.append([
            place, lever.name, lever.by, lever.words, then.expected, change.expected, *change.ends(frame.interval_level), share,
            frame.interval_level,
        ])  # fmt: skip
    put(engine, LEVERS, rows)


def _last(steps: dict[str, Total]) -> Total:
    return steps.get(SHAREHOLDERS, steps[OPERATING])
