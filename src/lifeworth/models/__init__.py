"""Models of buying, leaving and spending: one paper a file, one contract for all (`base.py`).

In: each customer's frequency, recency and T (and mean spend), in the unit you like.
Out: learned parameters with their uncertainty, expectations and chances for each customer.
Start at `purchase/bg_nbd.py`; `base.py` says what every model answers.
"""

from lifeworth.models.contractual.beta_discrete_weibull import BetaDiscreteWeibull
from lifeworth.models.contractual.kaplan_meier import KaplanMeier
from lifeworth.models.contractual.shifted_beta_geometric import ShiftedBetaGeometric
from lifeworth.models.purchase.bg_bb import BGBB
from lifeworth.models.purchase.bg_cnbd_k import BGCNBD
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.ggompertz_nbd import GGompertzNBD
from lifeworth.models.purchase.mbg_cnbd_k import MBGCNBD
from lifeworth.models.purchase.mbg_nbd import MBGNBD
from lifeworth.models.purchase.nbd import NBD
from lifeworth.models.purchase.pareto_nbd import ParetoNBD
from lifeworth.models.purchase.regularity import estimate_regularity
from lifeworth.models.setting import Setting, detect_setting
from lifeworth.models.spend.gamma_gamma import GammaGamma
from lifeworth.models.spend.shrunken_mean import ShrunkenMean

__all__ = [
    "BGBB",
    "BGCNBD",
    "BGNBD",
    "BetaDiscreteWeibull",
    "GGompertzNBD",
    "GammaGamma",
    "KaplanMeier",
    "MBGCNBD",
    "MBGNBD",
    "NBD",
    "ParetoNBD",
    "Setting",
    "ShiftedBetaGeometric",
    "ShrunkenMean",
    "detect_setting",
    "estimate_regularity",
]
