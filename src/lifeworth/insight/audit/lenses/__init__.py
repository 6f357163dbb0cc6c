"""The five lenses of a customer-base audit (Fader, Hardie and Ross 2022, *The Customer-Base Audit*, Wharton School Press).

``spans.py``: who brought what in the last two spans. Lens 1, how customers differ: ``differ.py``. Lens 2, what changed:
``change.py`` with the arithmetic of ``shapley.py``, and ``moves.py``. Lens 3 and 5, cohorts through time: ``through_time.py``;
``repeats.py`` for how long customers wait. Lens 4, cohorts at equal age: ``ages.py``, ``trend.py``. The verdict: ``verdict.py``.
"""
