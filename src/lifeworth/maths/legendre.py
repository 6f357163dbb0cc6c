"""Gauss-Legendre nodes and weights on the unit interval, made once each."""

from functools import cache

import numpy as np

from lifeworth.maths.arrays import FloatArray


@cache
def unit_legendre(nodes: int) -> tuple[FloatArray, FloatArray]:
    """Nodes in (0, 1) and weights that sum to one; exact for polynomials of degree 2 * nodes - 1."""
    position, weight = np.polynomial.legendre.leggauss(nodes)
    return (position + 1.0) / 2.0, weight / 2.0
