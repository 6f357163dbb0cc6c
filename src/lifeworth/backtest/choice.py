"""The best forecast for this company, chosen by its own past.

From finished windows alone: which candidates stay, how they are weighted, whether anything can be told at all,
whether a floor did better, what the total is usually off by, and how wide ranges must be.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest import measures
from lifeworth.backtest.candidates import CONTRACT, PURCHASE
from lifeworth.backtest.floors import COHORT_MEAN
from lifeworth.backtest.stretch import Stretch
from lifeworth.backtest.trials import Trial
from lifeworth.models.blend import SITUATIONS, Blend, equal, learn_blend
from lifeworth.models.calibration import Judged, Ranges, learn_ranges
from lifeworth.models.learned import Expectation
from lifeworth.models.pace import at_pace
from lifeworth.models.scoring import crps
from lifeworth.models.total import PastRatio, TotalCorrection, correct_total, own_total

Floats = NDArray[np.float64]

CLEARLY = 2.0
LOST = 0.05
BETTER_BY = 0.15
SMALLEST_GAIN = 0.005
ENOUGH_WINDOWS = 2

# The floors that can take over; nobody needs to be told of zero, and the cohort mean is "no signal".
RULES = ("rate so far", "last stretch", "RFM cell mean")
BLEND, FLOOR, NO_SIGNAL, MODEL = "blend", "floor", "no signal", "purchase model"


@dataclass(frozen=True)
class Choice:
    """What is used and why.

    Attributes
    ----------
    kind : str
        ``blend``, ``floor`` (``floor`` names it), ``no signal`` or ``purchase model``.
    dropped : dict
        Candidates left out and the reason.
    gain, gain_error : float
        How much lower the CRPS is than the cohort mean's, as a share of it, and its standard error.
    windows : int
        Finished windows that decided.
    own_errors : tuple of float
        log(came / stated) of the base's own totals in them.
    """

    kind: str
    blend: Blend
    ranges: Ranges | None = None
    floor: str | None = None
    dropped: dict[str, str] = field(default_factory=dict)
    gain: float = float("nan")
    gain_error: float = float("nan")
    windows: int = 0
    own_errors: tuple[float, ...] = ()

    def corrected(self, ratios: list[PastRatio], day: int, horizon_days: int) -> TotalCorrection:
        """The correction of the total; where the purchase model was dropped its ratios say nothing of the rest."""
        if self.blend.base == PURCHASE:
            return correct_total(ratios, day, horizon_days)
        return own_total(list(self.own_errors))

    @property
    def carrier(self) -> str:
        """Who extends a window to the horizon: the purchase model, or contracts where they took its place."""
        names = self.blend.names
        return CONTRACT if CONTRACT in names and PURCHASE not in names else PURCHASE

    @property
    def by_rule(self) -> bool:
        """Whether a floor speaks instead of the models."""
        return self.kind in (FLOOR, NO_SIGNAL)

    @property
    def name(self) -> str:
        """In the words of the league table."""
        if self.kind == FLOOR:
            return str(self.floor)
        if self.kind == NO_SIGNAL:
            return COHORT_MEAN
        return "blend" if len(self.blend.names) > 1 else self.blend.names[0]

    def expect(self, trial: Trial) -> tuple[Expectation, Floats]:
        """What it expects at a past day: purchases and revenue, and money in the run's basis."""
        return self.state(trial.stretch, trial.expected, trial.situation, trial.floors)

    def state(
        self, stretch: Stretch, expected: dict[str, Expectation], places: NDArray[np.intp], rules: dict[str, Floats]
    ) -> tuple[Expectation, Floats]:
        """The same from its parts."""
        blended = self.blend(expected, places)
        in_profit = stretch.in_profit
        if self.kind == FLOOR and self.floor in rules:
            money = rules[self.floor]
            return (blended if in_profit else _with_revenue(blended, money)), money
        if self.kind == NO_SIGNAL and COHORT_MEAN in rules:
            return _same_for_all(blended, rules[COHORT_MEAN], in_profit), rules[COHORT_MEAN]
        return blended, stretch.money(blended, in_profit)

    def reconcile(self, stretch: Stretch, paced: Expectation, money: Floats) -> Floats:
        """Money per customer at the corrected total: a rule's own shares of it, else what orders and revenue make.

        A rule that says nothing of anybody, as after a stretch in which nobody came, shares the total out evenly.
        """
        modelled = stretch.money(paced, stretch.in_profit)
        if not self.by_rule:
            return modelled
        total, own = float(modelled.sum()), float(money.sum())
        if total <= 0:
            return money
        return money * (total / own) if own > 0 else np.full(len(money), total / max(len(money), 1))


