"""The difference between two randomised groups, with what was known beforehand taken into account.

With the value predicted before the experiment as covariate this is CUPED (Deng, Xu, Kohavi and Walker 2013, WSDM, section 3):

    difference of mean outcomes - slopes · difference of mean covariates.

Slopes fitted to both groups alike may do harm where the groups are of unequal size; slopes of each group's own never do in large
samples (Lin 2013, *Annals of Applied Statistics* 7(1), 295-318), but a small group of skewed outcomes pays dearly for them. So
there is one set of slopes, from a regression in which a customer weighs 1 / (size of the own group)². In large samples that is
Lin's estimator (he calls it tyranny of the minority; Lu and Liu 2022, "Tyranny-of-the-minority regression adjustment in randomized experiments",
arXiv 2210.00261), and in small ones it is steadier. Its variance is that of two independent means (Welch 1947) of what the
slopes leave; errors that weigh each customer by leverage (HC2, HC3) are blown up by a single large customer.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import stats

from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.maths.skewed_t import skewed_p_value, skewed_quantile, softened

# A covariate whose part that the others do not hold is smaller than this share of it tells nothing more.
_SAME = 1e-9
# Differences smaller than this share of a figure are those of rounding.
_ROUNDING = 1e-10


@dataclass(frozen=True)
class Difference:
    """A mean difference, treated less control, with its standard error and what bends its t statistic.

    Attributes
    ----------
    mean, standard_error : float
        In the unit of the outcome.
    degrees : float
        Of freedom (Satterthwaite 1946).
    skewness : float
        Third standardised moment of the difference, from the residuals of both groups together, softened.
    treated, control : float
        The groups' own means, adjusted alike.
    treated_error, control_error : float
        Their standard errors.
    residuals : (customers,) floats
        What the group and the covariates leave of the outcome.
    """

    mean: float
    standard_error: float
    degrees: float
    skewness: float
    treated: float
    control: float
    treated_error: float
    control_error: float
    residuals: FloatArray = field(repr=False, compare=False)

    def range(self, level: float) -> tuple[float, float]:
        """Ends that hold the true difference in this share of experiments."""
        return self.reach(self.bound(level))

    def bound(self, level: float) -> float:
        """Standard errors that a range of this level reaches, were the outcome not skewed."""
        return float(stats.t.ppf((1 + level) / 2, self.degrees))

    def reach(self, bound: float) -> tuple[float, float]:
        """Ends as far away as ``bound`` standard errors would be, were the outcome not skewed."""
        low, high = (skewed_quantile(end, self.skewness) for end in (bound, -bound))
        return self.mean - low * self.standard_error, self.mean - high * self.standard_error

    @cached_property
    def p_value(self) -> float:
        """Chance of a difference as far from zero when there is none; two-sided."""
        if self.standard_error == 0:
            return 1.0 if self.mean == 0 else 0.0
        return skewed_p_value(self.mean / self.standard_error, self.skewness, self.degrees)


def adjusted_difference(outcome: FloatArray, treated: BoolArray, covariates: FloatArray | None = None) -> Difference:
    """The effect of a treatment on the mean outcome of customers like these.

    Parameters
    ----------
    outcome : (customers,) floats
    treated : (customers,) bools
        At least two customers on each side.
    covariates : (customers, covariates) floats, optional
        Known before the treatment. Those that repeat others, or say the same of everybody, are left out, and so are the
        last ones where a side has fewer than twenty customers for each.

    Examples
    --------
    >>> treated = np.array([True] * 4 + [False] * 4)
    >>> found = adjusted_difference(np.array([4.0, 6, 8, 10, 1, 3, 5, 7]), treated)
    >>> round(found.mean, 3), round(found.standard_error, 3)
    (3.0, 1.826)
    """
    sizes = np.array([int((~treated).sum()), int(treated.sum())])
    if sizes.min() < 2:
        raise ValueError(f"both sides need at least two customers; found {sizes[1]} and {sizes[0]}")
    side = treated.astype(np.intp)
    known = np.empty((len(outcome), 0)) if covariates is None else covariates
    fit = _fit(outcome, side, sizes, known[:, : max(int(sizes.min()) // 20, 0)])
    degrees = np.maximum(sizes - 1 - fit.slopes, 1).astype(np.float64)
    parts = np.bincount(side, weights=fit.residuals**2, minlength=2) / (sizes * degrees)
    return Difference(
        mean=float(fit.means[1] - fit.means[0]),
        standard_error=float(np.sqrt(parts.sum())),
        degrees=float(parts.sum() ** 2 / (parts**2 / degrees).sum()) if parts.sum() > 0 else float(degrees.sum()),
        skewness=_skewness(fit.residuals, sizes),
        treated=float(fit.means[1]),
        control=float(fit.means[0]),
        treated_error=float(np.sqrt(parts[1] + fit.shared)),
        control_error=float(np.sqrt(parts[0] + fit.shared)),
        residuals=fit.residuals,
    )


@dataclass(frozen=True)
class _Fit:
    """A regression on group and covariates.

    Attributes
    ----------
    means : (2,) floats
        Outcome of each group at the mean covariates of both.
    residuals : (customers,) floats
    shared : float
        Variance that both means have in common, because the mean covariates are those of a sample.
    slopes : int
    """

    means: FloatArray
    residuals: FloatArray
    shared: float
    slopes: int


def _fit(outcome: FloatArray, side: IntArray, sizes: IntArray, known: FloatArray) -> _Fit:
    """One set of slopes, the smaller group weighing more."""
    centred, averages = _within(known, side, sizes)
    root = (1.0 / sizes)[side]
    varied = np.ptp(known, axis=0) > _ROUNDING * np.abs(known).max(axis=0, initial=0.0)
    kept = varied & _useful(np.where(varied, centred, 0.0) * root[:, None])
    centred, averages, known = centred[:, kept], averages[:, kept], known[:, kept]
    middle, own = _within(outcome[:, None], side, sizes)
    basis, upper = np.linalg.qr(centred * root[:, None])
    slopes = np.linalg.solve(upper, basis.T @ (middle[:, 0] * root)) if kept.any() else np.empty(0)
    overall = known.mean(axis=0)
    return _Fit(
        means=own[:, 0] - (averages - overall) @ slopes,
        residuals=middle[:, 0] - centred @ slopes,
        shared=float(((known - overall) @ slopes).var()) / len(outcome) if kept.any() else 0.0,
        slopes=int(kept.sum()),
    )


def _within(columns: FloatArray, side: IntArray, sizes: IntArray) -> tuple[FloatArray, FloatArray]:
    """Columns less the mean of the own group, and these means: (customers, columns) and (2, columns)."""
    means = np.array([columns[side == group].mean(axis=0) for group in range(len(sizes))])
    return columns - means[side], means


def _useful(columns: FloatArray) -> BoolArray:
    """Columns that vary and say something that those before them do not."""
    kept, basis = np.zeros(columns.shape[1], dtype=bool), list[FloatArray]()
    for place, column in enumerate(columns.T):
        rest = column
        for direction in basis:
            rest = rest - direction * float(direction @ rest)
        size, left = float(column @ column), float(rest @ rest)
        if size > 0 and left > _SAME * size:
            kept[place] = True
            basis.append(rest / np.sqrt(left))
    return kept


def _skewness(residuals: FloatArray, sizes: IntArray) -> float:
    """Of the difference, taken from both groups' residuals together: a small group has rarely seen its own tail."""
    squares = residuals * residuals
    second, third = float(squares.mean()), float((squares * residuals).mean())
    spread = second * (1 / sizes[0] + 1 / sizes[1])
    if spread == 0:
        return 0.0
    return softened(float(third * (1 / sizes[1] ** 2 - 1 / sizes[0] ** 2) / spread**1.5))
