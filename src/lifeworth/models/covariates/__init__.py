"""What is known of customers besides their history moves how often they buy and how they leave.

In: histories, any purchase model, and columns about customers. Out: the model with a coefficient for each column.
Start at ``model.py``; ``design.py`` turns columns into numbers, ``learning.py`` finds the coefficients.
"""

from lifeworth.models.covariates.comparing import LikelihoodRatio
from lifeworth.models.covariates.model import WithCovariates

__all__ = ["LikelihoodRatio", "WithCovariates"]
