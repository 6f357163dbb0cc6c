"""What an arm changed against its control, whether that may be believed, and for whom.

Comes in: the customers of one experiment. Goes out: differences with ranges, checks, decisions, groups. Start with ``effect.py``.
"""
