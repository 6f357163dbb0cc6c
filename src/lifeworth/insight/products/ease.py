"""Which products go into a basket with which: a linear model of each product by all others.

EASE (Steck 2019, *Embarrassingly Shallow Autoencoders for Sparse Data*, WWW, https://arxiv.org/abs/1905.03375), equation 8:
with P = (XᵀX + λI)⁻¹ the weight of product i for product j is −P_ij / P_jj, and none for itself.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from lifeworth.insight.products.contents import Sparse

Floats = NDArray[np.float64]

RIDGE = 0.006
"""λ as a share of the baskets, so that a shop twice as large learns the same; measured on a wholesaler's 33,000 baskets."""


def learn_weights(holds: Sparse) -> Floats:
    """Weights of what a basket holds for what else it holds: (products, products), zeros on the diagonal.

    Parameters
    ----------
    holds : (baskets, products) sparse
        One where a basket holds a product.
    """
    together = (holds.T @ holds).toarray().astype(np.float64)
    diagonal = np.diag_indices_from(together)
    together[diagonal] += max(RIDGE * holds.shape[0], 1.0)
    inverse = linalg.inv(together, overwrite_a=True, check_finite=False, assume_a="pos")
    weights = -inverse / np.diag(inverse)
    weights[diagonal] = 0.0
    return np.asarray(weights)
