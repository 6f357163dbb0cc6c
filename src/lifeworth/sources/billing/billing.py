"""What became of the subscriptions."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Billing:
    """Whether subscriptions were turned into bills, and what there is to say of it.

    Attributes
    ----------
    wanted : bool
        Whether they were to be.
    subscriptions : int
        How many the files hold.
    billed : int
        Those of them with at least one bill.
    bills, customers : int
        Orders that were made, and whose.
    known_until : date or None
        The last day on which anything in the files happened.
    before : date or None
        Bills were made for days before this one.
    silent_from : date or None
        The day before ``known_until`` on which anything happened, where more than a month lies between.
    trials, unpriced, free, too_short : int
        Subscriptions without a bill, by reason: nothing but a trial; nobody says what they bring; they bring nothing;
        they ended before a first bill, or had none by ``before``.
    named : int
        Customers with a subscription whom some order names too.
    subscribers : int
        Customers with a subscription.
    running, several, most : int
        Customers with a subscription that runs on the last day and brings money, those with more than one, and the most
        that one of them has.
    """

    wanted: bool
    subscriptions: int
    subscribers: int
    named: int
    billed: int = 0
    bills: int = 0
    customers: int = 0
    known_until: date | None = None
    before: date | None = None
    silent_from: date | None = None
    trials: int = 0
    unpriced: int = 0
    free: int = 0
    too_short: int = 0
    running: int = 0
    several: int = 0
    most: int = 0
