"""What every open lead is worth: the chance that it is won, times what newcomers like it bring.

Comes in: ``sources_leads`` and the money of newcomers. Goes out: ``values_leads``, the ``values_lead_`` tables, and a scorer for
new lists of leads. Start with ``valuing.py``, then in the order of the data: ``states.py`` (what was known on the day), ``rows.py``
and ``choosing.py`` (which columns may speak), ``chance.py``, ``folds.py`` and ``judging.py`` (how well that does), ``telling.py``
(what goes with being won), ``like.py`` (what a won lead brings), ``scorer.py``, ``keeping.py``, ``scoring.py``.
"""

from lifeworth.values.leads.keeping import keep_lead_scores, read_lead_scores
from lifeworth.values.leads.scoring import asked_attributes, score_leads
from lifeworth.values.leads.tables import make_empty
from lifeworth.values.leads.valuing import value_leads

__all__ = ["asked_attributes", "keep_lead_scores", "make_empty", "read_lead_scores", "score_leads", "value_leads"]
