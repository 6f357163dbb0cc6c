"""Who was assigned to what, what they brought since, and what was known of them before.

Comes in: ``sources_experiments``, the ledger, ``insight_customers``. Goes out: a :class:`~.reader.Reading` per experiment, every array
sorted by id. Start with ``reader.py``; ``assigned.py`` says who counts, ``came.py`` what counts, ``blind.py`` what was expected.
"""
