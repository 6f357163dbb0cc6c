"""BG/CNBD-k: a BG/NBD whose customers buy by a steadier clock, with Erlang-k times between purchases.

Platzer (2008), Stochastic models of noncontractual consumer relationships; Reutterer, Platzer, Schroeder (2021),
Leveraging purchase regularity for predicting customer behavior the easy way,
https://doi.org/10.1016/j.ijresmar.2020.09.002. Where purchases are regular a silence says more, so who has left shows
sooner. Like the BG/NBD it takes a customer without a repeat purchase to be alive.
"""

from lifeworth.models.purchase.erlang import ErlangModel


class BGCNBD(ErlangModel):
    """How often and how regularly customers buy and whether they have left, by Reutterer, Platzer and Schroeder (2021).

    Times between purchases are k stages long, passed at a rate that is Gamma(r, alpha); chances of leaving after a repeat
    purchase are Beta(a, b). With k = 1 it is the BG/NBD.

    Examples
    --------
    >>> from lifeworth.models import BGCNBD
    >>> model = BGCNBD.from_parameters({"k": 2, "r": 0.359, "alpha": 1.129, "a": 0.523, "b": 2.785})  # weeks
    >>> model.p_alive(4, [20, 30, 40], 52).round(2).tolist()
    [0.03, 0.36, 0.79]
    """

    title = "BG/CNBD-k (Reutterer, Platzer, Schroeder 2021)"
    _leaves_at_first = False
