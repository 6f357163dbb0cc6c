"""Which products bring lasting profit, what goes together, what to offer next, and do baskets grow?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

PRODUCT, CATEGORY = "product", "category"
MORE, LESS, UNTOLD = "brings more", "brings less", "cannot be told"
AFTER_FIRST, WITH_FIRST = "after the first day", "first day included"
EVERY_PRODUCT, NEW_PRODUCTS = "every product", "products new to the customer"
MODEL, POPULAR = "goes with the customer's baskets", "favourites of all customers"
NO_PRODUCT, NO_CATEGORY = "no product stated", "no category stated"
MOST = 100


@dataclass(frozen=True)
class Sold:
    """What a product or category sold, cost and earned, all years together.

    ``revenue`` is net of discounts and refunds, shipping charged included; ``profit`` is before winning customers, None where values are
    revenue; ``customers`` is None where too few to be shown; return rates are per piece sold and per amount sold, NaN where nothing was.
    """

    name: str
    category: str | None
    pieces: float
    orders: int
    customers: int | None
    gross: float
    revenue: float
    refunded: float
    profit: float | None
    returned_pieces: float
    returned_money: float

    @property
    def earned(self) -> float:
        """Profit, or revenue where values are revenue."""
        return self.revenue if self.profit is None else self.profit


@dataclass(frozen=True)
class Shelf:
    """All products of a shop together.

    ``products`` is how many there are; ``half`` how many, the best first, bring half of what all products bring that bring anything; ``losing``
    how many lose money, and ``lost`` what these lose together.
    """

    products: int
    half: int
    losing: int
    lost: float


@dataclass(frozen=True)
class Gateway:
    """What newcomers who began with a product or category brought more than others of the same channel and month.

    ``later`` counts what came after the first purchase day, ``whole`` that day as well; ``same_basket`` compares first orders of the same size, too.
    ``naive`` is the plain difference of averages after the first day; ``verdict`` is about ``later``.
    """

    grouped_by: str
    name: str
    buyers: int
    share: float
    later: Estimate
    whole: Estimate | None
    same_basket: Estimate | None
    naive: float
    verdict: str
    days: int
    newcomers: int
    sentence: str


@dataclass(frozen=True)
class Pair:
    """Two products that go into a basket together: in ``together`` of ``baskets``, ``lift`` times as often as chance would put them there."""

    name: str
    partner: str
    baskets: int
    together: int
    confidence: float
    lift: Estimate


@dataclass(frozen=True)
class Tried:
    """How often one of the ten products that a method names was in the held-out basket; ``times`` is the rate over that of the favourites of all."""

    counted: str
    method: str
    baskets: int
    rate: Estimate
    times: Estimate
    serves: bool
    until: date


@dataclass(frozen=True)
class Offer:
    """What to offer a customer; ``chance`` is how often the next basket held such an offer in the proof."""

    customer_id: str
    kind: str
    place: int
    name: str
    because: str | None
    chance: Estimate
    value: float


@dataclass(frozen=True)
class Period:
    """Baskets of a month, quarter or year; means are None where too few customers to be shown, or nothing is known."""

    period: str
    starts_on: date
    complete: bool
    orders: int
    customers: int | None
    order_value: Estimate | None
    median: float | None
    pieces: Estimate | None
    lines: Estimate | None


@dataclass(frozen=True)
class Trend:
    """Change of a measure of the basket in a year, as a share."""

    measure: str
    change: Estimate
    months: int
    season: bool
    verdict: str
    sentence: str


@dataclass(frozen=True)
class Comparison:
    """One mean against another; ``change`` is a share, None where the first is not above zero."""

    comparison: str
    money: str
    customers: int
    first: float
    other: float
    change: Estimate | None
    verdict: str
    same_customers: bool


@dataclass(frozen=True)
class Products:
    """Everything about products; lists are empty where nothing is known.

    ``best`` and ``worst`` are the products that earn most and those that lose, the first hundred of each; ``categories`` all of them; ``gateways``
    those that surely bring most first; ``offers`` by customer, the one worth most first.
    """

    shelf: Shelf | None
    best: tuple[Sold, ...]
    worst: tuple[Sold, ...]
    categories: tuple[Sold, ...]
    gateways: tuple[Gateway, ...]
    pairs: tuple[Pair, ...]
    tried: tuple[Tried, ...]
    offers: tuple[Offer, ...]
    offered: int
    periods: tuple[Period, ...]
    trends: tuple[Trend, ...]
    comparisons: tuple[Comparison, ...]

    def trend(self, measure: str) -> Trend | None:
        """The trend of a measure."""
        return next((trend for trend in self.trends if trend.measure == measure), None)

    def comparison(self, start: str, money: str) -> Comparison | None:
        """The comparison whose name begins so."""
        found = (c for c in self.comparisons if c.comparison.startswith(start) and c.money == money)
        return next(found, None)


_EARNED = "COALESCE(profit, net_revenue)"
_OF_PRODUCTS = f"grouped_by = '{PRODUCT}' AND year IS NULL AND product_id IS NOT NULL"

_SHELF = f"""
WITH each AS (
  SELECT {_EARNED} AS earned, sum(greatest({_EARNED}, 0)) OVER (ORDER BY {_EARNED} DESC, name, product_id ROWS UNBOUNDED PRECEDING) AS running,
         sum(greatest({_EARNED}, 0)) OVER () AS whole
  FROM products_sales WHERE {_OF_PRODUCTS})
SELECT count(*), count(*) FILTER (running - greatest(earned, 0) < whole / 2 AND earned > 0), count(*) FILTER (earned < 0),
       -coalesce(sum(earned) FILTER (earned < 0), 0)
