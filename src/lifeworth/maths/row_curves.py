"""A log-likelihood at one point, customer by customer: for customers who each have parameters of their own."""

from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray


@dataclass(frozen=True)
class RowCurves:
    """Log-likelihood of each customer with its derivatives in the log-parameters."""

    value: FloatArray  # (rows,)
    gradient: FloatArray  # (parameters, rows)
    hessian: FloatArray  # (parameters, parameters, rows)


def rows_by_log_parameter(own: FloatArray, value: FloatArray, slope: FloatArray, bend: FloatArray) -> RowCurves:
    """Restate derivatives taken in the parameters, `own` (parameters, rows), as derivatives in their logarithms."""
    gradient = own * slope
    hessian = bend * np.einsum("ij,kj->ikj", own, own)
    for place in range(own.shape[0]):
        hessian[place, place] += gradient[place]
    return RowCurves(value, np.asarray(gradient), np.asarray(hessian))


def symmetric_rows(rows: int, entries: dict[tuple[int, int], FloatArray | float]) -> FloatArray:
    """A symmetric 4 x 4 matrix a row, (4, 4, rows), from its entries that are not 0."""
    bend = np.zeros((4, 4, rows))
    for (row, column), entry in entries.items():
        bend[row, column] = bend[column, row] = entry
    return bend
