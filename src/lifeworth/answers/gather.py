"""Every question a report answers, asked once."""

from dataclasses import dataclass

from lifeworth.answers.acquisition import Acquisition, customer_acquisition
from lifeworth.answers.actions import Action, first_actions
from lifeworth.answers.audit import Audit, customer_base_audit
from lifeworth.answers.chosen import Chosen, chosen_forecast
from lifeworth.answers.cohorts import Cohorts, acquisition_cohorts
from lifeworth.answers.distribution import Distribution, value_distribution
from lifeworth.answers.experiments import Experiments, experiments
from lifeworth.answers.fit import Fit, model_fit
from lifeworth.answers.lists import ActionList, lists_to_act_on
from lifeworth.answers.margins import Margins, margins
from lifeworth.answers.moved import Moved, moved_since
from lifeworth.answers.newcomers import Newcomers, newcomers
from lifeworth.answers.personas import Personas, customer_personas
from lifeworth.answers.products import Products, customer_products
from lifeworth.answers.proof import Proof, proof
from lifeworth.answers.prospects import Prospects, customer_prospects
from lifeworth.answers.readiness import Readiness, data_readiness
from lifeworth.answers.retention import Retention, retention
from lifeworth.answers.run_facts import RunFacts
from lifeworth.answers.segments import Segments, customer_segments
from lifeworth.answers.spenders import Spenders, valuable_or_spending
from lifeworth.answers.waterfall import Waterfall, profit_waterfall
from lifeworth.answers.whale import WhaleCurve, whale_curve
from lifeworth.answers.worth import BaseWorth, base_worth
from lifeworth.store.engine import Engine


@dataclass(frozen=True)
class Answers:
    """All answers of one run: what the report, the dashboard and the API show.

    ``moved`` is None when there was no earlier run to compare with.
    """

    facts: RunFacts
    worth: BaseWorth
    spenders: Spenders
    whale: WhaleCurve
    waterfall: Waterfall
    distribution: Distribution
    cohorts: Cohorts
    newcomers: Newcomers
    proof: Proof
    chosen: Chosen
    fit: Fit
    moved: Moved | None
    lists: dict[str, ActionList]
    segments: Segments
    personas: Personas | None
    margins: Margins
    prospects: Prospects
    experiments: Experiments
    acquisition: Acquisition
    products: Products
    retention: Retention
    audit: Audit
    actions: tuple[Action, ...]
    readiness: Readiness


def gather(engine: Engine, facts: RunFacts) -> Answers:
    """Answer every business question from the tables of a finished run.

    Parameters
    ----------
    engine : Engine
        Holds ``values_customers`` and the ``ledger_*``, ``backtest_*``, ``monitoring_*`` and ``sources_*`` tables.
    facts : RunFacts
        What the run decided: dates, horizon, money, totals of the base.
    """
    spenders = valuable_or_spending(engine, facts)
    proved = proof(engine)
    lost, won, kept = margins(engine), customer_acquisition(engine, facts.horizon_days), retention(engine)
    return Answers(
        facts=facts,
        worth=base_worth(engine, facts),
        spenders=spenders,
        whale=whale_curve(engine, facts),
        waterfall=profit_waterfall(engine, facts),
        distribution=value_distribution(engine, facts),
        cohorts=acquisition_cohorts(engine, facts),
        newcomers=newcomers(engine),
        proof=proved,
        chosen=chosen_forecast(engine, facts, proved),
        fit=model_fit(engine),
        moved=moved_since(engine),
        lists=lists_to_act_on(engine, facts, spenders),
        segments=customer_segments(engine),
        personas=customer_personas(engine),
        margins=lost,
        prospects=customer_prospects(engine),
        experiments=experiments(engine),
        acquisition=won,
        products=customer_products(engine),
        retention=kept,
        audit=customer_base_audit(engine),
        actions=first_actions(lost, won, kept),
        readiness=data_readiness(engine, facts),
    )
