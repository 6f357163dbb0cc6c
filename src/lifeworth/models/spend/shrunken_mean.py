"""A mean per purchase drawn towards the population where evidence is thin; carries losses as well as gains.

The normal hierarchy of empirical Bayes: purchases scatter around a customer's own level with one variance, levels
scatter around the population's mean with another. Both variances by the method of moments for unbalanced groups
(Searle, Casella, McCulloch 1992, Variance Components, section 3.6).
"""

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray
from lifeworth.models.arguments import read_column, read_weights, require_customers, require_same_length

#: A customer's mean this many robust spreads from the middle is an error or a wonder, not the population.
_FENCE = 1000.0


class MoneyPerPurchase(NamedTuple):
    """What is known of each customer's level: its posterior mean and standard deviation."""

    mean: FloatArray
    sd: FloatArray


class ShrunkenMean:
    """Money per purchase by customer when Gamma-Gamma cannot carry it.

    Parameters
    ----------
    reason : str
        Why this model is used, in plain words; kept as `reason_`.

    Attributes
    ----------
    mean_ : float
        Population mean per purchase.
    between_sd_, within_sd_ : float
        How much customers differ in level, and single purchases around it.
    reason_ : str
    warnings_ : list of str

    Examples
    --------
    >>> from lifeworth.models import ShrunkenMean
    >>> model = ShrunkenMean(reason="profit can be negative").fit([2, 2, 2], [10, 30, -4], [52, 452, 10])
    >>> bool(model.posterior([2], [30]).mean[0] < 15)
    True
    """

    def __init__(self, reason: str = "") -> None:
        self.reason = reason

    def fit(
        self,
        count: npt.ArrayLike,
        total: npt.ArrayLike,
        total_squares: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn the population from each customer's number of purchases, their sum and sum of squares.

        Parameters
        ----------
        count : (rows,)
            Purchases; rows with 0 carry no information.
        total, total_squares : (rows,)
            Sum of the money of these purchases and of its squares.
        weights : (rows,), optional
            Customers behind each row.
        """
        n, money = _read(count, total)
        squares = read_column("total_squares", total_squares)
        require_same_length(count=n, total_squares=squares)
        given = read_weights(weights, n.size)
        weight = np.where(n > 0, 1.0 if given is None else given, 0.0)
        require_customers(float(weight.sum()))
        self.reason_ = self.reason
        self.warnings_: list[str] = []
        mean = money / np.maximum(n, 1.0)
        weight = self._set_aside(mean, weight)
        inside = np.maximum(squares - n * mean**2, 0.0)
        self._learn_variances(n, mean, inside, weight)
        self.customers_ = float(weight.sum())
        return self

    def _set_aside(self, mean: FloatArray, weight: FloatArray) -> FloatArray:
        """Keep a few absurd amounts from deciding what everybody else is worth."""
        seen = np.repeat(mean[weight > 0], 1)
        low, middle, high = np.quantile(seen, [0.25, 0.5, 0.75])
        spread = max(float(high - low), abs(float(middle)), 1e-12)
        absurd = (weight > 0) & (np.abs(mean - middle) > _FENCE * spread)
        if absurd.any():
            self.warnings_.append(
                f"{int(weight[absurd].sum())} customers lie more than {_FENCE:g} spreads from the middle; "
                "they keep their own money but do not shape the population"
            )
        return np.where(absurd, 0.0, weight)

    def _learn_variances(self, n: FloatArray, mean: FloatArray, inside: FloatArray, weight: FloatArray) -> None:
        customers, purchases = float(weight.sum()), float(np.sum(weight * n))
        average = float(np.sum(weight * n * mean)) / purchases
        spread = float(np.sum(weight * n * (mean - average) ** 2))
        free = purchases - customers
        if free <= 0:
            self._one_each(average, spread / max(customers - 1.0, 1.0))
            return
        within = float(np.sum(weight * inside)) / free
        typical = purchases - float(np.sum(weight * n**2)) / purchases
        between = max((spread - (customers - 1.0) * within) / typical, 0.0) if typical > 1e-9 else 0.0
        if between == 0.0:
            self.warnings_.append("customers do not differ more than chance would make them: all share one level")
        precision = weight / (between + within / np.maximum(n, 1.0)) if between + within > 0 else weight * n
        self.mean_ = float(np.sum(precision * mean) / np.sum(precision))
        self.within_sd_, self.between_sd_ = float(np.sqrt(within)), float(np.sqrt(between))
        self._mean_sd = float(np.sum(precision) ** -0.5) if between + within > 0 else 0.0

    def _one_each(self, average: float, variance: float) -> None:
        self.mean_, self.within_sd_, self.between_sd_ = average, float(np.sqrt(variance)), 0.0
        self._mean_sd = 0.0
        self.warnings_.append(
            "every customer bought once: differences between customers cannot be told from differences between "
            "purchases, so all get the average"
        )

    def posterior(self, count: npt.ArrayLike, total: npt.ArrayLike) -> MoneyPerPurchase:
        """Expected money per future purchase of each customer and how sure that is.

        Parameters
        ----------
        count, total : (rows,)
            Purchases and the sum of their money; 0 purchases give the population's mean.
        """
        if not hasattr(self, "mean_"):
            raise UsageError("this ShrunkenMean has not learned anything yet; call fit(...) first")
        n, money = np.broadcast_arrays(*_read(count, total))
        between, within = self.between_sd_**2, self.within_sd_**2
        own = n * between / np.where(within + n * between > 0, within + n * between, 1.0)
        if within == 0.0 and between == 0.0:
            own = np.zeros_like(own)
        mean = self.mean_ + own * (money / np.maximum(n, 1.0) - self.mean_)
        return MoneyPerPurchase(mean, np.sqrt(between * (1.0 - own) + (1.0 - own) ** 2 * self._mean_sd**2))

    def summary(self) -> str:
        """Say in a few lines what was learned and why this model is used."""
        if not hasattr(self, "mean_"):
            raise UsageError("this ShrunkenMean has not learned anything yet; call fit(...) first")
        lines = ["Shrunken mean (normal empirical Bayes)"]
        lines += [f"used because {self.reason_}"] if self.reason_ else []
        lines.append(
            f"{self.customers_:,.0f} customers: {self.mean_:.6g} per purchase, customers differ by "
            f"{self.between_sd_:.4g}, single purchases by {self.within_sd_:.4g}"
        )
        return "\n".join([*lines, *(f"warning: {text}" for text in self.warnings_)])


def _read(count: npt.ArrayLike, total: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    n, money = read_column("count", count), read_column("total", total, negative=True)
    require_same_length(count=n, total=money)
    return n, money