def _with_revenue(expected: Expectation, money: Floats) -> Expectation:
    """A floor's money beside chances that fit: nobody is expected to come who is expected to bring nothing."""
    return Expectation(expected.chance, expected.orders, np.maximum(money, 0.0))


def _same_for_all(expected: Expectation, money: Floats, in_profit: bool) -> Expectation:
    """Everybody as likely to come as the rest; revenue is the money itself, unless it is profit or all zero."""
    everybody = np.ones(len(money))
    told = not in_profit and bool((money > 0).any())
    revenue = np.maximum(money, 0.0) if told else everybody * expected.revenue.mean()
    return Expectation(everybody * expected.chance.mean(), everybody * expected.orders.mean(), revenue)


def choose(finished: list[Trial], wanted: tuple[str, ...]) -> Choice:
    """Decide from finished windows; ``wanted`` are the candidates that can be asked now, the purchase model first."""
    if not finished:
        return Choice(MODEL, equal((PURCHASE,), PURCHASE))
    tested = [t for t in finished if set(wanted) <= set(t.expected)]
    names = wanted if tested else (PURCHASE,)
    trials = tested or finished
    blend, dropped = _learn(trials, names)
    asked = [t for t in finished if blend.base in t.expected]
    kind, floor, gain, error = _compare(asked, blend, _independent(asked))
    choice = Choice(kind, blend, None, floor, dropped, gain, error, len(asked), _own_errors(trials, blend.base))
    ranges = learn_ranges([_judged(choice, t) for t in (trials if len(trials) >= ENOUGH_WINDOWS else asked)])
    if ranges is None:
        return Choice(MODEL, equal((PURCHASE,), PURCHASE), windows=len(asked))
    return replace(choice, ranges=ranges)


def insist(finished: list[Trial], wanted: tuple[str, ...], kind: str, floor: str | None) -> Choice | None:
    """A kind of method whether or not it is the best today; none where it cannot be asked."""
    names = wanted if kind != MODEL else (PURCHASE,)
    trials = [t for t in finished if set(names) <= set(t.expected)]
    if not trials or (kind == BLEND and len(names) == 1):
        return None
    blend, dropped = _learn(trials, names)
    errors = _own_errors(trials, blend.base)
    choice = Choice(kind, blend, None, floor, dropped, windows=len(trials), own_errors=errors)
    return replace(choice, ranges=learn_ranges([_judged(choice, t) for t in trials]))


def _learn(trials: list[Trial], names: tuple[str, ...]) -> tuple[Blend, dict[str, str]]:
    """The blend of those candidates that are of use, and why the others are not."""
    kept, dropped = _drop(trials, names)
    base = _base(trials, kept)
    if excess := _excess_over_contracts(trials, kept):
        kept = tuple(name for name in kept if name != PURCHASE)
        dropped = {**dropped, PURCHASE: _outdone(excess, base)}
    return learn_blend([t.seen for t in trials], kept, _independent(trials), base), dropped


def _excess_over_contracts(trials: list[Trial], names: tuple[str, ...]) -> float:
    """How much higher the purchase model's CRPS is than the contracts', as a share; 0 where it is not clearly so.

    A purchase model guesses who left; of contracts that is known. Shrinking the two to equal weights, as for rivals of one
    kind, would keep the guess for years.
    """
    if not {PURCHASE, CONTRACT} <= set(names):
        return 0.0
    came = [t.came.value for t in trials]
    guessed, known = (np.concatenate(crps([t.money(name) for t in trials], came)) for name in (PURCHASE, CONTRACT))
    overlap = max(len(trials) / max(_independent(trials), 1.0), 1.0)
    lead, doubt = _difference(guessed, known, overlap)
    return lead / float(known.mean()) if lead > CLEARLY * doubt and lead > SMALLEST_GAIN * float(known.mean()) else 0.0


def _outdone(excess: float, base: str) -> str:
    reason = f"tells customers apart worse than their contracts do (CRPS {excess:.0%} higher on the past)"
    return f"{reason}; only its total is kept" if base == PURCHASE else reason


def _base(trials: list[Trial], kept: tuple[str, ...]) -> str:
    """Whose totals are kept: the purchase model's, which the total's correction knows, unless it was dropped.

    Where contracts are known, theirs if they were closer to what came.
    """
    if PURCHASE not in kept:
        return CONTRACT if CONTRACT in kept else kept[0]
    closer = CONTRACT in kept and _missed(trials, CONTRACT) < _missed(trials, PURCHASE)
    return CONTRACT if closer else PURCHASE


def _missed(trials: list[Trial], name: str) -> float:
    """Mean squared log error of a candidate's totals."""
    found = _own_errors(trials, name)
    return float(np.mean(np.square(found))) if found else float("inf")


