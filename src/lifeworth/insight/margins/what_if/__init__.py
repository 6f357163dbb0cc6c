"""What a lever would change: of the base's value over the horizon, or of what next year's newcomers leave.

``base.py`` is the base as it stands, ``rates.py`` what the ledger says of the last year, ``winning.py`` what it cost to win whom;
then a file per lever, and ``write.py``. Every lever is linear or smooth in how far it is pulled, and nothing where it is not.
"""

from lifeworth.insight.margins.what_if.write import write_what_if

__all__ = ["write_what_if"]
