"""Who loses money, and which groups of orders do.

``customers.py``: everybody with a loss so far and why; ``groups.py``: groups of orders that lose beyond chance; ``write.py``.
"""

from lifeworth.insight.margins.losses.write import write_losses

__all__ = ["write_losses"]
