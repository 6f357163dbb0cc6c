"""The challengers at one past day: fitted on windows finished by then, asked about the one that follows."""

import numpy as np

from lifeworth.backtest.contracts import has_bills, read_book
from lifeworth.backtest.stretch import Stretch
from lifeworth.models.contractual import ContractModel
from lifeworth.models.learned import Expectation, Tweedie, TwoStage, Window
from lifeworth.models.learned.two_stage import enough
from lifeworth.store.engine import Engine

PURCHASE, CONTRACT = "purchase model", ContractModel.name
FEWEST_ROWS = 500


def finished_windows(stretches: list[Stretch]) -> list[Window]:
    """What learned models may learn from; the caller passes only stretches that ended by the day asked."""
    return [
        Window(s.known, s.came.revenue)
        for s in stretches
        if s.known is not None and s.came is not None and (s.came.revenue > 0).any()
    ]


def learned(windows: list[Window], seed: int, threads: int) -> list[TwoStage | Tweedie]:
    """The learned challengers, fitted; none where too little was seen."""
    if sum(map(len, windows)) < FEWEST_ROWS or not enough(windows):
        return []
    return [
        TwoStage(anchored=False, seed=seed, threads=threads).fit(windows),
        TwoStage(anchored=True, seed=seed, threads=threads).fit(windows),
        Tweedie(seed=seed, threads=threads).fit(windows),
    ]


def expectations(now: Stretch, models: list[TwoStage | Tweedie]) -> dict[str, Expectation]:
    """What every candidate expects of the window after a day; the purchase model first."""
    found = {PURCHASE: now.expected}
    if now.known is not None:
        found |= {model.name: model.predict(now.known) for model in models}
    return found


def by_contract(engine: Engine, now: Stretch, table: str) -> dict[str, Expectation]:
    """What the contracts of the customers of a histories table say; nothing where no order is a bill.

    It learns from the contracts as they were on that day; of customers who never had one the purchase model speaks.
    """
    if not has_bills(engine):
        return {}
    book = read_book(engine, now.cut, table)
    said, has = ContractModel().fit(book, now.window_days).predict(book, now.window_days), book.has_contract
    parts = ("chance", "orders", "revenue")
    return {CONTRACT: Expectation(*(np.where(has, getattr(said, p), getattr(now.expected, p)) for p in parts))}
