"""Six questions, one table."""

from datetime import date

from lifeworth.backtest.diagnostics.between import between
from lifeworth.backtest.diagnostics.finding import Evidence, Finding
from lifeworth.backtest.diagnostics.judge import judge
from lifeworth.backtest.diagnostics.leaving import ask_leaving
from lifeworth.backtest.diagnostics.pace import ask_pace
from lifeworth.backtest.diagnostics.prices import ask_prices
from lifeworth.backtest.diagnostics.regularity import ask_regularity
from lifeworth.backtest.diagnostics.sample import Sample, draw_sample
from lifeworth.backtest.diagnostics.season import ask_season
from lifeworth.backtest.diagnostics.segments import ask_segments
from lifeworth.backtest.diagnostics.simulated import simulate
from lifeworth.backtest.diagnostics.table import write_diagnostics
from lifeworth.models.forecast import Forecaster
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.pareto_nbd import ParetoNBD
from lifeworth.store.engine import Engine


def diagnose(
    engine: Engine,
    forecaster: Forecaster,
    *,
    histories: str,
    first_day: date,
    as_of: date,
    seed: int,
    ask: bool = True,
) -> tuple[Finding, ...]:
    """Say where the purchase and spend models do not fit this company; writes ``backtest_diagnostics``.

    Parameters
    ----------
    forecaster : Forecaster
        Fitted on ``histories``.
    histories : str
        Table of purchase histories at ``as_of``.
    first_day, as_of : date
        The first order, and the day the books were closed.
    seed : int
        Fixes which customers of a large company are asked, and the model's simulated customers.
    ask : bool
        Whether to ask at all; where nothing rests on the models the table stays empty.

    Returns
    -------
    tuple of Finding
        Always the same tests in the same order, none where nothing is asked; those with too little to test on say so and do not warn.
    """
    findings: tuple[Finding, ...] = ()
    if ask:
        findings = judge(examine(draw_sample(engine, histories, as_of, seed), forecaster.purchases_, seed))
    write_diagnostics(engine, findings)
    return findings


def examine(sample: Sample, model: BGNBD | ParetoNBD, seed: int) -> list[Evidence]:
    """Every test on one sample of customers."""
    days, simulated = between(sample), simulate(sample, model, seed)
    season = ask_season(days)
    return [
        season,
        ask_pace(days, season.p_value),
        ask_regularity(sample),
        ask_segments(simulated),
        ask_leaving(simulated),
        ask_prices(sample),
    ]
