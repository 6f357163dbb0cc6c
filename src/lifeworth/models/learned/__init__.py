"""Learned challengers: boosted trees on what was known at past days and what then happened.

Comes in: :class:`Window` after window, each with what was known of every customer at a past day, what the
purchase model said then, and what came. Goes out: expectations per customer for a window of the same length.
Start with ``window.py``, then ``two_stage.py`` and ``tweedie.py``; ``boosting.py`` is the only place that
talks to LightGBM.
"""

from lifeworth.models.learned.tweedie import Tweedie
from lifeworth.models.learned.two_stage import TwoStage
from lifeworth.models.learned.window import Expectation, Known, Window

__all__ = ["Expectation", "Known", "Tweedie", "TwoStage", "Window"]
