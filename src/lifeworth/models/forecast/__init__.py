"""From fitted models to each customer's future: orders, revenue and value, with ranges.

Comes in: a :class:`CustomerHistory` (one entry per customer). Goes out: blocks of :class:`CustomerForecast`
and a :class:`BaseForecast` for the sum. Start with ``forecaster.py``, then ``prediction.py``; ``strata.py`` says how
ranges are made without drawing a million random numbers; ``ranges.py`` turns draws into the shortest interval.
"""

from lifeworth.models.forecast.forecaster import Forecaster
from lifeworth.models.forecast.history import CustomerHistory
from lifeworth.models.forecast.terms import BaseForecast, CustomerForecast, Terms

__all__ = ["BaseForecast", "CustomerForecast", "CustomerHistory", "Forecaster", "Terms"]