def _own_errors(trials: list[Trial], base: str) -> tuple[float, ...]:
    """log(came / stated) of a candidate's totals."""
    found = []
    for trial in trials:
        came = trial.seen.revenue.sum()
        stated = trial.expected[base].revenue.sum()
        if came > 0 and stated > 0:
            found.append(float(np.log(came / stated)))
    return tuple(found)


def _independent(trials: list[Trial]) -> float:
    """Windows' worth of days the trials cover."""
    days = {trial.stretch.cut.toordinal() + day for trial in trials for day in range(trial.stretch.window_days)}
    return len(days) / trials[0].stretch.window_days


def _drop(trials: list[Trial], names: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Leave out candidates that put customers in no useful order where another does."""
    if len(names) == 1:
        return names, {}
    came = [t.came.value for t in trials]
    ranking = {name: _mean_gini(came, [t.money(name) for t in trials], 0.0) for name in names}
    best = max(ranking.values())
    dropped = {
        name: f"ranks customers no better than chance on the past (Gini {found:.2f}; the best reaches {best:.2f})"
        for name, found in ranking.items()
        if found < LOST and best > found + BETTER_BY
    }
    kept = tuple(name for name in names if name not in dropped)
    return (kept, dropped) if kept else (names, {})


def _compare(trials: list[Trial], blend: Blend, independent: float) -> tuple[str, str | None, float, float]:
    """Ours against every floor, paired by customer; a difference counts from two standard errors."""
    ours = Choice(MODEL if blend.names == (PURCHASE,) else BLEND, blend)
    with_floors = [t for t in trials if COHORT_MEAN in t.floors and len(t.stretch) > 1]
    if not with_floors:
        return ours.kind, None, float("nan"), float("nan")
    came = [t.came.value for t in with_floors]
    stated = [ours.expect(t)[1] for t in with_floors]
    loss = np.concatenate(crps(stated, came))
    usual = np.concatenate(crps([t.floors[COHORT_MEAN] for t in with_floors], came))
    overlap = max(len(with_floors) / max(independent, 1.0), 1.0)
    gain, error = _difference(usual, loss, overlap)
    scale = max(float(usual.mean()), 1e-12)
    ranking = _mean_gini(came, stated, 1.0)
    if gain <= max(CLEARLY * error, SMALLEST_GAIN * scale) or ranking <= 0:
        return NO_SIGNAL, None, gain / scale, error / scale
    for rule in RULES:
        if not all(rule in t.floors for t in with_floors):
            continue
        money = [t.floors[rule] for t in with_floors]
        lead, doubt = _difference(loss, np.concatenate(crps(money, came)), overlap)
        sharper = _mean_gini(came, money, 1.0) >= ranking
        if lead > CLEARLY * doubt and lead > SMALLEST_GAIN * scale and sharper:
            return FLOOR, rule, gain / scale, error / scale
    return ours.kind, None, gain / scale, error / scale


def _mean_gini(came: list[Floats], stated: list[Floats], unknown: float) -> float:
    """Mean over the windows where it exists, else ``unknown``."""
    found = [measures.gini(a, p) for a, p in zip(came, stated, strict=True)]
    known = [g for g in found if np.isfinite(g)]
    return float(np.mean(known)) if known else unknown


def _difference(worse: Floats, better: Floats, overlap: float) -> tuple[float, float]:
    """Mean lead and its standard error, overlapping windows counted once."""
    lead = worse - better
    return float(lead.mean()), float(lead.std() / np.sqrt(max(len(lead) / overlap, 1.0)))


def _judged(choice: Choice, trial: Trial) -> Judged:
    """A finished window at the total it had."""
    came, (expected, value) = trial.came, choice.expect(trial)
    orders = came.orders.sum() / max(expected.orders.sum(), 1e-9)
    revenue = max(came.revenue.sum(), 0.0) / max(expected.revenue.sum(), 1e-9)
    paced = at_pace(expected, float(np.clip(orders, 0.1, 10.0)), float(np.clip(revenue, 0.1, 10.0)))
    if choice.by_rule:
        stated = value + (came.value.mean() - value.mean())
    else:
        stated = trial.stretch.money(paced, trial.stretch.in_profit)
    return Judged(paced, stated, came.revenue, came.value)


def weights_in_words(blend: Blend) -> list[dict[str, object]]:
    """One entry per situation, for ``run.json`` and the report."""
    return [
        {"situation": name, **{model: round(float(w), 4) for model, w in zip(blend.names, row, strict=True)}}
        for name, row in zip(SITUATIONS, blend.weights, strict=True)
    ]
