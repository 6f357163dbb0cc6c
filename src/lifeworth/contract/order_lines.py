"""Order lines: which products an order was made of."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

ORDER_LINES = Table(
    "sources_order_lines",
    "one row per line of an order",
    (
        Column("order_id", TEXT, "the order it belongs to", required=True),
        Column("line_no", "INTEGER", "position within the order", required=True),
        Column("product_id", TEXT, "product or stock code"),
        Column("product_name", TEXT, "product name"),
        Column("category", TEXT, "product category"),
        Column("kind", TEXT, "goods, shipping, manual, discount, gift_card or sample", required=True),
        Column("quantity", MONEY, "pieces", "pieces"),
        Column("unit_price", MONEY, "list price of one piece, without tax", "currency"),
        Column("discount", MONEY, "taken off this line", "currency"),
        Column("amount", MONEY, "the line after its discount, without tax", "currency", True),
        Column("unit_cost_given", MONEY, "cost of one piece, when the file carries it", "currency"),
        Column("profit_given", MONEY, "profit of the line, when the file carries it", "currency"),
    ),
    "Empty when the files say nothing about products.",
)
