"""Whether each euro spent on winning customers contributes, from the books up."""

from lifeworth.insight.acquisition.books import write_books
from lifeworth.insight.acquisition.campaigns import write_campaigns
from lifeworth.insight.acquisition.costs import write_costs
from lifeworth.insight.acquisition.curves import horizons, learn_curves, write_curves
from lifeworth.insight.acquisition.keeping import write_keeping
from lifeworth.insight.acquisition.marginal import learn_marginal
from lifeworth.insight.acquisition.payback import write_payback
from lifeworth.insight.acquisition.values import write_values
from lifeworth.insight.acquisition.verdicts import write_verdicts
from lifeworth.insight.acquisition.won import WON, find_newcomers
from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``acquisition_`` tables."""
    write_books(engine, frame)
    won = find_newcomers(engine, frame)
    if won is None:
        return
    prices = write_costs(engine, won)
    write_campaigns(engine, won)
    learned = learn_curves(engine, frame, won)
    write_curves(engine, frame, learned)
    write_payback(engine, frame, learned, prices)
    write_values(engine, frame, learned, prices, horizons(engine, frame))
    marginal = learn_marginal(engine, frame, won, prices)
    write_verdicts(engine, frame, learned, prices, marginal)
    write_keeping(engine, frame, won, learned, prices)
    drop(engine, WON)
