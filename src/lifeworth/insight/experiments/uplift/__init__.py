"""Can customers be ranked by what a treatment does to them, and who comes first today?

Comes in: the customers of one experiment with their traits. Goes out: a ranking, how good it is, whom to treat. Start with ``rank.py``.
"""
