"""Models of buying, leaving and spending: one paper a file, one contract for all (`base.py`).

In: each customer's frequency, recency and T (and mean spend), in the unit you like.
Out: learned parameters with their uncertainty, expectations and chances for each customer.
Start at `purchase/bg_nbd.py`; `base.py` says what every model answers.
"""

from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.pareto_nbd import ParetoNBD
from lifeworth.models.spend.gamma_gamma import GammaGamma
from lifeworth.models.spend.shrunken_mean import ShrunkenMean

__all__ = ["BGNBD", "GammaGamma", "ParetoNBD", "ShrunkenMean"]
