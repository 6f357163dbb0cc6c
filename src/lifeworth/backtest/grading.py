"""Every graded day: ours as it would have been chosen on that day, beside every candidate and floor."""

from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest import measures
from lifeworth.backtest.choice import Choice, choose
from lifeworth.backtest.league import OURS, Contestant, Question, Row, score
from lifeworth.backtest.trials import Trial, Trials, ratio_day
from lifeworth.maths.small_cells import FEWEST as SMALL_CELL
from lifeworth.maths.small_cells import too_small
from lifeworth.models.blend import SITUATIONS
from lifeworth.models.calibration import Outlook
from lifeworth.models.forecast.ranges import shortest_interval
from lifeworth.models.forecast.strata import lattice
from lifeworth.models.pace import at_pace
from lifeworth.models.scoring import crps
from lifeworth.models.total import TotalCorrection

Floats = NDArray[np.float64]

DRAWN = 6_000
POINTS = 256
FEWEST = 30
OTHERS = "others"
NOT_STATED = "not stated"
# Three years of quarters are still told apart; beyond that a cohort is a year.
QUARTERS_DAYS = 1_100
_AGES = np.array(["under 3 months", "3 to 12 months", "over a year"])
_SILENCES = np.array(["within 30 days", "30 to 90 days", "90 to 365 days", "over a year"])


@dataclass(frozen=True)
class Stated:
    """What we would have said at a graded day: money per customer, ranges of some, and of the total.

    ``among`` are the customers whose ranges were drawn; ``low`` and ``high`` (len(among),) theirs. ``channel`` names
    where each customer (n,) came from, as known on that day; None where no file says it.
    """

    trial: Trial
    choice: Choice
    total: TotalCorrection
    value: Floats
    among: NDArray[np.intp]
    low: Floats
    high: Floats
    total_low: float
    total_high: float
    channel: NDArray[np.str_] | None = None

    @property
    def held(self) -> float:
        """Percent of customers with something to expect whose range held."""
        if not len(self.among):
            return float("nan")
        return measures.coverage(self.came[self.among], self.low, self.high)[0]

    @property
    def came(self) -> Floats:
        """What happened."""
        return self.trial.came.value


def state(trials: Trials, trial: Trial, choice: Choice, level: float) -> Stated:
    """Ours at one graded day, from what was finished by then."""
    plan, stretch = trials.plan, trial.stretch
    day = ratio_day(plan, stretch.cut)
    total = choice.corrected(trials.ratios, day, plan.window_days)
    orders = choice.corrected(trials.order_ratios, day, plan.window_days)
    expected, value = choice.expect(trial)
    paced = at_pace(expected, orders.factor, total.factor)
    value = choice.reconcile(stretch, paced, value)
    nobody, channel = np.empty(0), _channels(trials, trial)
    if choice.ranges is None:
        nan = float("nan")
        return Stated(trial, choice, total, value, np.empty(0, dtype=np.intp), nobody, nobody, nan, nan, channel)
    outlook = choice.ranges.look(paced, value, total.spread)
    among = np.unique(np.linspace(0, len(stretch) - 1, min(len(stretch), DRAWN)).astype(np.intp))
    low, high, spread = _drawn(outlook.take(among), level)
    reach = NormalDist().inv_cdf((1 + level) / 2)
    own = spread * np.sqrt(len(stretch) / len(among))
    stated = float(value.sum())
    miss = reach * float(np.hypot(own, total.spread * stated))
    return Stated(trial, choice, total, value, among, low, high, stated - miss, stated + miss, channel)


def _drawn(outlook: Outlook, level: float) -> tuple[Floats, Floats, float]:
    """Ranges of each customer, and the spread of their sum without what they share."""
    draws = outlook.draws("value", lattice(POINTS))
    spread = float(np.sqrt(draws.var(axis=1, dtype=np.float64).sum()))
    draws.sort(axis=1)
    low, high = shortest_interval(draws, level)
    return low, high, spread


def grade(trials: Trials, level: float) -> list[Stated]:
    """Ours at every graded day, each chosen from the windows finished by then."""
    found: list[Stated] = []
    for trial in trials.graded:
        cut = trial.stretch.cut
        finished = [t for t in trials.graded if t.stretch.end <= cut]
        held = widened([one for one in found if one.trial.stretch.end <= cut], level)
        found.append(state(trials, trial, choose(finished, tuple(trial.expected)), held))
    return found


def widened(stated: list[Stated], level: float) -> float:
    """The level to draw ranges at so that ``level`` of what comes lies inside.

    Where ranges stated at past days held less often than they said, they are widened by the difference (adaptive
    conformal inference; Gibbs & Candès 2021); where they held more often they are left as they are.
    """
    held = [one.held / 100.0 for one in stated if np.isfinite(one.held)]
    if not held:
        return level
    short = max(level - float(np.mean(held)), 0.0)
    return float(min(level + short, (1.0 + level) / 2.0))


def league(stated: list[Stated], question: Question) -> list[Row]:
    """Every method at every graded day, ours first, the newest day last."""
    sharpness = _sharpness(stated)
    rows = []
    for place, one in enumerate(stated):
        asked = Question(one.trial.stretch.cut, question.horizon_days, question.level, question.in_profit)
        for contestant in _field(one, sharpness, place):
            rows.append(score(contestant, one.came, asked))
    return rows


def _methods(one: Stated) -> dict[str, tuple[str, Floats]]:
    models = {name: ("model", one.trial.money(name)) for name in one.trial.expected}
    return {OURS: ("ours", one.value), **models, **{n: ("floor", f) for n, f in one.trial.floors.items()}}


