"""Why a customer's value is what it is, where every order is the bill of a subscription.

How often and when a bill comes is the contract's doing, so rhythm and silence are no reasons here.
"""

import numpy as np

from lifeworth.values.reasons import COSTS, RULES, Floats, Reason, Standing, money


def _running(s: Standing) -> Floats:
    return s.contracts.running if s.contracts is not None else np.zeros(len(s.orders))


def _apart(s: Standing) -> Floats:
    """How far a customer's monthly bill is from that of others who pay, on a log scale; from one upwards."""
    monthly = s.contracts.monthly if s.contracts is not None else np.zeros(len(s.orders))
    return np.where(monthly > 0, 1.0 + np.abs(np.log(np.maximum(monthly, 1e-9) / max(s.usual_monthly, 1e-9))), 0.0)


_CONTRACTS = "CASE WHEN running = 1 THEN 'one contract' ELSE format('{:.0f}', running) || ' contracts' END"

BILL_REASONS = (
    *RULES,
    Reason(lambda s: np.where(_running(s) == 0, 5.0, 0.0), "'no contract runs any more'", kept=True),
    Reason(
        _apart,
        f"'pays ' || {money('monthly')} || ' a month by ' || {_CONTRACTS} || ', the average is ' || {money('$usual_monthly')}",
        kept=True,
    ),
    Reason(
        lambda s: np.where(s.returned_share >= 0.15, 3 * s.returned_share, 0.0),
        "'got back ' || format('{:.0f}', 100 * least(returned_share, 1)) || ' % of what was billed'",
    ),
    *COSTS,
    Reason(
        lambda s: 0.25 * np.log(np.maximum(s.orders, 1)) + 0.02,
        "CASE WHEN orders = 1 THEN 'one bill' ELSE orders || ' bills' END || ' since ' || strftime(first_order_at, '%B %Y')",
    ),
    Reason(lambda s: np.full(len(s.orders), 0.01), "'last bill on ' || strftime(last_order_at, '%-d %B %Y')"),
    Reason(lambda s: np.full(len(s.orders), 0.005), "'customer since ' || strftime(first_order_at, '%B %Y')"),
)
