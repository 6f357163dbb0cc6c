"""MBG/CNBD-k: steadier clocks than MBG/NBD's, with Erlang-k times between purchases; leaving after any purchase.

Reutterer, Platzer, Schroeder (2021), Leveraging purchase regularity for predicting customer behavior the easy way,
https://doi.org/10.1016/j.ijresmar.2020.09.002; Platzer (2008), Stochastic models of noncontractual consumer
relationships. Of the models that learn in seconds the one that gains most where purchases are regular.
"""

from lifeworth.models.purchase.erlang import ErlangModel


class MBGCNBD(ErlangModel):
    """How often and how regularly customers buy and whether they have left, by Reutterer, Platzer and Schroeder (2021).

    Times between purchases are k stages long, passed at a rate that is Gamma(r, alpha); chances of leaving after a
    purchase, the first included, are Beta(a, b). With k = 1 it is the MBG/NBD.

    Examples
    --------
    >>> from lifeworth.models import MBGCNBD
    >>> model = MBGCNBD.from_parameters({"k": 2, "r": 1.329, "alpha": 2.813, "a": 0.425, "b": 0.790})  # weeks
    >>> model.p_alive([0, 4, 4], [0, 20, 50], 52).round(2).tolist()
    [0.08, 0.02, 0.91]
    """

    title = "MBG/CNBD-k (Reutterer, Platzer, Schroeder 2021)"
    _leaves_at_first = True
