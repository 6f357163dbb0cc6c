"""Customers with a contract: it is known who left, so their lifetimes are counted instead of guessed.

In: a :class:`Book` of contracts as known on a day. Out: what each customer will bill. Start at ``contract_model.py``,
which puts the parts together; ``shifted_beta_geometric.py`` (how long contracts last), ``life_table.py`` (where the
months counted say otherwise), ``relative_risk.py`` (how plans differ) and ``new_business.py`` (what known customers
take out anew) are one idea each. ``beta_discrete_weibull.py`` and ``kaplan_meier.py`` stand beside the shifted
beta-geometric: churn that changes with age, and no model at all.
"""

from lifeworth.models.contractual.beta_discrete_weibull import BetaDiscreteWeibull
from lifeworth.models.contractual.book import Book
from lifeworth.models.contractual.contract_model import ContractModel
from lifeworth.models.contractual.kaplan_meier import KaplanMeier
from lifeworth.models.contractual.shifted_beta_geometric import ShiftedBetaGeometric

__all__ = ["BetaDiscreteWeibull", "Book", "ContractModel", "KaplanMeier", "ShiftedBetaGeometric"]
