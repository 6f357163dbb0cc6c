"""Evenly spread draws: the same few hundred points for every customer instead of fresh random numbers.

A customer's future has a handful of sources of chance: how many orders, how large, how much of the money
stays. A rank-1 lattice (Korobov 1959; Sloan & Joe 1994, ch. 4) covers that small cube more evenly than
random draws do, so a few hundred points fix an interval to a fraction of a percent, the answer does not
depend on a seed, and every gamma quantile can be looked up in a table shared by all customers.

Customers must not move together, though, or the range of the base would be far too wide: the base adds
each customer's draws after rotating them by a random shift (Cranley & Patterson 1976), which keeps each
customer's own distribution and makes different customers independent.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

# Best Korobov generators by the P2 criterion in five dimensions with pairwise correlations below 0.05.
_GENERATORS = {128: 59, 256: 195, 512: 151, 1024: 835}


@dataclass(frozen=True)
class Strata:
    """``count`` points in the unit cube; each row of ``points`` is one dimension, the first ascending."""

    count: int
    points: Floats


def lattice(count: int, dimensions: int = 5) -> Strata:
    """A centred rank-1 lattice sorted by its first coordinate.

    Parameters
    ----------
    count : int
        Number of points; one of 128, 256, 512, 1024.
    dimensions : int
        Rows wanted.

    Returns
    -------
    Strata
        ``points`` of shape (dimensions, count), all strictly between 0 and 1.
    """
    generator = _GENERATORS[count]
    index = np.arange(count)
    powers = [pow(generator, d, count) for d in range(dimensions)]
    return Strata(count, np.array([((index * power) % count + 0.5) / count for power in powers]))


@dataclass(frozen=True)
class ParameterPoints:
    """Equally likely parameter vectors: the first row is the estimate itself, the rest surround it.

    Attributes
    ----------
    estimate : (d,) floats
    spread : (k, d) floats
        Points whose mean and covariance are those of the Laplace posterior.
    """

    estimate: Floats
    spread: Floats


def parameter_points(log_estimate: Floats, log_covariance: Floats, *, wanted: int) -> ParameterPoints:
    """Points that stand for what the data leave open about population parameters (Laplace approximation).

    With few points wanted they are the sigma points mean ± √d · (columns of the covariance's root)
    (Julier & Uhlmann 1997), which carry mean and covariance exactly; with many they are a lattice of
    normal points. Directions the data hardly bound are cut at one and a half log units, so that a ridge widens a
    range without sending it to infinity.
    """
    dimension = len(log_estimate)
    values, vectors = np.linalg.eigh((log_covariance + log_covariance.T) / 2)
    root = vectors * np.sqrt(np.clip(values, 0.0, 1.5**2))
    if wanted < 4 * dimension:
        offsets = np.sqrt(dimension) * np.concatenate([root.T, -root.T])
    else:
        offsets = ndtri(lattice(wanted, dimension).points).T @ root.T
    return ParameterPoints(np.exp(log_estimate), np.exp(log_estimate + offsets))
