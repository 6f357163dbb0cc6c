"""Groups in words and figures: names, conditions, contrasts, journeys, examples.

Comes in: who belongs to which group among the people looked at, with their levels. Goes out: plain dataclasses that ``build``
writes. Start with ``naming.py``.
"""
