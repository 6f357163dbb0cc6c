"""Published numbers beside ours, one file per data set.

In: the data sets of ``LIFEWORTH_DATA`` and the numbers that papers and other packages print.
Out: rows that say theirs, ours, how far apart and whether that is close enough. Start at ``row.py``.
"""
