"""Where customers come from and how they buy: channels, countries, ways of paying."""

from lifeworth.features.feature import Block, Column, Feature, before
from lifeworth.ledger.tables import has_rows
from lifeworth.store.engine import Engine


def _of_orders(column: str, features: tuple[tuple[str, str, str], ...]) -> Block:
    """What the first and last order say in a text column."""

    def exists(engine: Engine, cut: str | None) -> bool:
        return has_rows(engine, "sources_orders", f"trim({column}) <> '' AND {before('ordered_on', cut)}")

    query = f"""
  SELECT k.customer_key, arg_min(nullif(trim(o.{column}), ''), (o.ordered_at, o.order_id)) AS first_text,
         arg_max(nullif(trim(o.{column}), ''), (o.ordered_at, o.order_id)) AS last_text
  FROM sources_orders o JOIN ledger_keys k ON k.customer_id = o.customer_id
  WHERE o.ordered_on < {{cut}} GROUP BY k.customer_key"""
    columns = tuple(Column(Feature(name, "", meaning, "origin", "category"), sql) for name, meaning, sql in features)
    return Block(columns, query, exists)


CHANNEL = _of_orders(
    "channel",
    (
        ("first_channel", "where the first order was placed", "b.first_text"),
        ("last_channel", "where the last order was placed", "b.last_text"),
    ),
)
COUNTRY = _of_orders("country", (("country", "country of the last order", "b.last_text"),))
PAYMENT = _of_orders("payment_method", (("payment_method", "how the last order was paid", "b.last_text"),))


def _coupons_exist(engine: Engine, cut: str | None) -> bool:
    return has_rows(engine, "sources_orders", f"trim(coupon) <> '' AND {before('ordered_on', cut)}")


COUPONS = Block(
    (
        Column(
            Feature("coupon_share", "share", "share of orders with a discount code", "terms"), "b.n_with / b.n::DOUBLE"
        ),
    ),
    """
  SELECT k.customer_key, count(*) AS n, count(*) FILTER (trim(o.coupon) <> '') AS n_with
  FROM sources_orders o JOIN ledger_keys k ON k.customer_id = o.customer_id
  WHERE o.ordered_on < {cut} GROUP BY k.customer_key""",
    _coupons_exist,
)
