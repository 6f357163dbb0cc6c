"""What the next experiment takes, and who goes into which arm.

Comes in: the past, the customers, running experiments. Goes out: ``experiments_windows`` and ``experiments_customers`` (written by
a run), a plan and an assignment (made from a finished result). Start with ``planning.py`` and ``assigning.py``.
"""
