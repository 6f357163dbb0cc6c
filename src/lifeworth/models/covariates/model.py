"""A purchase model whose customers differ by what is known of them.

Fader, Hardie (2007), "Incorporating Time-Invariant Covariates into the Pareto/NBD and BG/NBD Models", note 019,
http://brucehardie.com/notes/019/, one set of covariates on buying and one on leaving, with the signs and the common
coefficient of a and b of CLVTools:

    alpha_i = alpha exp(-gamma'z_i);  Pareto/NBD: beta_i = beta exp(-delta'z_i);  BG families: a_i, b_i = (a, b) exp(delta'z_i)
"""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray, as_floats
from lifeworth.models.arguments import Histories, read_draws, read_histories, read_horizon
from lifeworth.models.covariates.comparing import LikelihoodRatio, likelihood_ratio
from lifeworth.models.covariates.fitting import CovariateLearning
from lifeworth.models.covariates.learning import distinct_rows
from lifeworth.models.frames import as_given
from lifeworth.models.purchase.model import PurchaseModel

#: Gives an answer of some customers under their own parameters.
_Ask = Callable[[PurchaseModel, IntArray, Histories], FloatArray]


class WithCovariates(CovariateLearning):
    """A purchase model with covariates of the customer that do not change over time.

    A coefficient of 0.3 on buying makes the rate exp(0.3) = 1.35 times as high for one unit more. On leaving, it does so
    with the rate of leaving in the Pareto/NBD; in the BG families, where a and b carry the same factor, the mean chance
    of leaving a / (a + b) stays as it is and the covariate only says how much customers differ in it.

    Covariates come as a pandas, polars or pyarrow frame or as a mapping of names to columns, a row per customer. Numbers
    (and truth values, as 0 and 1) are taken as they are; text is a category, compared with its largest level.

    Predictions work one formula out for each distinct combination of covariates: round fine numbers (an age to years) where
    there are many customers.

    Parameters
    ----------
    model : PurchaseModel
        Which model customers live by: ``BGNBD()``, ``MBGNBD()``, ``ParetoNBD()``, or ``NBD()`` (where nobody leaves).
    ridge : float
        Pull of the coefficients towards 0: the precision of a normal prior on coefficients of standardised covariates.
        0.1 weighs less than one customer; 0 gives plain maximum likelihood.

    Attributes
    ----------
    model_ : PurchaseModel
        Learned without covariates.
    params_ : dict of str to float
        Parameters of a customer whose covariates are all 0 (and categories at their largest level).
    purchase_coefficients_, dropout_coefficients_ : dict of str to float
        In the caller's unit: `age` for a number, `channel=web` for a level of a category.
    compared_with_ : dict of str to str
        The level of each category that the others are compared with.
    names_ : tuple of str
        Parameters, then `purchase NAME` and `dropout NAME` of the coefficients.
    standard_errors_ : dict of str to float
        By `names_`.
    log_params_, log_covariance_ : (names,), (names, names)
        Log-parameters and coefficients are about normal with this mean and covariance.
    log_likelihood_ : float
        Of the data, in the caller's unit.
    maximum_log_likelihood_ : float
        The highest one, without ridge and prior: what the likelihood-ratio test compares.
    customers_ : float
    converged_, prior_used_ : bool
    warnings_ : list of str

    Examples
    --------
    >>> import numpy as np
    >>> from lifeworth.models import BGNBD
    >>> rng = np.random.default_rng(1)
    >>> slow = BGNBD.from_parameters({"r": 1.0, "alpha": 20.0, "a": 1.0, "b": 3.0}).simulate(500, 100.0, rng)
    >>> fast = BGNBD.from_parameters({"r": 1.0, "alpha": 10.0, "a": 1.0, "b": 3.0}).simulate(500, 100.0, rng)
    >>> x, t_x, T = (np.concatenate(both) for both in zip(slow, fast))
    >>> channel = {"channel": ["shop"] * 500 + ["web"] * 500}
    >>> found = WithCovariates(BGNBD()).fit(x, t_x, T, purchase_covariates=channel)
    >>> bool(abs(found.purchase_coefficients_["channel=web"] - np.log(2)) < 0.3)
    True
    """

    def likelihood_ratio(self, nested: "WithCovariates | None" = None) -> LikelihoodRatio:
        """Test whether the covariates tell more than a model with fewer of them.

        Both likelihoods are taken at their highest, without ridge and prior.

        Parameters
        ----------
        nested : WithCovariates, optional
            The same model learned from the same customers with fewer of these covariates; left out: with none.

        Returns
        -------
        LikelihoodRatio
            statistic, degrees_of_freedom, p_value
        """
        self._require_fit()
        if nested is None:
            fewer, smaller = self.model_.names, self._alone
        else:
            nested._require_fit()
            fewer, smaller = nested.names_, nested.maximum_log_likelihood_
            same = (self.customers_, self._purchases) == (nested.customers_, nested._purchases)
            if type(nested.model) is not type(self.model) or not same:
                raise UsageError("nested must be the same kind of model, learned from the same customers")
        more = len(self.names_) - len(fewer)
        if not set(fewer) <= set(self.names_) or more < 1:
            raise UsageError(
                f"nested must have fewer of the same covariates; it has {', '.join(fewer)}, this has {', '.join(self.names_)}"
            )
        return likelihood_ratio(self.maximum_log_likelihood_, smaller, more)

    def expected_purchases(
        self,
        t: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        purchase_covariates: object = None,
        dropout_covariates: object = None,
    ) -> FloatArray:
        """Purchases each customer is expected to make in (T, T + t], the chance of having left included."""
        seen, ahead = self._read(frequency, recency, T), read_horizon(t)

        def ask(model: PurchaseModel, rows: IntArray, part: Histories) -> FloatArray:
            return model._expected(_of(ahead, rows), part)

        found = self._each(ask, seen, purchase_covariates, dropout_covariates)
        return as_given(found, "expected_purchases", frequency, recency, T)

    def p_alive(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        purchase_covariates: object = None,
        dropout_covariates: object = None,
        t: npt.ArrayLike = 0.0,
    ) -> FloatArray:
        """Chance that each customer has not left by T + t."""
        seen, ahead = self._read(frequency, recency, T), read_horizon(t)

        def ask(model: PurchaseModel, rows: IntArray, part: Histories) -> FloatArray:
            return model.p_alive(part.frequency, part.recency, part.T, _of(ahead, rows))

        return as_given(
            self._each(ask, seen, purchase_covariates, dropout_covariates), "p_alive", frequency, recency, T
        )

    def p_active(
        self,
        t: npt.ArrayLike,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        purchase_covariates: object = None,
        dropout_covariates: object = None,
    ) -> FloatArray:
        """Chance of at least one purchase in (T, T + t]; with an endless t, of ever buying again."""
        seen, ahead = self._read(frequency, recency, T), read_horizon(t, endless=True)

        def ask(model: PurchaseModel, rows: IntArray, part: Histories) -> FloatArray:
            return model.p_active(_of(ahead, rows), part.frequency, part.recency, part.T)

        return as_given(
            self._each(ask, seen, purchase_covariates, dropout_covariates), "p_active", frequency, recency, T
        )

    def discounted_expected_purchases(
        self,
        t: float,
        discount_per_unit: float,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        purchase_covariates: object = None,
        dropout_covariates: object = None,
    ) -> FloatArray:
        """Expected purchases in (T, T + t], each discounted continuously from its moment back to T; t may be endless."""
        seen = self._read(frequency, recency, T)

        def ask(model: PurchaseModel, rows: IntArray, part: Histories) -> FloatArray:
            return model.discounted_expected_purchases(t, discount_per_unit, part.frequency, part.recency, part.T)

        found = self._each(ask, seen, purchase_covariates, dropout_covariates)
        return as_given(found, "discounted_expected_purchases", frequency, recency, T)

    def expected_for_new_customer(
        self, t: float, purchase_covariates: object = None, dropout_covariates: object = None
    ) -> FloatArray:
        """Repeat purchases that new customers with these covariates are expected to make in the first t, (rows,)."""
        self._require_fit()
        given = ((self._purchase, purchase_covariates), (self._dropout, dropout_covariates))
        rows = max(len(design.matrix(each, "covariates")) for design, each in given)
        nobody = np.zeros(max(rows, 1))

        def ask(model: PurchaseModel, _: IntArray, part: Histories) -> FloatArray:
            return model._expected(np.full(part.T.size, float(read_horizon(t))), part)

        return self._each(ask, Histories(nobody, nobody, nobody), purchase_covariates, dropout_covariates)

    def sample(
        self,
        t: float,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        n: int,
        rng: np.random.Generator,
        purchase_covariates: object = None,
        dropout_covariates: object = None,
    ) -> IntArray:
        """Draw each customer's purchases in (T, T + t], (rows, n), doubt about parameters and coefficients included."""
        seen, ahead, draws = self._read(frequency, recency, T), float(read_horizon(t)), read_draws(n)
        root = np.linalg.cholesky(self.log_covariance_)
        plausible = self.log_params_ + rng.standard_normal((draws, self.log_params_.size)) @ root.T
        matrices = self._matrices(purchase_covariates, dropout_covariates, seen.T.size)
        drawn = np.empty((seen.T.size, draws), dtype=np.intp)
        for rows, own in self._maps(matrices):
            part = _some(seen, rows)
            for column, phi in enumerate(plausible):
                drawn[rows, column] = self.model_._at(np.exp(own @ phi))._draw(ahead, part, rng)
        return drawn

    def _each(self, ask: _Ask, seen: Histories, purchase: object, dropout: object) -> FloatArray:
        """Ask for customers of equal covariates together, each under their own parameters."""
        found = np.empty(seen.T.size)
        for rows, own in self._maps(self._matrices(purchase, dropout, seen.T.size)):
            found[rows] = ask(self.model_._at(np.exp(own @ self.log_params_)), rows, _some(seen, rows))
        return found

    def _maps(self, matrices: tuple[FloatArray, FloatArray]) -> Iterator[tuple[IntArray, FloatArray]]:
        for rows, (purchase, dropout) in distinct_rows(*matrices):
            yield rows, self._moves.map_of(purchase, dropout)

    def _read(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike) -> Histories:
        self._require_fit()
        return read_histories(frequency, recency, T)

    def summary(self) -> str:
        """Say in a small table what was learned and how far to trust it."""
        self._require_fit()
        state = "converged" if self.converged_ else "did NOT converge"
        lines = [f"{self.model_.title}, with covariates", f"{self.customers_:,.0f} customers, {state}"]
        lines.append(f"  {'':<28}{'estimate':>14}{'standard error':>18}")
        own, effects = len(self.params_), self.log_params_[len(self.params_) :]
        values = [*self.params_.values(), *effects.tolist()]
        for name, value in zip(self.names_, values, strict=True):
            lines.append(f"  {name:<28}{value:>14.6g}{self.standard_errors_[name]:>18.4g}")
        if len(self.names_) > own:
            test = self.likelihood_ratio()
            lines.append(
                f"against none: likelihood ratio {test.statistic:.2f} on {test.degrees_of_freedom}, p = {test.p_value:.3g}"
            )
        lines += [f"{column} is compared with {level}" for column, level in self.compared_with_.items()]
        lines.append(f"log-likelihood {self.log_likelihood_:.3f}")
        return "\n".join([*lines, *(f"warning: {text}" for text in self.warnings_)])


def _of(t: FloatArray, rows: IntArray) -> FloatArray:
    """Durations of some customers."""
    return np.full(rows.size, float(t.ravel()[0])) if t.size == 1 else as_floats(t[rows])


def _some(seen: Histories, rows: IntArray) -> Histories:
    return Histories(seen.frequency[rows], seen.recency[rows], seen.T[rows])
