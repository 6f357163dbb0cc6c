"""Which group causes a cost beyond what comparable customers cause, and is it beyond chance?

Read in the order of the data: ``costs.py`` (what is compared with what), ``orders.py``, ``lines.py`` and ``codes.py`` (the orders of the last year
as numbers), ``strata.py`` (what must be alike), ``comparing.py`` (what comparables would have cost, with its error), ``alike.py``
(which categories are goods of one sort), ``candidates.py`` (every group tested), ``finding.py`` (what is reported, once, at the
level that explains it), ``words.py``, ``write.py``.
"""

from lifeworth.insight.margins.leaks.write import write_leaks

__all__ = ["write_leaks"]
