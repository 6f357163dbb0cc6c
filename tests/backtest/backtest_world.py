"""Past days made by hand: what was known, what every method said and what came, without files or models."""

from datetime import date, timedelta

import numpy as np

from lifeworth.backtest.candidates import PURCHASE
from lifeworth.backtest.floors import floors
from lifeworth.backtest.plan import Plan
from lifeworth.backtest.stretch import Came, Stretch
from lifeworth.backtest.trials import Trial, Trials
from lifeworth.models.blend import situation
from lifeworth.models.forecast import CustomerHistory
from lifeworth.models.learned import Expectation

START, WINDOW = date(2023, 1, 1), 60


def history(T_days, frequency=None, recency_days=None, revenue=None):
    """Histories of which only what rules and situations read is filled in."""
    T_days = np.asarray(T_days, float)
    given = [frequency, recency_days, T_days, revenue, revenue]
    columns = [np.zeros(len(T_days)) if column is None else np.asarray(column, float) for column in given]
    return CustomerHistory(*columns, *[np.zeros(len(T_days))] * 7)


def expectation(revenue):
    """An expectation with this revenue; who is expected to bring more is likelier to come."""
    revenue = np.asarray(revenue, float)
    return Expectation(np.clip(revenue / (revenue + 30.0), 0.01, 0.99), revenue / 25.0, revenue)


def came(revenue):
    revenue = np.asarray(revenue, float)
    return Came(np.ceil(revenue / 25.0), revenue, revenue)


def stretch(known, said, outcome, *, cut=START, before=None, window_days=WINDOW, alive=None):
    """A past day and its window; ``said`` and ``outcome`` are revenue per customer."""
    return Stretch(
        cut=cut,
        window_days=window_days,
        history=known,
        forecaster=None,
        expected=expectation(said),
        alive=np.full(len(known), 0.8) if alive is None else alive,
        known=None,
        came=None if outcome is None else came(outcome),
        before=came(np.zeros(len(known)) if before is None else before),
        in_profit=False,
        ids=np.array([f"c{number:05d}" for number in range(len(known))], dtype=object),
    )


def cut_of(place):
    """Cuts one window apart."""
    return START + timedelta(days=400 + WINDOW * place)


def world(seed, *, windows=5, customers=900, signal=1.0, candidates=(PURCHASE,), rules=None, outcome=None):
    """Trials of a shop where what candidates say is right to the degree of ``signal``.

    ``candidates`` may name "noise" (what nobody brought) and "backwards" (the opposite); ``rules`` replaces what a
    simple rule says by a function of what came; ``outcome`` replaces what came by a function of it.
    """
    rng = np.random.default_rng(seed)
    trials, earlier = [], None
    for place in range(windows):
        truth = rng.gamma(0.7, 40.0, customers)
        truth = truth.mean() + signal * (truth - truth.mean())
        brought = truth * rng.gamma(1.5, 1 / 1.5, customers) * (rng.random(customers) < 0.6) / 0.6
        if outcome:
            brought = outcome(brought, rng)
        says = {
            PURCHASE: expectation(truth),
            "two-stage": expectation(truth * rng.lognormal(0, 0.1, customers)),
            "noise": expectation(rng.permutation(truth)),
            "backwards": expectation(1000.0 / (truth + 1.0)),
        }
        known = history(
            rng.integers(1, 700, customers), rng.poisson(1.5, customers), None, rng.gamma(1.0, 100.0, customers)
        )
        now = stretch(
            known, truth, brought, cut=cut_of(place), before=rng.permutation(brought), alive=rng.random(customers)
        )
        found = floors(now, earlier, False)
        found |= {name: rule(brought, rng) for name, rule in (rules or {}).items()}
        expected = {name: says[name] for name in candidates}
        trials.append(Trial(now, expected, found, situation(now.history, now.alive)))
        earlier = now
    return trials


def trials_of(graded, ratios=()):
    """What :func:`~lifeworth.backtest.grading.grade` reads, around days made by hand."""
    cuts = tuple(trial.stretch.cut for trial in graded)
    as_of = cuts[-1] + timedelta(days=WINDOW)
    plan = Plan(as_of, START, WINDOW, WINDOW, cuts, len(cuts), ())
    return Trials(plan, list(graded), list(ratios), list(ratios), [], None, None, False)
