"""How often customers buy and whether they have left: one paper a file.

In: repeat purchases, time of the last one, time observed.
Out: parameters of the population; purchases to come and the chance of being alive for each customer.
Start at `model.py`, which says what every purchase model answers.
"""
