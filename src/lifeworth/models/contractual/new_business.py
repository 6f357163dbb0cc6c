"""What known customers take out anew: more, larger or again; the drift of recurring revenue per customer.

Over the last stretch as long as the one ahead (at most half of the history), customers known at its beginning took out
new contracts. Those with a running contract did so at a rate that is partly the same for each and partly in proportion
to what they pay (non-negative least squares, then brought to what came); those without one at a rate of their own.
The same is expected to go on. After the revenue per user of McCarthy, Fader, Hardie (2017), "Valuing Subscription-Based
Businesses Using Publicly Disclosed Customer Data", Journal of Marketing 81(1), 17-35, by customer and without a trend.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from lifeworth.models.contractual.book import Book

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class NewBusiness:
    """New recurring revenue of known customers, a month's money per day.

    Attributes
    ----------
    each : float
        Of every customer with a running contract.
    in_proportion : float
        Besides, of each unit of monthly revenue they pay.
    back : float
        Of every customer whose contracts have all ended.
    size : float
        Monthly revenue of one new contract.
    intervals, plans, shares : (kinds,)
        Months from bill to bill and plan of new contracts, and their shares of the new revenue.
    """

    each: float
    in_proportion: float
    back: float
    size: float
    intervals: Ints
    plans: Ints
    shares: Floats

    def rate(self, pays: Floats, had: NDArray[np.bool_]) -> Floats:
        """New monthly revenue per day of customers who pay so much a month; nothing of those who never had a contract."""
        active = self.each + self.in_proportion * pays
        return np.where(pays > 0, active, np.where(had, self.back, 0.0))


def learn_new_business(book: Book, days: int) -> NewBusiness:
    """From what customers known at the beginning of the last stretch took out in it."""
    began = book.began
    stretch = min(days, book.history_days // 2)
    start = book.day - np.timedelta64(stretch, "D")
    before = began < start
    known = np.bincount(book.customer[before], minlength=book.customers) > 0
    ran = before & (book.runs | (book.ended >= start))
    pays = book.per_customer(book.monthly, ran)
    new = ~before & known[book.customer]
    took = book.per_customer(book.monthly, new)
    if not new.any():
        nobody = np.empty(0, dtype=np.int64)
        return NewBusiness(0.0, 0.0, 0.0, 1.0, nobody, nobody, np.empty(0))
    active, quiet = known & (pays > 0), known & (pays <= 0)
    each, in_proportion = _split(took[active], pays[active])
    kinds, place = np.unique(np.column_stack([book.months[new], book.plan[new]]), axis=0, return_inverse=True)
    shares = np.bincount(place.ravel(), weights=book.monthly[new])
    # Where nobody came back yet, one more who did not keeps a few from speaking for all.
    back = float(took[quiet].sum()) / (float(quiet.sum()) + 1.0)
    return NewBusiness(
        each / stretch,
        in_proportion / stretch,
        back / stretch,
        float(book.monthly[new].mean()),
        kinds[:, 0],
        kinds[:, 1],
        shares / shares.sum(),
    )


def _split(took: Floats, pays: Floats) -> tuple[float, float]:
    """Parts of new revenue that every customer takes, and that follow what they pay; they give the total seen."""
    if took.sum() <= 0:
        return 0.0, 0.0
    usual = float(pays.mean())
    weight = 1.0 / np.sqrt(pays / usual + 1.0)
    columns = np.column_stack([np.ones(len(pays)), pays / usual]) * weight[:, None]
    (each, in_proportion), _ = nnls(columns, took * weight)
    stated = each * len(pays) + in_proportion * len(pays)
    scale = float(took.sum()) / stated if stated > 0 else 0.0
    return each * scale, in_proportion * scale / usual
