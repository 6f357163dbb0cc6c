"""At what terms a customer bought: discounts and shipping charged."""

from lifeworth.features.feature import Block, Column, Feature, before
from lifeworth.ledger.tables import has_rows
from lifeworth.store.engine import Engine


def _block(money: str, columns: tuple[Column, ...]) -> Block:
    def exists(engine: Engine, cut: str | None) -> bool:
        return has_rows(engine, "ledger_days", f"{money} <> 0 AND {before('day', cut)}")

    query = f"""
  SELECT customer_key, sum(gross) AS gross, sum({money}) AS amount, count(*) AS n,
         count(*) FILTER ({money} > 0) AS n_with
  FROM ledger_days WHERE day < {{cut}} GROUP BY customer_key"""
    return Block(columns, query, exists)


_SHARE = "CASE WHEN b.gross > 0 THEN CAST(b.amount AS DOUBLE) / CAST(b.gross AS DOUBLE) END"

DISCOUNTS = _block(
    "discount",
    (
        Column(Feature("discount_share", "share", "discounts as a share of list prices", "terms"), _SHARE),
        Column(
            Feature("discounted_days_share", "share", "share of purchase days with a discount", "terms"),
            "b.n_with / b.n::DOUBLE",
        ),
    ),
)

SHIPPING = _block(
    "shipping_charged",
    (
        Column(
            Feature("shipping_share", "share", "shipping paid by the customer as a share of list prices", "terms"),
            _SHARE,
        ),
    ),
)
