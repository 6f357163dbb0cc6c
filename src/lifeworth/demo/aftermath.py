"""What comes after the sale: goods sent back, calls for help, mail to the customer."""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.baskets import Lines
from lifeworth.demo.catalogue import Catalogue
from lifeworth.demo.people import People
from lifeworth.demo.purchases import Purchases
from lifeworth.demo.sales import Sales

REASONS = ("changed my mind", "arrived damaged", "not as described", "wrong item", "defective")
BROKEN = REASONS.index("arrived damaged")
TICKET_TOPICS = ("where is my order", "product question", "invoice", "complaint", "return", "repair")
REPAIR = TICKET_TOPICS.index("repair")
TICKET_DOORS = ("e-mail", "phone", "chat")
TOUCH_TYPES = ("e-mail", "letter")


@dataclass(frozen=True)
class Refunds:
    """One entry per return; amounts and the cost of the goods got back in cents, day from ``as_of``."""

    order: Ints
    line: Ints
    day: Ints
    amount: Ints
    goods_back: Floats
    reason: Ints


@dataclass(frozen=True)
class Tickets:
    """One entry per service ticket; ``cost`` in cents, a repair's is billed, the others' follow the rule."""

    order: Ints
    day: Ints
    topic: Ints
    door: Ints
    minutes: Ints
    cost: Floats


@dataclass(frozen=True)
class Touches:
    """One entry per e-mail or letter; ``cost`` in cents."""

    order: Ints
    day: Ints
    kind: Ints
    cost: Floats


@dataclass(frozen=True)
class Aftermath:
    """Everything that follows the orders."""

    refunds: Refunds
    tickets: Tickets
    touches: Touches


def follow_up(
    people: People,
    purchases: Purchases,
    lines: Lines,
    sales: Sales,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Aftermath:
    """What customers send back and ask, and what the shop writes to them."""
    return Aftermath(
        refunds=_draw_refunds(people, purchases, lines, sales, catalogue, rng),
        tickets=_draw_tickets(people, purchases, rng),
        touches=_draw_touches(purchases, rng),
    )


def _draw_refunds(
    people: People,
    purchases: Purchases,
    lines: Lines,
    sales: Sales,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Refunds:
    """Each line comes back by its own chance: broken, or because the customer sends such things back."""
    broken = breakage(people, purchases, lines, catalogue)
    fuss = people.fuss[purchases.customer[lines.order]]
    alarm = rng.uniform(size=len(broken))
    line = np.flatnonzero(alarm < broken + catalogue.return_rate[lines.product] * fuss)
    order = lines.order[line]
    other = rng.integers(0, len(REASONS), len(line))
    return Refunds(
        order=order,
        line=line,
        day=purchases.day[order] + rng.integers(4, 24, len(line)),
        amount=sales.line_amount[line],
        goods_back=sales.line_cost[line] * terms.RETURNS_RESOLD,
        reason=np.where(alarm[line] < broken[line], BROKEN, other),
    )


def breakage(people: People, purchases: Purchases, lines: Lines, catalogue: Catalogue) -> Floats:
    """Chance that each line arrives broken, beyond what comes back of goods of its sort."""
    return breakage_by_channel(people.channel)[purchases.customer[lines.order]] * catalogue.fragile[lines.product]


def breakage_by_channel(channel: Ints) -> Floats:
    """Chance that fragile goods break on the way to customers of a channel."""
    return np.where(channel == terms.MARKETPLACE, terms.BREAKAGE_MARKETPLACE, terms.BREAKAGE)


def _draw_tickets(people: People, purchases: Purchases, rng: np.random.Generator) -> Tickets:
    asks = rng.uniform(size=len(purchases.customer)) < people.ticket_rate[purchases.customer]
    order = np.flatnonzero(asks)
    minutes = 1 + rng.poisson(terms.TICKET_MINUTES_MEAN - 1, len(order))
    repair = rng.uniform(size=len(order)) < terms.REPAIR_SHARE
    bill = rng.integers(terms.REPAIR_CENTS[0], terms.REPAIR_CENTS[1] + 1, len(order))
    ruled = terms.TICKET_FIXED * 100 + terms.TICKET_PER_MINUTE * 100 * minutes
    return Tickets(
        order=order,
        day=purchases.day[order] + rng.integers(1, 15, len(order)),
        topic=np.where(repair, REPAIR, rng.integers(0, REPAIR, len(order))),
        door=rng.integers(0, len(TICKET_DOORS), len(order)),
        minutes=minutes,
        cost=np.where(repair, bill, ruled),
    )


def _draw_touches(purchases: Purchases, rng: np.random.Generator) -> Touches:
    """An e-mail of thanks after every order, a letter with the new catalogue after some."""
    orders = len(purchases.customer)
    letter = np.flatnonzero(rng.uniform(size=orders) < terms.LETTER_SHARE)
    order = np.concatenate([np.arange(orders), letter])
    kind = np.concatenate([np.zeros(orders, dtype=np.int64), np.ones(len(letter), dtype=np.int64)])
    later = np.where(kind == 0, 1, rng.integers(15, 45, len(order)))
    cost = np.where(kind == 0, terms.EMAIL_COST, terms.LETTER_COST) * 100
    return Touches(order, purchases.day[order] + later, kind, cost)


@dataclass(frozen=True)
class OrderMoney:
    """Money of each order in cents: ``revenue`` net of refunds, ``profit`` at level 2b with all that followed."""

    revenue: Floats
    profit: Floats


def settle(sales: Sales, after: Aftermath, *, before_day: int | None = None) -> OrderMoney:
    """What each order brought in the end, or as known before a day."""
    orders = len(sales.gross)
    parts = (after.refunds, after.tickets, after.touches)
    refunds, tickets, touches = (
        np.ones(len(part.order), dtype=np.bool_) if before_day is None else part.day < before_day for part in parts
    )
    given_back = _sum(after.refunds.amount, after.refunds.order, refunds, orders)
    handling = terms.RETURN_HANDLING * 100 - after.refunds.goods_back
    costs = (
        _sum(handling, after.refunds.order, refunds, orders)
        + _sum(after.tickets.cost, after.tickets.order, tickets, orders)
        + _sum(after.touches.cost, after.touches.order, touches, orders)
    )
    return OrderMoney(sales.net - given_back, sales.profit - given_back - costs)


def _sum(values: Floats | Ints, order: Ints, chosen: Bools, orders: int) -> Floats:
    return np.asarray(np.bincount(order[chosen], weights=values[chosen], minlength=orders), dtype=np.float64)
