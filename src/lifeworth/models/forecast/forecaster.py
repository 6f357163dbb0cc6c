"""Fit the models on what is known, then say what each customer will bring, and how sure that is.

The order of chance follows the story: what the population is like (parameter points), how often this
customer buys and whether they are still there, how many orders come, what they bring, what of it stays.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lifeworth.maths.unique_rows import unique_rows
from lifeworth.models.calibration import Outlook
from lifeworth.models.forecast.history import CustomerHistory
from lifeworth.models.forecast.prediction import Fitted, Prediction
from lifeworth.models.forecast.profit import ProfitPerOrder
from lifeworth.models.forecast.purchases import Rows, cumulative_counts
from lifeworth.models.forecast.revenue import RevenuePerOrder
from lifeworth.models.forecast.terms import BaseForecast, CustomerForecast, Terms
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.pareto_nbd import ParetoNBD

Floats = NDArray[np.float64]

PARETO_ROWS = 60_000
BETTER_BY = 2.0  # log units
CLEAR_FROM, CLEAR_PER_CUSTOMER = 10.0, 0.01  # log units in all, and a customer


@dataclass
class Forecaster:
    """Learns from histories, then forecasts any horizon.

    Parameters
    ----------
    seed : int
        Fixes the few random choices (parameter points, how customers' draws are rotated in sums).
    threads : int
        Blocks worked on at once; the answer does not depend on it.
    fast : bool
        Consider BG/NBD only.
    family : str
        "BG/NBD" or "Pareto/NBD" when it is already decided, else "best".

    Attributes
    ----------
    clear_ : bool
        Whether Pareto/NBD explains each customer so much better, on average, that likelihood alone may decide.
    """

    seed: int = 1
    threads: int = 2
    fast: bool = False
    family: str = "best"
    warnings_: list[str] = field(default_factory=list, init=False)
    clear_: bool = field(default=False, init=False)

    def fit(self, history: CustomerHistory) -> "Forecaster":
        """Fit purchases, revenue per order and profit per order."""
        self.history_ = history
        unique = unique_rows(history.frequency, history.recency_days, history.T_days, inverse=True)
        assert unique.inverse is not None
        self.row_of_, self.weights_ = unique.inverse, unique.weight
        self.rows_ = Rows(*(column.values[column.codes] for column in unique.columns))
        self.purchases_, self.chosen_, self.reason_ = self._choose_purchase_model()
        self.revenue_ = RevenuePerOrder().fit(history)
        self.profit_ = ProfitPerOrder().fit(history)
        self.warnings_ = [*self.purchases_.warnings_, *self._spend_warnings()]
        return self

    def again(self, family: str, reason: str) -> "Forecaster":
        """The same histories with a family that something else decided for."""
        other = Forecaster(self.seed, self.threads, self.fast, family).fit(self.history_)
        other.reason_ = reason
        return other

    def _choose_purchase_model(self) -> tuple[BGNBD | ParetoNBD, str, str]:
        arguments = (self.rows_.x, self.rows_.t_x, self.rows_.T)
        weights = self.weights_
        if self.family == "Pareto/NBD":
            return ParetoNBD().fit(*arguments, weights=weights), "Pareto/NBD", "as decided before"
        bg = BGNBD().fit(*arguments, weights=weights)
        if self.family == "BG/NBD":
            return bg, "BG/NBD", "as decided before"
        if self.fast:
            return bg, "BG/NBD", "asked for speed: only BG/NBD was considered"
        if len(self.rows_) > PARETO_ROWS:
            return (
                bg,
                "BG/NBD",
                f"more than {PARETO_ROWS:,} different histories: BG/NBD, the faster of two near-equals",
            )
        pareto = ParetoNBD().fit(*arguments, weights=weights)
        lead = pareto.log_likelihood_ - bg.log_likelihood_
        better, gap = lead > BETTER_BY, abs(lead)
        self.clear_ = lead > max(CLEAR_FROM, CLEAR_PER_CUSTOMER * len(self.history_))
        known = self.clear_ or not pareto.prior_used_
        if pareto.converged_ and known and (better or not bg.converged_ or bg.prior_used_):
            return (
                pareto,
                "Pareto/NBD",
                f"explains the purchases better than BG/NBD (log-likelihood higher by {gap:.1f})",
            )
        return (
            bg,
            "BG/NBD",
            f"explains the purchases at least as well as Pareto/NBD (log-likelihoods {gap:.1f} apart)",
        )

    def _spend_warnings(self) -> Iterator[str]:
        if self.revenue_.cap_.customers:
            yield (
                f"{self.revenue_.cap_.customers} customers' average order is far outside everything else; above "
                f"{self.revenue_.cap_.cap:,.0f} it counts as that much in the models (the books keep it whole)."
            )
        if self.revenue_.gamma_gamma_ is None:
            yield f"Spend per order: {self.revenue_.reason_}."

    @property
    def model_name_(self) -> str:
        """Purchase and spend model in the field's words."""
        return f"{self.chosen_} + {'Gamma-Gamma' if self.revenue_.gamma_gamma_ is not None else 'shrunken mean'}"

    def parameters(self) -> dict[str, float]:
        """Population parameters by the papers' letters, durations in days."""
        spend = self.revenue_.gamma_gamma_
        return dict(self.purchases_.params_) | (dict(spend.params_) if spend is not None else {})

    def fingerprint(self) -> str:
        """A short name for the fitted model: equal parameters, equal name."""
        text = ",".join(f"{name}={value:.6g}" for name, value in sorted(self.parameters().items()))
        return "model-" + hashlib.sha256(f"{self.model_name_}:{text}".encode()).hexdigest()[:10]

    def p_alive(self) -> Floats:
        """Probability that each customer still is one."""
        alive = self.purchases_.p_alive(self.rows_.x, self.rows_.t_x, self.rows_.T)
        return np.asarray(alive)[self.row_of_]

    def expected_orders(self, t: float) -> Floats:
        """Expected orders of each customer in the next ``t`` days."""
        expected = self.purchases_.expected_purchases(t, self.rows_.x, self.rows_.t_x, self.rows_.T)
        return np.asarray(expected)[self.row_of_]

    def chance_of_order(self, t: float) -> Floats:
        """Probability that each customer orders at all in the next ``t`` days."""
        model, rows = self.purchases_, self.rows_
        estimate = np.array([model.params_[name] for name in model.names])
        return np.asarray(1.0 - cumulative_counts(model, estimate, rows, t, 1)[:, 0])[self.row_of_]

    def expected_value(self, terms: Terms) -> Floats:
        """Expected value of every customer without ranges; quick at any size."""
        rows = self.rows_
        discounted = self.purchases_.discounted_expected_purchases(
            terms.horizon_days, terms.delta, rows.x, rows.t_x, rows.T
        )
        orders = np.asarray(discounted)[self.row_of_]
        revenue = orders * self.revenue_.mean_
        return self.profit_.mean(orders, revenue) if terms.in_profit else revenue

    def predict(
        self,
        terms: Terms,
        *,
        among: NDArray[np.intp] | None = None,
        outlook: Outlook | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> tuple[CustomerForecast, BaseForecast]:
        """Forecast every customer (or those at positions ``among``) and their sum.

        With an ``outlook`` (one entry per customer, over the same horizon) means and ranges are those that the past
        confirmed; without one they are the purchase and spend models' own.
        """
        fitted = Fitted(
            self.history_,
            self.rows_,
            self.row_of_,
            self.purchases_,
            self.revenue_,
            self.profit_,
            self.seed,
            self.threads,
            outlook,
        )
        return Prediction(fitted, terms, among).run(tell)
