"""How much customers spend or bring per purchase.

In: each customer's number of purchases and their money.
Out: the expected money per purchase of each customer, drawn towards the population where evidence is thin.
Start at `gamma_gamma.py`; `shrunken_mean.py` carries what it cannot (losses, one order each).
"""