FROM each"""

_SOLD = "SELECT * FROM products_sales WHERE {where} ORDER BY {order}, name, product_id LIMIT {most}"


def customer_products(engine: Engine) -> Products:
    """Products, from the ``products_`` tables; nothing where a run did not make them."""
    made = "products_sales" in set(engine.tables())
    offers = rows_of(engine, "products_offers", "value_mean DESC, customer_id, kind DESC, place")
    return Products(
        _shelf(engine) if made else None,
        _sold(engine, f"{_OF_PRODUCTS} AND {_EARNED} > 0", f"{_EARNED} DESC") if made else (),
        _sold(engine, f"{_OF_PRODUCTS} AND {_EARNED} < 0", _EARNED) if made else (),
        _sold(engine, f"grouped_by = '{CATEGORY}' AND year IS NULL", f"category IS NULL, {_EARNED} DESC")
        if made
        else (),
        _gateways(engine),
        tuple(_pair(row) for row in rows_of(engine, "products_pairs", "together DESC, name, with_name")[:MOST]),
        tuple(_tried(row) for row in rows_of(engine, "products_next_proof", "counted, hit_rate DESC, method")),
        tuple(_offer(row) for row in offers[:MOST]),
        len({row["customer_id"] for row in offers}),
        tuple(_period(row) for row in rows_of(engine, "products_baskets", "period, starts_on")),
        tuple(_trend(row) for row in rows_of(engine, "products_trends", "measure")),
        tuple(_comparison(row) for row in rows_of(engine, "products_returning", "money DESC, comparison")),
    )


def _shelf(engine: Engine) -> Shelf | None:
    [(products, half, losing, lost)] = engine.rows(_SHELF)
    return Shelf(int(products), int(half), int(losing), float(lost)) if products else None


def _sold(engine: Engine, where: str, order: str) -> tuple[Sold, ...]:
    return tuple(_one_sold(row) for row in engine.records(_SOLD.format(where=where, order=order, most=MOST)))


def _one_sold(row: dict[str, Any]) -> Sold:
    return Sold(
        str(row["name"]),
        row["category"],
        number(row["pieces"]),
        int(row["orders"]),
        _count(row["customers"]),
        number(row["gross"]),
        number(row["net_revenue"]),
        number(row["refunded"]),
        None if row["profit"] is None else float(row["profit"]),
        number(row["return_rate_pieces"]),
        number(row["return_rate_money"]),
    )


def _gateways(engine: Engine) -> tuple[Gateway, ...]:
    rows = rows_of(engine, "products_gateways", "difference_low DESC, name, product_id")
    whole = {(row["grouped_by"], row["product_id"], row["name"]): row for row in rows if row["counted"] == WITH_FIRST}
    return tuple(
        _gateway(row, whole.get((row["grouped_by"], row["product_id"], row["name"])))
        for row in rows
        if row["counted"] == AFTER_FIRST
    )


def _gateway(row: dict[str, Any], whole: dict[str, Any] | None) -> Gateway:
    return Gateway(
        str(row["grouped_by"]),
        str(row["name"]),
        int(row["buyers"]),
        number(row["share_of_newcomers"]),
        _of(row, "difference"),
        _of(whole, "difference") if whole else None,
        _perhaps(row, "same_basket"),
        number(row["naive_difference"]),
        str(row["verdict"]),
        int(row["days"]),
        int(row["newcomers"]),
        str(row["sentence"]),
    )


def _pair(row: dict[str, Any]) -> Pair:
    lift = estimate(row["lift"], row["lift_low"], row["lift_high"])
    return Pair(
        str(row["name"]),
        str(row["with_name"]),
        int(row["baskets"]),
        int(row["together"]),
        number(row["confidence"]),
        lift,
    )


def _tried(row: dict[str, Any]) -> Tried:
    return Tried(
        str(row["counted"]),
        str(row["method"]),
        int(row["baskets"]),
        estimate(row["hit_rate"], row["hit_rate_low"], row["hit_rate_high"]),
        estimate(row["times_popularity"], row["times_popularity_low"], row["times_popularity_high"]),
        bool(row["serves"]),
        row["trained_until"],
    )


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(
        str(row["customer_id"]),
        str(row["kind"]),
        int(row["place"]),
        str(row["name"]),
        row["because_name"],
        _of(row, "chance"),
        number(row["value_mean"]),
    )


def _period(row: dict[str, Any]) -> Period:
    return Period(
        str(row["period"]),
        row["starts_on"],
        bool(row["complete"]),
        int(row["orders"]),
        _count(row["customers"]),
        _perhaps(row, "order_value"),
        None if row["order_value_median"] is None else float(row["order_value_median"]),
        _perhaps(row, "pieces"),
        _perhaps(row, "lines"),
    )


def _trend(row: dict[str, Any]) -> Trend:
    return Trend(
        str(row["measure"]),
        _of(row, "change"),
        int(row["months"]),
        bool(row["season"]),
        str(row["verdict"]),
        str(row["sentence"]),
    )


def _comparison(row: dict[str, Any]) -> Comparison:
    return Comparison(
        str(row["comparison"]),
        str(row["money"]),
        int(row["customers"]),
        number(row["first_mean"]),
        number(row["other_mean"]),
        _perhaps(row, "change"),
        str(row["verdict"]),
        bool(row["same_customers"]),
    )


def _of(row: dict[str, Any], name: str) -> Estimate:
    return estimate(row[f"{name}_mean"], row[f"{name}_low"], row[f"{name}_high"])


def _perhaps(row: dict[str, Any], name: str) -> Estimate | None:
    return None if row[f"{name}_mean"] is None else _of(row, name)


def _count(value: Any) -> int | None:
    return None if value is None else int(value)
