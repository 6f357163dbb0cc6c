"""The formulas: pure numpy and scipy, no tables, no engines.

In: arrays of counts, times and money, and parameters with the paper's letters.
Out: likelihoods with derivatives, expectations, chances, simulated histories.
Start at `bg_nbd.py` (one paper's likelihood), then `maximise.py` (how a fit finds its top).
"""
