"""Plain pictures as SVG text, without a plotting library.

In: lines, dots and fields of numbers. Out: SVG. Start at ``chart.py``.
"""
