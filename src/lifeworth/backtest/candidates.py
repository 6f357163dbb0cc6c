"""The challengers at one past day: fitted on windows finished by then, asked about the one that follows."""

from lifeworth.backtest.stretch import Stretch
from lifeworth.models.learned import Expectation, Tweedie, TwoStage, Window
from lifeworth.models.learned.two_stage import enough

PURCHASE = "purchase model"
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
