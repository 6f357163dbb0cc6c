"""BG/BB: customers buy, or do not, at each of a few set opportunities, and may leave before any of them.

Fader, Hardie, Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting, Marketing Science 29(6),
1086-1108. http://brucehardie.com/papers/020/
For yearly appeals, conferences, cruises, seasons: whatever can be bought once at a time and at set times only.
Honest caveat: every opportunity must have been one for every customer counted from their first purchase; a mailing that
somebody did not get is not one they refused.
"""

from collections.abc import Callable
from typing import Self

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths import bg_bb_predict
from lifeworth.maths.arrays import FloatArray, IntArray, as_floats
from lifeworth.maths.bg_bb import BGBBParameters, Cells, log_likelihood, p_alive_rows
from lifeworth.maths.bg_bb_predict import Beliefs, beliefs
from lifeworth.maths.count_distribution import CountDistribution
from lifeworth.maths.curve import Curve
from lifeworth.maths.unique_rows import on_distinct, unique_rows
from lifeworth.models.arguments import read_counts, read_draws, read_weights, require_customers
from lifeworth.models.base import Model
from lifeworth.models.estimation import Estimate, Likelihood, estimate, jittered
from lifeworth.models.frames import as_given
from lifeworth.models.purchase.opportunities import (
    FARTHEST,
    NextOpportunity,
    Opportunities,
    read_ahead,
    read_opportunities,
)
from lifeworth.models.ridges import fallback_words, open_directions

_LOOSE = 1.5
_START = (1.0, 1.0, 1.0, 3.0)
_MILD = (1.0, 1.0, 1.0, 5.0)


