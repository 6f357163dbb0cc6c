"""THE customer table: one row per customer known at ``as_of``, with a range on every number.

Comes in: the histories and customer books of the ledger, and the fitted models' forecast.
Goes out: ``values_customers`` (the columns of ``customer_value``) and the totals of the base.
Start with ``customers.py``; ``reasons.py`` says in plain words why a value is what it is.
"""

from lifeworth.values.contracts import Contracts
from lifeworth.values.customers import Run, Valuation, value_customers
from lifeworth.values.keeping import Behind, keep
from lifeworth.values.leads import value_leads
from lifeworth.values.newcomers import newcomers as value_newcomers
from lifeworth.values.reasons import heard
from lifeworth.values.weeks import expect_weeks

__all__ = [
    "Behind",
    "Contracts",
    "Run",
    "Valuation",
    "expect_weeks",
    "heard",
    "keep",
    "value_customers",
    "value_leads",
    "value_newcomers",
]
