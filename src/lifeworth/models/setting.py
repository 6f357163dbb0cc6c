"""What kind of business this is: who leaves by giving notice, who leaves unseen, who can buy at set times only.

Schmittlein, Morrison, Colombo (1987) and Fader, Hardie (2009), "Probability Models for Customer-Base Analysis", Journal of
Interactive Marketing 23(1), 61-69, sort businesses so; which model may speak depends on it. Said from measured figures, so
that anybody can disagree.
Honest caveat: the limits are set by judgement, tested on planted shops. Near a limit the answer is a matter of taste;
without contracts, people who buy almost as evenly as bills come (intervals vary by a sixth) are partly taken for bills.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from lifeworth.errors import DataError, UsageError
from lifeworth.maths.arrays import FloatArray
from lifeworth.models.arguments import read_column, require_same_length
from lifeworth.models.setting_figures import Contracts, Purchases, like_bills, occasions_of, under_contract

Kind = Literal["contractual", "non-contractual", "mixed", "discrete"]

#: From so much of the revenue on, one way of buying stands for the whole business; below the rest, it is beside the point.
MOST, LITTLE = 0.9, 0.1
#: Shared days: this much of the days that as many purchases at any time would fill.
CROWDED = 0.2
#: Fewer occasions than this are no rhythm; and at each, nearly everybody buys once.
OCCASIONS, ONCE = 3, 0.95
#: Bills are not skipped: below this share of left-out occasions shared days are billing days.
SKIPPED = 0.02
#: Fewer customers with a rhythm to judge, or less of the revenue behind them, say nothing of the others.
JUDGED, JUDGED_SHARE = 20, 0.2


@dataclass(frozen=True)
class Setting:
    """What kind of business it is.

    Attributes
    ----------
    kind : "contractual", "non-contractual", "mixed" or "discrete"
    why : tuple of str
        Sentences, the deciding one first.
    figures : dict of str to float
        What was measured, shares from 0 to 1; without those that could not be.
    """

    kind: Kind
    why: tuple[str, ...]
    figures: dict[str, float]


def detect_setting(
    customer: npt.ArrayLike,
    time: npt.ArrayLike,
    amount: npt.ArrayLike | None = None,
    *,
    billed: npt.ArrayLike | None = None,
    contract_customer: npt.ArrayLike | None = None,
    contract_began: npt.ArrayLike | None = None,
    contract_ended: npt.ArrayLike | None = None,
) -> Setting:
    """Say whether customers are bound by contract, buy as they like, do either, or buy at set times only.

    Parameters
    ----------
    customer : (purchases,)
        Who bought: numbers or text.
    time : (purchases,)
        When: days as numbers, or dates (`datetime64`).
    amount : (purchases,), optional
        What it brought; without it every purchase counts the same.
    billed : (purchases,) of bool, optional
        Which purchases are bills of a contract. Without it those made while a contract of the customer runs.
    contract_customer, contract_began, contract_ended : (contracts,), optional
        Contracts where there are any: whose, and from and until when (empty, NaT or infinite: still running).

    Returns
    -------
    Setting

    Raises
    ------
    DataError
        There is neither a purchase nor a contract.
    """
    bought = _purchases(customer, time, amount)
    contracts = _contracts(contract_customer, contract_began, contract_ended)
    if not bought.customer.size and not contracts.customer.size:
        raise DataError("there are neither purchases nor contracts to tell the kind of business from")
    figures: dict[str, float] = {}
    found = _by_contracts(bought, contracts, billed, figures) or _by_occasions(bought, figures)
    found = found or _by_rhythm(bought, figures) or ("non-contractual", _as_they_like(figures))
    kind, because = found
    return Setting(kind, (because, *_beside(figures, because)), figures)


def _by_contracts(
    bought: Purchases, contracts: Contracts, billed: npt.ArrayLike | None, figures: dict[str, float]
) -> tuple[Kind, str] | None:
    if not contracts.customer.size and billed is None:
        return None
    everybody = np.union1d(bought.customer, contracts.customer)
    figures["customers_with_contract"] = float(np.isin(everybody, contracts.customer).mean())
    if not bought.customer.size:
        return "contractual", "There are contracts, and no purchase beside them."
    bills = under_contract(bought, contracts) if billed is None else read_column("billed", billed) != 0
    require_same_length(customer=bought.time, billed=bills.astype(np.float64))
    share = figures["revenue_by_bills"] = bought.share_of_revenue(bills)
    said = f"{share:.0%} of revenue comes by bills of contracts, which {figures['customers_with_contract']:.0%} of customers have"
    if share >= MOST:
        return "contractual", f"{said}: who leaves gives notice, and lifetimes can be counted."
    if share > LITTLE:
        return "mixed", f"{said}: the bills are a contract's doing, the rest is bought as customers like."
    return None


def _by_occasions(bought: Purchases, figures: dict[str, float]) -> tuple[Kind, str] | None:
    found = occasions_of(bought)
    if found is None:
        return None
    figures["days_filled"], figures["occasions"] = found.days_filled, float(found.count)
    figures["once_an_occasion"], figures["occasions_skipped"] = found.once, found.skipped
    if found.days_filled > CROWDED or found.count < OCCASIONS or found.once < ONCE:
        return None
    said = f"Purchases fall on {found.count} occasions: {found.days_filled:.0%} of the days that as many at any time would fill"
    if found.skipped < SKIPPED:
        return (
            "contractual",
            f"{said}; and {found.skipped:.0%} of them were left out: that is how bills come, not customers.",
        )
    return "discrete", f"{said}; customers left {found.skipped:.0%} of them out: they buy, or do not, at set times."


def _by_rhythm(bought: Purchases, figures: dict[str, float]) -> tuple[Kind, str] | None:
    found = like_bills(bought)
    figures["judged_by_rhythm"] = found.revenue_judged
    if found.customers < JUDGED or found.revenue_judged < JUDGED_SHARE:
        return None
    share = figures["revenue_like_bills"] = found.revenue_regular
    said = f"{share:.0%} of what regulars bring comes after even intervals, as bills do, though no contract says so"
    if share >= MOST:
        return "contractual", f"{said}: give the contracts if there are any."
    if share > LITTLE:
        return "mixed", f"{said}; the rest is bought as customers like."
    return None


def _as_they_like(figures: dict[str, float]) -> str:
    if "revenue_like_bills" in figures:
        return "Customers buy when they like, after uneven intervals: who leaves does so unseen."
    return (
        "Nothing binds customers, and too few bought four times to see a rhythm: they are taken to buy when they like."
    )


def _beside(figures: dict[str, float], because: str) -> tuple[str, ...]:
    """What else was measured, where the deciding sentence has not said it."""
    said = []
    if figures.get("revenue_by_bills", 1.0) <= LITTLE:
        said.append(f"Contracts bring {figures['revenue_by_bills']:.0%} of revenue: beside the point.")
    if "days_filled" in figures and "occasions" not in because:
        said.append(f"Purchases fill {figures['days_filled']:.0%} of the days that as many at any time would.")
    if "revenue_like_bills" in figures and "even intervals, as" not in because:
        said.append(f"{figures['revenue_like_bills']:.0%} of what regulars bring comes after even intervals.")
    return tuple(said)


def _purchases(customer: npt.ArrayLike, time: npt.ArrayLike, amount: npt.ArrayLike | None) -> Purchases:
    who, when = np.atleast_1d(np.asarray(customer)), _days("time", time)
    money = np.ones(when.size) if amount is None else read_column("amount", amount, negative=True)
    if not who.size == when.size == money.size:
        raise UsageError(
            f"customer has {who.size} rows, time {when.size}, amount {money.size}; give one row per purchase"
        )
    if np.isinf(when).any():
        raise UsageError("time is empty for some purchases; leave them out or fill their day in")
    return Purchases(who, when, money)


def _contracts(customer: npt.ArrayLike | None, began: npt.ArrayLike | None, ended: npt.ArrayLike | None) -> Contracts:
    if customer is None or began is None:
        if customer is not None or began is not None or ended is not None:
            raise UsageError("give contract_customer and contract_began together")
        return Contracts(np.empty(0), np.empty(0), np.empty(0))
    who, start = np.atleast_1d(np.asarray(customer)), _days("contract_began", began)
    end = np.full(start.size, np.inf) if ended is None else _days("contract_ended", ended)
    if not who.size == start.size == end.size:
        raise UsageError("contract_customer, contract_began and contract_ended must have one row per contract")
    return Contracts(who, start, end)


def _days(name: str, values: npt.ArrayLike) -> FloatArray:
    """Days as numbers; infinite where there is none."""
    column = np.atleast_1d(np.asarray(values))
    if column.dtype.kind == "M":
        days = column.astype("datetime64[s]").astype(np.float64) / 86_400.0
        return np.where(np.isnat(column), np.inf, days)
    try:
        numbers = column.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name} must be days as numbers or datetime64: {error}") from error
    return np.where(np.isnan(numbers), np.inf, numbers)
