"""The newcomers of the coming months: what is expected, draws around it, and by which method."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.arrivals.beginning import Beginning
from lifeworth.insight.audit.arrivals.floors import floors
from lifeworth.insight.audit.arrivals.past import Past, hold_against_past
from lifeworth.insight.audit.arrivals.process import MONTHS, Ahead, Counted, look_ahead
from lifeworth.insight.audit.months import Calendar, months_before
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import NEWCOMERS
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

MONTHS_AHEAD = 60
DAYS_A_MONTH = 365.0 / 12
DRAWS = 2000
FEWEST, FEWEST_MONTHS, QUIET_MONTHS = 30, 3, 3
MOSTLY_TRUE = 0.9
_STREAM = 71


@dataclass(frozen=True)
class Arrivals:
    """Newcomers by month, past and to come.

    Attributes
    ----------
    seen : Counted
        The months of the history.
    began_before : float
        How likely it is that the data begin in the middle of a business.
    expected : (months ahead,) floats
    draws : (draws, months ahead) floats
        How many come, chance of single newcomers included.
    own_variance : float
        Of the logarithm of a month's count beyond chance, season and growth.
    method : str
    past : Past
    stopped : str
        Why nothing can be said of the future; empty where it can.
    """

    seen: Counted
    began_before: float
    expected: Floats
    draws: Floats
    own_variance: float
    method: str
    past: Past
    stopped: str

    @property
    def known(self) -> bool:
        """Whether customers still to come can be forecast."""
        return not self.stopped

    @property
    def settled_month(self) -> int:
        """The first month whose newcomers had hardly bought before the data begin."""
        return settled(self.seen, self.began_before)

    def likely(self) -> Floats:
        """Newcomers of every month seen, those left out who only look new where the data begin in the middle of a business."""
        return self.seen.newcomers * (self.seen.share_true if self.began_before > 0.5 else 1.0)


def forecast_arrivals(beginning: Beginning, calendar: Calendar, frame: Frame) -> Arrivals:
    """Learn from the months of the history, hold it against its past, look five years ahead."""
    seen = beginning.counted(calendar.months)
    days = days_ahead()
    stopped = why_not(seen.newcomers)
    if stopped:
        nothing = np.zeros((0, MONTHS_AHEAD))
        return Arrivals(seen, 0.0, np.zeros(MONTHS_AHEAD), nothing, 0.0, "", Past.nothing(), stopped)
    ahead = look_ahead(seen, MONTHS_AHEAD)
    first = settled(seen, ahead.began_before)
    past = hold_against_past(beginning, first, frame.interval_level, began_before=ahead.began_before > 0.5)
    mean = expect(ahead) * days
    rates = draw_rates(ahead, DRAWS, past.widened, frame.seed)
    expected = floors(seen, days, began_before=ahead.began_before > 0.5).get(past.method, mean)
    rng = np.random.default_rng([frame.seed, _STREAM, 1])
    draws = rng.poisson(np.minimum(rates * expected, 1e9)).astype(np.float64)
    own = float(ahead.weight @ ahead.own)
    stopped = why_not_so_far(expected, draws, frame.interval_level)
    return Arrivals(seen, ahead.began_before, expected, draws, own, past.method, past, stopped)


def why_not(newcomers: Floats) -> str:
    """Why customers still to come cannot be forecast; empty where they can."""
    months, total = len(newcomers), newcomers.sum()
    if total < FEWEST:
        known = "one customer is" if total == 1 else f"{total:,.0f} customers are"
        return f"Only {known} known, too few to say how many will come."
    if months < FEWEST_MONTHS:
        return f"The history spans {months} {'month' if months == 1 else 'months'}, too few to say how many will come."
    if newcomers[-QUIET_MONTHS:].sum() == 0:
        last = int(np.flatnonzero(newcomers)[-1])
        return f"Nobody new has come in the last {months - 1 - last} months, so customers still to come cannot be forecast."
    return ""


def why_not_so_far(expected: Floats, draws: Floats, level: float) -> str:
    """Why five years cannot be forecast though there are months enough; empty where they can.

    Where the expectation of the fifth year lies beyond its own range, a few futures of endless growth carry it, and no figure is
    worth printing.
    """
    fifth, mean = draws[:, -MONTHS:].sum(axis=1), float(expected[-MONTHS:].sum())
    low, high = np.quantile(fifth, [(1 - level) / 2, (1 + level) / 2])
    if mean <= high:
        return ""
    return (
        f"The months seen grew or jumped so much that anything from {low:,.0f} to {high:,.0f} newcomers in the fifth year from now would fit "
        "them, so customers still to come cannot be forecast."
    )


def settled(seen: Counted, began_before: float) -> int:
    """First month in which nine in ten who look new are; 0 where the data begin with the business."""
    clean = seen.share_true >= MOSTLY_TRUE
    if began_before <= 0.5 or clean.all():
        return 0
    return int(np.argmax(clean)) if clean.any() else len(clean)


def days_ahead() -> Floats:
    """Length of each coming month: a twelfth of a year."""
    return np.full(MONTHS_AHEAD, DAYS_A_MONTH)


def expect(ahead: Ahead) -> Floats:
    """Expected rate a day. What is unknown of growth beyond a year widens the range but does not raise the expectation."""
    variance = np.diagonal(ahead.covariance, axis1=1, axis2=2)
    held = np.minimum(variance, variance[:, [min(MONTHS, variance.shape[1]) - 1]])
    return np.asarray(ahead.weight @ np.exp(ahead.mean + held / 2))


def draw_rates(ahead: Ahead, draws: int, widened: float, seed: int) -> Floats:
    """Equally likely courses of the rate over what is expected: (draws, months), 1 on average in every month."""
    rng = np.random.default_rng([seed, _STREAM])
    world = np.searchsorted(ahead.weight.cumsum(), (np.arange(draws) + 0.5) / draws * ahead.weight.sum())
    months = ahead.mean.shape[1]
    noise = rng.standard_normal((draws, months))
    middle = ahead.weight @ ahead.mean
    apart = np.empty((draws, months))
    for each in np.unique(world):
        here = world == each
        root = np.linalg.cholesky(ahead.covariance[each] + 1e-9 * np.eye(months))
        apart[here] = ahead.mean[each] - middle + noise[here] @ root.T
    course = np.exp(np.clip(widened * apart, -20.0, 20.0))
    return np.asarray((course / course.mean(axis=0))[rng.permutation(draws)])


def write_newcomers(engine: Engine, frame: Frame, calendar: Calendar, arrivals: Arrivals) -> None:
    """``audit_newcomers``: the months seen and, where it can be said, those to come."""
    put(engine, NEWCOMERS, _rows(frame, calendar, arrivals))


def _rows(frame: Frame, calendar: Calendar, arrivals: Arrivals) -> Iterator[list[Any]]:
    edges, level = calendar.edges, frame.interval_level
    likely = arrivals.likely()
    for month in range(calendar.months):
        came, truly = int(arrivals.seen.newcomers[month]), float(likely[month])
        yield [edges[month], edges[month + 1], "seen", came, truly, None, None, None, level]
    if not arrivals.known:
        return
    low, high = np.quantile(arrivals.draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    for ahead, mean in enumerate(arrivals.expected.tolist()):
        since, until = months_before(calendar.as_of, -ahead), months_before(calendar.as_of, -ahead - 1)
        ends = [min(float(low[ahead]), mean), max(float(high[ahead]), mean)]
        yield [since, until, "expected", None, mean, *ends, arrivals.method, level]