def _sharpness(stated: list[Stated]) -> dict[tuple[str, int], float]:
    """CRPS of every method at every day, its distributions learned at the other days it was asked."""
    found: dict[tuple[str, int], float] = {}
    for name in dict.fromkeys(name for one in stated for name in _methods(one)):
        places = [i for i, one in enumerate(stated) if name in _methods(one)]
        losses = crps([_methods(stated[i])[name][1] for i in places], [stated[i].came for i in places])
        found |= {(name, i): float(loss.mean()) for i, loss in zip(places, losses, strict=True)}
    return found


def _field(one: Stated, sharpness: dict[tuple[str, int], float], place: int) -> list[Contestant]:
    rows = []
    for name, (kind, money) in _methods(one).items():
        sharp = sharpness[name, place]
        if name != OURS or not len(one.among):
            rows.append(Contestant(name, money, kind, sharp))
            continue
        covered = measures.coverage(one.came[one.among], one.low, one.high)
        width = float((one.high - one.low).mean())
        rows.append(Contestant(name, money, kind, sharp, one.total_low, one.total_high, *covered, width))
    return rows


def groups(stated: list[Stated]) -> list[list[object]]:
    """Bias and coverage of ours in every group at every day: rows of ``backtest_groups``."""
    return [
        _group(one, by, str(name), member == name)
        for one in stated
        for by, member in _parted(one).items()
        for name in np.unique(member)
        if not too_small(int((member == name).sum()))
    ]


def _parted(one: Stated) -> dict[str, NDArray[np.str_]]:
    """The name of each customer's group, by way of parting; small channels, situations and cohorts are put together."""
    stretch = one.trial.stretch
    known_days = stretch.history.T_days
    parted = {
        "situation": _folded(np.array(SITUATIONS)[one.trial.situation]),
        "age": _folded(_AGES[np.digitize(known_days, [90, 365])], SMALL_CELL),
        "last purchase": _folded(
            _SILENCES[np.digitize(known_days - stretch.history.recency_days, [31, 91, 366])], SMALL_CELL
        ),
        "predicted tenth": _folded(_tenths(one.value), SMALL_CELL),
        "cohort": _folded(_cohorts(stretch.cut, known_days)),
    }
    if one.channel is not None:
        parted["channel"] = _folded(one.channel)
    return parted


def _tenths(value: Floats) -> NDArray[np.str_]:
    ranks = np.empty(len(value), dtype=np.intp)
    ranks[np.argsort(-value, kind="stable")] = np.arange(len(value)) * 10 // max(len(value), 1) + 1
    return np.char.zfill(ranks.astype(str), 2)


def _cohorts(cut: date, known_days: Floats) -> NDArray[np.str_]:
    """Quarter of each first purchase, or its year where the customers of a day span more than three years."""
    first = np.datetime64(cut, "D") - known_days.astype(int).astype("timedelta64[D]")
    years = first.astype("datetime64[Y]").astype(str)
    if known_days.max(initial=0) > QUARTERS_DAYS:
        return np.asarray(years)
    quarter = first.astype("datetime64[M]").astype(int) % 12 // 3 + 1
    return np.char.add(np.char.add(years, " Q"), quarter.astype(str))


def _folded(member: NDArray[np.str_], fewest: int = FEWEST) -> NDArray[np.str_]:
    """Groups of fewer than ``fewest`` customers as one, with the next larger where they are too few to be shown even so."""
    names, places, counts = np.unique(member, return_inverse=True, return_counts=True)
    small = (counts < fewest) | (names == OTHERS)
    while too_small(int(counts[small].sum())) and not small.all():
        small |= counts == counts[~small].min()
    return np.asarray(np.where(small[places], OTHERS, names[places]))


def _channels(trials: Trials, trial: Trial) -> NDArray[np.str_] | None:
    """The channel that won each customer where a list says so, else that of the first order, as known on the day."""
    known, plan = trial.stretch.known, trials.feature_plan
    if known is None or plan is None:
        return None
    found: NDArray[np.str_] | None = None
    for name in ("first_channel", "acquisition_channel"):
        if name in known.names and name in plan.levels:
            said = _texts(known.features[:, known.names.index(name)], plan.levels[name])
            found = said if found is None else np.where(said == "", found, said)
    return None if found is None else np.where(found == "", NOT_STATED, found)


def _texts(codes: NDArray[np.float32], levels: tuple[str, ...]) -> NDArray[np.str_]:
    """What codes stand for; nothing where nothing is known, others where the text is too rare to have a code."""
    rare = len(levels)
    places = np.where(np.isnan(codes), rare + 1, np.minimum(np.nan_to_num(codes), rare)).astype(np.intp)
    return np.asarray(np.array([*levels, OTHERS, ""])[places])


def _group(one: Stated, by: str, name: str, members: NDArray[np.bool_]) -> list[object]:
    came, value = one.came[members], one.value[members]
    drawn = members[one.among]
    covered = measures.coverage(one.came[one.among][drawn], one.low[drawn], one.high[drawn])
    width = float((one.high - one.low)[drawn].mean()) if drawn.any() else float("nan")
    numbers = (measures.bias_percent(came, value), measures.bias_error(came, value), *covered, width)
    return [
        one.trial.stretch.cut,
        by,
        name,
        int(members.sum()),
        float(came.sum()),
        float(value.sum()),
        *(n if np.isfinite(n) else None for n in numbers),
    ]
