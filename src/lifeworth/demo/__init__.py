"""A believable shop whose truth is known: what a map is checked against before anyone travels by it.

Comes in: a folder, a number of customers, a seed. Goes out: ``data/*.csv`` as a shop would export them,
``lifeworth.toml`` with its cost rules, ``truth.parquet`` with what each customer is really worth, ``lead_truth.parquet``
with each open lead's true chance, and ``planted.json`` with what an analysis of the files should find.
Start at :func:`simulate` in ``shop.py``; ``traits.py`` and ``people.py`` say who the customers are, ``truth.py`` what they
are worth, ``planted/`` what is hidden in the shop.
"""

from lifeworth.demo.first_products import FirstProducts, measure_first_products
from lifeworth.demo.shop import DemoShop, DemoTotals, simulate

__all__ = ["DemoShop", "DemoTotals", "FirstProducts", "measure_first_products", "simulate"]