class BGBB(Model):
    """Who still buys at set opportunities, by Fader, Hardie and Shang (2010).

    Chances of buying at an opportunity are Beta(alpha, beta), chances of leaving before one are Beta(gamma, delta).
    Every answer takes each customer's frequency (purchases after the first), recency (the last opportunity with one, 0
    without any) and n (opportunities since the first purchase), (rows,) whole numbers; it gives one number per customer in
    the kind of column it was given. Times ahead are numbers of opportunities, too.

    Parameters
    ----------
    restarts : int
        Extra starting points, spread around the first (the same ones every time).

    Examples
    --------
    >>> from lifeworth.models import BGBB
    >>> model = BGBB.from_parameters({"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783})  # years
    >>> round(float(model.expected_purchases(10, 4, 5, 6)[0]), 2)
    3.63
    """

    names = ("alpha", "beta", "gamma", "delta")
    title = "BG/BB (Fader, Hardie, Shang 2010)"

    def __init__(self, *, restarts: int = 2) -> None:
        self.restarts = restarts

    @property
    def parameters(self) -> BGBBParameters:
        """The learned parameters as the formulas take them."""
        self._require_fit()
        return BGBBParameters(**self.params_)

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        n: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn the population from each customer's history.

        Parameters
        ----------
        frequency, recency, n : (rows,)
            Purchases, the last opportunity with one, opportunities.
        weights : (rows,), optional
            Customers behind each row.
        """
        seen = read_opportunities(frequency, recency, n)
        weight = read_weights(weights, seen.n.size)
        require_customers(float(seen.n.size if weight is None else weight.sum()))
        cells = _cells(seen, weight)
        self._observed = (cells.customers, int(cells.n.max()), float(cells.weight @ cells.x))
        self._learn(estimate(_likelihood(cells, self.restarts)), np.zeros(4), 0.0, cells.customers)
        return self

    def p_alive(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, n: npt.ArrayLike, t: npt.ArrayLike = 0.0
    ) -> FloatArray:
        """Chance that each customer is still there at opportunity n + t (BTYD's P(alive) is that at n + 1)."""

        def chance(seen: Opportunities, ahead: FloatArray) -> FloatArray:
            return self._alive(seen) * bg_bb_predict.still_there(self._known(seen), ahead)

        return self._answer("p_alive", chance, (frequency, recency, n), read_ahead(t))

    def expected_purchases(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, n: npt.ArrayLike
    ) -> FloatArray:
        """Purchases expected at the next t opportunities, the chance of having left included."""

        def expected(seen: Opportunities, ahead: FloatArray) -> FloatArray:
            return self._alive(seen) * bg_bb_predict.expected_ahead(self._known(seen), ahead)

        return self._answer("expected_purchases", expected, (frequency, recency, n), read_ahead(t))

    def expected_for_new_customer(self, t: npt.ArrayLike) -> FloatArray:
        """Purchases a new customer is expected to make at the first t opportunities."""
        ahead = read_ahead(t)
        return self.expected_purchases(ahead.ravel(), 0, 0, 0).reshape(ahead.shape)

    def p_active(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, n: npt.ArrayLike
    ) -> FloatArray:
        """Chance of at least one purchase at the next t opportunities; with an endless t, of ever buying again."""

        def chance(seen: Opportunities, ahead: FloatArray) -> FloatArray:
            return self._alive(seen) * (1.0 - bg_bb_predict.no_purchase(self._known(seen), ahead))

        return self._answer("p_active", chance, (frequency, recency, n), read_ahead(t, endless=True))

    def next_purchase(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, n: npt.ArrayLike) -> NextOpportunity:
        """The distribution of the opportunity, counted from n, at which each customer buys next."""
        given = (frequency, recency, n)
        seen = tuple(read_opportunities(*given))
        never = 1.0 - self.p_active(np.inf, *seen)

        def first(seen: Opportunities, chance: FloatArray) -> FloatArray:
            alive, reached = self._alive(seen), np.full(chance.size, np.inf)
            rows = np.flatnonzero(chance < alive)
            known = beliefs(self.parameters, seen.frequency[rows], seen.n[rows])
            reached[rows] = bg_bb_predict.first_reaching(known, chance[rows] / alive[rows], FARTHEST)
            return reached

        def first_of(chance: FloatArray) -> FloatArray:
            hopeless = chance >= 1.0 - never
            return self._answer("quantile", first, seen, np.where(hopeless, 0.0, chance))

        return NextOpportunity(as_given(never, "never", *given), lambda t: self.p_active(t, *seen), first_of, given)

    def discounted_expected_purchases(
        self,
        t: float,
        discount_per_opportunity: float,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        n: npt.ArrayLike,
    ) -> FloatArray:
        """Expected purchases at the next t opportunities, the j-th of them divided by (1 + discount)^j.

        Parameters
        ----------
        t : float
            Number of opportunities; `numpy.inf` for all that follow (the paper's DERT), which without a discount is infinite
            where gamma is 1 or less.
        discount_per_opportunity : float
            Rate from one opportunity to the next: the annual rate where they come once a year.
        """
        rate = float(discount_per_opportunity)
        if not (np.isfinite(rate) and rate >= 0):
            raise UsageError(f"discount_per_opportunity must be finite and 0 or more; found {rate}")
        steps = float(read_ahead(t, endless=True))

        def expected(seen: Opportunities) -> FloatArray:
            return self._alive(seen) * bg_bb_predict.discounted_ahead(self._known(seen), steps, rate)

        return self._answer("discounted_expected_purchases", expected, (frequency, recency, n))

    def probability_of_n(
        self,
        count: npt.ArrayLike,
        t: npt.ArrayLike,
        frequency: npt.ArrayLike | None = None,
        recency: npt.ArrayLike | None = None,
        n: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Chance of exactly `count` purchases: by a new customer at the first t opportunities or, given histories, at the next t.

        Parameters
        ----------
        count, t : whole numbers
            Broadcast against each other and the rows: `count[:, None]` gives (counts, rows).
        frequency, recency, n : (rows,), optional
            All three or none.
        """
        counts, ahead = np.broadcast_arrays(read_counts("count", count), read_ahead(t))
        if frequency is None and recency is None and n is None:
            given: tuple[npt.ArrayLike, ...] = (0, 0, 0)
        elif frequency is None or recency is None or n is None:
            raise UsageError("give frequency, recency and n together, or none of them for a new customer")
        else:
            given = (frequency, recency, n)

        def chance(seen: Opportunities, some: FloatArray, steps: FloatArray) -> FloatArray:
            alive = self._alive(seen)
            return alive * bg_bb_predict.mass(self._known(seen), some, steps) + np.where(some == 0, 1.0 - alive, 0.0)

        found = self._answer("probability", chance, given, counts, ahead)
        return found.reshape(counts.shape) if frequency is None else found

    def remaining_count_distribution(
        self, t: int, frequency: npt.ArrayLike, recency: npt.ArrayLike, n: npt.ArrayLike
    ) -> CountDistribution:
        """Chance of 0, 1 … t purchases at the next t opportunities for each customer: complete, rows times t + 1."""
        seen = read_opportunities(frequency, recency, n)
        pmf = self.probability_of_n(np.arange(float(read_ahead(t)) + 1.0)[:, None], t, *seen)
        return CountDistribution(self.p_alive(*seen), np.asarray(pmf.T))

    def sample(
        self,
        t: int,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        n: npt.ArrayLike,
        draws: int,
        rng: np.random.Generator,
    ) -> IntArray:
        """Draw each customer's purchases at the next t opportunities, with all that is unsure about them.

        A draw is one possible future: parameters from their posterior (the same for all customers of a draw), then
        whether each customer is still there, then what they do. With known parameters only the latter two vary.

        Returns
        -------
        (rows, draws) integers
        """
        seen, ahead = read_opportunities(frequency, recency, n), int(read_ahead(t))
        drawn = np.empty((seen.n.size, read_draws(draws)), dtype=np.intp)
        for column, parameters in enumerate(self.draw_parameters(draws, rng)):
            drawn[:, column] = self._at(parameters)._draw(ahead, seen, rng)
        return drawn

    def simulate(self, customers: int, n: npt.ArrayLike, rng: np.random.Generator) -> Opportunities:
        """Simulate new customers at n opportunities (a number, or one for each customer)."""
        offered = np.broadcast_to(read_opportunities(0, 0, n).n, (customers,))
        p = self.parameters
        buys, leaves = rng.beta(p.alpha, p.beta, customers), rng.beta(p.gamma, p.delta, customers)
        x, t_x, here = np.zeros(customers), np.zeros(customers), np.ones(customers, dtype=bool)
        for opportunity in range(1, int(offered.max(initial=0)) + 1):
            here &= rng.random(customers) >= leaves
            bought = here & (offered >= opportunity) & (rng.random(customers) < buys)
            x, t_x = x + bought, np.where(bought, opportunity, t_x)
        return Opportunities(x, t_x, as_floats(offered))

    def _draw(self, t: int, seen: Opportunities, rng: np.random.Generator) -> IntArray:
        known, rows = self._known(seen), seen.n.size
        here = rng.random(rows) < on_distinct(lambda *columns: self._alive(Opportunities(*columns)), *seen)
        buys, leaves = rng.beta(known.a, known.b), rng.beta(known.gamma, known.stays)
        with np.errstate(divide="ignore"):
            lasts = np.log(1.0 - rng.random(rows)) / np.log1p(-leaves)
        return np.asarray(rng.binomial(np.where(here, np.minimum(np.floor(lasts), t), 0.0).astype(np.intp), buys))

    def _alive(self, seen: Opportunities) -> FloatArray:
        x, t_x, n = (column.astype(np.intp) for column in seen)
        return p_alive_rows(self.parameters, Cells(x, t_x, n, np.ones(n.size)))

    def _known(self, seen: Opportunities) -> Beliefs:
        return beliefs(self.parameters, seen.frequency, seen.n)

    def _answer(
        self,
        name: str,
        formula: Callable[..., FloatArray],
        given: tuple[npt.ArrayLike, ...],
        *asked: FloatArray,
    ) -> FloatArray:
        """Work a formula of histories and of what is asked out, each against each, once for each distinct row."""
        self._require_fit()
        frequency, recency, n = given
        columns = np.broadcast_arrays(*read_opportunities(frequency, recency, n), *asked)
        flat = (as_floats(column.ravel()) for column in columns)
        found = on_distinct(lambda x, t_x, n, *rest: formula(Opportunities(x, t_x, n), *rest), *flat)
        return as_given(found.reshape(columns[0].shape), name, *given)

    def _explain(self, found: Estimate) -> list[str]:
        directions = open_directions(found.plain, self.names, _LOOSE)
        described = [_describe(each.names, np.exp(found.plain.theta)) for each in directions]
        if not found.prior_used:
            return list(dict.fromkeys(described))
        texts = [fallback_words(_too_little(*self._observed) or described)]
        if not found.optimum.converged:
            texts.append("even so the fit did not converge; do not rely on these parameters")
        return texts


def _cells(seen: Opportunities, weight: FloatArray | None) -> Cells:
    rows = unique_rows(*seen, weights=weight)
    some = rows.weight > 0
    x, t_x, n = (each.values[each.codes[some]].astype(np.intp) for each in rows.columns)
    return Cells(x, t_x, n, rows.weight[some])


def _likelihood(cells: Cells, restarts: int) -> Likelihood:
    def objective(theta: FloatArray) -> Curve:
        return log_likelihood(theta, cells)

    starts = jittered(np.log(np.array(_START)), restarts)
    return Likelihood(objective, objective, starts, cells.customers, np.log(np.array(_MILD)))


def _too_little(customers: float, most_offered: int, purchases: float) -> list[str]:
    """Reasons why no model could learn from these data."""
    if customers < 10:
        return [f"too few customers to learn a population from ({customers:g})"]
    if purchases == 0:
        return ["no customer has bought again: these data cannot say how often customers buy or leave"]
    if most_offered < 3:
        return [f"with {most_offered} opportunities, not buying and having left look the same"]
    return []


def _describe(names: frozenset[str], values: FloatArray) -> str:
    """Say in plain words what it means that the data leave these parameters open."""
    alpha, beta, gamma, delta = values
    if names & {"gamma", "delta"} and gamma / (gamma + delta) < 1e-2:
        return "no sign of customers leaving in these data"
    if names & {"gamma", "delta"}:
        return f"the data fix how many leave before an opportunity ({gamma / (gamma + delta):.1%}), not how customers differ in it"
    return f"the data fix how often customers buy ({alpha / (alpha + beta):.1%} of opportunities), not how they differ in it"
