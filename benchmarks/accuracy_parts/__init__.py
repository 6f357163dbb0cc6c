"""The parts of the accuracy benchmark: data sets, methods, measures, comparison, page.

Start at ``accuracy.py`` beside this folder. Nothing here but ``product.py`` touches lifeworth: the raw files are read
and every rival and measure is computed without it.
"""
