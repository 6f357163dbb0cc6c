"""The river from top to bottom: files in, a published result out.

Comes in: a :class:`Request`. Goes out: a published version, delivered to the folder asked for.
Start with ``river.py``; it is the first file to open. ``audit.py`` decides whether a result may be published.
"""

from lifeworth.refresh.request import Request
from lifeworth.refresh.river import Outcome, run

__all__ = ["Outcome", "Request", "run"]
