"""What every open lead is worth: the chance that it is won, times what newcomers like it bring.

Comes in: ``sources_leads`` and the money of newcomers. Goes out: ``values_leads``. Start with ``valuing.py``, then in the
order of the data: ``states.py`` (what was known on the day), ``ageing.py`` and ``groups.py``, ``chance.py``,
``worth.py`` (what a won lead brings), ``words.py``.
"""

from lifeworth.values.leads.valuing import make_empty, value_leads

__all__ = ["make_empty", "value_leads"]
