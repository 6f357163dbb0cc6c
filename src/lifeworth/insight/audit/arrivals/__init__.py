"""How many newcomers come, and will come, month by month.

``beginning.py``: newcomers who are none, where the data begin in the middle of a business. ``process.py``: the model of monthly
counts. ``floors.py``: what anybody would say. ``past.py``: all of them held against past months. ``forecast.py``: the forecast
and its draws.
"""
