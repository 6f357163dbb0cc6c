"""How much an order brings, per customer, with the customer's own uncertainty."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from lifeworth.models.forecast.history import CustomerHistory
from lifeworth.models.forecast.strata import ParameterPoints, Strata, parameter_points
from lifeworth.models.spend.gamma_gamma import GammaGamma
from lifeworth.models.spend.shrunken_mean import ShrunkenMean

Floats = NDArray[np.float64]

MIN_PAYING = 8
KEPT_PRIOR_ORDERS = 5.0
OUTLIER_SPREADS = 10.0


@dataclass(frozen=True)
class OutlierCap:
    """Amounts above ``cap`` per purchase day count as ``cap`` in models; the books keep them whole."""

    cap: float
    customers: int


def outlier_cap(history: CustomerHistory) -> OutlierCap:
    """A cap far above anything usual: ten robust standard deviations of log spend over its median."""
    paying = history.paid_days > 0
    if paying.sum() < MIN_PAYING:
        return OutlierCap(np.inf, 0)
    log_mean = np.log(history.paid_revenue_sum[paying] / history.paid_days[paying])
    middle = np.median(log_mean)
    spread = 1.4826 * np.median(np.abs(log_mean - middle))
    if spread == 0:
        return OutlierCap(np.inf, 0)
    cap = float(np.exp(middle + OUTLIER_SPREADS * spread))
    return OutlierCap(cap, int((log_mean > np.log(cap)).sum()))


@dataclass
class RevenuePerOrder:
    """Net revenue per purchase day: Gamma-Gamma where it can be carried, a shrunken mean where not.

    Attributes after ``fit``
    ------------------------
    reason_ : str
        Why this form was chosen.
    mean_ : (n,) floats
        Expected net revenue of one future order of each customer, refunds taken off.
    kept_ : (n,) floats
        Share of the amounts charged that stays after refunds that outweigh or follow them.
    """

    gamma_gamma_: GammaGamma | None = field(default=None, init=False)
    shrunken_: ShrunkenMean | None = field(default=None, init=False)

    def fit(self, history: CustomerHistory) -> "RevenuePerOrder":
        """Learn the population and each customer's own level."""
        self.cap_ = outlier_cap(history)
        self._days = history.paid_days
        self._sum = np.minimum(history.paid_revenue_sum, self.cap_.cap * np.maximum(history.paid_days, 1))
        self.gamma_gamma_, self.reason_ = self._try_gamma_gamma()
        if self.gamma_gamma_ is not None:
            charged = self._gamma_gamma_mean(self._points(1).estimate)
            self.kept_ = self._kept_share(history, charged)
            self.mean_ = charged * self.kept_
        else:
            self._fit_shrunken(history)
        return self

    def _try_gamma_gamma(self) -> tuple[GammaGamma | None, str]:
        paying = self._days > 0
        if paying.sum() < MIN_PAYING:
            return None, "too few customers have paid to tell their levels of spend apart; a mean drawn to the base"
        model = GammaGamma().fit(self._days[paying], self._sum[paying] / self._days[paying])
        if not model.converged_:
            return None, "Gamma-Gamma did not settle on these amounts; spend is a shrunken mean"
        if model.params_["q"] <= 1.05:
            return None, (
                f"spend differs so widely between customers (Gamma-Gamma q = {model.params_['q']:.2f}) that its "
                "mean does not exist; spend is a shrunken mean"
            )
        if (self._days > 1).sum() < MIN_PAYING:
            return (
                None,
                "almost nobody paid twice, so spend cannot be told apart from chance; a shrunken mean",
            )
        return model, "Gamma-Gamma: each customer has a level of spend, and orders vary around it"

    def _fit_shrunken(self, history: CustomerHistory) -> None:
        days = history.purchase_days
        limit = self.cap_.cap * days
        total = np.clip(history.day_revenue_sum, -limit, limit)
        squares = np.minimum(history.day_revenue_sumsq, self.cap_.cap**2 * days)
        self.shrunken_ = ShrunkenMean(self.reason_).fit(days, total, squares)
        self._level = self.shrunken_.posterior(days, total)
        after = history.revenue.sum() / history.day_revenue_sum.sum() if history.day_revenue_sum.sum() > 0 else 1.0
        self.kept_ = np.full(len(days), float(np.clip(after, 0.0, 1.0)))
        self.mean_ = self._level.mean * self.kept_

    def _kept_share(self, history: CustomerHistory, charged: Floats) -> Floats:
        """Share of charged money that stays, shrunk to the base with the weight of a few orders."""
        total = self._sum.sum()
        revenue = history.revenue - (history.paid_revenue_sum - self._sum)
        base = revenue.sum() / total if total > 0 else 1.0
        prior = KEPT_PRIOR_ORDERS * charged
        return np.clip((revenue + prior * base) / (self._sum + prior), 0.0, 1.0)

    def _points(self, wanted: int) -> ParameterPoints:
        assert self.gamma_gamma_ is not None
        model = self.gamma_gamma_
        return parameter_points(model.log_params_, model.log_covariance_, wanted=wanted)

    def _gamma_gamma_mean(self, parameters: Floats) -> Floats:
        """Expected charged amount per order given own history (Fader, Hardie 2013, eq. 5)."""
        p, q, gamma = parameters
        return np.asarray(p * (gamma + self._sum) / np.maximum(p * self._days + q - 1.0, 0.05))

    def mean_under(self, wanted: int) -> Floats:
        """The customers' means under each parameter point, as ratios to the estimate's: (k, n) floats."""
        if self.gamma_gamma_ is None:
            return np.ones((1, len(self._days)))
        points = self._points(wanted)
        usual = self._gamma_gamma_mean(points.estimate)
        return np.array([self._gamma_gamma_mean(row) / usual for row in points.spread])

    @property
    def order_cv2(self) -> float:
        """Squared relative spread of a customer's orders around their own level."""
        return 1.0 / self.gamma_gamma_.params_["p"] if self.gamma_gamma_ is not None else 1.0

    def sampler(self, strata: Strata, n_max: int, wanted: int) -> "RevenueSampler":
        """Tables from which the revenue of 0 … ``n_max`` orders is looked up for any customer."""
        if self.gamma_gamma_ is None:
            return RevenueSampler(self, strata, None, None, None, n_max)
        spread = self._points(wanted).spread
        column = spread[np.arange(strata.count) % len(spread)]
        p, q, gamma = column.T
        orders = np.arange(n_max + 1)[:, None]
        numerator = np.zeros((n_max + 1, strata.count), dtype=np.float32)
        numerator[1:] = gammaincinv(p * orders[1:], strata.points[1])
        counts = np.unique(self._days)
        denominator = np.maximum(gammaincinv(q + p * counts[:, None], strata.points[2]), 1e-12)
        slot = np.searchsorted(counts, self._days)
        return RevenueSampler(self, strata, numerator, (1.0 / denominator).astype(np.float32), (p, gamma, slot), n_max)


