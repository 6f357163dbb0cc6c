"""What is said of bills that were made, and of bills that were not."""

from collections.abc import Iterator
from datetime import timedelta

from lifeworth.sources.billing.billing import Billing


def sentences(billing: Billing | None) -> Iterator[str]:
    """What a reader must know of the subscriptions."""
    if billing is None:
        return
    if not billing.wanted:
        yield from _left_alone(billing)
        return
    if not billing.bills:
        return
    yield _made(billing)
    yield from _doubts(billing)


def why_no_bills(billing: Billing | None) -> str:
    """Why subscriptions gave nothing to value; empty where there are none."""
    if billing is None:
        return ""
    if not billing.wanted:
        return " Subscriptions are not turned into bills here: bill_subscriptions is false."
    return f" None of the {billing.subscriptions:,} subscriptions bills anything: {_reasons(billing)}."


def _left_alone(billing: Billing) -> Iterator[str]:
    """Where some subscribers have orders and others have none, the others bring nothing."""
    if 0 < billing.named < billing.subscribers:
        yield (
            f"Orders name {billing.named:,} of the {billing.subscribers:,} customers with a subscription, so they may hold "
            "the bills already and no bills were made. If they do not: bill_subscriptions = true."
        )


def _made(billing: Billing) -> str:
    bills = _many(billing.bills, "bill")
    said = f"{_many(billing.billed, 'subscription')} of {_many(billing.customers, 'customer')} were turned into {bills}"
    if billing.billed == billing.subscriptions:
        return f"{said}, one per customer and billing day, up to {_last(billing)}."
    left = billing.subscriptions - billing.billed
    return (
        f"{said}, one per customer and billing day, up to {_last(billing)}. {left:,} bill nothing: {_reasons(billing)}."
    )


def _reasons(billing: Billing) -> str:
    found = (
        (billing.trials, "only a trial"),
        (billing.free, "free of charge"),
        (billing.unpriced, "nothing says what they bring"),
        (billing.too_short, "no paid day by then"),
    )
    return ", ".join(f"{count:,} {reason}" for count, reason in found if count)


def _doubts(billing: Billing) -> Iterator[str]:
    assert billing.known_until is not None and billing.before is not None
    if billing.named:
        yield (
            f"Orders name {billing.named:,} of the {billing.subscribers:,} customers with a subscription. Should those "
            "orders hold the bills already, their money counts twice: bill_subscriptions = false."
        )
    if billing.several * 2 > billing.running:
        yield (
            f"{billing.several:,} of the {billing.running:,} customers who subscribe on {billing.known_until} have several "
            f"subscriptions side by side, up to {billing.most:,}, and each is billed. If a new one takes the place of the one "
            "before, ended_on is missing there and revenue is too high."
        )
    if billing.silent_from is not None:
        yield (
            f"Nothing in the files happened between {billing.silent_from} and {billing.known_until}, and bills run to the "
            f"latter. If that day is a slip, give the day of the export: --as-of {billing.silent_from + timedelta(days=1)}."
        )
    if billing.before > billing.known_until + timedelta(days=1):
        yield (
            f"Nothing in the files happened after {billing.known_until}: subscriptions without an end are taken to have "
            f"billed on up to {_last(billing)}, as --as-of asks."
        )


def _last(billing: Billing) -> str:
    assert billing.before is not None
    return str(billing.before - timedelta(days=1))


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
