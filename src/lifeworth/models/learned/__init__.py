"""Learned challengers: boosted trees on what was known at past days and what then happened.

Comes in: :class:`Window` after window, each with what was known of every customer at a past day, what the
purchase model said then, and what came. Goes out: expectations per customer for a window of the same length.
Start with ``window.py``, then ``two_stage.py`` and ``tweedie.py``; ``boosting.py`` is the only place that
talks to LightGBM. ``percentile.py`` and ``quantiles.py`` are built and tested, and no run asks them:
docs/reference/variants.md says why.
"""

from lifeworth.models.learned.percentile import Percentile
from lifeworth.models.learned.quantiles import Distribution, Quantiles
from lifeworth.models.learned.tweedie import Tweedie
from lifeworth.models.learned.two_stage import TwoStage
from lifeworth.models.learned.window import Expectation, Known, Window

__all__ = ["Distribution", "Expectation", "Known", "Percentile", "Quantiles", "Tweedie", "TwoStage", "Window"]