@dataclass(frozen=True)
class RevenueSampler:
    """Revenue of a given number of orders at every point of the strata.

    Given ν, n orders of a Gamma(p, ν) amount sum to Gamma(pn)/ν, and ν itself is Gamma(q + px, γ + sum)
    (Fader, Hardie 2013, eq. 2-5); both gammas are tabulated, so a draw is two look-ups and a product.
    """

    model: RevenuePerOrder
    strata: Strata
    numerator: NDArray[np.float32] | None
    inverse_rate: NDArray[np.float32] | None
    columns: tuple[Floats, Floats, NDArray[np.intp]] | None
    n_max: int

    @property
    def shape(self) -> Floats | None:
        """Gamma-Gamma's p at each point of the strata."""
        return None if self.columns is None else self.columns[0]

    def order_amounts(self, orders: NDArray[np.int32]) -> NDArray[np.float32]:
        """The part of the draw that customers with the same purchase history share: (rows, count)."""
        if self.numerator is None:
            return orders.astype(np.float32)
        flat = orders.astype(np.intp) * self.strata.count + np.arange(self.strata.count)
        return np.asarray(np.take(self.numerator, flat))

    def draws(self, shared: NDArray[np.float32], customers: NDArray[np.intp]) -> NDArray[np.float32]:
        """Net revenue of each customer at each point: (customers, count), not sorted."""
        kept = self.model.kept_[customers].astype(np.float32)[:, None]
        if self.inverse_rate is None or self.columns is None:
            return self._shrunken(shared, customers) * kept
        _, gamma, slot = self.columns
        own = self.model._sum[customers].astype(np.float32)[:, None]
        rate = own + gamma.astype(np.float32)
        rate *= self.inverse_rate[slot[customers]]
        rate *= shared
        rate *= kept
        return rate

    def _shrunken(self, orders: NDArray[np.float32], customers: NDArray[np.intp]) -> NDArray[np.float32]:
        assert self.model.shrunken_ is not None
        mean, sd = (part[customers][:, None] for part in self.model._level)
        level = mean + sd * ndtri(self.strata.points[2])
        noise = self.model.shrunken_.within_sd_ * np.sqrt(orders) * ndtri(self.strata.points[1])
        draws = (orders * level + noise).astype(np.float32)
        return np.asarray(np.maximum(draws, 0.0) if (self.model._level.mean >= 0).all() else draws)
