"""What the list of customers says: since when they are known, where they live, what won them."""

from lifeworth.features.feature import Block, Column, Feature
from lifeworth.ledger.tables import has_rows
from lifeworth.store.engine import Engine


def _of_customers(column: Column, text: str) -> Block:
    def exists(engine: Engine, cut: str | None) -> bool:
        return has_rows(engine, "sources_customers", f"nullif(trim({text}), '') IS NOT NULL")

    query = f"""
  SELECT k.customer_key, min(nullif(trim(c.{text}), '')) AS text
  FROM sources_customers c JOIN ledger_keys k ON k.customer_id = c.customer_id GROUP BY k.customer_key"""
    return Block((column,), query, exists)


HOME = _of_customers(
    Column(Feature("home_country", "", "country in the list of customers", "origin", "category"), "b.text"), "country"
)
ACQUISITION = _of_customers(
    Column(Feature("acquisition_channel", "", "channel that won the customer", "origin", "category"), "b.text"),
    "acquisition_channel",
)

KNOWN = Block(
    (
        Column(
            Feature("days_known_before", "days", "days from becoming known to the first purchase", "origin"),
            "CASE WHEN b.created_on < {cut} THEN p.first_day - b.created_on END",
        ),
    ),
    """
  SELECT k.customer_key, min(c.created_on) AS created_on
  FROM sources_customers c JOIN ledger_keys k ON k.customer_id = c.customer_id GROUP BY k.customer_key""",
    lambda engine, cut: has_rows(engine, "sources_customers", "created_on IS NOT NULL"),
)
