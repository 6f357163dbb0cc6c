"""The purchase clock runs faster in season.

In: histories with their days, and any purchase model. Out: the season, how much of it to believe, and the model in clock
time. Start at ``clock.py``; ``learning.py`` finds the season, ``calendar.py`` says what may make a day differ.
"""

from lifeworth.models.season.clock import SeasonalClock

__all__ = ["SeasonalClock"]
