"""What an order brings and costs at the moment of sale, to the cent."""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.baskets import Lines
from lifeworth.demo.catalogue import Catalogue
from lifeworth.demo.people import People
from lifeworth.demo.purchases import Purchases
from lifeworth.demo.seasons import Calendar

COUNTRY_VAT = np.array([place.vat_rate for place in terms.COUNTRIES])
COUNTRY_PARCEL = np.array([place.parcel_cost for place in terms.COUNTRIES])
COUNTRY_CUSTOMS = np.array([place.customs_cost for place in terms.COUNTRIES])
FEE_RATE = np.array([way.fee_rate for way in terms.PAYMENTS])
FEE_FIXED = np.array([way.fee_fixed for way in terms.PAYMENTS])


@dataclass(frozen=True)
class PriceLists:
    """Unit price and unit cost in cents: one row per price list, one column per product."""

    price: Ints
    cost: Ints


@dataclass(frozen=True)
class Sales:
    """Money in cents, one entry per order (``line_…``: one per line). ``fee`` and ``pick_pack`` follow the rules."""

    coupon: Ints
    gross: Ints
    discount: Ints
    shipping_charged: Ints
    tax: Ints
    goods_cost: Ints
    shipping_paid: Ints
    marketplace_fee: Ints
    fee: Floats
    pick_pack: Floats
    line_price: Ints
    line_discount: Ints
    line_amount: Ints
    line_cost: Ints

    @property
    def net(self) -> Ints:
        """Net revenue at the time of sale."""
        return self.gross - self.discount + self.shipping_charged

    @property
    def profit(self) -> Floats:
        """Contribution after goods, fees, fulfilment, shipping and commission (level 2)."""
        known = self.goods_cost + self.shipping_paid + self.marketplace_fee
        return self.net - known - self.fee - self.pick_pack


def print_price_lists(catalogue: Catalogue, calendar: Calendar) -> PriceLists:
    """Prices and unit costs of every half-year, in cents."""
    level = calendar.list_index[:, None] * 100
    price = np.rint(level * catalogue.price).astype(np.int64)
    return PriceLists(price, np.rint(level * catalogue.unit_cost).astype(np.int64))


def ring_up(
    people: People,
    purchases: Purchases,
    lines: Lines,
    lists: PriceLists,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Sales:
    """Price every basket, take the coupon off, send it."""
    who, orders = purchases.customer, len(purchases.customer)
    coupon = _draw_coupons(people.coupon_rate[who], purchases, rng)
    in_force = calendar.price_list(purchases.day)[lines.order]
    line_price = lists.price[in_force, lines.product]
    line_gross = line_price * lines.quantity
    rate = np.array(terms.COUPON_RATES)[coupon]
    line_discount = np.rint(line_gross * rate[lines.order]).astype(np.int64)
    line_cost = lists.cost[in_force, lines.product] * lines.quantity
    gross = add_up(line_gross, lines.order, orders)
    discount = add_up(line_discount, lines.order, orders)
    free = gross >= terms.FREE_SHIPPING_FROM_CENTS
    charged = np.where(free, 0, terms.SHIPPING_CHARGED_CENTS)
    net = gross - discount + charged
    tax = np.rint(net * COUNTRY_VAT[people.country[who]]).astype(np.int64)
    way = people.payment[who]
    on_market = people.channel[who] == terms.MARKETPLACE
    return Sales(
        coupon=coupon,
        gross=gross,
        discount=discount,
        shipping_charged=charged,
        tax=tax,
        goods_cost=add_up(line_cost, lines.order, orders),
        shipping_paid=_pay_carrier(people.country[who], gross, free, rng),
        marketplace_fee=np.rint(on_market * terms.MARKETPLACE_FEE_RATE * (gross - discount)).astype(np.int64),
        fee=FEE_RATE[way] * (net + tax) + FEE_FIXED[way] * 100,
        pick_pack=terms.PICK_PACK_FIXED * 100 + terms.PICK_PACK_RATE * net,
        line_price=line_price,
        line_discount=line_discount,
        line_amount=line_gross - line_discount,
        line_cost=line_cost,
    )


def add_up(values: Ints, group: Ints, groups: int) -> Ints:
    """Whole cents per group; sums stay exact below 2**53."""
    return np.rint(np.bincount(group, weights=values, minlength=groups)).astype(np.int64)


def _draw_coupons(chance: Floats, purchases: Purchases, rng: np.random.Generator) -> Ints:
    used = rng.uniform(size=len(chance)) < chance
    summer = rng.uniform(size=len(chance)) < terms.SUMMER_ODDS
    repeat = np.where(summer, terms.SUMMER, terms.COFFEE)
    own = np.where(used, np.where(purchases.nth == 0, terms.WELCOME, repeat), 0)
    return np.where(purchases.brought, terms.COMEBACK, own).astype(np.int64)


def _pay_carrier(country: Ints, gross: Ints, free: Bools, rng: np.random.Generator) -> Ints:
    """What the parcel costs: by country, heavier when there is more in it, cleared at the border when it is free."""
    spread = rng.uniform(1 - terms.SHIPPING_SPREAD, 1 + terms.SHIPPING_SPREAD, len(country))
    cents = COUNTRY_PARCEL[country] * 100 * spread + terms.SHIPPING_WEIGHT_RATE * gross
    cents += COUNTRY_CUSTOMS[country] * 100 * free
    return np.rint(cents).astype(np.int64)
