"""A believable shop whose truth is known: what a map is checked against before anyone travels by it.

Comes in: a folder, a number of customers, a seed. Goes out: ``data/*.csv`` as a shop would export them,
``lifeworth.toml`` with its cost rules, and ``truth.parquet`` with what each customer is really worth.
Start at :func:`simulate` in ``shop.py``; ``people.py`` says who the customers are, ``truth.py`` what they are worth.
"""

from lifeworth.demo.shop import DemoShop, DemoTotals, simulate

__all__ = ["DemoShop", "DemoTotals", "simulate"]
