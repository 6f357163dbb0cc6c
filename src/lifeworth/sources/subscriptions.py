"""How subscriptions are staged: when they run, and what they bring every month."""

from collections.abc import Mapping

from lifeworth.errors import InputError
from lifeworth.sources.cells.yes_no import boolean_of, is_neither, listed
from lifeworth.sources.shape import Ask, Rule
from lifeworth.sources.table_shape import MONEY, TableShape, as_given, not_negative

# How many of an interval make a year. Two weeks and two months are both called bi-something, so those words are not here.
_A_YEAR: Mapping[int, tuple[str, ...]] = {
    365: ("day", "daily", "days"),
    52: ("week", "weekly", "weeks"),
    12: ("month", "monthly", "months", "mo", "per month", "every month"),
    4: ("quarter", "quarterly", "quarters"),
    2: ("half year", "half yearly", "semi annual", "semi annually", "semiannual", "semiannually"),
    1: ("year", "yearly", "years", "annual", "annually", "yr", "per year", "every year"),
}
_SPOKEN = "lower(trim(replace(replace(v_interval, '_', ' '), '-', ' ')))"
_COUNTED = "^(?:every )?(\\d+) ?([a-z]+)$"

# Many systems write "for ever" as a day nobody will see.
_FOR_EVER = "TIMESTAMP '2900-01-01'"

BACKWARDS = "ended before it started"
_BEFORE = "CAST(v_ended_on AS DATE) < CAST(v_started_on AS DATE)"


def shape_subscriptions(has: frozenset[str], ask: Ask) -> TableShape:
    """Subscriptions; of several versions of one the latest stands, so a running one gives way to its end."""
    columns = as_given(
        has, subscription_id="VARCHAR", customer_id="VARCHAR", plan="VARCHAR", started_on="DATE", trial_ends_on="DATE",
        cancelled_on="DATE", quantity=MONEY, discount=MONEY, cancel_reason="VARCHAR",
    )  # fmt: skip
    months, amount, mrr = _months(has), _amount(has), _mrr(has)
    if amount and not months and not has & {"mrr", "arr"}:
        raise InputError(
            "subscriptions have amounts, but nothing says how often they are billed",
            column="amount" if "amount" in has else "unit_amount",
            remedy="Name the column that says it, such as --map interval=Billing. If the amounts are those of one month: "
            "--map subscriptions.mrr=COLUMN",
        )
    ended = f"CASE WHEN v_ended_on < {_FOR_EVER} THEN v_ended_on END" if "ended_on" in has else "NULL"
    columns |= {
        "ended_on": ("DATE", ended),
        "is_trial": ("BOOLEAN", boolean_of("v_is_trial") if "is_trial" in has else "NULL"),
        "amount": (MONEY, amount or "NULL"),
        "interval_months": ("DOUBLE", months or "NULL"),
        "mrr": (MONEY, mrr or "NULL"),
        "happened_at": ("TIMESTAMP", _moment(has)),
        "currency": ("VARCHAR", "v_currency"),
    }
    unclear = Rule("amount IS NOT NULL AND mrr IS NULL", "quarantined", "how often it is billed is not understood")
    rules = (
        *([Rule(_BEFORE, "quarantined", BACKWARDS)] if "ended_on" in has else []),
        *([Rule(is_neither("v_is_trial"), "quarantined", "trial is neither yes nor no")] if "is_trial" in has else []),
        *not_negative(has, "quantity", "quantity"),
        *not_negative(has, "interval_months", "months of an interval"),
        Rule("amount < 0 OR mrr < 0", "quarantined", "amount is negative"),
        *([unclear] if months else []),
    )
    silent = () if mrr else ("no column says what the subscriptions bring, so their monthly revenue is not known.",)
    return TableShape(columns, "subscription_id", "unique", rules, "mrr", warnings=silent)


def _moment(has: frozenset[str]) -> str:
    """When a version was written: what its last event says."""
    events = ", ".join(f"v_{name}" for name in ("started_on", "cancelled_on", "ended_on") if name in has)
    return f"coalesce(v_updated_at, greatest({events}))" if "updated_at" in has else f"greatest({events})"


def _amount(has: frozenset[str]) -> str | None:
    """SQL: what is billed each interval for all seats."""
    seats = "coalesce(v_quantity, 1)" if "quantity" in has else "1"
    parts = ["v_amount"] if "amount" in has else []
    if "unit_amount" in has:
        parts.append(f"TRY_CAST(v_unit_amount * {seats} AS {MONEY})")
    return f"coalesce({', '.join(parts)})" if parts else None


def _months(has: frozenset[str]) -> str | None:
    """SQL: months from one bill to the next; NULL where the words are not understood."""
    parts = ["nullif(CAST(v_interval_months AS DOUBLE), 0)"] if "interval_months" in has else []
    if "interval" in has:
        count = "coalesce(CAST(v_interval_count AS DOUBLE), 1)" if "interval_count" in has else "1"
        spoken = f"regexp_extract({_SPOKEN}, '{_COUNTED}', 2)"
        number = f"TRY_CAST(regexp_extract({_SPOKEN}, '{_COUNTED}', 1) AS DOUBLE)"
        parts.append(f"nullif({count}, 0) * coalesce({_unit(_SPOKEN)}, nullif({number}, 0) * {_unit(spoken)})")
    return f"coalesce({', '.join(parts)})" if parts else None


def _unit(words: str) -> str:
    """SQL: months of the interval that a word names."""
    cases = " ".join(
        f"WHEN {words} IN ({listed(spoken)}) THEN {12 / times!r}::DOUBLE" for times, spoken in _A_YEAR.items()
    )
    return f"CASE {cases} END"


def _mrr(has: frozenset[str]) -> str | None:
    """SQL: what it brings every month: as given, else a twelfth of the year, else the amount over its months."""
    parts = ["v_mrr"] if "mrr" in has else []
    if "arr" in has:
        parts.append(f"TRY_CAST(v_arr / 12 AS {MONEY})")
    amount, months = _amount(has), _months(has)
    if amount and months:
        parts.append(f"TRY_CAST({amount} / ({months}) AS {MONEY})")
    return f"coalesce({', '.join(parts)})" if parts else None
