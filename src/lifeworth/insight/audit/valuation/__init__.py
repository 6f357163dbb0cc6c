"""What the company is worth by its customers (McCarthy, Fader and Hardie 2017, *Journal of Marketing* 81; McCarthy and Fader 2018).

``terms.py``: what the settings say. ``cash.py``: from customers' money to the value of the company. ``levers.py``: what changes it.
``quarters.py``: the revenue of the coming quarters and years. ``past.py``: such forecasts, blind on past days.
"""
