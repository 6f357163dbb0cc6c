"""The last year's lines as arrays: who, when, which groups, what they brought and cost."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.margins.leaks.codes import Codes, code_sql, drop_codes, find_codes, join_sql, write_codes
from lifeworth.insight.margins.leaks.costs import CATEGORY, CHANNEL, COUNTRY, COUPON, PAYMENT, WON_BY
from lifeworth.insight.margins.leaks.dense import dense
from lifeworth.insight.margins.leaks.lines import BANDS, LINES, write_lines
from lifeworth.insight.margins.leaks.orders import YEAR, YEAR_DAYS, Span, write_year
from lifeworth.insight.margins.leaks.unfolding import seen_by_age
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

GROUPS = 50
SIZES = 20

_COLUMNS = {
    CATEGORY: (LINES, "category"),
    CHANNEL: (YEAR, "channel"),
    COUNTRY: (YEAR, "country"),
    PAYMENT: (YEAR, "payment"),
    COUPON: (YEAR, "coupon"),
    WON_BY: (YEAR, "won_by"),
}

# Half of the first half-year's later orders are still new customers'.
_HISTORY = "CASE WHEN nth = 1 THEN 0 WHEN nth <= 3 THEN 1 ELSE 3 END + (nth > 1 AND tenure > 180)::INTEGER"
HISTORIES = 5

_FACTS = """
SELECT y.customer_key, l.order_id, l.band, y.age, {history} AS history, l.part, l.list_price, l.taken_off, l.goods, l.returns,
       l.came_back, y.gross::DOUBLE AS order_gross, y.discount::DOUBLE AS order_discount, y.shipping_charged::DOUBLE AS shipping_charged,
       y.net_sale::DOUBLE AS net_sale, y.payment_fee::DOUBLE AS payment_fee, y.fulfilment::DOUBLE AS fulfilment,
       y.shipping_cost::DOUBLE AS shipping_cost, y.commission::DOUBLE AS commission, y.service::DOUBLE AS service,
       y.contact::DOUBLE AS contact, y.fee_known, y.shipping_known, {codes}
