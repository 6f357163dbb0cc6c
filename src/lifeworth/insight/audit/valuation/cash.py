"""From the money customers bring to the value of the company, draw by draw.

    operating value = current customers + customers to come − winning them − keeping spend − fixed costs − tax
    shareholder value = operating value + non-operating assets − net debt

Five years are reckoned month by month. After them: what customers known by then still bring; newcomers who go on coming at the fifth
year's pace, each worth what one is worth; costs that go on as they are. That part is extrapolated and stands apart. Without a discount rate the
time after five years has no value that could be stated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.equity.ahead import MonthsAhead
from lifeworth.insight.audit.equity.futures import Futures, Total
from lifeworth.insight.audit.equity.winning import Winning
from lifeworth.insight.audit.valuation.terms import Terms

Floats = NDArray[np.float64]

YEARS, MONTHS = 5, 12

CURRENT, COMING, LATER = "current customers", "customers to come within five years", "customers to come after that"
WINNING, KEEPING, FIXED, TAX = "winning customers", "spend on keeping customers", "fixed costs", "tax"
OPERATING, ASSETS, DEBT, SHAREHOLDERS = "operating value", "non-operating assets", "net debt", "shareholder value"
TOTALS = (OPERATING, SHAREHOLDERS)


@dataclass(frozen=True)
class Company:
    """Everything a valuation hangs on."""

    ahead: MonthsAhead
    futures: Futures
    winning: Winning
    terms: Terms


def value_company(company: Company) -> dict[str, Total]:
    """Present value of every step, signed, with the two totals; steps that are nothing are left out."""
    ahead, futures = company.ahead, company.futures
    steps = {CURRENT: futures.current_money.total(ahead.present)}
    if futures.new_money is not None:
        steps[COMING] = futures.new_money.total(ahead.present)
    steps |= _after_five_years(company) | _costs(company)
    operating = _sum(steps)
    if company.terms.tax_rate:
        steps[TAX] = _tax(company, operating)
        operating = operating.plus(steps[TAX])
    steps[OPERATING] = operating
    for name, amount in ((ASSETS, company.terms.non_operating_assets), (DEBT, company.terms.net_debt)):
        if amount:
            steps[name] = _certain(amount if name == ASSETS else -amount, operating)
    if ASSETS in steps or DEBT in steps:
        steps[SHAREHOLDERS] = _sum({name: steps[name] for name in (OPERATING, ASSETS, DEBT) if name in steps})
    return steps


def perpetuity(discount: float, *, after: float) -> float:
    """Present value of one unit of money a year without end, from so many years ahead on; nothing where there is no rate.

    Examples
    --------
    >>> round(perpetuity(0.10, after=0.0), 2), round(perpetuity(0.10, after=5.0), 2)
    (10.49, 6.51)
    """
    rate = float(np.log1p(discount))
    return float(np.exp(-rate * after)) / rate if rate > 0 else 0.0


def annuity(discount: float, years: float) -> float:
    """Present value of one unit of money a year for so many years.

    Examples
    --------
    >>> round(annuity(0.10, 5.0), 2), annuity(0.0, 5.0)
    (3.98, 5.0)
    """
    rate = float(np.log1p(discount))
    return float(-np.expm1(-rate * years)) / rate if rate > 0 else years


def _after_five_years(company: Company) -> dict[str, Total]:
    """Newcomers who come after five years, at the pace of the fifth, less what winning them costs."""
    futures, forever = company.futures, perpetuity(company.ahead.discount, after=YEARS)
    if futures.lifetime is None or futures.newcomers is None or not forever:
        return {}
    people = futures.newcomers
    pace = Total(float(people.expected[-MONTHS:].sum()), people.draws[:, -MONTHS:].sum(axis=1))
    each = Total(futures.lifetime.expected - company.winning.each, futures.lifetime.draws - company.winning.each)
    worth = Total(pace.expected * each.expected, pace.draws * each.draws)
    return {LATER: worth.times(forever)}


def _costs(company: Company) -> dict[str, Total]:
    """Costs of the years ahead, below zero."""
    ahead, people = company.ahead, company.futures.newcomers
    years = annuity(ahead.discount, YEARS) + perpetuity(ahead.discount, after=YEARS)
    like = company.futures.current_money.total(ahead.present)
    found = {}
    if people is not None and company.winning.known:
        found[WINNING] = people.total(ahead.present[: len(ahead.number)]).times(-company.winning.each)
    if company.winning.keeping:
        found[KEEPING] = _certain(-company.winning.keeping * years, like)
    if company.terms.fixed_costs:
        found[FIXED] = _certain(-company.terms.fixed_costs * years, like)
    return found


def _tax(company: Company, operating: Total) -> Total:
    """Tax on every year's profit that is above zero; on what comes after five years as if it were one year more."""
    ahead, rate = company.ahead, company.terms.tax_rate or 0.0
    expected, draws = _yearly(company)
    present = np.array([ahead.present[year * MONTHS : (year + 1) * MONTHS].mean() for year in range(YEARS)])
    after = Total(operating.expected - float(expected @ present), operating.draws - draws @ present)
    due = np.maximum(draws, 0.0) @ present + np.maximum(after.draws, 0.0)
    due_expected = float(np.maximum(expected, 0.0) @ present) + max(after.expected, 0.0)
    return Total(-rate * due_expected, -rate * due)


def _yearly(company: Company) -> tuple[Floats, Floats]:
    """Profit of each of the five years before tax, (years,), and draws of it, (draws, years)."""
    futures, terms, months = company.futures, company.terms, YEARS * MONTHS
    fixed = (company.winning.keeping + (terms.fixed_costs or 0.0)) / MONTHS
    expected, draws = futures.current_money.expected[:months] - fixed, futures.current_money.draws[:, :months] - fixed
    if futures.new_money is not None and futures.newcomers is not None:
        expected = expected + futures.new_money.expected[:months] - company.winning.each * futures.newcomers.expected
        draws = draws + futures.new_money.draws[:, :months] - company.winning.each * futures.newcomers.draws
    by_year = (YEARS, MONTHS)
    return expected.reshape(by_year).sum(axis=1), draws.reshape(-1, *by_year).sum(axis=2)


def _certain(amount: float, like: Total) -> Total:
    return Total(amount, np.full(like.draws.shape, amount))


def _sum(parts: dict[str, Total]) -> Total:
    first, *rest = parts.values()
    for part in rest:
        first = first.plus(part)
    return first
