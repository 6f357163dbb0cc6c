"""One function per business question; the only place a door reads numbers from.

Comes in: the named tables ``values_*``, ``ledger_*``, ``backtest_*``, ``monitoring_*``, ``sources_*`` through an Engine, and RunFacts.
Goes out: small frozen dataclasses with numbers, ranges and the definition each stands for. No page, no formatting.
Every question is one or two SQL aggregates: a million customers never enter Python.
Start with ``gather.py`` (all questions of a report), then ``customer.py`` (one customer's number taken apart).
"""