FROM {lines} l JOIN {year} y USING (order_id){joins}
ORDER BY l.order_id, l.category, l.band"""


@dataclass(frozen=True)
class Facts:
    """One entry per order, category and price band, sorted by order.

    Attributes
    ----------
    codes : dict of str to Codes
        Names of the groups of each dimension.
    group : dict of str to (n,) ints
        Code of the group of each dimension.
    value, price, history : (n,) ints
        Twentieths of the orders by list price, quarters of the price of a piece, and how long the customer had bought by then.
    person, dealt : (n,) ints
        Number of the customer, from 0, and the jackknife group their lines are dealt to.
    order : (n,) ints
        Number of the order, from 0.
    part : (n,) floats
        Part of the order; the parts of an order add up to one.
    money : dict of str to (n,) floats
        What the line brought and cost.
    known : dict of str to (n,) bools
        Whether the cost of shipping and of payment is on record.
    came_back : (n,) bools
    seen : dict of str to (n,) floats
        Share of what will follow that has been seen by now: returns, service, communications.
    span : Span
    """

    codes: dict[str, Codes]
    group: dict[str, Ints]
    value: Ints
    price: Ints
    history: Ints
    person: Ints
    dealt: Ints
    order: Ints
    part: Floats
    money: dict[str, Floats]
    known: dict[str, Bools]
    came_back: Bools
    seen: dict[str, Floats]
    span: Span

    def __len__(self) -> int:
        """How many entries."""
        return len(self.part)

    @property
    def people(self) -> int:
        """How many customers."""
        return int(self.person.max()) + 1 if len(self) else 0

    @property
    def dealings(self) -> int:
        """How many jackknife groups customers are dealt to."""
        return min(GROUPS, self.people)

    @cached_property
    def dealt_by_order(self) -> Ints:
        """Jackknife group of each order: (orders,)."""
        found = np.zeros(self.orders, dtype=np.int64)
        found[self.order] = self.dealt
        return found

    @property
    def orders(self) -> int:
        """How many orders."""
        return int(self.order.max()) + 1 if len(self) else 0


def look_at_year(engine: Engine, as_of: date, first_day: date, one_in: int) -> Facts:
    """The lines of the last year, from the ledger up; ``one_in`` as in ``after_sale.py``."""
    span = write_year(engine, as_of, first_day, one_in)
    write_lines(engine)
    facts = read_facts(engine, as_of, span)
    drop(engine, YEAR, LINES)
    return facts


def read_facts(engine: Engine, as_of: date, span: Span) -> Facts:
    """``margins_year`` and ``margins_year_lines`` as arrays."""
    codes = {name: find_codes(engine, name, table, column) for name, (table, column) in _COLUMNS.items()}
    tables = {name: f"margins_names_{place}" for place, name in enumerate(codes)}
    write_codes(engine, {tables[name]: found for name, found in codes.items()})
    columns = {name: f"{'l' if table == LINES else 'y'}.{column}" for name, (table, column) in _COLUMNS.items()}
    sql = _FACTS.format(
        history=_HISTORY,
        lines=LINES,
        year=YEAR,
        codes=", ".join(f"{code_sql(codes[n], tables[n], columns[n])} AS c{place}" for place, n in enumerate(codes)),
        joins="".join(join_sql(tables[n], columns[n]) for n in codes),
    )
    arrays = {name: np.ma.filled(values) for name, values in engine.arrays(sql).items()}
    drop_codes(engine, {tables[name]: found for name, found in codes.items()})
    return _facts(engine, as_of, span, codes, arrays)


def _facts(
    engine: Engine, as_of: date, span: Span, codes: dict[str, Codes], arrays: dict[str, NDArray[np.generic]]
) -> Facts:
    keys, person = dense(arrays["customer_key"].astype(np.int64))
    ids = arrays["order_id"].astype(object)
    order = np.cumsum(np.concatenate([[0], ids[1:] != ids[:-1]])).astype(np.int64) if len(ids) else person
    age = np.minimum(arrays["age"].astype(np.int64), YEAR_DAYS)
    seen = {
        "returns": seen_by_age(engine, ("refund", "cancellation"), as_of, YEAR_DAYS),
        "service": seen_by_age(engine, ("service",), as_of, YEAR_DAYS),
        "communications": seen_by_age(engine, ("contact",), as_of, YEAR_DAYS),
    }
    gross = arrays["order_gross"].astype(np.float64)
    return Facts(
        codes=codes,
        group={name: arrays[f"c{place}"].astype(np.int64) for place, name in enumerate(codes)},
        value=_parts_of(gross, order, SIZES),
        price=np.minimum(arrays["band"].astype(np.int64), BANDS - 1),
        history=arrays["history"].astype(np.int64),
        person=person,
        dealt=person % min(GROUPS, max(len(keys), 1)),
        order=order,
        part=arrays["part"].astype(np.float64),
        money=_money(arrays),
        known={name: arrays[f"{name}_known"].astype(np.bool_) for name in ("fee", "shipping")},
        came_back=arrays["came_back"].astype(np.bool_),
        seen={name: share[age] for name, share in seen.items()},
        span=span,
    )


def _money(arrays: dict[str, NDArray[np.generic]]) -> dict[str, Floats]:
    """Money of each line: its own, and its part of what stands on the whole order."""
    own = {name: arrays[name].astype(np.float64) for name in ("list_price", "taken_off", "goods", "returns")}
    part = arrays["part"].astype(np.float64)
    shared = ("shipping_charged", "payment_fee", "fulfilment", "shipping_cost", "commission", "service", "contact")
    return own | {name: part * arrays[name].astype(np.float64) for name in shared}


def _parts_of(values: Floats, order: Ints, parts: int) -> Ints:
    """Equal parts of the orders by size, counted from 0; orders of one size share a part."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    first = np.concatenate([[True], order[1:] != order[:-1]])
    edges = np.unique(np.quantile(values[first], np.arange(1, parts) / parts, method="lower"))
    return np.searchsorted(edges, values, side="left").astype(np.int64)
