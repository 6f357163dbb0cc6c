"""How every purchase model learns: histories to a table of distinct rows, a likelihood, an estimate, plain words."""

from typing import Self

import numpy as np
import numpy.typing as npt

from lifeworth.maths.purchase_table import PurchaseTable, collapse
from lifeworth.models.arguments import Histories, read_histories, read_weights, require_customers
from lifeworth.models.estimation import Estimate, Likelihood, estimate, jittered
from lifeworth.models.purchase.primitives import PurchasePrimitives
from lifeworth.models.ridges import fallback_words, open_directions

#: Rows of the systematic sample on which starts are climbed.
_SAMPLE = 2000
#: A direction known less well than this many e-folds is worth a word.
_LOOSE = 1.5


class PurchaseLearning(PurchasePrimitives):
    """Maximum likelihood for purchase models.

    Parameters
    ----------
    restarts : int
        Extra starting points, spread around the first (the same ones every time).
    """

    def __init__(self, *, restarts: int = 2) -> None:
        self.restarts = restarts

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn the population from each customer's history.

        Parameters
        ----------
        frequency : (rows,)
            Repeat purchases (purchase days after the first).
        recency, T : (rows,)
            Time from the first purchase to the last, and to the end of observation; any one unit.
        weights : (rows,), optional
            Customers behind each row.
        """
        seen = read_histories(frequency, recency, T)
        weight = read_weights(weights, seen.frequency.size)
        require_customers(float(seen.frequency.size if weight is None else weight.sum()))
        if weight is not None and not weight.all():
            kept = weight > 0
            seen = Histories(seen.frequency[kept], seen.recency[kept], seen.T[kept])
            weight = weight[kept]
        table = collapse(seen.frequency, seen.recency, seen.T, weight)
        return self._fit_table(table)

    def _fit_table(self, table: PurchaseTable) -> Self:
        unit = table.time / table.customers or 1.0
        scaled = table.in_unit(unit)
        found = estimate(self._likelihood(scaled))
        shift = np.where(np.isin(self.names, self._timed), np.log(unit), 0.0)
        self._observed = (scaled.purchases / scaled.customers, scaled.customers, table.time > 0)
        self._learn(found, shift, -table.purchases * float(np.log(unit)), table.customers)
        return self

    def _likelihood(self, scaled: PurchaseTable) -> Likelihood:
        start = self._start(scaled)
        return Likelihood(
            full=self._objective(scaled),
            sample=self._objective(scaled.thinned(_SAMPLE)),
            starts=jittered(start, self.restarts),
            customers=scaled.customers,
            prior_centre=np.log(np.array(self._mild)),
        )

    def _explain(self, found: Estimate) -> list[str]:
        values = np.exp(found.plain.theta)
        described = [
            self._describe(each.names, values) for each in open_directions(found.plain, self.names, above=_LOOSE)
        ]
        if not found.prior_used:
            return list(dict.fromkeys(described))
        texts = [fallback_words(self._too_little() or described)]
        if not found.optimum.converged:
            texts.append("even so the fit did not converge; do not rely on these parameters")
        return texts

    def _too_little(self) -> list[str]:
        """Reasons why no model could learn from these data."""
        mean, customers, observed = self._observed
        if customers < 10:
            return [f"too few customers to learn a population from ({customers:g})"]
        if not observed:
            return ["nobody has been observed for any time yet"]
        if mean == 0:
            return ["no customer has bought again: these data cannot say how often customers buy or leave"]
        return []
